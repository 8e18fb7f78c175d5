//! What becomes of what somebody's body says: it is kept, what is known of them moves forward, and alerts are
//! opened or over, in one transaction. Whatever device it came from, and however often.

use domain::watch::{
    Alert, AlertState, Confidence, Device, Ladder, Observed, Press, Rules, Seen, SeenHow, Turn,
    Vitals,
};
use domain::{AlertId, CommunityId, DeviceId, PersonId, Refusal};
use jiff::{SignedDuration, Timestamp};
use store::market::Beside;
use store::notify::Outgoing;
use store::watch::{HealthChange, ReadingRow, WatchChange};

use super::arrive::Arrived;
use super::sweep::notices_of;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::points::Within;
use crate::points::tries::until_settled;

/// A plausible reading, or a press of the button. Refuses: `Missing` for somebody who does not agree to it, is
/// not there, or for whom this device does not speak: it learns no difference.
pub async fn take(
    ctx: &Ctx,
    within: &Within<'_>,
    row: &ReadingRow,
    observed: Observed,
) -> Result<Arrived, Error> {
    until_settled!(once(ctx, within, row, observed))
}

/// Refuses: `Missing`, `Stale` where something else came in meanwhile.
async fn once(
    ctx: &Ctx,
    within: &Within<'_>,
    row: &ReadingRow,
    observed: Observed,
) -> Result<Arrived, Error> {
    let (store, com, at) = (&ctx.store, within.community, row.received_at);
    let found = store.vitals(com, row.person).await?;
    let theirs = found.filter(|one| one.devices.contains(&row.device));
    let before = theirs.ok_or(Refusal::Missing)?;
    let wanted = match observed {
        Observed::Reading(reading) => before.measure(reading.metric).is_some(),
        Observed::Sos { .. } => true,
    };
    if !wanted || store.has_reading(com, row).await? {
        return Ok(Arrived::Ignored);
    }
    let ver = before.ver;
    let (after, turns) = match observed {
        Observed::Reading(reading) => before.with(reading, at),
        Observed::Sos {
            at: moment,
            said_at,
        } => {
            let press = Press {
                device: row.device,
                said_at,
                received_at: at,
            };
            before.pressed(press, moment.min(at))
        }
    };
    if after.ver == ver && matches!(observed, Observed::Sos { .. }) {
        return Ok(Arrived::Ignored);
    }
    if after.ver == ver {
        // Older than what is known: it is kept, and moves nothing.
        let change = HealthChange {
            reading: Some(row.clone()),
            ..HealthChange::default()
        };
        store.write_health(com, &change, &Beside::default()).await?;
        return Ok(Arrived::Ignored);
    }
    let (change, notices) = turned(ctx, within, (after, turns.as_slice()), at).await?;
    let change = HealthChange {
        reading: Some(row.clone()),
        ..change
    };
    let told = !notices.is_empty();
    let beside = Beside {
        command: None,
        notices,
    };
    store.write_health(com, &change, &beside).await?;
    if told {
        ctx.relay_bell.notify_one();
    }
    Ok(Arrived::Applied)
}

/// A device that spoke, of whomever. Written once a minute at most.
pub async fn spoke(ctx: &Ctx, com: CommunityId, id: DeviceId, at: Timestamp) -> Result<(), Error> {
    until_settled!(hear(ctx, com, id, at))
}

async fn hear(ctx: &Ctx, com: CommunityId, id: DeviceId, at: Timestamp) -> Result<(), Error> {
    let minute = SignedDuration::from_mins(1);
    let long_ago = |one: &Device| {
        let heard = one.heard_at;
        heard.is_none_or(|heard| at.duration_since(heard) >= minute)
    };
    let found = ctx.store.device(com, id).await?;
    let Some(device) = found.filter(long_ago) else {
        return Ok(());
    };
    let device = device.heard(at);
    let change = WatchChange {
        device: Some(Device {
            ver: device.ver + 1,
            ..device
        }),
        ..WatchChange::default()
    };
    let beside = Beside::default();
    ctx.store.write_watch(com, &change, &beside).await?;
    Ok(())
}

/// Somebody is back earlier than was said: what should have come meanwhile is looked at by the next pass. Were this not
/// written, a later one would look, within the hour.
pub async fn back(
    ctx: &Ctx,
    com: CommunityId,
    person: PersonId,
    at: Timestamp,
) -> Result<(), Error> {
    until_settled!(waits_again(ctx, com, person, at))
}

/// Refuses: `Stale`.
async fn waits_again(
    ctx: &Ctx,
    com: CommunityId,
    person: PersonId,
    at: Timestamp,
) -> Result<(), Error> {
    let Some(before) = ctx.store.vitals(com, person).await? else {
        return Ok(());
    };
    let armed = before.armed;
    let after = before.rearmed(at);
    if after.armed == armed {
        return Ok(());
    }
    let change = HealthChange {
        vitals: Some(Vitals {
            ver: after.ver + 1,
            ..after
        }),
        ..HealthChange::default()
    };
    let beside = Beside::default();
    ctx.store.write_health(com, &change, &beside).await?;
    Ok(())
}

/// The alerts that turns open and end, with whom to tell of them. Nobody is asked beforehand: whoever pressed
/// the button, or whose reading is out of bounds, is looked after at once.
pub async fn turned(
    ctx: &Ctx,
    within: &Within<'_>,
    (mut vitals, turns): (Vitals, &[Turn]),
    at: Timestamp,
) -> Result<(HealthChange, Vec<Outgoing>), Error> {
    let com = within.community;
    let rules = match turns.is_empty() {
        true => Rules::default(),
        false => ctx.store.watch_rules(com).await?,
    };
    let (mut alerts, mut notices) = (Vec::new(), Vec::new());
    for turn in turns {
        match *turn {
            Turn::Opens { .. } => {
                let Some(alert) = opened(ctx, &vitals, &rules, *turn, at) else {
                    continue;
                };
                notices.extend(notices_of(ctx, within, &rules, (&alert, vitals.by), at).await?);
                vitals = vitals.opened(*turn, alert.id, at);
                alerts.push(alert);
            }
            Turn::Ends(id) => {
                let found = ctx.store.alert(com, id).await?;
                alerts.extend(found.and_then(|alert| {
                    let ver = alert.ver;
                    let how = SeenHow::Reading;
                    let came_at = at;
                    let over = alert.withdrawn_by(Seen { at, how, came_at }, at);
                    Some(over).filter(|after| after.ver > ver)
                }));
            }
        }
    }
    let change = HealthChange {
        vitals: Some(vitals),
        alerts,
        ..HealthChange::default()
    };
    Ok((change, notices))
}

/// Its id is the same whoever decides the same on the same version.
fn opened(ctx: &Ctx, vitals: &Vitals, rules: &Rules, turn: Turn, at: Timestamp) -> Option<Alert> {
    let Turn::Opens { cause, metric, due } = turn else {
        return None;
    };
    let (person, ver) = (vitals.person, vitals.ver);
    let measure = metric.map_or("", |metric| metric.as_str());
    let what = format!("{person}|{cause}|{measure}|{due}|{ver}");
    Some(Alert {
        id: AlertId::from_bits(ctx.secret.bits("alert", &what)),
        community: vitals.community,
        person,
        cause,
        metric,
        due,
        opened_at: at,
        confidence: Confidence::Identified,
        unconfirmed: false,
        state: AlertState::Open,
        owner: None,
        lease_until: None,
        ladder: Ladder::begun(&rules.ladder, at),
        reason: None,
        closed_by: None,
        closed_at: None,
        comment: String::new(),
        seen: None,
        rules_ver: rules.ver,
        ver: 1,
    })
}
