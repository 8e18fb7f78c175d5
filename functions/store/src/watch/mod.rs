//! Doors, those who are watched over, their absences, and alerts. Read [`moves`] (what is written
//! together), then [`reads`]; [`opening`] is many alerts at once; [`leaving`] is what goes with somebody's consent;
//! [`health`] is what bodies say.

pub(crate) mod audit;
mod health;
mod leaving;
mod moves;
mod opening;
mod reads;

use domain::watch::{Absence, Alert, Device, Rules, Sign, Watched};
use domain::{CommunityId, DeviceId, PersonId};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use health::{HealthChange, ReadingRow, reading_item, vitals_item};
pub use moves::{
    absence_item, absence_of_item, alert_item, credential_item, device_item, device_of_item,
    door_day_item, mark_item, sign_item, watch_rules_item, watched_count_item, watched_item,
};
pub use opening::Opened;

/// One sign of somebody, as it came: kept for [`domain::limits::EVENT_DAYS`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignRow {
    pub person: PersonId,
    pub device: DeviceId,
    pub sign: Sign,
    pub received_at: Timestamp,
    /// The device's clock could not be right; the sign's moment is when it came in.
    pub approximate: bool,
}

/// An absence with who said it, and how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AbsenceRow {
    pub community: CommunityId,
    pub person: PersonId,
    pub absence: Absence,
    pub by: PersonId,
    pub note: String,
    pub ended_at: Option<Timestamp>,
    pub ver: u64,
}

/// To whom a card leads: to the person whose it is, or to a home where a relative has it. It is one person's at most,
/// and may be known at several homes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialOf {
    pub person: PersonId,
    /// Theirs; else a relative's.
    pub own: bool,
}

/// What is written in one transaction. A `ver` of 1 is new, another one follows on the one before.
#[derive(Clone, Debug, Default)]
pub struct WatchChange {
    pub watched: Option<Watched>,
    pub sign: Option<SignRow>,
    pub device: Option<Device>,
    pub alert: Option<Alert>,
    pub absence: Option<AbsenceRow>,
    /// Cards that lead here from now on, and those that do not any more.
    pub credentials: Vec<(String, CredentialOf)>,
    pub credentials_gone: Vec<(String, CredentialOf)>,
    pub rules: Option<Rules>,
    /// Passages that come to those of their days.
    pub days: Vec<DoorDay>,
}

/// Whose an absence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AbsenceOf {
    pub person: PersonId,
}

/// How many are watched over: moves with each of them, so that nobody has to count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchedCount {
    pub people: u64,
}

/// How often somebody passed a door on one local day, whoever it was: what is left when signs are gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoorDay {
    pub device: DeviceId,
    pub day: Date,
    pub passages: u32,
}

/// In which community a door is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceOf {
    pub community: CommunityId,
}

/// How often alerts changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertMark {
    pub changed: u64,
}

/// When the sweeper last passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweepMark {
    pub at: Timestamp,
    /// How many single matters could not be settled.
    #[serde(default)]
    pub failed: u32,
    /// By which version of the rules everybody's deadline was reckoned, or a later one.
    #[serde(default)]
    pub rules_ver: u32,
}
