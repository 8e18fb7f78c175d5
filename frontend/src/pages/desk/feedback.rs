//! Complaints and suggestions, newest first: those that wait, and those that were handled.

use domain::access::Act;
use domain::{CommandId, limits};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::identity::{
    FeedbackQuery, FeedbackView, HandleFeedback, HandleFeedbackBody, HandlingView, ListFeedback,
};

use super::ask::{Ask, Attempt, close_then};
use crate::model::when;
use crate::session::Session;
use crate::ui::{Button, Chips, Kind, Page, Paged, Rows, Send, TextArea, say};
use crate::{api, t};

const WAITING: &str = "waiting";
const HANDLED: &str = "handled";

#[component]
pub fn Feedback() -> AnyView {
    let show = RwSignal::new(WAITING.to_owned());
    let list = Paged::new(move |cursor| {
        let query = FeedbackQuery {
            handled: Some(show.with(|show| show == HANDLED)),
            cursor,
            limit: None,
        };
        api::get::<ListFeedback>((), query)
    });
    let options = vec![
        (WAITING.to_owned(), t!(desk.feedback.waiting).to_owned()),
        (HANDLED.to_owned(), t!(desk.feedback.handled).to_owned()),
    ];
    let one = move |one: FeedbackView| view! { <One one list /> }.into_any();
    view! {
        <Page title=t!(desk.feedback.title)>
            <Chips label=t!(desk.feedback.which) options value=show set=move |to| show.set(to) name="show" />
            <Rows from=list empty=t!(desk.feedback.none) name="feedback-list" children=one />
        </Page>
    }
    .into_any()
}

#[component]
fn One(one: FeedbackView, list: Paged<FeedbackView>) -> AnyView {
    let page = (!one.page.is_empty())
        .then(|| view! { <p class="quiet">{t!(desk.feedback.from_page, page = one.page)}</p> });
    let below = match one.handled {
        Some(handled) => outcome(handled),
        None => view! { <Handle id=one.id list /> }.into_any(),
    };
    view! {
        <article class="card stack-close" data-testid="feedback">
            <div class="desk-head"><h2>{one.from}</h2><span class="quiet">{when::moment(one.at)}</span></div>
            <p class="prose">{one.text}</p>
            {page}
            {below}
        </article>
    }
    .into_any()
}

fn outcome(handled: HandlingView) -> AnyView {
    let at = when::moment(handled.at);
    let by = t!(desk.feedback.handled_by, name = handled.by_name, at = at);
    let answer = (!handled.answer.is_empty()).then(
        || view! { <p class="prose">{t!(feedback.page.answer, answer = handled.answer)}</p> },
    );
    view! { <p class="quiet" data-testid="handled-by">{by}</p>{answer} }.into_any()
}

/// Marks one as handled, with an answer for whoever wrote it if there is one.
#[component]
fn Handle(id: domain::FeedbackId, list: Paged<FeedbackView>) -> AnyView {
    if !Session::get().may(Act::HandleFeedback) {
        return ().into_any();
    }
    let (open, send, answer) = (
        RwSignal::new(false),
        Send::default(),
        RwSignal::new(String::new()),
    );
    let attempt: Attempt<CommandId> = Attempt::new();
    let yes = move |()| {
        let said = answer.get_untracked();
        let body = HandleFeedbackBody {
            id: attempt.id(&said),
            answer: said,
        };
        send.run(
            api::call::<HandleFeedback>((id,), None_ {}, body),
            move |_| {
                say(t!(desk.feedback.done));
                close_then(open, move || list.again());
            },
        );
    };
    view! {
        <Button label=t!(desk.feedback.handle) kind=Kind::Plain small=true name="feedback-handle" on_press=move |()| open.set(true) />
        <Ask open title=t!(desk.feedback.ask) words=t!(desk.feedback.ask_words) yes=t!(desk.feedback.handle) send on_yes=yes>
            <TextArea label=t!(desk.feedback.answer) hint=t!(desk.act.optional) value=answer name="answer" max=limits::NOTE_CHARS pointer="/answer" problem=send.problem />
        </Ask>
    }
    .into_any()
}
