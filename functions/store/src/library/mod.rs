//! The library. Read [`moves`] (what is written together), then [`reads`]; [`leaving`] is what goes
//! with a reader.

pub(crate) mod audit;
mod import;
mod leaving;
mod moves;
mod reads;

use domain::library::{CopyState, TaskKind, TaskState};
use domain::{AuditId, CommunityId, LibraryTaskId, LoanId, PersonId, TitleId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use import::{ImportRow, LibraryImport, LibraryPart};
pub use moves::{
    Change, audit_item, hold_item, isbn_item, label_item, line_items, loan_item, reader_item,
    rules_item, shelf_item, task_item, title_item,
};

/// Leads from a label or an ISBN to its title.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leads {
    pub title: TitleId,
}

/// A copy that was lent without a line while somebody else had it: somebody has to look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LibraryTask {
    pub id: LibraryTaskId,
    pub community: CommunityId,
    pub barcode: String,
    pub title: TitleId,
    #[serde(default)]
    pub kind: TaskKind,
    pub state: TaskState,
    /// The code of the problem.
    pub why: String,
    /// When it was done without a line, by whom, and for whom; nobody, once they left.
    pub done_at: Timestamp,
    pub by: Option<PersonId>,
    pub reader: Option<PersonId>,
    /// The loan that stands instead.
    pub stands: Option<LoanId>,
    pub made_at: Timestamp,
    pub settled_by: Option<PersonId>,
    pub comment: String,
    pub ver: u64,
}

/// A count of the shelves: what was not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShelfAudit {
    pub id: AuditId,
    pub community: CommunityId,
    pub by: PersonId,
    pub at: Timestamp,
    /// Only this class was walked.
    pub class: Option<String>,
    pub found: u32,
    pub missing: Vec<Counted>,
    pub should_be_out: Vec<Counted>,
    pub unknown: Vec<String>,
    pub confirmed: bool,
    pub ver: u64,
}

/// A copy, and the state it was in when it was counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Counted {
    pub barcode: String,
    pub title: TitleId,
    pub state: CopyState,
}
