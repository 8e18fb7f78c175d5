//! The rules of passing service time on, as tables, and what holds whatever comes back.
//!
//! A row of a record reads `state  step -> outcome`, columns two spaces apart; `a | b` means each of
//! them. A state may be `old` (superseded) or `gone` (its person left). What was sent is in the first
//! batch; `elsewhere` is an answer to another one, and `other` says otherwise than the first answer.

use std::collections::{BTreeMap, BTreeSet};

use domain::availability::Span;
use domain::hours::{Claim, Entry, Hand, Source};
use domain::network::compare::{Amount, Answer, Difference, Held, NoAnswer, compare};
use domain::network::sheet::{Ground, Row, RowKind, csv, headings, hours, inert};
use domain::network::{
    Batch, Layout, Month, Part, Passed, Record, RecordState, Step, counted, is_identity_card,
};
use domain::{CommunityId, EntryId, NetworkBatchId, PersonId, Refusal, limits};
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

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

#[test]
fn hours_are_rounded_down_to_a_tenth() {
    let rows = [
        (0, "0.0"),
        (5, "0.0"),
        (6, "0.1"),
        (59, "0.9"),
        (60, "1.0"),
        (95, "1.5"),
        (96, "1.6"),
        (720, "12.0"),
    ];
    for (minutes, want) in rows {
        assert_eq!(hours(minutes), want, "{minutes}");
    }
}

#[test]
fn no_cell_is_a_formula_and_every_cell_stays_one() {
    for formula in [
        "=1+1", "+1", "-1", "@x", "＝1", "＋1", "－1", "＠x", " =1", "\t=1", "\tx", "\rx", "\nx",
    ] {
        assert_eq!(inert(formula), format!("'{formula}"), "{formula:?}");
    }
    for plain in ["", "王阿姨", "1-1", "a=b", "'=1", "1.5"] {
        assert_eq!(inert(plain), plain);
    }
    let text = csv([vec!["a,b", "=1", "say \"x\""], vec!["一\n二", "", "c;d"]]);
    assert_eq!(
        text,
        "\u{feff}\"a,b\",'=1,\"say \"\"x\"\"\"\r\n\"一\n二\",,\"c;d\"\r\n"
    );
}

fn open_batch() -> Batch {
    Batch {
        id: batch(1),
        community: CommunityId::new(1, 1),
        month: None,
        by: person(1),
        at: at(0),
        layout: Layout::First,
        issuer: "邻里社区".into(),
        records: 0,
        parts: 0,
        names: BTreeMap::from([(person(8), "李".into()), (person(9), "林".into())]),
        closed: false,
        ver: 0,
    }
}

fn row_of(entry: &Entry, record: &Record, before: Option<&Record>) -> Row {
    let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
    let ground = Ground {
        entry,
        name: "王阿姨",
        number: "SJ230102000001",
        activity: None,
        before,
        zone: &zone,
    };
    Row::of(record, &ground)
}

#[test]
fn a_row_says_all_of_a_record_under_its_headings() {
    let first = entry(1);
    let record = counted(&first, None).expect("counts").0.expect("a record");
    let row = row_of(&first, &record, None);
    let said = |row: &Row| -> BTreeMap<&'static str, String> {
        let cells = row.cells(&open_batch());
        assert_eq!(cells.len(), headings(Layout::First).len());
        let cells = cells.iter().map(|cell| cell.said().to_owned());
        headings(Layout::First).iter().copied().zip(cells).collect()
    };
    let cells = said(&row);
    let from = TimeZone::get("Asia/Shanghai")
        .expect("a zone")
        .to_datetime(at(0));
    let want = [
        ("记录编号", first.id.to_string()),
        ("志愿者姓名", "王阿姨".into()),
        ("志愿者统一编号", "SJ230102000001".into()),
        ("活动（项目）名称", "扫雪".into()),
        ("服务日期", from.date().to_string()),
        ("服务时间（小时）", "2.0".into()),
        ("服务分钟", "120".into()),
        ("记录人", "李".into()),
        ("确认人", "林".into()),
        ("记录方式", "manual".into()),
        ("状态", "confirmed".into()),
        ("更正的记录编号", String::new()),
        ("记录单位", "邻里社区".into()),
        ("批次编号", batch(1).to_string()),
        ("外部编号", String::new()),
        ("退回原因", String::new()),
    ];
    for (heading, want) in want {
        assert_eq!(cells[heading], want, "{heading}");
    }

    let known = Record {
        entry: first.id,
        ..state("accepted")
    };
    for (minutes, kind) in [(60, RowKind::Revised), (0, RowKind::Voided)] {
        let second = corrected(&first, 2, minutes);
        let (new, old) = counted(&second, Some(known.clone())).expect("counts");
        let row = row_of(&second, &new.expect("a record"), old.as_ref());
        assert_eq!(row.kind, kind);
        let cells = said(&row);
        assert_eq!(cells["更正的记录编号"], first.id.to_string());
        assert_eq!(cells["更正的外部编号"], "N1");
    }

    let mut hushed = row;
    hushed.hush();
    let cells = said(&hushed);
    for heading in ["志愿者姓名", "志愿者统一编号", "活动（项目）名称"] {
        assert_eq!(cells[heading], "", "{heading}");
    }
}

#[test]
fn the_fullest_part_fits_an_item() {
    let wide = |chars: usize| "𠮷".repeat(chars);
    let first = entry(1);
    let record = counted(&first, None).expect("counts").0.expect("a record");
    let row = Row {
        name: wide(limits::NAME_CHARS),
        number: "9".repeat(limits::UNIFIED_NUMBER_CHARS),
        what: wide(limits::NETWORK_TEXT_CHARS),
        place: wide(limits::NETWORK_TEXT_CHARS),
        for_whom: wide(limits::NAME_CHARS),
        about: wide(limits::NETWORK_TEXT_CHARS),
        activity: Some(domain::ActivityId::new(1, 1)),
        organiser: Some(person(1)),
        revision_of: Some(first.id),
        revision_external: Some(wide(limits::NETWORK_EXTERNAL_CHARS)),
        source: Source::Attendance,
        ..row_of(&first, &record, None)
    };
    let part = Part {
        batch: batch(1),
        n: 0,
        rows: vec![row; limits::NETWORK_PART_RECORDS],
        ver: 1,
    };
    let bytes = serde_json::to_vec(&part).expect("json").len();
    assert!(bytes < 390_000, "{bytes} bytes");
}

#[test]
fn a_batch_grows_part_by_part_and_closes_only_with_records() {
    let refused = open_batch().close(3);
    assert_eq!(refused, Err(Refusal::NothingToPass { without_number: 3 }));
    let (grown, n) = open_batch().grown(90, BTreeMap::new());
    let (grown, m) = grown.grown(10, BTreeMap::from([(person(1), "赵".into())]));
    assert_eq!(
        (n, m, grown.parts, grown.records, grown.ver),
        (0, 1, 2, 100, 2)
    );
    assert_eq!(grown.room(), limits::NETWORK_BATCH_RECORDS - 100);
    let closed = grown.close(0).expect("closes");
    assert!(closed.closed);
    let silent = closed.without(person(1)).expect("had the name");
    assert_eq!((silent.names.len(), silent.without(person(1))), (2, None));
}

#[test]
fn an_answer_is_a_number_or_a_reason() {
    let (external, reason) = ("N1".to_owned(), "重复".to_owned());
    assert_eq!(Answer::of("N1", ""), Ok(Answer::Accepted { external }));
    assert_eq!(Answer::of("", "重复"), Ok(Answer::Rejected { reason }));
    assert_eq!(Answer::of("", ""), Err(NoAnswer::Silent));
    assert_eq!(Answer::of("N1", "重复"), Err(NoAnswer::Both));
    let tenths = |raw: &str| Amount::hours(raw);
    assert_eq!(tenths("1.5"), Some(Amount::Tenths(15)));
    assert_eq!(tenths("1.59"), Some(Amount::Tenths(15)));
    assert_eq!(tenths("2"), Some(Amount::Tenths(20)));
    for bad in ["", ".5", "1.", "1.555", "-1", "1,5", "一", "99999"] {
        assert_eq!(tenths(bad), None, "{bad}");
    }
}

fn held(row: u32, record: Option<EntryId>, external: Option<&str>, amount: Amount) -> Held {
    Held {
        row,
        record,
        external: external.map(str::to_owned),
        amount,
    }
}

#[test]
fn differences_are_told_line_by_line() {
    let is = |n: u128, name: &str| Record {
        entry: EntryId::new(1, n),
        ..state(name)
    };
    let accepted = |n: u128, external: &str| Record {
        passed: Passed::Accepted {
            batch: batch(1),
            external: external.into(),
        },
        ..is(n, "sent")
    };
    let ours = [
        accepted(1, "A"),
        accepted(2, "B"),
        accepted(3, "C"),
        is(4, "sent"),
        is(5, "waiting"),
        is(6, "accepted old"),
        accepted(7, "G"),
    ];
    let id = |n: u128| Some(EntryId::new(1, n));
    let hour = Amount::Minutes(60);
    let theirs = [
        held(2, id(1), None, hour),
        held(3, None, Some("B"), Amount::Tenths(9)),
        held(4, id(3), Some("Z"), hour),
        held(5, id(5), None, hour),
        held(6, id(6), None, hour),
        held(7, id(1), None, hour),
        held(8, None, Some("nobody's"), hour),
    ];
    let found: Vec<_> = compare(&ours, &theirs)
        .into_iter()
        .map(|one| {
            let ours = one.ours.map(|record| record.entry);
            (one.what, one.theirs.map(|held| held.row), ours)
        })
        .collect();
    use Difference::{External, Minutes, OnlyOurs, OnlyTheirs};
    let want = [
        (Minutes, Some(3), id(2)),
        (External, Some(4), id(3)),
        (OnlyTheirs, Some(5), id(5)),
        (OnlyTheirs, Some(6), id(6)),
        (OnlyTheirs, Some(7), id(1)),
        (OnlyTheirs, Some(8), None),
        (OnlyOurs, None, id(4)),
        (OnlyOurs, None, id(7)),
    ];
    assert_eq!(found, want);
}

fn any_step() -> impl Strategy<Value = Step> {
    let (to, word) = (1_u128..4, 0_u8..2);
    (0_u8..5, to, word).prop_map(|(kind, to, word)| match kind {
        0 => Step::Send {
            batch: batch(to),
            part: 0,
        },
        1 => Step::Accept {
            batch: batch(to),
            external: format!("N{word}"),
        },
        2 => Step::Reject {
            batch: batch(to),
            reason: format!("R{word}"),
        },
        3 => Step::Again,
        _ => Step::Supersede {
            by: EntryId::new(9, 9),
        },
    })
}

/// What the other side has of these: each by its number there, or by ours.
fn mirror(ours: &[Record], by_external: bool, in_hours: bool) -> Vec<Held> {
    let there = ours
        .iter()
        .filter(|one| one.stands_there() && one.minutes > 0);
    there
        .zip(2..)
        .map(|(one, row)| {
            let external = one.external().map(str::to_owned);
            let amount = match in_hours {
                true => Amount::Tenths(one.minutes / 6),
                false => Amount::Minutes(one.minutes),
            };
            Held {
                row,
                record: (!by_external || external.is_none()).then_some(one.entry),
                external,
                amount,
            }
        })
        .collect()
}

fn any_records() -> impl Strategy<Value = Vec<Record>> {
    let one = (0_u8..6, 0_u32..200);
    prop::collection::vec(one, 0..30).prop_map(|kinds| {
        let names = [
            "waiting",
            "sent",
            "accepted",
            "rejected",
            "sent old",
            "accepted old",
        ];
        kinds
            .into_iter()
            .zip(1_u128..)
            .map(|((kind, minutes), n)| {
                let mut made = state(names[usize::from(kind)]);
                made.entry = EntryId::new(1, n);
                made.minutes = minutes;
                if let Passed::Accepted { external, .. } = &mut made.passed {
                    *external = format!("N{n}");
                }
                made
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn whatever_comes_back_an_answer_stands_and_a_repeat_changes_nothing(
        steps in prop::collection::vec(any_step(), 0..40),
    ) {
        let mut now = record(1, 60);
        for one in steps {
            let before = now.clone();
            let Ok(after) = now.clone().apply(one.clone(), at(2)) else {
                continue;
            };
            let changed = u64::from(after != before);
            prop_assert_eq!(after.ver, before.ver + changed);
            // Once accepted, it is accepted for good, under the same number.
            if let Some(external) = before.external() {
                prop_assert_eq!(after.external(), Some(external));
            }
            // It is answered where it was sent last, and every sending is kept.
            prop_assert!(after.left.starts_with(&before.left));
            let last = after.left.last().map(|left| left.batch);
            let answers = match &after.passed {
                Passed::Waiting => last,
                Passed::Sent { batch }
                | Passed::Accepted { batch, .. }
                | Passed::Rejected { batch, .. } => Some(*batch),
            };
            prop_assert_eq!(answers, last);
            if matches!(one, Step::Accept { .. } | Step::Reject { .. }) {
                prop_assert_eq!(after.clone().apply(one, at(3)), Ok(after.clone()));
            }
            now = after;
        }
    }

    #[test]
    fn two_sides_that_say_the_same_do_not_differ_and_every_change_is_told_once(
        ours in any_records(),
        by_external: bool,
        in_hours: bool,
        pick: prop::sample::Index,
    ) {
        let theirs = mirror(&ours, by_external, in_hours);
        prop_assert_eq!(compare(&ours, &theirs), Vec::new());
        let mut turned = theirs.clone();
        turned.reverse();
        prop_assert_eq!(compare(&ours, &turned), Vec::new());
        if theirs.is_empty() {
            return Ok(());
        }
        let n = pick.index(theirs.len());
        let told = |theirs: &[Held]| -> Vec<Difference> {
            compare(&ours, theirs).iter().map(|one| one.what).collect()
        };
        let mut fewer = theirs.clone();
        fewer.remove(n);
        prop_assert_eq!(told(&fewer), [Difference::OnlyOurs]);
        let mut longer = theirs.clone();
        longer[n].amount = match longer[n].amount {
            Amount::Minutes(minutes) => Amount::Minutes(minutes + 1),
            Amount::Tenths(tenths) => Amount::Tenths(tenths + 1),
        };
        prop_assert_eq!(told(&longer), [Difference::Minutes]);
        let mut twice = theirs.clone();
        twice.push(theirs[n].clone());
        prop_assert_eq!(told(&twice), [Difference::OnlyTheirs]);
    }

    #[test]
    fn a_month_holds_its_days(year in 2000_i16..2999, month in 1_i8..=12, day in 1_i8..=28, minute in 0_i64..1_440) {
        let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
        let on = Date::new(year, month, day).expect("a day");
        let at = on.to_zoned(zone.clone()).expect("a moment").timestamp() + SignedDuration::from_mins(minute);
        let (from, until) = Month::of(on).span(&zone).expect("moments");
        prop_assert!(from <= at && at < until);
    }
}
