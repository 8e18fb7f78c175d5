//! The residents' app: its places and its routes.

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
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
    let inbox = Tab { waiting: Some((unread, t!(page.tab.unread).to_owned())), ..Tab::new("/inbox", t!(page.tab.inbox), Icon::Inbox) };
    let tabs = vec![
        Tab::new("/", t!(page.tab.home), Icon::Home),
        Tab::new("/services", t!(page.tab.services), Icon::Services),
        Tab::new("/bookings", t!(page.tab.bookings), Icon::Bookings),
        inbox,
        Tab::new("/me", t!(page.tab.me), Icon::Me),
    ];
    view! { <Shell tabs><Gate home="/">{routes()}</Gate></Shell> }.into_any()
}

fn routes() -> AnyView {
    view! {
        <FlatRoutes fallback=|| view! { <NotFound /> }>
            <Route path=path!("/") view=Home />
            <Route path=path!("/services") view=Services />
            <Route path=path!("/services/:id") view=Service />
            <Route path=path!("/services/:id/time") view=Time />
            <Route path=path!("/services/:id/confirm") view=Confirm />
            <Route path=path!("/bookings") view=Bookings />
            <Route path=path!("/bookings/:id") view=Booking />
            <Route path=path!("/serve") view=Serve />
            <Route path=path!("/serve/calendar") view=CalendarPage />
            <Route path=path!("/inbox") view=Inbox />
            <Route path=path!("/me") view=Me />
            <Route path=path!("/me/data") view=MyData />
            <Route path=path!("/feedback") view=Feedback />
            <Route path=path!("/sign-in") view=|| view! { <SignInPage home="/" /> } />
        </FlatRoutes>
    }
    .into_any()
}
