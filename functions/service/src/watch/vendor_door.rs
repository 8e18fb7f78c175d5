//! What readers send that sign nothing. `RecordHikvision`: whoever has the device's key in the address.
//! Events go the way of those that are signed; their numbers begin anew after a reset and come late after a
//! lost line, so none is refused by its number. A sign that is known moves nothing.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::DeviceId;
use domain::watch::DoorEvent;
use http::header;
use jiff::tz::TimeZone;
use wire::watch::{DoorEventsView, RecordHikvision};
use wire::{Code, Problem};

use super::door_events::{Said, found, take, unsigned};
use super::signature;
use super::vendor::{Flaw, Hikvision, Settings, Vendor};
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::secret::{Secret, same};

pub async fn hikvision(call: Call<RecordHikvision, ()>) -> Outcome<RecordHikvision> {
    let (ctx, id, at) = (&call.ctx, call.path.0, call.now);
    let device = found(ctx, id).await?;
    let before = device.key_ver.checked_sub(1).filter(|ver| *ver > 0);
    let versions = [Some(device.key_ver), before];
    let mut good = versions.into_iter().flatten();
    if !good.any(|ver| same(&key(&ctx.secret, id, ver), &call.query.key)) {
        return Err(unsigned());
    }
    let community = ctx.store.community(device.community).await?;
    let zone = community.map_or(Ok(TimeZone::UTC), |here| TimeZone::get(&here.zone));
    let settings = Settings::of(zone.map_err(store::Error::broken)?);
    let kind = call.headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let events = Hikvision.read(kind, &call.file, &settings).map_err(bad)?;
    let events: Vec<Said> = events.into_iter().map(said).collect();
    let outcomes = take(ctx, device, None, &events, at).await?;
    Ok(Answer::new(DoorEventsView { outcomes }))
}

fn key(secret: &Secret, device: DeviceId, ver: u32) -> String {
    URL_SAFE_NO_PAD.encode(signature::key(secret, device, ver))
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

/// Where it is in the body, in words of ours alone.
fn bad(flaw: Flaw) -> Error {
    let problem = Problem::new(Code::BadFile).with("what", flaw.what.code());
    problem.with("at", flaw.at).into()
}
