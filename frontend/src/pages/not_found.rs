use leptos::prelude::*;

use crate::t;
use crate::ui::{Empty, LinkButton, Page};

/// No page has this address.
#[component]
pub fn NotFound(#[prop(default = "/")] home: &'static str) -> AnyView {
    view! {
        <Page title=t!(page.missing.title)>
            <Empty words=t!(page.missing.words)><LinkButton label=t!(page.missing.home) href=home name="home" /></Empty>
        </Page>
    }
    .into_any()
}
