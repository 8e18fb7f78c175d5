//! The station's app: its places and its routes. Served under `/desk`.

use std::str::FromStr;

use domain::access::Act;
use leptos::prelude::*;
use leptos_router::components::Router;

use super::chunk::{Chunk, Draw};
use super::{Gate, table};
use crate::pages::desk::import::job::Job;
use crate::pages::desk::me::{NotStaff, NotYours};
use crate::pages::library::kept::Kept;
use crate::pages::not_found::NotFound;
use crate::prefs::Prefs;
use crate::session::Session;
use crate::t;
use crate::ui::{Icon, Shell, Tab};

/// Draws the app. `later`: what the first screen does without. `beside`: what stands above each page, once it
/// has come.
pub fn start(pages: Draw, later: &'static [&'static Chunk], beside: &'static Chunk) {
    super::start(move || root(pages, beside), later);
}

fn root(pages: Draw, beside: &'static Chunk) -> AnyView {
    let prefs = Prefs::provide();
    let _ = Session::provide(prefs);
    Kept::provide();
    Job::provide();
    view! { <Router>{move || { prefs.language.track(); content(pages, beside) }}</Router> }
        .into_any()
}

/// The places, each with the act it takes to use it. On a phone the last ones stand behind "more".
#[must_use]
pub fn places(session: Session) -> Vec<(Act, Tab)> {
    let mut places = vec![
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
            Act::Watch,
            Tab::new("/desk/watch", t!(desk.nav.watch), Icon::Watch).only("wide"),
        ),
        (
            Act::Care,
            Tab::new("/desk/care", t!(desk.nav.care), Icon::Phone).only("wide"),
        ),
        (
            Act::Counter,
            Tab::new(
                "/desk/volunteering",
                t!(desk.nav.volunteering),
                Icon::Volunteer,
            )
            .only("wide"),
        ),
        (
            Act::LendBooks,
            Tab::new("/desk/library", t!(desk.nav.library), Icon::Books).only("wide"),
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
    ];
    // Whoever watches has this among the rest of it.
    if !session.may(Act::Watch) {
        let tab = Tab::new(
            "/desk/watch/absences",
            t!(desk_watch.absences.title),
            Icon::Watch,
        );
        places.insert(5, (Act::ReportAbsence, tab.only("wide")));
    }
    places
}

fn content(pages: Draw, beside: &'static Chunk) -> AnyView {
    let session = Session::get();
    let tabs = Signal::derive(move || {
        places(session)
            .into_iter()
            .filter(|(act, _)| session.may(*act))
            // Whoever may not see "more" has the few places that are theirs in the bar.
            .map(|(_, tab)| match session.may(Act::Desk) {
                true => tab,
                false => tab.only(""),
            })
            .collect::<Vec<_>>()
    });
    view! {
        <Shell tabs desk=true name=t!(desk.shell.name)>{beside.beside()}<Gate home="/desk">{table(pages, nowhere)}</Gate></Shell>
    }
    .into_any()
}

/// What stands where there is no page.
#[must_use]
pub fn nowhere() -> AnyView {
    view! { <NotFound home="/desk" /> }.into_any()
}

/// The page of one thing, where the address names one.
pub fn of<I: FromStr>(raw: &str, act: Act, page: fn(I) -> AnyView) -> AnyView {
    refused(act).unwrap_or_else(|| raw.parse().map_or_else(|_| nowhere(), page))
}

/// The page for those who may use it; kind words for the others.
pub fn open(act: Act, page: fn() -> AnyView) -> AnyView {
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
