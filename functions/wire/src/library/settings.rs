//! What the library goes by: loan rules, opening hours, closed days.

use domain::CommandId;
use domain::availability::Weekly;
use domain::library::{ClosedDay, LoanRule};

use crate::endpoint::{None_, endpoints, json};

endpoints! {
    /// When it is open, and by which rules it lends.
    GetLibrary: Get "/v1/library" () as Library, None_ => 200 LibraryView;
    /// Change rules, hours and closed days from now on. Loans made before keep their day.
    PutLibrary: Put "/v1/library" () as KeepBooks, PutLibraryBody => 200 LibraryView;
}

json! {
    pub struct LibraryView {
        /// 0: those every community begins with.
        pub ver: u32,
        pub rules: Vec<LoanRule>,
        pub hours: Vec<Weekly>,
        pub closed: Vec<ClosedDay>,
        /// Days a copy is kept on the pick-up shelf.
        pub pick_up_days: u32,
        pub open_today: bool,
    }
    pub struct PutLibraryBody {
        pub id: CommandId,
        pub rules: Vec<LoanRule>,
        pub hours: Vec<Weekly>,
        #[serde(default)]
        pub closed: Vec<ClosedDay>,
        pub pick_up_days: u32,
        /// The version the change is made on.
        pub ver: u32,
    }
}
