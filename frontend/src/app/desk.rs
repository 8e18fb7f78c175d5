//! The station's app: its places and its routes. Served under `/desk`.

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::path;

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
    view! { <Router>{move || { prefs.language.track(); content() }}</Router> }.into_any()
}

fn content() -> AnyView {
    let tabs = vec![Tab::new("/desk", t!(ui.app.name), Icon::Today)];
    view! {
        <Shell tabs desk=true name=t!(ui.app.name)>
            <FlatRoutes fallback=|| view! { <NotFound /> }>
                <Route path=path!("/desk/sign-in") view=|| view! { <SignInPage home="/desk" /> } />
            </FlatRoutes>
        </Shell>
    }
    .into_any()
}
