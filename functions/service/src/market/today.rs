//! The desk's first page. `GetToday`, staff; what they may not see elsewhere is not counted here.

use domain::access::Act;
use domain::availability::local_day;
use domain::booking::{Booking, State};
use domain::limits;
use domain::provider::Standing;
use jiff::SignedDuration;
use store::schema;
use store::table::read;
use wire::market::{ExpiringCredential, GetToday, Today};

use super::view::rows;
use crate::http::{Answer, Call, Outcome};
use crate::page;

/// Credentials that end within this many days are shown.
const SOON_DAYS: i64 = 30;

pub async fn run(call: Call<GetToday>) -> Outcome<GetToday> {
    let (store, community) = (&call.ctx.store, call.who.community.id);
    let day = local_day(call.now, &call.who.zone);
    let soon = day.saturating_add(jiff::Span::new().days(SOON_DAYS));
    let (mut to_vet, mut expiring) = (0, Vec::new());
    if call.who.may(Act::Vet) {
        for provider in store.providers(community).await? {
            to_vet += u32::from(provider.standing == Standing::Applied);
            let ending = provider
                .credentials
                .iter()
                .filter(|c| provider.standing == Standing::Approved && c.expires <= soon);
            expiring.extend(ending.map(|c| ExpiringCredential {
                provider: provider.id,
                name: provider.name.clone(),
                kind: c.kind,
                expires: c.expires,
            }));
        }
        expiring.sort_by_key(|e| e.expires);
        expiring.truncate(limits::PAGE_ROWS);
    }
    let (mut waiting, mut bookings, mut more_bookings) = (0, Vec::new(), false);
    if call.who.may(Act::OverseeBookings) {
        // No request waits longer; what is due later are visits.
        let longest = call.now + SignedDuration::from_hours(limits::REQUEST_HOURS);
        let lapsing = schema::lapsing_within(community, call.now, longest);
        for item in store.all(&lapsing).await? {
            let booking: Booking = read(item)?;
            waiting +=
                u32::from(matches!(booking.state, State::Requested { until } if call.now <= until));
        }
        let today = schema::bookings_on(community, day);
        let keep = |booking: Booking| {
            let passing = matches!(booking.state, State::Held { .. } | State::Expired);
            (!passing).then_some(booking)
        };
        let (found, cursor) = page::sifted(store, &today, limits::PAGE_ROWS, None, keep).await?;
        more_bookings = cursor.is_some();
        bookings = rows(&call.ctx, &call.who, &found, call.now).await?;
    }
    let count = async |pattern| {
        let page = store.page(&pattern, limits::PAGE_ROWS, None).await;
        page.map(|(items, _)| u32::try_from(items.len()).unwrap_or(u32::MAX))
    };
    let undelivered = if call.who.may(Act::HandleMessages) {
        count(schema::stucks(community)).await?
    } else {
        0
    };
    let feedback = if call.who.may(Act::ReadFeedback) {
        count(schema::waiting_feedbacks(community)).await?
    } else {
        0
    };
    let hours = if call.who.may(Act::ApproveHours) {
        count(schema::waiting_hours(community)).await?
    } else {
        0
    };
    let library_tasks = if call.who.may(Act::LendBooks) {
        count(schema::open_library_tasks(community)).await?
    } else {
        0
    };
    let open_alerts = if call.who.may(Act::Watch) {
        count(schema::open_alerts(community)).await?
    } else {
        0
    };
    Ok(Answer::new(Today {
        day,
        to_vet,
        expiring,
        waiting,
        bookings,
        more_bookings,
        undelivered,
        feedback,
        hours,
        library_tasks,
        open_alerts,
    }))
}
