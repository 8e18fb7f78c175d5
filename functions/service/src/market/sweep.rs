//! What happens by itself as time passes: held and requested bookings lapse, visits that nobody
//! finished are closed, expired credentials are told of, deletions and withdrawals of consent that stopped half-way go on. The
//! index only nominates; each decision is made again on the item itself.

use domain::availability::local_day;
use domain::booking::{Booking, Event, Part};
use domain::notice::{Data, Topic};
use domain::person::Community;
use domain::provider::Provider;
use domain::watch::deadline::is_late;
use domain::{CommunityId, Refusal, limits};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use store::market::{Beside, DecidedOn};
use store::schema::{self, Item};
use store::table::{key_of, read};

use super::notices::{self, Moved};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::identity::{consent, delete_me};
use crate::notify::tell::tell;
use crate::watch::sweep::{Turn, rotated};
use crate::{care, library, points, watch};

/// What fell due.
#[derive(Clone, Copy, Debug)]
enum Due {
    /// An open booking.
    Booking,
    /// A provider's credential.
    Credential,
    /// An attendance that nobody ended.
    Attendance,
    /// A voucher that nobody came for.
    Voucher,
    /// Points with a last day.
    Points,
    /// A book whose reader is to be reminded.
    Loan,
    /// A book that nobody fetched.
    Kept,
    /// A file of titles that has rows left.
    Import,
}

/// Of each kind, per community and run; the rest follows with the next.
const BATCH: usize = 200;

/// What one pass came to. It ends well whatever it could not do, so this says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    pub done: usize,
    /// How much could not be settled; all of it is in the log.
    pub failed: usize,
    /// Communities in which nobody has looked at everything that is watched for too long.
    pub late: usize,
}

impl Swept {
    fn missed(&mut self, subject: &str, error: &Error) {
        tracing::error!(subject, "What was due could not be settled: {error:?}");
        self.failed += 1;
    }

    /// Counts how much of it was done, or that it failed.
    fn count(&mut self, subject: &str, done: Result<usize, Error>) {
        match done {
            Ok(some) => self.done += some,
            Err(error) => self.missed(subject, &error),
        }
    }
}

/// One pass over everything that is due, as far as there is time: what is watched in all communities, then everything
/// else. Answers how much was done. What fails is logged and passed over, and is nominated again next time; it fails
/// only where not even the communities can be listed.
pub async fn run_once(ctx: &Ctx) -> Result<usize, Error> {
    Ok(pass(ctx).await?.done)
}

/// The same, and what was not done.
pub async fn pass(ctx: &Ctx) -> Result<Swept, Error> {
    let turn = Turn::of_seconds(limits::SWEEP_SECONDS);
    pass_within(ctx, Turn::of_seconds(limits::SWEEP_WATCH_SECONDS), turn).await
}

/// With so much time: for what is watched, and for everything.
pub async fn pass_within(ctx: &Ctx, watching: Turn, turn: Turn) -> Result<Swept, Error> {
    let at = ctx.clock.now();
    let mut swept = Swept::default();
    let communities = communities(ctx, at, &mut swept).await?;
    let mut unseen = Vec::new();
    for (community, zone) in &communities {
        if !watched(ctx, (community, zone), at, watching, &mut swept).await {
            unseen.push(community.id);
        }
    }
    if swept.done > 0 {
        ctx.relay_bell.notify_one();
    }
    for (community, zone) in &communities {
        everything(ctx, (community, zone), at, turn, &mut swept).await;
    }
    if swept.done > 0 {
        ctx.relay_bell.notify_one();
    }
    late(ctx, &unseen, at, &mut swept).await;
    Ok(swept)
}

/// Those that were not looked at whole just now may have been a minute ago.
async fn late(ctx: &Ctx, unseen: &[CommunityId], at: Timestamp, swept: &mut Swept) {
    match ctx.store.sweep_marks(unseen).await {
        Ok(marks) => swept.late = marks.into_iter().filter(|mark| is_late(*mark, at)).count(),
        Err(error) => {
            swept.missed("marks of passes", &error.into());
            swept.late = unseen.len();
        }
    }
}

/// Each minute another one is the first. One that cannot be read is logged and passed over.
async fn communities(
    ctx: &Ctx,
    at: Timestamp,
    swept: &mut Swept,
) -> Result<Vec<(Community, TimeZone)>, Error> {
    let mut found = Vec::new();
    for item in ctx.store.all(&schema::communities()).await? {
        let key = key_of(&item);
        match zoned(item) {
            Ok(one) => found.push(one),
            Err(error) => swept.missed(&key.sk, &error),
        }
    }
    Ok(rotated(found, at))
}

fn zoned(item: Item) -> Result<(Community, TimeZone), Error> {
    let community: Community = read(item)?;
    let zone = TimeZone::get(&community.zone).map_err(store::Error::broken)?;
    Ok((community, zone))
}

/// Silences, alerts, and the cases that hear of them. Whether everything that is watched was looked at.
async fn watched(
    ctx: &Ctx,
    within: (&Community, &TimeZone),
    at: Timestamp,
    turn: Turn,
    swept: &mut Swept,
) -> bool {
    if turn.is_over() {
        return false;
    }
    let whole = match watch::sweep::passed_within(ctx, &of(within), at, turn).await {
        Ok(pass) => {
            swept.done += pass.done;
            swept.failed += usize::try_from(pass.failed).unwrap_or(usize::MAX);
            pass.whole
        }
        Err(error) => {
            swept.missed("silences", &error);
            false
        }
    };
    // After the alerts, whose leases and withdrawals cases hear of.
    let (done, failed) = care::sweep::passed(ctx, within.0.id, at).await;
    swept.done += done;
    swept.failed += failed;
    whole
}

async fn everything(
    ctx: &Ctx,
    within: (&Community, &TimeZone),
    at: Timestamp,
    turn: Turn,
    swept: &mut Swept,
) {
    let com = within.0.id;
    for what in [
        Due::Booking,
        Due::Credential,
        Due::Attendance,
        Due::Voucher,
        Due::Points,
        Due::Loan,
        Due::Kept,
        Due::Import,
    ] {
        if turn.is_over() {
            return;
        }
        all(ctx, within, what, at, swept).await;
    }
    swept.count("a deletion", delete_me::resume(ctx, com, at).await);
    let rested = consent::resume(ctx, com, at).await;
    swept.count("what rested on a consent", rested);
    let filled = points::fill_all(ctx, &of(within), at).await;
    swept.count("free places", filled);
}

/// Everything of one kind that is due. What cannot be settled stays where it is, so this reads on
/// past it.
async fn all(
    ctx: &Ctx,
    within: (&Community, &TimeZone),
    what: Due,
    at: Timestamp,
    swept: &mut Swept,
) {
    let due = match what {
        Due::Booking => schema::lapsing(within.0.id, at),
        Due::Credential => schema::expiring(within.0.id, at),
        Due::Attendance => schema::forgotten(within.0.id, at),
        Due::Voucher => schema::ending_vouchers(within.0.id, at),
        Due::Points => schema::ending_points(within.0.id, local_day(at, within.1)),
        Due::Loan => schema::to_remind(within.0.id, local_day(at, within.1)),
        Due::Kept => schema::unfetched(within.0.id, local_day(at, within.1)),
        Due::Import => schema::running_imports(within.0.id),
    };
    let (mut done, mut place) = (0, None);
    loop {
        let (items, next) = match ctx.store.page(&due, BATCH, place).await {
            Ok(page) => page,
            Err(error) => {
                swept.missed(&due.pk, &error.into());
                return;
            }
        };
        for item in items {
            let key = key_of(&item);
            let settled = match what {
                Due::Booking => lapse(ctx, within, item, at).await,
                Due::Credential => expire(ctx, within, item, at).await,
                Due::Attendance => ended(points::forgotten(ctx, &of(within), item, at).await),
                Due::Voucher => ended(points::lapse::voucher(ctx, &of(within), item, at).await),
                Due::Points => ended(points::lapse::points(ctx, &of(within), item, at).await),
                Due::Loan => ended(library::sweep::remind(ctx, &of(within), item, at).await),
                Due::Import => ended(library::import::resume(ctx, &of(within), item).await),
                Due::Kept => ended(library::sweep::unfetched(ctx, &of(within), item, at).await),
            };
            match settled {
                Ok(settled) => {
                    done += usize::from(settled);
                    swept.done += usize::from(settled);
                }
                Err(error) => swept.missed(&format!("{} {}", key.pk, key.sk), &error),
            }
        }
        place = next;
        if place.is_none() || done >= BATCH {
            return;
        }
    }
}

async fn lapse(
    ctx: &Ctx,
    (community, zone): (&Community, &TimeZone),
    item: Item,
    at: Timestamp,
) -> Result<bool, Error> {
    let nominated: Booking = read(item)?;
    let Some(before) = ctx.store.booking(community.id, nominated.id).await? else {
        return Ok(false);
    };
    let Ok(after) = before.clone().apply(Event::Lapse, Part::Staff, at) else {
        return Ok(false);
    };
    let resident = ctx.store.person(community.id, before.resident).await?;
    let today = local_day(at, zone);
    let side = notices::resident_side(ctx, &after, resident.as_ref(), today).await?;
    let moved = Moved {
        part: Part::Staff,
        mover: before.resident,
        side: &side,
    };
    let notices = notices::of_move(ctx, &before, &after, &Event::Lapse, &moved, zone);
    let beside = Beside {
        command: None,
        notices,
    };
    let on = DecidedOn::default();
    let moved = ctx.store.move_booking(&before, &after, on, zone, &beside);
    settled(moved.await)
}

async fn expire(
    ctx: &Ctx,
    (community, zone): (&Community, &TimeZone),
    item: Item,
    at: Timestamp,
) -> Result<bool, Error> {
    let nominated: Provider = read(item)?;
    let Some(before) = ctx.store.provider(community.id, nominated.id).await? else {
        return Ok(false);
    };
    let today = local_day(at, zone);
    if before.is_bookable(today) || before.expiry_told == before.bookable_until() {
        return Ok(false);
    }
    let after = Provider {
        expiry_told: before.bookable_until(),
        ver: before.ver + 1,
        ..before
    };
    let data = Data::from([("provider".to_owned(), after.name.clone())]);
    let to = [after.person];
    // Nobody is booked for the days after it: whatever brought its end forward has told them.
    let told = tell(ctx, community.id, &to, Topic::CredentialExpired, data, at);
    let notices: Vec<_> = told.into_iter().collect();
    let beside = Beside {
        command: None,
        notices,
    };
    settled(ctx.store.change_provider(&after, zone, &beside).await)
}

fn of<'a>((community, zone): (&Community, &'a TimeZone)) -> points::Within<'a> {
    points::Within {
        community: community.id,
        zone,
        mover: None,
    }
}

/// Somebody else was faster: not ours to do any more.
fn ended(result: Result<bool, Error>) -> Result<bool, Error> {
    match result {
        Err(Error::Refused(Refusal::Stale)) => Ok(false),
        result => result,
    }
}

/// Somebody else moved it first: not ours to do any more.
fn settled(result: Result<(), store::Error>) -> Result<bool, Error> {
    match result {
        Ok(()) => Ok(true),
        Err(store::Error::Refused(Refusal::Stale)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
