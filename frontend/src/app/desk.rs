//! The station's app: its places and its routes. Served under `/desk`.

use std::str::FromStr;

use domain::access::Act;
use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::hooks::use_location;
use leptos_router::path;

use super::Gate;
use crate::pages::desk::import::job::Job;
use crate::pages::desk::me::{NotStaff, NotYours};
use crate::pages::desk::{
    bookings, feedback, import, me, more, people, providers, services, today,
};
use crate::pages::identity::sign_in::SignInPage;
use crate::pages::not_found::NotFound;
use crate::prefs::Prefs;
use crate::session::Session;
use crate::t;
use crate::ui::{Icon, Shell, Tab};

/// Draws the app.
pub fn start() {
    super::mount(root);
}

fn root() -> AnyView {
    let prefs = Prefs::provide();
    let _ = Session::provide(prefs);
    Job::provide();
    view! { <Router>{move || { prefs.language.track(); content() }}</Router> }.into_any()
}

/// The places, each with the act it takes to use it. On a phone the last ones stand behind "more".
#[must_use]
pub fn places() -> Vec<(Act, Tab)> {
    vec![
        (
            Act::Desk,
            Tab::new("/desk", t!(desk.nav.today), Icon::Today),
        ),
        (
            Act::OverseeBookings,
            Tab::new("/desk/bookings", t!(desk.nav.bookings), Icon::Bookings),
        ),
        (
            Act::Vet,
            Tab::new("/desk/providers", t!(desk.nav.providers), Icon::Vet),
        ),
        (
            Act::SeePeople,
            Tab::new("/desk/people", t!(desk.nav.people), Icon::People),
        ),
        (
            Act::Desk,
            Tab::new("/desk/services", t!(desk.nav.services), Icon::Services).only("wide"),
        ),
        (
            Act::Vet,
            Tab::new("/desk/import", t!(desk.nav.imports), Icon::Import).only("wide"),
        ),
        (
            Act::ReadFeedback,
            Tab::new("/desk/feedback", t!(desk.nav.feedback), Icon::Feedback).only("wide"),
        ),
        (
            Act::Desk,
            Tab::new("/desk/me", t!(desk.nav.me), Icon::Me).only("wide"),
        ),
        (
            Act::Desk,
            Tab::new("/desk/more", t!(desk.shell.more), Icon::More).only("narrow"),
        ),
    ]
}

fn content() -> AnyView {
    let session = Session::get();
    let tabs = Signal::derive(move || {
        places()
            .into_iter()
            .filter(|(act, _)| session.may(*act))
            .map(|(_, tab)| tab)
            .collect::<Vec<_>>()
    });
    view! {
        <Shell tabs desk=true name=t!(desk.shell.name)><Gate home="/desk">{routes()}</Gate></Shell>
    }
    .into_any()
}

/// One route that matches everything, and a match below it, as in the residents' app.
fn routes() -> AnyView {
    view! {
        <FlatRoutes fallback=|| view! { <NotFound home="/desk" /> }>
            <Route path=path!("/*any") view=Pages />
        </FlatRoutes>
    }
    .into_any()
}

#[component]
fn Pages() -> AnyView {
    let path = use_location().pathname;
    let page = move || {
        path.with(|path| {
            page_at(
                path.split('/')
                    .filter(|part| !part.is_empty())
                    .collect::<Vec<_>>()
                    .as_slice(),
            )
        })
    };
    page.into_any()
}

/// The route table.
fn page_at(path: &[&str]) -> AnyView {
    let ["desk", path @ ..] = path else {
        return nowhere();
    };
    match path {
        ["sign-in"] => view! { <SignInPage home="/desk" /> }.into_any(),
        [] => open(Act::Desk, || view! { <today::Today /> }.into_any()),
        ["bookings"] => open(Act::OverseeBookings, || {
            view! { <bookings::day::Day /> }.into_any()
        }),
        ["bookings", "new"] => open(Act::BookForOthers, || {
            view! { <bookings::book::Book /> }.into_any()
        }),
        ["bookings", id] => of(id, Act::Desk, |id| {
            view! { <bookings::detail::Detail id /> }.into_any()
        }),
        ["providers"] => open(Act::Vet, || view! { <providers::list::List /> }.into_any()),
        ["providers", "new"] => open(Act::Vet, || {
            view! { <providers::register::Register /> }.into_any()
        }),
        ["providers", id] => of(id, Act::Vet, |id| {
            view! { <providers::file::File id /> }.into_any()
        }),
        ["providers", id, "calendar"] => of(id, Act::Vet, |id| {
            view! { <providers::calendar::Calendar id /> }.into_any()
        }),
        ["services"] => open(Act::Desk, || view! { <services::list::List /> }.into_any()),
        ["services", "new"] => open(Act::Vet, || view! { <services::form::New /> }.into_any()),
        ["services", "categories"] => open(Act::Vet, || {
            view! { <services::categories::Categories /> }.into_any()
        }),
        ["services", id] => of(id, Act::Vet, |id| {
            view! { <services::form::Edit id /> }.into_any()
        }),
        ["people"] => open(Act::SeePeople, || {
            view! { <people::list::List /> }.into_any()
        }),
        ["people", "new"] => open(Act::AddPeople, || view! { <people::add::Add /> }.into_any()),
        ["people", "household"] => open(Act::AddPeople, || {
            view! { <people::household::Household /> }.into_any()
        }),
        ["people", id] => of(id, Act::SeePeople, |id| {
            view! { <people::file::File id /> }.into_any()
        }),
        ["import"] => open(Act::Vet, || view! { <import::page::Import /> }.into_any()),
        ["feedback"] => open(Act::ReadFeedback, || {
            view! { <feedback::Feedback /> }.into_any()
        }),
        ["me"] => open(Act::Desk, || view! { <me::Me /> }.into_any()),
        ["more"] => open(Act::Desk, || view! { <more::More /> }.into_any()),
        _ => nowhere(),
    }
}

fn nowhere() -> AnyView {
    view! { <NotFound home="/desk" /> }.into_any()
}

/// The page of one thing, where the address names one.
fn of<I: FromStr>(raw: &str, act: Act, page: fn(I) -> AnyView) -> AnyView {
    refused(act).unwrap_or_else(|| raw.parse().map_or_else(|_| nowhere(), page))
}

/// The page for those who may use it; kind words for the others.
fn open(act: Act, page: fn() -> AnyView) -> AnyView {
    refused(act).unwrap_or_else(page)
}

fn refused(act: Act) -> Option<AnyView> {
    let session = Session::get();
    untrack(move || match (session.may(act), session.may(Act::Desk)) {
        (true, _) => None,
        (false, true) => Some(view! { <NotYours /> }.into_any()),
        (false, false) => Some(view! { <NotStaff /> }.into_any()),
    })
}
