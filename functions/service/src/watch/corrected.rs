//! A reading that was an error, as its device says now: another value stands instead of it, or none. What was
//! measured afterwards stands as it is. An alert that rested on the reading alone is over; none is opened, as
//! only what is final from the beginning may alert. A press of the button is never taken back: somebody looks.

use domain::watch::{Metric, Reading};
use domain::{Refusal, limits};
use store::market::Beside;
use store::watch::{HealthChange, ReadingRow};

use super::arrive::Arrived;
use super::health::turned;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::points::Within;
use crate::points::tries::until_settled;

/// `row`: the reading of that moment, measure and device, with the value that stands instead, or none. What is
/// not known is ignored, and so is a repeat. Refuses: `Missing`, as for a reading.
pub async fn take(
    ctx: &Ctx,
    within: &Within<'_>,
    (row, metric): (&ReadingRow, Metric),
) -> Result<Arrived, Error> {
    until_settled!(once(ctx, within, row, metric))
}

/// Refuses: `Missing`, `Stale` where something else came in meanwhile.
async fn once(
    ctx: &Ctx,
    within: &Within<'_>,
    row: &ReadingRow,
    metric: Metric,
) -> Result<Arrived, Error> {
    let (store, com, at) = (&ctx.store, within.community, row.received_at);
    let found = store.vitals(com, row.person).await?;
    let theirs = found.filter(|one| one.devices.contains(&row.device));
    let before = theirs.ok_or(Refusal::Missing)?;
    let known = store.reading(com, row).await?;
    // One that was taken back stays so, in whatever order words of it come.
    let known = known.filter(|known| known.value.is_some() && known.value != row.value);
    let Some(known) = known else {
        return Ok(Arrived::Ignored);
    };
    let retold = ReadingRow {
        value: row.value,
        ..known
    };
    let rows = store.latest_readings(com, row.person).await?;
    let whole = rows.len() < limits::READINGS_SHOWN;
    let same = |one: &ReadingRow| one.at == retold.at && one.device == retold.device;
    let of_measure = rows.iter().filter(|one| one.metric == Some(metric));
    let left = of_measure.filter_map(|one| {
        let value = if same(one) { retold.value } else { one.value };
        let (value, at) = (value?, one.at);
        Some(Reading { metric, value, at })
    });
    let mut left: Vec<Reading> = left.collect();
    left.sort_by_key(|one| one.at);
    let ver = before.ver;
    let (after, turns) = before.without((metric, retold.at), (left.as_slice(), whole), at);
    let change = match after.ver == ver {
        true => HealthChange::default(),
        false => turned(ctx, within, (after, turns.as_slice()), at).await?.0,
    };
    let change = HealthChange {
        retold: Some(retold),
        ..change
    };
    store.write_health(com, &change, &Beside::default()).await?;
    Ok(Arrived::Applied)
}
