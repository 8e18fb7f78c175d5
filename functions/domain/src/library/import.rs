//! Taking titles from a file: how far it is, and what becomes of a row.

use crate::access::named;

named! {
    ImportState {
        Running = "running",
        Done = "done",
        Cancelled = "cancelled",
    }
}

named! {
    RowOutcome {
        Taken = "taken",
        /// It was there already, and nothing changed.
        Known = "known",
        Refused = "refused",
    }
}
