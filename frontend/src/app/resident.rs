//! The residents' app: its places and its routes.

use leptos::prelude::*;
use leptos_router::components::Router;

use super::chunk::{Chunk, Draw};
use super::{Gate, table};
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
    view! { <Router>{move || { prefs.language.track(); content(pages, beside) }}</Router> }
        .into_any()
}

fn content(pages: Draw, beside: &'static Chunk) -> AnyView {
    let session = Session::get();
    let unread = Signal::derive(move || session.me().map_or(0, |me| me.unread));
    let inbox = Tab {
        waiting: Some((unread, t!(page.tab.unread).to_owned())),
        ..Tab::new("/inbox", t!(page.tab.inbox), Icon::Inbox)
    };
    let tabs = vec![
        Tab::new("/", t!(page.tab.home), Icon::Home),
        Tab::new("/services", t!(page.tab.services), Icon::Services),
        Tab::new("/bookings", t!(page.tab.bookings), Icon::Bookings),
        inbox,
        Tab::new("/me", t!(page.tab.me), Icon::Me),
    ];
    view! { <Shell tabs>{beside.beside()}<Gate home="/">{table(pages, nowhere)}</Gate></Shell> }
        .into_any()
}

/// What stands where there is no page.
#[must_use]
pub fn nowhere() -> AnyView {
    view! { <NotFound /> }.into_any()
}
