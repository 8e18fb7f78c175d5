use domain::booking::{Part, StateName};
use leptos::prelude::*;
use wire::endpoint::None_;
use wire::market::{BookingView, GetBooking};

use super::booking_card::StateTag;
use super::moves::Moves;
use super::review::Reviews;
use super::service::{in_path, nothing};
use crate::i18n::{either, named, texts};
use crate::model::timeline::{Step, steps};
use crate::model::{money, when};
use crate::ui::{Fact, Facts, Load, Page, Remote};
use crate::{api, t};

/// One booking: what, when, how far it is, and everything one may do with it now.
#[component]
pub fn Booking() -> AnyView {
    let id = in_path();
    let booking =
        Remote::new(move || id.map_or_else(nothing, |id| api::get::<GetBooking>((id,), None_ {})));
    view! { <Page title=t!(booking.page.title) back="/bookings"><Load from=booking let:now>{body(booking, now)}</Load></Page> }.into_any()
}

fn body(remote: Remote<BookingView>, booking: BookingView) -> AnyView {
    view! {
        <div class="stack">
            <div class="booking-top">
                <h2 class="service-name">{either(&booking.service_name, booking.service_name_en.as_deref())}</h2>
                <StateTag state=booking.state part=booking.part />
            </div>
            {facts(booking.clone())}
            <section class="stack-s">
                <h2 class="cells-title">{t!(booking.page.steps)}</h2>
                <ol class="card timeline" data-testid="timeline">{steps(&booking).into_iter().map(step).collect::<Vec<_>>()}</ol>
            </section>
            <Reviews booking=booking.clone() />
            <Moves remote booking />
        </div>
    }
    .into_any()
}

fn facts(booking: BookingView) -> AnyView {
    let serving = booking.part != Part::Resident;
    let amount = booking.amount.map(money::yuan);
    let range = money::range(&booking.terms).unwrap_or_else(|| t!(market.price.free).to_owned());
    let movable = booking.part == Part::Resident
        && booking
            .moves
            .iter()
            .any(|m| m == "CancelBooking" || m == "RescheduleBooking");
    let whose = (serving || booking.booked_by_name.is_some()).then_some(booking.resident_name);
    let until = booking
        .until
        .filter(|_| matches!(booking.state, StateName::Requested | StateName::Quoted))
        .map(when::moment);
    let price = amount.is_none().then_some(range);
    let rows = [
        fact(
            t!(booking.page.when),
            Some(when::visit(booking.start, booking.end)),
            "when",
        ),
        fact(
            t!(booking.page.who),
            (booking.part != Part::Provider).then_some(booking.provider_name),
            "who",
        ),
        phone(booking.provider_phone),
        fact(t!(booking.page.whose), whose, "whose"),
        fact(t!(booking.page.by), booking.booked_by_name, "by"),
        phone(booking.resident_phone),
        fact(
            t!(booking.page.address),
            booking.resident_address,
            "address",
        ),
        fact(t!(booking.page.note), Some(booking.note), "said"),
        fact(t!(booking.page.amount), amount, "sum"),
        fact(
            t!(booking.page.approved),
            booking.approved.map(|approved| approved.by_name),
            "approved",
        ),
        fact(t!(booking.page.price), price, "price"),
        fact(t!(booking.page.reason), Some(booking.reason), "why"),
        fact(t!(booking.page.until), until, "until"),
        fact(
            t!(booking.page.cutoff),
            movable.then(|| when::moment(booking.cutoff)),
            "cutoff",
        ),
    ];
    let rows: Vec<AnyView> = rows.into_iter().flatten().collect();
    view! { <Facts>{rows}</Facts> }.into_any()
}

fn fact(label: &'static str, value: Option<String>, name: &'static str) -> Option<AnyView> {
    value
        .filter(|value| !value.is_empty())
        .map(|value| view! { <Fact label=label value=value name=name /> }.into_any())
}

fn phone(number: Option<String>) -> Option<AnyView> {
    number.map(|number| {
        let tel = format!("tel:{number}");
        let dialled = view! { <a class="call" href=tel data-testid="call">{number}</a> };
        view! { <div class="fact"><dt class="fact-label">{t!(booking.page.phone)}</dt><dd class="fact-value">{dialled}</dd></div> }.into_any()
    })
}

fn step(step: Step) -> AnyView {
    let pace = match step.pace {
        crate::model::timeline::Pace::Past => t!(booking.step.past),
        crate::model::timeline::Pace::Now => t!(booking.step.now),
        crate::model::timeline::Pace::ToCome => "",
    };
    view! {
        <li class="timeline-step" data-pace=step.pace.as_str()>
            <span class="timeline-name">{named(texts::booking::step::ALL, step.key)}" "<span class="sr">{pace}</span></span>
            <span class="quiet">{step.at.map(when::moment)}</span>
        </li>
    }
    .into_any()
}
