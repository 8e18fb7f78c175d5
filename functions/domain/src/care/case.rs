//! One case: why somebody looks after a person, and everything that was done about it. Where it stands follows from
//! that ([`Case::stage`]) and is stored nowhere.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::attachment::CaseFile;
use super::file::Field;
use super::follow_up::FollowUp;
use super::task::{Holder, Task, TaskKind, TurnKind};
use super::visit::{Found, Visit};
use crate::access::named;
use crate::watch::{Alert, AlertReason, Cause, Silence};
use crate::{AlertId, BookingId, CaseId, CommandId, CommunityId, PersonId, TaskId, limits};

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

named! {
    /// What is to be looked after, as far as somebody sees: what a body says is a general word to whoever does not see
    /// health.
    CauseSeen {
        NoExit = "no_exit",
        NoReturn = "no_return",
        Sos = "sos",
        VitalHigh = "vital_high",
        VitalLow = "vital_low",
        NoReading = "no_reading",
        General = "general",
    }
}

impl From<Cause> for CauseSeen {
    fn from(cause: Cause) -> Self {
        match cause {
            Cause::NoExit => Self::NoExit,
            Cause::NoReturn => Self::NoReturn,
            Cause::Sos => Self::Sos,
            Cause::VitalHigh => Self::VitalHigh,
            Cause::VitalLow => Self::VitalLow,
            Cause::NoReading => Self::NoReading,
        }
    }
}

impl CauseSeen {
    /// To somebody who sees these fields of a person.
    #[must_use]
    pub fn to(sees: &BTreeSet<Field>, cause: Cause) -> Self {
        match cause {
            Cause::VitalHigh | Cause::VitalLow | Cause::NoReading
                if !sees.contains(&Field::Health) =>
            {
                Self::General
            }
            Cause::NoExit
            | Cause::NoReturn
            | Cause::Sos
            | Cause::VitalHigh
            | Cause::VitalLow
            | Cause::NoReading => cause.into(),
        }
    }

    /// A silence at the doors; absent for what a body says.
    #[must_use]
    pub fn silence(self) -> Option<Silence> {
        match self {
            Self::NoExit => Some(Silence::NoExit),
            Self::NoReturn => Some(Silence::NoReturn),
            Self::Sos | Self::VitalHigh | Self::VitalLow | Self::NoReading | Self::General => None,
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
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<CaseFile>,
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
            files: Vec::new(),
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

    pub(super) fn list(&mut self, alert: &Alert) {
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
}
