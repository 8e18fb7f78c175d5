//! Somebody who agreed to be watched over: what is known of them, by which windows, and what is to be done
//! next. The moment at which something is to be done stands in the same item as the last event, so that both
//! move in one write.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Silence;
use super::absence::{Absence, put_off};
use super::deadline::{Asking, reached, running};
use super::presence::{Passage, Presence, Sign};
use super::rules::{Grade, Rules, Windows};
use crate::{AlertId, CommunityId, DeviceId, PersonId, limits};

/// One person, while their consent holds. Without it there is no such thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watched {
    pub person: PersonId,
    pub community: CommunityId,
    /// Since when.
    pub since: Timestamp,
    pub by: PersonId,
    /// The doors between their home and the world.
    pub doors: Vec<DeviceId>,
    /// Cards, or numbers in a device's own list, that are theirs.
    pub credentials: Vec<String>,
    /// Cards of others of this home: they prove nothing of the person.
    pub relatives_credentials: Vec<String>,
    pub grade: Grade,
    /// The rhythm of their own days, where that was agreed: windows that only ever tighten the community's.
    pub own: Option<Windows>,
    /// A relative who agreed to be asked.
    pub relative: Option<PersonId>,
    /// The relative may say that the person is away.
    pub relative_reports: bool,
    pub presence: Presence,
    /// Those that are not over, in the order of their beginnings.
    pub absences: Vec<Absence>,
    /// How many were asked since the last sign.
    pub asked: u8,
    /// When somebody was last told that no door can see them; counts until their next sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unseen_told_at: Option<Timestamp>,
    /// The alert that is open. While it is, nothing else is due.
    pub alert: Option<AlertId>,
    /// The moment under which the index nominates this. Never later than when something is to be done.
    pub armed: Option<Timestamp>,
    /// The version of the rules that `armed` was reckoned by.
    pub rules_ver: u32,
    pub ver: u64,
}

impl Watched {
    /// By which somebody is looked after: the shorter of their own and the community's, of each.
    #[must_use]
    pub fn windows(&self, rules: &Rules) -> Windows {
        rules.windows.tightened(self.own)
    }

    #[must_use]
    pub fn asking(&self, rules: &Rules) -> Asking {
        let lead = SignedDuration::from_mins(i64::from(rules.ask_minutes));
        Asking {
            lead: (self.grade == Grade::AskFirst).then_some(lead),
            relative: self.relative.is_some(),
            asked: self.asked,
        }
    }

    /// What a passage at a door says of this person. At one that is none of theirs they are seen to be well,
    /// and not where they are then; who else passes there is no matter of theirs.
    #[must_use]
    pub fn at_door(&self, door: DeviceId, passage: Passage) -> Option<Passage> {
        if self.doors.contains(&door) {
            return Some(passage);
        }
        match passage {
            Passage::Entry | Passage::Exit | Passage::Opened => Some(Passage::Opened),
            Passage::Unidentified => None,
        }
    }

    /// What is known after one sign more from that door, as [`Watched::at_door`] has it. Where a door of theirs tells no
    /// direction they are taken to be at home, as some homes have no other. Whoever says that they are well says
    /// nothing of where.
    #[must_use]
    pub fn presence_after(&self, door: DeviceId, sign: Sign) -> Presence {
        let mut presence = self.presence.with(sign);
        if sign.passage == Passage::Opened && self.doors.contains(&door) {
            presence.entered_at = presence.entered_at.max(Some(sign.at));
        }
        presence
    }

    /// With one sign more from that door; itself, unchanged, where it is known or older than what is known.
    #[must_use]
    pub fn passed(self, door: DeviceId, sign: Sign, rules: &Rules, at: Timestamp) -> Self {
        let presence = self.presence_after(door, sign);
        self.knowing(presence, rules, at)
    }

    /// The same of a sign that came from no door.
    #[must_use]
    pub fn with(self, sign: Sign, rules: &Rules, at: Timestamp) -> Self {
        let presence = self.presence.with(sign);
        self.knowing(presence, rules, at)
    }

    /// Whoever was asked before a newer sign is asked anew after it.
    fn knowing(mut self, presence: Presence, rules: &Rules, at: Timestamp) -> Self {
        let before = self.presence;
        self.presence = presence;
        if self.presence == before {
            return self;
        }
        if self.presence.sign != before.sign {
            self.asked = 0;
        }
        self.absences
            .retain(|one| one.ends(self.presence.entered_at) > at);
        self.ver += 1;
        self.rearmed(rules, at)
    }

    /// The silence that is too long by what is known now, and since when. Nobody is worried while they are away. What
    /// doors could not see is not taken off: this says whether an alert that is open goes on, and opens none.
    #[must_use]
    pub fn overdue(&self, rules: &Rules, at: Timestamp) -> Option<(Silence, Timestamp)> {
        let windows = self.windows(rules);
        let (silence, due) = running(&self.presence, windows)?;
        let home = self.presence.entered_at;
        let is_over = put_off(&self.absences, home, due) <= at;
        let is_away = put_off(&self.absences, home, at) > at;
        (is_over && !is_away).then_some((silence, due))
    }

    /// Armed for when something is to be done, which [`super::decide`] says exactly. A later moment moves
    /// the index only where it gains half a window; an earlier one always does.
    #[must_use]
    pub fn rearmed(mut self, rules: &Rules, at: Timestamp) -> Self {
        self.rules_ver = rules.ver;
        if self.alert.is_some() {
            self.armed = None;
            return self;
        }
        let windows = self.windows(rules);
        let due = match reached(&self.presence, windows, &self.absences) {
            Some(due) => due,
            // Never heard from: a matter of its doors.
            None => self
                .since
                .checked_add(SignedDuration::from_hours(limits::NEVER_HEARD_HOURS))
                .unwrap_or(self.since),
        };
        let due = match self.asking(rules).lead {
            Some(lead) if self.presence.sign.is_some() => {
                due.checked_sub(lead).unwrap_or(due).max(at)
            }
            _ => due.max(at),
        };
        let least = windows.no_exit_minutes.min(windows.no_return_minutes);
        let half = SignedDuration::from_mins(i64::from(least) / 2);
        let keeps = self
            .armed
            .is_some_and(|armed| armed <= due && due.duration_since(armed) < half && armed > at);
        if !keeps {
            self.armed = Some(due);
        }
        self
    }

    /// Due at exactly this moment, as was decided.
    #[must_use]
    pub fn rests(mut self, until: Timestamp) -> Self {
        self.armed = Some(until);
        self.ver += 1;
        self
    }
}
