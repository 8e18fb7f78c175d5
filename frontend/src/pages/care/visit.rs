use domain::care::{Emergency, Found};
use domain::limits;
use leptos::prelude::*;
use wire::care::{ArriveTask, ArriveTaskBody, AssessTask, AssessTaskBody, TaskView};
use wire::endpoint::None_;
use wire::{Code, Page, Problem};

use super::draft::Draft;
use super::emergency::EmergencyCalls;
use super::tasks_list::Listed;
use crate::i18n::{named, texts};
use crate::ids::Again;
use crate::model::when;
use crate::ui::{Button, Chips, Send, TextArea, TroubleNote, say};
use crate::{api, t};

/// A visit that is one's own: being there first, then what one found. Help is one touch away all the time.
#[component]
pub fn Visit(task: TaskView, list: Listed) -> AnyView {
    let room = task.room.clone();
    let step = match task.arrived_at {
        None => view! { <Arrive task list /> }.into_any(),
        Some(_) => view! { <Assess task list /> }.into_any(),
    };
    view! {
        {step}
        <EmergencyCalls room />
    }
    .into_any()
}

#[component]
fn Arrive(task: TaskView, list: Listed) -> AnyView {
    let (send, again) = (Send::default(), Again::default());
    let (case, id) = (task.case, task.task);
    let press = Callback::new(move |()| {
        let body = ArriveTaskBody {
            id: again.id("there"),
        };
        send.run(
            api::call::<ArriveTask>((case, id), None_ {}, body),
            move |left: Page<TaskView>| {
                say(t!(care.visit.noted));
                list.put(left);
            },
        );
    });
    view! {
        <div class="stack">
            <p class="quiet">{t!(care.visit.how)}</p>
            <TroubleNote problem=send.problem />
            <Button label=t!(care.visit.arrive) name="arrive" busy=send.busy on_press=press />
        </div>
    }
    .into_any()
}

/// What one found, face to face: how they are, what one saw, and who was called.
#[component]
fn Assess(task: TaskView, list: Listed) -> AnyView {
    let (send, again) = (Send::default(), Again::default());
    let (case, id) = (task.case, task.task);
    let draft = Draft::of(&format!("task/{id}"));
    let (found, facts) = (draft.field("found", ""), draft.field("facts", ""));
    let called = draft.field("called", "");
    let submit = Callback::new(move |()| {
        let said = (found.get_untracked(), facts.get_untracked());
        let Ok(how) = said.0.parse::<Found>() else {
            send.problem
                .set(Some(Problem::new(Code::MissingField).at("/found")));
            return;
        };
        let emergency = called.get_untracked().parse::<Emergency>().ok();
        let emergency = emergency.filter(|_| asks_who(how));
        let body = AssessTaskBody {
            id: again.id(&format!("{how} {emergency:?}\n{}", said.1)),
            found: how,
            facts: said.1,
            emergency,
        };
        let draft = draft.clone();
        send.run(
            api::call::<AssessTask>((case, id), None_ {}, body),
            move |left: Page<TaskView>| {
                draft.clear();
                say(t!(care.visit.sent));
                list.put(left);
            },
        );
    });
    let options = Found::ALL
        .iter()
        .map(|one| {
            (
                one.to_string(),
                named(texts::care::found::ALL, one.as_str()),
            )
        })
        .collect();
    let pick = Callback::new(move |raw: String| found.set(raw));
    let unsaid = move || {
        let problem = send.problem.get();
        let missing = problem.is_some_and(|one| one.pointer.as_deref() == Some("/found"));
        missing.then(|| view! { <p class="field-error" data-testid="found-missing">{t!(care.visit.found_missing)}</p> })
    };
    let asks = Memo::new(move |_| found.with(|raw| raw.parse::<Found>().is_ok_and(asks_who)));
    let who = move || asks.get().then(|| view! { <Called called /> });
    let since = task.arrived_at.map(|at| {
        view! { <p class="quiet" data-testid="arrived">{t!(care.visit.arrived, at = when::moment(at))}</p> }
    });
    view! {
        <div class="stack" data-testid="assessment">
            {since}
            <Chips label=t!(care.visit.found) labelled=true options value=found set=pick name="found" />
            {unsaid}
            <TextArea label=t!(care.visit.facts) hint=t!(care.visit.facts_hint) value=facts name="facts" pointer="/facts" problem=send.problem max=limits::NOTE_CHARS />
            {who}
            <TroubleNote problem=send.problem />
            <Button label=t!(care.visit.send) name="assess" busy=send.busy on_press=submit />
        </div>
    }
    .into_any()
}

/// Was somebody called? Asked where it may have been.
fn asks_who(found: Found) -> bool {
    match found {
        Found::NeedsHelp | Found::Emergency | Found::NotFound => true,
        Found::Well => false,
    }
}

#[component]
fn Called(called: RwSignal<String>) -> AnyView {
    let mut options = vec![(String::new(), t!(care.emergency.nobody).to_owned())];
    options.extend(Emergency::ALL.iter().map(|one| {
        let words = named(texts::care::called::ALL, key(*one));
        (one.to_string(), words)
    }));
    let pick = Callback::new(move |raw: String| called.set(raw));
    view! { <Chips label=t!(care.emergency.called) labelled=true options value=called set=pick name="called" /> }.into_any()
}

/// Numbers are no names of texts.
fn key(emergency: Emergency) -> &'static str {
    match emergency {
        Emergency::Police => "police",
        Emergency::Ambulance => "ambulance",
    }
}
