//! What was typed about doors and silence.

use domain::limits;
use domain::watch::Windows;
use jiff::Timestamp;
use wire::{Code, Problem};

/// `48`, `36:30`: minutes as hours.
#[must_use]
pub fn hours(minutes: u32) -> String {
    match minutes % 60 {
        0 => (minutes / 60).to_string(),
        rest => format!("{}:{rest:02}", minutes / 60),
    }
}

/// `36:30` in minutes; absent where nothing like it is written.
#[must_use]
pub fn span(raw: &str) -> Option<u32> {
    let raw = raw.trim();
    let (whole, rest) = raw.split_once([':', '：']).unwrap_or((raw, "0"));
    let part = |digits: &str, most: u32| {
        let few = digits.len() <= 3 && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.parse::<u32>().ok().filter(|_| few);
        number.filter(|number| *number <= most)
    };
    let read = part(whole, 999).zip(part(rest, 59));
    read.map(|(hours, rest)| hours * 60 + rest)
}

/// Hours as they are typed, in minutes; else what the server would say of this field.
pub fn minutes(raw: &str, pointer: &str) -> Result<u32, Problem> {
    let raw = raw.trim();
    if raw.is_empty() {
        return Err(Problem::new(Code::MissingField).at(pointer));
    }
    let (least, max) = (limits::WATCH_MINUTES_LEAST, limits::WATCH_MINUTES);
    span(raw)
        .filter(|minutes| (least..=max).contains(minutes))
        .ok_or_else(|| {
            let problem = Problem::new(Code::WatchWindow).at(pointer);
            problem.with("least", least).with("max", max)
        })
}

/// Both windows as they are typed; the first that is wrong is said at its place in `pointers`.
pub fn windows(
    no_exit: &str,
    no_return: &str,
    pointers: [&'static str; 2],
) -> Result<Windows, Problem> {
    Ok(Windows {
        no_exit_minutes: minutes(no_exit, pointers[0])?,
        no_return_minutes: minutes(no_return, pointers[1])?,
    })
}

/// One a line, without those that are empty.
#[must_use]
pub fn lines(raw: &str) -> Vec<String> {
    let lines = raw.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Whole minutes since; none where the clock here is behind.
#[must_use]
pub fn minutes_since(since: Timestamp, now: Timestamp) -> u32 {
    u32::try_from(now.duration_since(since).as_mins()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_they_are_shown() {
        for (shown, of) in [
            ("48", 2_880),
            ("36:30", 2_190),
            ("6:05", 365),
            ("336", 20_160),
        ] {
            assert_eq!(hours(of), shown);
            assert_eq!(minutes(shown, "/x").ok(), Some(of), "{shown}");
        }
        assert_eq!(minutes(" 36：30 ", "/x").ok(), Some(2_190));
    }

    #[test]
    fn what_is_no_window_is_refused_at_its_place() {
        for (raw, code) in [
            ("", Code::MissingField),
            ("5:59", Code::WatchWindow),
            ("336:01", Code::WatchWindow),
            ("48:60", Code::WatchWindow),
            ("48:", Code::WatchWindow),
            ("-48", Code::WatchWindow),
            ("two days", Code::WatchWindow),
            ("99999999999", Code::WatchWindow),
        ] {
            let problem = minutes(raw, "/x").expect_err(raw);
            let at = problem.pointer.as_deref();
            assert_eq!((problem.code, at), (code, Some("/x")), "{raw}");
        }
        let second = windows("48", "1", ["/a", "/b"]).expect_err("too short");
        assert_eq!(second.pointer.as_deref(), Some("/b"));
    }

    #[test]
    fn cards_stand_one_a_line() {
        assert_eq!(lines(" 0042 \n\n77\r\n"), ["0042", "77"]);
        assert!(lines("\n").is_empty());
    }

    #[test]
    fn a_clock_that_is_behind_makes_nothing_older() {
        let at = |second| Timestamp::from_second(second).expect("in range");
        assert_eq!(minutes_since(at(0), at(150)), 2);
        assert_eq!(minutes_since(at(150), at(0)), 0);
    }
}
