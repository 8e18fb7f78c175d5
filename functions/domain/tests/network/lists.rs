//! What comes back: an answer, and the network's own list.

use domain::EntryId;
use domain::network::compare::{Amount, Answer, Difference, Held, NoAnswer, compare};
use domain::network::{Passed, Record};

use super::{batch, state};

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
