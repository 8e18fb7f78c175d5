//! The residents' app: its places and its routes.

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::path;

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
    view! { <Router>{move || { prefs.language.track(); content() }}</Router> }.into_any()
}

fn content() -> AnyView {
    let tabs = vec![Tab::new("/", t!(ui.app.name), Icon::Home)];
    view! {
        <Shell tabs>
            <FlatRoutes fallback=|| view! { <NotFound /> }>
                <Route path=path!("/nothing") view=|| view! { <NotFound /> } />
            </FlatRoutes>
        </Shell>
    }
    .into_any()
}
