//! What the library's pages work out for themselves.

use domain::library::barcode::reader_card;
use domain::library::{CopyState, Mark, Override, Scanned, scanned as named};
use wire::Code;

use super::scan::Wanted;

/// What a code says where these are wanted; `None` where it says something else.
#[must_use]
pub fn fits(wanted: Wanted, raw: &str) -> Option<String> {
    match wanted {
        Wanted::Card => reader_card(raw),
        Wanted::Label => match named(raw)? {
            Scanned::Label(label) => Some(label),
            Scanned::Isbn(_) => None,
        },
        Wanted::Isbn => match named(raw)? {
            Scanned::Label(_) => None,
            Scanned::Isbn(isbn) => Some(isbn.to_string()),
        },
        Wanted::Book => match named(raw)? {
            Scanned::Label(label) => Some(label),
            Scanned::Isbn(isbn) => Some(isbn.to_string()),
        },
    }
}

/// The rule a refusal came from, where it is one that may be set aside.
#[must_use]
pub fn overridden_by(code: Code) -> Option<Override> {
    match code {
        Code::ReaderLate => Some(Override::Late),
        Code::LoanLimit => Some(Override::Limit),
        Code::KeptForOther => Some(Override::Kept),
        Code::NotLent => Some(Override::NotLent),
        _ => None,
    }
}

/// What a librarian may say of a copy in this state. A count of the shelves alone says `Missing`.
#[must_use]
pub fn marks(state: CopyState) -> &'static [Mark] {
    match state {
        CopyState::Available | CopyState::OnHold => &[Mark::Repair, Mark::Lost, Mark::Withdraw],
        CopyState::OnLoan => &[Mark::Lost],
        CopyState::InRepair => &[Mark::Repaired, Mark::Lost, Mark::Withdraw],
        CopyState::Missing => &[Mark::Found, Mark::Lost, Mark::Withdraw],
        CopyState::Lost => &[Mark::Found, Mark::Withdraw],
        CopyState::Withdrawn => &[Mark::Restore],
    }
}

/// Authors as they are typed, with commas of either kind between them.
#[must_use]
pub fn authors(typed: &str) -> Vec<String> {
    parts(typed, &[',', '，', '、', ';', '；'])
}

/// Labels as they were scanned, one on each line.
#[must_use]
pub fn scanned(typed: &str) -> Vec<String> {
    parts(typed, &['\n', ',', '，'])
}

/// A list less each of these once; nothing where one of them is not in it.
#[must_use]
pub fn without(all: &[String], some: &[String]) -> Option<Vec<String>> {
    let mut rest = all.to_vec();
    for one in some {
        let place = rest.iter().position(|other| other == one)?;
        rest.remove(place);
    }
    Some(rest)
}

fn parts(typed: &str, between: &[char]) -> Vec<String> {
    typed
        .split(between)
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_was_sent_goes_and_what_came_meanwhile_stays() {
        let list = |text: &str| super::scanned(text);
        let rest = super::without(&list("a\nb\na\nc"), &list("a\nb"));
        assert_eq!(rest, Some(list("a\nc")));
        assert_eq!(super::without(&list("a"), &list("a\na")), None);
    }

    use super::*;
    use domain::library::{Copy, Shelf, When};
    use jiff::Timestamp;

    /// What is offered is what the rules take, and nothing they take is left out.
    #[test]
    fn what_is_offered_is_what_the_rules_take() {
        for state in CopyState::ALL {
            let when = When {
                at: Timestamp::UNIX_EPOCH,
                kept_until: jiff::civil::date(2026, 12, 1),
            };
            let shelf = Shelf {
                copies: vec![Copy {
                    barcode: "c".into(),
                    state: *state,
                    loan: None,
                    due: None,
                    kept: None,
                    changed_at: when.at,
                }],
                ..Shelf::empty(domain::TitleId::from_bits(1))
            };
            for mark in Mark::ALL.iter().filter(|mark| **mark != Mark::Missing) {
                let taken = shelf.clone().mark("c", *mark, when).is_ok();
                assert_eq!(marks(*state).contains(mark), taken, "{state} {mark}");
            }
        }
    }

    #[test]
    fn a_camera_takes_what_the_page_asks_for_and_nothing_else() {
        let (label, card) = (
            domain::library::barcode::label(7),
            domain::library::barcode::card(7),
        );
        let isbn = "9787532125944";
        let rows = [
            (Wanted::Card, [false, true, false]),
            (Wanted::Label, [true, false, false]),
            (Wanted::Isbn, [false, false, true]),
            (Wanted::Book, [true, false, true]),
        ];
        for (wanted, wants) in rows {
            let takes = [&label, &card, isbn].map(|code| fits(wanted, code).is_some());
            assert_eq!(takes, wants, "{wanted:?}");
        }
        assert_eq!(
            fits(Wanted::Book, "9787532125943"),
            None,
            "a wrong last digit"
        );
    }

    #[test]
    fn lists_are_typed_with_any_comma() {
        assert_eq!(authors(" 鲁迅，冰心、 ; 老舍"), ["鲁迅", "冰心", "老舍"]);
        assert_eq!(scanned("Y1\n\n Y2 ,Y3"), ["Y1", "Y2", "Y3"]);
    }

    #[test]
    fn only_rules_that_may_be_set_aside_are() {
        let ways: Vec<Override> = Code::ALL
            .iter()
            .copied()
            .filter_map(overridden_by)
            .collect();
        for act in Override::ALL {
            assert_eq!(ways.iter().filter(|way| *way == act).count(), 1, "{act}");
        }
        assert_eq!(overridden_by(Code::LoanConsent), None);
    }
}
