//! Ringing somebody, and what the call came to.

use domain::care::{CallOutcome, Contacted, Stage};
use domain::{CommandId, limits};
use leptos::prelude::*;
use wire::care::{CallView, RecordCall, RecordCallBody};
use wire::endpoint::None_;
use wire::{Code, Problem};

use super::super::super::ask::Attempt;
use super::super::words;
use super::Work;
use super::about::numbers;
use super::fold::{Fold, opened};
use crate::i18n::{named, texts};
use crate::model::phone::said;
use crate::model::when;
use crate::pages::care::draft::Draft;
use crate::ui::{Button, Chips, Kind, LinkButton, Send, TextArea, TroubleNote, say};
use crate::{api, t};

#[component]
pub(super) fn Calls(work: Work) -> AnyView {
    let calls = work.part(|case| case.calls.clone());
    let list = move || {
        let calls = calls.get()?;
        let lines: Vec<AnyView> = calls.iter().map(line).collect();
        (!lines.is_empty()).then(|| view! { <ul class="stack-s" data-testid="calls">{lines}</ul> })
    };
    let (can, form) = (work.can(), Form::of(work));
    let write = move || can.get().then(|| view! { <Write form /> });
    view! {
        <section class="card stack" data-testid="case-calls">
            <h2>{t!(desk_case.call.title)}</h2>
            {list}
            {write}
        </section>
    }
    .into_any()
}

fn contacted(whom: Contacted) -> String {
    named(texts::desk_case::contacted::ALL, whom.as_str())
}

fn line(call: &CallView) -> AnyView {
    let (at, who) = (when::moment(call.at), &call.by_name);
    let whom = contacted(call.whom);
    let about = t!(desk_case.call.line, at = at, who = who, whom = whom);
    let note = (!call.note.is_empty()).then(|| view! { <p class="prose">{call.note.clone()}</p> });
    view! {
        <li class="stack-s" data-testid="call-line" data-outcome=call.outcome.as_str()>
            <p><strong>{words::outcome(call.outcome)}</strong>" "<span class="quiet">{about}</span></p>
            {note}
        </li>
    }
    .into_any()
}

/// What is typed about one call. Outlives what is drawn of it.
#[derive(Clone, Copy)]
struct Form {
    work: Work,
    open: RwSignal<bool>,
    draft: StoredValue<Draft>,
    whom: RwSignal<String>,
    outcome: RwSignal<String>,
    note: RwSignal<String>,
    send: Send,
    attempt: Attempt<CommandId>,
}

impl Form {
    fn of(work: Work) -> Self {
        let draft = Draft::of(&format!("case-{}-call", work.id));
        Self {
            work,
            open: opened(work, &[Stage::Triage, Stage::Call]),
            whom: draft.field("whom", Contacted::Person.as_str()),
            outcome: draft.field("outcome", ""),
            note: draft.field("note", ""),
            draft: StoredValue::new(draft),
            send: Send::default(),
            attempt: Attempt::new(),
        }
    }

    fn read(self) -> Result<RecordCallBody, Problem> {
        let missing = |pointer: &str| Problem::new(Code::MissingField).at(pointer);
        let whom = self.whom.with_untracked(|raw| raw.parse::<Contacted>());
        let whom = whom.map_err(|()| missing("/whom"))?;
        let outcome = self
            .outcome
            .with_untracked(|raw| raw.parse::<CallOutcome>());
        let outcome = outcome.map_err(|()| missing("/outcome"))?;
        let note = self.note.get_untracked().trim().to_owned();
        Ok(RecordCallBody {
            id: self.attempt.id(&format!("{whom}{outcome}{note}")),
            whom,
            outcome,
            note,
        })
    }

    fn taken(self) {
        self.attempt.taken();
        self.whom.set(Contacted::Person.to_string());
        self.outcome.set(String::new());
        self.note.set(String::new());
        self.draft.with_value(Draft::clear);
        self.open.set(false);
        say(t!(desk_case.call.saved));
    }
}

#[component]
fn Write(form: Form) -> AnyView {
    let tels = form.work.part(numbers);
    let tels = move || {
        let link = |(who, number): (String, String)| {
            let label = t!(desk_case.call.ring, who = who, number = said(&number));
            view! { <LinkButton label href=format!("tel:{number}") name="ring" kind=Kind::Plain /> }
                .into_any()
        };
        let links: Vec<AnyView> = tels.get()?.into_iter().map(link).collect();
        Some(view! { <div class="button-stack">{links}</div> })
    };
    view! {
        {tels}
        <Fold title=t!(desk_case.call.write) open=form.open name="call-form"><Fields form /></Fold>
    }
    .into_any()
}

#[component]
fn Fields(form: Form) -> AnyView {
    let whom = Contacted::ALL
        .iter()
        .map(|whom| (whom.to_string(), contacted(*whom)))
        .collect::<Vec<_>>();
    let outcomes = CallOutcome::ALL
        .iter()
        .map(|outcome| (outcome.to_string(), words::outcome(*outcome)))
        .collect::<Vec<_>>();
    let (work, send) = (form.work, form.send);
    let go = Callback::new(move |()| match form.read() {
        Ok(body) => {
            let call = api::call::<RecordCall>((work.id,), None_ {}, body);
            work.send(send, call, move || form.taken());
        }
        Err(flaw) => send.problem.set(Some(flaw)),
    });
    let set_whom = Callback::new(move |to: String| form.whom.set(to));
    let set_outcome = Callback::new(move |to: String| form.outcome.set(to));
    view! {
        <Chips label=t!(desk_case.call.whom) options=whom value=form.whom set=set_whom name="whom" labelled=true />
        <Chips label=t!(desk_case.call.outcome) options=outcomes value=form.outcome set=set_outcome name="outcome" labelled=true />
        <TextArea label=t!(desk_case.call.note) hint=t!(desk.act.optional) value=form.note name="call-note" max=limits::NOTE_CHARS pointer="/note" problem=send.problem />
        <TroubleNote problem=send.problem />
        <Button label=t!(desk_case.call.go) name="call-go" busy=send.busy on_press=go />
    }
    .into_any()
}
