//! What becomes of a sign of somebody: what is known of them moves forward, their deadline with it, and an
//! alert about them is over. Whatever door it came from, and however often.

use domain::watch::{Absence, Alert, Device, Sign, Watched};
use domain::{CommunityId, PersonId};
use jiff::Timestamp;
use store::market::Beside;
use store::watch::{AbsenceRow, SignRow, WatchChange};

use crate::ctx::Ctx;
use crate::error::Error;
use crate::points::tries::until_settled;

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrived {
    /// It moved what is known of somebody.
    Applied,
    /// Known before, older than what is known, or of nobody who is watched.
    Ignored,
}

/// A sign of somebody, which came in at `received`. `approximate`: the device's clock could not be right.
pub async fn arrive(
    ctx: &Ctx,
    com: CommunityId,
    device: &Device,
    sign: Sign,
    person: PersonId,
    received: Timestamp,
    approximate: bool,
) -> Result<Arrived, Error> {
    let row = SignRow {
        person,
        device: device.id,
        sign,
        received_at: received,
        approximate,
    };
    arrived(ctx, com, &row).await
}

/// The same of a sign as it is kept: its moment is known, and its door may be none.
pub async fn arrived(ctx: &Ctx, com: CommunityId, row: &SignRow) -> Result<Arrived, Error> {
    until_settled!(once(ctx, com, row))
}

/// Kept among the signs of somebody who is watched, and nothing else: it moves nothing.
/// Refuses: `Stale` where they are watched no more.
pub async fn keep(ctx: &Ctx, com: CommunityId, row: &SignRow) -> Result<Arrived, Error> {
    let change = WatchChange {
        sign: Some(row.clone()),
        ..WatchChange::default()
    };
    let beside = Beside::default();
    let written = ctx.store.write_watch(com, &change, &beside);
    written.await?;
    Ok(Arrived::Ignored)
}

/// Refuses: `Stale` where something else came in meanwhile.
async fn once(ctx: &Ctx, com: CommunityId, row: &SignRow) -> Result<Arrived, Error> {
    let store = &ctx.store;
    let (person, at) = (row.person, row.received_at);
    let Some(before) = store.watched(com, person).await? else {
        return Ok(Arrived::Ignored);
    };
    let Some(passage) = before.at_door(row.device, row.sign.passage) else {
        return Ok(Arrived::Ignored);
    };
    let sign = Sign {
        passage,
        ..row.sign
    };
    let row = &SignRow {
        sign,
        ..row.clone()
    };
    let known = before.presence.with(row.sign) == before.presence;
    if known {
        // What is older than what is known says nothing new, and is a sign all the same.
        return keep(ctx, com, row).await;
    }
    let rules = store.watch_rules(com).await?;
    let proves = before.presence.with(row.sign).sign != before.presence.sign;
    let alert = match before.alert.filter(|_| proves) {
        Some(id) => store.alert(com, id).await?,
        None => None,
    };
    let watched = Watched {
        alert: before.alert.filter(|_| !proves),
        ..before.clone()
    };
    let watched = watched.with(row.sign, &rules, at);
    let change = WatchChange {
        absence: ended(ctx, com, (&before, &watched)).await?,
        alert: alert.and_then(|alert| withdrawn(alert, at)),
        watched: Some(watched),
        sign: Some(row.clone()),
        ..WatchChange::default()
    };
    store.write_watch(com, &change, &Beside::default()).await?;
    Ok(Arrived::Applied)
}

/// The alert, over. Absent where it was already.
fn withdrawn(alert: Alert, at: Timestamp) -> Option<Alert> {
    let ver = alert.ver;
    Some(alert.withdraw(at)).filter(|after| after.ver > ver)
}

/// The absence that this coming home ended.
async fn ended(
    ctx: &Ctx,
    com: CommunityId,
    (before, after): (&Watched, &Watched),
) -> Result<Option<AbsenceRow>, Error> {
    let home = after.presence.entered_at;
    let over = |one: &&Absence| one.ends(home) < one.until && !after.absences.contains(*one);
    let Some(absence) = before.absences.iter().find(over) else {
        return Ok(None);
    };
    let row = ctx.store.absence(com, absence.id).await?;
    let row = row.filter(|row| row.ended_at.is_none());
    Ok(row.map(|row| AbsenceRow {
        ended_at: Some(absence.ends(home)),
        ver: row.ver + 1,
        ..row
    }))
}
