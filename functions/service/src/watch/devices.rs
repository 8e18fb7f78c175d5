//! Doors. `ListDevices`: those who watch over people. `CreateDevice`, `RotateDeviceKey`, `PutDeviceWays`:
//! administrators; safe to repeat with the same id, which shows the same key again.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::watch::{Clock, Device, DoorSense, Watched};
use domain::{DeviceId, Refusal, limits};
use store::market::Beside;
use store::watch::WatchChange;
use wire::watch::{
    CreateDevice, DeviceKeyView, DeviceView, ListDevices, PutDeviceWays, RotateDeviceKey,
};
use wire::{Code, Endpoint, Page, Problem};

use super::faces::{device_view, no_door};
use super::signature;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::once::Once;
use crate::parse;
use crate::points::tries::until_settled;

pub async fn list(call: Call<ListDevices>) -> Outcome<ListDevices> {
    let (store, com) = (&call.ctx.store, call.who.community.id);
    let (devices, watched) = tokio::try_join!(store.devices(com), store.all_watched(com))?;
    let view = |device: &Device| -> DeviceView {
        let people = people(&watched, device.id);
        device_view(&call.who, device, people, call.now)
    };
    Ok(Answer::new(Page::whole(devices.iter().map(view).collect())))
}

/// How many have it among their doors.
fn people(watched: &[Watched], door: DeviceId) -> u32 {
    let theirs = watched.iter().filter(|one| one.doors.contains(&door));
    u32::try_from(theirs.count()).unwrap_or(u32::MAX)
}

pub async fn create(call: Call<CreateDevice>) -> Outcome<CreateDevice> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = begin(&call, &once).await;
    let again = shown(&call, call.body.id);
    once.end(&call.ctx, done, again).await
}

async fn begin(call: &Call<CreateDevice>, once: &Once) -> Result<DeviceKeyView, Error> {
    let (ctx, body, com) = (&call.ctx, &call.body, call.who.community.id);
    if body.id == no_door() {
        return Err(Error::invalid(Code::BadValue, "/id"));
    }
    let name = parse::line(&body.name, limits::NAME_CHARS, "/name")?;
    if !(1..=limits::HEARTBEAT_MINUTES).contains(&body.heartbeat_minutes) {
        let problem = Problem::new(Code::BadValue).at("/heartbeat_minutes");
        return Err(problem.with("max", limits::HEARTBEAT_MINUTES).into());
    }
    if !body.ways.is_sound() {
        return Err(Error::invalid(Code::BadValue, "/ways"));
    }
    // The door of one home is somebody's; any other is nobody's. What is worn may be; a gateway is not.
    let fits = match body.sense {
        DoorSense::HomeDoor => body.home_of.is_some(),
        DoorSense::Health => true,
        DoorSense::BothWays | DoorSense::EntryOnly => body.home_of.is_none(),
    };
    if !fits {
        return Err(Error::invalid(Code::BadValue, "/home_of"));
    }
    if let Some(person) = body.home_of {
        ctx.store.living(com, person).await?;
    }
    let device = Device {
        id: body.id,
        community: com,
        name,
        sense: body.sense,
        home_of: body.home_of,
        heartbeat_minutes: body.heartbeat_minutes,
        heard_at: None,
        skew_seconds: 0,
        offsets: Vec::new(),
        seq: 0,
        seq_before: 0,
        gaps: Vec::new(),
        gaps_before: Vec::new(),
        key_ver: 1,
        unidentified_at: None,
        passed_at: None,
        outages: Vec::new(),
        clock: Clock::default(),
        ways: body.ways.clone(),
        identified: Vec::new(),
        ver: 1,
    };
    write(call, &device, once).await?;
    shown(call, device.id).await
}

pub async fn rotate(call: Call<RotateDeviceKey>) -> Outcome<RotateDeviceKey> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let id = call.path.0;
    let another = async || -> Result<DeviceKeyView, Error> {
        let device = call.ctx.store.device(call.who.community.id, id).await?;
        let device = device.ok_or(Refusal::Missing)?;
        let device = Device {
            ver: device.ver + 1,
            ..device.rekeyed()
        };
        write(&call, &device, &once).await?;
        shown(&call, id).await
    };
    let done = until_settled!(another());
    let again = shown(&call, id);
    once.end(&call.ctx, done, again).await
}

/// Whatever was agreed before: of two at once the later one holds.
pub async fn lead(call: Call<PutDeviceWays>) -> Outcome<PutDeviceWays> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let id = call.path.0;
    let ways = &call.body.ways;
    let another = async || -> Result<DeviceView, Error> {
        if !ways.is_sound() {
            return Err(Error::invalid(Code::BadValue, "/ways"));
        }
        let device = call.ctx.store.device(call.who.community.id, id).await?;
        let device = device.ok_or(Refusal::Missing)?;
        let device = Device {
            ways: ways.clone(),
            ver: device.ver + 1,
            ..device
        };
        write(&call, &device, &once).await?;
        shown(&call, id).await.map(|shown| shown.device)
    };
    let done = until_settled!(another());
    let again = async { shown(&call, id).await.map(|shown| shown.device) };
    once.end(&call.ctx, done, again).await
}

async fn write<E: Endpoint>(call: &Call<E>, device: &Device, once: &Once) -> Result<(), Error> {
    let change = WatchChange {
        device: Some(device.clone()),
        ..WatchChange::default()
    };
    let beside = Beside {
        command: once.record(),
        notices: Vec::new(),
    };
    let com = call.who.community.id;
    call.ctx.store.write_watch(com, &change, &beside).await?;
    Ok(())
}

async fn shown<E: Endpoint>(call: &Call<E>, id: DeviceId) -> Result<DeviceKeyView, Error> {
    let (store, com) = (&call.ctx.store, call.who.community.id);
    let (device, watched) = tokio::try_join!(store.device(com, id), store.all_watched(com))?;
    let device = device.ok_or(Refusal::Missing)?;
    let key = signature::key(&call.ctx.secret, device.id, device.key_ver);
    Ok(DeviceKeyView {
        device: device_view(&call.who, &device, people(&watched, id), call.now),
        key_ver: device.key_ver,
        key: URL_SAFE_NO_PAD.encode(key),
    })
}
