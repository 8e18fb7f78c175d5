//! Titles and copies from a file: read at once, taken in the background, reported row by row.

use domain::library::{ImportState, RowOutcome};
use domain::{CommandId, LibraryImportId};

use crate::endpoint::{None_, Page, endpoints, json};
use crate::moment::Moment;

endpoints! {
    /// Take titles and copies from a file: CSV, XLSX, or MARC 21 and CNMARC as ISO 2709; the file itself, or a form with one. Answers once it is read; its rows are taken one part after the other. The same file again changes nothing.
    @large ImportTitles: Post "/v1/library/import" () [ImportTitlesQuery] as KeepBooks, None_ => 202 LibraryImportView;
    /// Imports, the latest first.
    ListLibraryImports: Get "/v1/library/imports" () [LibraryImportsQuery] as KeepBooks, None_ => 200 Page<LibraryImportView>;
    /// How far an import is.
    GetLibraryImport: Get "/v1/library/imports/{id}" (LibraryImportId) as KeepBooks, None_ => 200 LibraryImportView;
    /// What became of its rows, in their order: those that were not taken, or all of them.
    ListLibraryImportRows: Get "/v1/library/imports/{id}/rows" (LibraryImportId) [LibraryImportRowsQuery] as KeepBooks, None_ => 200 Page<LibraryImportRow>;
    /// Stop an import. What was taken stays.
    CancelLibraryImport: Post "/v1/library/imports/{id}/cancel" (LibraryImportId) as KeepBooks, CancelImportBody => 200 LibraryImportView;
}

json! {
    pub struct ImportTitlesQuery {
        /// Made by whoever sends the file: the same call again is the same import. Absent: made here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub id: Option<LibraryImportId>,
    }
    pub struct LibraryImportsQuery {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cursor: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<usize>,
    }
    pub struct LibraryImportView {
        pub id: LibraryImportId,
        pub state: ImportState,
        /// How the file was read: `utf-8`, `gbk`, `xlsx` or `marc`.
        pub read_as: String,
        /// That say something.
        pub rows: u32,
        /// Of them, those that were looked at.
        pub done: u32,
        pub taken: u32,
        /// Those that were there already, unchanged.
        pub known: u32,
        pub refused: u32,
        /// Copies that came in.
        pub copies: u32,
        pub by_name: String,
        pub made_at: Moment,
        pub ended_at: Option<Moment>,
        pub ver: u64,
    }
    pub struct LibraryImportRowsQuery {
        /// Also those that were taken, are known, or wait.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub all: Option<bool>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cursor: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<usize>,
    }
    pub struct LibraryImportRow {
        /// As a spreadsheet counts: the heading is row 1. Of MARC records the first is 1.
        pub row: u32,
        pub name: String,
        /// Absent while it waits.
        pub outcome: Option<RowOutcome>,
        /// Why it was refused: a problem code, and the column or field it is about.
        pub code: Option<crate::Code>,
        pub column: Option<String>,
    }
    pub struct CancelImportBody {
        pub id: CommandId,
    }
}
