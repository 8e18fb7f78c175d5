//! Which codes each endpoint may answer with. The acceptance tests hold every answer against it.

use domain::access::Act;

use crate::endpoint::{EndpointInfo, Method};
use crate::problem::Code;

/// In the order of [`Code::ALL`].
#[must_use]
pub fn codes_of(endpoint: &EndpointInfo) -> Vec<Code> {
    let all = Code::ALL.iter().copied();
    all.filter(|code| applies(*code, endpoint)).collect()
}

fn applies(code: Code, to: &EndpointInfo) -> bool {
    let is = |names: &[&str]| names.contains(&to.name);
    let open = to.act == Act::Public;
    let writes = to.method != Method::Get;
    match code {
        Code::BadJson => to.has_body() || is(&["RecordObservations"]),
        Code::WrongContentType => to.has_body(),
        // Also in a query, which every endpoint reads.
        Code::UnknownField
        | Code::WrongType
        | Code::MissingField
        | Code::BadValue
        | Code::EmptyText
        | Code::TooLong
        | Code::BadCursor => true,
        Code::TooMany => writes,
        Code::SpanBackwards => is(&[
            "PutCalendar",
            "CreateActivity",
            "UpdateActivity",
            "CreateHours",
            "ListHours",
            "IssueCertificate",
            "PutLibrary",
        ]),
        Code::BodyTooLarge => true,
        Code::BadFile => to.file,
        // Of rows, inside of a report; and of no endpoint at all.
        Code::Differs | Code::RowTwice | Code::MethodNotAllowed => false,
        Code::BadIsbn | Code::BadRecord | Code::LabelTaken | Code::Replayed => false,
        Code::WrongUnit => false,
        Code::WrongOrigin => writes,
        Code::NotFound => !open || to.path.contains('{'),
        Code::SignedOut | Code::NotAllowed => !open,
        Code::SecondFactorRequired => !open && to.act != Act::SignIn,
        Code::TooManyCalls => is_counted(to),
        Code::IdReused | Code::Stale => writes && !open,
        Code::ResendTooSoon | Code::TooManyCodes => is(&["SendCode"]),
        Code::TooManyTries | Code::CodeWrong | Code::CodeSpent => is(&["SignIn"]),
        Code::SecondFactorWrong | Code::SecondFactorSpent => is(&["VerifySecondFactor"]),
        Code::ServiceHidden
        | Code::ProviderUnavailable
        | Code::TooSoon
        | Code::TooFar
        | Code::NotOpen
        | Code::SlotTaken => is(&["CreateBooking", "LinkResource"]) || moves_booking(to),
        Code::QuotaSpent => is(&["CreateBooking", "LinkResource"]),
        Code::WrongPart
        | Code::HoldLapsed
        | Code::RequestLapsed
        | Code::NotInState
        | Code::PastCutoff
        | Code::QuoteChanged
        | Code::AlreadyReviewed => moves_booking(to),
        Code::TooEarly => moves_booking(to) || moves_attendance(to),
        Code::TooLate => {
            let changes = is(&["SignUp", "UpdateActivity", "CancelActivity", "AnswerWell"]);
            moves_booking(to) || moves_attendance(to) || leaves_activity(to) || changes
        }
        Code::AlreadyApplied => is(&["ApplyAsProvider"]),
        Code::StandingIs | Code::CredentialsMissing => is(&["DecideProvider"]),
        Code::PhoneTaken => is(&["CreatePerson", "UpdatePerson"]),
        Code::HouseholdFull => is(&["CreatePerson", "UpdatePerson", "AddChild"]),
        Code::LastAdmin => is(&["SetRoles", "DeleteMe", "DeletePerson"]),
        Code::ConsentStale => is(&["SetConsent", "SetConsentOf"]),
        Code::NotEnrolled => is(&["ResetSecondFactor"]),
        Code::OpenBookings | Code::HasWards | Code::OpenLoans => is(&["DeleteMe", "DeletePerson"]),
        Code::AlreadyHandled => is(&["HandleFeedback"]),
        Code::LoanConsent => is(&["CreateLoan", "CreateHold"]),
        Code::WhichCopy => is(&["CreateLoan", "ReturnCopy", "MarkCopy"]),
        Code::OnLoan | Code::KeptForOther | Code::ReaderLate | Code::LoanLimit | Code::LoanMost => {
            is(&["CreateLoan"])
        }
        Code::NotLent => is(&["CreateLoan", "CreateHold"]),
        Code::CopyIs => is(&["CreateLoan", "MarkCopy"]),
        Code::NotOnLoan => is(&["ReturnCopy"]),
        Code::LoanIs
        | Code::OthersWait
        | Code::LoanLate
        | Code::NoMoreRenewals
        | Code::RenewsNothing => is(&["RenewLoan"]),
        Code::HoldIs => is(&["CancelHold"]),
        Code::HoldLimit
        | Code::NothingToReserve
        | Code::AlreadyReserved
        | Code::HasIt
        | Code::CopiesFree
        | Code::HoldsFull => is(&["CreateHold"]),
        Code::TitleFull => is(&["CreateCopies"]),
        Code::IsbnTaken => is(&["CreateTitle", "UpdateTitle", "CreateCopies"]),
        Code::AuditConfirmed => is(&["ConfirmAudit"]),
        Code::TaskSettled => is(&["SettleLibraryTask"]),
        Code::ImportEnded => is(&["CancelLibraryImport"]),
        Code::WatchConsent => is(&[
            "CreateWatched",
            "UpdateWatched",
            "CreateAbsence",
            "PutVitals",
        ]),
        Code::NotWatched => is(&["GetMyWatch", "ListMySigns", "SayWell", "CreateAbsence"]),
        Code::AlreadyWatched => is(&["CreateWatched"]),
        Code::CredentialTaken => is(&["CreateWatched", "UpdateWatched"]),
        Code::AlertIs | Code::AlertTaken => {
            let own = is(&["AcknowledgeAlert", "CloseAlert"]);
            own || writes && to.path.starts_with("/v1/cases")
        }
        Code::AbsenceSpan | Code::AbsencesMost => is(&["CreateAbsence"]),
        Code::WatchWindow => is(&[
            "CreateWatched",
            "UpdateWatched",
            "PutWatchRules",
            "BacktestRules",
        ]),
        Code::OtherBuilding => is(&["CreateCase"]),
        Code::CaseClosed
        | Code::CaseOpen
        | Code::CaseOther
        | Code::TaskTaken
        | Code::TaskOver
        | Code::NotOffered
        | Code::TaskUnsettled
        | Code::LeftUnwatched
        | Code::CaseFull => writes && to.path.starts_with("/v1/cases") || is(&["AddAddendum"]),
        Code::NoteLocked => is(&["UpdateNote"]),
        Code::BadSignature => is(&[
            "RecordDoorEvents",
            "RecordHikvision",
            "RecordDahua",
            "RecordZkteco",
            "RecordObservations",
        ]),
        Code::CodeStale => is(&["CheckIn", "CheckOut"]),
        Code::NotSignedUp => moves_attendance(to) || leaves_activity(to),
        Code::NotCheckedIn | Code::AlreadyCheckedIn => moves_attendance(to),
        Code::AlreadySettled => moves_attendance(to) || is(&["AnswerWell"]),
        Code::AlreadyCheckedOut => moves_attendance(to),
        Code::OwnHours | Code::EntryIs => changes_hours(to),
        Code::SameApprover => is(&["ApproveHours"]),
        Code::OneHand => is(&["ApproveHours", "SettleRedemption"]),
        Code::HoursAhead | Code::HoursOld | Code::HoursLong => is(&["CreateHours"]),
        Code::MinutesAbove | Code::MinutesSame | Code::CorrectionOpen => {
            is(&["DisputeHours", "CorrectHours"])
        }
        Code::ManyPending => is(&["CreateHours", "DisputeHours", "CorrectHours"]),
        Code::HoursOverlap => is(&[
            "CreateHours",
            "ApproveHours",
            "DisputeHours",
            "CorrectHours",
        ]),
        Code::NothingToCertify | Code::ManyEntries | Code::ManyCertificates => {
            is(&["IssueCertificate"])
        }
        Code::AlreadyRevoked => is(&["RevokeCertificate"]),
        Code::NothingToPass => is(&["CreateNetworkBatch"]),
        Code::BatchOpen => is(&["GetNetworkFile", "AnswerNetworkBatch"]),
        Code::RecordIs => is(&["RequeueNetworkRecord"]),
        Code::IdentityCard => is(&["PutVolunteer"]),
        Code::ActivityCancelled => {
            let others = [
                "SignUp",
                "UpdateActivity",
                "CancelActivity",
                "GetDoor",
                "SettleHours",
            ];
            is(&others) || moves_attendance(to)
        }
        Code::AlreadySignedUp
        | Code::RemovedBefore
        | Code::SignUpOverlaps
        | Code::TooManySignUps => is(&["SignUp"]),
        Code::Attended => leaves_activity(to),
        Code::QueueFull => is(&["SignUp"]),
        Code::PlacesTaken | Code::TimeSettled => is(&["UpdateActivity"]),
        Code::RewardClosed
        | Code::LimitPerson
        | Code::LimitMonth
        | Code::PriceChanged
        | Code::PointsShort => is(&["CreateRedemption"]),
        Code::OutOfStock => is(&["CreateRedemption", "AddStock"]),
        Code::VoucherWrong => is(&["GetVoucher", "SettleRedemption"]),
        Code::OwnVoucher => is(&["SettleRedemption"]),
        Code::VoucherIs | Code::VoucherLapsed => is(&["SettleRedemption", "CancelRedemption"]),
        Code::TooManyRewards => is(&["CreateReward"]),
        Code::Busy | Code::Failed => true,
    }
}

/// What happens to one attendance. Settling names what it refuses row by row.
fn moves_attendance(endpoint: &EndpointInfo) -> bool {
    let all = ["CheckIn", "CheckOut", "SayLeft", "ScanCard", "MarkMissed"];
    all.contains(&endpoint.name)
}

fn leaves_activity(endpoint: &EndpointInfo) -> bool {
    ["Withdraw", "RemoveSignUp"].contains(&endpoint.name)
}

fn changes_hours(endpoint: &EndpointInfo) -> bool {
    endpoint.path.starts_with("/v1/hours/{id}/")
}

fn moves_booking(endpoint: &EndpointInfo) -> bool {
    endpoint.path.starts_with("/v1/bookings/{id}/")
}

/// Changes, searches and copies have a budget; signing in and out has limits of its own.
fn is_counted(endpoint: &EndpointInfo) -> bool {
    let costly = [
        "ListSlots",
        "FindResidents",
        "FindReaders",
        "GetMyData",
        "GetDataOf",
    ];
    let changes = endpoint.method != Method::Get;
    let around = matches!(endpoint.act, Act::Public | Act::SignIn);
    costly.contains(&endpoint.name) || changes && !around
}
