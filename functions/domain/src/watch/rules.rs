//! How long somebody may be silent. Rules of a community have versions; a person's own windows, and the
//! rhythm of their days, may be other than those.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Silence;
use super::escalation::{self, Step};
use crate::access::named;
use crate::{PersonId, Refusal, limits};

named! {
    /// How soon somebody is looked after when they are silent. Agreed with the person; no rank.
    Grade {
        /// They and a relative are asked before anybody is sent.
        AskFirst = "ask_first",
        /// Somebody is sent at once.
        AtOnce = "at_once",
    }
}

/// How long, in minutes, somebody may be without a sign, by where they were last seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Windows {
    pub no_exit_minutes: u32,
    pub no_return_minutes: u32,
}

impl Windows {
    /// The outer limits of the case study: 48 hours without going out, 72 without coming home.
    pub const OUTER: Self = Self {
        no_exit_minutes: 48 * 60,
        no_return_minutes: 72 * 60,
    };

    #[must_use]
    pub fn of(&self, silence: Silence) -> SignedDuration {
        SignedDuration::from_mins(i64::from(match silence {
            Silence::NoExit => self.no_exit_minutes,
            Silence::NoReturn => self.no_return_minutes,
        }))
    }

    /// The shorter of both, of each: a rhythm only ever tightens.
    #[must_use]
    pub fn tightened(self, rhythm: Option<Self>) -> Self {
        rhythm.map_or(self, |rhythm| Self {
            no_exit_minutes: self.no_exit_minutes.min(rhythm.no_exit_minutes),
            no_return_minutes: self.no_return_minutes.min(rhythm.no_return_minutes),
        })
    }

    /// Refuses: `WatchWindow` where a rhythm would loosen these.
    pub fn refuse_looser(&self, rhythm: Self) -> Result<(), Refusal> {
        let least = limits::WATCH_MINUTES_LEAST;
        let pairs = [
            (rhythm.no_exit_minutes, self.no_exit_minutes),
            (rhythm.no_return_minutes, self.no_return_minutes),
        ];
        match pairs.into_iter().find(|(own, max)| own > max) {
            Some((_, max)) => Err(Refusal::WatchWindow { least, max }),
            None => Ok(()),
        }
    }

    /// Refuses: `WatchWindow` outside of what can be looked after.
    pub fn refuse_extreme(&self) -> Result<(), Refusal> {
        let (least, max) = (limits::WATCH_MINUTES_LEAST, limits::WATCH_MINUTES);
        let all = [self.no_exit_minutes, self.no_return_minutes];
        if all.iter().all(|minutes| (least..=max).contains(minutes)) {
            Ok(())
        } else {
            Err(Refusal::WatchWindow { least, max })
        }
    }
}

/// What a community goes by, in one version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    pub windows: Windows,
    /// How long before the deadline the person is asked, in minutes; a relative who may be asked is asked
    /// half as long before it.
    pub ask_minutes: u32,
    /// How many alerts of one sweep become one alert of an area: more than this many, and than one in a
    /// hundred of those watched.
    pub area_least: u32,
    /// How long an acknowledgement holds without an action, in minutes.
    pub lease_minutes: u32,
    /// Who is told of an alert, and who after them.
    #[serde(default = "escalation::usual")]
    pub ladder: Vec<Step>,
    pub by: Option<PersonId>,
    pub at: Timestamp,
    /// What led to this version.
    pub note: String,
    pub ver: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            windows: Windows::OUTER,
            ask_minutes: 120,
            area_least: 5,
            lease_minutes: 30,
            ladder: escalation::usual(),
            by: None,
            at: Timestamp::UNIX_EPOCH,
            note: String::new(),
            ver: 0,
        }
    }
}
