//! The places that have no room in a phone's bar.

use leptos::prelude::*;

use crate::app::desk::places;
use crate::session::Session;
use crate::t;
use crate::ui::{Cell, Cells, Page};

#[component]
pub fn More() -> AnyView {
    let session = Session::get();
    let rows = places(session)
        .into_iter()
        .filter(|(act, tab)| tab.only == "wide" && session.may(*act))
        .map(|(_, tab)| view! { <Cell label=tab.label href=tab.href name="place" /> }.into_any())
        .collect::<Vec<_>>();
    view! { <Page title=t!(desk.shell.more_title)><Cells>{rows}</Cells></Page> }.into_any()
}
