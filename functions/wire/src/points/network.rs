//! Service time on its way into the national network: what waits, files that leave, answers that come
//! back, and what the two sides differ in. Files are carried by hand; there is no line.

use domain::network::compare::Difference;
use domain::network::{Month, RecordState};
use domain::{CommandId, EntryId, NetworkBatchId, PersonId};

use crate::endpoint::{None_, Page, endpoints, json};
use crate::market::{ImportQuery, ImportReport, ImportRow};
use crate::moment::Moment;

endpoints! {
    /// How much waits for the national network, and what keeps it waiting.
    GetNetwork: Get "/v1/network" () [NetworkQuery] as PassOn, None_ => 200 NetworkSummary;
    /// Records of one state, by the time they began. Whoever is named in them finds it in their log of views.
    ListNetworkRecords: Get "/v1/network/records" () [NetworkRecordsQuery] as PassOn, None_ => 200 Page<NetworkRecordView>;
    /// Have a rejected record wait once more, after what was wrong was put right.
    RequeueNetworkRecord: Post "/v1/network/records/{id}/again" (EntryId) as PassOn, RequeueBody => 200 NetworkRecordView;
    /// Files that left, the latest first.
    ListNetworkBatches: Get "/v1/network/batches" () [NetworkBatchesQuery] as PassOn, None_ => 200 Page<NetworkBatchView>;
    /// Make a file of what waits and has a unified number, at most 500 records. The same call again makes no other, and finishes one that was interrupted.
    CreateNetworkBatch: Post "/v1/network/batches" () as PassOn, CreateNetworkBatchBody => 201 NetworkBatchView;
    /// A file, and how its records stand by now.
    GetNetworkBatch: Get "/v1/network/batches/{id}" (NetworkBatchId) as PassOn, None_ => 200 NetworkBatchView;
    /// The file itself, the same bytes each time. Whoever is named in it finds it in their log of views.
    @sheet GetNetworkFile: Get "/v1/network/batches/{id}/file" (NetworkBatchId) [NetworkFileQuery] as PassOn, None_ => 200 None_;
    /// Take the network's answers from CSV or XLSX, row by row: a number of theirs, or a reason. `check` only says what would happen.
    @file AnswerNetworkBatch: Post "/v1/network/batches/{id}/answers" (NetworkBatchId) [ImportQuery] as PassOn, None_ => 200 ImportReport;
    /// Hold the network's list of a month, CSV or XLSX, against what was passed on. Nothing is changed.
    @file ReconcileNetwork: Post "/v1/network/reconciliation" () [ReconcileQuery] as PassOn, None_ => 200 Reconciliation;
}

json! {
    pub struct NetworkQuery {
        /// Only what began in this month, `YYYY-MM`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub month: Option<Month>,
    }
    /// Of each state at most 2,000 are counted; `more` says that there are others.
    pub struct NetworkSummary {
        /// Waits, and could leave now.
        pub ready: u32,
        /// Waits until its person has a unified number.
        pub without_number: u32,
        /// So many people they are.
        pub people_without_number: u32,
        /// Left, and not answered.
        pub sent: u32,
        pub rejected: u32,
        pub more: bool,
    }
    pub struct NetworkRecordsQuery {
        /// `waiting` unless said otherwise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub state: Option<RecordState>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub month: Option<Month>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cursor: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<usize>,
    }
    pub struct NetworkRecordView {
        /// The entry it is of.
        pub entry: EntryId,
        pub person: PersonId,
        pub person_name: String,
        pub starts: Moment,
        pub minutes: u32,
        pub state: RecordState,
        /// The file it left in last.
        pub batch: Option<NetworkBatchId>,
        /// What it goes by in the network.
        pub external: Option<String>,
        /// Why the network rejected it.
        pub reason: Option<String>,
        /// Its person has no unified number.
        pub needs_number: bool,
        /// The record it comes in the place of, over there.
        pub revision_of: Option<EntryId>,
        pub superseded_by: Option<EntryId>,
    }
    pub struct RequeueBody {
        pub id: CommandId,
    }
    pub struct NetworkBatchesQuery {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cursor: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<usize>,
    }
    pub struct CreateNetworkBatchBody {
        pub id: NetworkBatchId,
        /// Only what began in this month, `YYYY-MM`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub month: Option<Month>,
    }
    pub struct NetworkBatchView {
        pub id: NetworkBatchId,
        pub month: Option<Month>,
        pub records: u32,
        pub made_at: Moment,
        pub made_by_name: String,
        /// Complete; before that there is no file.
        pub closed: bool,
        /// Absent in lists.
        pub standing: Option<BatchStanding>,
    }
    /// How many of a file's records stand how. What was sent anew since is counted with its new file.
    pub struct BatchStanding {
        pub unanswered: u32,
        pub accepted: u32,
        pub rejected: u32,
        /// Those of the three that were superseded since.
        pub superseded: u32,
    }
    pub struct NetworkFileQuery {
        /// `csv` unless said otherwise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub format: Option<SheetForm>,
    }
    pub struct ReconcileQuery {
        /// The month the list is of, `YYYY-MM`.
        pub month: Month,
    }
    pub struct Reconciliation {
        pub month: Month,
        /// How the file was read: `utf-8`, `gbk` or `xlsx`.
        pub read_as: String,
        /// Passed on of that month, and not superseded.
        pub ours: u32,
        /// Lines of the list that could be read.
        pub theirs: u32,
        /// How many differences there are; at most 500 are listed.
        pub found: u32,
        pub differences: Vec<DifferenceView>,
        /// Lines of the list that could not be read.
        pub unread: Vec<ImportRow>,
    }
    pub struct DifferenceView {
        pub what: Difference,
        /// Of the list, as a spreadsheet counts.
        pub row: Option<u32>,
        /// Ours, where there is one.
        pub entry: Option<EntryId>,
        pub starts: Option<Moment>,
        pub state: Option<RecordState>,
        pub minutes: Option<u32>,
        pub external: Option<String>,
        /// As the list says it.
        pub their_external: Option<String>,
        /// Absent where the list only has hours.
        pub their_minutes: Option<u32>,
        /// In tenths.
        pub their_hours_tenths: Option<u32>,
    }
    /// How an entry stands with the network.
    pub struct EntryNetwork {
        pub state: RecordState,
        /// It waits until its person has a unified number.
        pub needs_number: bool,
        /// Why it was rejected.
        pub reason: Option<String>,
        /// What it goes by over there.
        pub external: Option<String>,
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SheetForm {
    #[default]
    Csv,
    Xlsx,
}
