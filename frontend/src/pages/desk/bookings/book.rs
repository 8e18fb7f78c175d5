//! Booking for a resident (代办): who, what, when, and a look before it is sent.

use domain::access::Act;
use domain::{BookingId, ProviderId, limits};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::identity::ResidentRow;
use wire::market::{
    BookingView, CreateBooking, CreateBookingBody, ListServices, ServiceView, ServicesQuery, Slot,
};
use wire::{Code, Page as WirePage};

use super::super::ask::Attempt;
use super::super::people::pick::{Handed, PersonPick};
use super::super::words;
use super::slots::SlotPicker;
use crate::i18n::either;
use crate::model::when;
use crate::session::Session;
use crate::ui::{
    Button, Chips, Draft, Empty, Fact, Facts, Kind, LinkButton, Load, Page, Remote, Send, TextArea,
    TroubleNote,
};
use crate::{api, t};

/// What has been chosen so far.
#[derive(Clone, Copy)]
struct Order {
    person: RwSignal<Option<ResidentRow>>,
    service: RwSignal<Option<ServiceView>>,
    /// Empty: whoever is free.
    provider: RwSignal<String>,
    slot: RwSignal<Option<Slot>>,
    note: RwSignal<String>,
    made: RwSignal<Option<BookingView>>,
    /// Counts up when the free times have to be asked again.
    refresh: RwSignal<u32>,
}

#[component]
pub fn Book() -> AnyView {
    let draft = Draft::of("desk-book");
    let order = Order {
        person: RwSignal::new(Handed::take()),
        service: RwSignal::new(None),
        provider: RwSignal::new(String::new()),
        slot: RwSignal::new(None),
        note: draft.field("note", ""),
        made: RwSignal::new(None),
        refresh: RwSignal::new(0),
    };
    let draft = StoredValue::new(draft);
    let shown = move || match order.made.get() {
        Some(booking) => view! { <Made booking order /> }.into_any(),
        None => view! { <Who order /><What order /><When order /><Check order draft /> }.into_any(),
    };
    view! { <Page title=t!(desk_bookings.book.title) back="/desk/bookings">{shown}</Page> }
        .into_any()
}

#[component]
fn Who(order: Order) -> AnyView {
    let add = Session::get().may(Act::AddPeople).then(|| view! { <a class="button-text" href="/desk/people/new" data-testid="person-new">{t!(desk_bookings.book.add_person)}</a> });
    view! {
        <section class="card stack" data-testid="step-who">
            <div class="desk-head"><h2>{t!(desk_bookings.book.who)}</h2>{add}</div>
            <PersonPick chosen=order.person />
        </section>
    }
    .into_any()
}

#[component]
fn What(order: Order) -> AnyView {
    let query = || ServicesQuery {
        category: None,
        q: None,
        hidden: None,
        cursor: None,
        limit: Some(limits::PAGE_ROWS),
    };
    let services: Remote<WirePage<ServiceView>> =
        Remote::new(move || Box::pin(api::call::<ListServices>((), query(), None_ {})));
    let pick = move |service: ServiceView| {
        order.provider.set(String::new());
        order.slot.set(None);
        order.service.set(Some(service));
    };
    let list = move |page: WirePage<ServiceView>| {
        if page.items.is_empty() {
            return view! { <Empty words=t!(desk_bookings.book.no_services) /> }.into_any();
        }
        let items = page
            .items
            .into_iter()
            .map(|one| offer(one, pick))
            .collect::<Vec<_>>();
        view! { <ul class="offers">{items}</ul> }.into_any()
    };
    let shown = move || {
        match order.service.get() {
        None => view! { <Load from=services children=list /> }.into_any(),
        Some(one) => view! {
            <div class="picked" data-testid="picked-service">
                <p><strong>{either(&one.name, one.name_en.as_deref())}</strong>" "<span class="quiet">{facts(&one)}</span></p>
                <Button label=t!(desk.act.change) kind=Kind::Text name="service-again" on_press=move |()| order.service.set(None) />
            </div>
        }
        .into_any(),
    }
    };
    view! { <section class="card stack" data-testid="step-what"><h2>{t!(desk_bookings.book.what)}</h2>{shown}</section> }.into_any()
}

fn facts(service: &ServiceView) -> String {
    format!(
        "{} · {}",
        words::price(&service.terms),
        when::minutes(service.terms.minutes.into())
    )
}

fn offer(service: ServiceView, pick: impl Fn(ServiceView) + 'static) -> AnyView {
    let (name, note) = (
        either(&service.name, service.name_en.as_deref()),
        facts(&service),
    );
    view! {
        <li>
            <button type="button" class="offer" data-testid="offer" on:click=move |_| pick(service.clone())>
                <span class="cell-label">{name}</span><span class="cell-note">{note}</span>
            </button>
        </li>
    }
    .into_any()
}

#[component]
fn When(order: Order) -> AnyView {
    let shown = move || {
        let service = order.service.get()?;
        let options = std::iter::once((String::new(), t!(desk_bookings.book.any).to_owned()))
            .chain(
                service
                    .providers
                    .iter()
                    .map(|p| (p.id.to_string(), p.name.clone())),
            )
            .collect::<Vec<_>>();
        let set = move |to| {
            order.slot.set(None);
            order.provider.set(to);
        };
        let provider = Signal::derive(move || order.provider.get().parse::<ProviderId>().ok());
        Some(view! {
            <section class="card stack" data-testid="step-when">
                <h2>{t!(desk_bookings.book.when)}</h2>
                <Chips label=t!(desk_bookings.book.provider) options value=order.provider set name="provider" labelled=true />
                <SlotPicker service=service.id provider chosen=order.slot refresh=order.refresh />
            </section>
        })
    };
    shown.into_any()
}

#[component]
fn Check(order: Order, draft: StoredValue<Draft>) -> AnyView {
    let (send, attempt) = (Send::default(), Attempt::<BookingId>::new());
    let submit = Callback::new(move |()| {
        let (Some(person), Some(service), Some(slot)) = (
            order.person.get_untracked(),
            order.service.get_untracked(),
            order.slot.get_untracked(),
        ) else {
            return;
        };
        let provider = order.provider.get_untracked().parse().ok();
        let note =
            Some(order.note.get_untracked().trim().to_owned()).filter(|note| !note.is_empty());
        let says = format!(
            "{} {} {provider:?} {} {note:?}",
            person.id, service.id, slot.start
        );
        let body = CreateBookingBody {
            id: attempt.id(&says),
            service: service.id,
            service_ver: Some(service.ver),
            provider,
            start: slot.start,
            note,
            resident: Some(person.id),
            hold: None,
        };
        send.run(
            api::call::<CreateBooking>((), None_ {}, body),
            move |made| {
                draft.with_value(Draft::clear);
                order.made.set(Some(made));
            },
        );
    });
    // Somebody was faster: show what is free now.
    Effect::new(move |_| {
        if send.problem.with(|p| {
            p.as_ref()
                .is_some_and(|p| matches!(p.code, Code::SlotTaken | Code::NotOpen | Code::TooSoon))
        }) {
            order.slot.set(None);
            order.refresh.update(|n| *n += 1);
        }
    });
    let summary = move || {
        let (person, service, slot) =
            (order.person.get()?, order.service.get()?, order.slot.get()?);
        let day = when::day(slot.start.local().date(), Some(words::today()));
        let provider = order.provider.get();
        let provider = service
            .providers
            .iter()
            .find(|p| p.id.to_string() == provider)
            .map_or_else(|| t!(desk_bookings.book.any).to_owned(), |p| p.name.clone());
        Some(view! {
            <Facts>
                <Fact label=t!(desk_bookings.book.who) value=person.name />
                <Fact label=t!(desk_bookings.book.what) value=format!("{} {}", either(&service.name, service.name_en.as_deref()), words::price(&service.terms)) />
                <Fact label=t!(desk_bookings.book.when) value=format!("{day} {}", words::hours(slot.start, slot.end)) name="summary-when" />
                <Fact label=t!(desk_bookings.book.provider) value=provider />
            </Facts>
        })
    };
    let ready = Signal::derive(move || {
        order.person.with(Option::is_some)
            && order.service.with(Option::is_some)
            && order.slot.with(Option::is_some)
    });
    let shown = move || {
        ready.get().then(|| {
            view! {
                <section class="stack" data-testid="step-check">
                    <h2>{t!(desk_bookings.book.check)}</h2>
                    {summary}
                    <TextArea label=t!(desk_bookings.book.note) hint=t!(desk.act.optional) value=order.note name="note" max=limits::NOTE_CHARS pointer="/note" problem=send.problem />
                    <Button label=t!(desk_bookings.book.submit) name="submit" busy=send.busy on_press=submit />
                </section>
            }
        })
    };
    view! { <TroubleNote problem=send.problem />{shown} }.into_any()
}

#[component]
fn Made(booking: BookingView, order: Order) -> AnyView {
    let again = move |()| {
        order.person.set(None);
        order.service.set(None);
        order.slot.set(None);
        order.note.set(String::new());
        order.made.set(None);
    };
    view! {
        <section class="card stack" data-testid="booking-made">
            <h2 role="status">{t!(desk_bookings.book.done)}</h2>
            <p>{t!(desk_bookings.book.done_body, name = booking.resident_name)}</p>
            <p>{when::visit(booking.start, booking.end)}</p>
            <div class="button-stack">
                <LinkButton label=t!(desk_bookings.book.see) href=format!("/desk/bookings/{}", booking.id) name="see-booking" />
                <Button label=t!(desk_bookings.book.again) kind=Kind::Plain name="again" on_press=again />
            </div>
        </section>
    }
    .into_any()
}
