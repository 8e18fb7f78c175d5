//! What a case's page makes of what it knows.

use domain::care::Stage;
use domain::{CaseId, PersonId};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use wire::care::PastCase;
use wire::{Code, Problem};

/// Whose a case is, to whoever reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    Nobody,
    Mine,
    Another,
}

#[must_use]
pub fn hold(owner: Option<PersonId>, me: Option<PersonId>) -> Hold {
    match owner {
        None => Hold::Nobody,
        Some(_) if owner == me => Hold::Mine,
        Some(_) => Hold::Another,
    }
}

/// Was the case another one than the reader knew when they did something? Then it is asked for again.
#[must_use]
pub fn is_other(problem: &Problem) -> bool {
    matches!(
        problem.code,
        Code::Stale
            | Code::CaseClosed
            | Code::CaseOpen
            | Code::TaskTaken
            | Code::TaskOver
            | Code::NotOffered
            | Code::TaskUnsettled
            | Code::NoteLocked
    )
}

/// What a case can become part of: the one that is open about the same person.
#[must_use]
pub fn open_beside(cases: &[PastCase]) -> Option<CaseId> {
    let open = |case: &&PastCase| !matches!(case.stage, Stage::Reflect | Stage::Done);
    cases.iter().find(open).map(|case| case.id)
}

/// What is read out to those who are called, without what is not known.
#[must_use]
pub fn address(community: &str, room: &str) -> String {
    let parts = [community.trim(), room.trim()];
    let known = parts.into_iter().filter(|part| !part.is_empty());
    known.collect::<Vec<_>>().join(" ")
}

/// Days until a follow-up, as they are offered.
pub const FOLLOW_UP_DAYS: [u8; 4] = [1, 3, 7, 30];

#[must_use]
pub fn days_on(today: Date, days: u8) -> Date {
    today.saturating_add(i64::from(days).days())
}

/// The beginning of this minute: a clock that is some seconds ahead says nothing of the future.
#[must_use]
pub fn this_minute(now: Timestamp) -> Timestamp {
    let second = now.as_second();
    Timestamp::from_second(second - second.rem_euclid(60)).unwrap_or(now)
}

/// A version of the rules as it is typed; nothing where none is.
pub fn rules_ver(raw: &str) -> Result<Option<u32>, Problem> {
    let raw = raw.trim();
    if raw.is_empty() {
        return Ok(None);
    }
    let bad = |_| Problem::new(Code::BadValue).at("/rules_ver");
    raw.parse::<u32>().map(Some).map_err(bad)
}

/// What is typed, where something has to be.
pub fn said(raw: &str, pointer: &str) -> Result<String, Problem> {
    match raw.trim() {
        "" => Err(Problem::new(Code::EmptyText).at(pointer)),
        words => Ok(words.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_ones_own_or_somebody_elses_or_nobodys() {
        let (me, other) = (PersonId::new(1, 1), PersonId::new(2, 2));
        assert_eq!(hold(None, Some(me)), Hold::Nobody);
        assert_eq!(hold(None, None), Hold::Nobody);
        assert_eq!(hold(Some(me), Some(me)), Hold::Mine);
        assert_eq!(hold(Some(other), Some(me)), Hold::Another);
        assert_eq!(hold(Some(other), None), Hold::Another);
    }

    #[test]
    fn what_somebody_else_did_is_looked_at_and_what_was_typed_wrong_is_not() {
        assert!(is_other(&Problem::new(Code::TaskTaken)));
        assert!(is_other(&Problem::new(Code::Stale)));
        assert!(!is_other(&Problem::new(Code::EmptyText)));
        assert!(!is_other(&Problem::new(Code::LeftUnwatched)));
    }

    fn past(n: u64, stage: Stage) -> PastCase {
        PastCase {
            id: CaseId::new(n, 1),
            opened_at: serde_json::from_value("2026-11-24T09:00:00+08:00".into())
                .expect("a moment"),
            stage,
            reason: None,
        }
    }

    #[test]
    fn only_an_open_case_takes_another_in() {
        let over = [past(1, Stage::Done), past(2, Stage::Reflect)];
        assert_eq!(open_beside(&over), None);
        let open = [past(1, Stage::Done), past(3, Stage::Call)];
        assert_eq!(open_beside(&open), Some(CaseId::new(3, 1)));
    }

    #[test]
    fn an_address_is_read_out_without_gaps() {
        assert_eq!(address("大型社区", "1号楼 101"), "大型社区 1号楼 101");
        assert_eq!(address("大型社区", ""), "大型社区");
        assert_eq!(address(" ", "1号楼"), "1号楼");
    }

    #[test]
    fn days_and_minutes_are_whole() {
        let day = jiff::civil::date(2026, 11, 29);
        assert_eq!(days_on(day, 3), jiff::civil::date(2026, 12, 2));
        let at = |second| Timestamp::from_second(second).expect("in range");
        assert_eq!(this_minute(at(179)), at(120));
        assert_eq!(this_minute(at(120)), at(120));
        assert_eq!(this_minute(at(-1)), at(-60));
    }

    #[test]
    fn a_version_is_a_number_or_nothing() {
        assert_eq!(rules_ver("  ").ok(), Some(None));
        assert_eq!(rules_ver(" 7 ").ok(), Some(Some(7)));
        let flaw = rules_ver("seven").expect_err("no number");
        assert_eq!(flaw.pointer.as_deref(), Some("/rules_ver"));
        assert_eq!(said(" a ", "/x").ok().as_deref(), Some("a"));
        let flaw = said(" \n", "/x").expect_err("nothing said");
        assert_eq!(
            (flaw.code, flaw.pointer.as_deref()),
            (Code::EmptyText, Some("/x"))
        );
    }
}
