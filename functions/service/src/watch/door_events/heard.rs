//! What is known of a device itself once its events were looked at: that it is there, how its clock goes, which of its
//! numbers were taken, and when somebody passed it, whoever it was.

use std::collections::BTreeSet;

use domain::watch::device::When;
use domain::watch::{Device, DoorAct};
use domain::{CommunityId, DeviceId};
use jiff::Timestamp;
use store::market::Beside;
use store::watch::WatchChange;

use super::Said;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::watch::days;

/// What is known of a device when all its events were looked at.
#[derive(Default)]
pub struct Heard {
    /// The numbers that were taken, where they count.
    pub counted: BTreeSet<u64>,
    pub heard: bool,
    /// What it takes the time to be, by what it says live.
    pub clock: Vec<Told>,
    pub unidentified_at: Option<Timestamp>,
    /// When somebody passed, whoever it was.
    pub passed: Vec<Timestamp>,
    /// When somebody was identified, whoever it was.
    pub identified: Vec<Timestamp>,
}

/// A moment by the device's own clock.
pub enum Told {
    /// Of a heartbeat.
    Beat(Timestamp),
    /// Of something that happened.
    Event(Timestamp),
}

impl Told {
    /// What is said when something is sent says how the clock goes. What signs its events also says heartbeats, and
    /// may have kept the rest.
    pub fn of(event: &Said, signed: bool) -> Option<Self> {
        match event.act == DoorAct::Heartbeat {
            true => event.at.map(Self::Beat),
            false => event.at.filter(|_| !signed).map(Self::Event),
        }
    }

    pub fn heard(&self, device: Device, at: Timestamp) -> Device {
        match *self {
            Self::Beat(said) => device.beaten(said, at),
            Self::Event(said) => device.happened(said, at),
        }
    }
}

/// The device as it is now, with what was heard: each of it only moves forward.
pub async fn keep(
    ctx: &Ctx,
    com: CommunityId,
    id: DeviceId,
    (heard, key_ver): (&Heard, Option<u32>),
    at: Timestamp,
) -> Result<(), Error> {
    let Some(device) = ctx.store.device(com, id).await? else {
        return Ok(());
    };
    let mut device = device.heard(at);
    for told in &heard.clock {
        device = told.heard(device, at);
    }
    if let Some(key_ver) = key_ver {
        for seq in &heard.counted {
            device = device.counted(key_ver, *seq);
        }
    }
    for identified in &heard.identified {
        device = device.identified_at(*identified);
    }
    let passed = device.uncounted(heard.passed.clone());
    let device = Device {
        unidentified_at: device.unidentified_at.max(heard.unidentified_at),
        passed_at: passed.iter().copied().max().max(device.passed_at),
        ver: device.ver + 1,
        ..device
    };
    let change = WatchChange {
        device: Some(device),
        days: days::of(ctx, com, id, &passed).await?,
        ..WatchChange::default()
    };
    ctx.store
        .write_watch(com, &change, &Beside::default())
        .await?;
    Ok(())
}

/// Absent where nothing is proved of now: it says no time that can be right, and may have been kept. That the device
/// is there is heard from whatever it says.
pub fn moment(device: &Device, event: &Said, live: bool, at: Timestamp) -> Option<When> {
    match event.at {
        _ if event.act == DoorAct::Heartbeat => Some(When::Approximately(at)),
        Some(said) => device.moment(said, at, live),
        None => event.live.then_some(When::Approximately(at)),
    }
}
