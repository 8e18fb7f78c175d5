//! How somebody's body is looked at. `GetVitals`: those who watch, with a reason that is written down.
//! `PutVitals`: the same, of people who agreed (`watch_health`); safe to repeat with the same id. `GetMyVitals`:
//! anybody, of themselves.

use domain::consent::Purpose;
use domain::watch::{DoorSense, Measure, Metric, Vitals};
use domain::{CommunityId, DeviceId, PersonId, Refusal, limits};
use store::market::Beside;
use store::watch::{HealthChange, ReadingRow};
use wire::watch::{GetMyVitals, GetVitals, PutVitals, ReadingView, VitalsView};
use wire::{Code, Endpoint, Problem};

use super::faces::{names, reason};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::identity::views;
use crate::once::Once;

pub async fn get(call: Call<GetVitals>) -> Outcome<GetVitals> {
    let (ctx, who, id) = (&call.ctx, &call.who, call.path.0);
    let reason = reason(&call.query.reason)?;
    ctx.store.living(who.community.id, id).await?;
    views::log(ctx, who, id, GetVitals::NAME, &reason, call.now).await?;
    Ok(Answer::new(shown(&call, id).await?))
}

pub async fn mine(call: Call<GetMyVitals>) -> Outcome<GetMyVitals> {
    let me = call.who.person.id;
    Ok(Answer::new(shown(&call, me).await?))
}

pub async fn put(call: Call<PutVitals>) -> Outcome<PutVitals> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = change(&call, &once).await;
    let again = stored(&call);
    once.end(&call.ctx, done, again).await
}

async fn stored(call: &Call<PutVitals>) -> Result<VitalsView, Error> {
    let (ctx, who, id) = (&call.ctx, &call.who, call.path.0);
    views::log(ctx, who, id, PutVitals::NAME, "", call.now).await?;
    shown(call, id).await
}

/// As it is agreed; where nothing is yet, what is usual.
async fn shown<E: Endpoint>(call: &Call<E>, id: PersonId) -> Result<VitalsView, Error> {
    let (ctx, who) = (&call.ctx, &call.who);
    let com = who.community.id;
    let (vitals, rows) = tokio::try_join!(
        ctx.store.vitals(com, id),
        ctx.store.latest_readings(com, id)
    )?;
    let mut names = names(ctx, com, vec![id]).await?;
    let view = |row: ReadingRow| ReadingView {
        at: who.moment(row.at),
        metric: row.metric,
        value: row.value,
        device: row.device,
        approximate: row.approximate,
    };
    let usual = || -> Vec<Measure> {
        let all = Metric::ALL.iter().copied();
        all.map(Measure::usual).collect()
    };
    let (devices, measures, open, ver) = match vitals {
        Some(one) => (one.devices, one.measures, one.open, one.ver),
        None => (Vec::new(), usual(), Vec::new(), 0),
    };
    Ok(VitalsView {
        person: id,
        name: names.remove(&id).unwrap_or_default(),
        devices,
        measures,
        // Of what was taken back as an error nothing is shown.
        readings: rows
            .into_iter()
            .filter(|row| row.metric.is_none() || row.value.is_some())
            .map(view)
            .collect(),
        alerts: open.into_iter().map(|one| one.alert).collect(),
        ver,
    })
}

/// Refuses: `WatchConsent` where somebody does not agree to it now, in the words in force.
async fn refuse_unasked(ctx: &Ctx, com: CommunityId, person: PersonId) -> Result<(), Error> {
    let purpose = Purpose::WatchHealth;
    match ctx.store.consents_to(com, person, purpose).await? {
        true => Ok(()),
        false => Err(Refusal::WatchConsent.into()),
    }
}

async fn change(call: &Call<PutVitals>, once: &Once) -> Result<VitalsView, Error> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let (com, id) = (who.community.id, call.path.0);
    ctx.store.living(com, id).await?;
    let before = ctx.store.vitals(com, id).await?;
    if call.body.ver != before.as_ref().map_or(0, |one| one.ver) {
        return Err(Refusal::Stale.into());
    }
    refuse_unasked(ctx, com, id).await?;
    let measures = measures(&call.body.measures)?;
    let devices = devices(ctx, com, &call.body.devices).await?;
    let after = match before {
        None => Vitals {
            person: id,
            community: com,
            since: at,
            by: who.person.id,
            devices,
            measures,
            standing: Vec::new(),
            presses: Vec::new(),
            open: Vec::new(),
            waits_since: at,
            armed: None,
            ver: 1,
        },
        Some(before) => {
            let mut standing = before.standing;
            standing.retain(|one| measures.iter().any(|of| of.metric == one.reading.metric));
            // Other windows begin with what was agreed.
            let waits_since = match before.measures == measures {
                true => before.waits_since,
                false => at,
            };
            Vitals {
                devices,
                measures,
                standing,
                waits_since,
                ver: before.ver + 1,
                ..before
            }
        }
    };
    let change = HealthChange {
        vitals: Some(after.rearmed(at)),
        ..HealthChange::default()
    };
    let beside = Beside {
        command: once.record(),
        notices: Vec::new(),
    };
    ctx.store.write_health(com, &change, &beside).await?;
    // Whoever took their consent back meanwhile is forgotten again.
    let agreed = refuse_unasked(ctx, com, id).await;
    if matches!(agreed, Err(Error::Refused(Refusal::WatchConsent))) {
        ctx.store.forget_health(com, id).await?;
    }
    agreed?;
    stored(call).await
}

fn few(count: usize, max: usize, pointer: &str) -> Result<(), Error> {
    if count <= max {
        return Ok(());
    }
    let problem = Problem::new(Code::TooMany).at(pointer);
    Err(problem.with("max", max).into())
}

/// Each once, and none that nobody could look after.
fn measures(said: &[Measure]) -> Result<Vec<Measure>, Error> {
    few(said.len(), Metric::ALL.len(), "/measures")?;
    for (i, one) in said.iter().enumerate() {
        let mut before = said.iter().take(i);
        if !one.is_sound() || before.any(|other| other.metric == one.metric) {
            return Err(Error::invalid(Code::BadValue, format!("/measures/{i}")));
        }
    }
    Ok(said.to_vec())
}

/// In order, each once. Refuses: `Missing` for a device of elsewhere, `BadValue` for a door.
async fn devices(ctx: &Ctx, com: CommunityId, said: &[DeviceId]) -> Result<Vec<DeviceId>, Error> {
    few(said.len(), limits::VITAL_DEVICES, "/devices")?;
    let mut ids = said.to_vec();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(ids);
    }
    let found = ctx.store.devices_among(com, &ids).await?;
    if found.iter().flatten().count() < ids.len() {
        return Err(Refusal::Missing.into());
    }
    let mut found = found.iter().flatten();
    if !found.all(|one| one.sense == DoorSense::Health) {
        return Err(Error::invalid(Code::BadValue, "/devices"));
    }
    Ok(ids)
}
