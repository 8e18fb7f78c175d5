use leptos::prelude::*;
use wire::endpoint::{None_, Page as Listed};
use wire::market::{BookingView, BookingsQuery, Category, ListBookings, ListCategories};

use crate::i18n::either;
use crate::model::phone::said;
use crate::pages::identity::reading::Reading;
use crate::pages::market::booking_card::BookingCard;
use crate::session::Session;
use crate::ui::{Cell, Cells, Icon, Load, Page, Remote};
use crate::{api, clock, t};

/// The first screen: what comes next, what can be booked, whom to call. `watch`: the way to saying that one is
/// well, once it has come.
#[component]
pub fn Home(watch: AnyView) -> AnyView {
    let session = Session::get();
    let me = session.me_now();
    let (place, phone, name) = me.map_or_else(Default::default, |me| {
        (
            either(&me.community.name, me.community.name_en.as_deref()),
            me.community.phone.clone(),
            me.name.clone(),
        )
    });
    let unread = Memo::new(move |_| session.me().map_or(0, |me| me.unread));
    let news = move || {
        let count = unread.get();
        (count > 0).then(|| view! { <a class="note" href="/inbox" data-testid="unread">{Icon::Inbox.draw()}<span>{t!(home.inbox.unread, count = count)}</span></a> })
    };
    view! {
        <Page title=t!(home.greet.title) bare=true>
            <div class="home-head">
                <p class="home-place">{place}</p>
                <Reading />
                <p class="home-hello">{t!(home.greet.hello, name = name)}</p>
            </div>
            {news}
            <NextBooking />
            <Kinds />
            {watch}
            <Cells><Cell label=t!(library.hub.entry) note=t!(library.hub.entry_note) href="/library" name="to-library" /><Cell label=t!(volunteer.hub.entry) note=t!(volunteer.hub.entry_note) href="/volunteer" name="to-volunteer" /></Cells>
            <Cells title=t!(home.help.title)>
                <Cell label=t!(home.help.call) note=t!(home.help.call_note) value=said(&phone) href=format!("tel:{phone}") name="call-station" />
                <Cell label=t!(home.help.feedback) note=t!(home.help.feedback_note) href="/feedback" name="feedback-link" />
            </Cells>
        </Page>
    }
    .into_any()
}

#[component]
fn NextBooking() -> AnyView {
    let next = Remote::new(|| {
        api::get::<ListBookings>(
            (),
            BookingsQuery {
                part: None,
                day: None,
                open: Some(true),
                cursor: None,
                limit: None,
            },
        )
    });
    view! {
        <section class="stack-s" data-testid="next-booking">
            <h2 class="cells-title">{t!(home.next.title)}</h2>
            <Load from=next let:page>{next_of(page)}</Load>
        </section>
    }
    .into_any()
}

/// The soonest visit that is not over; else the one that waits longest to be finished.
fn next_of(page: Listed<BookingView>) -> AnyView {
    let now = clock::now();
    let ahead = page.items.iter().position(|booking| booking.end.at > now);
    match page.items.into_iter().nth(ahead.unwrap_or(0)) {
        Some(booking) => view! { <BookingCard booking /> }.into_any(),
        None => view! { <p class="card quiet">{t!(home.next.none)}</p> }.into_any(),
    }
}

#[component]
fn Kinds() -> AnyView {
    let kinds = Remote::new(|| api::get::<ListCategories>((), None_ {}));
    view! {
        <section class="stack-s">
            <h2 class="cells-title">{t!(home.services.title)}</h2>
            <Load from=kinds let:page>{grid(page.items)}</Load>
        </section>
    }
    .into_any()
}

fn grid(kinds: Vec<Category>) -> AnyView {
    let tile = |kind: Category| {
        let name = either(&kind.name, kind.name_en.as_deref());
        let letter: String = name.chars().take(1).collect();
        view! {
            <li><a class="kind" href=format!("/services?category={}", kind.slug) data-testid="category">
                <span class="kind-sign" aria-hidden="true">{letter}</span>
                <span>{name}</span>
            </a></li>
        }
        .into_any()
    };
    view! {
        <div class="card">
            <ul class="kinds">{kinds.into_iter().map(tile).collect::<Vec<_>>()}</ul>
            <a class="kinds-all" href="/services" data-testid="all-services">{t!(home.services.all)}{Icon::Next.draw()}</a>
        </div>
    }
    .into_any()
}
