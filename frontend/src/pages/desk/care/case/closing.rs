//! Closing a case: what it came to, and who knows of the person then.

use domain::care::{CaseReason, Stage};
use domain::{CommandId, limits};
use jiff::Timestamp;
use leptos::prelude::*;
use wire::care::{CloseCase, CloseCaseBody};
use wire::endpoint::None_;
use wire::{Code, Problem};

use super::super::super::ask::Attempt;
use super::super::words;
use super::Work;
use super::fold::{Fold, opened};
use super::moment::moment;
use crate::model::care_case::this_minute;
use crate::pages::care::draft::Draft;
use crate::session::Session;
use crate::ui::{Button, Chips, Field, Send, TextArea, TroubleNote, say};
use crate::{api, clock, t};

/// When somebody saw the person.
const KNOWN: &str = "known";
const NOW: &str = "now";
const EARLIER: &str = "earlier";

/// What is typed about the end. Outlives what is drawn of it.
#[derive(Clone, Copy)]
struct Form {
    work: Work,
    open: RwSignal<bool>,
    draft: StoredValue<Draft>,
    reason: RwSignal<String>,
    comment: RwSignal<String>,
    seen: RwSignal<String>,
    day: RwSignal<String>,
    time: RwSignal<String>,
    send: Send,
    attempt: Attempt<CommandId>,
}

impl Form {
    fn of(work: Work) -> Self {
        let draft = Draft::of(&format!("case-{}-close", work.id));
        let today = clock::today(&Session::get().zone());
        Self {
            work,
            open: opened(work, &[Stage::Close]),
            reason: draft.field("reason", ""),
            comment: draft.field("comment", ""),
            seen: draft.field("seen", KNOWN),
            day: draft.field("day", &today.to_string()),
            time: draft.field("time", ""),
            draft: StoredValue::new(draft),
            send: Send::default(),
            attempt: Attempt::new(),
        }
    }

    fn seen_at(self) -> Result<Option<Timestamp>, Problem> {
        match self.seen.get_untracked().as_str() {
            NOW => Ok(Some(this_minute(clock::now()))),
            EARLIER => moment(self.day, self.time, "/seen_at").map(Some),
            _ => Ok(None),
        }
    }

    fn read(self) -> Result<CloseCaseBody, Problem> {
        let reason = self.reason.with_untracked(|raw| raw.parse::<CaseReason>());
        let reason = reason.map_err(|()| Problem::new(Code::MissingField).at("/reason"))?;
        let comment = self.comment.get_untracked().trim().to_owned();
        let seen_at = self.seen_at()?;
        Ok(CloseCaseBody {
            id: self.attempt.id(&format!("{reason}{comment}{seen_at:?}")),
            reason,
            comment,
            seen_at,
        })
    }

    fn taken(self) {
        self.attempt.taken();
        self.draft.with_value(Draft::clear);
        say(t!(desk_case.close.done));
    }
}

#[component]
pub(super) fn Closing(work: Work) -> AnyView {
    let (can, form) = (work.can(), Form::of(work));
    let unsettled = work.part(|case| case.row.unsettled);
    let first = move || {
        let count = unsettled.get().filter(|count| *count > 0)?;
        let words = t!(desk_case.close.unsettled, count = count);
        Some(view! { <p class="quiet" data-testid="unsettled">{words}</p> })
    };
    let write = move || {
        can.get().then(|| view! { <Fold title=t!(desk_case.close.write) open=form.open name="close-form"><Fields form /></Fold> })
    };
    view! {
        <section class="card stack" data-testid="case-closing">
            <h2>{t!(desk_case.close.title)}</h2>
            {first}
            {write}
        </section>
    }
    .into_any()
}

#[component]
fn Fields(form: Form) -> AnyView {
    let (work, send) = (form.work, form.send);
    let problem = send.problem;
    // What only time or another case says is nobody's to choose.
    let reasons = CaseReason::ALL
        .iter()
        .filter(|reason| reason.of_alert().is_some())
        .map(|reason| (reason.to_string(), words::reason(*reason)))
        .collect::<Vec<_>>();
    let moments = [
        (KNOWN, t!(desk_case.close.known)),
        (NOW, t!(desk_case.close.now)),
        (EARLIER, t!(desk_case.close.earlier)),
    ];
    let moments = moments
        .into_iter()
        .map(|(key, words)| (key.to_owned(), words.to_owned()))
        .collect::<Vec<_>>();
    let go = Callback::new(move |()| match form.read() {
        Ok(body) => {
            let call = api::call::<CloseCase>((work.id,), None_ {}, body);
            work.send(send, call, move || form.taken());
        }
        Err(flaw) => problem.set(Some(flaw)),
    });
    // Refused as nobody knows of the person: where that is answered, it is said.
    let unseen = Memo::new(move |_| {
        problem.with(|problem| {
            let pointer = problem
                .as_ref()
                .and_then(|problem| problem.pointer.as_deref());
            pointer == Some("/seen_at")
        })
    });
    Effect::new(move |_| {
        if unseen.get() && form.seen.with_untracked(|seen| seen == KNOWN) {
            form.seen.set(EARLIER.to_owned());
        }
    });
    let earlier = move || {
        let earlier = form.seen.with(|seen| seen == EARLIER);
        earlier.then(|| view! {
            <div class="desk-pair">
                <Field label=t!(desk_case.close.day) value=form.day name="seen-day" kind="date" pointer="/seen_at" problem />
                <Field label=t!(desk_case.close.time) value=form.time name="seen-time" kind="time" />
            </div>
        })
    };
    let set_reason = Callback::new(move |to: String| form.reason.set(to));
    let set_seen = Callback::new(move |to: String| form.seen.set(to));
    view! {
        <p class="quiet">{t!(desk_case.close.words)}</p>
        <Chips label=t!(desk_case.close.reason) options=reasons value=form.reason set=set_reason name="reason" labelled=true />
        <Chips label=t!(desk_case.close.seen) options=moments value=form.seen set=set_seen name="seen" labelled=true />
        {earlier}
        <TextArea label=t!(desk_case.close.comment) hint=t!(desk.act.optional) value=form.comment name="comment" max=limits::NOTE_CHARS pointer="/comment" problem />
        <TroubleNote problem=send.problem />
        <Button label=t!(desk_case.close.go) name="close-case" busy=send.busy on_press=go />
    }
    .into_any()
}
