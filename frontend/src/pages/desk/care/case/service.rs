//! A service of the marketplace and a free time for it, as the desk books for a resident.

use domain::{ProviderId, ServiceId, limits};
use leptos::prelude::*;
use wire::Page as Listed;
use wire::market::{ListServices, ServiceView, ServicesQuery, Slot};

use super::super::super::bookings::slots::SlotPicker;
use super::super::super::words;
use crate::i18n::either;
use crate::pages::care::draft::Draft;
use crate::ui::{Button, Chips, Empty, Kind, Load, Remote};
use crate::{api, t};

/// What is chosen so far. Outlives a reload.
#[derive(Clone, Copy)]
pub(super) struct Order {
    pub service: RwSignal<Option<ServiceView>>,
    /// Empty: whoever is free.
    pub provider: RwSignal<String>,
    pub slot: RwSignal<Option<Slot>>,
    /// Counts up when the free times have to be asked again.
    pub refresh: RwSignal<u32>,
}

impl Order {
    pub fn of(draft: &Draft) -> Self {
        Self {
            service: draft.picked("service"),
            provider: draft.field("provider", ""),
            slot: draft.picked("slot"),
            refresh: RwSignal::new(0),
        }
    }

    pub fn clear(self) {
        self.service.set(None);
        self.provider.set(String::new());
        self.slot.set(None);
    }

    /// What was chosen before a reload is as these have it now: a price that was read is the one that counts.
    fn renew(self, services: &[ServiceView]) {
        let chosen = self.service.get_untracked();
        let Some(chosen) = chosen else { return };
        let now = services.iter().find(|one| one.id == chosen.id);
        match now {
            None => self.clear(),
            Some(now) if *now != chosen => self.service.set(Some(now.clone())),
            Some(_) => {}
        }
    }

    /// Its service, and who it is by; none where any is meant.
    pub fn chosen(self) -> Option<(ServiceId, Option<ProviderId>)> {
        let service = self
            .service
            .with_untracked(|one| one.as_ref().map(|one| one.id))?;
        let provider = self.provider.with_untracked(|raw| raw.parse().ok());
        Some((service, provider))
    }
}

fn all() -> ServicesQuery {
    ServicesQuery {
        category: None,
        q: None,
        hidden: None,
        cursor: None,
        limit: Some(limits::PAGE_ROWS),
    }
}

#[component]
pub(super) fn Service(order: Order) -> AnyView {
    let services = Remote::new(|| api::get::<ListServices>((), all()));
    Effect::new(move |_| {
        services.value.with(|page| {
            if let Some(page) = page {
                order.renew(&page.items);
            }
        });
    });
    let list = move |page: Listed<ServiceView>| {
        let rows = page.items.into_iter();
        let rows: Vec<AnyView> = rows.map(|one| offer(one, order)).collect();
        match rows.is_empty() {
            true => view! { <Empty words=t!(desk_bookings.book.no_services) /> }.into_any(),
            false => view! { <ul class="offers">{rows}</ul> }.into_any(),
        }
    };
    let again = Callback::new(move |()| order.clear());
    let shown = move || match order.service.get() {
        None => view! { <Load from=services children=list /> }.into_any(),
        Some(one) => {
            let name = either(&one.name, one.name_en.as_deref());
            view! {
                <div class="picked" data-testid="picked-service">
                    <p><strong>{name}</strong>" "<span class="quiet">{words::price(&one.terms)}</span></p>
                    <Button label=t!(desk.act.change) kind=Kind::Text name="service-again" on_press=again />
                </div>
                <When service=one order />
            }
            .into_any()
        }
    };
    shown.into_any()
}

fn offer(service: ServiceView, order: Order) -> AnyView {
    let name = either(&service.name, service.name_en.as_deref());
    let price = words::price(&service.terms);
    let pick = move |_| {
        order.provider.set(String::new());
        order.slot.set(None);
        order.service.set(Some(service.clone()));
    };
    view! {
        <li>
            <button type="button" class="offer" data-testid="offer" on:click=pick>
                <span class="cell-label">{name}</span><span class="cell-note">{price}</span>
            </button>
        </li>
    }
    .into_any()
}

#[component]
fn When(service: ServiceView, order: Order) -> AnyView {
    let any = (String::new(), t!(desk_bookings.book.any).to_owned());
    let providers = service.providers.iter();
    let providers = providers.map(|one| (one.id.to_string(), one.name.clone()));
    let options = std::iter::once(any).chain(providers).collect::<Vec<_>>();
    let set = Callback::new(move |to: String| {
        order.slot.set(None);
        order.provider.set(to);
    });
    let provider = Signal::derive(move || order.provider.get().parse::<ProviderId>().ok());
    view! {
        <Chips label=t!(desk_bookings.book.provider) options value=order.provider set name="provider" labelled=true />
        <SlotPicker service=service.id provider chosen=order.slot refresh=order.refresh />
    }
    .into_any()
}
