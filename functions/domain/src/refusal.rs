//! Every way the rules say no, with the data the person needs. Where several apply, the first in
//! the order of this list is returned.

use jiff::Timestamp;

use crate::booking::StateName;
use crate::provider::Standing;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    // who is asking
    SignedOut,
    SecondFactorRequired,
    NotAllowed,
    /// One person asked for too much of the same.
    TooManyCalls {
        retry_after_s: i64,
    },
    /// Not there, or not this person's to know about: the two answer alike.
    Missing,
    // the command itself
    /// The id was used for another command.
    IdReused,
    /// Somebody changed it since it was read.
    Stale,
    // signing in
    ResendTooSoon {
        retry_after_s: i64,
    },
    TooManyCodes {
        retry_after_s: i64,
    },
    TooManyTries {
        retry_after_s: i64,
    },
    CodeWrong,
    CodeSpent,
    SecondFactorWrong,
    SecondFactorSpent,
    // booking a time
    ServiceHidden,
    ProviderUnavailable,
    TooSoon {
        earliest: Timestamp,
    },
    TooFar {
        latest: Timestamp,
    },
    NotOpen,
    QuotaSpent {
        max: u32,
    },
    SlotTaken,
    // moving a booking
    WrongPart,
    HoldLapsed,
    RequestLapsed,
    NotInState {
        state: StateName,
    },
    TooEarly {
        from: Timestamp,
    },
    TooLate,
    PastCutoff {
        until: Timestamp,
    },
    QuoteChanged,
    AlreadyReviewed,
    // providers
    AlreadyApplied,
    StandingIs {
        standing: Standing,
    },
    CredentialsMissing,
    // people
    PhoneTaken,
    HouseholdFull {
        max: u32,
    },
    LastAdmin,
    ConsentStale {
        version: u32,
    },
    /// There is no second factor to take away.
    NotEnrolled,
    OpenBookings {
        count: u32,
    },
    /// Children would be left without a guardian.
    HasWards {
        count: u32,
    },
    // feedback
    /// Somebody else of the station was faster.
    AlreadyHandled,
}
