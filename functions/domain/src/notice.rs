//! What people are told. A notice names its kind and carries data; words are chosen where it is read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::access::named;

named! {
    Topic {
        SignInCode = "sign_in_code",
        BookingRequested = "booking_requested",
        BookingMade = "booking_made",
        BookingAccepted = "booking_accepted",
        BookingDeclined = "booking_declined",
        BookingExpired = "booking_expired",
        BookingCancelled = "booking_cancelled",
        BookingMoved = "booking_moved",
        BookingQuoted = "booking_quoted",
        BookingQuoteApproved = "booking_quote_approved",
        BookingQuoteRejected = "booking_quote_rejected",
        BookingDone = "booking_done",
        BookingMissed = "booking_missed",
        BookingAffected = "booking_affected",
        ReviewsShown = "reviews_shown",
        ProviderApproved = "provider_approved",
        ProviderRejected = "provider_rejected",
        ProviderSuspended = "provider_suspended",
        ProviderReinstated = "provider_reinstated",
        CredentialExpired = "credential_expired",
        SecondFactorReset = "second_factor_reset",
    }
}

/// Named values a notice's words are filled with: ids, names, times as RFC 3339.
pub type Data = BTreeMap<String, String>;

/// One notice for one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub topic: Topic,
    pub data: Data,
}
