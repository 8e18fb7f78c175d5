use domain::watch::Passage;
use jiff::tz::TimeZone;

use super::{Flaw, Log, Names, Why};

fn zone() -> TimeZone {
    TimeZone::get("Asia/Shanghai").expect("a zone")
}

fn read(text: &str) -> (Log, Names) {
    let (mut log, mut names) = (Log::default(), Names::default());
    log.events(text, &mut names, &zone());
    (log, names)
}

fn said(text: &str) -> Vec<(String, Passage, String)> {
    let (log, names) = read(text);
    assert_eq!(log.flaws, []);
    log.lines
        .iter()
        .map(|line| {
            let name = names.name(line.person).to_owned();
            (name, line.sign.passage, line.sign.at.to_string())
        })
        .collect()
}

#[test]
fn a_table_and_objects_say_the_same_in_any_order_of_columns() {
    let table = "person,device,direction,time\n王,东门,in,2026-11-01T08:00:00+08:00\n李,东门,出门,2026-11-01 08:00:00\n";
    let other = "\u{feff}time , DIRECTION,person\r\n2026-11-01T00:00:00Z,进,\"王\"\r\n2026-11-01T08:00:00,leave,李\r\n";
    let objects = "{\"person\":\"王\",\"direction\":\"entry\",\"time\":\"2026-11-01T00:00:00Z\",\"more\":1}\n\n{\"person\":\"李\",\"device\":\"d\",\"direction\":\"out\",\"time\":\"2026-11-01T08:00:00\"}";
    let expected = vec![
        (
            "王".to_owned(),
            Passage::Entry,
            "2026-11-01T00:00:00Z".to_owned(),
        ),
        (
            "李".to_owned(),
            Passage::Exit,
            "2026-11-01T00:00:00Z".to_owned(),
        ),
    ];
    for text in [table, other, objects] {
        assert_eq!(said(text), expected, "{text}");
    }
}

#[test]
fn what_is_wrong_is_listed_by_line_and_column_and_the_rest_is_taken() {
    let long = "长".repeat(121);
    let text = format!(
        "person,device,direction,time\n王,d,sideways,2026-11-01T08:00:00Z\n王,d,in,yesterday\n王,d,in,\n{long},d,in,2026-11-01T08:00:00Z\n,d,in,2026-11-01T08:00:00Z\n王,d,close,2026-11-01T08:00:00Z\n王,d,,2026-11-01T08:00:00Z\n王,d,in\n"
    );
    let (log, _) = read(&text);
    let flaw = |line, column, why| Flaw { line, column, why };
    assert_eq!(
        log.flaws,
        [
            flaw(2, "direction", Why::NoDirection),
            flaw(3, "time", Why::NoTime),
            flaw(4, "time", Why::Missing),
            flaw(5, "person", Why::TooLong),
            flaw(9, "time", Why::Missing),
        ]
    );
    assert_eq!((log.lines.len(), log.passed_over), (1, 2));
    assert_eq!(log.lines[0].sign.passage, Passage::Opened);
    let (log, _) = read("{\"person\":\"王\"\n[1]\n");
    assert_eq!(
        log.flaws,
        [flaw(1, "", Why::Unreadable), flaw(2, "", Why::Unreadable)]
    );
    let (log, _) = read("who,when\n王,2026-11-01T08:00:00Z\n");
    assert_eq!(log.flaws, [flaw(1, "", Why::NoColumn("person"))]);
    let (log, names) = read(
        "{\"person\":17,\"direction\":\"in\",\"time\":\"2026-11-01T08:00:00Z\"}\n{\"person\":[],\"direction\":\"in\",\"time\":\"2026-11-01T08:00:00Z\"}\n",
    );
    assert_eq!(log.flaws, [flaw(2, "", Why::Unreadable)]);
    assert_eq!(names.name(log.lines[0].person), "17");
}

#[test]
fn absences_have_a_person_a_beginning_and_an_end_after_it() {
    let (mut log, mut names) = (Log::default(), Names::default());
    let text = "person,from,to\n王,2026-11-01 08:00,2026-11-09 08:00\n王,2026-11-09 08:00,2026-11-01 08:00\n,2026-11-01,2026-11-02\n";
    log.absences(text, &mut names, &zone());
    let whys: Vec<_> = log.flaws.iter().map(|flaw| (flaw.line, flaw.why)).collect();
    assert_eq!(whys, [(3, Why::Backwards), (4, Why::Missing)]);
    let kept = &log.absences[&0];
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].until.to_string(), "2026-11-09T00:00:00Z");
}

#[test]
fn no_text_ends_the_program_wherever_it_breaks_off() {
    let text = "person,device,direction,time\n\"王\",\"d\"\"d\",in,2026-11-01T08:00:00+08:00\n{\"person\":\"王\"}\n";
    for end in 0..=text.len() {
        if text.is_char_boundary(end) {
            read(&text[..end]);
            read(&text[end..]);
        }
    }
}

/// Homes that others observed: hand-written leavings and returns, and what a sensor at the door saw.
mod homes {
    use std::collections::BTreeMap;
    use std::path::Path;

    use domain::watch::replay::replay;
    use domain::watch::{Confidence, Presence, Silence, Whereabouts, Windows};
    use jiff::Timestamp;

    use super::{read, zone};
    use crate::watch::log::{Log, moment};

    fn sample(name: &str) -> String {
        let corpora = std::env::var_os("LINLI_CORPORA").expect("as when this was compiled");
        let path = Path::new(&corpora).join("presence").join(name);
        std::fs::read_to_string(path).expect(name)
    }

    /// As a log of ours, each moment `stretch` times as far from the first.
    fn log(name: &str, stretch: i64) -> Log {
        let mut text = "person,direction,time\n".to_owned();
        let mut first = None;
        for line in sample(name).lines().skip(1) {
            let (event, time) = line.split_once(',').expect("two columns");
            let at = moment(time, &zone()).expect("a time");
            let first = *first.get_or_insert(at);
            let seconds = at.duration_since(first).as_secs() * stretch;
            let at = Timestamp::from_second(first.as_second() + seconds).expect("a moment");
            text.push_str(&format!("p,{event},{at}\n"));
        }
        let (log, _) = read(&text);
        assert_eq!(log.flaws, []);
        log
    }

    /// Beginnings of stays that are longer than their window, from the log itself.
    fn longer(log: &Log, windows: Windows) -> Vec<(Silence, Timestamp)> {
        let mut signs: Vec<_> = log.lines.iter().map(|line| line.sign).collect();
        signs.sort_by_key(|sign| sign.at);
        let stays = signs.windows(2).filter_map(|pair| {
            let silence = match pair[0].passage {
                domain::watch::Passage::Exit => Silence::NoReturn,
                _ => Silence::NoExit,
            };
            let stay = pair[1].at.duration_since(pair[0].at);
            (stay > windows.of(silence)).then_some((silence, pair[0].at))
        });
        stays.collect()
    }

    fn hours(no_exit: u32, no_return: u32) -> Windows {
        Windows {
            no_exit_minutes: no_exit * 60,
            no_return_minutes: no_return * 60,
        }
    }

    fn alerts(log: &Log, windows: Windows) -> Vec<(Silence, Timestamp)> {
        let to = log.lines.iter().map(|line| line.sign.at).max();
        let found = replay(
            log.lines.clone(),
            &BTreeMap::new(),
            windows,
            to.expect("events"),
        );
        found
            .into_iter()
            .map(|one| (one.silence, one.due - windows.of(one.silence)))
            .collect()
    }

    const HOMES: [&str; 2] = ["ordonezB_leave_return.csv", "houseC_leave_return.csv"];

    #[test]
    #[cfg_attr(
        not(presence_collection),
        ignore = "LINLI_CORPORA leads to no presence folder (see README, The collections of others)"
    )]
    fn ordinary_lives_raise_no_alert_at_48_and_72_hours() {
        for name in HOMES {
            assert_eq!(alerts(&log(name, 1), Windows::OUTER), [], "{name}");
        }
    }

    #[test]
    #[cfg_attr(
        not(presence_collection),
        ignore = "LINLI_CORPORA leads to no presence folder (see README, The collections of others)"
    )]
    fn shorter_windows_and_slower_lives_find_exactly_the_longer_stays() {
        let mut found = 0;
        for name in HOMES {
            for (stretch, windows) in [
                (1, hours(24, 72)),
                (1, hours(36, 72)),
                (1, hours(40, 72)),
                (1, hours(8, 6)),
                (2, Windows::OUTER),
                (2, hours(24, 12)),
            ] {
                let log = log(name, stretch);
                let expected = longer(&log, windows);
                assert_eq!(alerts(&log, windows), expected, "{name} {windows:?}");
                found += expected.len();
            }
        }
        assert!(found > 20, "{found}");
    }

    #[test]
    #[cfg_attr(
        not(presence_collection),
        ignore = "LINLI_CORPORA leads to no presence folder (see README, The collections of others)"
    )]
    fn a_door_alone_never_tells_where_somebody_is() {
        for (name, column) in [("ordonezB_door.csv", 0), ("houseC_door.csv", 0)] {
            let mut presence = Presence::default();
            let mut text = "person,direction,time\n".to_owned();
            for line in sample(name).lines().skip(1) {
                let time = line.split(',').nth(column).expect("a column");
                text.push_str(&format!("p,,{time}\n"));
            }
            let (log, _) = read(&text);
            assert!(log.lines.len() > 50 && log.flaws.is_empty(), "{name}");
            for line in log.lines {
                presence = presence.with(line.sign);
                let (place, since, confidence) = presence.whereabouts();
                assert_eq!(place, Whereabouts::Unknown);
                assert_eq!(confidence, Confidence::Inferred);
                assert!(since.is_some());
            }
        }
    }
}
