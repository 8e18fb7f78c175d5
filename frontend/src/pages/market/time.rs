use domain::{BookingId, ProviderId, ServiceId, limits};
use jiff::civil::Date;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wire::market::{
    ListSlots, RescheduleBody, RescheduleBooking, ServiceView, Slot, Slots, SlotsQuery,
};

use super::service::{in_path, nothing, remote_service};
use crate::i18n::either;
use crate::ids::Again;
use crate::model::path::escaped;
use crate::model::{slots, when};
use crate::session::Session;
use crate::ui::{
    Button, Chips, Empty, Kind, Load, Note, Page, Remote, Send, TroubleNote, asked_now, say_next,
};
use crate::{api, clock, t};

/// The days shown at once.
const SHOWN: i64 = limits::SLOT_DAYS as i64;

/// What the page is about, by its address.
#[derive(Clone, Copy)]
struct Asked {
    service: Option<ServiceId>,
    /// The booking that is to be moved here; none for a new one.
    moving: Option<BookingId>,
    provider: RwSignal<String>,
    from: RwSignal<Date>,
    day: RwSignal<Option<Date>>,
    today: Date,
    chosen: RwSignal<Option<Slot>>,
}

/// Choose a day and a time, for a new booking or for one that moves.
#[component]
pub fn Time() -> AnyView {
    let today = clock::today(&Session::get().zone());
    let asked = Asked {
        service: in_path(),
        moving: asked_now("move").and_then(|raw| raw.parse().ok()),
        provider: RwSignal::new(
            asked_now("provider")
                .filter(|raw| raw.parse::<ProviderId>().is_ok())
                .unwrap_or_default(),
        ),
        from: RwSignal::new(today),
        day: RwSignal::new(asked_now("day").and_then(|raw| raw.parse().ok())),
        today,
        chosen: RwSignal::new(None),
    };
    let stale = asked_now("stale").is_some();
    let service = remote_service(asked.service);
    let free = Remote::new(move || {
        let query = SlotsQuery {
            from: asked.from.get(),
            days: Some(limits::SLOT_DAYS),
            provider: asked.provider.with(|raw| raw.parse().ok()),
        };
        asked
            .service
            .map_or_else(nothing, |id| api::get::<ListSlots>((id,), query))
    });
    let back = match (asked.moving, asked.service) {
        (Some(booking), _) => format!("/bookings/{booking}"),
        (None, Some(service)) => format!("/services/{service}"),
        (None, None) => "/services".to_owned(),
    };
    let title = if asked.moving.is_some() {
        t!(service.time.move_title)
    } else {
        t!(service.time.title)
    };
    view! {
        <Page title=title back=back>
            {stale.then(|| view! { <Note words=t!(service.time.stale) name="stale" /> })}
            <Load from=service let:service>{head(asked, service)}</Load>
            <Load from=free let:found>{view! { <Days asked found /> }.into_any()}</Load>
            {asked.moving.map(|booking| view! { <MoveBar asked booking /> })}
        </Page>
    }
    .into_any()
}

/// The service's name, and who is to come.
fn head(asked: Asked, service: ServiceView) -> AnyView {
    let name = either(&service.name, service.name_en.as_deref());
    let anyone = (String::new(), t!(service.time.anyone).to_owned());
    let options: Vec<_> = std::iter::once(anyone)
        .chain(
            service
                .providers
                .into_iter()
                .map(|p| (p.id.to_string(), p.name)),
        )
        .collect();
    let pick = Callback::new(move |provider| {
        asked.day.set(None);
        asked.chosen.set(None);
        asked.provider.set(provider);
    });
    let choice = asked.moving.is_none() && options.len() > 2;
    view! {
        <div class="stack-s">
            <p class="service-name">{name}</p>
            {choice.then(|| view! { <Chips label=t!(service.time.who) labelled=true options value=asked.provider set=pick name="provider" /> })}
        </div>
    }
    .into_any()
}

#[component]
fn Days(asked: Asked, found: Slots) -> AnyView {
    let all = StoredValue::new(found.slots);
    let from = asked.from.get_untracked();
    let day =
        Memo::new(move |_| all.with_value(|all| slots::first_day(all, asked.day.get(), from)));
    let shift = move |days: i64| {
        asked.day.set(None);
        asked.from.update(|from| {
            *from = from
                .saturating_add(jiff::Span::new().days(days))
                .max(asked.today)
        });
    };
    let strip = slots::days(from, usize::from(limits::SLOT_DAYS)).into_iter().map(|date| {
        let free = all.with_value(|all| slots::free_on(all, date));
        let words = if free > 0 { t!(service.time.free, count = free) } else { t!(service.time.full).to_owned() };
        let name = if date == asked.today { t!(time.near.today).to_owned() } else { when::weekday(date) };
        view! {
            <button type="button" class="day" data-testid="day" data-day=date.to_string() data-free=free.to_string()
                aria-pressed=move || (day.get() == date).to_string() on:click=move |_| asked.day.set(Some(date))>
                <span>{name}</span><span class="day-date">{format!("{}/{}", date.month(), date.day())}</span><span class="day-free">{words}</span>
            </button>
        }
        .into_any()
    });
    let nothing_at_all = all.with_value(Vec::is_empty);
    let list = move || {
        let date = day.get();
        let parts = all.with_value(|all| slots::by_part(all, date));
        if parts.is_empty() {
            empty_day(asked, all, date)
        } else {
            parts
                .into_iter()
                .map(|(part, slots)| group(asked, part, slots))
                .collect::<Vec<_>>()
                .into_any()
        }
    };
    view! {
        <section class="stack-s" aria-label=t!(service.time.day)>
            <div class="days">{strip.collect::<Vec<_>>()}</div>
            <div class="row">
                {(from > asked.today).then(|| view! { <Button label=t!(service.time.earlier) name="earlier" kind=Kind::Text on_press=move |()| shift(-SHOWN) /> })}
                <Button label=t!(service.time.later) name="later" kind=Kind::Text on_press=move |()| shift(SHOWN) />
            </div>
        </section>
        <section class="stack-s">
            <h2 class="cells-title" aria-live="polite">{move || when::near_day(day.get(), asked.today)}</h2>
            {if nothing_at_all { view! { <Empty words=t!(service.time.empty) /> }.into_any() } else { list.into_any() }}
        </section>
    }
    .into_any()
}

fn empty_day(asked: Asked, all: StoredValue<Vec<Slot>>, date: Date) -> AnyView {
    let next = all.with_value(|all| slots::next_free(all, date));
    let jump = next.map(|next| {
        let label = t!(service.time.next_free, day = when::near_day(next, asked.today));
        view! { <Button label=label name="next-free" kind=Kind::Plain on_press=move |()| asked.day.set(Some(next)) /> }
    });
    view! { <Empty words=t!(service.time.empty_day)>{jump}</Empty> }.into_any()
}

fn group(asked: Asked, part: slots::Part, slots: Vec<Slot>) -> AnyView {
    let title = crate::i18n::named(crate::i18n::texts::time::part::ALL, part.as_str());
    view! {
        <div class="stack-s slot-group">
            <h3 class="quiet">{title}</h3>
            <div class="slots">{slots.into_iter().map(|slot| time(asked, slot)).collect::<Vec<_>>()}</div>
        </div>
    }
    .into_any()
}

/// One free time: a link to the form, or, for a move, a choice.
fn time(asked: Asked, slot: Slot) -> AnyView {
    let words = when::clock(slot.start.local());
    let start = slot.start.to_string();
    if asked.moving.is_some() {
        let mine = slot.start;
        let pressed = move || {
            asked
                .chosen
                .with(|chosen| chosen.as_ref().is_some_and(|c| c.start == mine))
                .to_string()
        };
        let choose = move |_| asked.chosen.set(Some(slot.clone()));
        return view! { <button type="button" class="slot" data-testid="slot" data-start=start aria-pressed=pressed on:click=choose>{words}</button> }.into_any();
    }
    let service = asked.service.map(|id| id.to_string()).unwrap_or_default();
    let provider = asked.provider.get_untracked();
    let href = format!(
        "/services/{service}/confirm?start={}&provider={provider}",
        escaped(&start)
    );
    view! { <a class="slot" data-testid="slot" data-start=start href=href>{words}</a> }.into_any()
}

/// For a move: the chosen time, and the button that makes it so.
#[component]
fn MoveBar(asked: Asked, booking: BookingId) -> AnyView {
    let send = Send::default();
    let again = Again::default();
    let navigate = StoredValue::new_local(use_navigate());
    let go = Callback::new(move |()| {
        let Some(slot) = asked.chosen.get_untracked() else {
            return;
        };
        let body = RescheduleBody {
            id: Some(again.id(&slot.start.to_string())),
            start: slot.start,
        };
        send.run(
            api::call::<RescheduleBooking>((booking,), wire::endpoint::None_ {}, body),
            move |moved| {
                say_next(t!(service.time.moved));
                navigate.with_value(|navigate| {
                    navigate(
                        &format!("/bookings/{}", moved.id),
                        NavigateOptions {
                            replace: true,
                            ..NavigateOptions::default()
                        },
                    )
                });
            },
        );
    });
    let bar = move || {
        asked.chosen.get().map(|slot| {
            view! {
                <div class="move-bar card stack-s">
                    <p>{t!(service.time.move_to, time = when::moment(slot.start))}</p>
                    <TroubleNote problem=send.problem />
                    <Button label=t!(service.time.shift) name="move-submit" busy=send.busy on_press=go />
                </div>
            }
        })
    };
    view! { <div aria-live="polite">{bar}</div> }.into_any()
}
