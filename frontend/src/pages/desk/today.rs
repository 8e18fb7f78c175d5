//! The desk's first page: what waits for somebody, and who is visited today.

use domain::access::Act;
use domain::limits;
use leptos::prelude::*;
use wire::care::{CasesQuery, ListCases};
use wire::endpoint::None_;
use wire::market::{BookingView, ExpiringCredential, GetToday, Today as Board};

use super::words;
use crate::model::care::overdue;
use crate::model::when;
use crate::session::Session;
use crate::ui::{Cell, Cells, Empty, Icon, Kind, LinkButton, Load, Page, Remote, Tag};
use crate::{api, t};

#[component]
pub fn Today() -> AnyView {
    let board = Remote::new(|| Box::pin(api::call::<GetToday>((), None_ {}, None_ {})));
    view! { <Page title=t!(desk.today.title) wide=true><Load from=board children=draw /></Page> }
        .into_any()
}

fn draw(board: Board) -> AnyView {
    let day = when::full_day(board.day);
    view! {
        <p class="quiet" data-testid="today-day">{t!(desk.today.date, day = day, weekday = when::weekday(board.day))}</p>
        {waiting(&board)}
        <div class="desk-columns">
            {visits(&board.bookings, board.more_bookings)}
            <div class="stack">{shortcuts()}{expiring(&board)}</div>
        </div>
    }
    .into_any()
}

/// One number and where it leads.
struct Count {
    label: &'static str,
    hint: &'static str,
    count: usize,
    href: &'static str,
    icon: Icon,
    name: &'static str,
}

fn waiting(board: &Board) -> AnyView {
    let session = Session::get();
    let size = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
    let rows = [
        (
            Act::Vet,
            Count {
                label: t!(desk.today.to_vet),
                hint: "",
                count: size(board.to_vet),
                href: "/desk/providers?standing=applied",
                icon: Icon::Vet,
                name: "count-to-vet",
            },
        ),
        (
            Act::Watch,
            Count {
                label: t!(desk.today.open_alerts),
                hint: "",
                count: size(board.open_alerts),
                href: "/desk/watch",
                icon: Icon::Watch,
                name: "count-alerts",
            },
        ),
        (
            Act::OverseeBookings,
            Count {
                label: t!(desk.today.waiting),
                hint: "",
                count: size(board.waiting),
                href: "/desk/bookings?show=open",
                icon: Icon::Bookings,
                name: "count-waiting",
            },
        ),
        (
            Act::Vet,
            Count {
                label: t!(desk.today.expiring),
                hint: "",
                count: board.expiring.len(),
                href: "/desk/providers?standing=approved",
                icon: Icon::Clock,
                name: "count-expiring",
            },
        ),
        (
            Act::HandleMessages,
            Count {
                label: t!(desk.today.undelivered),
                hint: t!(desk.today.undelivered_hint),
                count: size(board.undelivered),
                href: "/desk/stuck",
                icon: Icon::Phone,
                name: "count-undelivered",
            },
        ),
        (
            Act::ReadFeedback,
            Count {
                label: t!(desk.today.feedback),
                hint: "",
                count: size(board.feedback),
                href: "/desk/feedback",
                icon: Icon::Feedback,
                name: "count-feedback",
            },
        ),
        (
            Act::ApproveHours,
            Count {
                label: t!(desk.today.hours),
                hint: "",
                count: size(board.hours),
                href: "/desk/volunteering/hours",
                icon: Icon::Volunteer,
                name: "count-hours",
            },
        ),
        (
            Act::LendBooks,
            Count {
                label: t!(desk.today.library_tasks),
                hint: "",
                count: size(board.library_tasks),
                href: "/desk/library/tasks",
                icon: Icon::Books,
                name: "count-library-tasks",
            },
        ),
    ];
    let tiles = rows
        .into_iter()
        .filter(|(act, _)| session.may(*act))
        .map(|(_, count)| tile(&count, count.hint))
        .chain(
            session
                .may(Act::Care)
                .then(|| view! { <Cases /> }.into_any()),
        )
        .collect::<Vec<_>>();
    if tiles.is_empty() {
        return ().into_any();
    }
    view! { <section><h2 class="sr">{t!(desk.today.needs)}</h2><ul class="counts" data-testid="counts">{tiles}</ul></section> }.into_any()
}

/// The server counts as far as a page goes.
fn number(count: usize) -> String {
    match count {
        limits::PAGE_ROWS.. => format!("{}+", limits::PAGE_ROWS - 1),
        fewer => fewer.to_string(),
    }
}

fn tile(count: &Count, hint: &str) -> AnyView {
    let hint = (count.count > 0 && !hint.is_empty())
        .then(|| view! { <span class="count-hint">{hint.to_owned()}</span> });
    view! {
        <li>
            <a class="count" href=count.href data-testid=count.name data-some=(count.count > 0).to_string()>
                <span class="count-label">{count.icon.draw()}<span>{count.label}</span></span>
                <span class="count-number">{number(count.count)}</span>
                {hint}
            </a>
        </li>
    }
    .into_any()
}

/// Cases that are open, and how many are past their time. A list of cases is no look at anybody, and none is written down.
#[component]
fn Cases() -> AnyView {
    let cases = Remote::new(|| {
        let query = CasesQuery {
            all: None,
            person: None,
            cursor: None,
            limit: Some(limits::PAGE_ROWS),
        };
        api::get::<ListCases>((), query)
    });
    let shown = move || {
        cases.value.get().map(|page| {
            let late = overdue(&page.items);
            let hint = match late {
                0 => String::new(),
                late => t!(desk.today.cases_late, count = late),
            };
            let count = Count {
                label: t!(desk.today.cases),
                hint: "",
                count: page.items.len(),
                href: "/desk/care",
                icon: Icon::Phone,
                name: "count-cases",
            };
            tile(&count, &hint)
        })
    };
    shown.into_any()
}

fn visits(bookings: &[BookingView], more: bool) -> AnyView {
    let mut bookings = bookings.to_vec();
    bookings.sort_by_key(|booking| booking.start);
    let rows = bookings
        .into_iter()
        .map(|booking| view! { <li><VisitRow booking /></li> }.into_any())
        .collect::<Vec<_>>();
    let list = if rows.is_empty() {
        view! { <div class="card"><Empty words=t!(desk.today.visits_none) /></div> }.into_any()
    } else {
        view! { <ul class="weui-cells cells rows" data-testid="today-visits">{rows}</ul> }
            .into_any()
    };
    let all = Session::get().may(Act::OverseeBookings).then(|| view! { <a class="button-text" href="/desk/bookings" data-testid="all-bookings">{t!(desk.today.visits_all)}</a> });
    view! { <section><div class="desk-head"><h2>{t!(desk.today.visits)}</h2>{all}</div>{list}{more.then(|| view! { <p class="quiet">{t!(desk.today.visits_more)}</p> })}</section> }.into_any()
}

/// One visit as a line: when, what, who with whom, and its state in words.
#[component]
pub fn VisitRow(booking: BookingView) -> AnyView {
    let (state, tone) = words::state(booking.state);
    let href = format!("/desk/bookings/{}", booking.id);
    view! {
        <a class="weui-cell cell cell-link visit" href=href data-testid="booking" data-id=booking.id.to_string()>
            <span class="visit-time">{words::hours(booking.start, booking.end)}</span>
            <span class="weui-cell__bd cell-body">
                <span class="cell-label">{words::service(&booking)}</span>
                <span class="cell-note">{format!("{} → {}", booking.provider_name, booking.resident_name)}</span>
            </span>
            <span class="cell-value" data-testid="booking-state" data-state=booking.state.as_str()><Tag words=state tone /></span>
            {Icon::Next.draw()}
        </a>
    }
    .into_any()
}

fn shortcuts() -> AnyView {
    let session = Session::get();
    let book = session.may(Act::BookForOthers).then(|| view! { <LinkButton label=t!(desk.today.book) href="/desk/bookings/new" name="quick-book" /> });
    let person = session.may(Act::AddPeople).then(|| view! { <LinkButton label=t!(desk.today.person) href="/desk/people/new" name="quick-person" kind=Kind::Plain /> });
    if book.is_none() && person.is_none() {
        return ().into_any();
    }
    view! { <section><h2 class="desk-head">{t!(desk.today.quick)}</h2><div class="button-stack">{book}{person}</div></section> }.into_any()
}

fn expiring(board: &Board) -> AnyView {
    if !Session::get().may(Act::Vet) || board.expiring.is_empty() {
        return ().into_any();
    }
    let day = board.day;
    let row = move |one: &ExpiringCredential| {
        let (left, tone) = words::expires(one.expires, day);
        view! {
            <Cell label=one.name.clone() note=words::credential(one.kind) href=format!("/desk/providers/{}", one.provider) name="expiring">
                <Tag words=left tone />
            </Cell>
        }
        .into_any()
    };
    let rows = board.expiring.iter().map(row).collect::<Vec<_>>();
    view! { <Cells title=t!(desk.today.expiring_title)>{rows}</Cells> }.into_any()
}
