//! The station's app: its places and its routes. Served under `/desk`.

use domain::access::Act;
use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::path;

use super::Gate;
use crate::pages::desk::import::job::Job;
use crate::pages::desk::me::{NotStaff, NotYours};
use crate::pages::desk::{bookings, feedback, import, me, more, people, providers, services, today};
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
        (Act::Desk, Tab::new("/desk", t!(desk.nav.today), Icon::Today)),
        (Act::OverseeBookings, Tab::new("/desk/bookings", t!(desk.nav.bookings), Icon::Bookings)),
        (Act::Vet, Tab::new("/desk/providers", t!(desk.nav.providers), Icon::Vet)),
        (Act::SeePeople, Tab::new("/desk/people", t!(desk.nav.people), Icon::People)),
        (Act::Desk, Tab::new("/desk/services", t!(desk.nav.services), Icon::Services).only("wide")),
        (Act::Vet, Tab::new("/desk/import", t!(desk.nav.imports), Icon::Import).only("wide")),
        (Act::ReadFeedback, Tab::new("/desk/feedback", t!(desk.nav.feedback), Icon::Feedback).only("wide")),
        (Act::Desk, Tab::new("/desk/me", t!(desk.nav.me), Icon::Me).only("wide")),
        (Act::Desk, Tab::new("/desk/more", t!(desk.shell.more), Icon::More).only("narrow")),
    ]
}

fn content() -> AnyView {
    let session = Session::get();
    let tabs = Signal::derive(move || places().into_iter().filter(|(act, _)| session.may(*act)).map(|(_, tab)| tab).collect::<Vec<_>>());
    view! {
        <Shell tabs desk=true name=t!(desk.shell.name)><Gate home="/desk">{routes()}</Gate></Shell>
    }
    .into_any()
}

fn routes() -> AnyView {
    view! {
        <FlatRoutes fallback=|| view! { <NotFound home="/desk" /> }>
            <Route path=path!("/desk/sign-in") view=|| view! { <SignInPage home="/desk" /> } />
            <Route path=path!("/desk") view=|| open(Act::Desk, || view! { <today::Today /> }.into_any()) />
            <Route path=path!("/desk/bookings") view=|| open(Act::OverseeBookings, || view! { <bookings::day::Day /> }.into_any()) />
            <Route path=path!("/desk/bookings/new") view=|| open(Act::BookForOthers, || view! { <bookings::book::Book /> }.into_any()) />
            <Route path=path!("/desk/bookings/:id") view=|| open(Act::Desk, || view! { <bookings::detail::Detail /> }.into_any()) />
            <Route path=path!("/desk/providers") view=|| open(Act::Vet, || view! { <providers::list::List /> }.into_any()) />
            <Route path=path!("/desk/providers/new") view=|| open(Act::Vet, || view! { <providers::register::Register /> }.into_any()) />
            <Route path=path!("/desk/providers/:id") view=|| open(Act::Vet, || view! { <providers::file::File /> }.into_any()) />
            <Route path=path!("/desk/providers/:id/calendar") view=|| open(Act::Vet, || view! { <providers::calendar::Calendar /> }.into_any()) />
            <Route path=path!("/desk/services") view=|| open(Act::Desk, || view! { <services::list::List /> }.into_any()) />
            <Route path=path!("/desk/services/new") view=|| open(Act::Vet, || view! { <services::form::New /> }.into_any()) />
            <Route path=path!("/desk/services/categories") view=|| open(Act::Vet, || view! { <services::categories::Categories /> }.into_any()) />
            <Route path=path!("/desk/services/:id") view=|| open(Act::Vet, || view! { <services::form::Edit /> }.into_any()) />
            <Route path=path!("/desk/people") view=|| open(Act::SeePeople, || view! { <people::list::List /> }.into_any()) />
            <Route path=path!("/desk/people/new") view=|| open(Act::AddPeople, || view! { <people::add::Add /> }.into_any()) />
            <Route path=path!("/desk/people/household") view=|| open(Act::AddPeople, || view! { <people::household::Household /> }.into_any()) />
            <Route path=path!("/desk/people/:id") view=|| open(Act::SeePeople, || view! { <people::file::File /> }.into_any()) />
            <Route path=path!("/desk/import") view=|| open(Act::Vet, || view! { <import::page::Import /> }.into_any()) />
            <Route path=path!("/desk/feedback") view=|| open(Act::ReadFeedback, || view! { <feedback::Feedback /> }.into_any()) />
            <Route path=path!("/desk/me") view=|| open(Act::Desk, || view! { <me::Me /> }.into_any()) />
            <Route path=path!("/desk/more") view=|| open(Act::Desk, || view! { <more::More /> }.into_any()) />
        </FlatRoutes>
    }
    .into_any()
}

/// The page for those who may use it; kind words for the others.
fn open(act: Act, page: fn() -> AnyView) -> AnyView {
    let session = Session::get();
    untrack(move || {
        if session.may(act) {
            page()
        } else if session.may(Act::Desk) {
            view! { <NotYours /> }.into_any()
        } else {
            view! { <NotStaff /> }.into_any()
        }
    })
}
