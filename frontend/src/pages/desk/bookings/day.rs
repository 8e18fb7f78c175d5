//! One day's bookings: as a schedule by provider, or as a list.

use domain::access::Act;
use domain::booking::Part;
use domain::limits;
use jiff::ToSpan;
use jiff::civil::Date;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wire::endpoint::None_;
use wire::market::{BookingView, BookingsQuery, ListBookings};

use super::super::today::VisitRow;
use super::super::words;
use super::lanes::Lanes;
use crate::browser::{keep, kept};
use crate::model::when;
use crate::session::Session;
use crate::ui::{Chips, LinkButton, Page, Paged, Rows, asked, uid};
use crate::{api, t};

const VIEW: &str = "linli.desk.bookings.view";

#[component]
pub fn Day() -> AnyView {
    let today = words::today();
    let (chosen, kind) = (asked("day"), asked("show"));
    let day = Memo::new(move |_| {
        chosen
            .with(|raw| raw.as_ref()?.parse().ok())
            .unwrap_or(today)
    });
    let show = Memo::new(move |_| kind.get().unwrap_or_default());
    let list = Paged::new(move |cursor| {
        let open = match show.get().as_str() {
            "open" => Some(true),
            "over" => Some(false),
            _ => None,
        };
        let query = BookingsQuery {
            part: Some(Part::Staff),
            day: Some(day.get()),
            open,
            cursor,
            limit: Some(limits::PAGE_ROWS),
        };
        Box::pin(api::call::<ListBookings>((), query, None_ {}))
    });
    let first = kept(VIEW).unwrap_or_else(|| {
        if is_wide() {
            "lanes".into()
        } else {
            "rows".into()
        }
    });
    let view = RwSignal::new(first);
    let shown = move || {
        match view.get().as_str() {
        "lanes" => view! { <Lanes from=list day /> }.into_any(),
        _ => view! { <Rows from=list empty=t!(desk_bookings.list.none) name="bookings" cells=true children=|booking: BookingView| view! { <VisitRow booking /> }.into_any() /> }.into_any(),
    }
    };
    let book = Session::get().may(Act::BookForOthers).then(|| view! { <LinkButton label=t!(desk_bookings.list.add) href="/desk/bookings/new" name="book-for" small=true /> });
    view! {
        <Page title=t!(desk_bookings.list.title) wide=true>
            <div class="desk-tools"><DayPicker day show today />{book}</div>
            <Filters day show view />
            <p class="quiet" data-testid="count" role="status">{move || t!(desk_bookings.list.count, count = list.rows.with(Vec::len))}</p>
            {shown}
        </Page>
    }
    .into_any()
}

fn is_wide() -> bool {
    web_sys::window()
        .and_then(|w| w.inner_width().ok())
        .and_then(|w| w.as_f64())
        .is_some_and(|w| w >= 900.0)
}

fn address(day: Date, show: &str) -> String {
    if show.is_empty() {
        format!("/desk/bookings?day={day}")
    } else {
        format!("/desk/bookings?day={day}&show={show}")
    }
}

/// For going to another address of the same page, without a step in the history.
fn in_place() -> NavigateOptions {
    NavigateOptions {
        replace: true,
        scroll: false,
        ..NavigateOptions::default()
    }
}

#[component]
fn DayPicker(day: Memo<Date>, show: Memo<String>, today: Date) -> AnyView {
    let id = uid();
    let navigate = use_navigate();
    let pick = move |ev| {
        if let Ok(day) = event_target_value(&ev).parse::<Date>() {
            navigate(&address(day, &show.get_untracked()), in_place());
        }
    };
    let beside = move |days: i64| address(day.get().saturating_add(days.days()), &show.get());
    view! {
        <div class="day-picker">
            <a class="button-text day-step" href=move || beside(-1) data-testid="day-before">{t!(desk_bookings.list.before)}</a>
            <div class="day-field">
                <label class="sr" for=id.clone()>{t!(desk_bookings.list.day)}</label>
                <input class="field-input" id=id type="date" data-testid="day" prop:value=move || day.get().to_string() on:change=pick />
                <span class="quiet" data-testid="day-words">{move || when::near_day(day.get(), today)}</span>
            </div>
            <a class="button-text day-step" href=move || beside(1) data-testid="day-after">{t!(desk_bookings.list.after)}</a>
            <a class="button-text day-step" href=move || address(today, &show.get()) hidden=move || day.get() == today data-testid="day-today">{t!(desk_bookings.list.today)}</a>
        </div>
    }
    .into_any()
}

#[component]
fn Filters(day: Memo<Date>, show: Memo<String>, view: RwSignal<String>) -> AnyView {
    let navigate = use_navigate();
    let shows = vec![
        (String::new(), t!(desk_bookings.list.all).to_owned()),
        ("open".to_owned(), t!(desk_bookings.list.still).to_owned()),
        ("over".to_owned(), t!(desk_bookings.list.over).to_owned()),
    ];
    let views = vec![
        ("lanes".to_owned(), t!(desk_bookings.list.lanes).to_owned()),
        ("rows".to_owned(), t!(desk_bookings.list.rows).to_owned()),
    ];
    let set_show = Callback::new(move |show: String| {
        navigate(&address(day.get_untracked(), &show), in_place())
    });
    let set_view = move |chosen: String| {
        keep(VIEW, &chosen);
        view.set(chosen);
    };
    view! {
        <div class="desk-tools">
            <Chips label=t!(desk_bookings.list.show) options=shows value=show set=set_show name="show" />
            <Chips label=t!(desk_bookings.list.view) options=views value=view set=set_view name="view" />
        </div>
    }
    .into_any()
}
