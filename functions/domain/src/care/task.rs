//! Something to do, and whose it is. At each moment it is one person's or the station's; being asked to take it on
//! changes nothing until one agrees.
//!
//! ```text
//! station ──take──▶ person ──offer──▶ (asked) ──accept──▶ another person
//!    ▲                │                  │
//!    └──lease lapses──┴──backup          └──declined, or no answer: the next is asked; after the last, the station
//! ```

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::node::Between;
use crate::access::named;
use crate::{PersonId, Refusal, TaskId, limits};

/// Whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// Whoever is on duty.
    Station,
    Person(PersonId),
}

impl Holder {
    /// Absent: the station's.
    #[must_use]
    pub fn person(self) -> Option<PersonId> {
        match self {
            Self::Station => None,
            Self::Person(person) => Some(person),
        }
    }
}

named! {
    TaskKind {
        /// To see to the case as a whole.
        Work = "work",
        Visit = "visit",
        FollowUp = "follow_up",
    }
}

named! {
    /// What happened to a task.
    TurnKind {
        Taken = "taken",
        Offered = "offered",
        Accepted = "accepted",
        Declined = "declined",
        /// Nobody answered in time.
        TimedOut = "timed_out",
        /// Somebody had it and did nothing.
        Lapsed = "lapsed",
        /// It fell to the station.
        Fell = "fell",
        Done = "done",
    }
}

/// One thing that happened to a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    pub at: Timestamp,
    pub what: TurnKind,
    /// Who did it, or did not answer.
    pub who: Option<PersonId>,
    pub to: Option<PersonId>,
    pub reason: String,
    /// Of what is handed over, and taken on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub between: Option<Between>,
}

/// Somebody is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub to: PersonId,
    pub by: Option<PersonId>,
    pub at: Timestamp,
    pub until: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub between: Option<Between>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    pub id: TaskId,
    pub kind: TaskKind,
    pub owner: Holder,
    /// Until when the owner may do nothing; of the station: when it is told again.
    pub lease_until: Option<Timestamp>,
    /// Who has it next, should the owner do nothing.
    pub backup: Option<PersonId>,
    pub offer: Option<Offer>,
    /// Who is asked after whoever is asked now, in this order.
    pub queue: Vec<PersonId>,
    /// How long one is asked, and how long one may do nothing.
    pub wait_minutes: u32,
    pub lease_minutes: u32,
    pub turns: Vec<Turn>,
    pub ended_at: Option<Timestamp>,
}

/// Minutes after a moment.
pub(super) fn after(at: Timestamp, minutes: u32) -> Timestamp {
    at.checked_add(SignedDuration::from_mins(i64::from(minutes)))
        .unwrap_or(at)
}

impl Task {
    #[must_use]
    pub fn new(id: TaskId, kind: TaskKind, owner: Holder, at: Timestamp) -> Self {
        let mut task = Self {
            id,
            kind,
            owner: Holder::Station,
            lease_until: Some(after(at, limits::STATION_MINUTES)),
            backup: None,
            offer: None,
            queue: Vec::new(),
            wait_minutes: limits::HAND_OVER_MINUTES,
            lease_minutes: limits::TASK_LEASE_MINUTES,
            turns: Vec::new(),
            ended_at: None,
        };
        if let Holder::Person(who) = owner {
            task.hold(who, at);
            task.turn(at, TurnKind::Taken, Some(who), None, "");
        }
        task
    }

    #[must_use]
    pub fn is_open(&self) -> bool {
        self.ended_at.is_none()
    }

    fn turn(
        &mut self,
        at: Timestamp,
        what: TurnKind,
        who: Option<PersonId>,
        to: Option<PersonId>,
        reason: &str,
    ) {
        if self.turns.len() >= limits::TASK_TURNS {
            self.turns.remove(0);
        }
        self.turns.push(Turn {
            at,
            what,
            who,
            to,
            reason: reason.to_owned(),
            between: None,
        });
    }

    /// Which parts of the team what was just done is between: the one who is asked, and whoever answers, say so too.
    pub(super) fn is_between(&mut self, between: Option<Between>, at: Timestamp) {
        let turn = self.turns.last_mut().filter(|turn| turn.at == at);
        let Some(turn) = turn else { return };
        if matches!(turn.what, TurnKind::Fell | TurnKind::Done) {
            return;
        }
        turn.between = between;
        if let Some(offer) = self.offer.as_mut().filter(|offer| offer.at == at) {
            offer.between = between;
        }
    }

    fn hold(&mut self, who: PersonId, at: Timestamp) {
        self.owner = Holder::Person(who);
        if self.offer.as_ref().is_some_and(|offer| offer.to == who) {
            self.offer = None;
            self.queue.clear();
        }
        // What is to be done on a day lapses with that day.
        let lapses = self.kind != TaskKind::FollowUp;
        self.lease_until = lapses.then(|| after(at, self.lease_minutes));
    }

    fn fall(&mut self, at: Timestamp) {
        let was = self.owner.person();
        self.owner = Holder::Station;
        self.lease_until = Some(after(at, limits::STATION_MINUTES));
        self.turn(at, TurnKind::Fell, was, None, "");
    }

    /// Whose it is now; the lease of a person may be over before anybody noticed.
    #[must_use]
    pub fn holder(&self, at: Timestamp) -> Holder {
        let held = self.lease_until.is_none_or(|until| at < until);
        match self.owner {
            Holder::Person(person) if held => Holder::Person(person),
            Holder::Person(_) | Holder::Station => Holder::Station,
        }
    }

    fn refuse_over(&self) -> Result<(), Refusal> {
        match self.is_open() {
            true => Ok(()),
            false => Err(Refusal::TaskOver),
        }
    }

    /// Takes it on, or goes on with it: the lease begins anew.
    /// Refuses: `TaskOver`, `TaskTaken` where it is somebody else's and their lease holds.
    pub fn take(&mut self, who: PersonId, at: Timestamp) -> Result<(), Refusal> {
        self.refuse_over()?;
        match self.holder(at) {
            Holder::Person(owner) if owner != who => return Err(Refusal::TaskTaken { owner }),
            Holder::Person(_) => {}
            Holder::Station => self.turn(at, TurnKind::Taken, Some(who), None, ""),
        }
        self.hold(who, at);
        Ok(())
    }

    /// Asks these, one after the other; it stays the owner's until one agrees. The owner is not asked.
    /// Refuses: `TaskOver`.
    pub fn ask(
        &mut self,
        by: PersonId,
        to: &[PersonId],
        reason: &str,
        at: Timestamp,
    ) -> Result<(), Refusal> {
        self.refuse_over()?;
        let owner = self.owner.person();
        self.offer = None;
        self.queue = Vec::new();
        for one in to {
            if Some(*one) != owner && !self.queue.contains(one) {
                self.queue.push(*one);
            }
        }
        self.ask_next(Some(by), reason, at);
        Ok(())
    }

    /// Whoever has it does it themselves.
    pub fn ask_nobody(&mut self) {
        self.offer = None;
        self.queue.clear();
    }

    /// Answers whether somebody is asked.
    fn ask_next(&mut self, by: Option<PersonId>, reason: &str, at: Timestamp) -> bool {
        self.offer = None;
        let owner = self.owner.person();
        self.queue.retain(|one| Some(*one) != owner);
        if self.queue.is_empty() {
            return false;
        }
        let to = self.queue.remove(0);
        let until = after(at, self.wait_minutes);
        if self.kind == TaskKind::Visit {
            // Whoever ordered it need do nothing while others are asked.
            self.lease_until = Some(after(until, self.lease_minutes));
        }
        self.offer = Some(Offer {
            to,
            by,
            at,
            until,
            between: None,
        });
        self.turn(at, TurnKind::Offered, by, Some(to), reason);
        true
    }

    /// Nobody agreed: a visit falls to the station, anything else stays with whoever has it.
    fn unanswered(&mut self, at: Timestamp) {
        if self.kind == TaskKind::Visit {
            self.fall(at);
        }
    }

    /// Refuses: `TaskOver`, `NotOffered` where somebody else is asked, or it is too late.
    pub fn accept(&mut self, who: PersonId, at: Timestamp) -> Result<(), Refusal> {
        self.refuse_over()?;
        self.refuse_unasked(who, at)?;
        let between = self.offer.take().and_then(|offer| offer.between);
        self.queue.clear();
        self.backup = self.backup.filter(|backup| *backup != who);
        self.hold(who, at);
        self.turn(at, TurnKind::Accepted, Some(who), None, "");
        self.is_between(between, at);
        Ok(())
    }

    /// The next is asked. Refuses: `TaskOver`, `NotOffered`.
    pub fn decline(&mut self, who: PersonId, reason: &str, at: Timestamp) -> Result<(), Refusal> {
        self.refuse_over()?;
        self.refuse_unasked(who, at)?;
        let between = self.offer.take().and_then(|offer| offer.between);
        self.turn(at, TurnKind::Declined, Some(who), None, reason);
        self.is_between(between, at);
        if !self.ask_next(None, "", at) {
            self.unanswered(at);
        }
        Ok(())
    }

    fn refuse_unasked(&self, who: PersonId, at: Timestamp) -> Result<(), Refusal> {
        let offer = self.offer.as_ref();
        match offer.is_some_and(|offer| offer.to == who && at < offer.until) {
            true => Ok(()),
            false => Err(Refusal::NotOffered),
        }
    }

    pub fn end(&mut self, who: Option<PersonId>, at: Timestamp) {
        if self.is_open() {
            self.ended_at = Some(at);
            self.offer = None;
            self.queue.clear();
            self.lease_until = None;
            self.turn(at, TurnKind::Done, who, None, "");
        }
    }

    /// When somebody is to be asked or told next; none once it is over.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        if !self.is_open() {
            return None;
        }
        let answer = self.offer.as_ref().map(|offer| offer.until);
        answer.into_iter().chain(self.lease_until).min()
    }

    /// What became of it by itself. False where nothing is due.
    pub fn pass(&mut self, at: Timestamp) -> bool {
        if self.due().is_none_or(|due| due > at) {
            return false;
        }
        if let Some(offer) = self.offer.clone().filter(|offer| offer.until <= at) {
            self.offer = None;
            self.turn(at, TurnKind::TimedOut, Some(offer.to), None, "");
            self.is_between(offer.between, at);
            if !self.ask_next(None, "", at) {
                self.unanswered(at);
            }
        }
        if self.lease_until.is_some_and(|until| until <= at) {
            self.lapse(at);
        }
        true
    }

    fn lapse(&mut self, at: Timestamp) {
        match (self.owner, self.backup.take()) {
            (Holder::Person(was), Some(backup)) if backup != was => {
                self.turn(at, TurnKind::Lapsed, Some(was), Some(backup), "");
                self.hold(backup, at);
            }
            (Holder::Person(was), _) => {
                self.turn(at, TurnKind::Lapsed, Some(was), None, "");
                self.fall(at);
            }
            // It is told of again.
            (Holder::Station, backup) => {
                self.backup = backup;
                self.lease_until = Some(after(at, limits::STATION_MINUTES));
            }
        }
    }

    /// Whoever had it last, where their time ran out before they did it.
    #[must_use]
    pub fn lapsed_from(&self) -> Option<PersonId> {
        let mut turns = self.turns.iter().rev();
        let had = turns.find(|turn| {
            matches!(
                turn.what,
                TurnKind::Taken | TurnKind::Accepted | TurnKind::Lapsed
            )
        });
        let lapsed = had.filter(|turn| turn.what == TurnKind::Lapsed && turn.to.is_none());
        lapsed.and_then(|turn| turn.who)
    }

    /// When their time for it ran out, as long as they may still say what they found: nobody else has it, and it is no
    /// longer ago than [`limits::VISIT_LATE_HOURS`].
    #[must_use]
    pub fn late(&self, who: PersonId, at: Timestamp) -> Option<Timestamp> {
        let free = self.is_open() && self.owner == Holder::Station;
        let mut turns = self.turns.iter().rev();
        let lapsed = turns.find(|turn| turn.what == TurnKind::Lapsed)?.at;
        let until = after(lapsed, 60 * limits::VISIT_LATE_HOURS);
        (free && self.lapsed_from() == Some(who) && at < until).then_some(lapsed)
    }

    /// Takes a person out of it who left: what was theirs is the station's.
    pub fn without(&mut self, person: PersonId, at: Timestamp) -> bool {
        let before = self.clone();
        self.queue.retain(|one| *one != person);
        self.backup = self.backup.filter(|one| *one != person);
        if self.offer.as_ref().is_some_and(|offer| offer.to == person)
            && !self.ask_next(None, "", at)
            && self.is_open()
        {
            self.unanswered(at);
        }
        if self.owner == Holder::Person(person) && self.is_open() {
            self.fall(at);
        }
        *self != before
    }
}
