use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wire::market::{BookingsQuery, ListBookings};

use super::booking_card::BookingCard;
use crate::api;
use crate::t;
use crate::ui::{Chips, Kind, LinkButton, Page, Paged, Rows, asked};

/// One's own bookings: those coming up, and those of before.
#[component]
pub fn Bookings() -> AnyView {
    let show = asked("show");
    let tab = Memo::new(move |_| {
        if show.get().as_deref() == Some("past") {
            "past".to_owned()
        } else {
            "open".to_owned()
        }
    });
    let navigate = use_navigate();
    let pick = Callback::new(move |tab: String| {
        navigate(
            &format!("/bookings?show={tab}"),
            NavigateOptions {
                replace: true,
                scroll: false,
                ..NavigateOptions::default()
            },
        )
    });
    let list = Paged::new(move |cursor| {
        let open = tab.get() == "open";
        api::get::<ListBookings>(
            (),
            BookingsQuery {
                part: None,
                day: None,
                open: Some(open),
                cursor,
                limit: None,
            },
        )
    });
    let options = vec![
        ("open".to_owned(), t!(booking.list.open).to_owned()),
        ("past".to_owned(), t!(booking.list.past).to_owned()),
    ];
    let rows = move || {
        let empty = if tab.get() == "open" {
            t!(booking.list.empty_open)
        } else {
            t!(booking.list.empty_past)
        };
        view! { <Rows from=list empty=empty name="bookings" let:booking>{view! { <BookingCard booking /> }.into_any()}</Rows> }
    };
    view! {
        <Page title=t!(booking.list.title)>
            <Chips label=t!(booking.list.which) options value=tab set=pick name="tab" />
            {rows}
            <LinkButton label=t!(booking.list.new) href="/services" name="to-services" kind=Kind::Plain />
        </Page>
    }
    .into_any()
}
