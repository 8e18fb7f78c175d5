//! Errors as RFC 9457 problems with a stable code: the one map from refusals to answers.

use std::collections::BTreeMap;

use domain::Refusal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal $status:literal),+ $(,)?) => {
        /// A stable name for each way a call can end badly, with its HTTP status.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum Code { $($(#[$doc])* #[serde(rename = $text)] $name),+ }
        impl Code {
            pub const ALL: &'static [Code] = &[$(Code::$name),+];
            #[must_use]
            pub fn as_str(self) -> &'static str { match self { $(Code::$name => $text),+ } }
            #[must_use]
            pub fn status(self) -> u16 { match self { $(Code::$name => $status),+ } }
        }
    };
}

codes! {
    // the request
    BadJson = "bad_json" 400,
    UnknownField = "unknown_field" 422,
    WrongType = "wrong_type" 422,
    MissingField = "missing_field" 422,
    /// A value outside its form or limit.
    BadValue = "bad_value" 422,
    EmptyText = "empty_text" 422,
    TooLong = "too_long" 422,
    /// More entries than there may be; `max` in the data.
    TooMany = "too_many" 422,
    SpanBackwards = "span_backwards" 422,
    BadCursor = "bad_cursor" 422,
    BodyTooLarge = "body_too_large" 413,
    WrongContentType = "wrong_content_type" 415,
    BadFile = "bad_file" 422,
    /// A row of an imported file says otherwise than what is there.
    Differs = "differs" 409,
    RowTwice = "row_twice" 409,
    WrongOrigin = "wrong_origin" 403,
    NotFound = "not_found" 404,
    MethodNotAllowed = "method_not_allowed" 405,
    // who is asking
    SignedOut = "signed_out" 401,
    SecondFactorRequired = "second_factor_required" 403,
    NotAllowed = "not_allowed" 403,
    TooManyCalls = "too_many_calls" 429,
    IdReused = "id_reused" 422,
    Stale = "stale" 409,
    // signing in
    ResendTooSoon = "resend_too_soon" 429,
    TooManyCodes = "too_many_codes" 429,
    TooManyTries = "too_many_tries" 429,
    CodeWrong = "code_wrong" 401,
    CodeSpent = "code_spent" 401,
    SecondFactorWrong = "second_factor_wrong" 401,
    SecondFactorSpent = "second_factor_spent" 401,
    // booking
    ServiceHidden = "service_hidden" 409,
    ProviderUnavailable = "provider_unavailable" 409,
    TooSoon = "too_soon" 409,
    TooFar = "too_far" 409,
    NotOpen = "not_open" 409,
    QuotaSpent = "quota_spent" 403,
    SlotTaken = "slot_taken" 409,
    WrongPart = "wrong_part" 403,
    HoldLapsed = "hold_lapsed" 409,
    RequestLapsed = "request_lapsed" 409,
    NotInState = "not_in_state" 409,
    TooEarly = "too_early" 409,
    TooLate = "too_late" 409,
    PastCutoff = "past_cutoff" 409,
    QuoteChanged = "quote_changed" 409,
    AlreadyReviewed = "already_reviewed" 409,
    // providers
    AlreadyApplied = "already_applied" 409,
    StandingIs = "standing_is" 409,
    CredentialsMissing = "credentials_missing" 409,
    // people
    PhoneTaken = "phone_taken" 409,
    HouseholdFull = "household_full" 409,
    LastAdmin = "last_admin" 409,
    ConsentStale = "consent_stale" 409,
    NotEnrolled = "not_enrolled" 409,
    OpenBookings = "open_bookings" 409,
    HasWards = "has_wards" 409,
    OpenLoans = "open_loans" 409,
    // attendance
    CodeStale = "code_stale" 409,
    NotSignedUp = "not_signed_up" 409,
    NotCheckedIn = "not_checked_in" 409,
    AlreadyCheckedIn = "already_checked_in" 409,
    AlreadyCheckedOut = "already_checked_out" 409,
    AlreadySettled = "already_settled" 409,
    // service time
    OwnHours = "own_hours" 403,
    EntryIs = "entry_is" 409,
    SameApprover = "same_approver" 409,
    OneHand = "one_hand" 409,
    HoursAhead = "hours_ahead" 422,
    HoursOld = "hours_old" 422,
    HoursLong = "hours_long" 422,
    MinutesAbove = "minutes_above" 422,
    MinutesSame = "minutes_same" 422,
    HoursOverlap = "hours_overlap" 409,
    CorrectionOpen = "correction_open" 409,
    ManyPending = "many_pending" 409,
    // certificates
    NothingToCertify = "nothing_to_certify" 409,
    ManyEntries = "many_entries" 409,
    ManyCertificates = "many_certificates" 409,
    AlreadyRevoked = "already_revoked" 409,
    // the national network
    NothingToPass = "nothing_to_pass" 409,
    BatchOpen = "batch_open" 409,
    RecordIs = "record_is" 409,
    // volunteering
    /// The number of an identity card where that of the national network is asked for.
    IdentityCard = "identity_card" 422,
    ActivityCancelled = "activity_cancelled" 409,
    AlreadySignedUp = "already_signed_up" 409,
    RemovedBefore = "removed_before" 409,
    Attended = "attended" 409,
    SignUpOverlaps = "sign_up_overlaps" 409,
    TooManySignUps = "too_many_sign_ups" 409,
    QueueFull = "queue_full" 409,
    PlacesTaken = "places_taken" 409,
    TimeSettled = "time_settled" 409,
    // points
    RewardClosed = "reward_closed" 409,
    LimitPerson = "limit_person" 409,
    LimitMonth = "limit_month" 409,
    PriceChanged = "price_changed" 409,
    PointsShort = "points_short" 409,
    OutOfStock = "out_of_stock" 409,
    VoucherWrong = "voucher_wrong" 409,
    OwnVoucher = "own_voucher" 403,
    VoucherIs = "voucher_is" 409,
    VoucherLapsed = "voucher_lapsed" 409,
    TooManyRewards = "too_many_rewards" 409,
    // the library
    LoanConsent = "loan_consent" 403,
    WhichCopy = "which_copy" 409,
    OnLoan = "on_loan" 409,
    KeptForOther = "kept_for_other" 409,
    CopyIs = "copy_is" 409,
    NotOnLoan = "not_on_loan" 409,
    NotLent = "not_lent" 409,
    ReaderLate = "reader_late" 409,
    LoanLimit = "loan_limit" 409,
    LoanMost = "loan_most" 409,
    LoanIs = "loan_is" 409,
    OthersWait = "others_wait" 409,
    LoanLate = "loan_late" 409,
    NoMoreRenewals = "no_more_renewals" 409,
    RenewsNothing = "renews_nothing" 409,
    HoldIs = "hold_is" 409,
    HoldLimit = "hold_limit" 409,
    NothingToReserve = "nothing_to_reserve" 409,
    AlreadyReserved = "already_reserved" 409,
    HasIt = "has_it" 409,
    CopiesFree = "copies_free" 409,
    HoldsFull = "holds_full" 409,
    TitleFull = "title_full" 409,
    IsbnTaken = "isbn_taken" 409,
    AuditConfirmed = "audit_confirmed" 409,
    TaskSettled = "task_settled" 409,
    ImportEnded = "import_ended" 409,
    /// Of a row: digits that are no number of a book.
    BadIsbn = "bad_isbn" 422,
    /// Of a row: a MARC record that cannot be read.
    BadRecord = "bad_record" 422,
    /// Of a row: the label is on another book.
    LabelTaken = "label_taken" 409,
    // doors and silence
    WatchConsent = "watch_consent" 403,
    NotWatched = "not_watched" 409,
    AlreadyWatched = "already_watched" 409,
    CredentialTaken = "credential_taken" 409,
    AlertIs = "alert_is" 409,
    AlertTaken = "alert_taken" 409,
    AbsenceSpan = "absence_span" 422,
    AbsencesMost = "absences_most" 409,
    WatchWindow = "watch_window" 422,
    /// Of an event: its signature is not that of its device.
    BadSignature = "bad_signature" 401,
    /// Of an event: its number was used before.
    Replayed = "replayed" 409,
    /// Of an observation: what it measures is not measured in this unit.
    WrongUnit = "wrong_unit" 422,
    // the care desk
    CaseClosed = "case_closed" 409,
    CaseOpen = "case_open" 409,
    CaseOther = "case_other" 409,
    OtherBuilding = "other_building" 403,
    TaskTaken = "task_taken" 409,
    TaskOver = "task_over" 409,
    NotOffered = "not_offered" 409,
    TaskUnsettled = "task_unsettled" 409,
    LeftUnwatched = "left_unwatched" 409,
    CaseFull = "case_full" 409,
    NoteLocked = "note_locked" 409,
    // feedback
    AlreadyHandled = "already_handled" 409,
    // machines
    Busy = "busy" 503,
    Failed = "failed" 500,
}

/// `application/problem+json`. `pointer`: JSON pointer of the field it is about, `?name` for a
/// query value. `data`: what the words in the reader's language are filled with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem {
    /// `about:blank`: the code says it all.
    pub r#type: String,
    /// The code in words, for the reader of a log.
    pub title: String,
    pub status: u16,
    pub code: Code,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pointer: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub data: BTreeMap<String, Value>,
    /// May the very same call succeed a little later?
    pub retryable: bool,
    /// Where a machine is at fault: the number of the call, which stands in the log as well.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub request: Option<Box<str>>,
}

impl Problem {
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self {
            r#type: "about:blank".into(),
            title: code.as_str().replace('_', " "),
            status: code.status(),
            code,
            pointer: None,
            data: BTreeMap::new(),
            retryable: matches!(
                code,
                Code::Busy
                    | Code::Failed
                    | Code::TooManyCalls
                    | Code::ResendTooSoon
                    | Code::TooManyCodes
                    | Code::TooManyTries
            ),
            request: None,
        }
    }

    /// Of the call with this number.
    #[must_use]
    pub fn of_request(mut self, number: String) -> Self {
        self.request = Some(number.into_boxed_str());
        self
    }

    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.data.insert(name.into(), value.into());
        self
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::SignedOut => Self::new(Code::SignedOut),
            Refusal::SecondFactorRequired => Self::new(Code::SecondFactorRequired),
            Refusal::NotAllowed => Self::new(Code::NotAllowed),
            Refusal::TooManyCalls { retry_after_s } => {
                Self::new(Code::TooManyCalls).with("retry_after_s", retry_after_s)
            }
            Refusal::Missing => Self::new(Code::NotFound),
            Refusal::IdReused => Self::new(Code::IdReused).at("/id"),
            Refusal::Stale => Self::new(Code::Stale).at("/ver"),
            Refusal::ResendTooSoon { retry_after_s } => {
                Self::new(Code::ResendTooSoon).with("retry_after_s", retry_after_s)
            }
            Refusal::TooManyCodes { retry_after_s } => {
                Self::new(Code::TooManyCodes).with("retry_after_s", retry_after_s)
            }
            Refusal::TooManyTries { retry_after_s } => {
                Self::new(Code::TooManyTries).with("retry_after_s", retry_after_s)
            }
            Refusal::CodeWrong => Self::new(Code::CodeWrong).at("/code"),
            Refusal::CodeSpent => Self::new(Code::CodeSpent).at("/code"),
            Refusal::SecondFactorWrong => Self::new(Code::SecondFactorWrong).at("/code"),
            Refusal::SecondFactorSpent => Self::new(Code::SecondFactorSpent).at("/code"),
            Refusal::ServiceHidden => Self::new(Code::ServiceHidden).at("/service"),
            Refusal::ProviderUnavailable => Self::new(Code::ProviderUnavailable).at("/provider"),
            Refusal::TooSoon { earliest } => Self::new(Code::TooSoon)
                .at("/start")
                .with("earliest", earliest.to_string()),
            Refusal::TooFar { latest } => Self::new(Code::TooFar)
                .at("/start")
                .with("latest", latest.to_string()),
            Refusal::NotOpen => Self::new(Code::NotOpen).at("/start"),
            Refusal::QuotaSpent { max } => Self::new(Code::QuotaSpent).with("max", max),
            Refusal::SlotTaken => Self::new(Code::SlotTaken).at("/start"),
            Refusal::WrongPart => Self::new(Code::WrongPart),
            Refusal::HoldLapsed => Self::new(Code::HoldLapsed),
            Refusal::RequestLapsed => Self::new(Code::RequestLapsed),
            Refusal::NotInState { state } => {
                Self::new(Code::NotInState).with("state", state.as_str())
            }
            Refusal::TooEarly { from } => Self::new(Code::TooEarly).with("from", from.to_string()),
            Refusal::TooLate => Self::new(Code::TooLate),
            Refusal::PastCutoff { until } => {
                Self::new(Code::PastCutoff).with("until", until.to_string())
            }
            Refusal::QuoteChanged => Self::new(Code::QuoteChanged).at("/amount"),
            Refusal::AlreadyReviewed => Self::new(Code::AlreadyReviewed),
            Refusal::AlreadyApplied => Self::new(Code::AlreadyApplied),
            Refusal::StandingIs { standing } => {
                Self::new(Code::StandingIs).with("standing", standing.as_str())
            }
            Refusal::CredentialsMissing => Self::new(Code::CredentialsMissing),
            Refusal::PhoneTaken => Self::new(Code::PhoneTaken).at("/phone"),
            Refusal::HouseholdFull { max } => Self::new(Code::HouseholdFull)
                .at("/household")
                .with("max", max),
            Refusal::LastAdmin => Self::new(Code::LastAdmin).at("/roles"),
            Refusal::ConsentStale { version } => Self::new(Code::ConsentStale)
                .at("/version")
                .with("version", version),
            Refusal::NotEnrolled => Self::new(Code::NotEnrolled),
            Refusal::OpenBookings { count } => Self::new(Code::OpenBookings).with("count", count),
            Refusal::HasWards { count } => Self::new(Code::HasWards).with("count", count),
            Refusal::OpenLoans { count } => Self::new(Code::OpenLoans).with("count", count),
            Refusal::CodeStale => Self::new(Code::CodeStale).at("/code"),
            Refusal::NotSignedUp => Self::new(Code::NotSignedUp),
            Refusal::NotCheckedIn => Self::new(Code::NotCheckedIn),
            Refusal::AlreadyCheckedIn => Self::new(Code::AlreadyCheckedIn),
            Refusal::AlreadyCheckedOut => Self::new(Code::AlreadyCheckedOut),
            Refusal::AlreadySettled => Self::new(Code::AlreadySettled),
            Refusal::OwnHours => Self::new(Code::OwnHours),
            Refusal::EntryIs { state } => Self::new(Code::EntryIs).with("state", state.as_str()),
            Refusal::SameApprover => Self::new(Code::SameApprover),
            Refusal::OneHand { until } => Self::new(Code::OneHand).with("until", until.to_string()),
            Refusal::HoursAhead => Self::new(Code::HoursAhead).at("/ends"),
            Refusal::HoursOld { earliest } => Self::new(Code::HoursOld)
                .at("/starts")
                .with("earliest", earliest.to_string()),
            Refusal::HoursLong { max } => Self::new(Code::HoursLong).at("/ends").with("max", max),
            Refusal::MinutesAbove { max } => Self::new(Code::MinutesAbove)
                .at("/minutes")
                .with("max", max),
            Refusal::MinutesSame => Self::new(Code::MinutesSame).at("/minutes"),
            Refusal::HoursOverlap { with } => Self::new(Code::HoursOverlap)
                .at("/starts")
                .with("with", with.to_string()),
            Refusal::CorrectionOpen => Self::new(Code::CorrectionOpen),
            Refusal::ManyPending { max } => Self::new(Code::ManyPending).with("max", max),
            Refusal::NothingToCertify => Self::new(Code::NothingToCertify),
            Refusal::ManyEntries { max } => Self::new(Code::ManyEntries).with("max", max),
            Refusal::ManyCertificates { max } => Self::new(Code::ManyCertificates).with("max", max),
            Refusal::AlreadyRevoked => Self::new(Code::AlreadyRevoked),
            Refusal::NothingToPass { without_number } => {
                Self::new(Code::NothingToPass).with("without_number", without_number)
            }
            Refusal::BatchOpen => Self::new(Code::BatchOpen),
            Refusal::RecordIs { state } => Self::new(Code::RecordIs).with("state", state.as_str()),
            Refusal::AnswerDiffers => Self::new(Code::Differs),
            Refusal::ActivityCancelled => Self::new(Code::ActivityCancelled),
            Refusal::AlreadySignedUp => Self::new(Code::AlreadySignedUp),
            Refusal::RemovedBefore => Self::new(Code::RemovedBefore),
            Refusal::Attended => Self::new(Code::Attended),
            Refusal::SignUpOverlaps { activity } => {
                Self::new(Code::SignUpOverlaps).with("activity", activity.to_string())
            }
            Refusal::TooManySignUps { max } => Self::new(Code::TooManySignUps).with("max", max),
            Refusal::QueueFull { max } => Self::new(Code::QueueFull).with("max", max),
            Refusal::PlacesTaken { going } => Self::new(Code::PlacesTaken)
                .at("/capacity")
                .with("going", going),
            Refusal::TimeSettled { count } => Self::new(Code::TimeSettled)
                .at("/starts")
                .with("count", count),
            Refusal::RewardClosed => Self::new(Code::RewardClosed).at("/reward"),
            Refusal::LimitPerson { max, left } => Self::new(Code::LimitPerson)
                .at("/quantity")
                .with("max", max)
                .with("left", left),
            Refusal::LimitMonth { max, left } => Self::new(Code::LimitMonth)
                .at("/quantity")
                .with("max", max)
                .with("left", left),
            Refusal::PriceChanged { points } => Self::new(Code::PriceChanged)
                .at("/points")
                .with("points", points),
            Refusal::PointsShort { available, points } => Self::new(Code::PointsShort)
                .with("available", available)
                .with("points", points),
            Refusal::OutOfStock { left } => Self::new(Code::OutOfStock)
                .at("/quantity")
                .with("left", left),
            Refusal::VoucherWrong => Self::new(Code::VoucherWrong).at("/code"),
            Refusal::OwnVoucher => Self::new(Code::OwnVoucher),
            Refusal::VoucherIs { state } => {
                Self::new(Code::VoucherIs).with("state", state.as_str())
            }
            Refusal::VoucherLapsed => Self::new(Code::VoucherLapsed),
            Refusal::TooManyRewards { max } => Self::new(Code::TooManyRewards).with("max", max),
            Refusal::LoanConsent => Self::new(Code::LoanConsent),
            Refusal::WhichCopy { copies } => Self::new(Code::WhichCopy)
                .at("/copy")
                .with("copies", copies),
            Refusal::OnLoan => Self::new(Code::OnLoan).at("/copy"),
            Refusal::KeptForOther => Self::new(Code::KeptForOther).at("/copy"),
            Refusal::CopyIs { state } => Self::new(Code::CopyIs)
                .at("/copy")
                .with("state", state.as_str()),
            Refusal::NotOnLoan => Self::new(Code::NotOnLoan).at("/copy"),
            Refusal::NotLent => Self::new(Code::NotLent).at("/copy"),
            Refusal::ReaderLate { count } => Self::new(Code::ReaderLate).with("count", count),
            Refusal::LoanLimit { max } => Self::new(Code::LoanLimit).with("max", max),
            Refusal::LoanMost { max } => Self::new(Code::LoanMost).with("max", max),
            Refusal::LoanIs { state } => Self::new(Code::LoanIs).with("state", state.as_str()),
            Refusal::OthersWait { count } => Self::new(Code::OthersWait).with("count", count),
            Refusal::LoanLate { due } => Self::new(Code::LoanLate).with("due", due.to_string()),
            Refusal::NoMoreRenewals { max } => Self::new(Code::NoMoreRenewals).with("max", max),
            Refusal::RenewsNothing { due } => {
                Self::new(Code::RenewsNothing).with("due", due.to_string())
            }
            Refusal::HoldIs { state } => Self::new(Code::HoldIs).with("state", state.as_str()),
            Refusal::HoldLimit { max } => Self::new(Code::HoldLimit).with("max", max),
            Refusal::NothingToReserve => Self::new(Code::NothingToReserve).at("/title"),
            Refusal::AlreadyReserved => Self::new(Code::AlreadyReserved).at("/title"),
            Refusal::HasIt => Self::new(Code::HasIt).at("/title"),
            Refusal::CopiesFree => Self::new(Code::CopiesFree).at("/title"),
            Refusal::HoldsFull { max } => Self::new(Code::HoldsFull).at("/title").with("max", max),
            Refusal::TitleFull { max } => Self::new(Code::TitleFull).at("/count").with("max", max),
            Refusal::IsbnTaken => Self::new(Code::IsbnTaken).at("/fields/isbn"),
            Refusal::AuditConfirmed => Self::new(Code::AuditConfirmed),
            Refusal::TaskSettled => Self::new(Code::TaskSettled),
            Refusal::ImportEnded => Self::new(Code::ImportEnded),
            Refusal::WatchConsent => Self::new(Code::WatchConsent).at("/person"),
            Refusal::NotWatched => Self::new(Code::NotWatched).at("/person"),
            Refusal::AlreadyWatched => Self::new(Code::AlreadyWatched).at("/person"),
            Refusal::CredentialTaken => Self::new(Code::CredentialTaken).at("/fields/credentials"),
            Refusal::AlertIs { state } => Self::new(Code::AlertIs).with("state", state.as_str()),
            Refusal::AlertTaken { owner } => {
                Self::new(Code::AlertTaken).with("owner", owner.to_string())
            }
            Refusal::AbsenceSpan { max_days } => Self::new(Code::AbsenceSpan)
                .at("/until")
                .with("max_days", max_days),
            Refusal::AbsencesMost { max } => Self::new(Code::AbsencesMost).with("max", max),
            Refusal::WatchWindow { least, max } => Self::new(Code::WatchWindow)
                .at("/windows")
                .with("least", least)
                .with("max", max),
            Refusal::CaseClosed => Self::new(Code::CaseClosed),
            Refusal::CaseOpen => Self::new(Code::CaseOpen),
            Refusal::CaseOther => Self::new(Code::CaseOther).at("/into"),
            Refusal::OtherBuilding => Self::new(Code::OtherBuilding),
            Refusal::TaskTaken { owner } => {
                Self::new(Code::TaskTaken).with("owner", owner.to_string())
            }
            Refusal::TaskOver => Self::new(Code::TaskOver),
            Refusal::NotOffered => Self::new(Code::NotOffered),
            Refusal::TaskUnsettled { count } => Self::new(Code::TaskUnsettled).with("count", count),
            Refusal::LeftUnwatched => Self::new(Code::LeftUnwatched).at("/seen_at"),
            Refusal::CaseFull { max } => Self::new(Code::CaseFull).with("max", max),
            Refusal::NoteLocked => Self::new(Code::NoteLocked),
            Refusal::AlreadyHandled => Self::new(Code::AlreadyHandled),
        }
    }
}
