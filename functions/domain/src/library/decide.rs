//! What is decided of a shelf and a reader together: lending, keeping longer, reserving. Each says no in
//! the order of [`Refusal`].

use jiff::Timestamp;
use jiff::civil::Date;

use super::loan::{Loan, LoanState, Overridden, Override};
use super::reader::{Borrower, Out, Reader, ReaderKind, Request};
use super::rules::Rules;
use super::shelf::{LentOut, Shelf, Waiting, When};
use super::title::{ItemKind, Title};
use crate::{LoanId, PersonId, Refusal};

/// A loan that is asked for: of which copy, under which id, by whom. `set_aside`: a rule that does not
/// hold this time, who says so, and why.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub id: LoanId,
    pub title: &'a Title,
    pub barcode: &'a str,
    pub by: PersonId,
    pub at: Timestamp,
    pub today: Date,
    pub set_aside: Option<&'a Overridden>,
}

impl Asked<'_> {
    #[must_use]
    pub fn when(&self, rules: &Rules) -> When {
        When {
            at: self.at,
            kept_until: rules.kept_until(self.today),
        }
    }
}

/// A copy that was lent: what is so now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lent {
    pub out: LentOut,
    pub reader: Reader,
    pub loan: Loan,
}

/// Lends a copy; a rule that is not in the way is not set aside. Refuses, in this order: `LoanConsent`;
/// what [`Shelf::lend`] says of the copy; and what [`Reader::refuse`] says of what the reader has.
pub fn lend(
    shelf: &Shelf,
    reader: &Reader,
    who: Borrower,
    asked: &Asked<'_>,
    rules: &Rules,
) -> Result<Lent, Refusal> {
    let plainly = Asked {
        set_aside: None,
        ..*asked
    };
    match hand_out(shelf, reader, who, &plainly, rules) {
        Err(_) if asked.set_aside.is_some() => hand_out(shelf, reader, who, asked, rules),
        done => done,
    }
}

fn hand_out(
    shelf: &Shelf,
    reader: &Reader,
    who: Borrower,
    asked: &Asked<'_>,
    rules: &Rules,
) -> Result<Lent, Refusal> {
    if !who.agreed {
        return Err(Refusal::LoanConsent);
    }
    let act = asked.set_aside.map(|one| one.act);
    let title = asked.title;
    let due = rules.due(&rules.of(who.kind, title.kind), asked.today);
    let over_hold = act == Some(Override::Kept);
    let named = (asked.id, due);
    let when = asked.when(rules);
    let out = shelf
        .clone()
        .lend(asked.barcode, reader.person, named, over_hold, when)?;
    let request = Request {
        item: title.kind,
        today: asked.today,
        set_aside: act,
    };
    reader.refuse(who, request, rules)?;
    let has = Out {
        loan: asked.id,
        title: title.id,
        item: title.kind,
        due,
    };
    let loan = Loan {
        id: asked.id,
        community: title.community,
        barcode: asked.barcode.to_owned(),
        title: title.id,
        item: title.kind,
        reader: Some(reader.person),
        by: Some(asked.by),
        state: LoanState::Open,
        lent_at: asked.at,
        due,
        renewals: 0,
        ended_at: None,
        overridden: asked.set_aside.cloned(),
        reminded_on: None,
        rules_ver: rules.ver,
        ver: 1,
    };
    let reader = reader.clone().with_loan(has, out.fulfilled);
    Ok(Lent { out, reader, loan })
}

/// A loan once it is renewed, as its reader's kind and its title's queue allow. Refuses, in this order:
/// `LoanIs`, `OthersWait`, and what [`Loan::renew`] says.
pub fn renew(
    loan: &Loan,
    shelf: &Shelf,
    kind: ReaderKind,
    rules: &Rules,
    today: Date,
) -> Result<Loan, Refusal> {
    loan.refuse_over()?;
    shelf.refuse_waiting()?;
    let rule = rules.of(kind, loan.item);
    loan.clone().renew(&rule, rules, today)
}

/// A place in the queue, and with the reader. Refuses, in this order: `LoanConsent`, `NotLent`,
/// `NothingToReserve`, `AlreadyReserved`, `HasIt`, `CopiesFree`, `HoldLimit`, `HoldsFull`.
pub fn reserve(
    shelf: Shelf,
    reader: Reader,
    (who, item): (Borrower, ItemKind),
    waiting: Waiting,
    rules: &Rules,
) -> Result<(Shelf, Reader), Refusal> {
    if !who.agreed {
        return Err(Refusal::LoanConsent);
    }
    if rules.of(who.kind, item).days == 0 {
        return Err(Refusal::NotLent);
    }
    let has: Vec<LoanId> = reader.loans.iter().map(|out| out.loan).collect();
    shelf.refuse_reserving(waiting.reader, &has)?;
    let reader = reader.with_hold(waiting.hold)?;
    Ok((shelf.reserve(waiting)?, reader))
}
