//! One door: how often somebody passed it, day by day, whoever it was; when it was not heard from; and which of its
//! readers leads which way.

use domain::DeviceId;
use domain::access::Act;
use leptos::prelude::*;
use wire::endpoint::{None_, Page as Listed};
use wire::identity::PageQuery;
use wire::watch::{DeviceView, DoorDayView, ListDevices, ListDoorDays, OutageView};

use super::super::table::{Head, Table};
use super::leading::Leads;
use crate::model::when;
use crate::session::Session;
use crate::ui::{Cell, Cells, Page, Paged, Remote};
use crate::{api, t};

#[component]
pub fn Days(id: DeviceId) -> AnyView {
    let doors: Remote<Listed<DeviceView>> = Remote::new(|| api::get::<ListDevices>((), None_ {}));
    let days = Paged::new(move |cursor| {
        let query = PageQuery {
            cursor,
            limit: None,
        };
        api::get::<ListDoorDays>((id,), query)
    });
    let name = move || {
        let name = doors.value.with(|page| {
            let door = page.as_ref()?.items.iter().find(|door| door.id == id)?;
            Some(door.name.clone())
        });
        name.unwrap_or_default()
    };
    let silent = move || {
        let outages = doors.value.with(|page| {
            let door = page.as_ref()?.items.iter().find(|door| door.id == id)?;
            Some(door.outages.clone())
        });
        outages.map(|outages| silences(&outages))
    };
    let keeps = Session::get().may(Act::KeepDoors);
    let leads = move || {
        let door = doors.value.with(|page| {
            let mut doors = page.as_ref()?.items.iter();
            doors.find(|door| door.id == id && keeps).cloned()
        });
        door.map(|door| view! { <Leads door /> })
    };
    let most = Memo::new(move |_| {
        let most = days
            .rows
            .with(|rows| rows.iter().map(|day| day.passages).max());
        most.unwrap_or_default()
    });
    let heads = vec![
        Head::always(t!(desk_watch.days.day)),
        Head::always(t!(desk_watch.days.passages)),
        Head::wide(t!(desk_watch.days.bar)),
    ];
    let row = move |day: DoorDayView| line(&day, most);
    view! {
        <Page title=t!(desk_watch.days.title) back="/desk/watch/devices">
            <h2 data-testid="days-of">{name}</h2>
            <p class="quiet">{t!(desk_watch.days.words)}</p>
            <Table from=days caption=t!(desk_watch.days.title) heads empty=t!(desk_watch.days.none) name="days" row />
            {silent}
            {leads}
        </Page>
    }
    .into_any()
}

/// When nobody who passed would have been seen.
fn silences(outages: &[OutageView]) -> AnyView {
    let rows: Vec<AnyView> = outages.iter().map(silence).collect();
    let shown = match rows.is_empty() {
        true => view! { <p class="quiet">{t!(desk_watch.days.never_silent)}</p> }.into_any(),
        false => view! { <Cells>{rows}</Cells> }.into_any(),
    };
    view! {
        <section class="stack-s" data-testid="door-silences">
            <h2 class="cells-title">{t!(desk_watch.days.silent)}</h2>
            {shown}
        </section>
    }
    .into_any()
}

fn silence(outage: &OutageView) -> AnyView {
    let from = when::moment(outage.from);
    let label = match outage.to {
        Some(to) => t!(
            desk_watch.days.silent_span,
            from = from,
            to = when::moment(to)
        ),
        None => t!(desk_watch.days.silent_since, from = from),
    };
    view! { <Cell label name="door-silence" /> }.into_any()
}

/// The number says it; the bar only shows it.
fn line(day: &DoorDayView, most: Memo<u32>) -> Vec<AnyView> {
    let passages = day.passages;
    vec![
        when::full_day(day.day).into_any(),
        passages.into_any(),
        view! { <progress aria-hidden="true" max=move || most.get().max(1).to_string() value=passages.to_string()></progress> }.into_any(),
    ]
}
