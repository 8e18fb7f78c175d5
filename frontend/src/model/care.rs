//! Cases at the desk, worked out without a browser: which are shown and in which order, what one does not see, what a
//! rule would be.

use domain::care::{Factor, Field, Stage, Tier};
use domain::watch::{Silence, Windows};
use domain::{AlertId, CaseId, PersonId};
use wire::care::CaseRow;

/// Which cases of the board are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    All,
    Mine,
    Overdue,
}

impl Which {
    /// As a page names it; all where it names nothing.
    #[must_use]
    pub fn of(raw: &str) -> Self {
        match raw {
            "mine" => Self::Mine,
            "overdue" => Self::Overdue,
            _ => Self::All,
        }
    }
}

/// Those that are asked for: what is past its time first, then as they were opened.
#[must_use]
pub fn shown(rows: &[CaseRow], which: Which, me: Option<PersonId>) -> Vec<CaseRow> {
    let wanted = |row: &&CaseRow| match which {
        Which::All => true,
        Which::Mine => row.owner.is_some() && row.owner == me,
        Which::Overdue => row.overdue,
    };
    let mut rows: Vec<CaseRow> = rows.iter().filter(wanted).cloned().collect();
    rows.sort_by_key(|row| (!row.overdue, row.opened_at.at));
    rows
}

/// How many are past their time.
#[must_use]
pub fn overdue(rows: &[CaseRow]) -> usize {
    rows.iter().filter(|row| row.overdue).count()
}

/// Those that are closed and have taught nothing yet.
#[must_use]
pub fn to_learn(rows: &[CaseRow]) -> Vec<CaseRow> {
    let rows = rows.iter().filter(|row| row.stage == Stage::Reflect);
    rows.cloned().collect()
}

/// The case of an alert among those about its person: the one it opened, else the one it joined.
#[must_use]
pub fn case_of(rows: &[CaseRow], alert: AlertId) -> Option<CaseId> {
    let opened = rows.iter().find(|row| row.id.bits() == alert.bits());
    let open = || rows.iter().find(|row| row.closed_at.is_none());
    opened.or_else(open).map(|row| row.id)
}

/// How often somebody is visited for these reasons: as often as the most frequent asks.
#[must_use]
pub fn tier(factors: &[Factor]) -> Tier {
    let tiers = factors.iter().map(|factor| factor.tier());
    tiers.max().unwrap_or(Tier::Green)
}

/// The parts of a file that are not shown to whoever sees only these.
#[must_use]
pub fn unseen(sees: &[Field]) -> Vec<Field> {
    let all = Field::ALL.iter().copied();
    all.filter(|field| !sees.contains(field)).collect()
}

/// The windows with one of them as it is tried.
#[must_use]
pub fn proposed(now: Windows, silence: Silence, minutes: u32) -> Windows {
    match silence {
        Silence::NoExit => Windows {
            no_exit_minutes: minutes,
            ..now
        },
        Silence::NoReturn => Windows {
            no_return_minutes: minutes,
            ..now
        },
    }
}

/// How long a bar is, in hundredths of the longest.
#[must_use]
pub fn bar(value: u32, most: u32) -> u32 {
    let parts = u64::from(value.min(most)) * 100 / u64::from(most.max(1));
    u32::try_from(parts).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn person(random: u128) -> PersonId {
        PersonId::new(1, random)
    }

    fn row(random: u128, hour: u8, owner: Option<PersonId>, overdue: bool) -> CaseRow {
        let row = json!({
            "id": CaseId::new(1, random), "person": person(9), "person_name": "王阿姨", "room": "3 号楼 302",
            "source": "alert", "stage": "call", "opened_at": format!("2026-11-24T{hour:02}:00:00+08:00"),
            "owner": owner, "owner_name": "", "lease_until": null, "causes": ["no_exit"], "overdue": overdue,
            "unsettled": 0, "closed_at": null, "reason": null, "ver": 1,
        });
        serde_json::from_value(row).expect("a case")
    }

    #[test]
    fn what_is_past_its_time_comes_first_and_one_finds_ones_own() {
        let me = person(1);
        let rows = [
            row(1, 8, None, false),
            row(2, 9, Some(me), true),
            row(3, 7, Some(person(2)), true),
            row(4, 6, Some(me), false),
        ];
        let found = |which| {
            let rows = shown(&rows, Which::of(which), Some(me));
            let ids = rows.iter().map(|row| row.id.bits() & 0xff);
            ids.collect::<Vec<_>>()
        };
        assert_eq!(found("all"), [3, 2, 4, 1]);
        assert_eq!(found("mine"), [2, 4]);
        assert_eq!(found("overdue"), [3, 2]);
        assert_eq!(found(""), found("all"));
        assert!(shown(&rows[..1], Which::Mine, None).is_empty(), "station's");
        assert_eq!(overdue(&rows), 2);
    }

    #[test]
    fn a_case_is_learned_from_once_it_is_closed() {
        let mut closed = row(5, 8, None, false);
        closed.stage = Stage::Reflect;
        let rows = [row(1, 8, None, false), closed];
        let found = to_learn(&rows);
        assert_eq!((found.len(), found[0].id), (1, rows[1].id));
    }

    #[test]
    fn an_alert_has_the_case_it_opened_or_the_one_it_joined() {
        let mut closed = row(6, 8, None, false);
        closed.closed_at = Some(closed.opened_at);
        let own = AlertId::from_bits(closed.id.bits());
        let other = AlertId::new(1, 77);
        let rows = [row(1, 9, None, false), closed.clone()];
        assert_eq!(case_of(&rows, own), Some(closed.id));
        assert_eq!(case_of(&rows, other), Some(rows[0].id));
        assert_eq!(case_of(&rows[1..], other), None);
    }

    #[test]
    fn the_most_frequent_reason_says_how_often() {
        assert_eq!(tier(&[]), Tier::Green);
        assert_eq!(tier(&[Factor::Alone, Factor::RecentFall]), Tier::Orange);
        assert_eq!(tier(&[Factor::Dementia, Factor::Alone]), Tier::Red);
    }

    #[test]
    fn what_is_not_seen_is_the_rest() {
        assert!(unseen(Field::ALL).is_empty());
        let station = [
            Field::Name,
            Field::Room,
            Field::Task,
            Field::Phone,
            Field::Household,
            Field::Contacts,
            Field::Tier,
            Field::History,
        ];
        assert_eq!(unseen(&station), [Field::Health, Field::Notes]);
    }

    #[test]
    fn one_window_is_tried_and_the_other_stays() {
        let tried = proposed(Windows::OUTER, Silence::NoExit, 36 * 60);
        assert_eq!(
            (tried.no_exit_minutes, tried.no_return_minutes),
            (2_160, 4_320)
        );
        let tried = proposed(Windows::OUTER, Silence::NoReturn, 60);
        assert_eq!(
            (tried.no_exit_minutes, tried.no_return_minutes),
            (2_880, 60)
        );
    }

    #[test]
    fn a_bar_is_no_longer_than_the_longest() {
        for (value, most, length) in [(0, 0, 0), (0, 9, 0), (3, 9, 33), (9, 9, 100), (12, 9, 100)] {
            assert_eq!(bar(value, most), length, "{value} of {most}");
        }
    }
}
