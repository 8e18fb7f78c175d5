//! The library's desk: readers by their card, many returns at once, what is late, what waits on the
//! pick-up shelf, and what two desks did to one copy.

use domain::library::{Block, ReaderKind, TaskKind, TaskState};
use domain::{CommandId, LibraryTaskId, LoanId, PersonId, TitleId};

use super::Typed;
use super::loans::{CardView, HoldView, LoanView, ReturnView};
use crate::endpoint::{None_, Page, endpoints, json};
use crate::moment::Moment;
use crate::problem::Problem;

endpoints! {
    /// Whose card this is: what they have, what waits for them, and why they may not borrow, if they may not. The look is written down.
    GetReaderByCard: Get "/v1/library/cards/{card}" (Typed) as LendBooks, None_ => 200 ReaderView;
    /// Readers that go by this name, at most 20. Whoever is found can see that they were looked up.
    FindReaders: Get "/v1/library/readers" () [ReadersQuery] as LendBooks, None_ => 200 Page<ReaderRow>;
    /// A reader, found by name. The look is written down.
    GetReader: Get "/v1/library/readers/{id}" (PersonId) as LendBooks, None_ => 200 ReaderView;
    /// What somebody borrowed before, the latest first. The reason is written down, and theirs to read.
    GetHistory: Get "/v1/library/readers/{id}/history" (PersonId) [HistoryQuery] as ReadHistory, None_ => 200 Page<LoanView>;
    /// Take back a pile, copy by copy: each on its own.
    ReturnMany: Post "/v1/library/returns/many" () as LendBooks, ReturnManyBody => 200 ReturnedMany;
    /// What is lent, the first due first. Whoever has it finds the look in their log of views.
    ListLent: Get "/v1/library/lent" () [LentQuery] as LendBooks, None_ => 200 Page<LoanView>;
    /// What stands on the pick-up shelf, and for whom.
    ListPickUps: Get "/v1/library/pick-ups" () as LendBooks, None_ => 200 Page<HoldView>;
    /// What two desks did to one copy, and waits to be sorted out.
    ListLibraryTasks: Get "/v1/library/tasks" () [TasksQuery] as LendBooks, None_ => 200 Page<TaskView>;
    /// Say that it is sorted out, and how.
    SettleLibraryTask: Post "/v1/library/tasks/{id}/settle" (LibraryTaskId) as LendBooks, SettleTaskBody => 200 TaskView;
    /// Cards to print, of these people. Each finds it in their log of views.
    ListReaderCards: Get "/v1/library/cards" () [CardsQuery] as LendBooks, None_ => 200 Page<CardView>;
}

json! {
    pub struct ReadersQuery {
        /// A part of the name, at least one character.
        pub q: String,
    }
    pub struct ReaderRow {
        pub person: PersonId,
        pub name: String,
        pub kind: ReaderKind,
        /// Who decides for them.
        pub guardian_name: Option<String>,
    }
    pub struct ReaderView {
        pub person: PersonId,
        pub name: String,
        pub kind: ReaderKind,
        pub guardian_name: Option<String>,
        /// Why they may not borrow now; empty: they may.
        pub blocks: Vec<Block>,
        pub loans: Vec<LoanView>,
        pub holds: Vec<HoldView>,
        /// How many more they may borrow.
        pub left: u32,
    }
    pub struct HistoryQuery {
        /// Why; written down, and theirs to read.
        #[serde(default)]
        pub reason: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cursor: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<usize>,
    }
    pub struct ReturnManyBody {
        pub id: CommandId,
        /// What was scanned, at most 50.
        pub copies: Vec<String>,
    }
    pub struct ReturnedMany {
        /// In the order of the copies.
        pub rows: Vec<ReturnedRow>,
    }
    pub struct ReturnedRow {
        pub copy: String,
        pub returned: Option<ReturnView>,
        pub problem: Option<Problem>,
    }
    pub struct LentQuery {
        /// Only what should be back by now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub late: Option<bool>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cursor: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<usize>,
    }
    pub struct TasksQuery {
        /// The latest settled ones too, after those that are open.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub settled: Option<bool>,
    }
    pub struct TaskView {
        pub id: LibraryTaskId,
        pub barcode: String,
        pub title: TitleId,
        pub title_name: String,
        pub kind: TaskKind,
        pub state: TaskState,
        /// Why it could not be written down.
        pub why: crate::Code,
        /// When it was lent or brought back without a line, and by and for whom.
        pub done_at: Moment,
        pub by_name: String,
        /// Nobody, where they left.
        pub reader: Option<PersonId>,
        pub reader_name: String,
        /// The loan that stands instead.
        pub stands: Option<LoanId>,
        pub stands_reader_name: String,
        pub made_at: Moment,
        pub comment: String,
        pub settled_by_name: Option<String>,
        pub ver: u64,
    }
    pub struct SettleTaskBody {
        pub id: CommandId,
        /// How, in a line.
        pub comment: String,
    }
    pub struct CardsQuery {
        /// Ids with commas between, at most 60.
        pub people: String,
    }
}
