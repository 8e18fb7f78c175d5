//! Service time: the code at the door, checking in and out, settling; entries and what is done with
//! them; certificates.

use domain::certificate::{CertificateNumber, CertificateState};
use domain::hours::{EntryStateName, PresenceName, Source};
use domain::{ActivityId, CommandId, EntryId, PersonId};
use jiff::civil::Date;

use crate::Problem;
use crate::endpoint::{None_, Page, endpoints, json};
use crate::moment::Moment;
use crate::points::network::EntryNetwork;

endpoints! {
    /// The code at the door now, for whoever runs the activity. It changes every 30 seconds.
    GetDoor: Get "/v1/activities/{id}/door" (ActivityId) as Organise, None_ => 200 Door;
    /// Check in by the code at the door: from 30 minutes before the start until the end.
    CheckIn: Post "/v1/activities/{id}/checkin" (ActivityId) as Volunteer, CheckBody => 200 AttendanceView;
    /// Check out by the code at the door, until two hours after the end; then it counts as forgotten.
    CheckOut: Post "/v1/activities/{id}/checkout" (ActivityId) as Volunteer, CheckBody => 200 AttendanceView;
    /// Say when one left, where one forgot to check out: from one's coming to the planned end. Shown to whoever settles it; it makes no hour by itself.
    SayLeft: Post "/v1/activities/{id}/left" (ActivityId) as Volunteer, LeftBody => 200 AttendanceView;
    /// Check a volunteer in by their card, or out if they are in. For whoever runs the activity.
    ScanCard: Post "/v1/activities/{id}/scan" (ActivityId) as Organise, ScanBody => 200 AttendanceView;
    /// Record that somebody did not come. Nothing follows from it. Who was seen is told, and can be settled all the same; whoever checked out was there.
    MarkMissed: Post "/v1/activities/{id}/no-show" (ActivityId) as Organise, MissedBody => 200 AttendanceView;
    /// Confirm minutes, at most those attended, row by row; each becomes an entry and points. A row is refused to whoever scanned the card (`same_approver`), and to whom an account in it may belong (`one_hand`). The same call again changes nothing.
    SettleHours: Post "/v1/activities/{id}/settle" (ActivityId) as Organise, SettleBody => 200 Settlement;

    /// One's own service time or a ward's, the latest first.
    ListHours: Get "/v1/hours" () [HoursQuery] as Volunteer, None_ => 200 Page<EntryView>;
    /// Write down service time by hand; it counts once two others approved it. Staff who write it for somebody else are the first of them.
    CreateHours: Post "/v1/hours" () as Volunteer, CreateHoursBody => 201 EntryView;
    /// What waits: time written down by hand, corrections, forgotten check-outs; the earliest first.
    ListPendingHours: Get "/v1/hours/pending" () [PendingQuery] as ApproveHours, None_ => 200 Page<PendingHours>;
    /// One entry: its person's, their guardian's, and that of staff who approve, who are written down.
    GetHours: Get "/v1/hours/{id}" (EntryId) as Volunteer, None_ => 200 EntryView;
    /// Approve an entry; never one's own, and never twice.
    ApproveHours: Post "/v1/hours/{id}/approve" (EntryId) as ApproveHours, ApproveHoursBody => 200 EntryView;
    /// Refuse an entry, with the reason.
    RefuseHours: Post "/v1/hours/{id}/refuse" (EntryId) as ApproveHours, RefuseHoursBody => 200 EntryView;
    /// Ask for other minutes, as the person or their guardian: a new entry that takes its place once two others approved it.
    DisputeHours: Post "/v1/hours/{id}/dispute" (EntryId) as Volunteer, CorrectHoursBody => 201 EntryView;
    /// Correct the minutes of somebody else: a new entry that takes its place once another approved it as well.
    CorrectHours: Post "/v1/hours/{id}/correct" (EntryId) as ApproveHours, CorrectHoursBody => 201 EntryView;

    /// Issue a certificate of one's own time, a ward's, or (staff) anybody's.
    IssueCertificate: Post "/v1/certificates" () as Volunteer, IssueCertificateBody => 201 CertificateView;
    /// Certificates of one's own time, a ward's, or (staff) anybody's.
    ListCertificates: Get "/v1/certificates" () [CertificatesQuery] as Volunteer, None_ => 200 Page<CertificateView>;
    /// A certificate with all that is printed on it.
    GetCertificate: Get "/v1/certificates/{number}" (CertificateNumber) as Volunteer, None_ => 200 CertificatePage;
    /// Does a certificate hold? For everybody it is shown to.
    VerifyCertificate: Get "/v1/certificates/{number}/verify" (CertificateNumber) as Public, None_ => 200 Verified;
    /// Take a certificate back.
    RevokeCertificate: Post "/v1/certificates/{number}/revoke" (CertificateNumber) as IssueCertificates, RevokeCertificateBody => 200 CertificateView;
}

json! {
    pub struct Door {
        pub code: String,
        /// Then the next one is due.
        pub valid_until: Moment,
        /// The code as an address of the residents' app, without host, for the QR.
        pub url: String,
    }
    pub struct CheckBody {
        pub id: CommandId,
        /// Small letters, spaces and hyphens are forgiven.
        pub code: String,
        /// A ward, if not oneself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<PersonId>,
    }
    pub struct LeftBody {
        pub id: CommandId,
        /// When they left; absent: at the planned end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub left: Option<Moment>,
        /// A ward, if not oneself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<PersonId>,
        /// The version of the sign-up it is said of.
        pub ver: u64,
    }
    pub struct ScanBody {
        pub id: CommandId,
        /// What the card says.
        pub card: String,
    }
    pub struct MissedBody {
        pub id: CommandId,
        pub person: PersonId,
    }
    pub struct AttendanceView {
        pub activity: ActivityId,
        pub title: String,
        pub person: PersonId,
        pub name: String,
        pub state: PresenceName,
        pub came_at: Option<Moment>,
        pub left_at: Option<Moment>,
        /// Attended, within the planned time; confirmed, once settled. Absent while they are in.
        pub minutes: Option<u32>,
        /// When they say they left, who forgot to check out.
        pub said_left: Option<Moment>,
        /// The entry it became.
        pub entry: Option<EntryId>,
    }
    pub struct SettleBody {
        pub id: CommandId,
        /// At most 100.
        pub rows: Vec<SettleRow>,
    }
    pub struct SettleRow {
        pub person: PersonId,
        /// 1 to 720.
        pub minutes: u32,
    }
    pub struct Settlement {
        /// In the order of the call.
        pub rows: Vec<SettledRow>,
    }
    /// Settled, with its entry, or refused.
    pub struct SettledRow {
        pub person: PersonId,
        pub entry: Option<EntryId>,
        pub points: Option<u32>,
        pub refused: Option<Problem>,
    }

    pub struct HoursQuery {
        /// Local days on which it began, both included.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub from: Option<Date>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub until: Option<Date>,
        /// A ward; for staff who approve, anybody, and the view is logged.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<PersonId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cursor: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<usize>,
    }
    pub struct CreateHoursBody {
        pub id: EntryId,
        /// Whose time it is, if not one's own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<PersonId>,
        /// An activity it was; the time then lies within the planned time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub activity: Option<ActivityId>,
        /// What was done. An activity's title stands in its place.
        #[serde(default)]
        pub what: String,
        /// At most 12 hours, over by now, and not older than 90 days.
        pub starts: Moment,
        pub ends: Moment,
        /// What shows that it was so, or who knows of it.
        #[serde(default)]
        pub evidence: String,
    }
    pub struct EntryView {
        pub id: EntryId,
        pub person: PersonId,
        pub person_name: String,
        pub activity: Option<ActivityId>,
        /// The activity's title, or own words.
        pub what: String,
        pub starts: Moment,
        pub ends: Moment,
        pub minutes: u32,
        /// Up to so many minutes it can be corrected.
        pub minutes_max: u32,
        pub source: Source,
        pub evidence: String,
        /// Why it takes another's place.
        pub reason: String,
        pub submitted_by: PersonId,
        pub submitted_by_name: String,
        pub submitted_at: Moment,
        pub approvals: Vec<EntryApproval>,
        /// How many approvals are still missing.
        pub approvals_left: u32,
        pub state: EntryStateName,
        pub refused_by_name: Option<String>,
        pub refused_reason: Option<String>,
        pub supersedes: Option<EntryId>,
        /// What the superseded entry said.
        pub minutes_before: Option<u32>,
        pub superseded_by: Option<EntryId>,
        /// The version of the rule that its points were given by.
        pub rule: Option<u32>,
        pub points: u32,
        /// How far it got on its way into the national network; absent where it does not go there.
        pub network: Option<EntryNetwork>,
        /// What the reader may do now, as endpoint names: `ApproveHours`, `DisputeHours`, …
        pub moves: Vec<String>,
        pub ver: u64,
    }
    pub struct EntryApproval {
        pub by: PersonId,
        pub by_name: String,
        pub at: Moment,
    }
    pub struct PendingQuery {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cursor: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<usize>,
    }
    /// Either an entry that waits for approval, or an attendance that waits to be settled.
    pub struct PendingHours {
        pub entry: Option<EntryView>,
        pub forgotten: Option<Forgotten>,
    }
    /// A check-out that was forgotten: settle it with the minutes that they were there.
    pub struct Forgotten {
        pub activity: ActivityId,
        pub title: String,
        pub person: PersonId,
        pub name: String,
        pub came_at: Moment,
        pub ended_at: Moment,
        /// At most so many.
        pub minutes: u32,
        /// When they say they left, and the minutes that would be.
        pub said_left: Option<Moment>,
        pub said_minutes: Option<u32>,
    }
    pub struct ApproveHoursBody {
        pub id: CommandId,
    }
    pub struct RefuseHoursBody {
        pub id: CommandId,
        pub reason: String,
    }
    pub struct CorrectHoursBody {
        /// Of the new entry.
        pub id: EntryId,
        /// 0: it did not take place.
        pub minutes: u32,
        pub reason: String,
    }

    pub struct IssueCertificateBody {
        pub id: CommandId,
        /// Whose time, if not one's own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<PersonId>,
        /// Local days, both included; at most 366, and none to come.
        pub from: Date,
        pub until: Date,
    }
    pub struct CertificatesQuery {
        /// A ward; for staff who issue them, anybody.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<PersonId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cursor: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<usize>,
    }
    pub struct CertificateView {
        pub number: CertificateNumber,
        pub person: PersonId,
        pub from: Date,
        pub until: Date,
        pub minutes: u32,
        /// Those of them that were written down by hand.
        pub manual_minutes: u32,
        pub issued_at: Moment,
        pub state: CertificateState,
        /// Why it was taken back.
        pub reason: Option<String>,
    }
    pub struct CertificatePage {
        pub certificate: CertificateView,
        pub name: String,
        /// Under which the national network knows them.
        pub unified_number: Option<String>,
        /// The community, and its station's number.
        pub issuer: String,
        pub issuer_en: Option<String>,
        pub issuer_phone: String,
        /// Absent where the person had it issued themselves.
        pub issued_by_name: Option<String>,
        /// The earliest first.
        pub rows: Vec<CertificateRow>,
        /// What the reader may do now, as endpoint names.
        pub moves: Vec<String>,
    }
    pub struct CertificateRow {
        pub starts: Moment,
        /// The activity's title; absent for what was written down by hand, whose words are not printed.
        pub what: Option<String>,
        pub minutes: u32,
        pub source: Source,
    }
    pub struct Verified {
        pub number: CertificateNumber,
        pub minutes: u32,
        pub issuer: String,
        pub issuer_en: Option<String>,
        pub state: CertificateState,
    }
    pub struct RevokeCertificateBody {
        pub id: CommandId,
        pub reason: String,
    }
}
