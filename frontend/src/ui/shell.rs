use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::icon::Icon;
use super::tag::Badge;
use super::toast::Toast;
use crate::browser::{focus, on_window, online};
use crate::model::path::is_within;
use crate::session::Session;
use crate::t;

/// One place of the tab bar.
#[derive(Clone)]
pub struct Tab {
    pub href: &'static str,
    pub label: &'static str,
    pub icon: Icon,
    /// How many wait there, and what they are.
    pub waiting: Option<(Signal<u32>, String)>,
    /// Only in the sidebar (`wide`), only in the bar at the bottom (`narrow`), or in both.
    pub only: &'static str,
}

impl Tab {
    #[must_use]
    pub fn new(href: &'static str, label: &'static str, icon: Icon) -> Self {
        Self {
            href,
            label,
            icon,
            waiting: None,
            only: "",
        }
    }

    /// Keeps it to the sidebar (`wide`) or to the bar at the bottom (`narrow`).
    #[must_use]
    pub fn only(self, only: &'static str) -> Self {
        Self { only, ..self }
    }
}

/// What stands around every page: skip link, offline notice, the page, toasts, and the places one
/// can go once signed in: a tab bar at the bottom, or in the desk app from 900px on a sidebar.
#[component]
pub fn Shell(
    #[prop(into)] tabs: Signal<Vec<Tab>>,
    #[prop(optional)] desk: bool,
    #[prop(optional, into)] name: String,
    children: Children,
) -> AnyView {
    let session = Session::get();
    let here = Memo::new(move |_| session.me().is_some());
    let skip = move |ev: leptos::ev::MouseEvent| {
        ev.prevent_default();
        focus("#main");
    };
    view! {
        <a class="skip" href="#main" on:click=skip>{t!(ui.page.skip)}</a>
        <div class="shell" data-kind=if desk { "desk" } else { "resident" }>
            <div class="shell-body"><OfflineBar /><Toast />{children()}</div>
            {move || (here.get() && !tabs.with(Vec::is_empty)).then(|| view! { <TabBar tabs=tabs.get() name=name.clone() /> })}
        </div>
    }
    .into_any()
}

/// The places of the app.
#[component]
fn TabBar(tabs: Vec<Tab>, name: String) -> AnyView {
    let path = use_location().pathname;
    let tab = move |tab: Tab| {
        let here = move || is_within(&path.get(), tab.href);
        view! {
            <li class="shell-tab" data-only=tab.only>
                <a class="shell-link" href=tab.href data-testid=format!("tab-{}", tab.href.trim_matches('/').rsplit('/').next().filter(|s| !s.is_empty()).unwrap_or("home"))
                    aria-current=move || here().then_some("page")>
                    <span class="shell-icon">{tab.icon.draw()}{tab.waiting.map(|(count, label)| view! { <Badge count label /> })}</span>
                    <span>{tab.label}</span>
                </a>
            </li>
        }
        .into_any()
    };
    view! {
        <nav class="shell-nav" aria-label=t!(ui.page.places)>
            {(!name.is_empty()).then(|| view! { <p class="shell-name">{name}</p> })}
            <ul class="shell-tabs">{tabs.into_iter().map(tab).collect::<Vec<_>>()}</ul>
        </nav>
    }
    .into_any()
}

/// Says when there is no network. What is on the screen stays; what is sent waits for a new try.
#[component]
pub fn OfflineBar() -> AnyView {
    let up = RwSignal::new(online());
    for event in ["online", "offline"] {
        on_window(event, move || {
            up.try_set(online());
        });
    }
    view! { <div role="status">{move || (!up.get()).then(|| view! { <p class="offline" data-testid="offline">{t!(ui.page.offline)}</p> })}</div> }.into_any()
}
