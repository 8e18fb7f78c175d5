//! Readings that do not come. The index only nominates; whether one is missing is decided again on the person as
//! they are, who may be away, and written on condition that they are the same still.

use domain::watch::{Lapse, Rules, Turn, Vitals};
use domain::{AlertId, Refusal, limits};
use jiff::{SignedDuration, Timestamp};
use store::market::Beside;
use store::notify::Outgoing;
use store::schema::{self, Item};
use store::table::read;
use store::watch::HealthChange;

use super::health::turned;
use super::sweep::{Area, Missed, least, notices_of_many};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::points::Within;

/// Everybody of one community who is due now. Answers how much was done. Each alert is told of by itself, unless
/// there are so many that a gateway must be silent: then all are told of as one.
pub async fn pass(
    ctx: &Ctx,
    within: &Within<'_>,
    (rules, missed): (&Rules, &Missed),
    at: Timestamp,
) -> Result<usize, Error> {
    let (mut done, mut missing, area) = (0, Vec::new(), Area::default());
    for shard in 0..limits::WATCH_SHARDS {
        let due = schema::due_vitals(within.community, shard, at);
        let (mut seen, mut place) = (0, None);
        while !missed.no_time() {
            let page = ctx.store.page(&due, limits::SWEPT_TOGETHER, place);
            let (items, next) = page.await?;
            seen += items.len();
            for item in items {
                let one = look(ctx, within, item.clone(), &mut missing, at).await;
                done += usize::from(missed.settled(&item, one));
            }
            if missing.len() >= limits::SWEPT_TOGETHER {
                let found = std::mem::take(&mut missing);
                done += raise(ctx, within, (rules, missed, &area), found, at).await;
            }
            place = next;
            if place.is_none() {
                break;
            }
            if seen >= limits::WATCH_SWEPT {
                missed.more();
                break;
            }
        }
    }
    let opened = raise(ctx, within, (rules, missed, &area), missing, at);
    Ok(done + opened.await)
}

/// Opens the alerts of these. `area`: those of this pass. Answers how many were.
async fn raise(
    ctx: &Ctx,
    within: &Within<'_>,
    (rules, missed, area): (&Rules, &Missed, &Area),
    missing: Vec<(Vitals, Turn)>,
    at: Timestamp,
) -> usize {
    let mut ready = Vec::with_capacity(missing.len());
    for (vitals, turn) in missing {
        let person = vitals.person;
        match prepared(ctx, within, vitals, turn, at).await {
            Ok((change, alone)) => ready.push((person, change, alone)),
            Err(error) => missed.failed(&format!("the readings of {person}"), &error),
        }
    }
    let alerts = ready.iter().flat_map(|(_, change, _)| &change.alerts);
    let ids: Vec<AlertId> = alerts.map(|alert| alert.id).collect();
    let least = least(rules);
    // Whoever is told of one of them is told of all.
    let many = area.more(&[], ids.len()) > least;
    let mut opened = 0;
    for (person, change, alone) in ready {
        let untold = area.untold(&[], least).filter(|_| many);
        let notices = match untold {
            Some(count) => notices_of_many(ctx, within, rules, (count, &ids), at).await,
            None if many => Ok(Vec::new()),
            None => Ok(alone),
        };
        match write(ctx, within, &change, notices).await {
            Ok(()) => {
                opened += 1;
                if untold.is_some() {
                    area.tell(&[]);
                }
            }
            // A reading came, or another sweeper.
            Err(Error::Refused(Refusal::Stale)) => {}
            Err(error) => missed.failed(&format!("the readings of {person}"), &error),
        }
    }
    opened
}

/// Somebody of whom a reading may be missing. Alerts are only gathered: how many they are says how they are told.
async fn look(
    ctx: &Ctx,
    within: &Within<'_>,
    item: Item,
    missing: &mut Vec<(Vitals, Turn)>,
    at: Timestamp,
) -> Result<bool, Error> {
    let nominated: Vitals = read(item)?;
    let (store, com) = (&ctx.store, within.community);
    let found = store.vitals(com, nominated.person).await?;
    let due = |one: &Vitals| one.armed.is_some_and(|armed| armed <= at);
    let Some(vitals) = found.filter(due) else {
        return Ok(false);
    };
    let watched = store.watched(com, vitals.person).await?;
    let home = watched.as_ref().and_then(|one| one.presence.entered_at);
    let absences = watched.map(|one| one.absences).unwrap_or_default();
    let until = match vitals.lapsed(&absences, home, at) {
        Lapse::Alert(turn) => {
            missing.push((vitals, turn));
            return Ok(false);
        }
        // They may come back earlier than was said.
        Lapse::Rest { until } => Some(until.min(at + SignedDuration::from_hours(1))),
        Lapse::Nothing => None,
    };
    let change = HealthChange {
        vitals: Some(vitals.rests(until)),
        ..HealthChange::default()
    };
    store.write_health(com, &change, &Beside::default()).await?;
    Ok(true)
}

/// What is written when their alert is opened, and the notice of it by itself.
async fn prepared(
    ctx: &Ctx,
    within: &Within<'_>,
    vitals: Vitals,
    turn: Turn,
    at: Timestamp,
) -> Result<(HealthChange, Vec<Outgoing>), Error> {
    let next = Vitals {
        ver: vitals.ver + 1,
        ..vitals
    };
    turned(ctx, within, (next, std::slice::from_ref(&turn)), at).await
}

/// Refuses: `Stale`.
async fn write(
    ctx: &Ctx,
    within: &Within<'_>,
    change: &HealthChange,
    notices: Result<Vec<Outgoing>, Error>,
) -> Result<(), Error> {
    let beside = Beside {
        command: None,
        notices: notices?,
    };
    let com = within.community;
    ctx.store.write_health(com, change, &beside).await?;
    Ok(())
}
