//! A provider's calendar at the desk.

use domain::ProviderId;
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::market::{GetProvider, ProviderView};

use crate::pages::market::calendar_editor::CalendarEditor;
use crate::ui::{Page, Remote};
use crate::{api, t};

#[component]
pub fn Calendar(id: ProviderId) -> AnyView {
    let provider: Remote<ProviderView> =
        Remote::new(move || Box::pin(api::call::<GetProvider>((id,), None_ {}, None_ {})));
    let title = Signal::derive(move || match provider.value.get() {
        Some(provider) => t!(desk_calendar.page.of, name = provider.name),
        None => t!(desk_calendar.page.title).to_owned(),
    });
    view! { <Page title back=format!("/desk/providers/{id}")><CalendarEditor provider=id /></Page> }
        .into_any()
}
