//! What one reader has and waits for: how many more, and whether they are late.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::loan::Override;
use super::rules::Rules;
use super::title::ItemKind;
use crate::access::named;
use crate::{HoldId, LoanId, PersonId, Refusal, TitleId, limits};

named! {
    /// What loan rules may tell apart. A reader is a child as long as they are under age.
    ReaderKind { Child = "child", Adult = "adult" }
}

named! {
    /// Why somebody may not borrow now.
    Block {
        /// A child whose guardian has not agreed.
        NoConsent = "no_consent",
        Late = "late",
        /// Has as many as they may.
        Full = "full",
    }
}

/// A book that is out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Out {
    pub loan: LoanId,
    pub title: TitleId,
    pub item: ItemKind,
    pub due: Date,
}

/// What one reader has and waits for, written anew with each change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reader {
    pub person: PersonId,
    /// What stands on their card; none until one is asked for.
    pub card: Option<String>,
    pub loans: Vec<Out>,
    pub holds: Vec<HoldId>,
    /// 0: not stored yet.
    pub ver: u64,
}

/// Who wants to borrow: of what kind, and whether that is agreed to. A child's guardian agrees for
/// them; an adult who comes agrees by coming.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Borrower {
    pub kind: ReaderKind,
    pub agreed: bool,
}

/// What is asked for: of which kind, on which local day, and which rule is set aside.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    pub item: ItemKind,
    pub today: Date,
    pub set_aside: Option<Override>,
}

impl Reader {
    #[must_use]
    pub fn new(person: PersonId) -> Self {
        Self {
            person,
            card: None,
            loans: Vec::new(),
            holds: Vec::new(),
            ver: 0,
        }
    }

    /// How many should be back; days on which the library was closed since are given to them.
    #[must_use]
    pub fn late(&self, rules: &Rules, today: Date) -> u32 {
        let over = |out: &&Out| today > rules.open_from(out.due);
        let late = self.loans.iter().filter(over).count();
        u32::try_from(late).unwrap_or(u32::MAX)
    }

    /// How many of what a rule is for: of its kind, or of all.
    fn has(&self, item: Option<ItemKind>) -> u32 {
        let counts = |out: &&Out| item.is_none_or(|item| out.item == item);
        u32::try_from(self.loans.iter().filter(counts).count()).unwrap_or(u32::MAX)
    }

    /// May they borrow? Comes after what the shelf says of the copy. Refuses, in this order:
    /// `LoanConsent`, `NotLent`, `ReaderLate`, `LoanLimit`, `LoanMost` (which nobody sets aside).
    pub fn refuse(&self, who: Borrower, what: Request, rules: &Rules) -> Result<(), Refusal> {
        if !who.agreed {
            return Err(Refusal::LoanConsent);
        }
        let rule = rules.of(who.kind, what.item);
        let aside = |act| what.set_aside == Some(act);
        if rule.days == 0 && !aside(Override::NotLent) {
            return Err(Refusal::NotLent);
        }
        let late = self.late(rules, what.today);
        if late > 0 && !aside(Override::Late) {
            return Err(Refusal::ReaderLate { count: late });
        }
        let lent = rule.days > 0;
        if lent && self.has(rule.item) >= rule.loans && !aside(Override::Limit) {
            return Err(Refusal::LoanLimit { max: rule.loans });
        }
        if self.loans.len() >= limits::READER_LOANS {
            let max = u32::try_from(limits::READER_LOANS).unwrap_or(u32::MAX);
            return Err(Refusal::LoanMost { max });
        }
        Ok(())
    }

    /// Why they may not borrow an ordinary book today.
    #[must_use]
    pub fn blocks(&self, who: Borrower, rules: &Rules, today: Date) -> Vec<Block> {
        let mut blocks = Vec::new();
        if !who.agreed {
            blocks.push(Block::NoConsent);
        }
        if self.late(rules, today) > 0 {
            blocks.push(Block::Late);
        }
        if self.left(who, rules) == 0 {
            blocks.push(Block::Full);
        }
        blocks
    }

    /// How many more ordinary books.
    #[must_use]
    pub fn left(&self, who: Borrower, rules: &Rules) -> u32 {
        let rule = rules.of(who.kind, ItemKind::Book);
        rule.loans.saturating_sub(self.has(rule.item))
    }

    #[must_use]
    pub fn with_loan(mut self, out: Out, fulfilled: Option<HoldId>) -> Self {
        self.loans.push(out);
        self.holds.retain(|hold| Some(*hold) != fulfilled);
        self.next_version()
    }

    #[must_use]
    pub fn renewed(mut self, loan: LoanId, due: Date) -> Self {
        for out in self.loans.iter_mut().filter(|out| out.loan == loan) {
            out.due = due;
        }
        self.next_version()
    }

    #[must_use]
    pub fn without_loan(mut self, loan: LoanId) -> Self {
        self.loans.retain(|out| out.loan != loan);
        self.next_version()
    }

    /// Waits for one more. Refuses: `HoldLimit`.
    pub fn with_hold(mut self, hold: HoldId) -> Result<Self, Refusal> {
        if self.holds.len() >= limits::READER_HOLDS {
            let max = u32::try_from(limits::READER_HOLDS).unwrap_or(u32::MAX);
            return Err(Refusal::HoldLimit { max });
        }
        self.holds.push(hold);
        Ok(self.next_version())
    }

    #[must_use]
    pub fn without_hold(mut self, hold: HoldId) -> Self {
        self.holds.retain(|one| *one != hold);
        self.next_version()
    }

    #[must_use]
    pub fn with_card(mut self, card: String) -> Self {
        self.card = Some(card);
        self.next_version()
    }

    fn next_version(mut self) -> Self {
        self.ver += 1;
        self
    }
}
