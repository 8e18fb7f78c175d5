//! What happens by itself as time passes: held and requested bookings lapse, expired credentials
//! are told of, deletions that stopped half-way go on. The index only nominates; each decision is
//! made again on the item itself.

use domain::Refusal;
use domain::booking::{Booking, Event, Part};
use domain::notice::{Data, Topic};
use domain::person::Community;
use domain::provider::Provider;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use store::market::Beside;
use store::schema;
use store::table::read;

use super::{affected, notices};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::identity::delete_me;
use crate::notify::tell::tell;

/// At most this many of each kind per community and run; the rest follows with the next.
const BATCH: usize = 200;

/// One pass over everything that is due. Answers how much was done.
pub async fn run_once(ctx: &Ctx) -> Result<usize, Error> {
    let at = ctx.clock.now();
    let mut done = 0;
    for item in ctx.store.all(&schema::communities()).await? {
        let community: Community = read(item)?;
        let zone = TimeZone::get(&community.zone).map_err(store::Error::broken)?;
        done += lapse(ctx, &community, &zone, at).await?;
        done += expire(ctx, &community, &zone, at).await?;
        done += delete_me::resume(ctx, community.id, at).await?;
    }
    if done > 0 {
        ctx.relay_bell.notify_one();
    }
    Ok(done)
}

async fn lapse(
    ctx: &Ctx,
    community: &Community,
    zone: &TimeZone,
    at: Timestamp,
) -> Result<usize, Error> {
    let (due, _) = ctx
        .store
        .page(&schema::lapsing(community.id, at), BATCH, None)
        .await?;
    let mut done = 0;
    for item in due {
        let nominated: Booking = read(item)?;
        let Some(before) = ctx.store.booking(community.id, nominated.id).await? else {
            continue;
        };
        let Ok(after) = before.clone().apply(Event::Lapse, Part::Staff, at) else {
            continue;
        };
        let notices = notices::of_move(
            ctx,
            &before,
            &after,
            &Event::Lapse,
            Part::Staff,
            before.resident,
            zone,
        );
        let beside = Beside {
            command: None,
            notices,
        };
        done += settled(
            ctx.store
                .move_booking(&before, &after, None, zone, &beside)
                .await,
        )?;
    }
    Ok(done)
}

async fn expire(
    ctx: &Ctx,
    community: &Community,
    zone: &TimeZone,
    at: Timestamp,
) -> Result<usize, Error> {
    let (due, _) = ctx
        .store
        .page(&schema::expiring(community.id, at), BATCH, None)
        .await?;
    let mut done = 0;
    for item in due {
        let nominated: Provider = read(item)?;
        let Some(before) = ctx.store.provider(community.id, nominated.id).await? else {
            continue;
        };
        let today = domain::availability::local_day(at, zone);
        if before.is_bookable(today) || before.expiry_told == before.bookable_until() {
            continue;
        }
        let after = Provider {
            expiry_told: before.bookable_until(),
            ver: before.ver + 1,
            ..before
        };
        let data = Data::from([("provider".to_owned(), after.name.clone())]);
        let mut notices: Vec<_> = tell(
            ctx,
            community.id,
            &[after.person],
            Topic::CredentialExpired,
            data,
            at,
        )
        .into_iter()
        .collect();
        notices.push(affected::row(ctx, &after, at));
        done += settled(
            ctx.store
                .change_provider(
                    &after,
                    zone,
                    &Beside {
                        command: None,
                        notices,
                    },
                )
                .await,
        )?;
    }
    Ok(done)
}

/// Somebody else moved it first: not ours to do any more.
fn settled(result: Result<(), store::Error>) -> Result<usize, Error> {
    match result {
        Ok(()) => Ok(1),
        Err(store::Error::Refused(Refusal::Stale)) => Ok(0),
        Err(error) => Err(error.into()),
    }
}
