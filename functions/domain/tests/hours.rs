//! The rules of service time as tables, and what holds whatever people do.
//!
//! A row of an attendance reads `state  moment  step -> outcome`, columns two spaces apart; `a | b`
//! means each of them. The activity lasts two hours; moments count from its `start` or `end`. Whoever
//! is `in` came with the start, unless a moment says otherwise, and whoever is `out` left at its end.

use std::collections::BTreeSet;

use domain::availability::Span;
use domain::hands::Shared;
use domain::hours::{
    Attendance, Claim, Entry, EntryStateName, Hand, Mark, Presence, Said, Sign, Source, Step,
    asked_at, door_step, door_steps, door_until, refuse_second_correction, refuse_twice,
};
use domain::{CommunityId, EntryId, PersonId, Refusal, limits};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

macro_rules! rules {
    ($($name:ident $rows:literal)+) => {
        $(#[test] fn $name() { check($rows); })+
        const TABLES: &[&str] = &[$($rows),+];
    };
}

rules! {
    check_in_is_from_half_an_hour_before_the_start_to_the_end "
        expected | no_show  start-30m-1s  come  -> refused too_early from start-30m
        expected | no_show  start-30m     come  -> in
        expected | no_show  end           come  -> in
        expected | no_show  end+1s        come  -> refused too_late
        in                  start+5m      come  -> refused already_checked_in
        out                 end           come  -> refused already_checked_out
        review | asked      end+3h        come  -> refused too_late
        settled             end           come  -> refused already_settled
    "

    check_out_is_until_two_hours_after_the_end "
        in                  start+1m      leave  -> out 1
        in                  end+2h        leave  -> out 120
        in                  end+2h+1s     leave  -> refused too_late
        in start-20m        start-10m     leave  -> out 0
        in start-20m        start+10m     leave  -> out 10
        expected | no_show  end           leave  -> refused not_checked_in
        out                 end           leave  -> refused already_checked_out
        review | asked      end+3h        leave  -> refused too_late
        settled             end           leave  -> refused already_settled
    "

    a_forgotten_check_out_is_capped_and_asked_about "
        in                  end+2h-1s     lapse  -> refused too_early from end+2h
        in                  end+2h        lapse  -> review 120
        in start+30m        end+30h       lapse  -> review 90
        expected | no_show  end+2h        lapse  -> refused not_checked_in
        out                 end+2h        lapse  -> refused already_checked_out
        review | asked      end+3h        lapse  -> refused already_checked_in
        settled             end+3h        lapse  -> refused already_settled
        review              end+20h-1s    ask    -> refused too_early from end+20h
        review              end+20h       ask    -> asked
        asked               end+20h       ask    -> refused already_checked_out
        expected | no_show  end+20h       ask    -> refused not_checked_in
        in                  end+20h       ask    -> refused already_checked_in
        out                 end+20h       ask    -> refused already_checked_out
        settled             end+20h       ask    -> refused already_settled
    "

    who_did_not_come_is_recorded_a_quarter_of_an_hour_after_the_start "
        expected            start+15m-1s  missed  -> refused too_early from start+15m
        expected            start+15m     missed  -> no_show
        no_show             end           missed  -> no_show
        in                  end           missed  -> refused already_checked_in
        out                 start+15m-1s  missed  -> refused already_checked_out
        out                 end           missed  -> refused already_checked_out
        out start+1h59m     end           missed  -> refused already_checked_out
        out end-30s         start+15m-1s  missed  -> refused too_early from start+15m
        out end-30s         end           missed  -> no_show
        taken               end+3h        missed  -> no_show
        review | asked      end+3h        missed  -> no_show
        review | asked      start+91d     missed  -> no_show
        settled             end           missed  -> refused already_settled
    "

    no_more_is_settled_than_was_attended "
        out                 end           settle 120  -> settled
        out                 end           settle 1    -> settled
        out                 end           settle 121  -> refused minutes_above 120
        in                  end-1s        settle 60   -> refused too_early from end
        in                  end           settle 120  -> settled
        in start+30m        end           settle 91   -> refused minutes_above 90
        review | asked      end+30h       settle 120  -> settled
        review | asked      end+30h       settle 121  -> refused minutes_above 120
        out                 start+90d     settle 120  -> settled
        out                 start+90d+1s  settle 120  -> refused too_late
        taken               end+30h       settle 120  -> settled
        taken               end+30h       settle 121  -> refused minutes_above 120
        taken               start+90d+1s  settle 120  -> refused too_late
        taken end-30s       end+30h       settle 1    -> refused minutes_above 0
        expected | no_show  end           settle 1    -> refused not_checked_in
        settled             end           settle 1    -> refused already_settled
    "

    whoever_was_marked_missing_is_seen_as_before "
        taken               end-1s        come    -> in
        taken               end+3h        come    -> refused too_late
        taken               end+3h        leave   -> refused not_checked_in
        taken               end+3h        lapse   -> refused not_checked_in
        taken               end+20h       ask     -> refused not_checked_in
        taken               end+3h        say     -> refused not_checked_in
    "

    only_whoever_forgot_to_check_out_says_when_they_left "
        review              end+3h        say     -> review 120
        asked               end+30h       say     -> asked
        review              start+90d     say     -> review 120
        asked               start+90d     say     -> asked
        review | asked      start+90d+1s  say     -> refused too_late
        expected | no_show  end+3h        say     -> refused not_checked_in
        in                  end+1h        say     -> refused already_checked_in
        out                 end+3h        say     -> refused already_checked_out
        settled             end+3h        say     -> refused already_settled
    "
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000 / 3_600 * 3_600 + seconds).expect("in range")
}

fn planned() -> Span {
    Span {
        from: at(0),
        until: at(7_200),
    }
}

fn person(n: u128) -> PersonId {
    PersonId::new(1, n)
}

fn entry_id(n: u128) -> EntryId {
    EntryId::new(2, n)
}

fn moment(text: &str) -> Timestamp {
    let end = text.find(['+', '-']).unwrap_or(text.len());
    let (anchor, rest) = text.split_at(end);
    let mut second = match anchor {
        "start" => 0,
        "end" => 7_200,
        _ => panic!("no anchor in {text}"),
    };
    let mut sign = 1;
    let mut number = String::new();
    for c in rest.chars() {
        match c {
            '+' => sign = 1,
            '-' => sign = -1,
            '0'..='9' => number.push(c),
            unit => {
                let scale = match unit {
                    's' => 1,
                    'm' => 60,
                    'h' => 3_600,
                    'd' => 86_400,
                    _ => panic!("no unit in {text}"),
                };
                second += sign * scale * number.parse::<i64>().expect("a number");
                number.clear();
            }
        }
    }
    at(second)
}

fn mark(at: Timestamp) -> Mark {
    Mark {
        at,
        sign: Sign::Code,
        by: person(1),
    }
}

fn attendance(text: &str) -> Attendance {
    let mut words = text.split_whitespace();
    let state = words.next().expect("a state");
    let came = words.next().map_or(at(0), moment);
    let entry = entry_id(1);
    let by = person(9);
    let (came, left, presence) = match state {
        "expected" => (None, None, Presence::Expected),
        "no_show" => (None, None, Presence::NoShow { by, at: at(900) }),
        // Marked missing although somebody had seen them.
        "taken" => (Some(came), None, Presence::NoShow { by, at: at(900) }),
        "in" => (Some(came), None, Presence::In),
        "out" => (Some(came), Some(at(7_200)), Presence::Out),
        "review" => {
            let ask_at = Some(moment("end+20h"));
            (Some(came), None, Presence::Review { ask_at })
        }
        "asked" => (Some(came), None, Presence::Review { ask_at: None }),
        "settled" => {
            let minutes = 120;
            (Some(came), None, Presence::Settled { entry, minutes })
        }
        other => panic!("no state {other}"),
    };
    Attendance {
        came: came.map(mark),
        left: left.map(mark),
        presence,
        ..Attendance::expected(planned())
    }
}

fn step(text: &str, now: Timestamp) -> Step {
    match text.split_whitespace().collect::<Vec<_>>()[..] {
        ["come"] => Step::Come(mark(now)),
        ["leave"] => Step::Leave(mark(now)),
        ["missed"] => Step::Missed { by: person(9) },
        ["lapse"] => Step::Lapse {
            ask_at: moment("end+20h"),
        },
        ["ask"] => Step::Ask,
        ["say"] => Step::Say(Said {
            left: at(3_600),
            by: person(1),
            at: now,
        }),
        ["settle", minutes] => Step::Settle {
            entry: entry_id(1),
            minutes: minutes.parse().expect("minutes"),
        },
        _ => panic!("no step {text}"),
    }
}

fn outcome(result: &Result<Attendance, Refusal>) -> String {
    let minutes = |attendance: &Attendance| attendance.attended().map_or(0, Span::minutes);
    match result {
        Ok(after) => match after.presence {
            Presence::Review { ask_at: None } => "asked".into(),
            Presence::Out | Presence::Review { .. } => {
                format!("{} {}", after.presence.name(), minutes(after))
            }
            other => other.name().to_string(),
        },
        Err(Refusal::TooEarly { from }) => format!("refused too_early from {from}"),
        Err(Refusal::TooLate) => "refused too_late".into(),
        Err(Refusal::AlreadyCheckedIn) => "refused already_checked_in".into(),
        Err(Refusal::AlreadyCheckedOut) => "refused already_checked_out".into(),
        Err(Refusal::NotCheckedIn) => "refused not_checked_in".into(),
        Err(Refusal::AlreadySettled) => "refused already_settled".into(),
        Err(Refusal::MinutesAbove { max }) => format!("refused minutes_above {max}"),
        Err(other) => format!("refused {other:?}"),
    }
}

fn rows(table: &str) -> Vec<[String; 4]> {
    let mut rows = Vec::new();
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (left, outcome) = line.split_once(" -> ").expect("an outcome");
        let columns: Vec<&str> = left
            .split("  ")
            .map(str::trim)
            .filter(|c| !c.is_empty())
            .collect();
        let [states, moment, step] = columns[..] else {
            panic!("three columns: {line}");
        };
        for state in states.split(" | ") {
            rows.push([state, moment, step, outcome.trim()].map(str::to_owned));
        }
    }
    rows
}

fn check(table: &str) {
    for [state, when, what, wanted] in rows(table) {
        let now = moment(&when);
        let got = outcome(&attendance(&state).apply(step(&what, now), now));
        let wanted = match wanted.split_once(" from ") {
            Some((head, from)) => format!("{head} from {}", moment(from)),
            None => wanted,
        };
        assert_eq!(got, wanted, "{state}  {when}  {what}");
    }
}

#[test]
fn every_pair_of_state_and_step_has_a_row() {
    let pair = |[state, _, step, _]: [String; 4]| {
        let word = |text: &str| text.split(' ').next().unwrap_or_default().to_owned();
        (word(&state), word(&step))
    };
    let pairs: BTreeSet<_> = TABLES
        .iter()
        .flat_map(|table| rows(table))
        .map(pair)
        .collect();
    for state in [
        "expected", "no_show", "taken", "in", "out", "review", "asked", "settled",
    ] {
        for step in ["come", "leave", "missed", "lapse", "ask", "say", "settle"] {
            assert!(
                pairs.contains(&(state.into(), step.into())),
                "{state} {step}"
            );
        }
    }
}

#[test]
fn the_code_of_a_minute_ago_is_none_of_those_taken() {
    for second in 0..600 {
        let now = at(second);
        let taken = door_steps(now);
        assert!(taken.contains(&door_step(now)));
        assert!(door_until(door_step(now)) > now);
        for age in [60, 61, 90, 3_600] {
            assert!(
                !taken.contains(&door_step(at(second - age))),
                "{second} {age}"
            );
        }
        for step in taken {
            let gone = now.duration_since(door_until(step)).as_secs();
            assert!(gone < limits::DOOR_GRACE_SECONDS, "{second}: {gone}");
        }
    }
    for extreme in [Timestamp::MIN, Timestamp::MAX] {
        assert!(!door_steps(extreme).is_empty());
        let _ = door_until(door_step(extreme));
    }
}

#[test]
fn both_sides_are_asked_on_the_next_morning() {
    let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
    let asked = |ended: &str| asked_at(ended.parse().expect("a moment"), &zone).to_string();
    assert_eq!(asked("2026-11-24T09:00:00Z"), "2026-11-25T01:00:00Z");
    assert_eq!(asked("2026-11-24T15:59:59Z"), "2026-11-25T01:00:00Z");
    assert_eq!(asked("2026-11-24T16:00:00Z"), "2026-11-26T01:00:00Z");
    let _ = asked_at(Timestamp::MAX, &zone);
}

fn claim(n: u128, from: i64, until: i64) -> Claim {
    Claim {
        id: entry_id(n),
        community: CommunityId::new(1, 1),
        person: person(1),
        activity: None,
        what: "送餐".into(),
        span: Span {
            from: at(from),
            until: at(until),
        },
        evidence: "王阿姨知道".into(),
    }
}

fn hand(n: u128) -> Hand {
    Hand {
        person: person(n),
        speaks: false,
        approves: true,
        shared: Shared::default(),
    }
}

fn own() -> Hand {
    Hand {
        approves: false,
        ..hand(1)
    }
}

#[test]
fn an_hour_by_hand_takes_two_others() {
    let now = at(7_200);
    let written = Entry::manual(claim(1, 0, 3_600), own(), now).expect("written down");
    assert_eq!((written.minutes, written.source), (60, Source::Manual));
    let guardian = Hand {
        speaks: true,
        ..hand(5)
    };
    for none in [own(), hand(1), guardian] {
        let approved = written.clone().approve(none.clone(), now);
        assert_eq!(approved, Err(Refusal::OwnHours));
        let refused = written.clone().refuse(none, "不".into(), now);
        assert_eq!(refused, Err(Refusal::OwnHours));
    }
    let once = written.approve(hand(2), now).expect("once");
    assert!(!once.counts());
    assert_eq!(
        once.clone().approve(hand(2), now),
        Err(Refusal::SameApprover)
    );
    let twice = once.clone().approve(hand(3), now).expect("twice");
    assert!(twice.counts());
    let state = EntryStateName::Approved;
    assert_eq!(twice.approve(hand(4), now), Err(Refusal::EntryIs { state }));
    let refused = once
        .refuse(hand(3), "不是那天".into(), now)
        .expect("refused");
    let state = EntryStateName::Refused;
    assert_eq!(
        refused.approve(hand(4), now),
        Err(Refusal::EntryIs { state })
    );
}

#[test]
fn staff_who_write_for_another_are_the_first_and_never_both() {
    let now = at(7_200);
    let written = Entry::manual(claim(1, 0, 3_600), hand(2), now).expect("written down");
    assert_eq!(written.approvals.len(), 1);
    assert_eq!(
        written.clone().approve(hand(2), now),
        Err(Refusal::SameApprover)
    );
    assert!(written.approve(hand(3), now).expect("second").counts());
    let for_oneself = Entry::manual(claim(1, 0, 3_600), hand(1), now).expect("written down");
    assert!(
        for_oneself.approvals.is_empty(),
        "an admin is nobody's approver for themselves"
    );
}

#[test]
fn time_by_hand_is_over_and_recent_and_short() {
    let now = at(90 * 86_400);
    let written = |from, until| Entry::manual(claim(1, from, until), own(), now).map(|e| e.minutes);
    assert_eq!(written(0, 3_600), Ok(60));
    let earliest = at(0);
    assert_eq!(written(-1, 3_600), Err(Refusal::HoursOld { earliest }));
    assert_eq!(written(0, 12 * 3_600), Ok(720));
    assert_eq!(written(0, 12 * 3_600 + 59), Ok(720));
    assert_eq!(
        written(0, 12 * 3_600 + 60),
        Err(Refusal::HoursLong { max: 720 })
    );
    let end = 90 * 86_400;
    assert_eq!(written(end - 60, end), Ok(1));
    assert_eq!(written(end - 60, end + 1), Err(Refusal::HoursAhead));
    let mut wild = claim(1, 0, 0);
    for (from, until) in [
        (Timestamp::MIN, Timestamp::MAX),
        (Timestamp::MAX, Timestamp::MAX),
        (Timestamp::MIN, Timestamp::MIN),
    ] {
        wild.span = Span { from, until };
        assert!(Entry::manual(wild.clone(), own(), now).is_err());
    }
}

#[test]
fn a_correction_stands_beside_what_it_corrects_and_within_the_planned_time() {
    let now = at(7_200);
    let late = attendance("in start+30m");
    let (entry, settled) =
        Entry::attended(claim(1, 0, 0), late, 90, hand(2), now).expect("settled");
    assert!(entry.counts() && settled.presence.name().as_str() == "settled");
    assert_eq!(entry.source, Source::Attendance);
    let own_time = Entry::attended(claim(1, 0, 0), late, 90, hand(1), now);
    assert_eq!(own_time, Err(Refusal::OwnHours));

    let correct =
        |minutes, by| entry.corrected(entry_id(2), minutes, "迟到是因为下雨".into(), by, now);
    assert_eq!(correct(121, own()), Err(Refusal::MinutesAbove { max: 120 }));
    assert_eq!(correct(90, own()), Err(Refusal::MinutesSame));
    let less = correct(45, hand(3)).expect("less");
    assert_eq!((less.source, less.span), (Source::Attendance, entry.span));
    let more = correct(120, own()).expect("more");
    assert_eq!((more.source, more.span), (Source::Manual, planned()));
    let none = correct(0, own()).expect("it did not take place");
    assert!(!none.takes_time());

    let all = [entry.clone(), more.clone()];
    assert_eq!(
        refuse_second_correction(entry.id, &all),
        Err(Refusal::CorrectionOpen)
    );
    let overlap = Refusal::HoursOverlap { with: entry.id };
    assert_eq!(refuse_twice(more.span, &all[..1], None), Err(overlap));
    assert_eq!(refuse_twice(more.span, &all[..1], more.supersedes), Ok(()));
    let state = EntryStateName::Pending;
    let pending = more.corrected(entry_id(3), 10, String::new(), own(), now);
    assert_eq!(pending, Err(Refusal::EntryIs { state }));

    let after = entry.clone().supersede(more.id, now).expect("superseded");
    assert_eq!(
        (after.minutes, after.span),
        (entry.minutes, entry.span),
        "nothing of it changed"
    );
    assert!(!after.takes_time());
}

#[test]
fn whoever_saw_them_come_or_go_does_not_settle_it() {
    let now = at(7_200);
    let seen = |by: u128, at| Mark {
        sign: Sign::Card,
        by: person(by),
        ..mark(at)
    };
    let attended = |came: u128, left: Option<u128>| Attendance {
        came: Some(seen(came, at(0))),
        left: left.map(|by| seen(by, at(3_600))),
        presence: left.map_or(Presence::In, |_| Presence::Out),
        ..Attendance::expected(planned())
    };
    let settle = |attendance, by| {
        let done = Entry::attended(claim(1, 0, 0), attendance, 60, hand(by), now);
        done.map(|(entry, _)| entry.minutes)
    };
    let no = Err(Refusal::SameApprover);
    for (came, left) in [
        (2, Some(2)),
        (2, Some(1)),
        (1, Some(2)),
        (2, Some(3)),
        (3, Some(2)),
        (2, None),
    ] {
        assert_eq!(settle(attended(came, left), 2), no, "{came} {left:?}");
        assert_eq!(settle(attended(came, left), 4), Ok(60), "{came} {left:?}");
    }
    let asked = Attendance {
        presence: Presence::Review { ask_at: None },
        ..attended(2, None)
    };
    assert_eq!((settle(asked, 2), settle(asked, 4)), (no, Ok(60)));
    let settled = Attendance {
        presence: Presence::Settled {
            entry: entry_id(1),
            minutes: 60,
        },
        ..attended(2, Some(2))
    };
    assert_eq!(settle(settled, 4), Err(Refusal::AlreadySettled));
}

#[test]
fn what_somebody_says_of_their_leaving_is_kept_and_makes_no_minute() {
    let forgot = attendance("review");
    for (second, may) in [(-60, false), (-59, true), (7_200, true), (7_201, false)] {
        assert_eq!(forgot.may_have_left(at(second)), may, "{second}");
    }
    assert!(!attendance("expected").may_have_left(at(60)));
    let said = |left| {
        let (by, now) = (person(1), moment("end+3h"));
        let said = Said { left, by, at: now };
        forgot.apply(Step::Say(said), now).expect("it is theirs")
    };
    for (left, minutes) in [(-59, 0), (0, 0), (3_599, 59), (3_600, 60), (7_200, 120)] {
        let after = said(at(left));
        assert_eq!(after.said_minutes(), Some(minutes));
        assert_eq!(
            (after.minutes(), after.presence),
            (Some(120), forgot.presence)
        );
        let settle = Step::Settle {
            entry: entry_id(1),
            minutes: 120,
        };
        let settled = after.apply(settle, moment("end+3h")).expect("settled");
        assert_eq!(settled.said, after.said, "who settles decides");
    }
    assert_eq!(said(at(3_600)).due(), forgot.due(), "both sides are asked");
    let early = Attendance {
        came: Some(mark(at(-1_200))),
        ..said(at(-600))
    };
    assert_eq!(
        early.said_minutes(),
        Some(0),
        "before the start none counts"
    );
}

#[derive(Clone, Debug)]
enum Play {
    Write {
        by: u128,
        from: i64,
        minutes: i64,
    },
    Attend {
        seen: u128,
        by: u128,
        from: i64,
        minutes: u32,
    },
    Approve {
        by: u128,
        which: usize,
    },
    Refuse {
        by: u128,
        which: usize,
    },
    Correct {
        by: u128,
        which: usize,
        minutes: u32,
    },
}

fn play() -> impl Strategy<Value = Play> {
    let by = 1_u128..5;
    let which = 0_usize..40;
    prop_oneof![
        (by.clone(), 0_i64..30, 1_i64..200).prop_map(|(by, from, minutes)| Play::Write {
            by,
            from: from * 1_800,
            minutes
        }),
        (by.clone(), by.clone(), 0_i64..30, 0_u32..200).prop_map(|(seen, by, from, minutes)| {
            Play::Attend {
                seen,
                by,
                from: from * 1_800,
                minutes,
            }
        }),
        (by.clone(), which.clone()).prop_map(|(by, which)| Play::Approve { by, which }),
        (by.clone(), which.clone()).prop_map(|(by, which)| Play::Refuse { by, which }),
        (by, which, 0_u32..200).prop_map(|(by, which, minutes)| Play::Correct {
            by,
            which,
            minutes
        }),
    ]
}

/// What a person's entries become by one more step, as the service decides it.
fn played(mut all: Vec<Entry>, play: Play, n: u128, now: Timestamp) -> Vec<Entry> {
    let one = |all: &[Entry], which: usize| all.get(which % all.len().max(1)).cloned();
    match play {
        Play::Write { by, from, minutes } => {
            let claim = claim(n, from, from + 60 * minutes);
            let entry = Entry::manual(claim, hand(by), now);
            let free = entry
                .ok()
                .filter(|e| refuse_twice(e.span, &all, None).is_ok());
            all.extend(free);
        }
        Play::Attend {
            seen,
            by,
            from,
            minutes,
        } => {
            let planned = Span {
                from: at(from),
                until: at(from + 7_200),
            };
            let at = planned.from + SignedDuration::from_mins(7);
            let came = Some(Mark {
                by: person(seen),
                ..mark(at)
            });
            let presence = Presence::In;
            let attendance = Attendance {
                came,
                presence,
                ..Attendance::expected(planned)
            };
            let done = Entry::attended(claim(n, 0, 0), attendance, minutes, hand(by), now);
            assert!(
                seen != by || done.is_err(),
                "whoever saw them confirms it alone"
            );
            let free = done
                .ok()
                .filter(|(e, _)| refuse_twice(e.span, &all, None).is_ok());
            all.extend(free.map(|(entry, _)| entry));
        }
        Play::Approve { by, which } => {
            let Some(after) = one(&all, which).and_then(|e| e.approve(hand(by), now).ok()) else {
                return all;
            };
            let old = after.supersedes.filter(|_| after.counts());
            for entry in &mut all {
                if entry.id == after.id {
                    *entry = after.clone();
                } else if Some(entry.id) == old {
                    *entry = entry.clone().supersede(after.id, now).expect("it stood");
                }
            }
        }
        Play::Refuse { by, which } => {
            let Some(after) =
                one(&all, which).and_then(|e| e.refuse(hand(by), "不".into(), now).ok())
            else {
                return all;
            };
            all.iter_mut()
                .filter(|e| e.id == after.id)
                .for_each(|e| *e = after.clone());
        }
        Play::Correct { by, which, minutes } => {
            let Some(old) = one(&all, which) else {
                return all;
            };
            let made = old.corrected(entry_id(n), minutes, "改".into(), hand(by), now);
            let free = made.ok().filter(|e| {
                refuse_second_correction(old.id, &all).is_ok()
                    && refuse_twice(e.span, &all, e.supersedes).is_ok()
            });
            all.extend(free);
        }
    }
    all
}

proptest! {
    #[test]
    fn nobody_alone_makes_an_hour_and_no_minute_counts_twice(plays in prop::collection::vec(play(), 0..80)) {
        let now = at(30 * 86_400);
        let mut all: Vec<Entry> = Vec::new();
        for (n, play) in (100_u128..).zip(plays) {
            let before = all.clone();
            all = played(all, play, n, now);
            for old in &before {
                let new = all.iter().find(|e| e.id == old.id).expect("nothing is taken away");
                prop_assert_eq!((new.minutes, new.span), (old.minutes, old.span), "nothing is edited");
            }
            let counted: Vec<&Entry> = all.iter().filter(|e| e.counts() && e.minutes > 0).collect();
            for (i, one) in counted.iter().enumerate() {
                prop_assert!(one.minutes <= one.span.minutes());
                prop_assert!(one.within.contains(one.span));
                let by: BTreeSet<_> = one.approvals.iter().map(|a| a.by).collect();
                prop_assert!(!by.contains(&one.person));
                let settled = one.source == Source::Attendance && one.supersedes.is_none();
                let wanted = if settled { 1 } else { 2 };
                prop_assert!(by.len() >= wanted);
                for other in &counted[i + 1..] {
                    prop_assert!(!one.span.overlaps(other.span));
                }
            }
        }
    }
}
