//! What readers send that sign nothing. `RecordHikvision`, `RecordDahua`, `RecordZkteco`: whoever has the
//! device's key in the address. Events go the way of those that are signed; their numbers begin anew after a
//! reset and come late after a lost line, so none is refused by its number. A sign that is known moves nothing.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::DeviceId;
use domain::watch::{Device, DoorAct, DoorEvent};
use http::header;
use wire::watch::{DoorEventsView, RecordDahua, RecordHikvision, RecordZkteco, VendorQuery};
use wire::{Code, Endpoint, Problem};

use super::door_events::{Said, found, take, unsigned};
use super::faces::zone;
use super::signature;
use super::vendor::{Dahua, Flaw, Hikvision, Settings, Vendor, Zkteco};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::secret::{Secret, same};

/// Tables of ZKTeco that say what happened; others are lists of people and settings, and stay unread.
const ZKTECO_EVENTS: [&str; 2] = ["rtlog", "rtstate"];

pub async fn hikvision(call: Call<RecordHikvision, ()>) -> Outcome<RecordHikvision> {
    told(&call, &Hikvision).await
}

pub async fn dahua(call: Call<RecordDahua, ()>) -> Outcome<RecordDahua> {
    told(&call, &Dahua).await
}

/// What is not answered with `OK` is sent again and again, and whatever comes after it waits.
pub async fn zkteco(call: Call<RecordZkteco, ()>) -> Outcome<RecordZkteco> {
    let (ctx, query) = (&call.ctx, &call.query);
    let device = known(ctx, call.path.0, &query.key).await?;
    let of_events = |table: &String| {
        ZKTECO_EVENTS
            .iter()
            .any(|one| table.eq_ignore_ascii_case(one))
    };
    let events = match query.table.as_ref().is_none_or(of_events) {
        true => read(&call, &device, &Zkteco).await?,
        false => vec![is_there()],
    };
    take(ctx, device, None, &events, call.now).await?;
    Ok(Answer::plain("OK"))
}

async fn told<E>(call: &Call<E, ()>, vendor: &(dyn Vendor + Sync)) -> Outcome<E>
where
    E: Endpoint<Path = (DeviceId,), Query = VendorQuery, Reply = DoorEventsView>,
{
    let device = known(&call.ctx, call.path.0, &call.query.key).await?;
    let events = read(call, &device, vendor).await?;
    let outcomes = take(&call.ctx, device, None, &events, call.now).await?;
    Ok(Answer::new(DoorEventsView { outcomes }))
}

/// The device whose key this is: the newest version, or the one before.
async fn known(ctx: &Ctx, id: DeviceId, said: &str) -> Result<Device, Error> {
    let device = found(ctx, id).await?;
    let before = device.key_ver.checked_sub(1).filter(|ver| *ver > 0);
    let versions = [Some(device.key_ver), before];
    let mut good = versions.into_iter().flatten();
    match good.any(|ver| same(&key(&ctx.secret, id, ver), said)) {
        true => Ok(device),
        false => Err(unsigned()),
    }
}

fn key(secret: &Secret, device: DeviceId, ver: u32) -> String {
    URL_SAFE_NO_PAD.encode(signature::key(secret, device, ver))
}

/// The events of the body. Times without an offset are of the community's zone.
async fn read<E: Endpoint>(
    call: &Call<E, ()>,
    device: &Device,
    vendor: &(dyn Vendor + Sync),
) -> Result<Vec<Said>, Error> {
    let zone = zone(&call.ctx, device.community).await?;
    let settings = Settings::of(zone).leading(&device.ways);
    let kind = call.headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let events = vendor.read(kind, &call.file, &settings).map_err(bad)?;
    Ok(events.into_iter().map(said).collect())
}

fn said(event: DoorEvent) -> Said {
    Said {
        seq: event.seq.unwrap_or(0),
        at: event.at,
        act: event.act,
        credential: event.credential,
        live: !event.replayed,
    }
}

/// It spoke, and said nothing of anybody.
fn is_there() -> Said {
    Said {
        seq: 0,
        at: None,
        act: DoorAct::Heartbeat,
        credential: None,
        live: true,
    }
}

/// Where it is in the body, in words of ours alone.
fn bad(flaw: Flaw) -> Error {
    let problem = Problem::new(Code::BadFile).with("what", flaw.what.code());
    problem.with("at", flaw.at).into()
}
