//! `linli backtest`, as somebody types it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

fn backtest(folder: &Path, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_linli"))
        .current_dir(folder)
        .args(["backtest", "--events", "events.csv"])
        .args(more)
        .output()
        .expect("linli starts")
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).expect("text");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("text")
}

fn folder(events: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("events.csv"), events).expect("written");
    folder
}

/// Written from the last to the first, one of them twice.
const EVENTS: &str = "person,device,direction,time
李爷爷,东门,out,2026-11-08T09:00:00+08:00
王奶奶,东门,in,2026-11-05 08:00:00
王奶奶,东门,out,2026-11-05T07:00:00+08:00
王奶奶,东门,in,2026-11-02T08:00:00+08:00
王奶奶,东门,in,2026-11-02T08:00:00+08:00
李爷爷,东门,out,2026-11-01T01:00:00Z
";

#[test]
fn alerts_are_printed_with_why_they_were_over_and_those_that_are_open() {
    let folder = folder(EVENTS);
    let done = backtest(folder.path(), &["--to", "2026-11-12T00:00:00+08:00"]);
    assert!(done.status.success() && said(&done).is_empty());
    let alert = |person, rule, due, closed: Option<&str>, reason: Option<&str>| json!({ "person": person, "rule": rule, "due": due, "opened": due, "closed": closed, "reason": reason });
    assert_eq!(
        lines(&done),
        [
            alert(
                "王奶奶",
                "no_exit",
                "2026-11-04T08:00:00+08:00",
                Some("2026-11-05T07:00:00+08:00"),
                Some("went_out"),
            ),
            alert(
                "李爷爷",
                "no_return",
                "2026-11-04T09:00:00+08:00",
                Some("2026-11-08T09:00:00+08:00"),
                Some("went_out"),
            ),
            alert("王奶奶", "no_exit", "2026-11-07T08:00:00+08:00", None, None),
            alert(
                "李爷爷",
                "no_return",
                "2026-11-11T09:00:00+08:00",
                None,
                None,
            ),
        ]
    );
}

#[test]
fn windows_absences_and_the_end_of_the_log_are_heeded() {
    let folder = folder(EVENTS);
    let away = "person,from,to\n王奶奶,2026-11-03T00:00:00+08:00,2026-11-04T20:00:00+08:00\n";
    fs::write(folder.path().join("away.csv"), away).expect("written");
    let done = backtest(
        folder.path(),
        &["--absences", "away.csv", "--no-return", "30d"],
    );
    let found = lines(&done);
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[0]["due"], "2026-11-04T08:00:00+08:00");
    assert_eq!(found[0]["opened"], "2026-11-04T20:00:00+08:00");
    let done = backtest(folder.path(), &["--no-exit", "80h", "--no-return", "30d"]);
    assert_eq!(lines(&done), Vec::<Value>::new());
    assert!(done.status.success());
}

#[test]
fn what_is_wrong_is_named_and_nothing_at_all_is_a_failure() {
    let folder = folder(
        "person,device,direction,time\n王奶奶,东门,in,soon\n王奶奶,东门,in,2026-11-02T08:00:00Z\n",
    );
    let done = backtest(folder.path(), &[]);
    assert!(done.status.success());
    assert_eq!(said(&done), "events.csv, line 2: time is no time\n");
    fs::write(folder.path().join("events.csv"), "a,b\n1,2\n").expect("written");
    let done = backtest(folder.path(), &[]);
    assert!(!done.status.success());
    assert!(
        said(&done).contains("no line could be taken"),
        "{}",
        said(&done)
    );
    fs::write(folder.path().join("events.csv"), EVENTS).expect("written");
    for (wrong, words) in [
        (["--no-exit", "soon"], "write a time such as 48h"),
        (["--to", "soon"], "--to: soon is no time"),
        (["--zone", "Mars"], "there is no zone Mars"),
        (["--absences", "none.csv"], "none.csv"),
    ] {
        let done = backtest(folder.path(), &wrong);
        assert!(!done.status.success() && done.stdout.is_empty());
        assert!(said(&done).contains(words), "{}", said(&done));
    }
}
