//! One copy with one reader, from the day it is lent.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::rules::{LoanRule, Rules};
use super::title::ItemKind;
use crate::access::named;
use crate::{CommunityId, LoanId, PersonId, Refusal, TitleId};

named! {
    LoanState {
        Open = "open",
        Returned = "returned",
        /// The copy was lost while it was out.
        Lost = "lost",
    }
}

named! {
    /// Which rule is set aside, by somebody who may, and says why.
    Override {
        /// The reader has books that are late.
        Late = "late",
        /// The reader has as many as they may.
        Limit = "limit",
        /// The copy is kept for somebody else.
        Kept = "kept",
        /// Items of this kind are not lent.
        NotLent = "not_lent",
    }
}

/// A rule that was set aside, by whom and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overridden {
    pub act: Override,
    pub by: PersonId,
    pub comment: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loan {
    pub id: LoanId,
    pub community: CommunityId,
    pub barcode: String,
    pub title: TitleId,
    pub item: ItemKind,
    /// Nobody, once the reader left.
    pub reader: Option<PersonId>,
    /// Who lent it: the reader, whoever decides for them, or the desk. Nobody, once the reader left.
    pub by: Option<PersonId>,
    pub state: LoanState,
    pub lent_at: Timestamp,
    pub due: Date,
    pub renewals: u32,
    /// When it came back, or was given up as lost.
    pub ended_at: Option<Timestamp>,
    pub overridden: Option<Overridden>,
    /// The day of the last reminder.
    pub reminded_on: Option<Date>,
    /// The version of the rules it was lent by.
    pub rules_ver: u32,
    pub ver: u64,
}

impl Loan {
    /// What is due on a day on which the library was closed since is late a day after the next open one.
    #[must_use]
    pub fn is_late(&self, rules: &Rules, today: Date) -> bool {
        self.state == LoanState::Open && today > rules.open_from(self.due)
    }

    /// Refuses: `LoanIs` where it is over.
    pub fn refuse_over(&self) -> Result<(), Refusal> {
        if self.state == LoanState::Open {
            Ok(())
        } else {
            Err(Refusal::LoanIs { state: self.state })
        }
    }

    /// Kept longer, from today on; what is late is brought back, so that nobody is in time by renewing.
    /// Refuses: `LoanLate`, `NoMoreRenewals`, `RenewsNothing` where it would be due no later. Whether it is
    /// over is said before, by [`Loan::refuse_over`], and then whether others wait, by the shelf.
    pub fn renew(self, rule: &LoanRule, rules: &Rules, today: Date) -> Result<Self, Refusal> {
        if self.is_late(rules, today) {
            return Err(Refusal::LoanLate { due: self.due });
        }
        if self.renewals >= rule.renewals {
            return Err(Refusal::NoMoreRenewals { max: rule.renewals });
        }
        let due = rules.due(rule, today);
        if due <= self.due {
            return Err(Refusal::RenewsNothing { due: self.due });
        }
        Ok(Self {
            due,
            renewals: self.renewals + 1,
            reminded_on: None,
            ver: self.ver + 1,
            ..self
        })
    }

    /// What stays of it once its reader left: which book, and when.
    #[must_use]
    pub fn without_reader(self) -> Self {
        let overridden = self.overridden.map(|one| Overridden {
            comment: String::new(),
            ..one
        });
        Self {
            reader: None,
            by: None,
            overridden,
            ver: self.ver + 1,
            ..self
        }
    }

    /// The copy came back, or was lost.
    #[must_use]
    pub fn end(self, state: LoanState, at: Timestamp) -> Self {
        Self {
            state,
            ended_at: Some(at),
            ver: self.ver + 1,
            ..self
        }
    }

    /// The day of the next reminder.
    #[must_use]
    pub fn remind_on(&self) -> Date {
        reminder_after(self.due, self.reminded_on)
    }

    #[must_use]
    pub fn reminded(self, today: Date) -> Self {
        Self {
            reminded_on: Some(today),
            ver: self.ver + 1,
            ..self
        }
    }
}

/// The day before it is due; the day after; and then every week.
#[must_use]
pub fn reminder_after(due: Date, last: Option<Date>) -> Date {
    match last {
        None => due.saturating_sub(1.days()),
        Some(last) if last <= due => due.saturating_add(1.days()),
        Some(last) => last.saturating_add(7.days()),
    }
}
