//! Service time in whole minutes. Read [`Attendance`] (who was there), then [`Entry`] (what it
//! became): entries are only added, and corrected by others that supersede them.
//!
//! Nobody alone makes an hour: whoever served never approves, and what was written down by hand
//! takes two others. No minute of a person counts twice ([`refuse_twice`]). Points are given for
//! entries ([`crate::ledger`]); redeeming them changes nothing here.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::access::named;
use crate::availability::{Span, earlier, instant, later, local_day};
use crate::units::Minute;
use crate::{ActivityId, CommunityId, EntryId, PersonId, Refusal, limits};

named! {
    /// How somebody was seen at the place.
    Sign {
        /// By the code that changes at the door.
        Code = "code",
        /// By their printed card.
        Card = "card",
    }
}

/// That somebody was at the place. `by`: who held the telephone or the scanner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    pub at: Timestamp,
    pub sign: Sign,
    pub by: PersonId,
}

/// Where an attendance stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Presence {
    /// Nothing is known yet.
    Expected,
    In,
    Out,
    /// Did not check out, and was taken to have stayed until the planned end. `ask_at`: when both
    /// sides are asked how it was; absent once they were.
    Review {
        ask_at: Option<Timestamp>,
    },
    /// Recorded, and nothing follows from it.
    NoShow {
        by: PersonId,
        at: Timestamp,
    },
    /// Became service time.
    Settled {
        entry: EntryId,
        minutes: u32,
    },
}

named! {
    PresenceName {
        Expected = "expected",
        In = "in",
        Out = "out",
        Review = "review",
        NoShow = "no_show",
        Settled = "settled",
    }
}

impl Presence {
    #[must_use]
    pub fn name(self) -> PresenceName {
        match self {
            Self::Expected => PresenceName::Expected,
            Self::In => PresenceName::In,
            Self::Out => PresenceName::Out,
            Self::Review { .. } => PresenceName::Review,
            Self::NoShow { .. } => PresenceName::NoShow,
            Self::Settled { .. } => PresenceName::Settled,
        }
    }
}

/// One person's time at one activity; a part of their sign-up. `planned`: the activity's own time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendance {
    pub planned: Span,
    pub came: Option<Mark>,
    pub left: Option<Mark>,
    pub presence: Presence,
}

/// What happens to an attendance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Come(Mark),
    Leave(Mark),
    /// The organiser says that they did not come.
    Missed {
        by: PersonId,
    },
    /// Nobody checked out for too long. `ask_at`: see [`asked_at`].
    Lapse {
        ask_at: Timestamp,
    },
    /// Both sides were asked.
    Ask,
    /// The organiser confirms so many minutes.
    Settle {
        entry: EntryId,
        minutes: u32,
    },
}

impl Attendance {
    #[must_use]
    pub fn expected(planned: Span) -> Self {
        Self {
            planned,
            came: None,
            left: None,
            presence: Presence::Expected,
        }
    }

    /// From when on somebody may check in.
    #[must_use]
    pub fn opens(&self) -> Timestamp {
        let before = SignedDuration::from_mins(limits::CHECK_IN_BEFORE_MINUTES);
        earlier(self.planned.from, before)
    }

    /// Until when somebody may check out; then it is forgotten.
    #[must_use]
    pub fn closes(&self) -> Timestamp {
        let after = SignedDuration::from_hours(limits::CHECK_OUT_HOURS);
        later(self.planned.until, after)
    }

    /// The time that counts: within the planned time, and to its end where nobody checked out.
    #[must_use]
    pub fn attended(&self) -> Option<Span> {
        let came = self.came?;
        let until = self.left.map_or(self.planned.until, |left| left.at);
        let there = Span {
            from: came.at,
            until: until.max(came.at),
        };
        Some(there.common(self.planned))
    }

    #[must_use]
    pub fn came_at(&self) -> Option<Timestamp> {
        self.came.map(|mark| mark.at)
    }

    #[must_use]
    pub fn left_at(&self) -> Option<Timestamp> {
        self.left.map(|mark| mark.at)
    }

    /// Did not check out, and waits for somebody to say how long they were there.
    #[must_use]
    pub fn is_forgotten(&self) -> bool {
        matches!(self.presence, Presence::Review { .. })
    }

    #[must_use]
    pub fn is_missed(&self) -> bool {
        matches!(self.presence, Presence::NoShow { .. })
    }

    #[must_use]
    pub fn is_settled(&self) -> bool {
        matches!(self.presence, Presence::Settled { .. })
    }

    /// Attended, once it is over; confirmed, once it is settled.
    #[must_use]
    pub fn minutes(&self) -> Option<u32> {
        match self.presence {
            Presence::Settled { minutes, .. } => Some(minutes),
            Presence::Out | Presence::Review { .. } => self.attended().map(Span::minutes),
            Presence::Expected | Presence::In | Presence::NoShow { .. } => None,
        }
    }

    /// When it is nominated to the sweeper: to lapse, or to be asked about.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        match self.presence {
            Presence::In => Some(self.closes()),
            Presence::Review { ask_at } => ask_at,
            Presence::Expected
            | Presence::Out
            | Presence::NoShow { .. }
            | Presence::Settled { .. } => None,
        }
    }

    /// The next step. Refuses, the state first: `AlreadyCheckedIn`, `AlreadyCheckedOut`,
    /// `NotCheckedIn`, `AlreadySettled`, then the time: `TooEarly`, `TooLate`, then the measure:
    /// `MinutesAbove`.
    pub fn apply(self, step: Step, at: Timestamp) -> Result<Self, Refusal> {
        let is = |presence| Self { presence, ..self };
        match (self.presence, step) {
            (Presence::Expected | Presence::NoShow { .. }, Step::Come(mark)) => {
                refuse_before(self.opens(), at)?;
                refuse_after(self.planned.until, at)?;
                Ok(Self {
                    came: Some(mark),
                    ..is(Presence::In)
                })
            }
            (Presence::In, Step::Leave(mark)) => {
                refuse_after(self.closes(), at)?;
                Ok(Self {
                    left: Some(mark),
                    ..is(Presence::Out)
                })
            }
            (Presence::Expected, Step::Missed { by }) => {
                let from = SignedDuration::from_mins(limits::NO_SHOW_MINUTES);
                refuse_before(later(self.planned.from, from), at)?;
                Ok(is(Presence::NoShow { by, at }))
            }
            // Said before.
            (Presence::NoShow { .. }, Step::Missed { .. }) => Ok(self),
            (Presence::In, Step::Lapse { ask_at }) => {
                refuse_before(self.closes(), at)?;
                let ask_at = Some(ask_at);
                Ok(is(Presence::Review { ask_at }))
            }
            (Presence::Review { ask_at: Some(from) }, Step::Ask) => {
                refuse_before(from, at)?;
                Ok(is(Presence::Review { ask_at: None }))
            }
            (Presence::In, Step::Settle { entry, minutes }) => {
                refuse_before(self.planned.until, at)?;
                self.settled(entry, minutes, at)
            }
            (Presence::Out | Presence::Review { .. }, Step::Settle { entry, minutes }) => {
                self.settled(entry, minutes, at)
            }
            (Presence::In, Step::Come(_) | Step::Missed { .. } | Step::Ask)
            | (Presence::Out, Step::Missed { .. })
            | (Presence::Review { .. }, Step::Missed { .. } | Step::Lapse { .. }) => {
                Err(Refusal::AlreadyCheckedIn)
            }
            (Presence::Out, Step::Come(_) | Step::Leave(_) | Step::Lapse { .. } | Step::Ask)
            | (Presence::Review { ask_at: None }, Step::Ask) => Err(Refusal::AlreadyCheckedOut),
            (Presence::Review { .. }, Step::Come(_) | Step::Leave(_)) => Err(Refusal::TooLate),
            (
                Presence::Expected | Presence::NoShow { .. },
                Step::Leave(_) | Step::Settle { .. } | Step::Lapse { .. } | Step::Ask,
            ) => Err(Refusal::NotCheckedIn),
            (
                Presence::Settled { .. },
                Step::Come(_)
                | Step::Leave(_)
                | Step::Missed { .. }
                | Step::Lapse { .. }
                | Step::Ask
                | Step::Settle { .. },
            ) => Err(Refusal::AlreadySettled),
        }
    }

    fn settled(self, entry: EntryId, minutes: u32, at: Timestamp) -> Result<Self, Refusal> {
        let oldest = SignedDuration::from_hours(24 * limits::ENTRY_AGE_DAYS);
        refuse_after(later(self.planned.from, oldest), at)?;
        let max = self.attended().map_or(0, Span::minutes);
        if minutes > max {
            return Err(Refusal::MinutesAbove { max });
        }
        Ok(Self {
            presence: Presence::Settled { entry, minutes },
            ..self
        })
    }
}

fn refuse_before(from: Timestamp, at: Timestamp) -> Result<(), Refusal> {
    if at < from {
        return Err(Refusal::TooEarly { from });
    }
    Ok(())
}

fn refuse_after(until: Timestamp, at: Timestamp) -> Result<(), Refusal> {
    if at > until {
        return Err(Refusal::TooLate);
    }
    Ok(())
}

/// When both sides are asked about a check-out that was forgotten at an activity that ended then:
/// in the morning of the next local day.
#[must_use]
pub fn asked_at(ended: Timestamp, zone: &TimeZone) -> Timestamp {
    let morning = || {
        let day = local_day(ended, zone).tomorrow().ok()?;
        instant(day, Minute::new(limits::ASK_MINUTE)?, zone)
    };
    morning().unwrap_or_else(|| later(ended, SignedDuration::from_hours(24)))
}

/// The step of time whose code hangs at the door then.
#[must_use]
pub fn door_step(at: Timestamp) -> i64 {
    at.as_second().div_euclid(limits::DOOR_SECONDS)
}

/// From when on the code of a step is no longer shown.
#[must_use]
pub fn door_until(step: i64) -> Timestamp {
    let next = step.saturating_add(1).saturating_mul(limits::DOOR_SECONDS);
    Timestamp::from_second(next).unwrap_or(Timestamp::MAX)
}

/// The steps whose codes are taken at that moment: the one shown, and for a few seconds the one
/// before it, which somebody may still be typing.
#[must_use]
pub fn door_steps(at: Timestamp) -> Vec<i64> {
    let step = door_step(at);
    let into = at.as_second().rem_euclid(limits::DOOR_SECONDS);
    let grace = (into < limits::DOOR_GRACE_SECONDS).then_some(step - 1);
    std::iter::once(step).chain(grace).collect()
}

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
/// `approves`: has the right to approve the entries of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hand {
    pub person: PersonId,
    pub speaks: bool,
    pub approves: bool,
}

impl Hand {
    /// Is one of those whose approval counts for this person's time.
    #[must_use]
    pub fn is_another(self, performer: PersonId) -> bool {
        self.approves && !self.speaks && self.person != performer
    }
}

impl Entry {
    /// Attended time that somebody else confirmed. `attendance`: before it is settled.
    /// Refuses: `OwnHours`, and what [`Attendance::apply`] refuses.
    pub fn attended(
        claim: Claim,
        attendance: Attendance,
        minutes: u32,
        by: Hand,
        at: Timestamp,
    ) -> Result<(Self, Attendance), Refusal> {
        if !by.is_another(claim.person) {
            return Err(Refusal::OwnHours);
        }
        let entry = claim.id;
        let settled = attendance.apply(Step::Settle { entry, minutes }, at)?;
        let span = settled.attended().ok_or(Refusal::NotCheckedIn)?;
        let by = by.person;
        let entry = Self {
            span,
            within: settled.planned,
            minutes,
            source: Source::Attendance,
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
        Ok(Self::of(claim, by.person, at).begun(by, at))
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
        Ok(copy.begun(by, at))
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
    fn begun(mut self, by: Hand, at: Timestamp) -> Self {
        if by.is_another(self.person) {
            let by = by.person;
            self.approvals.push(Approval { by, at });
        }
        self
    }

    /// One more approval; the second makes it count.
    /// Refuses: `OwnHours`, `EntryIs` unless pending, `SameApprover`.
    pub fn approve(mut self, by: Hand, at: Timestamp) -> Result<Self, Refusal> {
        self.refuse_answer(by)?;
        let by = by.person;
        if self.approvals.iter().any(|approval| approval.by == by) {
            return Err(Refusal::SameApprover);
        }
        self.approvals.push(Approval { by, at });
        if self.approvals.len() >= limits::MANUAL_APPROVALS {
            self.state = EntryState::Approved;
        }
        Ok(self.changed(at))
    }

    /// It does not count. Refuses: `OwnHours`, `EntryIs` unless pending.
    pub fn refuse(mut self, by: Hand, reason: String, at: Timestamp) -> Result<Self, Refusal> {
        self.refuse_answer(by)?;
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

    fn refuse_answer(&self, by: Hand) -> Result<(), Refusal> {
        if !by.is_another(self.person) {
            return Err(Refusal::OwnHours);
        }
        self.refuse_unless(EntryStateName::Pending)
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
