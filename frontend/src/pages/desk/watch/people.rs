//! Everybody who is watched over, and watching over somebody more.

use domain::{CommandId, limits};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use wire::endpoint::None_;
use wire::identity::ResidentRow;
use wire::watch::{CreateWatched, CreateWatchedBody, ListWatched, WatchedQuery, WatchedView};
use wire::{Code, Problem};

use super::super::ask::Attempt;
use super::super::people::pick::PersonPick;
use super::super::table::{Head, Table};
use super::faces;
use super::fields::{Fields, Form};
use crate::model::when;
use crate::ui::{
    Button, Chips, Kind, LinkButton, Page, Paged, Send, Tag, Tone, TroubleNote, say_next,
};
use crate::{api, t};

#[component]
pub fn List() -> AnyView {
    let which = RwSignal::new("all".to_owned());
    let list = Paged::new(move |cursor| {
        let query = WatchedQuery {
            reason: t!(desk_watch.people.reason).to_owned(),
            blind: which.with(|which| which == "blind").then_some(true),
            cursor,
            limit: Some(limits::PAGE_ROWS),
        };
        api::get::<ListWatched>((), query)
    });
    let options = vec![
        ("all".to_owned(), t!(desk_watch.people.all).to_owned()),
        ("blind".to_owned(), t!(desk_watch.people.blind).to_owned()),
    ];
    let heads = vec![
        Head::always(t!(desk_watch.people.name)),
        Head::always(t!(desk_watch.people.state)),
        Head::wide(t!(desk_watch.people.since)),
        Head::wide(t!(desk_watch.people.seen)),
        Head::wide(t!(desk_watch.people.due)),
        Head::wide(t!(desk_watch.people.away)),
    ];
    let set = Callback::new(move |to: String| which.set(to));
    view! {
        <Page title=t!(desk_watch.people.title) back="/desk/watch" wide=true>
            <p class="quiet">{t!(desk_watch.people.words)}</p>
            <div class="desk-tools">
                <Chips label=t!(desk_watch.people.which) options value=which set name="which" />
                <LinkButton label=t!(desk_watch.people.add) href="/desk/watch/people/new" name="watched-new" small=true />
            </div>
            <Table from=list caption=t!(desk_watch.people.title) heads empty=t!(desk_watch.people.none) name="watched" row=row />
        </Page>
    }
    .into_any()
}

fn row(one: WatchedView) -> Vec<AnyView> {
    let moment = |at: Option<wire::Moment>| {
        let words = at.map_or_else(|| t!(desk.act.none).to_owned(), when::moment);
        words.into_any()
    };
    let blind = one
        .blind
        .then(|| view! { " "<Tag words=t!(desk_watch.people.blind) tone=Tone::Wait /> });
    let alert = one.alert.map(|id| {
        let href = format!("/desk/watch/alerts/{id}");
        view! { " "<a class="grid-link" href=href><Tag words=t!(desk_watch.people.alert) tone=Tone::Bad /></a> }
    });
    let href = format!("/desk/watch/people/{}", one.person);
    let name = view! { <a class="grid-link" href=href data-testid="watched-person" data-id=one.person.to_string()>{one.name}</a>{alert} };
    vec![
        name.into_any(),
        view! { {faces::whereabouts(one.whereabouts)}{blind} }.into_any(),
        moment(one.since),
        moment(one.seen_at),
        moment(one.due),
        moment(one.away_until),
    ]
}

/// Somebody who agreed: who, which doors and cards are theirs, how soon they are looked after.
#[component]
pub fn New() -> AnyView {
    let (chosen, form, send) = (
        RwSignal::new(None::<ResidentRow>),
        Form::of(None),
        Send::default(),
    );
    let attempt: Attempt<CommandId> = Attempt::new();
    let navigate = StoredValue::new_local(use_navigate());
    let go = Callback::new(move |()| {
        let person = chosen.with_untracked(|one| one.as_ref().map(|one| one.id));
        let Some(person) = person else {
            let flaw = Problem::new(Code::MissingField).at("/person");
            return send.problem.set(Some(flaw));
        };
        let fields = match form.read() {
            Ok(fields) => fields,
            Err(flaw) => return send.problem.set(Some(flaw)),
        };
        let body = CreateWatchedBody {
            id: attempt.id(&format!("{person}{fields:?}")),
            person,
            fields,
        };
        send.run(
            api::call::<CreateWatched>((), None_ {}, body),
            move |one: WatchedView| {
                attempt.taken();
                say_next(&t!(desk_watch.people.added, name = one.name));
                navigate.with_value(|navigate| navigate("/desk/watch/people", Default::default()));
            },
        );
    });
    // Whoever did not agree can be asked, and their answer written down in their file.
    let to_file = move || {
        let refused = send.problem.with(|problem| {
            let problem = problem.as_ref();
            problem.is_some_and(|problem| problem.code == Code::WatchConsent)
        });
        let person = chosen.get().filter(|_| refused)?;
        let href = format!("/desk/people/{}", person.id);
        Some(
            view! { <LinkButton label=t!(desk_watch.people.to_file) href name="to-file" kind=Kind::Plain /> },
        )
    };
    view! {
        <Page title=t!(desk_watch.people.add) back="/desk/watch/people">
            <p class="quiet">{t!(desk_watch.people.add_words)}</p>
            <section class="card stack"><h2>{t!(desk_watch.people.who)}</h2><PersonPick chosen /></section>
            <Fields form problem=send.problem />
            <TroubleNote problem=send.problem />
            {to_file}
            <Button label=t!(desk_watch.people.add) name="watched-save" busy=send.busy on_press=go />
        </Page>
    }
    .into_any()
}
