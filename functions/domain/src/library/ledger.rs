//! The ledger (台账): what happened to which copy, without anybody's name. Sums are made from its
//! lines alone, so that a month always reads the same.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::TitleId;
use crate::access::named;

named! {
    LedgerEvent {
        TakenIn = "taken_in",
        Lent = "lent",
        Returned = "returned",
        Renewed = "renewed",
        Missing = "missing",
        Lost = "lost",
        Found = "found",
        ToRepair = "to_repair",
        Repaired = "repaired",
        Withdrawn = "withdrawn",
        Restored = "restored",
    }
}

/// One line, never changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub at: Timestamp,
    pub event: LedgerEvent,
    pub barcode: String,
    pub title: TitleId,
    /// As it was called then.
    pub title_name: String,
    /// A copy that was lost was on loan.
    pub was_out: bool,
}

/// A month's sums, and how many copies there were at its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    pub taken_in: u32,
    pub lent: u32,
    pub returned: u32,
    pub renewed: u32,
    pub missing: u32,
    pub lost: u32,
    pub found: u32,
    pub withdrawn: u32,
    pub restored: u32,
    /// Not withdrawn, at the end. Signed, like those that are out: by the clocks of two servers a copy may
    /// come back before it was lent, and a month may end between the two.
    pub copies: i64,
    /// On loan at the end.
    pub out: i64,
}

impl Sums {
    /// The month that begins where this one ended.
    #[must_use]
    pub fn next(self) -> Self {
        Self {
            copies: self.copies,
            out: self.out,
            ..Self::default()
        }
    }

    /// With one line more.
    #[must_use]
    pub fn with(mut self, line: &Line) -> Self {
        match line.event {
            LedgerEvent::TakenIn => {
                self.taken_in += 1;
                self.copies += 1;
            }
            LedgerEvent::Lent => {
                self.lent += 1;
                self.out += 1;
            }
            LedgerEvent::Returned => {
                self.returned += 1;
                self.out -= 1;
            }
            LedgerEvent::Renewed => self.renewed += 1,
            LedgerEvent::Missing => self.missing += 1,
            LedgerEvent::Lost => {
                self.lost += 1;
                self.out -= i64::from(line.was_out);
            }
            LedgerEvent::Found => self.found += 1,
            LedgerEvent::ToRepair | LedgerEvent::Repaired => {}
            LedgerEvent::Withdrawn => {
                self.withdrawn += 1;
                self.copies -= 1;
            }
            LedgerEvent::Restored => {
                self.restored += 1;
                self.copies += 1;
            }
        }
        self
    }
}
