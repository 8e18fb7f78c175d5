//! Handing a case, a visit or a follow-up to a colleague. It stays whose it is until they agree, which they do where
//! their own tasks stand.

use domain::care::TaskKind;
use domain::{CommandId, TaskId, limits};
use leptos::prelude::*;
use wire::care::{CaseView, HandOver as Handing, HandOverBody, TaskLine};
use wire::endpoint::None_;
use wire::{Code, Problem};

use super::super::super::ask::Attempt;
use super::Work;
use super::fold::Fold;
use super::people::{DESK, GOERS, People, Picked};
use crate::model::care_case::{Hold, hold, said};
use crate::pages::care::draft::Draft;
use crate::session::Session;
use crate::ui::{Button, Chips, Field, Send, TroubleNote, say};
use crate::{api, t};

/// What the reader may hand over: what is open and nobody else's, and, of a case of theirs, what anybody is to do
/// later.
fn tasks(case: &CaseView) -> Vec<(TaskId, TaskKind, String)> {
    let me = Session::get().me_now().map(|me| me.id);
    let mine = |task: &TaskLine| task.ended_at.is_none() && hold(task.owner, me) != Hold::Another;
    let work = std::iter::once((&case.work, t!(desk_case.hand.case).to_owned()));
    let visits = case.visits.iter();
    let visits = visits.map(|one| (&one.task, t!(desk_case.hand.visit, asks = one.asks)));
    let sees_to_it = hold(case.work.owner, me) == Hold::Mine;
    let later = case.follow_ups.iter();
    let later = later.map(|one| (&one.task, t!(desk_case.hand.later, what = one.what)));
    let later = later.filter(|(task, _)| mine(task) || sees_to_it && task.ended_at.is_none());
    work.chain(visits)
        .filter(|(task, _)| mine(task))
        .chain(later)
        .map(|(task, words)| (task.id, task.kind, words))
        .collect()
}

/// What is typed about it. Outlives what is drawn of it.
#[derive(Clone, Copy)]
struct Form {
    work: Work,
    open: RwSignal<bool>,
    draft: StoredValue<Draft>,
    task: RwSignal<String>,
    to: RwSignal<Vec<Picked>>,
    reason: RwSignal<String>,
    send: Send,
    attempt: Attempt<CommandId>,
}

impl Form {
    fn of(work: Work) -> Self {
        let draft = Draft::of(&format!("case-{}-hand", work.id));
        let own = work.case.now().map(|case| case.work.id.to_string());
        Self {
            work,
            open: RwSignal::new(false),
            task: draft.field("task", &own.unwrap_or_default()),
            to: draft.picked("to"),
            reason: draft.field("reason", ""),
            draft: StoredValue::new(draft),
            send: Send::default(),
            attempt: Attempt::new(),
        }
    }

    fn read(self) -> Result<(TaskId, HandOverBody), Problem> {
        let missing = |pointer: &str| Problem::new(Code::MissingField).at(pointer);
        let task = self.task.with_untracked(|raw| raw.parse::<TaskId>());
        let task = task.map_err(|_| missing("/task"))?;
        let to = self.to.with_untracked(|all| all.first().map(|one| one.id));
        let to = to.ok_or_else(|| missing("/to"))?;
        let reason = self.reason.with_untracked(|raw| said(raw, "/reason"))?;
        let id = self.attempt.id(&format!("{task}{to}{reason}"));
        Ok((task, HandOverBody { id, to, reason }))
    }

    fn taken(self) {
        self.attempt.taken();
        self.to.set(Vec::new());
        self.reason.set(String::new());
        self.draft.with_value(Draft::clear);
        self.open.set(false);
        say(t!(desk_case.hand.saved));
    }
}

#[component]
pub(super) fn HandOver(work: Work) -> AnyView {
    let form = Form::of(work);
    let any = work.is(|case| !tasks(case).is_empty());
    let shown = move || {
        any.get().then(|| {
            view! {
                <section class="card stack" data-testid="case-hand-over">
                    <h2>{t!(desk_case.hand.title)}</h2>
                    <Fold title=t!(desk_case.hand.write) open=form.open name="hand-form"><Fields form /></Fold>
                </section>
            }
        })
    };
    shown.into_any()
}

#[component]
fn Fields(form: Form) -> AnyView {
    let (work, send) = (form.work, form.send);
    let all = work.part(tasks);
    let which = move || {
        let all = all.get()?;
        let options = all.into_iter();
        let options: Vec<(String, String)> = options
            .map(|(id, _, words)| (id.to_string(), words))
            .collect();
        let set = Callback::new(move |to: String| {
            form.to.set(Vec::new());
            form.task.set(to);
        });
        let label = t!(desk_case.hand.which);
        Some(view! { <Chips label options value=form.task set name="hand-task" labelled=true /> })
    };
    // The case itself is the desk's; who goes there need not work there.
    let own = Memo::new(move |_| {
        let known = work
            .case
            .value
            .with(|case| case.as_ref().map(|case| case.work.id));
        let chosen = form.task.with(|raw| raw.parse::<TaskId>().ok());
        known.is_some() && known == chosen
    });
    let people = move || {
        let roles = if own.get() { DESK } else { GOERS };
        view! { <People label=t!(desk_case.hand.to) chosen=form.to most=1 roles name="hand-to" /> }
    };
    let go = Callback::new(move |()| match form.read() {
        Ok((task, body)) => {
            let call = api::call::<Handing>((work.id, task), None_ {}, body);
            work.send(send, call, move || form.taken());
        }
        Err(flaw) => send.problem.set(Some(flaw)),
    });
    view! {
        <p class="quiet">{t!(desk_case.hand.words)}</p>
        {which}
        <h3>{t!(desk_case.hand.to)}</h3>
        {people}
        <Field label=t!(desk_case.hand.reason) value=form.reason name="hand-reason" max=limits::LINE_CHARS pointer="/reason" problem=send.problem />
        <TroubleNote problem=send.problem />
        <Button label=t!(desk_case.hand.go) name="hand-go" busy=send.busy on_press=go />
    }
    .into_any()
}
