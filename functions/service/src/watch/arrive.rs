//! What becomes of a sign of somebody: what is known of them moves forward, their deadline with it, and an
//! alert about them is over, which whoever was called to it is told; unless the silence after it is too long as well,
//! or it may have been whoever looks after them. Whatever door it came from, and however often.

use domain::notice::{Data, Topic};
use domain::watch::{
    Absence, Alert, Device, DoorSense, Passage, Rules, Seen, SeenHow, Sign, Watched,
};
use domain::{CommunityId, PersonId};
use jiff::Timestamp;
use store::market::Beside;
use store::notify::Outgoing;
use store::watch::{AbsenceRow, SignRow, WatchChange};
use wire::Moment;

use super::faces::{no_door, zone};
use super::health;
use super::sweep::notices_of_over;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::notify::tell::tell;
use crate::points::Within;
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
    let Some(row) = &at_their_door(&before, row) else {
        return Ok(Arrived::Ignored);
    };
    let presence = before.presence_after(row.device, row.sign);
    if presence == before.presence {
        // What is older than what is known says nothing new, and is a sign all the same.
        return keep(ctx, com, row).await;
    }
    let rules = store.watch_rules(com).await?;
    let proves = presence.sign != before.presence.sign;
    let open = match before.alert.filter(|_| proves) {
        Some(id) => store.alert(com, id).await?.filter(Alert::is_open),
        None => None,
    };
    let watched = before.clone().passed(row.device, row.sign, &rules, at);
    let alert = match open {
        Some(alert) => Some(settled(ctx, com, alert, (&watched, &rules), row).await?),
        None => None,
    };
    let goes_on = alert.as_ref().is_some_and(Alert::is_open);
    let watched = match proves && !goes_on {
        true => relieved(watched, &rules, at),
        false => watched,
    };
    let over = alert.as_ref().filter(|_| !goes_on);
    let absence = ended(ctx, com, (&before, &watched)).await?;
    let is_back = absence.is_some();
    let mut notices = told_over(ctx, com, over, (&watched, &rules), at).await?;
    notices.extend(told_home(ctx, com, absence.as_ref(), at).await?);
    let change = WatchChange {
        absence,
        alert,
        watched: Some(watched),
        sign: Some(row.clone()),
        ..WatchChange::default()
    };
    let told = !notices.is_empty();
    let beside = Beside {
        command: None,
        notices,
    };
    store.write_watch(com, &change, &beside).await?;
    if told {
        ctx.relay_bell.notify_one();
    }
    if is_back {
        health::back(ctx, com, person, at).await?;
    }
    Ok(Arrived::Applied)
}

/// As it counts for somebody at that door; absent where none of theirs is.
pub(super) fn at_their_door(watched: &Watched, row: &SignRow) -> Option<SignRow> {
    let passage = watched.at_door(row.device, row.sign.passage)?;
    let sign = Sign {
        passage,
        ..row.sign
    };
    Some(SignRow {
        sign,
        ..row.clone()
    })
}

/// No alert is open about them, and their next deadline is in force.
pub(super) fn relieved(watched: Watched, rules: &Rules, at: Timestamp) -> Watched {
    let quiet = Watched {
        alert: None,
        ..watched
    };
    quiet.rearmed(rules, at)
}

/// What a newer sign makes of the alert that is open about somebody. `watched`: with that sign.
async fn settled(
    ctx: &Ctx,
    com: CommunityId,
    alert: Alert,
    (watched, rules): (&Watched, &Rules),
    row: &SignRow,
) -> Result<Alert, Error> {
    let at = row.received_at;
    let how = how(ctx, com, row).await?;
    let seen = Seen {
        at: row.sign.at,
        how,
        came_at: at,
    };
    if let Some(silence) = watched.overdue(rules, at) {
        return Ok(alert.moved(silence, seen));
    }
    // Whoever looks after them opens that door as well.
    if how == SeenHow::HomeDoor && alert.holder(at).is_some() {
        return Ok(alert.noted(seen));
    }
    Ok(alert.withdrawn_by(seen, at))
}

async fn how(ctx: &Ctx, com: CommunityId, row: &SignRow) -> Result<SeenHow, Error> {
    if row.device == no_door() {
        return Ok(SeenHow::Word);
    }
    if row.sign.passage != Passage::Opened {
        return Ok(SeenHow::Identified);
    }
    let door = ctx.store.device(com, row.device).await?;
    let of_home = door.is_some_and(|door| door.sense == DoorSense::HomeDoor);
    Ok(match of_home {
        true => SeenHow::HomeDoor,
        false => SeenHow::Identified,
    })
}

/// Whoever has the alert, and whoever was called to it, need not go there any more.
pub async fn told_over(
    ctx: &Ctx,
    com: CommunityId,
    over: Option<&Alert>,
    (watched, rules): (&Watched, &Rules),
    at: Timestamp,
) -> Result<Vec<Outgoing>, Error> {
    let Some(alert) = over else {
        return Ok(Vec::new());
    };
    let zone = zone(ctx, com).await?;
    let within = Within {
        community: com,
        zone: &zone,
        mover: None,
    };
    notices_of_over(ctx, &within, rules, (alert, watched.by), at).await
}

/// Whose absence ended by being at home, and whoever said it for them: nobody is worried about later than they were
/// told, and whoever leaves again says so again.
async fn told_home(
    ctx: &Ctx,
    com: CommunityId,
    ended: Option<&AbsenceRow>,
    at: Timestamp,
) -> Result<Option<Outgoing>, Error> {
    let Some((row, home)) = ended.and_then(|row| Some((row, row.ended_at?))) else {
        return Ok(None);
    };
    let zone = zone(ctx, com).await?;
    let data = Data::from([
        ("absence".to_owned(), row.absence.id.to_string()),
        ("person".into(), row.person.to_string()),
        ("start".into(), Moment::new(home, &zone).to_string()),
    ]);
    let readers = [row.person, row.by];
    Ok(tell(ctx, com, &readers, Topic::AbsenceOver, data, at))
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
