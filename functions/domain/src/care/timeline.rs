//! What happened to somebody, in one line of time, as far as somebody else sees it. Made anew from the cases, notes and
//! absences that are stored; nothing of it is stored itself.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::case::{CallOutcome, Case, CaseReason, CauseSeen, Closing};
use super::file::Field;
use super::note::Note;
use super::visit::Found;
use crate::access::named;
use crate::watch::Absence;
use crate::{AlertId, CaseId, limits};

named! {
    EventKind {
        AlertOpened = "alert_opened",
        AlertOver = "alert_over",
        CaseOpened = "case_opened",
        CaseClosed = "case_closed",
        /// It became part of another.
        CaseMerged = "case_merged",
        Call = "call",
        /// Somebody was there, or said what they found there.
        Visit = "visit",
        Note = "note",
        AbsenceBegan = "absence_began",
        AbsenceOver = "absence_over",
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    pub at: Timestamp,
    pub kind: EventKind,
    pub case: Option<CaseId>,
    pub alert: Option<AlertId>,
    pub cause: Option<CauseSeen>,
    pub outcome: Option<CallOutcome>,
    pub found: Option<Found>,
    pub reason: Option<CaseReason>,
}

impl Event {
    fn new(kind: EventKind, at: Timestamp, case: Option<CaseId>) -> Self {
        Self {
            at,
            kind,
            case,
            alert: None,
            cause: None,
            outcome: None,
            found: None,
            reason: None,
        }
    }
}

/// The latest first, [`limits::TIMELINE_EVENTS`] at most. `absences`: each with when it was ended sooner. What is
/// still to come is not among them.
#[must_use]
pub fn timeline(
    cases: &[Case],
    notes: &[Note],
    absences: &[(Absence, Option<Timestamp>)],
    sees: &BTreeSet<Field>,
    now: Timestamp,
) -> Vec<Event> {
    let mut events = Vec::new();
    if sees.contains(&Field::History) {
        events.extend(of_alerts(cases, sees));
        events.extend(cases.iter().flat_map(of_case));
        for (absence, ended_at) in absences {
            let until = ended_at.map_or(absence.until, |ended| ended.min(absence.until));
            if absence.from < until {
                events.push(Event::new(EventKind::AbsenceBegan, absence.from, None));
                events.push(Event::new(EventKind::AbsenceOver, until, None));
            }
        }
    }
    if sees.contains(&Field::Notes) {
        let notes = notes.iter();
        events.extend(notes.map(|note| Event::new(EventKind::Note, note.on, Some(note.case))));
    }
    events.retain(|event| event.at <= now);
    events.sort_by_key(|event| std::cmp::Reverse((event.at, event.kind)));
    events.truncate(limits::TIMELINE_EVENTS);
    events
}

/// An alert goes along where its case becomes part of another, and is over there only.
fn of_alerts(cases: &[Case], sees: &BTreeSet<Field>) -> Vec<Event> {
    let mut alerts = BTreeMap::new();
    for case in cases {
        for alert in &case.alerts {
            let known = alerts.entry(alert.id).or_insert((case.id, *alert));
            if known.1.over_at.is_none() && alert.over_at.is_some() {
                *known = (case.id, *alert);
            }
        }
    }
    let mut events = Vec::new();
    for (case, alert) in alerts.into_values() {
        let event = |kind, at| Event {
            alert: Some(alert.id),
            cause: Some(CauseSeen::to(sees, alert.cause)),
            ..Event::new(kind, at, Some(case))
        };
        events.push(event(EventKind::AlertOpened, alert.opened_at));
        events.extend(alert.over_at.map(|at| event(EventKind::AlertOver, at)));
    }
    events
}

fn of_case(case: &Case) -> Vec<Event> {
    let event = |kind, at| Event::new(kind, at, Some(case.id));
    let mut events = vec![event(EventKind::CaseOpened, case.opened_at)];
    let closing = |one: &Closing| {
        let kind = match one.reason == CaseReason::Merged {
            true => EventKind::CaseMerged,
            false => EventKind::CaseClosed,
        };
        Event {
            reason: Some(one.reason),
            ..event(kind, one.at)
        }
    };
    events.extend(case.closed_before.iter().chain(&case.closing).map(closing));
    events.extend(case.calls.iter().map(|call| Event {
        outcome: Some(call.outcome),
        ..event(EventKind::Call, call.at)
    }));
    for visit in &case.visits {
        let seen = visit.assessment.as_ref();
        let at = visit.arrived_at.or(seen.map(|seen| seen.at));
        events.extend(at.map(|at| Event {
            found: seen.map(|seen| seen.found),
            ..event(EventKind::Visit, at)
        }));
    }
    events
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::care::{CaseAlert, Opening, Source};
    use crate::watch::Cause;
    use crate::{CommunityId, PersonId};

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + minutes * 60).expect("a moment")
    }

    fn case(n: u64) -> Case {
        let opening = Opening {
            id: CaseId::new(n, 1),
            community: CommunityId::new(1, 1),
            person: PersonId::new(1, 2),
            source: Source::Alert,
            by: None,
            said: String::new(),
        };
        Case::opened(opening, at(10))
    }

    fn kinds(events: &[Event]) -> Vec<EventKind> {
        events.iter().map(|event| event.kind).collect()
    }

    #[test]
    fn an_alert_of_two_cases_stands_once_and_only_what_one_sees_is_there() {
        let alert = CaseAlert {
            id: AlertId::new(1, 3),
            cause: Cause::VitalHigh,
            rules_ver: 0,
            opened_at: at(10),
            over_at: None,
        };
        let (mut first, mut second) = (case(1), case(2));
        first.alerts.push(alert);
        second.alerts.push(CaseAlert {
            over_at: Some(at(40)),
            ..alert
        });
        let cases = [first, second];
        let sees = BTreeSet::from([Field::History]);
        let events = timeline(&cases, &[], &[], &sees, at(60));
        let want = [
            EventKind::AlertOver,
            EventKind::CaseOpened,
            EventKind::CaseOpened,
            EventKind::AlertOpened,
        ];
        assert_eq!(kinds(&events), want);
        assert_eq!(events[0].cause, Some(CauseSeen::General));
        let before = timeline(&cases, &[], &[], &sees, at(39));
        assert_eq!(kinds(&before), want[1..], "not before it is");
        let blind = timeline(&cases, &[], &[], &BTreeSet::new(), at(60));
        assert!(blind.is_empty(), "{blind:?}");
    }

    #[test]
    fn the_latest_are_kept() {
        let cases: Vec<Case> = (0..200).map(|n| case(n + 1)).collect();
        let sees = BTreeSet::from([Field::History]);
        let events = timeline(&cases, &[], &[], &sees, at(60));
        assert_eq!(events.len(), limits::TIMELINE_EVENTS);
    }
}
