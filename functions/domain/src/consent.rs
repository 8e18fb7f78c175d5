//! Consent, one purpose at a time, to a text with a version. The texts stand in the apps' locale
//! files under the same names; a new wording raises the version here and asks again.
//! (Personal Information Protection Law, art. 14, 17, 29.)

use crate::access::named;

named! {
    Purpose {
        /// Short messages about one's own bookings, beside the inbox in the app.
        SmsNotices = "sms_notices",
        /// A booked provider sees name, telephone and room until the visit is over.
        ShareContact = "share_contact",
    }
}

impl Purpose {
    /// The version of the text in force.
    #[must_use]
    pub fn version(self) -> u32 {
        match self {
            Self::SmsNotices | Self::ShareContact => 1,
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
