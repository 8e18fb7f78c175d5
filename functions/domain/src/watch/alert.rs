//! A silence, a call for help or a reading that somebody looks after, until it is over.
//!
//! ```text
//! open ──acknowledge──▶ acknowledged ──close──▶ closed
//!   ▲                     │    │
//!   └──── lease lapses ───┘    └── a sign of life ──▶ withdrawn   (also from open)
//! ```
//!
//! The door of a home is opened by whoever looks after somebody, too: while somebody has an alert, that is noted, and
//! withdraws nothing. A sign that came so late that the silence after it is too long as well moves the alert along.
//!
//! What ends by itself is a silence by a sign of life, a reading by one that is well again, and missing
//! readings by readings. A call for help ends by somebody who looked.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::escalation::Ladder;
use super::observation::Metric;
use super::rules::Rules;
use super::{Confidence, Silence};
use crate::access::named;
use crate::{AlertId, CommunityId, PersonId, Refusal};

named! {
    /// What somebody is to look after.
    Cause {
        NoExit = "no_exit",
        NoReturn = "no_return",
        /// The emergency button.
        Sos = "sos",
        /// A reading at or above its bound.
        VitalHigh = "vital_high",
        /// A reading at or below its bound.
        VitalLow = "vital_low",
        /// No reading for too long.
        NoReading = "no_reading",
    }
}

impl Cause {
    /// A silence at the doors; absent for what a body says.
    #[must_use]
    pub fn silence(self) -> Option<Silence> {
        match self {
            Self::NoExit => Some(Silence::NoExit),
            Self::NoReturn => Some(Silence::NoReturn),
            Self::Sos | Self::VitalHigh | Self::VitalLow | Self::NoReading => None,
        }
    }
}

impl From<Silence> for Cause {
    fn from(silence: Silence) -> Self {
        match silence {
            Silence::NoExit => Self::NoExit,
            Silence::NoReturn => Self::NoReturn,
        }
    }
}

named! {
    AlertState {
        Open = "open",
        Acknowledged = "acknowledged",
        Closed = "closed",
        /// A sign of life came, or was said to have come, before somebody closed it.
        Withdrawn = "withdrawn",
    }
}

named! {
    /// What it came to. The list of the field (真警, 外出, 设备, 门常开/代刷, 他人, 其他).
    AlertReason {
        TrueAlarm = "true_alarm",
        Away = "away",
        Device = "device",
        OpenDoor = "open_door",
        Others = "others",
        Other = "other",
    }
}

named! {
    /// How it became known that somebody is well, after an alert about them was opened.
    SeenHow {
        /// They were identified at a door.
        Identified = "identified",
        /// The door of their home was opened, by whomever.
        HomeDoor = "home_door",
        /// They said so themselves, or somebody else said so of them.
        Word = "word",
        /// Their readings are as agreed again, or come again.
        Reading = "reading",
    }
}

/// A sign of life, as far as it matters to an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    pub at: Timestamp,
    pub how: SeenHow,
    /// When it came in.
    pub came_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    pub id: AlertId,
    pub community: CommunityId,
    pub person: PersonId,
    #[serde(alias = "silence")]
    pub cause: Cause,
    /// Which measure, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<Metric>,
    /// The last sign plus the window; or the moment of the reading, or of the press.
    pub due: Timestamp,
    pub opened_at: Timestamp,
    pub confidence: Confidence,
    pub unconfirmed: bool,
    pub state: AlertState,
    /// Whose it is, and until when, unless they do something.
    pub owner: Option<PersonId>,
    pub lease_until: Option<Timestamp>,
    /// How far those who are told have come.
    #[serde(default)]
    pub ladder: Ladder,
    /// Why it was closed, by whom, and in which words.
    pub reason: Option<AlertReason>,
    pub closed_by: Option<PersonId>,
    pub closed_at: Option<Timestamp>,
    pub comment: String,
    /// The latest sign of life since it was opened: why it was withdrawn, or what whoever has it should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Seen>,
    pub rules_ver: u32,
    pub ver: u64,
}

impl Alert {
    /// Refuses: `AlertTaken` where somebody else has it and their lease holds, `AlertIs` where it is over.
    pub fn acknowledge(
        mut self,
        who: PersonId,
        rules: &Rules,
        at: Timestamp,
    ) -> Result<Self, Refusal> {
        self.refuse_over()?;
        if let Some(owner) = self.holder(at).filter(|owner| *owner != who) {
            return Err(Refusal::AlertTaken { owner });
        }
        self.state = AlertState::Acknowledged;
        self.owner = Some(who);
        self.lease_until = Some(self.leased(rules, at));
        self.ladder = self.ladder.paused(at);
        self.ver += 1;
        Ok(self)
    }

    /// It is theirs who have its case: the lease begins anew. Refuses: `AlertIs`.
    pub fn handed(mut self, who: PersonId, rules: &Rules, at: Timestamp) -> Result<Self, Refusal> {
        self.refuse_over()?;
        self.state = AlertState::Acknowledged;
        self.owner = Some(who);
        self.lease_until = Some(self.leased(rules, at));
        self.ladder = self.ladder.paused(at);
        self.ver += 1;
        Ok(self)
    }

    /// Whose it is now: nobody's, once the lease lapsed without an action.
    #[must_use]
    pub fn holder(&self, at: Timestamp) -> Option<PersonId> {
        let held = self.lease_until.is_some_and(|until| at < until);
        self.owner
            .filter(|_| self.state == AlertState::Acknowledged && held)
    }

    /// The lease is over, and nothing was done: open again. None where it holds.
    #[must_use]
    pub fn lapse(mut self, at: Timestamp) -> Option<Self> {
        if self.state != AlertState::Acknowledged || self.holder(at).is_some() {
            return None;
        }
        self.state = AlertState::Open;
        self.lease_until = None;
        self.ladder = self.ladder.resumed(at);
        self.ver += 1;
        Some(self)
    }

    /// Refuses: `AlertIs`, `AlertTaken`.
    pub fn close(
        mut self,
        who: PersonId,
        (reason, comment): (AlertReason, String),
        at: Timestamp,
    ) -> Result<Self, Refusal> {
        self.refuse_over()?;
        if let Some(owner) = self.holder(at).filter(|owner| *owner != who) {
            return Err(Refusal::AlertTaken { owner });
        }
        self.state = AlertState::Closed;
        self.ladder = self.ladder.over();
        self.reason = Some(reason);
        self.closed_by = Some(who);
        self.closed_at = Some(at);
        self.comment = comment;
        self.ver += 1;
        Ok(self)
    }

    /// A sign of life came. Itself, unchanged, where it is over.
    #[must_use]
    pub fn withdraw(mut self, at: Timestamp) -> Self {
        if self.refuse_over().is_ok() {
            self.state = AlertState::Withdrawn;
            self.ladder = self.ladder.over();
            self.closed_at = Some(at);
            self.ver += 1;
        }
        self
    }

    /// Over by that sign of life. Itself, unchanged, where it is over.
    #[must_use]
    pub fn withdrawn_by(mut self, seen: Seen, at: Timestamp) -> Self {
        if self.refuse_over().is_ok() {
            self.seen = Some(seen);
        }
        self.withdraw(at)
    }

    /// A sign of life that may be somebody else's, such as the visitor's own: whoever has it learns of it, and says
    /// what it was. Itself, unchanged, where it is over.
    #[must_use]
    pub fn noted(mut self, seen: Seen) -> Self {
        if self.refuse_over().is_ok() {
            self.seen = Some(seen);
            self.ver += 1;
        }
        self
    }

    /// A sign of life came late, and the silence since then is too long by now as well: it goes on as this one, with
    /// whoever has it. Itself, unchanged, where it is over.
    #[must_use]
    pub fn moved(mut self, (silence, due): (Silence, Timestamp), seen: Seen) -> Self {
        if self.refuse_over().is_ok() {
            self.cause = silence.into();
            self.due = due;
        }
        self.noted(seen)
    }

    /// It is not over, whoever has it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match self.state {
            AlertState::Open | AlertState::Acknowledged => true,
            AlertState::Closed | AlertState::Withdrawn => false,
        }
    }

    fn refuse_over(&self) -> Result<(), Refusal> {
        match self.is_open() {
            true => Ok(()),
            false => Err(Refusal::AlertIs { state: self.state }),
        }
    }

    fn leased(&self, rules: &Rules, at: Timestamp) -> Timestamp {
        at.checked_add(SignedDuration::from_mins(i64::from(rules.lease_minutes)))
            .unwrap_or(at)
    }
}
