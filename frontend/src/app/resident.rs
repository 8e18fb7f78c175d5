//! The residents' app: its places and its routes.

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::hooks::use_location;
use leptos_router::path;

use super::Gate;
use crate::pages::home::Home;
use crate::pages::identity::me::Me;
use crate::pages::identity::my_data::MyData;
use crate::pages::identity::sign_in::SignInPage;
use crate::pages::market::booking::Booking;
use crate::pages::market::bookings::Bookings;
use crate::pages::market::calendar::CalendarPage;
use crate::pages::market::confirm::Confirm;
use crate::pages::market::serve::Serve;
use crate::pages::market::service::Service;
use crate::pages::market::services::Services;
use crate::pages::market::time::Time;
use crate::pages::not_found::NotFound;
use crate::pages::notify::feedback::Feedback;
use crate::pages::notify::inbox::Inbox;
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
    view! { <Router>{move || { prefs.language.track(); content() }}</Router> }.into_any()
}

fn content() -> AnyView {
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
    view! { <Shell tabs><Gate home="/">{routes()}</Gate></Shell> }.into_any()
}

/// One route that matches everything, and a match below it: a table of routes as types would be a
/// fifth of what a phone has to download.
fn routes() -> AnyView {
    view! {
        <FlatRoutes fallback=|| view! { <NotFound /> }>
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
    match path {
        [] => view! { <Home /> }.into_any(),
        ["services"] => view! { <Services /> }.into_any(),
        ["services", _] => view! { <Service /> }.into_any(),
        ["services", _, "time"] => view! { <Time /> }.into_any(),
        ["services", _, "confirm"] => view! { <Confirm /> }.into_any(),
        ["bookings"] => view! { <Bookings /> }.into_any(),
        ["bookings", _] => view! { <Booking /> }.into_any(),
        ["serve"] => view! { <Serve /> }.into_any(),
        ["serve", "calendar"] => view! { <CalendarPage /> }.into_any(),
        ["inbox"] => view! { <Inbox /> }.into_any(),
        ["me"] => view! { <Me /> }.into_any(),
        ["me", "data"] => view! { <MyData /> }.into_any(),
        ["feedback"] => view! { <Feedback /> }.into_any(),
        ["sign-in"] => view! { <SignInPage home="/" /> }.into_any(),
        _ => view! { <NotFound /> }.into_any(),
    }
}
