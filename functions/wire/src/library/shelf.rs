//! Counting the shelves, and the ledger of a month.

use domain::AuditId;
use domain::CommandId;
use domain::library::{CopyState, LedgerEvent};
use domain::network::Month;

use crate::endpoint::{None_, Page, endpoints, json};
use crate::moment::Moment;

endpoints! {
    /// Hold what was scanned on the shelves against what should stand there. Nothing is changed until it is confirmed.
    CreateAudit: Post "/v1/library/audits" () as KeepBooks, CreateAuditBody => 201 AuditView;
    /// Counts of the shelves, the latest first.
    ListAudits: Get "/v1/library/audits" () [AuditsQuery] as KeepBooks, None_ => 200 Page<AuditRow>;
    /// One count of the shelves.
    GetAudit: Get "/v1/library/audits/{id}" (AuditId) as KeepBooks, None_ => 200 AuditView;
    /// Write down what was found: what is missing is missing from now on, what was missing is back.
    ConfirmAudit: Post "/v1/library/audits/{id}/confirm" (AuditId) as KeepBooks, ConfirmAuditBody => 200 AuditView;
    /// What happened in a month, made anew from its events.
    GetLibraryLedger: Get "/v1/library/ledger" () [LedgerQuery] as KeepBooks, None_ => 200 LedgerView;
    /// The same as a workbook, the same bytes each time.
    @sheet GetLibraryLedgerFile: Get "/v1/library/ledger/file" () [LedgerQuery] as KeepBooks, None_ => 200 None_;
}

json! {
    pub struct CreateAuditBody {
        pub id: AuditId,
        /// Labels as they were scanned; at most 4,000, doubles do no harm.
        pub scanned: Vec<String>,
        /// Only this class was walked; absent: all shelves.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub class: Option<String>,
        /// How long ago the first was scanned, in seconds: a copy that moved since is not looked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub walked_for_s: Option<u32>,
    }
    pub struct AuditsQuery {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cursor: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<usize>,
    }
    pub struct AuditRow {
        pub id: AuditId,
        pub at: Moment,
        pub by_name: String,
        pub found: u32,
        pub missing: u32,
        pub should_be_out: u32,
        pub unknown: u32,
        pub confirmed: bool,
    }
    pub struct AuditView {
        pub id: AuditId,
        pub at: Moment,
        pub by_name: String,
        /// Where they should be.
        pub found: u32,
        /// Should stand there, and were not scanned.
        pub missing: Vec<AuditLine>,
        /// Stand there although they are lent, kept, in repair, lost or withdrawn.
        pub should_be_out: Vec<AuditLine>,
        /// No label of this library.
        pub unknown: Vec<String>,
        pub confirmed: bool,
        pub ver: u64,
    }
    pub struct AuditLine {
        pub barcode: String,
        pub title_name: String,
        pub class: String,
        /// As it was when it was counted.
        pub state: CopyState,
    }
    pub struct ConfirmAuditBody {
        pub id: CommandId,
    }
    pub struct LedgerQuery {
        /// `YYYY-MM`.
        pub month: Month,
    }
    pub struct LedgerView {
        pub month: Month,
        pub lent: u32,
        pub returned: u32,
        pub renewed: u32,
        pub taken_in: u32,
        pub missing: u32,
        pub lost: u32,
        pub found: u32,
        pub withdrawn: u32,
        pub restored: u32,
        /// At the end of the month.
        pub copies: i64,
        pub out: i64,
        pub rows: Vec<LedgerRow>,
    }
    /// Without anybody's name: what happened to which copy.
    pub struct LedgerRow {
        pub at: Moment,
        pub event: LedgerEvent,
        pub barcode: String,
        pub title_name: String,
    }
}
