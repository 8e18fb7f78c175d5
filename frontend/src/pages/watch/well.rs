use leptos::prelude::*;
use wire::Code;
use wire::endpoint::None_;
use wire::watch::{AnswerWell, AnswerWellBody};

use crate::session::Session;
use crate::ui::{Button, Note, Page, Send, TroubleNote, asked_now};
use crate::{api, t};

/// How far the question of the link is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stands {
    Asked,
    Answered,
    /// Somebody answered before, or was seen.
    Settled,
    Over,
    /// The link was not copied whole.
    Broken,
}

/// The answer to "are they well?", from the link of a text: for whoever was asked, signed in or not. It is given
/// by pressing, so that nothing that only looks at the link gives it.
#[component]
pub fn Well() -> AnyView {
    let key = asked_now("key").unwrap_or_default();
    let relative = key.starts_with('r');
    let first = if key.is_empty() {
        Stands::Broken
    } else {
        Stands::Asked
    };
    let (stands, send) = (RwSignal::new(first), Send::default());
    let press = Callback::new(move |()| {
        let body = AnswerWellBody { key: key.clone() };
        send.run(api::call::<AnswerWell>((), None_ {}, body), move |()| {
            stands.set(Stands::Answered);
        });
    });
    // What is not ours to try again is said in words of this page.
    Effect::new(move |_| {
        let over = send
            .problem
            .with(|problem| problem.as_ref().and_then(ended));
        if let Some(over) = over {
            stands.set(over);
        }
    });
    let back = if Session::get().me_now().is_some() {
        "/"
    } else {
        "/sign-in"
    };
    let shown = move || match stands.get() {
        Stands::Asked => view! { <Asked relative send press /> }.into_any(),
        Stands::Over | Stands::Broken => {
            let stands = stands.get();
            view! { <p class="card" data-testid=name(stands)>{words(stands, relative)}</p> }
                .into_any()
        }
        good => {
            view! { <Note words=words(good, relative).to_owned() name=name(good) /> }.into_any()
        }
    };
    view! { <Page title=t!(watch.answer.title) back=back><div class="stack-s well" role="status">{shown}</div></Page> }.into_any()
}

/// One large button.
#[component]
fn Asked(relative: bool, send: Send, press: Callback<()>) -> AnyView {
    let (question, label) = match relative {
        true => (t!(watch.answer.relative), t!(watch.answer.relative_press)),
        false => (t!(watch.answer.own), t!(watch.well.press)),
    };
    view! {
        <p>{question}</p>
        <Button label name="answer-well" busy=send.busy on_press=press />
        <TroubleNote problem=send.problem />
    }
    .into_any()
}

fn ended(problem: &wire::Problem) -> Option<Stands> {
    match problem.code {
        Code::AlreadySettled => Some(Stands::Settled),
        Code::TooLate => Some(Stands::Over),
        Code::BadValue => Some(Stands::Broken),
        _ => None,
    }
}

fn words(stands: Stands, relative: bool) -> &'static str {
    match stands {
        Stands::Asked => "",
        Stands::Answered if relative => t!(watch.answer.relative_done),
        Stands::Answered => t!(watch.answer.done),
        Stands::Settled => t!(watch.answer.settled),
        Stands::Over => t!(watch.answer.over),
        Stands::Broken => t!(watch.answer.broken),
    }
}

fn name(stands: Stands) -> &'static str {
    match stands {
        Stands::Asked => "asked",
        Stands::Answered => "answered",
        Stands::Settled => "settled",
        Stands::Over => "over",
        Stands::Broken => "broken",
    }
}
