use domain::access::Act;
use domain::{CaseId, PersonId, limits};
use leptos::prelude::*;
use wire::care::{CaseMade, CreateCase, CreateCaseBody};
use wire::endpoint::None_;
use wire::identity::{GetHousehold, Member};
use wire::watch::ListMyWatchPeople;
use wire::{Code, Problem};

use super::draft::Draft;
use super::neighbours::Neighbours;
use crate::ids::Again;
use crate::model::phone::said;
use crate::session::Session;
use crate::ui::{
    Button, Cell, Cells, Chips, Fetch, Kind, Load, Note, Page, Remote, Send, TextArea, TroubleNote,
    say,
};
use crate::{api, t};

/// Saying that somebody should be looked after: oneself, or somebody close.
#[component]
pub fn Ask() -> AnyView {
    let done = RwSignal::new(None::<bool>);
    let shown = move || match done.get() {
        Some(joined) => view! { <Sent joined done /> }.into_any(),
        None => view! { <Form done /> }.into_any(),
    };
    view! {
        <Page title=t!(care.ask.title) back="/me">
            {shown}
            <Urgent />
        </Page>
    }
    .into_any()
}

/// Those whom one may speak of besides oneself: of one's home, and those whose relative one is.
fn close() -> Fetch<Vec<(PersonId, String)>> {
    Box::pin(async move {
        let home = match api::get::<GetHousehold>((), None_ {}).await {
            Ok(home) => home.people,
            Err(problem) if problem.code == Code::NotFound => Vec::new(),
            Err(problem) => return Err::<Vec<(PersonId, String)>, Problem>(problem),
        };
        let relatives = api::get::<ListMyWatchPeople>((), None_ {}).await?;
        let me = Session::get().me_now().map(|me| me.id);
        let home = home.into_iter().map(|one: Member| (one.id, one.name));
        let relatives = relatives
            .items
            .into_iter()
            .map(|one| (one.person, one.name));
        let mut found: Vec<(PersonId, String)> = Vec::new();
        for (id, name) in home.chain(relatives) {
            if Some(id) != me && !found.iter().any(|(known, _)| *known == id) {
                found.push((id, name));
            }
        }
        Ok(found)
    })
}

#[component]
fn Form(done: RwSignal<Option<bool>>) -> AnyView {
    let people = Remote::new(close);
    let draft = Draft::of("care-ask");
    let (about, text) = (draft.field("about", ""), draft.field("said", ""));
    let named = draft.field("named", "");
    let anybody = Session::get().may(Act::BookForOthers);
    let (send, again) = (Send::default(), Again::default());
    let submit = Callback::new(move |()| {
        let (whom, words) = (about.get_untracked(), text.get_untracked());
        let body = CreateCaseBody {
            id: CaseId::from_bits(again.bits(&format!("{whom}\n{words}"))),
            person: whom.parse().ok(),
            said: words,
        };
        let draft = draft.clone();
        send.run(
            api::call::<CreateCase>((), None_ {}, body),
            move |made: CaseMade| {
                draft.clear();
                say(t!(care.ask.sent));
                done.set(Some(made.joined));
            },
        );
    });
    let refused = move || {
        let problem = send.problem.get();
        let theirs = problem.is_some_and(|one| one.code == Code::NotFound);
        theirs.then(
            || view! { <p class="card" data-testid="not-theirs">{t!(care.ask.not_theirs)}</p> },
        )
    };
    view! {
        <p>{t!(care.ask.words)}</p>
        <section class="card stack" data-testid="ask">
            <Load from=people let:others>{whom(others, about, named)}</Load>
            {if anybody {
                view! { <Neighbours about named /> }.into_any()
            } else {
                view! { <p class="quiet">{t!(care.ask.others)}</p> }.into_any()
            }}
            {refused}
            <TextArea label=t!(care.ask.said) hint=t!(care.ask.said_hint) value=text name="said" pointer="/said" problem=send.problem max=limits::NOTE_CHARS rows=5 />
            <TroubleNote problem=send.problem />
            <Button label=t!(care.ask.send) name="ask-send" busy=send.busy on_press=submit />
        </section>
        <Next />
    }
    .into_any()
}

/// Chooses between oneself and those who are close; and whoever else was picked.
fn whom(
    others: Vec<(PersonId, String)>,
    about: RwSignal<String>,
    named: RwSignal<String>,
) -> AnyView {
    let pick = Callback::new(move |raw: String| about.set(raw));
    let chips = move || {
        let mut options = vec![(String::new(), t!(care.ask.own).to_owned())];
        let close = others
            .iter()
            .map(|(id, name)| (id.to_string(), name.clone()));
        options.extend(close);
        let (id, name) = (about.get_untracked(), named.get());
        if !name.is_empty() && !options.iter().any(|(known, _)| *known == id) {
            options.push((id, name));
        }
        view! { <Chips label=t!(care.ask.whom) labelled=true options value=about set=pick name="whom" /> }
    };
    chips.into_any()
}

/// What becomes of it, and who reads it.
#[component]
fn Next() -> AnyView {
    view! {
        <section class="stack-s" data-testid="ask-next">
            <h2 class="cells-title">{t!(care.ask.next)}</h2>
            <ol class="card stack-s">
                <li>{t!(care.ask.step_call)}</li>
                <li>{t!(care.ask.step_visit)}</li>
                <li>{t!(care.ask.step_help)}</li>
            </ol>
            <p class="quiet">{t!(care.ask.seen_by)}</p>
        </section>
    }
    .into_any()
}

/// It is with the station now. `joined`: somebody was looking after it already.
#[component]
fn Sent(joined: bool, done: RwSignal<Option<bool>>) -> AnyView {
    let words = if joined {
        t!(care.ask.joined)
    } else {
        t!(care.ask.made)
    };
    view! {
        <Note words name="ask-sent" />
        <Next />
        <Button label=t!(care.ask.more) name="ask-more" kind=Kind::Plain on_press=move |()| done.set(None) />
    }
    .into_any()
}

/// Whom to ring where it can't wait.
#[component]
fn Urgent() -> AnyView {
    let me = Session::get().me_now();
    let phone = me.map(|me| me.community.phone.clone()).unwrap_or_default();
    view! {
        <Cells title=t!(care.ask.urgent)>
            <Cell label=t!(care.emergency.ambulance) href="tel:120" name="call-120" />
            <Cell label=t!(care.emergency.police) href="tel:110" name="call-110" />
            <Cell label=t!(care.ask.station) value=said(&phone) href=format!("tel:{phone}") name="call-station" />
        </Cells>
    }
    .into_any()
}
