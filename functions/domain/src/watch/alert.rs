//! A silence that somebody looks after, until it is over.
//!
//! ```text
//! open ──acknowledge──▶ acknowledged ──close──▶ closed
//!   ▲                     │    │
//!   └──── lease lapses ───┘    └── a sign of life ──▶ withdrawn   (also from open)
//! ```

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::escalation::Ladder;
use super::rules::Rules;
use super::{Confidence, Silence};
use crate::access::named;
use crate::{AlertId, CommunityId, PersonId, Refusal};

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

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    pub id: AlertId,
    pub community: CommunityId,
    pub person: PersonId,
    pub silence: Silence,
    /// The last sign plus the window.
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

    fn refuse_over(&self) -> Result<(), Refusal> {
        match self.state {
            AlertState::Open | AlertState::Acknowledged => Ok(()),
            state @ (AlertState::Closed | AlertState::Withdrawn) => Err(Refusal::AlertIs { state }),
        }
    }

    fn leased(&self, rules: &Rules, at: Timestamp) -> Timestamp {
        at.checked_add(SignedDuration::from_mins(i64::from(rules.lease_minutes)))
            .unwrap_or(at)
    }
}
