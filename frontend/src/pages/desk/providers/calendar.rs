//! A provider's calendar at the desk.

use domain::ProviderId;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use wire::endpoint::None_;
use wire::market::{GetProvider, ProviderView};

use crate::pages::market::calendar_editor::CalendarEditor;
use crate::pages::not_found::NotFound;
use crate::ui::{Page, Remote};
use crate::{api, t};

#[component]
pub fn Calendar() -> AnyView {
    let params = use_params_map();
    let id = params.with_untracked(|p| p.get("id").and_then(|raw| raw.parse::<ProviderId>().ok()));
    let Some(id) = id else { return view! { <NotFound home="/desk" /> }.into_any() };
    let provider: Remote<ProviderView> = Remote::new(move || Box::pin(api::call::<GetProvider>((id,), None_ {}, None_ {})));
    let title = Signal::derive(move || match provider.value.get() {
        Some(provider) => t!(desk_calendar.page.of, name = provider.name),
        None => t!(desk_calendar.page.title).to_owned(),
    });
    view! { <Page title back=format!("/desk/providers/{id}")><CalendarEditor provider=id /></Page> }.into_any()
}
