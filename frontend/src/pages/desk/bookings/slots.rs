//! Picking a free time, a week at a time.

use domain::{ProviderId, ServiceId};
use jiff::ToSpan;
use jiff::civil::Date;
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::market::{ListSlots, Slot, Slots, SlotsQuery};

use super::super::words;
use crate::model::when;
use crate::ui::{Button, Empty, Kind, Load, Remote};
use crate::{api, t};

const DAYS: u8 = 7;

/// Free times of a service; `chosen` takes the one picked. Where one is picked already, its week comes first.
#[component]
pub fn SlotPicker(
    service: ServiceId,
    #[prop(into)] provider: Signal<Option<ProviderId>>,
    chosen: RwSignal<Option<Slot>>,
    #[prop(optional)] refresh: RwSignal<u32>,
) -> AnyView {
    let today = words::today();
    let picked = chosen.with_untracked(|slot| slot.as_ref().map(|slot| slot.start.local().date()));
    let from = RwSignal::new(picked.unwrap_or(today).max(today));
    let slots = Remote::new(move || {
        refresh.track();
        let query = SlotsQuery {
            from: from.get(),
            days: Some(DAYS),
            provider: provider.get(),
        };
        Box::pin(api::call::<ListSlots>((service,), query, None_ {}))
    });
    let step =
        move |days: i64| from.update(|from| *from = from.saturating_add(days.days()).max(today));
    let span = move || {
        let from = from.get();
        format!(
            "{} – {}",
            when::short_day(from),
            when::short_day(from.saturating_add(6.days()))
        )
    };
    view! {
        <div class="stack" data-testid="slots">
            <div class="desk-tools">
                <Button label=t!(desk_bookings.book.earlier) name="slots-earlier" kind=Kind::Plain small=true disabled=Signal::derive(move || from.get() <= today) on_press=move |()| step(-7) />
                <span role="status">{span}</span>
                <Button label=t!(desk_bookings.book.later) name="slots-later" kind=Kind::Plain small=true on_press=move |()| step(7) />
            </div>
            <Load from=slots children=move |slots: Slots| draw(&slots, chosen) />
        </div>
    }
    .into_any()
}

fn draw(slots: &Slots, chosen: RwSignal<Option<Slot>>) -> AnyView {
    if slots.slots.is_empty() {
        return view! { <Empty words=t!(desk_bookings.book.no_times)><p class="quiet">{t!(desk_bookings.book.no_times_hint)}</p></Empty> }.into_any();
    }
    let mut days: Vec<(Date, Vec<Slot>)> = Vec::new();
    for slot in &slots.slots {
        let day = slot.start.local().date();
        match days.last_mut() {
            Some((last, of_day)) if *last == day => of_day.push(slot.clone()),
            _ => days.push((day, vec![slot.clone()])),
        }
    }
    days.into_iter()
        .map(|(day, slots)| one_day(day, slots, chosen))
        .collect::<Vec<_>>()
        .into_any()
}

fn one_day(day: Date, slots: Vec<Slot>, chosen: RwSignal<Option<Slot>>) -> AnyView {
    let name = format!("day-{day}");
    let chip = |slot: Slot| {
        let (mine, start) = (slot.start, slot.start.to_string());
        view! {
            <label class="chip" data-testid="slot" data-start=start>
                <input class="chip-input" type="radio" name="slot" prop:checked=move || chosen.with(|c| c.as_ref().is_some_and(|c| c.start == mine)) on:change=move |_| chosen.set(Some(slot.clone())) />
                <span class="chip-words">{when::clock(mine.local())}</span>
            </label>
        }
        .into_any()
    };
    view! {
        <fieldset class="chips" data-testid=name>
            <legend class="field-label">{when::near_day(day, words::today())}</legend>
            <div class="chips-row">{slots.into_iter().map(chip).collect::<Vec<_>>()}</div>
        </fieldset>
    }
    .into_any()
}
