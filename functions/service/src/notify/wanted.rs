//! Whether what waited in the outbox is still to be told: what was settled meanwhile calls nobody. A notice about
//! an alert waits for a channel, for the next day, or for a relay that was down; by then somebody may have the
//! alert, or the person may have come home.

use std::str::FromStr;

use domain::care::Case;
use domain::notice::Topic;
use domain::watch::{Alert, Device, Liveness, Watched};
use domain::{AlertId, CaseId, DeviceId, PersonId};
use jiff::Timestamp;
use store::notify::Outgoing;
use store::schema;
use store::table::read;

use crate::ctx::Ctx;
use crate::error::Error;

/// Of an alert: it is not over, and nobody has it; of many, one is so. Of doors: one of them is dead still. Of a
/// question how somebody is: they gave no sign since. Of people whom no door can see: one of them gave none.
pub async fn is_wanted(ctx: &Ctx, row: &Outgoing, at: Timestamp) -> Result<bool, Error> {
    let (store, com) = (&ctx.store, row.community);
    let value = |name: &str| row.notice.data.get(name).map(String::as_str);
    // Whatever names an alert calls somebody to it.
    if let Some(id) = value("alert").and_then(|id| id.parse::<AlertId>().ok()) {
        let alert = store.alert(com, id).await?;
        return Ok(alert.is_some_and(|alert| alert.calls(at)));
    }
    // What is to be done in a case calls nobody once it is done.
    if matches!(row.notice.topic, Topic::CareTask | Topic::CareStation) {
        let case = value("case").and_then(|id| id.parse::<CaseId>().ok());
        let Some(case) = case else {
            return Ok(true);
        };
        let case = store.case(com, case).await?;
        let open = |case: &Case| {
            let mut open = case.tasks().filter(|task| task.is_open());
            open.any(|task| value("task") == Some(task.id.to_string().as_str()))
        };
        return Ok(case.as_ref().is_some_and(open));
    }
    match row.notice.topic {
        Topic::WatchArea => return any_calls(ctx, row, at).await,
        Topic::WatchUnseen => return any_is(ctx, row, Watched::is_unseen_told).await,
        Topic::WatchNeverSeen => {
            return any_is(ctx, row, |one| one.presence.sign.is_none()).await;
        }
        Topic::DoorDead | Topic::DoorsDead | Topic::DoorNeverHeard => {
            return any_silent(ctx, row, at).await;
        }
        _ => {}
    }
    if matches!(row.notice.topic, Topic::WatchAsk | Topic::WatchAskRelative) {
        let person = value("person").and_then(|id| id.parse().ok());
        let Some(person) = person else {
            return Ok(true);
        };
        let watched = store.watched(com, person).await?;
        return Ok(watched.is_some_and(|watched| watched.asked > 0));
    }
    Ok(true)
}

/// Those whom a notice about several lists, and whether these are all.
fn listed<T: FromStr>(row: &Outgoing, name: &str) -> (Vec<T>, bool) {
    let value = |name: &str| row.notice.data.get(name).map_or("", String::as_str);
    let ids: Vec<T> = value(name)
        .split_whitespace()
        .filter_map(|id| id.parse().ok())
        .collect();
    let count: usize = value("count").parse().unwrap_or(usize::MAX);
    let all = count <= ids.len();
    (ids, all)
}

/// One of the alerts that are told as one still calls somebody. Of more than are named any open one may be.
async fn any_calls(ctx: &Ctx, row: &Outgoing, at: Timestamp) -> Result<bool, Error> {
    let (alerts, all) = listed::<AlertId>(row, "alerts");
    if alerts.is_empty() {
        return Ok(true);
    }
    for id in alerts {
        let alert = ctx.store.alert(row.community, id).await?;
        if alert.is_some_and(|alert| alert.calls(at)) {
            return Ok(true);
        }
    }
    if all {
        return Ok(false);
    }
    let open = schema::open_alerts(row.community);
    for item in ctx.store.all(&open).await? {
        if read::<Alert>(item)?.calls(at) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// One of the doors that the notice is about is still not heard from.
async fn any_silent(ctx: &Ctx, row: &Outgoing, at: Timestamp) -> Result<bool, Error> {
    let (mut devices, mut all) = listed::<DeviceId>(row, "devices");
    if let Some(one) = row.notice.data.get("device") {
        devices.extend(one.parse::<DeviceId>().ok());
        all = true;
    }
    if devices.is_empty() {
        return Ok(true);
    }
    let found = ctx.store.devices_among(row.community, &devices).await?;
    let silent = |one: &Device| matches!(one.liveness(at), Liveness::Dead { .. });
    Ok(!all || found.iter().flatten().any(silent))
}

/// One of those whom the notice is about still is so.
async fn any_is(ctx: &Ctx, row: &Outgoing, so: fn(&Watched) -> bool) -> Result<bool, Error> {
    let (people, all) = listed::<PersonId>(row, "people");
    for person in people {
        let watched = ctx.store.watched(row.community, person).await?;
        if watched.as_ref().is_some_and(so) {
            return Ok(true);
        }
    }
    Ok(!all)
}
