//! The desk's first page. `GetToday`, staff; what they may not see elsewhere is not counted here.

use domain::access::Act;
use domain::availability::local_day;
use domain::booking::{Booking, State};
use domain::provider::Standing;
use store::schema;
use store::table::read;
use wire::market::{ExpiringCredential, GetToday, Today};

use super::view::Faces;
use crate::http::{Answer, Call, Outcome};

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
    }
    let (mut waiting, mut bookings) = (0, Vec::new());
    if call.who.may(Act::OverseeBookings) {
        let lapsing = schema::lapsing(community, jiff::Timestamp::MAX);
        for item in store.all(&lapsing).await? {
            let booking: Booking = read(item)?;
            waiting +=
                u32::from(matches!(booking.state, State::Requested { until } if call.now <= until));
        }
        let found: Result<Vec<Booking>, _> = store
            .all(&schema::bookings_on(community, day))
            .await?
            .into_iter()
            .map(read)
            .collect();
        let found: Vec<Booking> = found?
            .into_iter()
            .filter(|b| !matches!(b.state, State::Held { .. } | State::Expired))
            .collect();
        let faces = Faces::of(&call.ctx, &call.who, &found).await?;
        bookings = found
            .iter()
            .map(|b| faces.view(&call.who, b, call.now))
            .collect();
    }
    let count = async |pattern| {
        store
            .all(&pattern)
            .await
            .map(|items| u32::try_from(items.len()).unwrap_or(u32::MAX))
    };
    let undelivered = count(schema::stucks(community)).await?;
    let feedback = if call.who.may(Act::ReadFeedback) {
        count(schema::feedbacks(community)).await?
    } else {
        0
    };
    Ok(Answer::new(Today {
        day,
        to_vet,
        expiring,
        waiting,
        bookings,
        undelivered,
        feedback,
    }))
}
