use leptos::prelude::*;

use crate::t;
use crate::ui::Page;

/// Sign in; `home`: where the app begins.
#[component]
pub fn SignInPage(home: &'static str) -> AnyView {
    let _ = home;
    view! { <Page title=t!(ui.app.name)>{()}</Page> }.into_any()
}
