//! One booking: everything known about it, and every move the reader may make.

use domain::BookingId;
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::market::{BookingView, GetBooking, ReviewView};

use super::super::words;
use super::moves::Moves;
use crate::model::{money, when};
use crate::ui::{Cell, Cells, Fact, Facts, Load, Page, Remote, Tag};
use crate::{api, t};

#[component]
pub fn Detail(id: BookingId) -> AnyView {
    let booking = Remote::new(move || Box::pin(api::call::<GetBooking>((id,), None_ {}, None_ {})));
    view! {
        <Page title=t!(desk_bookings.view.title) back="/desk/bookings" wide=true>
            <Load from=booking children=move |one: BookingView| draw(one, booking) />
        </Page>
    }
    .into_any()
}

fn draw(booking: BookingView, from: Remote<BookingView>) -> AnyView {
    let (state, tone) = words::state(booking.state);
    view! {
        <div class="desk-columns">
            <section class="stack">
                <div class="card desk-head">
                    <h2>{words::service(&booking)}</h2>
                    <span data-testid="booking-state" data-state=booking.state.as_str()><Tag words=state tone /></span>
                </div>
                {facts(booking.clone())}
                {reviews(booking.clone())}
            </section>
            <div class="stack"><Moves booking=booking.clone() from />{sides(booking.clone())}</div>
        </div>
    }
    .into_any()
}

fn facts(booking: BookingView) -> AnyView {
    let fact = |label: &'static str, value: Option<String>| {
        value
            .filter(|v| !v.is_empty())
            .map(|value| view! { <Fact label value /> })
    };
    let amount = match booking.state {
        domain::booking::StateName::Quoted => t!(desk_bookings.view.quoted),
        _ => t!(desk_bookings.view.amount),
    };
    let today = words::today();
    let day = when::day(booking.start.local().date(), Some(today));
    view! {
        <Facts>
            <Fact label=t!(desk_bookings.view.when) value=format!("{day} {}", words::hours(booking.start, booking.end)) name="booking-when" />
            {fact(t!(desk_bookings.view.until), booking.until.map(when::moment))}
            <Fact label=t!(desk_bookings.view.price) value=words::price(&booking.terms) />
            {fact(amount, booking.amount.map(money::yuan))}
            {fact(t!(desk_bookings.view.approved), booking.approved.as_ref().map(|approved| approved.by_name.clone()))}
            {fact(t!(desk_bookings.view.note), Some(booking.note.clone()))}
            {fact(t!(desk_bookings.view.reason), Some(booking.reason.clone()))}
            {fact(t!(desk_bookings.view.booked_by), booking.booked_by_name.clone())}
            <Fact label=t!(desk_bookings.view.made) value=when::moment(booking.created_at) />
            <Fact label=t!(desk_bookings.view.cutoff) value=when::moment(booking.cutoff) />
        </Facts>
    }
    .into_any()
}

fn sides(booking: BookingView) -> AnyView {
    let join = |parts: [&Option<String>; 2]| {
        parts
            .into_iter()
            .flatten()
            .cloned()
            .collect::<Vec<_>>()
            .join(" ")
    };
    let resident = join([&booking.resident_phone, &booking.resident_address]);
    let provider = join([&booking.provider_phone, &None]);
    view! {
        <Cells>
            <Cell label=booking.resident_name.clone() note=format!("{} {resident}", t!(desk_bookings.view.resident)) href=format!("/desk/people/{}", booking.resident) name="to-resident-file" />
            <Cell label=booking.provider_name.clone() note=format!("{} {provider}", t!(desk_bookings.view.provider)) href=format!("/desk/providers/{}", booking.provider) name="to-provider-file" />
        </Cells>
    }
    .into_any()
}

fn reviews(booking: BookingView) -> AnyView {
    let one = |label: &'static str, review: &Option<ReviewView>| {
        review.as_ref().map(|review| {
            let stars = t!(desk_bookings.view.stars, count = review.stars);
            view! { <Fact label value=format!("{stars} {}", review.text) /> }
        })
    };
    if booking.own_review.is_none() && booking.other_review.is_none() {
        return ().into_any();
    }
    view! { <Facts>{one(t!(desk_bookings.view.own_review), &booking.own_review)}{one(t!(desk_bookings.view.other_review), &booking.other_review)}</Facts> }.into_any()
}
