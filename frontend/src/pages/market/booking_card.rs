use domain::booking::{Part, StateName};
use leptos::prelude::*;
use wire::market::BookingView;

use crate::i18n::{either, find, named, texts};
use crate::model::when;
use crate::ui::{Icon, Tag, Tone};

/// The colour of a state.
#[must_use]
pub fn tone(state: StateName) -> Tone {
    match state {
        StateName::Accepted | StateName::Done => Tone::Good,
        StateName::Held | StateName::Requested | StateName::Quoted => Tone::Wait,
        StateName::Declined | StateName::NoShow => Tone::Bad,
        StateName::Expired | StateName::Closed | StateName::Cancelled => Tone::Calm,
    }
}

/// The state of a booking in a word, as the reader's side sees it.
#[component]
pub fn StateTag(state: StateName, #[prop(default = Part::Resident)] part: Part) -> AnyView {
    let serving = if part == Part::Provider {
        find(texts::market::serving::ALL, state.as_str())
    } else {
        None
    };
    let words = serving.map_or_else(
        || named(texts::market::state::ALL, state.as_str()),
        |text| text.now().to_owned(),
    );
    view! { <span data-testid="booking-state" data-state=state.as_str()><Tag words tone=tone(state) /></span> }.into_any()
}

/// One booking in a list; leads to its page.
#[component]
pub fn BookingCard(booking: BookingView) -> AnyView {
    let serving = booking.part == Part::Provider;
    let with = if serving {
        booking.resident_name
    } else {
        booking.provider_name
    };
    view! {
        <a class="card booking-card" href=format!("/bookings/{}", booking.id) data-testid="booking" data-id=booking.id.to_string()>
            <span class="booking-top">
                <span class="booking-name">{either(&booking.service_name, booking.service_name_en.as_deref())}</span>
                <StateTag state=booking.state part=booking.part />
            </span>
            <span class="booking-line">{Icon::Clock.draw()}<span>{when::visit(booking.start, booking.end)}</span></span>
            <span class="booking-line quiet">{Icon::Person.draw()}<span>{with}</span></span>
        </a>
    }
    .into_any()
}
