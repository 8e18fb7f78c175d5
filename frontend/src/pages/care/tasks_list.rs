use domain::care::{Contact, TaskKind, VisitGrade};
use jiff::Timestamp;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::Page;
use wire::care::{ListTasks, TaskView};
use wire::endpoint::None_;

use super::answer::Answer;
use super::follow_up::FollowUp;
use super::visit::Visit;
use crate::browser::rest;
use crate::i18n::{named, texts};
use crate::model::phone::said;
use crate::model::when;
use crate::ui::{Button, Cell, Cells, Empty, Icon, Kind, LinkButton, Load, Remote, Tag, Tone};
use crate::{api, clock, t};

/// How often the time that is left is said anew, in milliseconds.
const TICK: i32 = 15_000;

/// What one is asked to do and has to do, as the last answer had it.
pub type Listed = Remote<Page<TaskView>>;

/// What one is asked to do first, what one has to do below. `desk`: with the way to each case.
#[component]
pub fn TaskList(desk: bool) -> AnyView {
    let list = Remote::new(|| api::get::<ListTasks>((), None_ {}));
    let now = ticking();
    let again = Callback::new(move |()| list.again());
    view! {
        <Load from=list let:page>{draw(page.items, list, (desk, now))}</Load>
        <Button label=t!(care.tasks.again) name="tasks-again" kind=Kind::Plain on_press=again />
    }
    .into_any()
}

/// The time, as long as somebody looks.
fn ticking() -> RwSignal<Timestamp> {
    let now = RwSignal::new(clock::now());
    spawn_local(async move {
        loop {
            rest(TICK).await;
            if now.try_set(clock::now()).is_some() {
                return;
            }
        }
    });
    now
}

fn draw(tasks: Vec<TaskView>, list: Listed, at: (bool, RwSignal<Timestamp>)) -> AnyView {
    if tasks.is_empty() {
        return view! { <Empty words=t!(care.tasks.none) /> }.into_any();
    }
    let (asked, own): (Vec<_>, Vec<_>) = tasks
        .into_iter()
        .partition(|task| task.answer_until.is_some());
    view! {
        {group(t!(care.tasks.asked), "asked", asked, (list, at))}
        {group(t!(care.tasks.own), "own", own, (list, at))}
    }
    .into_any()
}

fn group(
    title: &'static str,
    name: &'static str,
    tasks: Vec<TaskView>,
    (list, (desk, now)): (Listed, (bool, RwSignal<Timestamp>)),
) -> AnyView {
    if tasks.is_empty() {
        return ().into_any();
    }
    let card = |task: TaskView| view! { <li><TaskCard task list desk now /></li> }.into_any();
    let cards = tasks.into_iter().map(card).collect::<Vec<_>>();
    view! {
        <section class="stack-s" data-testid=name>
            <h2 class="cells-title">{title}</h2>
            <ul class="rows rows-cards">{cards}</ul>
        </section>
    }
    .into_any()
}

/// One task: whose door it is, what to do there, and the next step of it.
#[component]
fn TaskCard(task: TaskView, list: Listed, desk: bool, now: RwSignal<Timestamp>) -> AnyView {
    let asked = task.answer_until.is_some();
    let (id, case, kind, room) = (task.task, task.case, task.kind, task.room.clone());
    let contacts = contacts(&task);
    let by = (!asked).then_some(task.until).flatten().map(|until| {
        let at = when::moment(until);
        let words = match kind {
            TaskKind::FollowUp => t!(care.tasks.due, at = at),
            TaskKind::Visit | TaskKind::Work => t!(care.tasks.until, at = at),
        };
        view! { <p class="booking-line">{Icon::Clock.draw()}<span data-testid="until">{words}</span></p> }
    });
    let lapsed = task.lapsed_at.map(|at| {
        let words = t!(care.tasks.lapsed, at = when::moment(at));
        view! { <p class="note" data-testid="lapsed">{Icon::Clock.draw()}<span>{words}</span></p> }
    });
    let (name, words, grade, overdue) = (
        task.person_name.clone(),
        words(&task),
        task.grade,
        task.overdue && !asked,
    );
    let next = match (asked, kind) {
        (true, _) => view! { <Answer task list now /> }.into_any(),
        (false, TaskKind::Visit) => view! { <Visit task list /> }.into_any(),
        (false, TaskKind::FollowUp) => view! { <FollowUp task list /> }.into_any(),
        (false, TaskKind::Work) => ().into_any(),
    };
    let way = (desk || (kind == TaskKind::Work && !asked)).then(|| to_case(case.to_string(), desk));
    let label = format!("{name} {room}");
    view! {
        <article class="card stack" aria-label=label data-testid="task" data-id=id.to_string() data-kind=kind.as_str() data-asked=asked.to_string()>
            <div class="stack-s">
                <p class="booking-top">
                    <span>{named(texts::care::kind::ALL, kind.as_str())}</span>
                    {grade.map(|grade| view! { <Tag words=named(texts::care::grade::ALL, grade.as_str()) tone=tone(grade) /> })}
                    {overdue.then(|| view! { <Tag words=t!(care.tasks.overdue) tone=Tone::Bad /> })}
                </p>
                <h3 class="booking-name" data-testid="person">{name}</h3>
                {(!room.is_empty()).then(|| view! { <p class="booking-line">{Icon::Place.draw()}<span data-testid="room">{room}</span></p> })}
                {by}
                {lapsed}
            </div>
            <p class="prose" data-testid="asks">{words}</p>
            {contacts}
            {next}
            {way}
        </article>
    }
    .into_any()
}

fn tone(grade: VisitGrade) -> Tone {
    match grade {
        VisitGrade::Routine => Tone::Calm,
        VisitGrade::Soon => Tone::Wait,
        VisitGrade::Urgent => Tone::Bad,
    }
}

/// What is to be done; of a case as a whole nobody wrote that down.
fn words(task: &TaskView) -> String {
    match (task.kind, task.answer_until) {
        (TaskKind::Work, Some(_)) => t!(care.tasks.handed).to_owned(),
        (TaskKind::Work, None) => t!(care.tasks.work).to_owned(),
        (TaskKind::Visit | TaskKind::FollowUp, _) => task.asks.clone(),
    }
}

/// Whom to ring, for those who see it; who does not see a number is put through.
fn contacts(task: &TaskView) -> Option<AnyView> {
    let own = match (&task.phone, &task.relay) {
        (Some(phone), _) => Some((t!(care.tasks.ring), phone, "ring")),
        (None, Some(relay)) => Some((t!(care.tasks.relay), relay, "ring-relay")),
        (None, None) => None,
    };
    if own.is_none() && task.contacts.is_empty() {
        return None;
    }
    let own = own.map(|(label, number, name)| {
        view! { <Cell label value=said(number) href=format!("tel:{number}") name=name /> }
            .into_any()
    });
    let other = |one: &Contact| {
        let key = one.has_key.then_some(t!(care.tasks.key));
        view! { <Cell label=format!("{} {}", one.relation, one.name) note=key.unwrap_or_default() value=said(&one.phone) href=format!("tel:{}", one.phone) name="ring-contact" /> }
            .into_any()
    };
    let rows: Vec<AnyView> = own
        .into_iter()
        .chain(task.contacts.iter().map(other))
        .collect();
    Some(view! { <Cells>{rows}</Cells> }.into_any())
}

/// Cases are the desk's: from the residents' app the way leads out of it.
fn to_case(case: String, desk: bool) -> AnyView {
    let href = format!("/desk/care/cases/{case}");
    if desk {
        return view! { <LinkButton label=t!(care.tasks.case) href name="to-case" kind=Kind::Plain /> }
            .into_any();
    }
    view! { <a class="weui-btn weui-btn_default button" href=href rel="external" data-testid="to-case">{t!(care.tasks.case)}</a> }
        .into_any()
}
