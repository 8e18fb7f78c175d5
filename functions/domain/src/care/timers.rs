//! What becomes of a case by itself: somebody does not answer or does nothing, a follow-up is missed, an alert is
//! taken on or over, a person leaves.

use jiff::Timestamp;

use super::case::{Case, CaseReason, Closing, Left};
use super::task::{Holder, Task};
use super::visit::{Visit, VisitGrade};
use crate::watch::{Alert, AlertState};
use crate::{PersonId, TaskId};

/// Who is to be told of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ToldTo {
    /// They are asked to take it on.
    Asked(PersonId),
    /// It is theirs.
    Owner(PersonId),
    /// It is whoever's is on duty.
    Station,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    pub task: TaskId,
    pub to: ToldTo,
}

impl Case {
    /// When something is to be done by itself; none once it is closed. While an alert of it stands and the station
    /// has it, the alert's own ladder calls.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        if !self.is_open() {
            return None;
        }
        let called = self.is_alerted() && self.work.owner == Holder::Station;
        let called = called && self.work.offer.is_none();
        let work = self.work.due().filter(|_| !called);
        let visits = self.visits.iter().filter_map(|visit| visit.task.due());
        let later = self.follow_ups.iter();
        let later = later.filter_map(|one| one.task.due().into_iter().chain(one.falls()).min());
        work.into_iter().chain(visits).chain(later).min()
    }

    /// What became of it by itself, and who is told; none where nothing is due.
    #[must_use]
    pub fn passed(mut self, at: Timestamp) -> Option<(Self, Vec<Told>)> {
        if self.due().is_none_or(|due| due > at) {
            return None;
        }
        let (alerted, mut told) = (self.is_alerted(), Vec::new());
        for task in self.tasks_mut() {
            told.extend(passed(task, at));
        }
        let missed: Vec<usize> = (0..self.follow_ups.len())
            .filter(|n| self.follow_ups[*n].falls().is_some_and(|falls| falls <= at))
            .collect();
        for n in missed {
            let visit = self.missed(n, at);
            told.push(Told {
                task: visit.task.id,
                to: to(&visit.task),
            });
            self.visits.push(visit);
        }
        // The alert's own ladder calls.
        told.retain(|one| one.task != self.work.id || one.to != ToldTo::Station || !alerted);
        self.ver += 1;
        Some((self, told))
    }

    /// A missed follow-up becomes a visit of whoever had it.
    fn missed(&mut self, n: usize, at: Timestamp) -> Visit {
        let one = &mut self.follow_ups[n];
        let what = (VisitGrade::Routine, one.what.clone());
        let mut visit = Visit::new(one.visit_id(), what, one.task.owner.person(), at);
        visit.follow_up = Some(one.task.id);
        one.visit = Some(visit.task.id);
        // From now on the visit is what is told of.
        one.task.lease_until = None;
        visit
    }

    /// What an alert of it, as it is now, means for the case; none where it means nothing.
    #[must_use]
    pub fn heard(self, alert: &Alert, at: Timestamp) -> Option<Self> {
        let stands = |case: &Self| {
            let mut alerts = case.alerts.iter();
            alerts.any(|one| one.id == alert.id && one.over_at.is_none())
        };
        if !self.is_open() || !stands(&self) {
            return None;
        }
        match alert.state {
            AlertState::Open => None,
            AlertState::Acknowledged => self.taken_with(alert, at),
            AlertState::Closed | AlertState::Withdrawn => Some(self.over(alert, at)),
        }
    }

    /// Whoever takes an alert on has its case, unless somebody else does. What came in since, and was only noted, takes
    /// nothing on.
    fn taken_with(mut self, alert: &Alert, at: Timestamp) -> Option<Self> {
        if alert.seen.is_some_and(|seen| seen.came_at > at) {
            return None;
        }
        let (owner, before) = (alert.holder(at)?, self.work.clone());
        self.work.take(owner, at).ok()?;
        self.work.lease_until = alert.lease_until.or(self.work.lease_until);
        if self.work == before {
            return None;
        }
        self.ver += 1;
        Some(self)
    }

    /// The case is closed with its last alert where nothing else is to be done: after a sign of life where nobody
    /// has done anything yet, after somebody's word in any case.
    fn over(mut self, alert: &Alert, at: Timestamp) -> Self {
        let at = alert.closed_at.unwrap_or(at);
        for one in &mut self.alerts {
            if one.id == alert.id {
                one.over_at = Some(at);
            }
        }
        let said = alert.state == AlertState::Closed;
        let ends = !self.is_alerted() && self.unsettled() == 0;
        if ends && (said || self.is_untouched()) {
            let reason = alert.reason.map_or(CaseReason::SignOfLife, Into::into);
            self.work.end(alert.closed_by, at);
            self.closing = Some(Closing {
                at,
                by: alert.closed_by,
                reason,
                comment: alert.comment.clone(),
                left: Left::ProofOfLife(at),
            });
        } else if !self.is_alerted() && self.work.lease_until.is_none_or(|until| until <= at) {
            // Nothing else calls from now on.
            self.work.lease_until = Some(at);
        }
        self.ver += 1;
        self
    }

    /// Its person is not here any more: it is over, without the words about them.
    #[must_use]
    pub fn without_person(mut self, at: Timestamp) -> Self {
        for task in self.tasks_mut() {
            task.end(None, at);
            for turn in &mut task.turns {
                turn.reason.clear();
            }
        }
        self.said.clear();
        self.files.clear();
        for call in &mut self.calls {
            call.note.clear();
        }
        for visit in &mut self.visits {
            visit.asks.clear();
            if let Some(seen) = &mut visit.assessment {
                seen.facts.clear();
            }
        }
        for link in &mut self.links {
            link.what.clear();
        }
        for one in &mut self.follow_ups {
            one.what.clear();
            one.came.clear();
        }
        for alert in &mut self.alerts {
            alert.over_at = alert.over_at.or(Some(at));
        }
        if self.closing.is_none() {
            self.closing = Some(Closing {
                at,
                by: None,
                reason: CaseReason::Left,
                comment: String::new(),
                left: Left::Gone,
            });
        }
        let closings = self.closing.iter_mut().chain(&mut self.closed_before);
        for closing in closings {
            closing.comment.clear();
        }
        for one in &mut self.reflections {
            one.lesson.clear();
        }
        self.ver += 1;
        self
    }

    /// Somebody who had to do with it left: what was theirs is the station's. None where nothing was.
    #[must_use]
    pub fn without_worker(mut self, person: PersonId, at: Timestamp) -> Option<Self> {
        if !self.is_open() {
            return None;
        }
        let mut changed = false;
        for task in self.tasks_mut() {
            changed |= task.without(person, at);
        }
        self.ver += 1;
        changed.then_some(self)
    }
}

/// Who is told of a task that moved by itself.
fn passed(task: &mut Task, at: Timestamp) -> Option<Told> {
    let id = task.id;
    task.pass(at).then(|| Told {
        task: id,
        to: to(task),
    })
}

/// Who is to know of a task as it is.
#[must_use]
pub fn to(task: &Task) -> ToldTo {
    match (&task.offer, task.owner) {
        (Some(offer), _) => ToldTo::Asked(offer.to),
        (None, Holder::Person(owner)) => ToldTo::Owner(owner),
        (None, Holder::Station) => ToldTo::Station,
    }
}
