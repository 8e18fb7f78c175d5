use leptos::prelude::*;
use wire::market::{BookingView, ReviewView};

use crate::i18n::{named, texts};
use crate::t;

/// Both sides' words about the visit, as far as they may be seen.
#[component]
pub fn Reviews(booking: BookingView) -> AnyView {
    let (own, other) = (booking.own_review, booking.other_review);
    if own.is_none() && other.is_none() {
        return ().into_any();
    }
    let waits = other.is_none();
    view! {
        <section class="stack-s">
            <h2 class="cells-title">{t!(booking.page.reviews)}</h2>
            <div class="card stack-s">
                {own.map(|review| one(t!(booking.page.own_review), review))}
                {other.map(|review| one(t!(booking.page.other_review), review))}
                {waits.then(|| view! { <p class="quiet">{t!(booking.page.review_waits)}</p> })}
            </div>
        </section>
    }
    .into_any()
}

fn one(whose: &'static str, review: ReviewView) -> AnyView {
    view! {
        <div data-testid="review">
            <h3 class="quiet">{whose}</h3>
            <p>{stars(review.stars)}</p>
            <p class="prose">{review.text}</p>
        </div>
    }
    .into_any()
}

/// How good, in words; never only as stars.
#[must_use]
pub fn stars(count: u8) -> String {
    format!(
        "{} ({count}/5)",
        named(texts::booking::star::ALL, &format!("s{count}"))
    )
}
