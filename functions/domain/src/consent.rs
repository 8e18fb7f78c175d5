//! Consent, one purpose at a time, to a text with a version. The texts stand in the apps' locale
//! files under the same names; a new wording raises the version here and asks again.
//! (Personal Information Protection Law, art. 14, 17, 29.)

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::access::named;

named! {
    Purpose {
        /// Short messages about one's own bookings, beside the inbox in the app.
        SmsNotices = "sms_notices",
        /// A booked provider sees telephone and door, at the latest until two days after the visit
        /// (`limits::REACH_HOURS`). The name, and what was written with the booking, they see without:
        /// nobody can be visited namelessly.
        ShareContact = "share_contact",
        /// A child borrows from the library; asked of guardians only.
        BorrowBooks = "borrow_books",
        /// Comings and goings at the doors of one's home are noted, and a long silence is looked after: one is asked
        /// by text, then the relative one named, who learns no more than that.
        WatchDoors = "watch_doors",
        /// Readings of one's body and presses of the emergency button are noted, and what is out of bounds is
        /// looked after.
        WatchHealth = "watch_health",
    }
}

named! {
    /// How an answer was given.
    How {
        /// By the person, in the app.
        Own = "own",
        /// By a child's guardian, in the app.
        Guardian = "guardian",
        /// By the person to staff, face to face.
        InPerson = "in_person",
        /// By the person to staff, on the telephone.
        ByPhone = "by_phone",
    }
}

/// A consent that was in force when it was relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreed {
    pub purpose: Purpose,
    pub version: u32,
    /// When it was given.
    pub at: Timestamp,
}

impl Purpose {
    /// The version of the text in force. A test of the apps holds each version's text.
    #[must_use]
    pub fn version(self) -> u32 {
        match self {
            Self::SmsNotices | Self::BorrowBooks | Self::WatchHealth => 1,
            Self::ShareContact | Self::WatchDoors => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_has_a_text_in_force() {
        assert!(!Purpose::ALL.is_empty());
        for purpose in Purpose::ALL {
            assert!(
                purpose.version() >= 1,
                "{purpose}: 0 would read as never asked"
            );
        }
    }
}
