//! The library: titles, their copies, who has them and who waits.
//!
//! ```text
//!              lend                       give back, nobody waits
//! available ─────────▶ on_loan ─────────────────────────────▶ available
//!     ▲                   │ give back, somebody waits
//!     │ passes on         ▼
//!     └──────────────── on_hold ──lend to whom it is kept for──▶ on_loan
//! ```
//! Besides, a copy may be in repair, missing, lost or withdrawn. It is in exactly one state, and on
//! one loan at most: all that is decided of a title's copies and of those who wait for them is
//! decided on one [`Shelf`], which every change writes anew. How many a reader may have, and whether
//! they are late, is decided on one [`Reader`]. As long as somebody waits, no copy is available.
//! Nobody is ever asked for money or points: lateness only keeps one from borrowing more.

pub mod barcode;
pub mod decide;
mod hold;
mod import;
mod ledger;
mod loan;
mod reader;
mod rules;
pub mod search;
mod shelf;
mod title;

pub use barcode::{Scanned, scanned};
pub use hold::{Hold, HoldState};
pub use import::{ImportState, RowOutcome, Wish};
pub use ledger::{LedgerEvent, Line, Sums};
pub use loan::{Loan, LoanState, Overridden, Override, reminder_after};
pub use reader::{Block, Borrower, Out, Reader, ReaderKind, Request};
pub use rules::{ClosedDay, LoanRule, Rules};
pub use shelf::{Copy, CopyState, Handed, Kept, LentOut, Mark, Marked, Shelf, Waiting, When};
pub use title::{ItemKind, TaskKind, TaskState, Title};
