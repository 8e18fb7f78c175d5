//! Every way the rules say no, with the data the person needs. Where several apply, the first in
//! the order of this list is returned: who asks, how the thing stands, whether it is the time, and only
//! then how much is asked for.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::booking::StateName;
use crate::hours::EntryStateName;
use crate::library::{CopyState, HoldState, LoanState};
use crate::network::RecordState;
use crate::provider::Standing;
use crate::reward::RedemptionState;
use crate::watch::AlertState;
use crate::{ActivityId, EntryId, PersonId};

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
    // an activity, and somebody's place at it
    ActivityCancelled,
    /// The code at the door has changed since.
    CodeStale,
    /// Has no place at this activity.
    NotSignedUp,
    AlreadySignedUp,
    /// Taken off the list by whoever runs it.
    RemovedBefore,
    /// They were there: what they did stands.
    Attended,
    // whose service time it is
    /// Nobody approves, settles or refuses their own, nor who speaks for them.
    OwnHours,
    /// Had a hand in it before: approved it, or saw them come or go; it takes somebody else.
    SameApprover,
    /// May be the same person as one of those concerned, by who set up the accounts. Of a voucher too:
    /// after what is its own.
    OneHand {
        until: Timestamp,
    },
    // attendance
    NotCheckedIn,
    AlreadyCheckedIn,
    AlreadyCheckedOut,
    AlreadySettled,
    // the time of it, in all parts
    TooEarly {
        from: Timestamp,
    },
    TooLate,
    // moving a booking, when it is the time
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
    /// Books are out.
    OpenLoans {
        count: u32,
    },
    // service time
    /// Answered, or corrected, before.
    EntryIs {
        state: EntryStateName,
    },
    /// Lies in the future.
    HoursAhead,
    HoursOld {
        earliest: Timestamp,
    },
    /// `max`: minutes of one record.
    HoursLong {
        max: u32,
    },
    /// `max`: minutes that were attended, planned or claimed.
    MinutesAbove {
        max: u32,
    },
    /// A correction that changes nothing.
    MinutesSame,
    /// Another correction of it waits.
    CorrectionOpen,
    /// Some of it counts already, in that record.
    HoursOverlap {
        with: EntryId,
    },
    /// So many records of theirs wait for an answer.
    ManyPending {
        max: u16,
    },
    // certificates
    NothingToCertify,
    ManyEntries {
        max: u32,
    },
    ManyCertificates {
        max: u32,
    },
    AlreadyRevoked,
    // the national network
    /// Nothing waits for it but what has no unified number.
    NothingToPass {
        without_number: u32,
    },
    /// Its file is not complete yet.
    BatchOpen,
    RecordIs {
        state: RecordState,
    },
    /// It was answered otherwise, or was sent anew since.
    AnswerDiffers,
    // signing up
    /// Another activity of theirs takes that time.
    SignUpOverlaps {
        activity: ActivityId,
    },
    TooManySignUps {
        max: u32,
    },
    /// So many wait for a place already.
    QueueFull {
        max: u32,
    },
    /// Fewer places than people who go already.
    PlacesTaken {
        going: u32,
    },
    /// So many planned their time by it: it cannot be moved under them.
    TimeSettled {
        count: u32,
    },
    // points
    RewardClosed,
    /// `max`: of this reward for one person, ever; `left`: of them.
    LimitPerson {
        max: u32,
        left: u32,
    },
    /// The same within a calendar month.
    LimitMonth {
        max: u32,
        left: u32,
    },
    /// It took another number of points when it was looked at. `points`: what it takes now.
    PriceChanged {
        points: u32,
    },
    /// `points`: what it takes.
    PointsShort {
        available: u32,
        points: u32,
    },
    OutOfStock {
        left: u32,
    },
    /// Not the code of this voucher, or mistyped.
    VoucherWrong,
    /// Nobody hands over what is theirs, their child's, or what they redeemed for another.
    OwnVoucher,
    /// Was handed over, or has ended.
    VoucherIs {
        state: RedemptionState,
    },
    VoucherLapsed,
    TooManyRewards {
        max: usize,
    },
    // borrowing
    /// A child's guardian has not agreed.
    LoanConsent,
    /// Several copies of the title could be meant: the label decides.
    WhichCopy {
        copies: u32,
    },
    /// Somebody has it.
    OnLoan,
    /// It stands on the pick-up shelf for somebody else.
    KeptForOther,
    CopyIs {
        state: CopyState,
    },
    /// Nobody has it.
    NotOnLoan,
    /// Items of its kind are for reading on the spot.
    NotLent,
    /// `count`: books that should be back by now.
    ReaderLate {
        count: u32,
    },
    LoanLimit {
        max: u32,
    },
    /// More than anybody may have, whatever is set aside.
    LoanMost {
        max: u32,
    },
    // a loan
    LoanIs {
        state: LoanState,
    },
    OthersWait {
        count: u32,
    },
    /// It should be back by now.
    LoanLate {
        due: Date,
    },
    NoMoreRenewals {
        max: u32,
    },
    /// It would be due no later than it is.
    RenewsNothing {
        due: Date,
    },
    // reserving
    HoldIs {
        state: HoldState,
    },
    /// All its copies are lost or withdrawn.
    NothingToReserve,
    AlreadyReserved,
    /// The reader has a copy of it.
    HasIt,
    /// One stands on the shelf.
    CopiesFree,
    HoldLimit {
        max: u32,
    },
    HoldsFull {
        max: u32,
    },
    // the shelves
    TitleFull {
        max: u32,
    },
    /// Another title has this ISBN.
    IsbnTaken,
    AuditConfirmed,
    TaskSettled,
    /// All its rows were looked at, or it was stopped before.
    ImportEnded,
    // doors and silence
    /// Nothing is stored of somebody's comings and goings without their consent.
    WatchConsent,
    NotWatched,
    AlreadyWatched,
    /// A card leads to one person.
    CredentialTaken,
    AlertIs {
        state: AlertState,
    },
    /// Somebody else is at it.
    AlertTaken {
        owner: PersonId,
    },
    AbsenceSpan {
        max_days: i64,
    },
    AbsencesMost {
        max: u32,
    },
    WatchWindow {
        least: u32,
        max: u32,
    },
    // the care desk
    CaseClosed,
    /// It is open, or another one about the same person is.
    CaseOpen,
    /// It is about somebody else.
    CaseOther,
    /// Whoever looks after one building speaks of nobody in another.
    OtherBuilding,
    /// Somebody else has it.
    TaskTaken {
        owner: PersonId,
    },
    TaskOver,
    /// Somebody else is asked, or it is too late to answer.
    NotOffered,
    /// `count`: visits and follow-ups that are not over.
    TaskUnsettled {
        count: u32,
    },
    /// Nobody would know of them any more: nobody saw them, they are not away, and nothing is watched.
    LeftUnwatched,
    CaseFull {
        max: u32,
    },
    /// It stands as it is; what changes is added below.
    NoteLocked,
    // feedback
    /// Somebody else of the station was faster.
    AlreadyHandled,
}
