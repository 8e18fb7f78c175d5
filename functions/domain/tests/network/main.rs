//! The rules of passing service time on, as tables, and what holds whatever comes back.
//!
//! A row of a record reads `state  step -> outcome`, columns two spaces apart; `a | b` means each of
//! them. A state may be `old` (superseded) or `gone` (its person left). What was sent is in the first
//! batch; `elsewhere` is an answer to another one, and `other` says otherwise than the first answer.
//!
//! Here: how far a record gets. [`files`] is what leaves, [`lists`] what comes back and is compared,
//! [`random`] what holds whatever was done.

mod files;
mod lists;
mod random;

use std::collections::BTreeSet;

use domain::availability::Span;
use domain::hours::{Claim, Entry, Hand};
use domain::network::{Month, Passed, Record, RecordState, Step, counted, is_identity_card};
use domain::{CommunityId, EntryId, NetworkBatchId, PersonId, Refusal};
use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;

const ROWS: &str = "
    waiting                                       send              -> sent
    waiting                                       accept | reject | accept elsewhere | accept other | reject other  -> refused waiting
    waiting                                       again             -> refused waiting
    waiting gone                                  send | again      -> refused waiting
    sent                                          accept            -> accepted
    sent                                          accept other      -> accepted
    sent                                          reject            -> rejected
    sent                                          reject other      -> rejected
    sent | accepted | rejected                    accept elsewhere  -> refused differs
    sent                                          send | again      -> refused sent
    accepted                                      accept            -> same
    accepted                                      accept other | reject | reject other  -> refused differs
    accepted                                      send | again      -> refused accepted
    rejected                                      reject            -> same
    rejected                                      reject other | accept | accept other  -> refused differs
    rejected                                      send              -> refused rejected
    rejected                                      again             -> waiting
    rejected gone                                 again             -> refused rejected
    waiting | sent | accepted | rejected          supersede         -> superseded
    waiting old | sent old | accepted old | rejected old  supersede | send | again  -> refused superseded
    waiting old                                   accept | reject | accept elsewhere | accept other | reject other  -> refused superseded
    sent old                                      accept | reject | accept other | reject other  -> superseded
    accepted old                                  accept            -> same
    accepted old                                  reject | accept other | reject other  -> refused differs
    rejected old                                  reject            -> same
    rejected old                                  accept | accept other | reject other  -> refused differs
    sent old | accepted old | rejected old        accept elsewhere  -> refused differs
";

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000 + seconds).expect("in range")
}

fn person(n: u128) -> PersonId {
    PersonId::new(1, n)
}

fn batch(n: u128) -> NetworkBatchId {
    NetworkBatchId::new(1, n)
}

fn record(n: u128, minutes: u32) -> Record {
    Record {
        entry: EntryId::new(1, n),
        community: CommunityId::new(1, 1),
        person: person(7),
        starts: at(0),
        minutes,
        passed: Passed::Waiting,
        superseded_by: None,
        revision_of: None,
        left: Vec::new(),
        gone: false,
        changed_at: at(0),
        ver: 1,
    }
}

fn step(words: &str) -> Step {
    let external = |said: &str| said.to_owned();
    match words {
        "send" => Step::Send {
            batch: batch(1),
            part: 0,
        },
        "accept" | "accept elsewhere" | "accept other" => Step::Accept {
            batch: batch(1 + u128::from(words.ends_with("elsewhere"))),
            external: external(if words.ends_with("other") { "N2" } else { "N1" }),
        },
        "reject" | "reject other" => Step::Reject {
            batch: batch(1),
            reason: external(if words.ends_with("other") {
                "其他"
            } else {
                "编号不对"
            }),
        },
        "again" => Step::Again,
        "supersede" => Step::Supersede {
            by: EntryId::new(9, 9),
        },
        other => panic!("no step {other}"),
    }
}

const STEPS: [&str; 8] = [
    "send",
    "accept",
    "accept elsewhere",
    "accept other",
    "reject",
    "reject other",
    "again",
    "supersede",
];

fn state(words: &str) -> Record {
    let (name, mark) = words.split_once(' ').unwrap_or((words, ""));
    let path: &[&str] = match name {
        "waiting" => &[],
        "sent" => &["send"],
        "accepted" => &["send", "accept"],
        "rejected" => &["send", "reject"],
        other => panic!("no state {other}"),
    };
    let mut now = record(1, 60);
    for words in path {
        now = now.apply(step(words), at(1)).expect("the way there");
    }
    match mark {
        "" => now,
        "old" => now.apply(step("supersede"), at(1)).expect("superseded"),
        "gone" => Record { gone: true, ..now },
        other => panic!("no mark {other}"),
    }
}

fn outcome(before: &Record, words: &str) -> String {
    match before.clone().apply(step(words), at(2)) {
        Ok(after) if after == *before => "same".to_owned(),
        Ok(after) => {
            assert_eq!(after.ver, before.ver + 1, "{words}");
            assert_eq!(after.changed_at, at(2), "{words}");
            after.state().to_string()
        }
        Err(Refusal::RecordIs { state }) => format!("refused {state}"),
        Err(Refusal::AnswerDiffers) => "refused differs".to_owned(),
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn records_move_along_these_lines_only() {
    let mut met = BTreeSet::new();
    for row in ROWS.lines().map(str::trim).filter(|row| !row.is_empty()) {
        let (said, want) = row.split_once("->").expect("an outcome");
        let mut columns = said
            .split("  ")
            .map(str::trim)
            .filter(|one| !one.is_empty());
        let (states, steps) = (
            columns.next().expect("states"),
            columns.next().expect("steps"),
        );
        for from in states.split(" | ") {
            for words in steps.split(" | ") {
                let told = outcome(&state(from), words);
                assert_eq!(told, want.trim(), "{from}, {words}");
                assert!(
                    met.insert((from.to_owned(), words.to_owned())),
                    "{from}, {words} twice"
                );
            }
        }
    }
    for name in ["waiting", "sent", "accepted", "rejected"] {
        for mark in ["", " old"] {
            for words in STEPS {
                let pair = (format!("{name}{mark}"), words.to_owned());
                assert!(met.contains(&pair), "{pair:?} has no row");
            }
        }
    }
}

fn hand(n: u128, approves: bool) -> Hand {
    Hand {
        person: person(n),
        speaks: false,
        approves,
        shared: Default::default(),
    }
}

/// Two hours by hand that two others approved.
fn entry(n: u128) -> Entry {
    let claim = Claim {
        id: EntryId::new(1, n),
        community: CommunityId::new(1, 1),
        person: person(7),
        activity: None,
        what: "扫雪".into(),
        span: Span {
            from: at(0),
            until: at(7_200),
        },
        evidence: String::new(),
    };
    let made = Entry::manual(claim, hand(8, true), at(10_000)).expect("written down");
    made.approve(hand(9, true), at(10_060)).expect("approved")
}

/// An approved correction of it.
fn corrected(before: &Entry, n: u128, minutes: u32) -> Entry {
    let id = EntryId::new(1, n);
    let made = before.corrected(id, minutes, "更正".into(), hand(8, true), at(11_000));
    made.expect("handed in")
        .approve(hand(9, true), at(11_060))
        .expect("approved")
}

#[test]
fn what_counts_waits_and_a_correction_takes_its_place() {
    let first = entry(1);
    let (new, none) = counted(&first, None).expect("counts");
    let waits = new.expect("a record");
    assert_eq!(
        (waits.minutes, waits.state(), none),
        (120, RecordState::Waiting, None)
    );

    // What the network knows of the first by then, and what the second says it comes in the place of.
    let rows = [
        ("waiting", None),
        ("sent", Some(first.id)),
        ("accepted", Some(first.id)),
        ("rejected", None),
    ];
    for (name, revision_of) in rows {
        let before = Record {
            entry: first.id,
            ..state(name)
        };
        let (new, old) = counted(&corrected(&first, 2, 60), Some(before.clone())).expect("counts");
        let (new, old) = (new.expect("a record"), old.expect("another version"));
        assert_eq!(old.superseded_by, Some(new.entry), "{name}");
        assert_eq!(
            (&old.passed, old.ver),
            (&before.passed, before.ver + 1),
            "{name}"
        );
        assert_eq!(
            (new.state(), new.minutes),
            (RecordState::Waiting, 60),
            "{name}"
        );
        assert_eq!(new.revision_of, revision_of, "{name}");
        // That it did not take place is said only where they know of it.
        let (gone, _) = counted(&corrected(&first, 3, 0), Some(before)).expect("counts");
        assert_eq!(gone.and_then(|one| one.revision_of), revision_of, "{name}");
    }

    // A correction of a correction that never got there still comes in the place of the first.
    let second = corrected(&first, 2, 60);
    let known = Record {
        entry: first.id,
        ..state("accepted")
    };
    let (waiting, _) = counted(&second, Some(known)).expect("counts");
    let (third, _) = counted(&corrected(&second, 3, 30), waiting).expect("counts");
    assert_eq!(third.expect("a record").revision_of, Some(first.id));
    let twice = counted(&second, Some(state("sent old")));
    let state = RecordState::Superseded;
    assert_eq!(twice, Err(Refusal::RecordIs { state }));
}

#[test]
fn whoever_left_leaves_how_far_it_got() {
    let rejected = state("rejected");
    let silent = rejected.left_alone(at(5)).expect("something to forget");
    assert_eq!(
        (silent.reason(), silent.gone, silent.ver),
        (Some(""), true, rejected.ver + 1)
    );
    assert_eq!(silent.left_alone(at(6)), None);
    assert!(!state("waiting").left_alone(at(5)).expect("gone").waits());
}

#[test]
fn months_are_read_strictly_and_span_local_days() {
    for good in ["2026-01", "2026-12", "2000-06", "2999-12"] {
        let month: Month = good.parse().expect("a month");
        assert_eq!(month.to_string(), good);
        assert_eq!(
            serde_json::to_string(&month).expect("json"),
            format!("\"{good}\"")
        );
    }
    for bad in [
        "",
        "2026",
        "2026-13",
        "2026-00",
        "26-01",
        "2026-1",
        "+026-01",
        "1999-12",
        "2026-01-01",
        "２０２６-01",
    ] {
        assert!(bad.parse::<Month>().is_err(), "{bad}");
    }
    let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
    let month = Month::of(date(2026, 2, 28));
    let (from, until) = month.span(&zone).expect("moments");
    assert_eq!(from.to_string(), "2026-01-31T16:00:00Z");
    assert_eq!(until.to_string(), "2026-02-28T16:00:00Z");
}

#[test]
fn an_identity_cards_number_is_told_from_others() {
    for card in ["11010519491231002X", "11010519491231002x"] {
        assert!(is_identity_card(card), "{card}");
    }
    for other in [
        "110105194912310021",
        "11010519491331002X",
        "440524188001010014",
        "1101051949123100",
        "11010519491231002XX",
        "A1010519491231002X",
        "230102000000012",
        "",
        "志愿者编号十八个字",
    ] {
        assert!(!is_identity_card(other), "{other}");
    }
    assert_eq!(domain::activity::unified_number("11010519491231002x"), None);
}
