//! Records of service time: what an attendance became, or what somebody wrote down.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Attendance, Sign, Step};
use crate::access::named;
use crate::availability::{Span, earlier};
use crate::hands::Shared;
use crate::{ActivityId, CommunityId, EntryId, PersonId, Refusal, limits};

named! {
    /// What an entry rests on.
    Source {
        /// Checked in at the place, and confirmed by the organiser.
        Attendance = "attendance",
        /// Written down by hand, and approved by two.
        Manual = "manual",
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    pub by: PersonId,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum EntryState {
    /// Waits for approval.
    Pending,
    Approved,
    Refused {
        by: PersonId,
        reason: String,
    },
    /// Another stands in its place.
    Superseded {
        by: EntryId,
    },
}

named! {
    EntryStateName {
        Pending = "pending",
        Approved = "approved",
        Refused = "refused",
        Superseded = "superseded",
    }
}

impl EntryState {
    #[must_use]
    pub fn name(&self) -> EntryStateName {
        match self {
            Self::Pending => EntryStateName::Pending,
            Self::Approved => EntryStateName::Approved,
            Self::Refused { .. } => EntryStateName::Refused,
            Self::Superseded { .. } => EntryStateName::Superseded,
        }
    }
}

/// A record of service time. `span`: when; `minutes` of it count. `within`: the planned or claimed
/// time, which no correction leaves. `rule` and `points`: what it gave, once approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub id: EntryId,
    pub community: CommunityId,
    pub person: PersonId,
    pub activity: Option<ActivityId>,
    /// The activity's title, or the person's own words.
    pub what: String,
    pub span: Span,
    pub within: Span,
    pub minutes: u32,
    pub source: Source,
    /// By what they were seen coming.
    #[serde(default)]
    pub sign: Option<Sign>,
    /// What shows that it was so: own words with a manual entry.
    pub evidence: String,
    /// Why it takes the place of another.
    pub reason: String,
    pub submitted_by: PersonId,
    pub submitted_at: Timestamp,
    pub approvals: Vec<Approval>,
    pub supersedes: Option<EntryId>,
    /// What the superseded one says.
    pub minutes_before: Option<u32>,
    pub state: EntryState,
    pub rule: Option<u32>,
    pub points: u32,
    pub changed_at: Timestamp,
    pub ver: u64,
}

/// What somebody wrote down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    pub id: EntryId,
    pub community: CommunityId,
    pub person: PersonId,
    pub activity: Option<ActivityId>,
    pub what: String,
    pub span: Span,
    pub evidence: String,
}

/// Who gives an entry or answers it. `speaks`: may speak for whoever served, as their guardian;
/// `approves`: has the right to approve the entries of others; `shared`: who of those concerned may be
/// the same person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hand {
    pub person: PersonId,
    pub speaks: bool,
    pub approves: bool,
    pub shared: Shared,
}

impl Hand {
    /// Speaks as staff about this person's time, not as its side.
    #[must_use]
    pub fn is_another(&self, performer: PersonId) -> bool {
        self.approves && !self.speaks && self.person != performer
    }

    /// One whose approval counts beside those of whoever had a hand in it before.
    /// Refuses: `OwnHours`, `SameApprover`, `OneHand`.
    fn refuse_unless_another(
        &self,
        performer: PersonId,
        before: impl Iterator<Item = PersonId> + Clone,
    ) -> Result<(), Refusal> {
        if !self.is_another(performer) {
            return Err(Refusal::OwnHours);
        }
        if before.clone().any(|other| other == self.person) {
            return Err(Refusal::SameApprover);
        }
        let mut all = std::iter::once(performer).chain(before);
        all.try_for_each(|other| self.shared.refuse(other))
    }
}

impl Entry {
    /// Attended time that somebody else confirmed. `attendance`: before it is settled.
    /// Refuses: `OwnHours`, `SameApprover` (whoever saw them come or go), `OneHand` (with them, or with
    /// whoever did), then what [`Attendance::apply`] refuses.
    pub fn attended(
        claim: Claim,
        attendance: Attendance,
        minutes: u32,
        by: Hand,
        at: Timestamp,
    ) -> Result<(Self, Attendance), Refusal> {
        let entry = claim.id;
        by.refuse_unless_another(claim.person, attendance.witnesses())?;
        let settled = attendance.apply(Step::Settle { entry, minutes }, at)?;
        let span = settled.attended().ok_or(Refusal::NotCheckedIn)?;
        let by = by.person;
        let entry = Self {
            span,
            within: settled.planned,
            minutes,
            source: Source::Attendance,
            sign: settled.came.map(|came| came.sign),
            approvals: vec![Approval { by, at }],
            state: EntryState::Approved,
            ..Self::of(claim, by, at)
        };
        Ok((entry, settled))
    }

    /// Time written down by hand. Refuses: `HoursAhead`, `HoursOld`, `HoursLong`.
    pub fn manual(claim: Claim, by: Hand, at: Timestamp) -> Result<Self, Refusal> {
        let span = claim.span;
        if span.until > at {
            return Err(Refusal::HoursAhead);
        }
        let age = SignedDuration::from_hours(24 * limits::ENTRY_AGE_DAYS);
        let earliest = earlier(at, age);
        if span.from < earliest {
            return Err(Refusal::HoursOld { earliest });
        }
        let max = limits::ENTRY_MINUTES;
        if span.minutes() > max {
            return Err(Refusal::HoursLong { max });
        }
        Ok(Self::of(claim, by.person, at).begun(&by, at))
    }

    /// A copy with other minutes that is to take this one's place. What stays within the time it
    /// rests on keeps its source; what goes beyond, up to the planned or claimed time, rests on
    /// whoever wrote it.
    /// Refuses: `EntryIs` unless approved, `MinutesAbove`, `MinutesSame`.
    pub fn corrected(
        &self,
        id: EntryId,
        minutes: u32,
        reason: String,
        by: Hand,
        at: Timestamp,
    ) -> Result<Self, Refusal> {
        self.refuse_unless(EntryStateName::Approved)?;
        let max = self.within.minutes();
        if minutes > max {
            return Err(Refusal::MinutesAbove { max });
        }
        if minutes == self.minutes {
            return Err(Refusal::MinutesSame);
        }
        let beyond = minutes > self.span.minutes();
        let copy = Self {
            id,
            span: if beyond { self.within } else { self.span },
            source: if beyond { Source::Manual } else { self.source },
            minutes,
            reason,
            submitted_by: by.person,
            submitted_at: at,
            approvals: Vec::new(),
            supersedes: Some(self.id),
            minutes_before: Some(self.minutes),
            state: EntryState::Pending,
            rule: None,
            points: 0,
            changed_at: at,
            ver: 1,
            ..self.clone()
        };
        Ok(copy.begun(&by, at))
    }

    fn of(claim: Claim, by: PersonId, at: Timestamp) -> Self {
        Self {
            id: claim.id,
            community: claim.community,
            person: claim.person,
            activity: claim.activity,
            what: claim.what,
            span: claim.span,
            within: claim.span,
            minutes: claim.span.minutes(),
            source: Source::Manual,
            sign: None,
            evidence: claim.evidence,
            reason: String::new(),
            submitted_by: by,
            submitted_at: at,
            approvals: Vec::new(),
            supersedes: None,
            minutes_before: None,
            state: EntryState::Pending,
            rule: None,
            points: 0,
            changed_at: at,
            ver: 1,
        }
    }

    /// Whoever may approve it and hands it in for somebody else is the first to approve it.
    fn begun(mut self, by: &Hand, at: Timestamp) -> Self {
        if self.refuse_approval(by).is_ok() {
            let by = by.person;
            self.approvals.push(Approval { by, at });
        }
        self
    }

    /// May this hand approve it? Refuses: `OwnHours`, `SameApprover`, `OneHand` (with whoever served, or
    /// approved it), `EntryIs` unless pending.
    pub fn refuse_approval(&self, by: &Hand) -> Result<(), Refusal> {
        let before = self.approvals.iter().map(|approval| approval.by);
        by.refuse_unless_another(self.person, before)?;
        self.refuse_unless(EntryStateName::Pending)
    }

    /// One more approval; the second makes it count. Refuses what [`Self::refuse_approval`] does.
    pub fn approve(mut self, by: Hand, at: Timestamp) -> Result<Self, Refusal> {
        self.refuse_approval(&by)?;
        let by = by.person;
        self.approvals.push(Approval { by, at });
        if self.approvals.len() >= limits::MANUAL_APPROVALS {
            self.state = EntryState::Approved;
        }
        Ok(self.changed(at))
    }

    /// It does not count. Refuses: `OwnHours`, `EntryIs` unless pending.
    pub fn refuse(mut self, by: Hand, reason: String, at: Timestamp) -> Result<Self, Refusal> {
        if !by.is_another(self.person) {
            return Err(Refusal::OwnHours);
        }
        self.refuse_unless(EntryStateName::Pending)?;
        let by = by.person;
        self.state = EntryState::Refused { by, reason };
        Ok(self.changed(at))
    }

    /// Another takes its place. Refuses: `EntryIs` unless approved.
    pub fn supersede(mut self, by: EntryId, at: Timestamp) -> Result<Self, Refusal> {
        self.refuse_unless(EntryStateName::Approved)?;
        self.state = EntryState::Superseded { by };
        Ok(self.changed(at))
    }

    /// What stays when its person leaves: the time, and no words. What waits is over. `None` where
    /// nothing is left to go.
    #[must_use]
    pub fn anonymised(&self, at: Timestamp) -> Option<Self> {
        let left = self.clone().without_words();
        (left != *self).then(|| left.changed(at))
    }

    fn without_words(mut self) -> Self {
        if self.state == EntryState::Pending {
            let (by, reason) = (self.person, String::new());
            self.state = EntryState::Refused { by, reason };
        }
        if let EntryState::Refused { reason, .. } = &mut self.state {
            reason.clear();
        }
        if self.activity.is_none() {
            self.what.clear();
        }
        self.evidence.clear();
        self.reason.clear();
        self
    }

    fn refuse_unless(&self, wanted: EntryStateName) -> Result<(), Refusal> {
        match self.state.name() {
            state if state == wanted => Ok(()),
            state => Err(Refusal::EntryIs { state }),
        }
    }

    fn changed(mut self, at: Timestamp) -> Self {
        self.changed_at = at;
        self.ver += 1;
        self
    }

    /// Takes up time: it counts, or will when it is approved.
    #[must_use]
    pub fn takes_time(&self) -> bool {
        let stands = matches!(self.state, EntryState::Pending | EntryState::Approved);
        stands && self.minutes > 0
    }

    #[must_use]
    pub fn counts(&self) -> bool {
        matches!(self.state, EntryState::Approved)
    }
}

/// No minute counts twice. `others`: the person's entries around that time. `instead`: the entry
/// whose place is taken. Refuses: `HoursOverlap`.
pub fn refuse_twice(span: Span, others: &[Entry], instead: Option<EntryId>) -> Result<(), Refusal> {
    let taken = others
        .iter()
        .filter(|other| other.takes_time() && Some(other.id) != instead)
        .find(|other| other.span.overlaps(span));
    match taken {
        Some(other) => Err(Refusal::HoursOverlap { with: other.id }),
        None => Ok(()),
    }
}

/// One correction of an entry at a time. Refuses: `CorrectionOpen`.
pub fn refuse_second_correction(entry: EntryId, others: &[Entry]) -> Result<(), Refusal> {
    let open = |other: &Entry| {
        other.supersedes == Some(entry) && other.state.name() == EntryStateName::Pending
    };
    if others.iter().any(open) {
        return Err(Refusal::CorrectionOpen);
    }
    Ok(())
}
