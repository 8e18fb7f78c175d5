//! Titles and their copies: what there is, and what was just scanned.

use domain::library::{CopyState, ItemKind};
use domain::{CommandId, HoldId, LoanId, TitleId};
use jiff::civil::Date;

use super::Typed;
use super::loans::NextView;
use crate::endpoint::{None_, Page, endpoints, json};
use crate::moment::Moment;

endpoints! {
    /// Titles that go by these words: of the title, the authors, the publisher, or an ISBN. Dots and spaces in names do not matter.
    ListTitles: Get "/v1/library/titles" () [TitlesQuery] as Library, None_ => 200 Page<TitleRow>;
    /// One title, with its copies and one's own reservation.
    GetTitle: Get "/v1/library/titles/{id}" (TitleId) [TitleQuery] as Library, None_ => 200 TitleView;
    /// What was scanned or typed: a copy's own label, or an ISBN. Where an ISBN has several copies, the answer has no copy: the label decides.
    GetCopy: Get "/v1/library/copies/{barcode}" (Typed) as Library, None_ => 200 FoundView;
    /// Add a title without copies.
    CreateTitle: Post "/v1/library/titles" () as KeepBooks, CreateTitleBody => 201 TitleView;
    /// Correct a title.
    UpdateTitle: Put "/v1/library/titles/{id}" (TitleId) as KeepBooks, UpdateTitleBody => 200 TitleView;
    /// Take copies in: of a title that is there, by its ISBN or id, or of a new one. Answers with their labels.
    CreateCopies: Post "/v1/library/copies" () as KeepBooks, CreateCopiesBody => 201 IntakeView;
    /// Say that a copy is lost, found, in repair, back from it, or withdrawn.
    MarkCopy: Post "/v1/library/copies/{barcode}/mark" (Typed) as KeepBooks, MarkCopyBody => 200 MarkedView;
    /// What is printed on labels, in the order of their numbers.
    ListLabels: Get "/v1/library/labels" () [LabelsQuery] as KeepBooks, None_ => 200 Page<LabelView>;
}

json! {
    pub struct TitlesQuery {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub q: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cursor: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<usize>,
    }
    pub struct TitleQuery {
        /// Whose reservation to look at; absent: one's own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<domain::PersonId>,
    }
    pub struct TitleRow {
        pub id: TitleId,
        pub name: String,
        pub authors: Vec<String>,
        pub publisher: String,
        pub isbn: Option<String>,
        /// Of the Chinese Library Classification.
        pub class: String,
        pub kind: ItemKind,
        /// Those that were withdrawn not counted.
        pub copies: u32,
        /// On the shelf, for whoever comes.
        pub free: u32,
        /// Reservations that wait.
        pub waiting: u32,
    }
    pub struct TitleView {
        pub id: TitleId,
        pub name: String,
        pub other_name: String,
        pub authors: Vec<String>,
        pub publisher: String,
        /// The year, as the book has it.
        pub published: String,
        pub isbn: Option<String>,
        pub class: String,
        pub subjects: Vec<String>,
        pub about: String,
        pub kind: ItemKind,
        pub copies: Vec<CopyView>,
        pub free: u32,
        pub waiting: u32,
        /// The reader's own reservation that waits or is ready.
        pub hold: Option<HoldId>,
        /// Lent to this reader at all; else it is for reading on the spot, or every copy is lost or withdrawn.
        pub lent: bool,
        /// The next day one is to come back, where none is free.
        pub back_on: Option<Date>,
        pub ver: u64,
    }
    pub struct CopyView {
        pub barcode: String,
        pub title: TitleId,
        pub state: CopyState,
        /// When it is to come back, where it is lent.
        pub due: Option<Date>,
        /// The loan it is on, for whoever may see it.
        pub loan: Option<LoanId>,
        pub changed_at: Moment,
        pub ver: u64,
    }
    pub struct FoundView {
        pub title: TitleRow,
        /// The copy that was meant; absent where an ISBN has several, or none.
        pub copy: Option<CopyView>,
        /// All it may be.
        pub choices: Vec<CopyView>,
    }
    pub struct TitleFields {
        pub name: String,
        #[serde(default)]
        pub other_name: String,
        #[serde(default)]
        pub authors: Vec<String>,
        #[serde(default)]
        pub publisher: String,
        #[serde(default)]
        pub published: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub isbn: Option<String>,
        #[serde(default)]
        pub class: String,
        #[serde(default)]
        pub subjects: Vec<String>,
        #[serde(default)]
        pub about: String,
        #[serde(default)]
        pub kind: ItemKind,
    }
    pub struct CreateTitleBody {
        pub id: TitleId,
        pub fields: TitleFields,
    }
    pub struct UpdateTitleBody {
        pub id: CommandId,
        pub fields: TitleFields,
        /// The version the change is made on.
        pub ver: u64,
    }
    pub struct CreateCopiesBody {
        /// Of the title, if it is new; its copies go by numbers that are drawn for them.
        pub id: CommandId,
        /// By which the title is found, or made.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub isbn: Option<String>,
        /// A title that is there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub title: Option<TitleId>,
        /// What a new title says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub fields: Option<TitleFields>,
        /// How many, 1 to 20.
        pub count: u32,
    }
    pub struct IntakeView {
        pub title: TitleView,
        /// Labels of the copies that came in.
        pub labels: Vec<LabelView>,
        /// The title is new as well.
        pub new_title: bool,
        /// Those of the copies that somebody waits for.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub pick_up: Vec<PickUpView>,
    }
    /// A copy that goes to the pick-up shelf, and for whom.
    pub struct PickUpView {
        pub barcode: String,
        pub next: NextView,
    }
    pub struct MarkCopyBody {
        pub id: CommandId,
        pub mark: domain::library::Mark,
    }
    /// The copy as it is now.
    pub struct MarkedView {
        pub barcode: String,
        pub title: TitleId,
        pub state: CopyState,
        /// When it is to come back, where it is lent.
        pub due: Option<Date>,
        /// The loan it is on, for whoever may see it.
        pub loan: Option<LoanId>,
        pub changed_at: Moment,
        pub ver: u64,
        /// This copy, or the one that is kept instead of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub pick_up: Option<PickUpView>,
    }
    pub struct LabelsQuery {
        /// Only these, with commas between; else all from the beginning.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub barcodes: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cursor: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<usize>,
    }
    pub struct LabelView {
        /// For the bars, and in digits below them.
        pub barcode: String,
        pub name: String,
        pub authors: Vec<String>,
        pub class: String,
    }
}
