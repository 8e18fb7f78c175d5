//! The ladder of an alert, whatever people and the sweeper do, in any order: nobody is told while somebody has
//! it or once it is over, no step is left out or told twice but the last, which is repeated until somebody has
//! it, and each has its whole wait.

use domain::watch::escalation::usual;
use domain::watch::{
    Alert, AlertReason, AlertState, Cause, Confidence, Ladder, Reach, Rules, Seen, SeenHow,
    Silence, Step,
};
use domain::{AlertId, CommunityId, PersonId, limits};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + minutes * 60).expect("a moment")
}

fn worker(n: u128) -> PersonId {
    PersonId::new(1, n)
}

fn rules(steps: Vec<Step>) -> Rules {
    Rules {
        ladder: steps,
        lease_minutes: 30,
        ..Rules::default()
    }
}

fn opened(steps: &[Step]) -> Alert {
    Alert {
        id: AlertId::new(1, 1),
        community: CommunityId::new(1, 1),
        person: PersonId::new(1, 99),
        cause: Cause::NoExit,
        metric: None,
        due: at(0),
        opened_at: at(0),
        confidence: Confidence::Identified,
        unconfirmed: false,
        state: AlertState::Open,
        owner: None,
        lease_until: None,
        ladder: Ladder::begun(steps, at(0)),
        reason: None,
        closed_by: None,
        closed_at: None,
        comment: String::new(),
        seen: None,
        rules_ver: 0,
        ver: 1,
    }
}

fn step(wait_minutes: u32) -> Step {
    Step {
        wait_minutes,
        tell: vec![Reach::Workers],
    }
}

/// Who is told at each of these minutes, where anybody is.
fn told(alert: &mut Alert, rules: &Rules, minutes: &[i64]) -> Vec<(i64, Vec<Reach>)> {
    let mut told = Vec::new();
    for minute in minutes {
        if let Some((after, tell)) = alert.clone().climb(&rules.ladder, at(*minute)) {
            told.push((*minute, tell));
            *alert = after;
        }
    }
    told
}

#[test]
fn one_step_after_the_other_and_then_the_last_until_somebody_has_it() {
    let rules = rules(usual());
    let mut alert = opened(&rules.ladder);
    let minutes: Vec<i64> = (0..90).collect();
    let want: [(i64, Vec<Reach>); 4] = [
        (5, vec![Reach::Workers, Reach::Station]),
        (20, vec![Reach::Admins]),
        (50, vec![Reach::Admins]),
        (80, vec![Reach::Admins]),
    ];
    assert_eq!(told(&mut alert, &rules, &minutes), want);
    assert_eq!(
        (alert.ladder.told, alert.ladder.next_at),
        (3, Some(at(110)))
    );
    let taken = alert.acknowledge(worker(1), &rules, at(100));
    let mut alert = taken.expect("nobody has it");
    assert!(told(&mut alert, &rules, &[110, 129]).is_empty());
    // Ten minutes were left of its wait.
    let mut alert = alert.lapse(at(130)).expect("lapsed");
    let again = told(&mut alert, &rules, &[139, 140]);
    assert_eq!(again, [(140, vec![Reach::Admins])]);
}

/// A sweeper that stood still for an hour tells one step, and gives the next its time (OnCall 1206: a wait
/// that is lost).
#[test]
fn a_late_step_does_not_take_the_wait_of_the_next() {
    let rules = rules(usual());
    let mut alert = opened(&rules.ladder);
    let rows = told(&mut alert, &rules, &[60, 60, 61, 74, 75]);
    let when: Vec<i64> = rows.iter().map(|(minute, _)| *minute).collect();
    assert_eq!(when, [60, 75]);
}

/// Two minutes of five had passed when somebody took it on: three are left when their lease lapses.
#[test]
fn what_was_left_of_a_wait_is_left_after_a_lease() {
    let rules = rules(usual());
    let taken = opened(&rules.ladder).acknowledge(worker(1), &rules, at(2));
    let mut alert = taken.expect("nobody has it");
    assert!(told(&mut alert, &rules, &[2, 5, 31]).is_empty());
    assert!(!alert.calls(at(31)) && alert.calls(at(32)));
    // Whoever goes on having it changes nothing of that.
    let longer = alert.acknowledge(worker(1), &rules, at(20));
    let mut alert = longer.expect("theirs").lapse(at(50)).expect("lapsed");
    let rows = told(&mut alert, &rules, &[50, 52, 53, 67, 68]);
    let when: Vec<i64> = rows.iter().map(|(minute, _)| *minute).collect();
    assert_eq!(when, [53, 68]);
}

#[test]
fn fewer_steps_than_were_begun_repeat_the_last_there_is() {
    let mut alert = opened(&usual());
    let rules = rules(vec![step(0)]);
    assert_eq!(
        told(&mut alert, &rules, &[4, 5, 6, 34, 35]),
        [(5, vec![Reach::Workers]), (35, vec![Reach::Workers])]
    );
    assert_eq!((alert.ladder.told, alert.ladder.next_at), (1, Some(at(65))));
}

#[derive(Clone, Debug)]
enum Move {
    Pass,
    Acknowledge(u128),
    Close(u128),
    Withdraw,
}

fn any_move() -> impl Strategy<Value = (i64, Move)> {
    let what = prop_oneof![
        12 => Just(Move::Pass),
        4 => (0..3_u128).prop_map(Move::Acknowledge),
        1 => (0..3_u128).prop_map(Move::Close),
        1 => Just(Move::Withdraw),
    ];
    (0..40_i64, what)
}

fn any_steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(1..60_u32, 0..5).prop_map(|waits| {
        let mut steps = vec![step(0)];
        steps.extend(waits.into_iter().map(step));
        steps
    })
}

proptest! {
    #[test]
    fn nobody_is_told_too_early_twice_or_while_somebody_has_it(
        steps in any_steps(),
        moves in prop::collection::vec(any_move(), 0..80),
    ) {
        let rules = rules(steps.clone());
        let mut alert = opened(&steps);
        let wait = |n: usize| {
            let minutes = steps.get(n).map_or(limits::LADDER_REPEAT_MINUTES, |step| step.wait_minutes);
            i64::from(minutes)
        };
        let (mut now, mut open_minutes, mut told, mut due) = (0, 0, 1_usize, wait(1));
        for (minutes, what) in moves {
            // Minute by minute, as the sweeper looks.
            for _ in 0..minutes {
                now += 1;
                let calls = alert.state == AlertState::Open;
                open_minutes += i64::from(calls);
                if let Some(after) = alert.clone().lapse(at(now)) {
                    prop_assert!(alert.calls(at(now)));
                    alert = after;
                }
                if let Some((after, tell)) = alert.clone().climb(&steps, at(now)) {
                    prop_assert!(alert.calls(at(now)), "somebody has it, or it is over");
                    prop_assert_eq!(&tell, &steps[told.min(steps.len() - 1)].tell);
                    prop_assert_eq!(open_minutes, due, "the waits, and nothing but these");
                    told += 1;
                    due += wait(told);
                    alert = after;
                }
                prop_assert_eq!(usize::from(alert.ladder.told), told.min(steps.len()));
            }
            let before = alert.clone();
            let moved = match what {
                Move::Pass => None,
                Move::Acknowledge(who) => alert.clone().acknowledge(worker(who), &rules, at(now)).ok(),
                Move::Close(who) => {
                    let why = (AlertReason::Away, String::new());
                    alert.clone().close(worker(who), why, at(now)).ok()
                }
                Move::Withdraw => Some(alert.clone().withdraw(at(now))),
            };
            alert = moved.unwrap_or(before);
            let waits = alert.ladder.next_at.is_some();
            prop_assert!(!waits || alert.state == AlertState::Open, "only what is open waits");
            let open = alert.state == AlertState::Open;
            prop_assert_eq!(open, waits, "what is open waits for its next step, however many were told");
        }
    }
}

#[test]
fn a_doubt_is_over_once_the_door_spoke_and_missed_nothing() {
    let doubted = Alert {
        unconfirmed: true,
        ..opened(&usual())
    };
    let (sure, inferred) = (Confidence::Identified, Confidence::Inferred);
    let rows = [
        // Late still; spoke again; dead, whatever else.
        ((true, false), (true, sure)),
        ((false, false), (false, sure)),
        ((false, true), (true, inferred)),
        ((true, true), (true, inferred)),
    ];
    for ((late, dead), expected) in rows {
        let after = doubted.clone().doubted(late, dead);
        let found = (after.unconfirmed, after.confidence);
        assert_eq!(found, expected, "late {late}, dead {dead}");
        let certain = opened(&usual());
        assert_eq!(certain.clone().doubted(late, dead), certain);
    }
}

#[test]
fn waits_are_of_minutes() {
    let alert = opened(&[step(0), step(7)]);
    assert_eq!(alert.ladder.next_at, Some(at(7)));
    let paused = alert.ladder.paused(at(3));
    assert_eq!(paused.left, Some(SignedDuration::from_mins(4)));
    assert_eq!(paused.paused(at(5)), paused);
    assert_eq!(paused.resumed(at(100)).next_at, Some(at(104)));
}

#[test]
fn a_sign_moves_an_alert_along_or_is_noted_and_nobody_loses_it() {
    let alert = opened(&[step(0), step(7)]);
    let mine = alert
        .acknowledge(worker(1), &rules(vec![step(0), step(7)]), at(3))
        .expect("nobody has it");
    let how = SeenHow::Identified;
    let seen = Seen {
        at: at(2),
        how,
        came_at: at(4),
    };
    let moved = mine.clone().moved((Silence::NoReturn, at(4)), seen);
    assert_eq!((moved.cause, moved.due), (Cause::NoReturn, at(4)));
    assert_eq!((moved.id, moved.ver), (mine.id, mine.ver + 1));
    assert_eq!(
        (moved.holder(at(5)), moved.seen),
        (Some(worker(1)), Some(seen))
    );
    let noted = mine.clone().noted(seen);
    assert_eq!(
        (noted.due, noted.holder(at(5))),
        (mine.due, Some(worker(1)))
    );
    let over = mine.withdrawn_by(seen, at(5));
    assert_eq!((over.state, over.seen), (AlertState::Withdrawn, Some(seen)));
    // What is over stays as it ended.
    let later = Seen {
        came_at: at(9),
        ..seen
    };
    assert_eq!(over.clone().noted(later), over);
    assert_eq!(over.clone().moved((Silence::NoExit, at(9)), later), over);
    assert_eq!(over.clone().withdrawn_by(later, at(9)), over);
}
