//! What has to hold at each moment of the month, and at its end.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::care::{Case, CaseReason, Holder, Left, TaskKind, TurnKind};
use domain::watch::{Alert, AlertState, escalation};
use domain::{PersonId, TaskId};
use jiff::SignedDuration;
use store::schema;
use store::table::read;

use super::Month;
use crate::care::people::tasks;

/// Of each task: who has it, and who is asked.
pub type Lists = BTreeMap<TaskId, (Vec<PersonId>, Vec<PersonId>)>;

/// What the month came to.
#[derive(Debug, Default)]
pub struct Counts {
    pub alerts: usize,
    pub taken: usize,
    pub escalated: usize,
    pub cases: usize,
    pub by_reason: BTreeMap<CaseReason, usize>,
    pub left: BTreeMap<&'static str, usize>,
    pub turns: BTreeMap<TurnKind, usize>,
    pub calls: usize,
    pub visits: usize,
    pub follow_ups: usize,
    pub lists: usize,
}

impl Counts {
    pub fn print(&self, took: Duration) {
        println!("a month in {:.1} s: {self:#?}", took.as_secs_f64());
    }

    /// A month in which nothing happens would show nothing.
    pub fn hold(&self) {
        assert!(self.alerts >= 5 && self.taken > 0, "{self:#?}");
        assert!(self.calls > 0 && self.lists > 0, "{self:#?}");
        assert_eq!(self.by_reason.values().sum::<usize>(), self.cases);
    }
}

impl Month<'_> {
    /// Each open alert is somebody's, or was told of to as many as the ladder says by now; nothing waits for a pass
    /// that is over.
    pub(super) fn nothing_is_late(&mut self, alerts: &[Alert], cases: &[Case]) {
        let now = self.app.now();
        let steps = escalation::usual();
        for alert in alerts {
            if alert.state == AlertState::Acknowledged {
                self.taken.insert(alert.id);
                assert!(alert.lease_until.is_some_and(|until| until > now));
                continue;
            }
            assert!(
                alert.ladder.next_at.is_none_or(|next| next > now),
                "{alert:#?}"
            );
            if self.taken.contains(&alert.id) {
                continue;
            }
            let mut due = alert.opened_at;
            let told = steps.iter().take_while(|step| {
                due += SignedDuration::from_mins(i64::from(step.wait_minutes));
                due <= now
            });
            assert_eq!(usize::from(alert.ladder.told), told.count(), "{alert:#?}");
        }
        for case in cases {
            assert!(case.due().is_none_or(|due| due > now), "{case:#?}");
        }
    }

    /// Each task is in the list of whoever has it, and of whoever is asked, and in nobody else's.
    pub(super) async fn each_has_theirs(&mut self) {
        let now = self.app.now();
        let cases = self.open_cases().await;
        let mut open = Lists::new();
        for task in cases.iter().flat_map(Case::tasks) {
            if task.is_open() && task.kind != TaskKind::Work {
                let owner = match task.owner {
                    Holder::Person(owner) => vec![owner],
                    Holder::Station => vec![],
                };
                let asked = task.offer.iter().filter(|offer| now < offer.until);
                open.insert(task.id, (owner, asked.map(|offer| offer.to).collect()));
            }
        }
        // What the station has is in nobody's list as theirs.
        open.retain(|_, (owner, asked)| !owner.is_empty() || !asked.is_empty());
        if open == self.listed {
            return;
        }
        let mut listed = Lists::new();
        for person in self.team.all() {
            let who = self.app.as_person(person).await;
            for task in tasks(&who).await {
                // What somebody may still tell of is the station's.
                if task.kind == TaskKind::Work || task.lapsed_at.is_some() {
                    continue;
                }
                let (owns, asked) = listed.entry(task.task).or_default();
                match task.answer_until {
                    None => owns.push(person.id),
                    Some(_) => asked.push(person.id),
                }
            }
        }
        assert_eq!(listed, open);
        self.listed = open;
        self.counts.lists += self.team.all().count();
    }

    /// No alert and no case is open, each alert was seen to in one case, and whoever it was about is looked after.
    pub(super) async fn all_is_over(&mut self) {
        let store = &self.app.ctx().store;
        let items = store.all(&schema::all_alerts(self.com)).await;
        let items = items.expect("answers").into_iter();
        let alerts: Vec<Alert> = items.map(|item| read(item).expect("an alert")).collect();
        let items = store.all(&schema::all_cases(self.com)).await;
        let items = items.expect("answers").into_iter();
        let cases: Vec<Case> = items.map(|item| read(item).expect("a case")).collect();
        for alert in alerts
            .iter()
            .filter(|one| self.people.contains(&one.person))
        {
            let over = matches!(alert.state, AlertState::Closed | AlertState::Withdrawn);
            assert!(over, "{alert:#?}");
            let of = |case: &&Case| case.alerts.iter().any(|one| one.id == alert.id);
            assert_eq!(cases.iter().filter(of).count(), 1, "{alert:#?}");
            self.counts.alerts += 1;
            self.counts.taken += usize::from(alert.owner.is_some());
            self.counts.escalated += usize::from(alert.ladder.told > 1);
        }
        for case in cases.iter().filter(|one| self.people.contains(&one.person)) {
            let closing = case.closing.as_ref().expect("is over");
            let (left, holds) = match closing.left {
                Left::ProofOfLife(seen) => ("a proof of life", seen <= closing.at),
                Left::Pause(until) => ("a pause", until > closing.at),
                Left::Watch(_) => ("an armed watch", true),
                Left::Case(_) | Left::Gone => ("another", false),
            };
            assert!(holds, "{case:#?}");
            let watched = store.watched(self.com, case.person).await;
            let watched = watched.expect("answers").expect("is watched over");
            assert!(
                watched.alert.is_none() && watched.armed.is_some(),
                "{case:#?}"
            );
            let counts = &mut self.counts;
            counts.cases += 1;
            *counts.by_reason.entry(closing.reason).or_default() += 1;
            *counts.left.entry(left).or_default() += 1;
            for turn in case.tasks().flat_map(|task| &task.turns) {
                *counts.turns.entry(turn.what).or_default() += 1;
            }
            counts.calls += case.calls.len();
            counts.visits += case.visits.len();
            counts.follow_ups += case.follow_ups.len();
        }
    }
}
