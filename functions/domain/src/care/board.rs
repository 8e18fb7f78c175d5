//! How it stands with the desk now, and what a month came to. Counts and waits, for the team's own reflection; no
//! order among people.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::CallOutcome;
use super::case::{Case, CaseReason, CauseSeen, Closing, Source, Stage};
use super::file::Field;
use super::task::TurnKind;
use super::visit::Found;
use crate::PersonId;
use crate::watch::replay::Alerted;

/// What is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Board {
    pub open: u32,
    pub by_stage: BTreeMap<Stage, u32>,
    /// Of each owner; of none: the station's.
    pub by_owner: BTreeMap<Option<PersonId>, u32>,
    /// Cases with something that is past its time.
    pub overdue: u32,
}

impl Board {
    #[must_use]
    pub fn of(cases: &[Case], at: Timestamp) -> Self {
        let mut board = Self::default();
        for case in cases.iter().filter(|case| case.is_open()) {
            board.open += 1;
            *board.by_stage.entry(case.stage()).or_default() += 1;
            let owner = case.work.holder(at).person();
            *board.by_owner.entry(owner).or_default() += 1;
            board.overdue += u32::from(is_overdue(case, at));
        }
        board
    }
}

/// Something of it is past its time: it waits for somebody, or a follow-up's day is over.
#[must_use]
pub fn is_overdue(case: &Case, at: Timestamp) -> bool {
    let waits = case.due().is_some_and(|due| due <= at);
    let mut later = case.follow_ups.iter();
    waits || later.any(|one| one.task.is_open() && one.due <= at)
}

/// One row of a month: of a cause, or of what was no alert.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    pub cases: u32,
    pub closed: u32,
    /// Somebody needed help.
    pub true_alarms: u32,
    /// Nobody did: away, a device, a door, somebody else's card.
    pub false_alarms: u32,
    /// A sign of life came before anybody did anything.
    pub by_itself: u32,
    /// Minutes in the middle of all: until somebody had it, until the person was reached, until it was closed.
    pub taken_minutes: Option<i64>,
    pub reached_minutes: Option<i64>,
    pub closed_minutes: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub all: Row,
    /// Absent: of a word rather than of an alert.
    pub by_cause: BTreeMap<Option<CauseSeen>, Row>,
    /// Of each version of the rules, and what it found; of alerts alone.
    pub by_rules: BTreeMap<(u32, CauseSeen), Row>,
    pub by_person: BTreeMap<PersonId, Row>,
    pub by_source: BTreeMap<Source, u32>,
    pub by_reason: BTreeMap<CaseReason, u32>,
    pub visits: u32,
    pub calls: u32,
    pub links: u32,
    pub reflections: u32,
}

fn minutes(case: &Case, until: Option<Timestamp>) -> Option<i64> {
    let until = until?;
    Some(until.duration_since(case.opened_at).as_mins().max(0))
}

fn taken_at(case: &Case) -> Option<Timestamp> {
    let mut turns = case.work.turns.iter();
    let taken = turns.find(|turn| matches!(turn.what, TurnKind::Taken | TurnKind::Accepted));
    taken.map(|turn| turn.at)
}

fn reached_at(case: &Case) -> Option<Timestamp> {
    let calls = case.calls.iter();
    let calls = calls.filter(|call| call.outcome != CallOutcome::NotReached);
    let seen = case
        .visits
        .iter()
        .filter_map(|visit| visit.assessment.as_ref());
    let seen = seen.filter(|seen| seen.found != Found::NotFound);
    calls
        .map(|call| call.at)
        .chain(seen.map(|seen| seen.at))
        .min()
}

fn middle(mut all: Vec<i64>) -> Option<i64> {
    all.sort_unstable();
    all.get(all.len() / 2).copied()
}

fn row(cases: &[&Case]) -> Row {
    let count = |cases: usize| u32::try_from(cases).unwrap_or(u32::MAX);
    let closings = || cases.iter().filter_map(|case| case.closing.as_ref());
    let with =
        |wanted: &dyn Fn(&Closing) -> bool| count(closings().filter(|one| wanted(one)).count());
    let waits = |until: &dyn Fn(&Case) -> Option<Timestamp>| {
        let all = cases.iter().filter_map(|case| minutes(case, until(case)));
        middle(all.collect())
    };
    Row {
        cases: count(cases.len()),
        closed: with(&|_| true),
        true_alarms: with(&|one| one.reason == CaseReason::TrueAlarm),
        false_alarms: with(&|one| {
            matches!(
                one.reason,
                CaseReason::Away | CaseReason::Device | CaseReason::OpenDoor | CaseReason::Others
            )
        }),
        by_itself: with(&|one| one.reason == CaseReason::SignOfLife),
        taken_minutes: waits(&taken_at),
        reached_minutes: waits(&reached_at),
        closed_minutes: waits(&|case| case.closing.as_ref().map(|one| one.at)),
    }
}

/// What those cases came to that were opened from `from` until before `until`, to somebody who sees these fields of a
/// person. Parts of other cases are not counted.
#[must_use]
pub fn report(
    cases: &[Case],
    (from, until): (Timestamp, Timestamp),
    sees: &BTreeSet<Field>,
) -> Report {
    let merged = |case: &Case| {
        let closing = case.closing.as_ref();
        closing.is_some_and(|one| one.reason == CaseReason::Merged)
    };
    let within = |case: &&Case| (from <= case.opened_at && case.opened_at < until) && !merged(case);
    let cases: Vec<&Case> = cases.iter().filter(within).collect();
    let mut by_cause: BTreeMap<Option<CauseSeen>, Vec<&Case>> = BTreeMap::new();
    let mut by_rules: BTreeMap<(u32, CauseSeen), Vec<&Case>> = BTreeMap::new();
    let mut by_person: BTreeMap<PersonId, Vec<&Case>> = BTreeMap::new();
    let mut report = Report {
        all: row(&cases),
        ..Report::default()
    };
    for case in &cases {
        let first = case.alerts.first();
        let cause = first.map(|alert| CauseSeen::to(sees, alert.cause));
        by_cause.entry(cause).or_default().push(case);
        if let (Some(alert), Some(cause)) = (first, cause) {
            let rules = (alert.rules_ver, cause);
            by_rules.entry(rules).or_default().push(case);
        }
        by_person.entry(case.person).or_default().push(case);
        *report.by_source.entry(case.source).or_default() += 1;
        if let Some(closing) = &case.closing {
            *report.by_reason.entry(closing.reason).or_default() += 1;
        }
        let count = |all: usize| u32::try_from(all).unwrap_or(u32::MAX);
        report.visits += count(case.visits.len());
        report.calls += count(case.calls.len());
        report.links += count(case.links.len());
        report.reflections += count(case.reflections.len());
    }
    report.by_cause = rows(by_cause);
    report.by_rules = rows(by_rules);
    report.by_person = rows(by_person);
    report
}

/// How many of these alerts, which there would have been by `now`, stood while somebody was looked after who needed
/// help: what other windows are worth, and not only what they cost.
#[must_use]
pub fn useful(alerts: &[Alerted<PersonId>], cases: &[Case], now: Timestamp) -> u32 {
    let needed_help = |alert: &&Alerted<PersonId>| {
        let over = alert.closed.map_or(now, |(at, _)| at);
        let mut theirs = cases.iter().filter(|case| case.person == alert.person);
        theirs.any(|case| {
            let closing = case.closing.as_ref();
            let real = closing.filter(|one| one.reason == CaseReason::TrueAlarm);
            real.is_some_and(|one| case.opened_at <= over && alert.opened <= one.at)
        })
    };
    u32::try_from(alerts.iter().filter(needed_help).count()).unwrap_or(u32::MAX)
}

fn rows<K: Ord>(cases: BTreeMap<K, Vec<&Case>>) -> BTreeMap<K, Row> {
    let rows = cases.into_iter();
    rows.map(|(of, cases)| (of, row(&cases))).collect()
}
