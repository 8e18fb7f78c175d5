//! What is to be done later, by whom, and what came of it.

use domain::care::Stage;
use domain::{CommandId, TaskId, limits};
use leptos::prelude::*;
use wire::Problem;
use wire::care::{EndTask, EndTaskBody, FollowUpView, PlanFollowUp, PlanFollowUpBody, TaskView};
use wire::endpoint::None_;

use super::super::super::ask::Attempt;
use super::fold::{Fold, opened};
use super::moment::moment;
use super::people::{GOERS, People, Picked};
use super::{Work, told, turns};
use crate::model::care_case::{FOLLOW_UP_DAYS, Hold, days_on, hold, said};
use crate::model::when;
use crate::pages::care::draft::Draft;
use crate::session::Session;
use crate::ui::{Button, Field, Kind, Send, Tag, TextArea, Tone, TroubleNote, say};
use crate::{api, clock, t};

#[component]
pub(super) fn FollowUps(work: Work) -> AnyView {
    let later = work.part(|case| case.follow_ups.clone());
    let open = work.is(|case| case.closing.is_none());
    let list = move || {
        let (later, open) = (later.get()?, open.get());
        let cards: Vec<AnyView> = later.iter().map(|one| card(one, work, open)).collect();
        (!cards.is_empty())
            .then(|| view! { <ul class="stack" data-testid="follow-ups">{cards}</ul> })
    };
    let (can, form) = (work.can(), Form::of(work));
    let write = move || {
        can.get().then(|| view! { <Fold title=t!(desk_case.later.plan) open=form.open name="follow-up-form"><Fields form /></Fold> })
    };
    view! {
        <section class="card stack" data-testid="case-follow-ups">
            <h2>{t!(desk_case.later.title)}</h2>
            {list}
            {write}
        </section>
    }
    .into_any()
}

fn card(one: &FollowUpView, work: Work, case_open: bool) -> AnyView {
    let task = &one.task;
    let me = Session::get().me_now().map(|me| me.id);
    let open = task.ended_at.is_none();
    let mine = open && case_open && hold(task.owner, me) != Hold::Another;
    let end = mine.then(|| view! { <End work task=task.id /> });
    let late = (open && one.due.at <= clock::now())
        .then(|| view! { <Tag words=t!(desk_case.later.late) tone=Tone::Wait /> });
    let became = one
        .visit
        .map(|_| view! { <p class="quiet">{t!(desk_case.later.became)}</p> });
    let backup = (open && !task.backup_name.is_empty()).then(|| {
        let words = t!(desk_case.owner.backup_is, name = task.backup_name);
        view! { <p class="quiet" data-testid="later-backup">{words}</p> }
    });
    let came = (!one.came.is_empty())
        .then(|| view! { <p class="prose" data-testid="came">{one.came.clone()}</p> });
    let due = t!(desk_case.later.due, at = when::moment(one.due));
    view! {
        <li class="stack-s" data-testid="follow-up" data-id=task.id.to_string() data-open=open.to_string()>
            <p class="prose"><strong>{one.what.clone()}</strong></p>
            <p>{due}" "{late}</p>
            <p class="quiet">{turns::now(task)}</p>
            {backup}
            {became}
            {came}
            {end}
        </li>
    }
    .into_any()
}

/// What came of it.
#[component]
fn End(work: Work, task: TaskId) -> AnyView {
    let draft = Draft::of(&format!("case-{}-came-{task}", work.id));
    let came = draft.field("came", "");
    let draft = StoredValue::new(draft);
    let (send, attempt) = (Send::default(), Attempt::<CommandId>::new());
    let read = move || -> Result<EndTaskBody, Problem> {
        let came = came.with_untracked(|raw| said(raw, "/came"))?;
        Ok(EndTaskBody {
            id: attempt.id(&came),
            came,
        })
    };
    let go = Callback::new(move |()| match read() {
        Ok(body) => {
            let call = api::call::<EndTask>((work.id, task), None_ {}, body);
            send.run(told(work, call), move |_: wire::Page<TaskView>| {
                attempt.taken();
                draft.with_value(Draft::clear);
                say(t!(desk_case.later.ended));
                work.case.again();
            });
        }
        Err(flaw) => send.problem.set(Some(flaw)),
    });
    view! {
        <TextArea label=t!(desk_case.later.came) value=came name="came-text" max=limits::NOTE_CHARS pointer="/came" problem=send.problem rows=2 />
        <TroubleNote problem=send.problem />
        <Button label=t!(desk_case.later.end) name="follow-up-end" kind=Kind::Plain busy=send.busy on_press=go />
    }
    .into_any()
}

/// What is typed about one follow-up. Outlives what is drawn of it.
#[derive(Clone, Copy)]
struct Form {
    work: Work,
    open: RwSignal<bool>,
    draft: StoredValue<Draft>,
    what: RwSignal<String>,
    day: RwSignal<String>,
    time: RwSignal<String>,
    owner: RwSignal<Vec<Picked>>,
    send: Send,
    attempt: Attempt<TaskId>,
}

const MORNING: &str = "10:00";

impl Form {
    fn of(work: Work) -> Self {
        let draft = Draft::of(&format!("case-{}-later", work.id));
        Self {
            work,
            open: opened(work, &[Stage::FollowUp]),
            what: draft.field("what", ""),
            day: draft.field("day", ""),
            time: draft.field("time", MORNING),
            owner: draft.picked("owner"),
            draft: StoredValue::new(draft),
            send: Send::default(),
            attempt: Attempt::new(),
        }
    }

    fn read(self) -> Result<PlanFollowUpBody, Problem> {
        let what = self.what.with_untracked(|raw| said(raw, "/what"))?;
        let due = moment(self.day, self.time, "/due")?;
        let owner = self
            .owner
            .with_untracked(|all| all.first().map(|one| one.id));
        Ok(PlanFollowUpBody {
            id: self.attempt.id(&format!("{what}{due}{owner:?}")),
            what,
            due,
            owner,
        })
    }

    fn taken(self) {
        self.attempt.taken();
        self.what.set(String::new());
        self.day.set(String::new());
        self.time.set(MORNING.to_owned());
        self.owner.set(Vec::new());
        self.draft.with_value(Draft::clear);
        self.open.set(false);
        say(t!(desk_case.later.saved));
    }
}

#[component]
fn Fields(form: Form) -> AnyView {
    let (work, send) = (form.work, form.send);
    let today = clock::today(&Session::get().zone());
    let soon = FOLLOW_UP_DAYS.into_iter().map(|days| {
        let day = days_on(today, days);
        let pressed = move || form.day.with(|typed| *typed == day.to_string()).to_string();
        let test = format!("in-{days}");
        view! { <button type="button" class="reading-button" aria-pressed=pressed data-testid=test on:click=move |_| form.day.set(day.to_string())>{when::near_day(day, today)}</button> }
            .into_any()
    });
    let soon: Vec<AnyView> = soon.collect();
    let go = Callback::new(move |()| match form.read() {
        Ok(body) => {
            let call = api::call::<PlanFollowUp>((work.id,), None_ {}, body);
            work.send(send, call, move || form.taken());
        }
        Err(flaw) => send.problem.set(Some(flaw)),
    });
    let problem = send.problem;
    view! {
        <TextArea label=t!(desk_case.later.what) value=form.what name="later-what" max=limits::NOTE_CHARS pointer="/what" problem rows=2 />
        <div class="row" role="group" aria-label=t!(desk_case.later.day)>{soon}</div>
        <div class="desk-pair">
            <Field label=t!(desk_case.later.day) value=form.day name="later-day" kind="date" pointer="/due" problem />
            <Field label=t!(desk_case.later.time) value=form.time name="later-time" kind="time" />
        </div>
        <h3>{t!(desk_case.later.owner)}</h3>
        <p class="quiet">{t!(desk_case.later.owner_words)}</p>
        <People label=t!(desk_case.later.owner) chosen=form.owner most=1 roles=GOERS name="later-owner" />
        <TroubleNote problem=send.problem />
        <Button label=t!(desk_case.later.go) name="later-go" busy=send.busy on_press=go />
    }
    .into_any()
}
