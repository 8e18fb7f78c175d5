//! A desk with several people, of whom some are silent, some are away and some are spoken of, and a team of random
//! roles that does whatever its roles allow, in any order: each open task has one owner at each moment, nobody has two
//! open cases, no case is lost, and each that is closed leaves a proof of life, a pause or an armed watch.

use std::collections::BTreeMap;

use domain::access::{Act, Role, allows};
use domain::care::file::seen_by;
use domain::care::{
    Assessment, Call, CallOutcome, Case, CaseReason, Closing, Contacted, FollowUp, Found, Holder,
    Left, Opening, Source, TaskKind, Visit, VisitGrade,
};
use domain::watch::{
    Absence, AbsenceKind, Alert, AlertState, Cause, Confidence, Grade, Ladder, Passage, Presence,
    Rules, Sign, Watched,
};
use domain::{AbsenceId, AlertId, CaseId, CommandId, CommunityId, PersonId, Refusal, TaskId};
use jiff::Timestamp;
use proptest::prelude::*;

const PEOPLE: usize = 3;
const TEAM: usize = 5;

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + minutes * 60).expect("a moment")
}

fn com() -> CommunityId {
    CommunityId::new(1, 1)
}

fn member(n: usize) -> PersonId {
    PersonId::new(1, 1 + n as u128)
}

fn elder(n: usize) -> PersonId {
    PersonId::new(1, 100 + n as u128)
}

fn watched(n: usize) -> Watched {
    let sign = Sign {
        at: at(0),
        seq: 1,
        passage: Passage::Entry,
    };
    let watched = Watched {
        person: elder(n),
        community: com(),
        since: at(0),
        by: member(0),
        doors: Vec::new(),
        credentials: Vec::new(),
        relatives_credentials: Vec::new(),
        grade: Grade::AtOnce,
        own: None,
        relative: None,
        relative_reports: false,
        presence: Presence::default(),
        absences: Vec::new(),
        asked: 0,
        alert: None,
        armed: None,
        rules_ver: 0,
        unseen_told_at: None,
        ver: 1,
    };
    watched.with(sign, &Rules::default(), at(0))
}

#[derive(Clone, Debug)]
enum Move {
    Silent(usize),
    Sign(usize),
    Away(usize, i64),
    Refer(usize),
    Take(usize, usize),
    Call(usize, usize, CallOutcome),
    Order(usize, usize, Vec<usize>),
    Offer(usize, usize, usize, usize),
    Answer(usize, usize, usize, bool),
    Assess(usize, usize, usize, Found),
    Plan(usize, usize, usize),
    FollowUp(usize, usize, usize),
    Close(usize, usize),
    Reopen(usize, usize),
    Merge(usize, usize),
    Pass,
}

fn moves() -> impl Strategy<Value = Move> {
    let who = 0..TEAM;
    let whom = 0..PEOPLE;
    let task = 0usize..6;
    let outcome = prop::sample::select(CallOutcome::ALL);
    let found = prop::sample::select(Found::ALL);
    let some = prop::collection::vec(0..TEAM, 0..4);
    prop_oneof![
        whom.clone().prop_map(Move::Silent),
        whom.clone().prop_map(Move::Sign),
        (whom.clone(), 1i64..3_000).prop_map(|(a, b)| Move::Away(a, b)),
        whom.clone().prop_map(Move::Refer),
        (who.clone(), whom.clone()).prop_map(|(a, b)| Move::Take(a, b)),
        (who.clone(), whom.clone(), outcome).prop_map(|(a, b, c)| Move::Call(a, b, c)),
        (who.clone(), whom.clone(), some).prop_map(|(a, b, c)| Move::Order(a, b, c)),
        (who.clone(), whom.clone(), task.clone(), who.clone())
            .prop_map(|(a, b, c, d)| Move::Offer(a, b, c, d)),
        (who.clone(), whom.clone(), task.clone(), any::<bool>())
            .prop_map(|(a, b, c, d)| Move::Answer(a, b, c, d)),
        (who.clone(), whom.clone(), task.clone(), found)
            .prop_map(|(a, b, c, d)| Move::Assess(a, b, c, d)),
        (who.clone(), whom.clone(), who.clone()).prop_map(|(a, b, c)| Move::Plan(a, b, c)),
        (who.clone(), whom.clone(), task).prop_map(|(a, b, c)| Move::FollowUp(a, b, c)),
        (who.clone(), whom.clone()).prop_map(|(a, b)| Move::Close(a, b)),
        (who.clone(), whom.clone()).prop_map(|(a, b)| Move::Reopen(a, b)),
        (who, whom).prop_map(|(a, b)| Move::Merge(a, b)),
        Just(Move::Pass),
    ]
}

struct Desk {
    roles: Vec<Role>,
    people: Vec<Watched>,
    cases: BTreeMap<CaseId, Case>,
    /// As many as were ever made.
    made: usize,
    alerts: BTreeMap<AlertId, Alert>,
    now: i64,
    n: u128,
}

impl Desk {
    fn new(roles: Vec<Role>) -> Self {
        Self {
            roles,
            people: (0..PEOPLE).map(watched).collect(),
            cases: BTreeMap::new(),
            made: 0,
            alerts: BTreeMap::new(),
            now: 1,
            n: 0,
        }
    }

    fn now(&self) -> Timestamp {
        at(self.now)
    }

    fn may(&self, who: usize) -> bool {
        allows(Act::Care, self.roles[who])
    }

    /// The open case about somebody, or else the last that was closed.
    fn about(&self, whom: usize) -> Option<Case> {
        let mut theirs: Vec<&Case> = self
            .cases
            .values()
            .filter(|one| one.person == elder(whom))
            .collect();
        theirs.sort_by_key(|one| (one.is_open(), one.opened_at, one.id));
        theirs.last().map(|one| (*one).clone())
    }

    fn open(&self, whom: usize) -> Option<Case> {
        self.about(whom).filter(Case::is_open)
    }

    fn keep(&mut self, case: Result<Case, Refusal>) {
        if let Ok(case) = case {
            let before = self.cases.insert(case.id, case);
            self.made += usize::from(before.is_none());
        }
    }

    fn task(&self, case: &Case, index: usize) -> TaskId {
        let ids: Vec<TaskId> = case.tasks().map(|task| task.id).collect();
        ids[index % ids.len()]
    }

    fn moves(&mut self, one: &Move) {
        self.n += 1;
        let (n, now) = (self.n, self.now());
        match *one {
            Move::Silent(whom) => self.falls_silent(whom),
            Move::Sign(whom) => self.is_seen(whom),
            Move::Away(whom, minutes) => {
                let until = at(self.now + minutes);
                self.people[whom].absences.push(Absence {
                    id: AbsenceId::new(1, n),
                    kind: AbsenceKind::Family,
                    from: now,
                    until,
                });
            }
            Move::Refer(whom) => match self.open(whom) {
                Some(case) => self.keep(case.told("又说了一遍")),
                None => {
                    let opening = Opening {
                        id: CaseId::new(1, 1_000 + n),
                        community: com(),
                        person: elder(whom),
                        source: Source::GridWorker,
                        by: None,
                        said: "报纸堆了三天".into(),
                    };
                    self.keep(Ok(Case::opened(opening, now)));
                }
            },
            Move::Pass => {
                let due: Vec<Case> = self.cases.values().cloned().collect();
                for case in due {
                    if let Some((after, _)) = case.passed(now) {
                        self.keep(Ok(after));
                    }
                }
            }
            Move::Take(who, whom) if self.may(who) => {
                self.with(whom, |case, _| case.take(member(who), None, now));
            }
            Move::Call(who, whom, outcome) if self.may(who) => {
                let call = Call {
                    id: CommandId::new(1, n),
                    by: member(who),
                    at: now,
                    whom: Contacted::Person,
                    outcome,
                    note: String::new(),
                };
                self.with(whom, |case, _| case.called(call));
            }
            Move::Order(who, whom, ref to) if self.may(who) => {
                let what = (VisitGrade::Urgent, "敲门看看".to_owned());
                let visit = Visit::new(TaskId::new(3, 2 * n), what, Some(member(who)), now);
                let to: Vec<PersonId> = to.iter().copied().map(member).collect();
                self.with(whom, |case, _| case.ordered(visit, member(who), &to, now));
            }
            Move::Offer(who, whom, index, to) if self.may(who) => {
                let desk = self.may(to);
                self.with(whom, |case, task| {
                    let task = task(&case, index);
                    // A case is handed to those who work on cases.
                    if task == case.work.id && !desk {
                        return Err(Refusal::NotAllowed);
                    }
                    case.offered(task, (member(who), member(to)), "请接手", now)
                });
            }
            Move::Answer(who, whom, index, yes) => {
                let why = (!yes).then_some("不行");
                self.with(whom, |case, task| {
                    let task = task(&case, index);
                    case.answered(task, member(who), why, now)
                });
            }
            Move::Assess(who, whom, index, found) => {
                let seen = Assessment {
                    found,
                    facts: "在家".into(),
                    emergency: None,
                    by: member(who),
                    at: now,
                };
                self.with(whom, |case, task| {
                    let task = task(&case, index);
                    case.assessed(task, seen)
                });
            }
            Move::Plan(who, whom, owner) if self.may(who) => {
                let due = at(self.now + 60);
                let pair = (member(who), member(owner));
                let plan = FollowUp::new(TaskId::new(2, 2 * n), "再看".into(), due, pair, now);
                self.with(whom, |case, _| case.planned(plan));
            }
            Move::FollowUp(who, whom, index) => self.with(whom, |case, task| {
                let task = task(&case, index);
                case.followed_up(task, member(who), "好了".into(), now)
            }),
            Move::Close(who, whom) if self.may(who) => self.closes(who, whom),
            Move::Reopen(who, whom) if self.may(who) && self.open(whom).is_none() => {
                self.with(whom, |case, _| case.reopened(member(who), "没有好", now));
            }
            Move::Merge(who, whom) if self.may(who) => self.merges(who, whom),
            // Whoever may not does nothing.
            _ => {}
        }
    }

    fn with(
        &mut self,
        whom: usize,
        decide: impl FnOnce(Case, &dyn Fn(&Case, usize) -> TaskId) -> Result<Case, Refusal>,
    ) {
        if let Some(case) = self.about(whom) {
            let task = |case: &Case, index: usize| self.task(case, index);
            let decided = decide(case, &task);
            self.keep(decided);
        }
    }

    fn falls_silent(&mut self, whom: usize) {
        let (now, n) = (self.now(), self.n);
        if self.people[whom].alert.is_some() {
            return;
        }
        let alert = Alert {
            id: AlertId::new(1, n),
            community: com(),
            person: elder(whom),
            cause: Cause::NoExit,
            metric: None,
            due: now,
            opened_at: now,
            confidence: Confidence::Identified,
            unconfirmed: false,
            state: AlertState::Open,
            owner: None,
            lease_until: None,
            ladder: Ladder::default(),
            reason: None,
            closed_by: None,
            closed_at: None,
            comment: String::new(),
            seen: None,
            rules_ver: 0,
            ver: 1,
        };
        self.people[whom].alert = Some(alert.id);
        self.people[whom].armed = None;
        match self.open(whom) {
            Some(case) => self.keep(case.joined(&alert)),
            None => self.keep(Ok(Case::of_alert(&alert))),
        }
        self.alerts.insert(alert.id, alert);
    }

    fn is_seen(&mut self, whom: usize) {
        let now = self.now();
        let sign = Sign {
            at: now,
            seq: u64::try_from(self.n).expect("few"),
            passage: Passage::Entry,
        };
        let alert = self.people[whom].alert.take();
        let seen = self.people[whom].clone().with(sign, &Rules::default(), now);
        self.people[whom] = seen.rearmed(&Rules::default(), now);
        let over = alert.and_then(|id| self.alerts.get(&id).cloned());
        if let (Some(alert), Some(case)) = (over, self.open(whom))
            && let Some(heard) = case.heard(&alert.withdraw(now), now)
        {
            self.keep(Ok(heard));
        }
    }

    fn closes(&mut self, who: usize, whom: usize) {
        let (Some(case), now) = (self.open(whom), self.now()) else {
            return;
        };
        let Ok(left) = Left::of(Some(&self.people[whom]), case.seen_at, now) else {
            return;
        };
        let closing = Closing {
            at: now,
            by: Some(member(who)),
            reason: CaseReason::Other,
            comment: String::new(),
            left,
        };
        if let Ok(closed) = case.closed(closing) {
            self.keep(Ok(closed));
            self.people[whom].alert = None;
            let again = self.people[whom].clone().rearmed(&Rules::default(), now);
            self.people[whom] = again;
        }
    }

    /// The first case about somebody into the open one.
    fn merges(&mut self, who: usize, whom: usize) {
        let Some(into) = self.open(whom) else { return };
        let mut all = self.cases.values();
        let first = all.find(|one| one.person == elder(whom) && one.id != into.id);
        let Some(first) = first.cloned() else { return };
        if let Ok((part, whole)) = first.merged_into(into, member(who), self.now()) {
            self.keep(Ok(part));
            self.keep(Ok(whole));
        }
    }

    fn holds_together(&self) -> Result<(), TestCaseError> {
        prop_assert_eq!(self.cases.len(), self.made, "no case is lost");
        for whom in 0..PEOPLE {
            let theirs = self.cases.values().filter(|one| one.person == elder(whom));
            let open = theirs.filter(|one| one.is_open()).count();
            prop_assert!(open <= 1, "nobody has two");
            prop_assert!(
                open == 1 || self.people[whom].alert.is_none(),
                "an alert that stands has a case"
            );
        }
        for case in self.cases.values() {
            for task in case.tasks().filter(|task| task.is_open()) {
                let owners = (0..TEAM).filter(|who| task.owner == Holder::Person(member(*who)));
                let station = usize::from(task.owner == Holder::Station);
                prop_assert_eq!(owners.count() + station, 1, "{:?}", task);
                if let (TaskKind::Work, Holder::Person(owner)) = (task.kind, task.owner) {
                    let desk = (0..TEAM).any(|who| member(who) == owner && self.may(who));
                    prop_assert!(desk, "a case is the desk's: {:?}", task);
                }
            }
            let Some(closing) = &case.closing else {
                let told = case.due().is_some() || case.is_alerted();
                prop_assert!(told, "somebody is told of it: {:?}", case);
                continue;
            };
            match closing.left {
                Left::ProofOfLife(seen) => prop_assert!(seen <= closing.at),
                Left::Pause(until) => prop_assert!(until > closing.at),
                Left::Watch(armed) => prop_assert!(armed > at(0)),
                Left::Case(into) => {
                    let into = self.cases.get(&into);
                    prop_assert!(into.is_some_and(|into| into.merged.contains(&case.id)));
                }
                Left::Gone => prop_assert!(false, "nobody left"),
            }
        }
        Ok(())
    }
}

proptest! {
    #[test]
    fn whatever_a_team_of_any_roles_does_nobody_is_lost(
        roles in prop::collection::vec(prop::sample::select(Role::ALL), TEAM),
        moves in prop::collection::vec((moves(), 0i64..90), 1..150),
    ) {
        let mut desk = Desk::new(roles);
        for (one, wait) in &moves {
            desk.now += wait;
            desk.moves(one);
            desk.holds_together()?;
        }
    }
}

#[test]
fn what_each_role_sees_of_a_person() {
    let rows = [
        (Role::Resident, ""),
        (Role::Volunteer, "name room task"),
        (Role::Provider, ""),
        (Role::BuildingHead, "name room task"),
        (Role::GridWorker, "name room task phone contacts"),
        (Role::DeskHelper, ""),
        (Role::Librarian, ""),
        (
            Role::Station,
            "name room task phone household contacts tier history",
        ),
        (
            Role::SocialWorker,
            "name room task phone household contacts tier health history notes",
        ),
        (
            Role::Admin,
            "name room task phone household contacts tier health history notes",
        ),
    ];
    assert_eq!(rows.len(), Role::ALL.len());
    for (role, fields) in rows {
        let seen: Vec<&str> = seen_by(role).iter().map(|field| field.as_str()).collect();
        assert_eq!(seen.join(" "), fields, "{role}");
    }
}

#[test]
fn a_case_that_is_closed_leaves_somebody_who_would_tell() {
    let quiet = watched(0);
    let armed = quiet.armed.expect("is armed");
    let silent = Watched {
        alert: Some(AlertId::new(1, 1)),
        ..quiet.clone()
    };
    let away = Watched {
        absences: vec![Absence {
            id: AbsenceId::new(1, 1),
            kind: AbsenceKind::Hospital,
            from: at(1),
            until: at(500),
        }],
        ..silent.clone()
    };
    let none = Err(Refusal::LeftUnwatched);
    let rows = [
        (None, None, none.clone()),
        (None, Some(at(5)), Ok(Left::ProofOfLife(at(5)))),
        (Some(&silent), None, none),
        (Some(&silent), Some(at(5)), Ok(Left::ProofOfLife(at(5)))),
        (Some(&away), None, Ok(Left::Pause(at(500)))),
        (Some(&quiet), None, Ok(Left::Watch(armed))),
    ];
    for (watched, proof, want) in rows {
        assert_eq!(Left::of(watched, proof, at(10)), want);
    }
}
