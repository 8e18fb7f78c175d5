//! An activity while it is written, and what can be done about one that is there.

use domain::activity::{ActivityState, Every, SignUpState, Skill};
use domain::{TeamId, limits};
use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};
use wire::points::activities::{ActivityView, Repeat, SignUpRow};
use wire::{Code, Problem};

use super::volunteer::typed;

/// The text of every field. `repeat`: empty for once; `skills`: names with spaces between.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    pub title: String,
    pub about: String,
    pub for_whom: String,
    pub place: String,
    pub grid: String,
    pub skills: String,
    pub team: String,
    pub day: String,
    pub from: String,
    pub until: String,
    pub capacity: String,
    pub repeat: String,
    pub times: String,
}

/// An activity as it is sent; the times are those of a clock on the community's wall.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub title: String,
    pub about: String,
    pub for_whom: String,
    pub place: String,
    pub grid: String,
    pub skills: Vec<Skill>,
    pub team: Option<TeamId>,
    pub starts: DateTime,
    pub ends: DateTime,
    pub capacity: u16,
    pub repeat: Option<Repeat>,
}

/// Skills as one field keeps them.
#[must_use]
pub fn skills(raw: &str) -> Vec<Skill> {
    raw.split_whitespace()
        .filter_map(|name| name.parse().ok())
        .collect()
}

/// The same with a skill put in or taken out.
#[must_use]
pub fn with_skill(raw: &str, skill: Skill, on: bool) -> String {
    let mut all = skills(raw);
    all.retain(|one| *one != skill);
    if on {
        all.push(skill);
    }
    let names: Vec<&str> = all.into_iter().map(Skill::as_str).collect();
    names.join(" ")
}

impl Draft {
    #[must_use]
    pub fn of(activity: &ActivityView) -> Self {
        let (starts, ends) = (activity.starts.local(), activity.ends.local());
        let clock = |at: DateTime| format!("{:02}:{:02}", at.hour(), at.minute());
        let names: Vec<&str> = activity.skills.iter().map(|skill| skill.as_str()).collect();
        Self {
            title: activity.title.clone(),
            about: activity.about.clone(),
            for_whom: activity.for_whom.clone(),
            place: activity.place.clone(),
            grid: activity.grid.clone(),
            skills: names.join(" "),
            team: String::new(),
            day: starts.date().to_string(),
            from: clock(starts),
            until: clock(ends),
            capacity: activity.capacity.to_string(),
            repeat: String::new(),
            times: String::new(),
        }
    }

    /// What it makes, or the first field that is not right, as the server would name it.
    pub fn plan(&self) -> Result<Plan, Problem> {
        let line = |text: &str, pointer: &str| {
            let text = text.trim().to_owned();
            if text.is_empty() {
                return Err(Problem::new(Code::EmptyText).at(pointer));
            }
            Ok(text)
        };
        let missing = |pointer: &str| Problem::new(Code::MissingField).at(pointer);
        let title = line(&self.title, "/title")?;
        let place = line(&self.place, "/place")?;
        let grid = line(&self.grid, "/grid")?;
        let clock = |time: &str, pointer: &str| {
            let moment = typed(&self.day, time).ok_or_else(|| missing(pointer))?;
            Ok::<_, Problem>(moment.local())
        };
        let (starts, ends) = (clock(&self.from, "/starts")?, clock(&self.until, "/ends")?);
        if ends <= starts {
            return Err(Problem::new(Code::SpanBackwards).at("/ends"));
        }
        let long = SignedDuration::from_hours(limits::ACTIVITY_HOURS);
        if starts.duration_until(ends) > long {
            return Err(Problem::new(Code::BadValue).at("/ends"));
        }
        let capacity = number(
            &self.capacity,
            1,
            limits::ACTIVITY_PEOPLE.into(),
            "/capacity",
        )?;
        let repeat = match self.repeat.parse::<Every>() {
            Err(()) => None,
            Ok(every) => {
                let most = limits::SERIES_OCCURRENCES.into();
                let times = number(&self.times, 2, most, "/repeat/times")?;
                let times = u8::try_from(times).unwrap_or(limits::SERIES_OCCURRENCES);
                Some(Repeat { every, times })
            }
        };
        Ok(Plan {
            title,
            about: self.about.trim().to_owned(),
            for_whom: self.for_whom.trim().to_owned(),
            place,
            grid,
            skills: skills(&self.skills),
            team: self.team.parse().ok(),
            starts,
            ends,
            capacity: u16::try_from(capacity).unwrap_or(limits::ACTIVITY_PEOPLE),
            repeat,
        })
    }
}

/// A whole number between two, both included; else what the server would say of this field.
pub fn number(raw: &str, least: u32, most: u32, pointer: &str) -> Result<u32, Problem> {
    let raw = raw.trim();
    if raw.is_empty() {
        return Err(Problem::new(Code::MissingField).at(pointer));
    }
    raw.parse()
        .ok()
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| Problem::new(Code::BadValue).at(pointer).with("max", most))
}

/// As [`number`], where nothing means that there is no limit.
pub fn maybe_number(
    raw: &str,
    least: u32,
    most: u32,
    pointer: &str,
) -> Result<Option<u32>, Problem> {
    if raw.trim().is_empty() {
        return Ok(None);
    }
    number(raw, least, most, pointer).map(Some)
}

/// What can be done about an activity at a moment. The server decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Open {
    /// Change it, call it off, sign somebody up, take somebody off the list.
    pub plans: bool,
    /// The code at the door, and cards.
    pub door: bool,
    /// Say who did not come.
    pub misses: bool,
}

#[must_use]
pub fn open(activity: &ActivityView, now: Timestamp) -> Open {
    if activity.state == ActivityState::Cancelled {
        return Open::default();
    }
    let after = |at: Timestamp, minutes: i64| {
        at.checked_add(SignedDuration::from_mins(minutes))
            .unwrap_or(Timestamp::MAX)
    };
    let (starts, ends) = (activity.starts.at, activity.ends.at);
    Open {
        plans: now < starts,
        door: now >= after(starts, -limits::CHECK_IN_BEFORE_MINUTES)
            && now <= after(ends, 60 * limits::CHECK_OUT_HOURS),
        misses: now >= after(starts, limits::NO_SHOW_MINUTES),
    }
}

/// Has this row minutes that can be confirmed now? `over`: the activity is over.
#[must_use]
pub fn settles(row: &SignUpRow, over: bool) -> bool {
    let seen = row.state == SignUpState::Going && row.came.is_some();
    seen && !row.settled && (row.minutes.is_some() || over)
}

/// The minutes it is proposed to confirm: by their own word where they gave one; none of whoever is
/// recorded as missing.
#[must_use]
pub fn proposed(row: &SignUpRow) -> Option<u32> {
    row.said_minutes.or(row.minutes).filter(|_| !row.missed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft {
            title: " 给老人读报 ".into(),
            place: "活动室".into(),
            grid: "第一网格".into(),
            skills: "reading nonsense company".into(),
            day: "2026-11-24".into(),
            from: "09:00".into(),
            until: "11:00".into(),
            capacity: "6".into(),
            ..Draft::default()
        }
    }

    #[test]
    fn what_is_typed_becomes_an_activity() {
        let plan = draft().plan().expect("it is whole");
        assert_eq!(plan.title, "给老人读报");
        assert_eq!(plan.skills, [Skill::Reading, Skill::Company]);
        assert_eq!(plan.starts, jiff::civil::date(2026, 11, 24).at(9, 0, 0, 0));
        assert_eq!(plan.ends, jiff::civil::date(2026, 11, 24).at(11, 0, 0, 0));
        assert_eq!((plan.capacity, plan.repeat), (6, None));
        let weekly = Draft {
            repeat: "week".into(),
            times: "8".into(),
            ..draft()
        };
        let repeat = weekly.plan().expect("it is whole").repeat;
        let every = Every::Week;
        assert_eq!(repeat, Some(Repeat { every, times: 8 }));
    }

    #[test]
    fn the_first_field_that_is_not_right_is_named() {
        type Row = (fn(&mut Draft), Code, &'static str);
        let rows: [Row; 9] = [
            (|d| d.title = "  ".into(), Code::EmptyText, "/title"),
            (|d| d.place.clear(), Code::EmptyText, "/place"),
            (|d| d.grid.clear(), Code::EmptyText, "/grid"),
            (|d| d.day.clear(), Code::MissingField, "/starts"),
            (|d| d.until.clear(), Code::MissingField, "/ends"),
            (|d| d.until = "09:00".into(), Code::SpanBackwards, "/ends"),
            (
                |d| (d.from, d.until) = ("08:00".into(), "20:01".into()),
                Code::BadValue,
                "/ends",
            ),
            (|d| d.capacity = "301".into(), Code::BadValue, "/capacity"),
            (
                |d| (d.repeat, d.times) = ("month".into(), "1".into()),
                Code::BadValue,
                "/repeat/times",
            ),
        ];
        for (spoil, code, pointer) in rows {
            let mut spoilt = draft();
            spoil(&mut spoilt);
            let problem = spoilt.plan().expect_err(pointer);
            assert_eq!(
                (problem.code, problem.pointer.as_deref()),
                (code, Some(pointer))
            );
        }
    }

    #[test]
    fn skills_come_and_go() {
        assert_eq!(with_skill("reading", Skill::Green, true), "reading green");
        assert_eq!(with_skill("reading green", Skill::Reading, false), "green");
        assert_eq!(with_skill("green", Skill::Green, true), "green");
    }

    fn at(time: &str) -> wire::Moment {
        let raw = format!("2026-11-24T{time}:00+08:00");
        raw.parse().expect("a moment")
    }

    fn activity(state: ActivityState) -> ActivityView {
        ActivityView {
            id: domain::ActivityId::from_bits(1),
            series: None,
            title: "给老人读报".into(),
            about: String::new(),
            for_whom: String::new(),
            place: "活动室".into(),
            grid: "第一网格".into(),
            skills: vec![Skill::Reading],
            team: None,
            team_name: None,
            organiser_name: String::new(),
            starts: at("09:00"),
            ends: at("11:00"),
            capacity: 6,
            going: 0,
            waiting: 0,
            state,
            reason: String::new(),
            sign_up: None,
            runs: true,
            ver: 1,
        }
    }

    #[test]
    fn what_is_there_is_written_as_it_stands() {
        let draft = Draft::of(&activity(ActivityState::Open));
        assert_eq!(
            (&*draft.day, &*draft.from, &*draft.until),
            ("2026-11-24", "09:00", "11:00")
        );
        let plan = draft.plan().expect("it is whole");
        assert_eq!((plan.skills, plan.repeat), (vec![Skill::Reading], None));
    }

    #[test]
    fn what_can_be_done_follows_the_clock() {
        let rows = [
            ("08:29", true, false, false),
            ("08:30", true, true, false),
            ("09:00", false, true, false),
            ("09:15", false, true, true),
            ("13:00", false, true, true),
            ("13:01", false, false, true),
        ];
        for (time, plans, door, misses) in rows {
            let can = open(&activity(ActivityState::Open), at(time).at);
            let wanted = Open {
                plans,
                door,
                misses,
            };
            assert_eq!(can, wanted, "{time}");
        }
        let off = activity(ActivityState::Cancelled);
        assert_eq!(open(&off, at("08:45").at), Open::default());
    }

    #[test]
    fn minutes_are_confirmed_of_who_was_there() {
        let row = SignUpRow {
            id: domain::SignUpId::from_bits(1),
            person: domain::PersonId::from_bits(1),
            name: String::new(),
            state: SignUpState::Going,
            came: Some(at("09:00")),
            left: None,
            forgotten: false,
            missed: false,
            minutes: None,
            said_left: None,
            said_minutes: None,
            settled: false,
        };
        assert!(!settles(&row, false), "still there");
        assert!(settles(&row, true), "it is over");
        let gone = SignUpRow {
            minutes: Some(50),
            ..row.clone()
        };
        assert!(settles(&gone, false));
        assert_eq!(proposed(&gone), Some(50));
        let said = SignUpRow {
            said_minutes: Some(40),
            ..gone.clone()
        };
        assert_eq!(proposed(&said), Some(40));
        let missed = SignUpRow {
            missed: true,
            minutes: None,
            ..said
        };
        assert!(settles(&missed, true), "they were there after all");
        assert_eq!(proposed(&missed), None);
        for other in [
            SignUpRow {
                settled: true,
                ..gone.clone()
            },
            SignUpRow {
                came: None,
                minutes: None,
                ..gone
            },
        ] {
            assert!(!settles(&other, true));
        }
    }

    #[test]
    fn numbers_are_read_within_their_limits() {
        assert_eq!(number(" 12 ", 1, 12, "/x").ok(), Some(12));
        for (raw, code) in [
            ("", Code::MissingField),
            ("0", Code::BadValue),
            ("13", Code::BadValue),
            ("-1", Code::BadValue),
            ("1.5", Code::BadValue),
            ("99999999999", Code::BadValue),
        ] {
            let problem = number(raw, 1, 12, "/x").expect_err(raw);
            assert_eq!(problem.code, code, "{raw}");
        }
        assert_eq!(maybe_number(" ", 1, 12, "/x").ok(), Some(None));
        assert_eq!(maybe_number("3", 1, 12, "/x").ok(), Some(Some(3)));
        assert!(maybe_number("x", 1, 12, "/x").is_err());
    }
}
