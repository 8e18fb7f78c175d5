//! Telling everybody booked with a provider who cannot serve for now, however many they are. The
//! decision writes one row for all of them; the relay takes it apart, a transaction at a time, and
//! each takes its share off the row. So whoever stops in between leaves a row that says who is left.

use domain::availability::local_day;
use domain::booking::{Booking, State};
use domain::limits;
use domain::notice::{Data, Notice, Topic};
use domain::person::{Community, Person};
use domain::provider::Provider;
use domain::{MessageId, ProviderId, Refusal};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use store::notify::{Outgoing, To};
use store::schema::{self, Key};
use store::table::{read, text};

use super::notices;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::notify::tell::tell;

/// The one row for all who have a visit ahead.
#[must_use]
pub fn row(ctx: &Ctx, provider: &Provider, at: Timestamp) -> Outgoing {
    row_after(ctx, provider, at, at)
}

/// The one row for all whose visit begins after a moment.
#[must_use]
pub fn row_after(ctx: &Ctx, provider: &Provider, start: Timestamp, at: Timestamp) -> Outgoing {
    let (millis, chance) = ctx.fresh(at);
    let to = To::BookedWith {
        provider: provider.id,
        after: schema::start_place(start),
    };
    Outgoing {
        id: MessageId::new(millis, chance),
        community: provider.community,
        to: vec![to],
        notice: Notice {
            topic: Topic::BookingAffected,
            data: Data::new(),
        },
        at,
        attempts: 0,
        postponed: 0,
        next_at: at,
    }
}

/// Takes apart a row claimed before, into one row for each visit, until nothing is left of it.
pub async fn take_apart(ctx: &Ctx, mut row: Outgoing) -> Result<(), Error> {
    let community: Option<Community> = ctx.store.get(&schema::community(row.community)).await?;
    let zone = community.map_or(Ok(TimeZone::UTC), |community| {
        TimeZone::get(&community.zone)
    });
    let zone = zone.map_err(store::Error::broken)?;
    while let [To::BookedWith { provider, after }] = row.to.as_slice() {
        let Some((notices, place)) = share(ctx, &row, *provider, after, &zone).await? else {
            ctx.store.delivered(&row).await?;
            break;
        };
        let rest = Outgoing {
            to: vec![To::BookedWith {
                provider: *provider,
                after: place,
            }],
            ..row.clone()
        };
        row = match ctx.store.take_apart(&row, &notices, &rest).await {
            Ok(()) => rest,
            Err(store::Error::Refused(Refusal::Stale)) => match again(ctx, &row).await? {
                Some(now) => now,
                None => break,
            },
            Err(error) => return Err(error.into()),
        };
    }
    Ok(())
}

/// The row as it stands, if it is still ours: then the answer to our own write was lost.
async fn again(ctx: &Ctx, row: &Outgoing) -> Result<Option<Outgoing>, Error> {
    let now: Option<Outgoing> = ctx
        .store
        .get(&schema::outbox(row.community, row.id))
        .await?;
    Ok(now.filter(|now| now.attempts == row.attempts))
}

/// Notices for the next few visits, and the place of the last one. The index only nominates.
async fn share(
    ctx: &Ctx,
    row: &Outgoing,
    provider: ProviderId,
    after: &str,
    zone: &TimeZone,
) -> Result<Option<(Vec<Outgoing>, String)>, Error> {
    let pattern = schema::bookings_of_provider_after(row.community, provider, after);
    let (items, _) = ctx.store.page(&pattern, limits::FAN_OUT_ROWS, None).await?;
    let Some(place) = items.last().map(|last| text(last, "g2sk").to_owned()) else {
        return Ok(None);
    };
    let nominated: Result<Vec<Booking>, _> = items.into_iter().map(read).collect();
    let keys: Vec<Key> = nominated?
        .iter()
        .map(|booking| schema::booking(row.community, booking.id))
        .collect();
    let found = ctx.store.get_many(&keys).await?.into_iter().flatten();
    let found: Result<Vec<Booking>, _> = found.map(read).collect();
    let in_doubt: Vec<Booking> = found?.into_iter().filter(is_in_doubt).collect();
    // In one trip: a share is read as a whole or not at all, however many it is of.
    let keys: Vec<Key> = in_doubt
        .iter()
        .map(|booking| schema::person(row.community, booking.resident))
        .collect();
    let residents = ctx.store.get_many(&keys).await?;
    let mut notices = Vec::new();
    for (booking, resident) in in_doubt.into_iter().zip(residents) {
        let resident: Option<Person> = resident.map(read).transpose()?;
        let today = local_day(row.at, zone);
        let to = notices::resident_side(ctx, &booking, resident.as_ref(), today).await?;
        let data = notices::data(&booking, zone);
        let topic = Topic::BookingAffected;
        notices.extend(tell(ctx, row.community, &to, topic, data, row.at));
    }
    Ok(Some((notices, place)))
}

/// A visit that was promised, asked for, or is being asked for right now.
fn is_in_doubt(booking: &Booking) -> bool {
    matches!(
        booking.state,
        State::Held { .. } | State::Requested { .. } | State::Accepted
    )
}
