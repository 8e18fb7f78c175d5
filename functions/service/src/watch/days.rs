//! How often somebody passed a door, day by day, and nobody's name: what is left when signs are gone.
//! `ListDoorDays`: those who watch.

use std::collections::BTreeMap;

use domain::{CommunityId, DeviceId, Refusal};
use jiff::Timestamp;
use jiff::civil::Date;
use store::schema;
use store::watch::DoorDay;
use wire::Page;
use wire::watch::{DoorDayView, ListDoorDays};

use super::faces::zone;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::{page, parse};

pub async fn list(call: Call<ListDoorDays>) -> Outcome<ListDoorDays> {
    let (store, com, id) = (&call.ctx.store, call.who.community.id, call.path.0);
    let limit = parse::limit(call.query.limit)?;
    store.device(com, id).await?.ok_or(Refusal::Missing)?;
    let pattern = schema::door_days(com, id);
    let cursor = call.query.cursor.as_deref();
    let (rows, cursor) = page::page::<DoorDay>(store, &pattern, limit, cursor).await?;
    let view = |row: DoorDay| DoorDayView {
        day: row.day,
        passages: row.passages,
    };
    let items = rows.into_iter().map(view).collect();
    Ok(Answer::new(Page { items, cursor }))
}

/// These passages by the local day of each.
pub async fn of(
    ctx: &Ctx,
    com: CommunityId,
    device: DeviceId,
    passed: &[Timestamp],
) -> Result<Vec<DoorDay>, Error> {
    if passed.is_empty() {
        return Ok(Vec::new());
    }
    let zone = zone(ctx, com).await?;
    let mut days: BTreeMap<Date, u32> = BTreeMap::new();
    for at in passed {
        *days.entry(at.to_zoned(zone.clone()).date()).or_default() += 1;
    }
    let day = |(day, passages)| DoorDay {
        device,
        day,
        passages,
    };
    Ok(days.into_iter().map(day).collect())
}
