//! A case, whatever people and time do to it, in any order: each open task has one owner, what is open is told of
//! again, and whoever's case is closed is not left unwatched.

use std::collections::BTreeSet;

use domain::care::{
    Assessment, Call, CallOutcome, Case, CaseReason, CauseSeen, Closing, Contacted, Field,
    FollowUp, Found, Holder, Left, Link, LinkKind, Opening, Reflection, Source, Stage, TaskKind,
    ToldTo, TurnKind, Visit, VisitGrade, report,
};
use domain::watch::{
    Alert, AlertReason, AlertState, Cause, Confidence, Ladder, Rules, Seen, SeenHow,
};
use domain::{AlertId, CaseId, CommandId, CommunityId, PersonId, Refusal, TaskId};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + minutes * 60).expect("a moment")
}

fn who(n: u128) -> PersonId {
    PersonId::new(1, n)
}

fn tsk(n: u128) -> TaskId {
    TaskId::new(1, n)
}

fn alert(n: u128, minutes: i64) -> Alert {
    Alert {
        id: AlertId::new(1, n),
        community: CommunityId::new(1, 1),
        person: who(99),
        cause: Cause::NoExit,
        metric: None,
        due: at(minutes),
        opened_at: at(minutes),
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
        rules_ver: 3,
        ver: 1,
    }
}

fn referred() -> Case {
    let opening = Opening {
        id: CaseId::new(1, 1),
        community: CommunityId::new(1, 1),
        person: who(99),
        source: Source::GridWorker,
        by: Some(who(5)),
        said: "门口堆了三天的报纸".into(),
    };
    Case::opened(opening, at(0))
}

fn call(by: u128, minutes: i64, outcome: CallOutcome) -> Call {
    Call {
        id: CommandId::new(1, 1),
        by: who(by),
        at: at(minutes),
        whom: Contacted::Person,
        outcome,
        note: String::new(),
    }
}

fn visit(n: u128, by: u128, minutes: i64) -> Visit {
    let what = (VisitGrade::Urgent, "敲门看看".to_owned());
    Visit::new(tsk(n), what, Some(who(by)), at(minutes))
}

fn seen(by: u128, minutes: i64, found: Found) -> Assessment {
    Assessment {
        found,
        facts: "在家".into(),
        emergency: None,
        by: who(by),
        at: at(minutes),
    }
}

fn closing(by: Option<u128>, minutes: i64) -> Closing {
    Closing {
        at: at(minutes),
        by: by.map(who),
        reason: CaseReason::TrueAlarm,
        comment: String::new(),
        left: Left::ProofOfLife(at(minutes)),
    }
}

#[test]
fn the_way_of_a_case_follows_from_what_was_done() {
    let case = Case::of_alert(&alert(1, 0));
    assert_eq!(
        (case.stage(), case.work.owner),
        (Stage::Triage, Holder::Station)
    );
    let case = case.take(who(1), Some(who(2)), at(1)).expect("taken");
    assert_eq!(case.stage(), Stage::Call);
    let case = case
        .called(call(1, 2, CallOutcome::NotReached))
        .expect("called");
    assert_eq!(case.stage(), Stage::Visit);
    let case = case
        .ordered(visit(7, 1, 3), who(1), &[who(3), who(4)], at(3))
        .expect("ordered");
    assert_eq!(case.stage(), Stage::Visit);
    let case = case
        .answered(tsk(7), who(3), Some("不在小区"), at(4))
        .expect("declined");
    let late = case.clone().answered(tsk(7), who(3), None, at(4));
    assert_eq!(late, Err(Refusal::NotOffered));
    let case = case
        .answered(tsk(7), who(4), None, at(5))
        .expect("accepted");
    let other = case.clone().arrived(tsk(7), who(3), at(6));
    assert_eq!(other, Err(Refusal::TaskTaken { owner: who(4) }));
    let case = case.arrived(tsk(7), who(4), at(6)).expect("arrived");
    let open = case.clone().closed(closing(Some(1), 6));
    assert_eq!(open, Err(Refusal::TaskUnsettled { count: 1 }));
    let case = case
        .assessed(tsk(7), seen(4, 9, Found::NeedsHelp))
        .expect("assessed");
    assert_eq!((case.stage(), case.seen_at), (Stage::Link, Some(at(9))));
    let link = Link {
        id: CommandId::new(1, 2),
        by: who(1),
        at: at(10),
        kind: LinkKind::Volunteers,
        what: "送饭".into(),
        booking: None,
    };
    let case = case.linked(link).expect("linked");
    assert_eq!(case.stage(), Stage::Close);
    let later = FollowUp::new(tsk(8), "再打电话".into(), at(100), (who(1), who(1)), at(11));
    let case = case.planned(later).expect("planned");
    assert_eq!(case.stage(), Stage::FollowUp);
    let case = case
        .followed_up(tsk(8), who(1), "都好".into(), at(40))
        .expect("done");
    assert_eq!(case.stage(), Stage::Close);
    let case = case.closed(closing(Some(1), 50)).expect("closed");
    assert_eq!((case.stage(), case.is_alerted()), (Stage::Reflect, false));
    let lesson = Reflection {
        at: at(60),
        by: who(1),
        lesson: "窗口可以短些".into(),
        rules_ver: Some(4),
    };
    let case = case.reflected(lesson).expect("learned");
    assert_eq!((case.stage(), case.due()), (Stage::Done, None));
    let again = case.clone().called(call(1, 61, CallOutcome::Well));
    assert_eq!(again, Err(Refusal::CaseClosed));
    let case = case
        .reopened(who(2), "又没有动静", at(70))
        .expect("open again");
    assert_eq!(case.work.owner, Holder::Person(who(2)));
    assert_eq!(case.closed_before.len(), 1);
    assert_eq!(
        case.reopened(who(2), "再来", at(71)),
        Err(Refusal::CaseOpen)
    );
}

#[test]
fn a_lease_goes_to_the_backup_and_then_to_the_station() {
    let case = referred().take(who(1), Some(who(2)), at(0)).expect("taken");
    assert_eq!(
        case.clone().take(who(3), None, at(59)),
        Err(Refusal::TaskTaken { owner: who(1) })
    );
    assert_eq!(case.due(), Some(at(60)));
    assert!(case.clone().passed(at(59)).is_none());
    let (case, told) = case.passed(at(60)).expect("lapses");
    assert_eq!(case.work.owner, Holder::Person(who(2)));
    assert_eq!(told[0].to, ToldTo::Owner(who(2)));
    let (case, told) = case.passed(at(120)).expect("lapses");
    assert_eq!(
        (case.work.owner, told[0].to),
        (Holder::Station, ToldTo::Station)
    );
    let names: Vec<_> = case.work.turns.iter().filter_map(|turn| turn.who).collect();
    assert!(
        names.contains(&who(1)) && names.contains(&who(2)),
        "both are on record"
    );
    let (_, told) = case.passed(at(180)).expect("is told again");
    assert_eq!(told[0].to, ToldTo::Station);
}

#[test]
fn a_hand_over_changes_nothing_until_the_other_agrees() {
    let case = referred().take(who(1), None, at(0)).expect("taken");
    let work = case.work.id;
    let asked = case
        .offered(work, (who(1), who(2)), "休假", at(1))
        .expect("asked");
    assert_eq!(asked.work.owner, Holder::Person(who(1)));
    let own = asked.clone().answered(work, who(3), None, at(2));
    assert_eq!(own, Err(Refusal::NotOffered));
    let declined = asked
        .clone()
        .answered(work, who(2), Some("忙"), at(2))
        .expect("declined");
    assert_eq!(declined.work.owner, Holder::Person(who(1)));
    assert_eq!(
        declined.work.turns.last().map(|turn| turn.what),
        Some(TurnKind::Declined)
    );
    let accepted = asked.answered(work, who(2), None, at(2)).expect("accepted");
    assert_eq!(accepted.work.owner, Holder::Person(who(2)));
}

#[test]
fn whoever_comes_late_still_says_what_they_found_unless_somebody_else_goes() {
    let case = referred().take(who(1), None, at(0)).expect("taken");
    let case = case
        .ordered(visit(7, 1, 0), who(1), &[who(3)], at(0))
        .expect("ordered");
    let case = case.answered(tsk(7), who(3), None, at(1)).expect("agreed");
    let (case, _) = case.passed(at(21)).expect("their time is over");
    assert_eq!(case.visits[0].task.owner, Holder::Station);
    let other = case.clone().arrived(tsk(7), who(4), at(22));
    assert_eq!(other, Err(Refusal::NotOffered), "nobody asked them");

    let there = case.clone().arrived(tsk(7), who(3), at(22)).expect("late");
    assert_eq!(there.visits[0].task.owner, Holder::Person(who(3)));
    let seen_late = there.assessed(tsk(7), seen(3, 25, Found::NeedsHelp));
    let seen_late = seen_late.expect("is worth having");
    assert_eq!(
        (seen_late.stage(), seen_late.seen_at),
        (Stage::Link, Some(at(25)))
    );
    let at_once = case.clone().assessed(tsk(7), seen(3, 23, Found::Well));
    assert_eq!(at_once.expect("without saying so first").unsettled(), 0);

    let taken = case
        .taken(tsk(7), who(2), at(22))
        .expect("the station goes");
    let late = taken.arrived(tsk(7), who(3), at(23));
    assert_eq!(late, Err(Refusal::TaskTaken { owner: who(2) }));
}

#[test]
fn nobody_who_answers_leaves_a_visit_with_the_station() {
    let case = referred().take(who(1), None, at(0)).expect("taken");
    let case = case
        .ordered(visit(7, 1, 0), who(1), &[who(3), who(4)], at(0))
        .expect("ordered");
    let (case, told) = case.passed(at(5)).expect("the next is asked");
    assert_eq!(told[0].to, ToldTo::Asked(who(4)));
    let (case, told) = case.passed(at(10)).expect("falls");
    assert_eq!(told[0].to, ToldTo::Station);
    assert_eq!(case.visits[0].task.owner, Holder::Station);
}

/// Whose the follow-up is after everything that is due until then, and who was told of it.
fn until(mut case: Case, last: Timestamp) -> (Case, Vec<ToldTo>) {
    let mut told = Vec::new();
    while let Some(due) = case.due().filter(|due| *due <= last) {
        let (after, news) = case.passed(due).expect("is due");
        let theirs = news.iter().filter(|one| one.task == tsk(8));
        told.extend(theirs.map(|one| one.to));
        case = after;
    }
    (case, told)
}

#[test]
fn a_missed_follow_up_becomes_a_visit_and_is_over_with_it() {
    let case = referred().take(who(1), None, at(0)).expect("taken");
    let later = FollowUp::new(tsk(8), "送药".into(), at(60), (who(1), who(2)), at(1));
    let case = case.planned(later).expect("planned");
    let missed = at(60) + SignedDuration::from_hours(24);
    let (case, _) = until(case, missed - SignedDuration::from_mins(1));
    assert!(case.visits.is_empty());
    let case = case.passed(missed).expect("is due").0;
    let visit = case.visits[0].task.id;
    let has = (
        case.visits[0].task.owner,
        case.follow_ups[0].task.lease_until,
    );
    assert_eq!(has, (Holder::Person(who(1)), None), "whoever was behind");
    assert_eq!((case.stage(), case.unsettled()), (Stage::Visit, 2));
    let minutes = 60 + 24 * 60 + 5;
    let seen = seen(1, minutes, Found::Well);
    let case = case.assessed(visit, seen).expect("assessed");
    assert_eq!(case.unsettled(), 0);
}

#[test]
fn a_follow_up_nothing_came_of_goes_to_the_backup_or_to_the_station() {
    let day_over = at(60) + SignedDuration::from_hours(6);
    let before = day_over - SignedDuration::from_mins(1);
    // Who planned it, for whom, and who is behind the case; whose it is once its day is over.
    let rows = [
        (1, 2, None, Holder::Person(who(1))),
        (1, 1, Some(3), Holder::Person(who(3))),
        (1, 2, Some(3), Holder::Person(who(1))),
        (1, 3, Some(3), Holder::Person(who(1))),
        (1, 1, None, Holder::Station),
    ];
    for (by, owner, behind, want) in rows {
        let row = format!("{by} {owner} {behind:?}");
        let case = referred().take(who(by), behind.map(who), at(0));
        let pair = (who(by), who(owner));
        let later = FollowUp::new(tsk(8), "送药".into(), at(60), pair, at(1));
        let case = case.and_then(|case| case.planned(later)).expect("planned");
        let (case, told) = until(case, before);
        let has = (case.follow_ups[0].task.owner, told);
        assert_eq!(has, (Holder::Person(who(owner)), vec![]), "{row}");
        let (case, told) = until(case, day_over);
        let next = match want {
            Holder::Person(next) => ToldTo::Owner(next),
            Holder::Station => ToldTo::Station,
        };
        let has = (case.follow_ups[0].task.owner, told);
        assert_eq!(has, (want, vec![next]), "{row}");
        // Whoever was late says what came of it all the same; nobody else speaks for whoever has it.
        let late = at(60 + 7 * 60);
        let said = case
            .clone()
            .followed_up(tsk(8), who(owner), "都好".into(), late);
        assert!(said.expect("late").follow_ups[0].task.ended_at.is_some());
        if let Holder::Person(owner) = want {
            let other = case.followed_up(tsk(8), who(7), "都好".into(), late);
            assert_eq!(other, Err(Refusal::TaskTaken { owner }), "{row}");
        }
    }
}

#[test]
fn whoever_has_the_case_hands_over_what_somebody_ill_was_to_do() {
    let case = referred().take(who(1), None, at(0)).expect("taken");
    let later = FollowUp::new(tsk(8), "送药".into(), at(600), (who(1), who(2)), at(1));
    let case = case.planned(later).expect("planned");
    let other = case
        .clone()
        .offered(tsk(8), (who(3), who(4)), "小张病了", at(2));
    assert_eq!(other, Err(Refusal::TaskTaken { owner: who(2) }));
    let asked = case.offered(tsk(8), (who(1), who(4)), "小张病了", at(2));
    let asked = asked.expect("asked");
    let owner = asked.follow_ups[0].task.owner;
    assert_eq!(owner, Holder::Person(who(2)), "until the other agrees");
    let case = asked.answered(tsk(8), who(4), None, at(3)).expect("agreed");
    let task = &case.follow_ups[0].task;
    let day_over = at(600) + SignedDuration::from_hours(6);
    assert_eq!(
        (task.owner, task.lease_until, task.backup),
        (Holder::Person(who(4)), Some(day_over), Some(who(1)))
    );
}

#[test]
fn a_case_hears_what_becomes_of_its_alert() {
    let open = alert(1, 0);
    let rules = Rules::default();
    let case = Case::of_alert(&open);
    assert_eq!(case.due(), None, "the ladder of the alert calls");
    let taken = open.acknowledge(who(1), &rules, at(1)).expect("taken");
    let case = case.heard(&taken, at(1)).expect("is theirs");
    assert_eq!(case.work.owner, Holder::Person(who(1)));
    assert_eq!(case.work.lease_until, taken.lease_until);
    let how = SeenHow::HomeDoor;
    let noted = taken.clone().noted(Seen {
        at: at(2),
        how,
        came_at: at(2),
    });
    assert_eq!(case.clone().heard(&noted, at(1)), None, "only noted");
    let again = noted.acknowledge(who(1), &rules, at(5)).expect("theirs");
    let longer = case.clone().heard(&again, at(5)).expect("for longer");
    assert_eq!(longer.work.lease_until, again.lease_until);
    let withdrawn = taken.clone().withdraw(at(3));
    let quiet = case.clone().heard(&withdrawn, at(3)).expect("is over");
    let closing = quiet.closing.expect("closed");
    assert_eq!(closing.reason, CaseReason::SignOfLife);
    assert_eq!(closing.left, Left::ProofOfLife(at(3)));
    let called = case
        .called(call(1, 2, CallOutcome::NeedsHelp))
        .expect("called");
    let heard = called.clone().heard(&withdrawn, at(3)).expect("is told");
    assert!(heard.is_open(), "somebody is at it");
    let word = (AlertReason::TrueAlarm, "送医".to_owned());
    let closed = taken.close(who(1), word, at(4)).expect("closed");
    let heard = called.heard(&closed, at(4)).expect("is over");
    assert_eq!(
        heard.closing.map(|one| one.reason),
        Some(CaseReason::TrueAlarm)
    );
}

#[test]
fn a_month_counts_what_bodies_say_together_to_whoever_does_not_see_health() {
    let of = |n: u128, cause: Cause| {
        Case::of_alert(&Alert {
            cause,
            ..alert(n, 0)
        })
    };
    let cases = [
        of(1, Cause::VitalHigh),
        of(2, Cause::NoReading),
        of(3, Cause::NoExit),
    ];
    let counts = |sees: &BTreeSet<Field>| {
        let month = report(&cases, (at(0), at(1)), sees);
        let causes = month.by_cause.iter();
        let causes: Vec<_> = causes.map(|(cause, row)| (*cause, row.cases)).collect();
        let rules = month.by_rules.iter();
        let rules: Vec<_> = rules
            .map(|((_, cause), row)| (Some(*cause), row.cases))
            .collect();
        assert_eq!(causes, rules, "each alert is of one version");
        causes
    };
    let together = [(Some(CauseSeen::NoExit), 1), (Some(CauseSeen::General), 2)];
    assert_eq!(counts(&BTreeSet::new()), together);
    let apart = [
        (Some(CauseSeen::NoExit), 1),
        (Some(CauseSeen::VitalHigh), 1),
        (Some(CauseSeen::NoReading), 1),
    ];
    assert_eq!(counts(&BTreeSet::from([Field::Health])), apart);
}

#[test]
fn only_cases_about_one_person_become_one() {
    let old = referred().take(who(1), None, at(0)).expect("taken");
    let old = old.closed(closing(Some(1), 1)).expect("closed");
    let mut other = Case::of_alert(&alert(2, 5));
    other.person = who(98);
    let refused = old.clone().merged_into(other, who(1), at(6));
    assert_eq!(refused.map(|_| ()), Err(Refusal::CaseOther));
    let open = Case::of_alert(&alert(2, 5));
    let (old, open) = old.merged_into(open, who(1), at(6)).expect("one");
    assert_eq!(
        (old.stage(), open.merged.clone()),
        (Stage::Done, vec![old.id])
    );
    assert_eq!(
        old.reopened(who(1), "不是一回事", at(7)),
        Err(Refusal::CaseClosed)
    );
}

#[derive(Clone, Debug)]
enum Move {
    Take(u128, Option<u128>),
    Call(u128, CallOutcome),
    Order(u128, Vec<u128>),
    Offer(u128, u128, usize),
    Answer(u128, usize, bool),
    Arrive(u128, usize),
    Assess(u128, usize, Found),
    Plan(u128, u128, i64),
    FollowUp(u128, usize),
    Link(u128),
    Close(Option<u128>),
    Reopen(u128),
    Reflect(u128),
    Alert(u128),
    Withdraw,
    Leaves(u128),
    Pass,
}

fn moves() -> impl Strategy<Value = Move> {
    let person = 1u128..7;
    let task = 0usize..8;
    let outcome = prop::sample::select(CallOutcome::ALL);
    let found = prop::sample::select(Found::ALL);
    prop_oneof![
        (person.clone(), prop::option::of(person.clone())).prop_map(|(a, b)| Move::Take(a, b)),
        (person.clone(), outcome).prop_map(|(a, b)| Move::Call(a, b)),
        (person.clone(), prop::collection::vec(person.clone(), 0..4))
            .prop_map(|(a, b)| Move::Order(a, b)),
        (person.clone(), person.clone(), task.clone()).prop_map(|(a, b, c)| Move::Offer(a, b, c)),
        (person.clone(), task.clone(), any::<bool>()).prop_map(|(a, b, c)| Move::Answer(a, b, c)),
        (person.clone(), task.clone()).prop_map(|(a, b)| Move::Arrive(a, b)),
        (person.clone(), task.clone(), found).prop_map(|(a, b, c)| Move::Assess(a, b, c)),
        (person.clone(), person.clone(), 1i64..4_000).prop_map(|(a, b, c)| Move::Plan(a, b, c)),
        (person.clone(), task).prop_map(|(a, b)| Move::FollowUp(a, b)),
        person.clone().prop_map(Move::Link),
        prop::option::of(person.clone()).prop_map(Move::Close),
        person.clone().prop_map(Move::Reopen),
        person.clone().prop_map(Move::Reflect),
        (2u128..9).prop_map(Move::Alert),
        Just(Move::Withdraw),
        person.prop_map(Move::Leaves),
        Just(Move::Pass),
    ]
}

/// What becomes of it; none where it is refused.
fn moved(case: &Case, one: &Move, now: i64, n: u128) -> Option<Case> {
    let case = case.clone();
    let ids: Vec<TaskId> = case.tasks().map(|task| task.id).collect();
    let task = |index: usize| ids[index % ids.len()];
    match one {
        Move::Take(a, b) => case.take(who(*a), b.map(who), at(now)).ok(),
        Move::Call(a, outcome) => case.called(call(*a, now, *outcome)).ok(),
        Move::Order(a, to) => {
            let to: Vec<PersonId> = to.iter().copied().map(who).collect();
            case.ordered(visit(1_000 + n, *a, now), who(*a), &to, at(now))
                .ok()
        }
        Move::Offer(a, b, index) => {
            let pair = (who(*a), who(*b));
            case.offered(task(*index), pair, "请接手", at(now)).ok()
        }
        Move::Answer(a, index, yes) => {
            let why = (!yes).then_some("不行");
            case.answered(task(*index), who(*a), why, at(now)).ok()
        }
        Move::Arrive(a, index) => case.arrived(task(*index), who(*a), at(now)).ok(),
        Move::Assess(a, index, found) => case.assessed(task(*index), seen(*a, now, *found)).ok(),
        Move::Plan(a, b, later) => {
            let due = at(now + later);
            let pair = (who(*a), who(*b));
            let plan = FollowUp::new(tsk(2_000_000 + 2 * n), "再看看".into(), due, pair, at(now));
            case.planned(plan).ok()
        }
        Move::FollowUp(a, index) => case
            .followed_up(task(*index), who(*a), "好了".into(), at(now))
            .ok(),
        Move::Link(a) => {
            let link = Link {
                id: CommandId::new(1, n),
                by: who(*a),
                at: at(now),
                kind: LinkKind::Relatives,
                what: "女儿来".into(),
                booking: None,
            };
            case.linked(link).ok()
        }
        Move::Close(by) => case.closed(closing(*by, now)).ok(),
        Move::Reopen(a) => case.reopened(who(*a), "又来了", at(now)).ok(),
        Move::Reflect(a) => {
            let lesson = Reflection {
                at: at(now),
                by: who(*a),
                lesson: "记下".into(),
                rules_ver: None,
            };
            case.reflected(lesson).ok()
        }
        Move::Alert(n) => case.joined(&alert(*n, now)).ok(),
        Move::Withdraw => {
            let standing = case.alerts.iter().find(|one| one.over_at.is_none())?;
            let mut over = alert(1, now);
            over.id = standing.id;
            case.heard(&over.withdraw(at(now)), at(now))
        }
        Move::Leaves(a) => case.without_worker(who(*a), at(now)),
        Move::Pass => case.passed(at(now)).map(|(case, _)| case),
    }
}

fn holds_together(case: &Case, before: &Case) -> Result<(), TestCaseError> {
    let open: Vec<_> = case.tasks().filter(|task| task.is_open()).collect();
    prop_assert_eq!(
        open.iter().any(|task| task.kind == TaskKind::Work),
        case.is_open()
    );
    let mut ids: Vec<_> = case.tasks().map(|task| task.id).collect();
    ids.sort_unstable();
    ids.dedup();
    prop_assert_eq!(ids.len(), case.tasks().count(), "no two tasks are one");
    for task in case.tasks() {
        if task.is_open() {
            // One owner, whom the type says; and whoever is asked is not the owner.
            let asked = task.offer.as_ref().map(|offer| Holder::Person(offer.to));
            prop_assert!(asked != Some(task.owner));
            let quiet = task.kind == TaskKind::FollowUp || task.due().is_some();
            prop_assert!(quiet, "somebody is told of it again: {:?}", task);
        } else {
            prop_assert!(task.offer.is_none() && task.queue.is_empty());
        }
    }
    if case.is_open() {
        prop_assert!(case.due().is_some() || case.is_alerted(), "it is lost");
        prop_assert!(!matches!(case.stage(), Stage::Reflect | Stage::Done));
    } else {
        prop_assert!(open.is_empty() && case.due().is_none() && !case.is_alerted());
        prop_assert!(matches!(case.stage(), Stage::Reflect | Stage::Done));
    }
    prop_assert!(case.ver > before.ver);
    prop_assert!(
        case.calls.len() >= before.calls.len(),
        "nothing is forgotten"
    );
    prop_assert!(case.visits.len() >= before.visits.len());
    Ok(())
}

proptest! {
    #[test]
    fn each_open_task_has_one_owner_and_no_case_is_lost(
        moves in prop::collection::vec((moves(), 0i64..90), 1..120),
        by_alert in any::<bool>(),
    ) {
        let mut case = if by_alert { Case::of_alert(&alert(1, 0)) } else { referred() };
        let mut now = 0;
        for (n, (one, wait)) in moves.iter().enumerate() {
            now += wait;
            let n = u128::try_from(n).expect("few");
            if let Some(after) = moved(&case, one, now, n) {
                holds_together(&after, &case)?;
                case = after;
            }
        }
        // Whoever does nothing at all: the sweeper alone is done with what is due, each time.
        for _ in 0..200 {
            let Some(due) = case.due() else { break };
            now = now.max(due.duration_since(at(0)).as_mins());
            let (after, _) = case.clone().passed(due.max(at(now))).expect("is due");
            holds_together(&after, &case)?;
            prop_assert!(after.due() != Some(due) || after == case, "time goes on");
            case = after;
        }
    }
}
