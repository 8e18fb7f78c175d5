//! What people do about a case, each as one move: the case as it is next, or why not. Whoever works on a case has it from
//! then on.

use jiff::Timestamp;

use super::attachment::CaseFile;
use super::case::{
    Call, CallOutcome, Case, CaseReason, Closing, Contacted, Left, Link, Reflection,
};
use super::follow_up::FollowUp;
use super::node::Between;
use super::task::{Holder, Task, TaskKind};
use super::visit::{Assessment, Found, Visit};
use crate::watch::Alert;
use crate::{PersonId, Refusal, TaskId, limits};

impl Case {
    fn task_mut(&mut self, id: TaskId) -> Result<&mut Task, Refusal> {
        let mut tasks = self.tasks_mut();
        tasks.find(|task| task.id == id).ok_or(Refusal::Missing)
    }

    fn refuse_closed(&self) -> Result<(), Refusal> {
        match self.is_open() {
            true => Ok(()),
            false => Err(Refusal::CaseClosed),
        }
    }

    /// Somebody works on it: it is theirs from now on. Refuses: `CaseClosed`, `TaskTaken`.
    fn worked(&mut self, who: PersonId, at: Timestamp) -> Result<(), Refusal> {
        self.refuse_closed()?;
        self.work.take(who, at)
    }

    fn next(mut self) -> Self {
        self.ver += 1;
        self
    }

    /// Refuses: `CaseClosed`, `TaskTaken`.
    pub fn take(
        mut self,
        who: PersonId,
        backup: Option<PersonId>,
        at: Timestamp,
    ) -> Result<Self, Refusal> {
        self.worked(who, at)?;
        if let Some(backup) = backup.filter(|backup| *backup != who) {
            self.work.backup = Some(backup);
        }
        Ok(self.next())
    }

    /// A visit or a follow-up that nobody has. Refuses: `CaseClosed`, `Missing`, `TaskOver`, `TaskTaken`.
    pub fn taken(mut self, task: TaskId, who: PersonId, at: Timestamp) -> Result<Self, Refusal> {
        self.refuse_closed()?;
        self.task_mut(task)?.take(who, at)?;
        self.held(task, at);
        Ok(self.next())
    }

    /// One more alert about the same person. Refuses: `CaseClosed`.
    pub fn joined(mut self, alert: &Alert) -> Result<Self, Refusal> {
        self.refuse_closed()?;
        if !self.alerts.iter().any(|one| one.id == alert.id) {
            self.list(alert);
        }
        Ok(self.next())
    }

    /// Another word about them. Refuses: `CaseClosed`.
    pub fn told(mut self, said: &str) -> Result<Self, Refusal> {
        self.refuse_closed()?;
        let both = match self.said.is_empty() {
            true => said.to_owned(),
            false => format!("{}\n{said}", self.said),
        };
        self.said = both.chars().take(limits::CASE_SAID_CHARS).collect();
        Ok(self.next())
    }

    /// Refuses: `CaseClosed`, `TaskTaken`, `CaseFull`.
    pub fn called(mut self, call: Call) -> Result<Self, Refusal> {
        self.worked(call.by, call.at)?;
        full(self.calls.len(), limits::CASE_CALLS)?;
        let heard = matches!(call.outcome, CallOutcome::Well | CallOutcome::NeedsHelp);
        if heard && call.whom == Contacted::Person {
            self.seen_at = Some(call.at);
        }
        self.calls.push(call);
        Ok(self.next())
    }

    /// `to`: who is asked, one after the other. Refuses: `CaseClosed`, `TaskTaken`, `CaseFull`.
    pub fn ordered(
        mut self,
        mut visit: Visit,
        who: PersonId,
        to: &[PersonId],
        at: Timestamp,
    ) -> Result<Self, Refusal> {
        self.worked(who, at)?;
        full(self.visits.len(), limits::CASE_VISITS)?;
        let asks = visit.asks.clone();
        visit.task.ask(who, to, &asks, at)?;
        self.visits.push(visit);
        Ok(self.next())
    }

    /// Hands a task over: it stays whose it is until the other agrees. Whoever has the case hands over what is to be
    /// done later in it, whosever it is: who is ill hands nothing over.
    /// Refuses: `CaseClosed`, `Missing`, `TaskOver`, `TaskTaken`.
    pub fn offered(
        mut self,
        task: TaskId,
        (by, to): (PersonId, PersonId),
        reason: &str,
        at: Timestamp,
    ) -> Result<Self, Refusal> {
        self.refuse_closed()?;
        let holds = self.work.holder(at) == Holder::Person(by);
        let task = self.task_mut(task)?;
        let sees_to_it = holds && task.kind == TaskKind::FollowUp;
        if let Holder::Person(owner) = task.holder(at)
            && owner != by
            && !sees_to_it
        {
            return Err(Refusal::TaskTaken { owner });
        }
        task.ask(by, &[to], reason, at)?;
        Ok(self.next())
    }

    /// `declines`: why. Refuses: `CaseClosed`, `Missing`, `TaskOver`, `NotOffered`.
    pub fn answered(
        mut self,
        task: TaskId,
        who: PersonId,
        declines: Option<&str>,
        at: Timestamp,
    ) -> Result<Self, Refusal> {
        self.refuse_closed()?;
        let found = self.task_mut(task)?;
        match declines {
            None => found.accept(who, at)?,
            Some(reason) => found.decline(who, reason, at)?,
        }
        if declines.is_none() {
            self.held(task, at);
        }
        Ok(self.next())
    }

    /// Which parts of the team what was just done to a task is between.
    #[must_use]
    pub fn between(mut self, task: TaskId, between: Between, at: Timestamp) -> Self {
        if let Ok(task) = self.task_mut(task) {
            task.is_between(Some(between), at);
        }
        self
    }

    fn visit_of(&mut self, task: TaskId, who: PersonId) -> Result<&mut Visit, Refusal> {
        let mut visits = self.visits.iter_mut();
        let visit = visits.find(|visit| visit.task.id == task);
        let visit = visit.ok_or(Refusal::Missing)?;
        match visit.task.owner {
            _ if !visit.task.is_open() => Err(Refusal::TaskOver),
            Holder::Person(owner) if owner == who => Ok(visit),
            Holder::Person(owner) => Err(Refusal::TaskTaken { owner }),
            // Late, but there: what they see is worth more than that their time was over.
            Holder::Station if visit.task.lapsed_from() == Some(who) => Ok(visit),
            Holder::Station => Err(Refusal::NotOffered),
        }
    }

    /// Refuses: `CaseClosed`, `Missing`, `TaskOver`, `TaskTaken`, `NotOffered`.
    pub fn arrived(mut self, task: TaskId, who: PersonId, at: Timestamp) -> Result<Self, Refusal> {
        self.refuse_closed()?;
        let visit = self.visit_of(task, who)?;
        visit.arrived_at = visit.arrived_at.or(Some(at));
        visit.task.take(who, at)?;
        visit.task.ask_nobody();
        Ok(self.next())
    }

    /// What somebody saw: the visit is over, and the follow-up it stood for.
    /// Refuses: `CaseClosed`, `Missing`, `TaskOver`, `TaskTaken`, `NotOffered`.
    pub fn assessed(mut self, task: TaskId, seen: Assessment) -> Result<Self, Refusal> {
        self.refuse_closed()?;
        let (who, at, found) = (seen.by, seen.at, seen.found);
        let visit = self.visit_of(task, who)?;
        visit.arrived_at = visit.arrived_at.or(Some(at));
        visit.assessment = Some(seen);
        visit.task.end(Some(who), at);
        let stands_for = visit.follow_up;
        if found != Found::NotFound {
            self.seen_at = Some(at);
        }
        for one in &mut self.follow_ups {
            if Some(one.task.id) == stands_for {
                one.task.end(Some(who), at);
            }
        }
        Ok(self.next())
    }

    /// Refuses: `CaseClosed`, `TaskTaken`, `CaseFull`.
    pub fn linked(mut self, link: Link) -> Result<Self, Refusal> {
        self.worked(link.by, link.at)?;
        full(self.links.len(), limits::CASE_LINKS)?;
        self.links.push(link);
        Ok(self.next())
    }

    /// Behind whoever plans it for themselves stands whoever stands behind them in the case.
    /// Refuses: `CaseClosed`, `TaskTaken`, `CaseFull`.
    pub fn planned(mut self, mut follow_up: FollowUp) -> Result<Self, Refusal> {
        self.worked(follow_up.by, follow_up.at)?;
        full(self.follow_ups.len(), limits::CASE_FOLLOW_UPS)?;
        let owner = follow_up.task.owner.person();
        let behind = self.work.backup.filter(|behind| Some(*behind) != owner);
        follow_up.task.backup = follow_up.task.backup.or(behind);
        self.follow_ups.push(follow_up);
        Ok(self.next())
    }

    /// A follow-up that somebody has now is theirs for its day.
    fn held(&mut self, task: TaskId, at: Timestamp) {
        let mut later = self.follow_ups.iter_mut();
        if let Some(one) = later.find(|one| one.task.id == task) {
            one.held(at);
        }
    }

    /// What came of a follow-up, also from whoever was late with it. A visit that it became and nobody agreed to is
    /// over with it. Refuses: `CaseClosed`, `Missing`, `TaskOver`, `TaskTaken`.
    pub fn followed_up(
        mut self,
        task: TaskId,
        who: PersonId,
        came: String,
        at: Timestamp,
    ) -> Result<Self, Refusal> {
        self.refuse_closed()?;
        let mut later = self.follow_ups.iter_mut();
        let one = later.find(|one| one.task.id == task);
        let one = one.ok_or(Refusal::Missing)?;
        if !(one.task.is_open() && one.lapsed_from(who)) {
            one.task.take(who, at)?;
        }
        one.task.end(Some(who), at);
        one.came = came;
        let visit = one.visit;
        for became in &mut self.visits {
            if Some(became.task.id) == visit && became.arrived_at.is_none() {
                became.task.end(Some(who), at);
            }
        }
        Ok(self.next())
    }

    /// Refuses: `CaseClosed`, `TaskTaken`, `TaskUnsettled` while a visit or a follow-up is open.
    pub fn closed(mut self, closing: Closing) -> Result<Self, Refusal> {
        match closing.by {
            Some(who) => self.worked(who, closing.at)?,
            None => self.refuse_closed()?,
        }
        let count = u32::try_from(self.unsettled()).unwrap_or(u32::MAX);
        if count > 0 {
            return Err(Refusal::TaskUnsettled { count });
        }
        self.work.end(closing.by, closing.at);
        for alert in &mut self.alerts {
            alert.over_at = alert.over_at.or(Some(closing.at));
        }
        self.closing = Some(closing);
        Ok(self.next())
    }

    /// It was not over. Refuses: `CaseOpen`; `CaseClosed` for one that is part of another, or whose person left.
    pub fn reopened(mut self, who: PersonId, said: &str, at: Timestamp) -> Result<Self, Refusal> {
        let Some(closing) = self.closing.take() else {
            return Err(Refusal::CaseOpen);
        };
        if matches!(closing.reason, CaseReason::Merged | CaseReason::Left) {
            return Err(Refusal::CaseClosed);
        }
        if self.closed_before.len() >= limits::CASE_REOPENINGS {
            self.closed_before.remove(0);
        }
        self.closed_before.push(closing);
        let turns = std::mem::take(&mut self.work.turns);
        self.work = Task::new(self.work.id, TaskKind::Work, Holder::Station, at);
        self.work.turns = turns;
        self.work.take(who, at)?;
        self.told(said)
    }

    /// It becomes part of another about the same person: what was done stays here, and leads there.
    /// Refuses: `CaseOther`, `CaseClosed` where it is part of one already or the other is over.
    pub fn merged_into(
        mut self,
        mut into: Self,
        who: PersonId,
        at: Timestamp,
    ) -> Result<(Self, Self), Refusal> {
        if self.person != into.person || self.id == into.id {
            return Err(Refusal::CaseOther);
        }
        into.worked(who, at)?;
        let earlier = self.closing.take();
        if earlier
            .as_ref()
            .is_some_and(|one| one.reason == CaseReason::Merged)
        {
            return Err(Refusal::CaseClosed);
        }
        self.closed_before.extend(earlier);
        for task in self.tasks_mut() {
            task.end(Some(who), at);
        }
        for alert in &self.alerts {
            if alert.over_at.is_none() && !into.alerts.contains(alert) {
                into.alerts.push(*alert);
            }
        }
        self.closing = Some(Closing {
            at,
            by: Some(who),
            reason: CaseReason::Merged,
            comment: String::new(),
            left: Left::Case(into.id),
        });
        into.merged.push(self.id);
        Ok((self.next(), into.next()))
    }

    /// A picture or a document more, also once it is over. Refuses: `CaseFull`.
    pub fn attached(mut self, file: CaseFile) -> Result<Self, Refusal> {
        full(self.files.len(), limits::CASE_FILES)?;
        self.files.push(file);
        Ok(self.next())
    }

    /// What it taught. Refuses: `CaseOpen`, `CaseFull`.
    pub fn reflected(mut self, reflection: Reflection) -> Result<Self, Refusal> {
        if self.is_open() {
            return Err(Refusal::CaseOpen);
        }
        full(self.reflections.len(), limits::CASE_REFLECTIONS)?;
        self.reflections.push(reflection);
        Ok(self.next())
    }
}

fn full(count: usize, max: usize) -> Result<(), Refusal> {
    match count < max {
        true => Ok(()),
        false => Err(Refusal::CaseFull {
            max: u32::try_from(max).unwrap_or(u32::MAX),
        }),
    }
}
