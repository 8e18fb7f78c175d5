//! What the librarian says of a copy, and what follows from it.

use super::{CopyState, Handed, Shelf, Waiting, When};
use crate::access::named;
use crate::library::LedgerEvent;
use crate::{HoldId, LoanId, PersonId, Refusal};

named! {
    /// What the librarian says of a copy.
    Mark {
        Lost = "lost",
        Found = "found",
        Repair = "repair",
        Repaired = "repaired",
        Withdraw = "withdraw",
        Restore = "restore",
        /// By a count of the shelves.
        Missing = "missing",
    }
}

/// What came of a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    pub shelf: Shelf,
    /// The loan that ended by it: a copy was lost while it was out.
    pub lost_on: Option<LoanId>,
    /// Whoever it was kept for waits again, in the place they had.
    pub waits_again: Option<HoldId>,
    /// Who has a copy kept now: this one, or another where theirs was taken away.
    pub next: Option<Handed>,
    /// Who waits although no copy is left, now that this one is gone.
    pub in_vain: Vec<PersonId>,
    pub event: LedgerEvent,
}

impl Shelf {
    /// What the librarian says of a copy. Refuses: `Missing`, and `CopyIs` where it cannot be said of a
    /// copy in that state.
    pub fn mark(mut self, barcode: &str, mark: Mark, when: When) -> Result<Marked, Refusal> {
        use CopyState::{Available, InRepair, Lost, Missing, OnHold, OnLoan, Withdrawn};
        let place = self.at(barcode)?;
        let state = self.copies[place].state;
        let (now, event) = match (mark, state) {
            (Mark::Lost, Available | OnHold | OnLoan | InRepair | Missing) => {
                (Some(Lost), LedgerEvent::Lost)
            }
            (Mark::Missing, Available | OnHold) => (Some(Missing), LedgerEvent::Missing),
            (Mark::Repair, Available | OnHold) => (Some(InRepair), LedgerEvent::ToRepair),
            (Mark::Withdraw, Available | OnHold | InRepair | Missing | Lost) => {
                (Some(Withdrawn), LedgerEvent::Withdrawn)
            }
            (Mark::Found, Missing | Lost) => (None, LedgerEvent::Found),
            (Mark::Repaired, InRepair) => (None, LedgerEvent::Repaired),
            (Mark::Restore, Withdrawn) => (None, LedgerEvent::Restored),
            (Mark::Lost, Lost | Withdrawn)
            | (Mark::Missing, OnLoan | InRepair | Missing | Lost | Withdrawn)
            | (Mark::Repair, OnLoan | InRepair | Missing | Lost | Withdrawn)
            | (Mark::Withdraw, OnLoan | Withdrawn)
            | (Mark::Found, Available | OnLoan | OnHold | InRepair | Withdrawn)
            | (Mark::Repaired, Available | OnLoan | OnHold | Missing | Lost | Withdrawn)
            | (Mark::Restore, Available | OnLoan | OnHold | InRepair | Missing | Lost) => {
                return Err(Refusal::CopyIs { state });
            }
        };
        let copy = &mut self.copies[place];
        let lost_on = copy.loan.take();
        let kept = copy.kept.take();
        copy.due = None;
        copy.changed_at = when.at;
        let free = match now {
            Some(state) => {
                copy.state = state;
                None
            }
            None => self.pass_on(place, when),
        };
        let (shelf, instead, waits_again) = self.after(kept, when);
        let none_left = matches!(now, Some(Lost | Withdrawn)) && shelf.lendable() == 0;
        let told = |one: &&Waiting| none_left && Some(one.hold) != waits_again;
        let in_vain = shelf.queue.iter().filter(told);
        let in_vain = in_vain.map(|one| one.reader).collect();
        Ok(Marked {
            in_vain,
            shelf,
            lost_on,
            waits_again,
            next: free.or(instead),
            event,
        })
    }
}
