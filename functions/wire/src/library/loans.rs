//! Borrowing: loans, returns, renewals, reservations, and what a telephone kept while it had no line.

use domain::library::{HoldState, LoanState, Override};
use domain::{CommandId, HoldId, LibraryTaskId, LoanId, PersonId, TitleId};
use jiff::civil::Date;

use crate::endpoint::{None_, Page, endpoints, json};
use crate::moment::Moment;
use crate::problem::Problem;

endpoints! {
    /// Borrow a copy: for oneself or a ward; at the desk for anybody, by their card. An ISBN does where it has one copy.
    CreateLoan: Post "/v1/library/loans" () as Library, CreateLoanBody => 201 LoanView;
    /// Give a copy back: one's own or a ward's loan; at the desk anybody's. Says whose reservation it is kept for.
    ReturnCopy: Post "/v1/library/returns" () as Library, ReturnCopyBody => 200 ReturnView;
    /// Keep it longer. The reader, whoever decides for them, and the desk.
    RenewLoan: Post "/v1/library/loans/{id}/renew" (LoanId) as Library, RenewLoanBody => 200 LoanView;
    /// One's own open loans and those of one's wards behind the same door, the first due first; with `past`, what one person gave back, the latest first.
    ListLoans: Get "/v1/library/loans" () [LoansQuery] as Library, None_ => 200 Page<LoanView>;
    /// One loan: the reader's, whoever decides for them, and the desk's.
    GetLoan: Get "/v1/library/loans/{id}" (LoanId) as Library, None_ => 200 LoanView;
    /// Reserve a title: for oneself or a ward; at the desk for anybody.
    CreateHold: Post "/v1/library/holds" () as Library, CreateHoldBody => 201 HoldView;
    /// Give a reservation up. The reader, whoever decides for them, and the desk.
    CancelHold: Post "/v1/library/holds/{id}/cancel" (HoldId) as Library, CancelHoldBody => 200 HoldView;
    /// One's own reservations and those of one's wards behind the same door.
    ListHolds: Get "/v1/library/holds" () [HoldsQuery] as Library, None_ => 200 Page<HoldView>;
    /// A reader's card: one's own, a ward's, or (desk) anybody's.
    GetReaderCard: Get "/v1/library/card" () [CardQuery] as Library, None_ => 200 CardView;
    /// Have another card; the one before is good no longer.
    RenewReaderCard: Post "/v1/library/card" () as Library, RenewCardBody => 200 CardView;
    /// What was done without a line, in its order. Each entry is carried out once, however often it is sent.
    ReplayLibrary: Post "/v1/library/replay" () as Library, ReplayBody => 200 ReplayView;
}

json! {
    pub struct CreateLoanBody {
        pub id: LoanId,
        /// What was scanned or typed: the copy's label, or an ISBN.
        pub copy: String,
        /// Who takes it; absent: oneself, or whose card it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reader: Option<PersonId>,
        /// What their card says; for the desk.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub card: Option<String>,
        /// Although a rule says no; for those who may.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub r#override: Option<OverrideBody>,
    }
    pub struct OverrideBody {
        pub act: Override,
        /// Why, in a line; kept with the loan.
        pub comment: String,
    }
    pub struct LoanView {
        pub id: LoanId,
        pub barcode: String,
        pub title: TitleId,
        pub title_name: String,
        pub authors: Vec<String>,
        /// Nobody, where they left.
        pub reader: Option<PersonId>,
        pub reader_name: String,
        pub state: LoanState,
        pub lent_at: Moment,
        pub due: Date,
        pub late: bool,
        pub renewals: u32,
        /// Can be renewed now.
        pub can_renew: bool,
        /// Why not.
        pub not_renewable: Option<Problem>,
        pub returned_at: Option<Moment>,
        /// A rule was overridden; the desk sees which, and why.
        pub r#override: Option<OverrideBody>,
        pub ver: u64,
    }
    pub struct ReturnCopyBody {
        pub id: CommandId,
        pub copy: String,
    }
    pub struct ReturnView {
        pub barcode: String,
        pub title: TitleId,
        pub title_name: String,
        /// The loan that ended; absent where nobody had it.
        pub loan: Option<LoanId>,
        pub was_late: bool,
        /// Goes to the pick-up shelf, for whoever waited longest.
        pub next: Option<NextView>,
    }
    pub struct NextView {
        pub hold: HoldId,
        /// For the desk; else empty.
        pub reader_name: String,
        /// The last day it is kept.
        pub until: Date,
    }
    pub struct RenewLoanBody {
        pub id: CommandId,
    }
    pub struct LoansQuery {
        /// Whose; absent: one's own and one's wards'.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<PersonId>,
        /// What was given back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub past: Option<bool>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cursor: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<usize>,
    }
    pub struct CreateHoldBody {
        pub id: HoldId,
        pub title: TitleId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reader: Option<PersonId>,
    }
    pub struct CancelHoldBody {
        pub id: CommandId,
    }
    pub struct HoldView {
        pub id: HoldId,
        pub title: TitleId,
        pub title_name: String,
        pub reader: PersonId,
        pub reader_name: String,
        pub state: HoldState,
        pub made_at: Moment,
        /// How many wait before it.
        pub before: Option<u32>,
        /// The copy that is kept for it.
        pub barcode: Option<String>,
        /// The last day it is kept.
        pub until: Option<Date>,
        pub ver: u64,
    }
    pub struct HoldsQuery {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<PersonId>,
    }
    pub struct CardQuery {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<PersonId>,
    }
    pub struct RenewCardBody {
        pub id: CommandId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<PersonId>,
    }
    pub struct CardView {
        pub person: PersonId,
        pub name: String,
        /// For the bars, and in letters below them.
        pub card: String,
    }

    pub struct ReplayBody {
        /// At most 50, the earliest first.
        pub entries: Vec<ReplayEntry>,
        /// Now, by the telephone's clock: how far it goes wrong is taken off each step.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub sent_at: Option<Moment>,
    }
    /// One of `lend`, `give_back` and `renew`.
    pub struct ReplayEntry {
        /// When it was done, by the telephone's clock.
        pub at: Moment,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub lend: Option<CreateLoanBody>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub give_back: Option<ReturnCopyBody>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub renew: Option<ReplayRenewal>,
    }
    pub struct ReplayRenewal {
        pub id: CommandId,
        pub loan: LoanId,
    }
    pub struct ReplayView {
        /// In the order of the entries.
        pub outcomes: Vec<ReplayOutcome>,
    }
    /// One of the three is there. A conflict has its problem and the task that somebody at the desk settles.
    pub struct ReplayOutcome {
        pub loan: Option<LoanView>,
        pub returned: Option<ReturnView>,
        pub problem: Option<Problem>,
        pub task: Option<LibraryTaskId>,
    }
}
