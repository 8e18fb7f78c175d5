//! Of several reasons against a loan the first in the list of refusals is said: everything is wrong at
//! first, and one thing after the other is put right.

use domain::library::{
    Borrower, Copy, CopyState, ItemKind, Kept, LoanRule, Out, Overridden, Override, Reader,
    ReaderKind, Rules, Shelf, Title, decide,
};
use domain::{CommunityId, HoldId, LoanId, PersonId, Refusal, TitleId, limits};
use jiff::Timestamp;
use jiff::civil::{Date, date};

const TODAY: Date = date(2026, 11, 24);

fn shelf(state: CopyState) -> Shelf {
    let kept = Kept {
        hold: HoldId::new(1, 8),
        reader: PersonId::new(1, 8),
        since: Timestamp::UNIX_EPOCH,
        until: TODAY,
    };
    Shelf {
        title: TitleId::new(1, 1),
        copies: vec![Copy {
            barcode: "c".into(),
            state,
            loan: (state == CopyState::OnLoan).then(|| LoanId::new(1, 9)),
            due: (state == CopyState::OnLoan).then_some(TODAY),
            kept: (state == CopyState::OnHold).then_some(kept),
            changed_at: Timestamp::UNIX_EPOCH,
        }],
        queue: vec![],
        ver: 1,
    }
}

fn title(kind: ItemKind) -> Title {
    Title {
        id: TitleId::new(1, 1),
        community: CommunityId::new(1, 1),
        name: "书".into(),
        other_name: String::new(),
        authors: vec![],
        publisher: String::new(),
        published: String::new(),
        isbn: None,
        class: String::new(),
        subjects: vec![],
        about: String::new(),
        kind,
        changed_at: Timestamp::UNIX_EPOCH,
        ver: 1,
    }
}

/// Has so many, due on that day.
fn has(count: usize, due: Date) -> Reader {
    let out = |n: usize| Out {
        loan: LoanId::new(2, n as u128),
        title: TitleId::new(2, n as u128),
        item: ItemKind::Book,
        due,
    };
    Reader {
        loans: (0..count).map(out).collect(),
        ..Reader::new(PersonId::new(1, 2))
    }
}

/// Up to so many.
fn rules(loans: u32) -> Rules {
    let mut rules = Rules::default();
    rules.rules[0] = LoanRule {
        loans,
        ..rules.rules[0].clone()
    };
    rules
}

struct Case {
    agreed: bool,
    copy: CopyState,
    kind: ItemKind,
    reader: Reader,
    rules: Rules,
}

impl Case {
    fn lend(&self, act: Option<Override>) -> Result<(), Refusal> {
        let who = Borrower {
            kind: ReaderKind::Child,
            agreed: self.agreed,
        };
        let set_aside = act.map(|act| Overridden {
            act,
            by: PersonId::new(1, 3),
            comment: "为什么".into(),
        });
        let asked = decide::Asked {
            id: LoanId::new(1, 1),
            title: &title(self.kind),
            barcode: "c",
            by: PersonId::new(1, 3),
            at: Timestamp::UNIX_EPOCH,
            today: TODAY,
            set_aside: set_aside.as_ref(),
        };
        decide::lend(&shelf(self.copy), &self.reader, who, &asked, &self.rules).map(|_| ())
    }
}

#[test]
fn a_loan_is_refused_for_the_first_reason() {
    let copies = [
        (CopyState::OnLoan, Refusal::OnLoan),
        (CopyState::OnHold, Refusal::KeptForOther),
        (
            CopyState::Lost,
            Refusal::CopyIs {
                state: CopyState::Lost,
            },
        ),
    ];
    for (copy, of_copy) in copies {
        let mut case = Case {
            agreed: false,
            copy,
            kind: ItemKind::Reference,
            reader: has(limits::READER_LOANS, date(2026, 11, 1)),
            rules: rules(3),
        };
        assert_eq!(case.lend(None), Err(Refusal::LoanConsent));
        case.agreed = true;
        assert_eq!(case.lend(None), Err(of_copy));
        case.copy = CopyState::Available;
        assert_eq!(case.lend(None), Err(Refusal::NotLent));
        case.kind = ItemKind::Book;
        let count = u32::try_from(limits::READER_LOANS).expect("small");
        assert_eq!(case.lend(None), Err(Refusal::ReaderLate { count }));
        case.reader = has(limits::READER_LOANS, TODAY);
        assert_eq!(case.lend(None), Err(Refusal::LoanLimit { max: 3 }));
        case.rules = rules(1_000);
        assert_eq!(case.lend(None), Err(Refusal::LoanMost { max: count }));
        case.reader = has(limits::READER_LOANS - 1, TODAY);
        assert_eq!(case.lend(None), Ok(()));
    }
}

/// Whoever sets one rule aside hears of the next; consent, another's loan and the most that anybody may
/// have are set aside by nobody.
#[test]
fn one_rule_is_set_aside_and_no_other() {
    let mut case = Case {
        agreed: true,
        copy: CopyState::OnHold,
        kind: ItemKind::Reference,
        reader: has(limits::READER_LOANS, date(2026, 11, 1)),
        rules: rules(3),
    };
    assert_eq!(case.lend(Some(Override::Kept)), Err(Refusal::NotLent));
    case.copy = CopyState::Available;
    let count = u32::try_from(limits::READER_LOANS).expect("small");
    let late = Refusal::ReaderLate { count };
    assert_eq!(case.lend(Some(Override::NotLent)), Err(late));
    case.kind = ItemKind::Book;
    let full = Refusal::LoanLimit { max: 3 };
    assert_eq!(case.lend(Some(Override::Late)), Err(full));
    case.reader = has(limits::READER_LOANS, TODAY);
    for act in Override::ALL {
        let said = match act {
            Override::Limit => Refusal::LoanMost { max: count },
            _ => Refusal::LoanLimit { max: 3 },
        };
        assert_eq!(case.lend(Some(*act)), Err(said), "{act}");
    }
    case.copy = CopyState::OnLoan;
    for act in Override::ALL {
        assert_eq!(case.lend(Some(*act)), Err(Refusal::OnLoan), "{act}");
    }
    case.agreed = false;
    for act in Override::ALL {
        assert_eq!(case.lend(Some(*act)), Err(Refusal::LoanConsent), "{act}");
    }
}
