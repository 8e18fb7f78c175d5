//! One case: why somebody looks after a person, and everything that was done about it. Where it stands follows from
//! that ([`Case::stage`]) and is stored nowhere.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::follow_up::FollowUp;
use super::task::{Holder, Task, TaskKind, TurnKind};
use super::visit::{Assessment, Found, Visit};
use crate::access::named;
use crate::watch::{Alert, AlertReason, Cause};
use crate::{
    AlertId, BookingId, CaseId, CommandId, CommunityId, PersonId, Refusal, TaskId, limits,
};

named! {
    /// What is to be done next.
    Stage {
        Triage = "triage",
        Call = "call",
        Visit = "visit",
        Link = "link",
        FollowUp = "follow_up",
        Close = "close",
        /// It is closed, and nobody has said yet what it taught.
        Reflect = "reflect",
        Done = "done",
    }
}

named! {
    /// Who saw that somebody has to look.
    Source {
        Alert = "alert",
        /// The person.
        Own = "self",
        Relative = "relative",
        GridWorker = "grid_worker",
        Staff = "staff",
    }
}

named! {
    CallOutcome {
        Well = "well",
        NeedsHelp = "needs_help",
        NotReached = "not_reached",
        /// A relative says that they are away.
        Away = "away",
    }
}

named! {
    Contacted { Person = "person", Relative = "relative", Neighbour = "neighbour" }
}

named! {
    LinkKind {
        /// Of the marketplace, booked for the person.
        Service = "service",
        Volunteers = "volunteers",
        PublicService = "public_service",
        Relatives = "relatives",
    }
}

named! {
    /// What it came to: the list of the field (真警, 外出, 设备, 门常开/代刷, 他人, 其他), and what is no alert's.
    CaseReason {
        TrueAlarm = "true_alarm",
        Away = "away",
        Device = "device",
        OpenDoor = "open_door",
        Others = "others",
        Other = "other",
        /// What was asked for was done.
        Settled = "settled",
        /// They did not want it.
        Declined = "declined",
        /// A sign of life came before anybody did anything.
        SignOfLife = "sign_of_life",
        Merged = "merged",
        /// The person is not here any more.
        Left = "left",
    }
}

impl From<AlertReason> for CaseReason {
    fn from(reason: AlertReason) -> Self {
        match reason {
            AlertReason::TrueAlarm => Self::TrueAlarm,
            AlertReason::Away => Self::Away,
            AlertReason::Device => Self::Device,
            AlertReason::OpenDoor => Self::OpenDoor,
            AlertReason::Others => Self::Others,
            AlertReason::Other => Self::Other,
        }
    }
}

impl CaseReason {
    /// As the alerts of the case are closed. Absent: nobody says this of a case by hand.
    #[must_use]
    pub fn of_alert(self) -> Option<AlertReason> {
        match self {
            Self::TrueAlarm | Self::Settled => Some(AlertReason::TrueAlarm),
            Self::Away => Some(AlertReason::Away),
            Self::Device => Some(AlertReason::Device),
            Self::OpenDoor => Some(AlertReason::OpenDoor),
            Self::Others => Some(AlertReason::Others),
            Self::Other | Self::Declined => Some(AlertReason::Other),
            Self::SignOfLife | Self::Merged | Self::Left => None,
        }
    }
}

/// An alert of this case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseAlert {
    pub id: AlertId,
    pub cause: Cause,
    /// The version of the rules that raised it.
    pub rules_ver: u32,
    pub opened_at: Timestamp,
    pub over_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    pub id: CommandId,
    pub by: PersonId,
    pub at: Timestamp,
    pub whom: Contacted,
    pub outcome: CallOutcome,
    pub note: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub id: CommandId,
    pub by: PersonId,
    pub at: Timestamp,
    pub kind: LinkKind,
    pub what: String,
    pub booking: Option<BookingId>,
}

/// What a closed case leaves, so that nobody is left unwatched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Left {
    /// Somebody saw or heard them, then.
    ProofOfLife(Timestamp),
    /// They are away until then, and looked after again from that moment.
    Pause(Timestamp),
    /// Their next silence is due then.
    Watch(Timestamp),
    /// The case it became part of.
    Case(CaseId),
    /// They are not here any more.
    Gone,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    pub at: Timestamp,
    /// Absent: by itself.
    pub by: Option<PersonId>,
    pub reason: CaseReason,
    pub comment: String,
    pub left: Left,
}

/// What a case taught.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reflection {
    pub at: Timestamp,
    pub by: PersonId,
    pub lesson: String,
    /// The version of the rules that was made of it.
    pub rules_ver: Option<u32>,
}

/// Why a case is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    pub id: CaseId,
    pub community: CommunityId,
    pub person: PersonId,
    pub source: Source,
    pub by: Option<PersonId>,
    pub said: String,
}

/// The last that is known of the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    Unknown,
    NotReached,
    NeedsHelp(Timestamp),
    Well,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    pub id: CaseId,
    pub community: CommunityId,
    pub person: PersonId,
    pub source: Source,
    pub opened_at: Timestamp,
    pub opened_by: Option<PersonId>,
    /// Why; of an alert, nothing.
    pub said: String,
    pub alerts: Vec<CaseAlert>,
    /// To see to it as a whole.
    pub work: Task,
    pub calls: Vec<Call>,
    pub visits: Vec<Visit>,
    pub links: Vec<Link>,
    pub follow_ups: Vec<FollowUp>,
    pub closing: Option<Closing>,
    /// How it was closed before it was opened again.
    pub closed_before: Vec<Closing>,
    pub reflections: Vec<Reflection>,
    /// Cases that became part of this one.
    pub merged: Vec<CaseId>,
    /// When somebody of the case last saw or heard the person.
    pub seen_at: Option<Timestamp>,
    pub ver: u64,
}

impl Case {
    #[must_use]
    pub fn opened(opening: Opening, at: Timestamp) -> Self {
        let work = TaskId::from_bits(opening.id.bits());
        Self {
            id: opening.id,
            community: opening.community,
            person: opening.person,
            source: opening.source,
            opened_at: at,
            opened_by: opening.by,
            said: opening.said,
            alerts: Vec::new(),
            work: Task::new(work, TaskKind::Work, Holder::Station, at),
            calls: Vec::new(),
            visits: Vec::new(),
            links: Vec::new(),
            follow_ups: Vec::new(),
            closing: None,
            closed_before: Vec::new(),
            reflections: Vec::new(),
            merged: Vec::new(),
            seen_at: None,
            ver: 1,
        }
    }

    /// The case of an alert: the same id whoever opens it.
    #[must_use]
    pub fn of_alert(alert: &Alert) -> Self {
        let opening = Opening {
            id: CaseId::from_bits(alert.id.bits()),
            community: alert.community,
            person: alert.person,
            source: Source::Alert,
            by: None,
            said: String::new(),
        };
        let mut case = Self::opened(opening, alert.opened_at);
        case.list(alert);
        case
    }

    fn list(&mut self, alert: &Alert) {
        if self.alerts.len() >= limits::CASE_ALERTS {
            self.alerts.remove(0);
        }
        self.alerts.push(CaseAlert {
            id: alert.id,
            cause: alert.cause,
            rules_ver: alert.rules_ver,
            opened_at: alert.opened_at,
            over_at: None,
        });
    }

    #[must_use]
    pub fn is_open(&self) -> bool {
        self.closing.is_none()
    }

    /// An alert of it stands: whoever is told of that is told of the case.
    #[must_use]
    pub fn is_alerted(&self) -> bool {
        self.alerts.iter().any(|alert| alert.over_at.is_none())
    }

    /// The last that is known of the person.
    #[must_use]
    pub fn finding(&self) -> Finding {
        let calls = self.calls.iter().map(|call| {
            let found = match call.outcome {
                CallOutcome::Well | CallOutcome::Away => Finding::Well,
                CallOutcome::NeedsHelp => Finding::NeedsHelp(call.at),
                CallOutcome::NotReached => Finding::NotReached,
            };
            (call.at, found)
        });
        let visits = self.visits.iter().filter_map(|visit| {
            let seen = visit.assessment.as_ref()?;
            let found = match seen.found {
                Found::Well => Finding::Well,
                Found::NeedsHelp | Found::Emergency => Finding::NeedsHelp(seen.at),
                Found::NotFound => Finding::NotReached,
            };
            Some((seen.at, found))
        });
        let all = calls.chain(visits);
        all.max_by_key(|(at, _)| *at)
            .map_or(Finding::Unknown, |(_, found)| found)
    }

    /// What is to be done next.
    #[must_use]
    pub fn stage(&self) -> Stage {
        if let Some(closing) = &self.closing {
            let merged = closing.reason == CaseReason::Merged;
            let learned = self.reflections.iter().any(|one| one.at >= closing.at);
            return match merged || learned {
                true => Stage::Done,
                false => Stage::Reflect,
            };
        }
        if self.visits.iter().any(|visit| visit.task.is_open()) {
            return Stage::Visit;
        }
        if self.follow_ups.iter().any(|one| one.task.is_open()) {
            return Stage::FollowUp;
        }
        match self.finding() {
            Finding::Unknown if self.is_taken() => Stage::Call,
            Finding::Unknown => Stage::Triage,
            Finding::NotReached => Stage::Visit,
            Finding::NeedsHelp(since) if !self.is_helped(since) => Stage::Link,
            Finding::NeedsHelp(_) | Finding::Well => Stage::Close,
        }
    }

    fn is_taken(&self) -> bool {
        let mut turns = self.work.turns.iter();
        turns.any(|turn| matches!(turn.what, TurnKind::Taken | TurnKind::Accepted))
    }

    fn is_helped(&self, since: Timestamp) -> bool {
        let linked = self.links.iter().any(|link| link.at >= since);
        linked || self.follow_ups.iter().any(|one| one.at >= since)
    }

    /// Nobody has done anything about it but to take it on.
    #[must_use]
    pub fn is_untouched(&self) -> bool {
        let done = self.calls.is_empty() && self.visits.is_empty() && self.links.is_empty();
        done && self.follow_ups.is_empty() && self.said.is_empty()
    }

    /// Visits and follow-ups that are not over.
    #[must_use]
    pub fn unsettled(&self) -> usize {
        let visits = self.visits.iter().filter(|visit| visit.task.is_open());
        let later = self.follow_ups.iter().filter(|one| one.task.is_open());
        visits.count() + later.count()
    }

    /// All tasks, the case's own first.
    pub fn tasks(&self) -> impl Iterator<Item = &Task> {
        let visits = self.visits.iter().map(|visit| &visit.task);
        let later = self.follow_ups.iter().map(|one| &one.task);
        std::iter::once(&self.work).chain(visits).chain(later)
    }

    pub(super) fn tasks_mut(&mut self) -> impl Iterator<Item = &mut Task> {
        let visits = self.visits.iter_mut().map(|visit| &mut visit.task);
        let later = self.follow_ups.iter_mut().map(|one| &mut one.task);
        std::iter::once(&mut self.work).chain(visits).chain(later)
    }

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

    /// Hands a task over: it stays whose it is until the other agrees.
    /// Refuses: `CaseClosed`, `Missing`, `TaskOver`, `TaskTaken`.
    pub fn offered(
        mut self,
        task: TaskId,
        (by, to): (PersonId, PersonId),
        reason: &str,
        at: Timestamp,
    ) -> Result<Self, Refusal> {
        self.refuse_closed()?;
        let task = self.task_mut(task)?;
        if let Holder::Person(owner) = task.holder(at)
            && owner != by
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
        let task = self.task_mut(task)?;
        match declines {
            None => task.accept(who, at)?,
            Some(reason) => task.decline(who, reason, at)?,
        }
        Ok(self.next())
    }

    fn visit_of(&mut self, task: TaskId, who: PersonId) -> Result<&mut Visit, Refusal> {
        let mut visits = self.visits.iter_mut();
        let visit = visits.find(|visit| visit.task.id == task);
        let visit = visit.ok_or(Refusal::Missing)?;
        match visit.task.owner {
            _ if !visit.task.is_open() => Err(Refusal::TaskOver),
            Holder::Person(owner) if owner == who => Ok(visit),
            Holder::Person(owner) => Err(Refusal::TaskTaken { owner }),
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

    /// Refuses: `CaseClosed`, `TaskTaken`, `CaseFull`.
    pub fn planned(mut self, follow_up: FollowUp) -> Result<Self, Refusal> {
        self.worked(follow_up.by, follow_up.at)?;
        full(self.follow_ups.len(), limits::CASE_FOLLOW_UPS)?;
        self.follow_ups.push(follow_up);
        Ok(self.next())
    }

    /// What came of a follow-up. A visit that it became and nobody agreed to is over with it.
    /// Refuses: `CaseClosed`, `Missing`, `TaskOver`, `TaskTaken`.
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
        one.task.take(who, at)?;
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
