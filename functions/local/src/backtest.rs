//! `linli backtest`: which alerts there would have been, by a log of door events.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use domain::watch::Windows;
use domain::watch::replay::{Alerted, replay};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use local::Stop;
use local::stop::About;
use serde::Serialize;
use service::watch::log::{Log, Names, moment};

/// Flaws that are shown; the others are counted.
const SHOWN: usize = 20;
/// The longest window, in minutes: a year.
const LONGEST: i64 = 366 * 24 * 60;

/// Replay a log of door events with a clock of its own, by the rules that alerts are opened by, and print
/// the alerts as JSON lines.
#[derive(Args)]
pub struct Backtest {
    /// The log: CSV with the columns person, device, direction (in, out, opened, closed) and time, or an object with
    /// these names on each line; in any order.
    #[arg(long)]
    events: PathBuf,
    /// How long somebody may be without going out, for instance 48h or 36h30m.
    #[arg(long, default_value = "48h", value_parser = minutes)]
    no_exit: u32,
    /// How long somebody may be without coming home.
    #[arg(long, default_value = "72h", value_parser = minutes)]
    no_return: u32,
    /// Absences that were said beforehand: person, from, to.
    #[arg(long)]
    absences: Option<PathBuf>,
    /// Until when the clock goes; the last event, if absent.
    #[arg(long)]
    to: Option<String>,
    /// The zone of times that name no offset, and of those printed.
    #[arg(long, default_value = "Asia/Shanghai")]
    zone: String,
}

/// One line of the answer.
#[derive(Serialize)]
struct Line<'a> {
    person: &'a str,
    rule: &'static str,
    due: String,
    opened: String,
    closed: Option<String>,
    reason: Option<&'static str>,
}

impl Backtest {
    pub fn run(self) -> Result<ExitCode, Stop> {
        let zone = TimeZone::get(&self.zone)
            .map_err(|_| Stop::because(format!("--zone: there is no zone {}", self.zone)))?;
        let (mut log, mut names) = (Log::default(), Names::default());
        log.events(&text(&self.events)?, &mut names, &zone);
        let of_events = log.flaws.len();
        report(&self.events, &log.flaws);
        if let Some(path) = &self.absences {
            log.absences(&text(path)?, &mut names, &zone);
            report(path, &log.flaws[of_events..]);
        }
        if log.passed_over > 0 {
            let count = log.passed_over;
            eprintln!("{count} lines name nobody, or a door that closed");
        }
        if log.lines.is_empty() && !(log.flaws.is_empty() && log.passed_over == 0) {
            return Err(Stop::because("no line could be taken"));
        }
        let last = log.lines.iter().map(|line| line.sign.at).max();
        let to = match &self.to {
            Some(raw) => {
                moment(raw, &zone).map_err(|_| Stop::because(format!("--to: {raw} is no time")))?
            }
            None => last.unwrap_or(Timestamp::UNIX_EPOCH),
        };
        let windows = Windows {
            no_exit_minutes: self.no_exit,
            no_return_minutes: self.no_return,
        };
        let alerts = replay(log.lines, &log.absences, windows, to);
        print(&alerts, &names, &zone)?;
        Ok(ExitCode::SUCCESS)
    }
}

fn text(path: &Path) -> Result<String, Stop> {
    let bytes = fs::read(path).about(path)?;
    String::from_utf8(bytes)
        .map_err(|_| Stop::because(format!("{}: this is no UTF-8 text", path.display())))
}

fn report(path: &Path, flaws: &[service::watch::log::Flaw]) {
    for flaw in flaws.iter().take(SHOWN) {
        eprintln!("{}, {flaw}", path.display());
    }
    if flaws.len() > SHOWN {
        let more = flaws.len() - SHOWN;
        eprintln!("{}: {more} more lines were not taken", path.display());
    }
}

fn print(alerts: &[Alerted<u32>], names: &Names, zone: &TimeZone) -> Result<(), Stop> {
    let local = |at: Timestamp| at.display_with_offset(zone.to_offset(at)).to_string();
    let failed = |error: std::io::Error| Stop::because(format!("cannot write: {error}"));
    let mut out = BufWriter::new(std::io::stdout().lock());
    for alert in alerts {
        let line = Line {
            person: names.name(alert.person),
            rule: alert.silence.as_str(),
            due: local(alert.due),
            opened: local(alert.opened),
            closed: alert.closed.map(|(at, _)| local(at)),
            reason: alert.closed.map(|(_, why)| why.as_str()),
        };
        let line = serde_json::to_string(&line)
            .map_err(|error| Stop::because(format!("cannot write: {error}")))?;
        writeln!(out, "{line}").map_err(failed)?;
    }
    out.flush().map_err(failed)
}

/// `48h`, `36h30m`, `90m`, `2d`; whole minutes, at least one.
fn minutes(raw: &str) -> Result<u32, String> {
    let days = raw
        .strip_suffix('d')
        .and_then(|days| days.parse::<i64>().ok());
    let said = match days {
        Some(days) => SignedDuration::try_from_hours(days.saturating_mul(24)),
        None => raw.parse().ok(),
    };
    let said = said.ok_or("write a time such as 48h, 36h30m or 2d")?;
    let minutes = said.as_mins();
    if said != SignedDuration::from_mins(minutes) || !(1..=LONGEST).contains(&minutes) {
        return Err("whole minutes, at least one and at most a year".to_owned());
    }
    u32::try_from(minutes).map_err(|_| "too long".to_owned())
}

#[cfg(test)]
mod tests {
    use super::minutes;

    #[test]
    fn a_window_is_written_as_people_write_it() {
        for (raw, expected) in [
            ("48h", Some(2_880)),
            ("36h30m", Some(2_190)),
            ("90m", Some(90)),
            ("2d", Some(2_880)),
            ("PT24H", Some(1_440)),
            ("0h", None),
            ("-48h", None),
            ("30s", None),
            ("400d", None),
            ("99999999999999999999d", None),
            ("48", None),
            ("", None),
        ] {
            assert_eq!(minutes(raw).ok(), expected, "{raw}");
        }
    }
}
