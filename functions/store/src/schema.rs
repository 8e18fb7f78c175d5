//! The whole table on one screen. The community's id leads every partition key; what is asked
//! before the community is known (telephone numbers, the list of communities) stands under `~`.
//!
//! | kind          | pk                     | sk                   | gsi1 (pk / sk)            | gsi2                      | gsi3                 | due               |
//! |---------------|------------------------|----------------------|---------------------------|---------------------------|----------------------|-------------------|
//! | Community     | ~#COMMUNITIES          | com                  |                           |                           |                      |                   |
//! | Account       | ~#PHONE#digest         | ACCOUNT              |                           |                           |                      |                   |
//! | Code          | ~#PHONE#digest         | CODE                 |                           |                           |                      |                   |
//! | Rate          | ~#RATE#digest          | window#start         |                           |                           |                      |                   |
//! | Person        | com#P#per              | PERSON               | com#PEOPLE / name#per     | com#TRUSTED / per         |                      | com#DUE#P / erased|
//! | Session       | com#P#per              | SESSION#digest       |                           |                           |                      |                   |
//! | SecondFactor  | com#P#per              | TOTP                 |                           |                           |                      |                   |
//! | Consent       | com#P#per              | CONSENT#purpose#ms   |                           |                           |                      | com#DUE#Z / ms#per|
//! | View          | com#P#per              | VIEW#vew             |                           |                           |                      |                   |
//! | ViewLink      | com#P#per              | LOOKED#n             |                           |                           |                      |                   |
//! | ViewHead      | com#P#per              | LOOKED               |                           |                           |                      |                   |
//! | Message       | com#P#per              | MSG#msg              |                           |                           |                      |                   |
//! | Attempt       | com#P#per              | SENT#msg#channel#n   |                           |                           |                      |                   |
//! | Push          | com#P#per              | PUSH#endpoint        |                           |                           |                      |                   |
//! | Quota         | com#P#per              | QUOTA#BOOKINGS       |                           |                           |                      |                   |
//! | Command       | com#P#per              | CMD#id               |                           |                           |                      |                   |
//! | ProviderOf    | com#P#per              | PROVIDER             |                           |                           |                      |                   |
//! | BookedFor     | com#P#per              | FOR#bkg              | com#P#per#M / start#bkg   |                           |                      |                   |
//! | Household     | com#HOUSEHOLDS         | hsh                  |                           |                           |                      |                   |
//! | Feedback      | com#FEEDBACK           | fbk                  | com#P#per#F / fbk         | com#FEEDBACK#W / fbk      |                      |                   |
//! | Category      | com#CATEGORIES         | slug                 |                           |                           |                      |                   |
//! | Provider      | com#PROVIDERS          | prv                  |                           |                           |                      | com#DUE#V / day   |
//! | Service       | com#SERVICES           | svc                  |                           |                           |                      |                   |
//! | Booking       | com#B#bkg              | BOOKING              | com#P#per#B / start#bkg   | com#V#prv#B / start#bkg   | com#D#day / start#bkg| com#DUE#B / due   |
//! | Claims        | com#V#prv              | DAY#day              |                           |                           |                      |                   |
//! | Volunteer     | com#P#per              | VOLUNTEER            | com#CARDS / card          |                           |                      |                   |
//! | Team          | com#TEAMS              | tea                  |                           |                           |                      |                   |
//! | Activity      | com#A#act              | ACTIVITY             | com#ACTIVITIES / start#act|                           |                      | com#DUE#F / act   |
//! | SignUp        | com#A#act              | SIGNUP#per           | com#P#per#S / start#act   |                           | com#HOURS#W / ms     | com#DUE#A / due   |
//! | Entry         | com#P#per              | HOURS#start#hrs      | com#HOURS / start#hrs     |                           | com#HOURS#W / ms     |                   |
//! | EntryOf       | com#H#hrs              | ENTRY                |                           |                           |                      |                   |
//! | Certificate   | com#P#per              | CERT#issued#number   |                           |                           |                      |                   |
//! | CertificateOf | ~#CERTIFICATE#number   | CERTIFICATE          |                           |                           |                      |                   |
//! | NetworkRecord | com#P#per              | NETWORK#start#hrs    | com#NETWORK / start#hrs   | com#NETWORK#state / start#hrs |                  |                   |
//! | NetworkRef    | com#NETWORK#REF#theirs | REF                  |                           |                           |                      |                   |
//! | NetworkBatch  | com#BATCHES            | nwb                  |                           |                           |                      |                   |
//! | NetworkPart   | com#BATCH#nwb          | PART#n               |                           |                           |                      |                   |
//! | PointAccount  | com#P#per              | POINTS               |                           |                           |                      | com#DUE#L / day#per|
//! | Transfer      | com#P#per              | TRANSFER#at#trf      |                           |                           |                      |                   |
//! | Earned        | com#P#per              | EARNED#day           |                           |                           |                      |                   |
//! | Taken         | com#P#per              | TAKEN#rwd            |                           |                           |                      |                   |
//! | PointRule     | com#RULES              | ver                  |                           |                           |                      |                   |
//! | Reward        | com#REWARDS            | rwd                  |                           |                           |                      |                   |
//! | Stock         | com#R#rwd              | STOCK#n              |                           |                           |                      |                   |
//! | StockMove     | com#R#rwd              | MOVE#at#id           |                           |                           |                      |                   |
//! | Redemption    | com#X#rdm              | REDEMPTION           | com#P#per#X / made#rdm    |                           |                      | com#DUE#X / due#rdm|
//! | Voucher       | com#VOUCHER#code       | VOUCHER              |                           |                           |                      |                   |
//! | Title         | com#L#ttl              | TITLE                | com#TITLES / name#ttl     | com#TITLES#C / changed#ttl|                      |                   |
//! | Shelf         | com#L#ttl              | SHELF                |                           |                           |                      | com#DUE#K / day#ttl|
//! | CopyOf        | com#COPIES             | barcode              |                           |                           |                      |                   |
//! | TitleOf       | com#ISBN#isbn          | TITLE                |                           |                           |                      |                   |
//! | Reader        | com#P#per              | READER               | com#READERS / card        |                           |                      |                   |
//! | Loan          | com#N#lon              | LOAN                 | com#P#per#N / lent#lon    | com#LENT / due#lon        |                      | com#DUE#O / day#lon|
//! | Hold          | com#Q#hld              | HOLD                 | com#P#per#Q / made#hld    | com#PICKUPS / day#hld     |                      |                   |
//! | LedgerLine    | com#LEDGER             | at#ttl#ver#n         |                           |                           |                      |                   |
//! | LibraryRules  | com#LIBRARY            | ver                  |                           |                           |                      |                   |
//! | ShelfAudit    | com#AUDITS             | aud                  |                           |                           |                      |                   |
//! | LibraryImport | com#IMPORTS            | lim                  |                           |                           |                      | com#DUE#I / lim   |
//! | LibraryPart   | com#IMPORT#lim         | PART#n               |                           |                           |                      |                   |
//! | LibraryTask   | com#LIBTASKS           | ltk                  | com#LIBTASKS#O / ltk      |                           |                      |                   |
//! | DeviceOf      | ~#DEVICE#dev           | OF                   |                           |                           |                      |                   |
//! | Device        | com#DOORS              | dev                  |                           |                           |                      | com#DUE#D / dead#dev|
//! | DoorDay       | com#DOORDAYS#dev       | day                  |                           |                           |                      |                   |
//! | Watched       | com#P#per              | WATCH                | com#WATCHED / per         | com#WATCHED#N / since#per | com#P#rel#K / per    | com#DUE#W#n / armed#per|
//! | CredentialOf  | com#CREDENTIAL#card    | OF, RELATIVE#person  |                           |                           |                      |                   |
//! | SignRow       | com#P#per              | SIGN#at#dev#seq      |                           |                           |                      |                   |
//! | AbsenceRow    | com#P#per              | ABSENCE#abs          |                           |                           |                      | com#DUE#H / tell#abs|
//! | AbsenceOf     | com#ABSENCE#abs        | OF                   |                           |                           |                      |                   |
//! | Alert         | com#ALERT#alt          | ALERT                | com#ALERTS / opened#alt   | com#ALERTS#O / urgency#alt| com#P#per#A / opened#alt | com#DUE#G / calls#alt|
//! | Vitals        | com#P#per              | VITALS               |                           |                           |                      | com#DUE#Y#n / armed#per|
//! | ReadingRow    | com#P#per              | READING#at#metric#dev|                           |                           |                      |                   |
//! | WatchRules    | com#WATCHRULES         | ver                  |                           |                           |                      |                   |
//! | WatchedCount  | com#WATCHED            | COUNT                |                           |                           |                      |                   |
//! | SweepMark     | com#SWEEP              | MARK                 |                           |                           |                      |                   |
//! | AlertMark     | com#SWEEP              | ALERTS               |                           |                           |                      |                   |
//! | Case          | com#CASE#cas           | CASE                 | com#CASES / opened#cas    | com#CASES#O / opened#cas  | com#P#per#T / opened#cas | com#DUE#T / due#cas|
//! | CareFile      | com#P#per              | CARE                 | com#FILES / visit#per     |                           |                      |                   |
//! | Note          | com#NOTE#nte           | NOTE                 | com#P#per#W / on#nte      |                           |                      |                   |
//! | Attachment    | com#P#per              | ATTACH#att           |                           |                           |                      |                   |
//! | CareNodes     | com#CARENODES          | NODES                |                           |                           |                      |                   |
//! | Outbox        | com#OUTBOX             | msg                  |                           |                           |                      | com#DUE#C, N / next|
//! | Stuck         | com#STUCK              | msg                  |                           |                           |                      |                   |

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::certificate::CertificateNumber;
use domain::consent::Purpose;
use domain::hours::{EntryStateName, Presence};
use domain::network::RecordState;
use domain::reward::VoucherCode;
use domain::{
    ActivityId, BookingId, CommunityId, EntryId, FeedbackId, HouseholdId, MessageId,
    NetworkBatchId, PersonId, ProviderId, RedemptionId, RewardId, ServiceId, TeamId, TransferId,
    ViewId,
};
use jiff::Timestamp;
use jiff::civil::Date;

mod care;
mod library;
mod watch;

pub use care::*;
pub use library::*;
pub use watch::*;

pub type Item = HashMap<String, AttributeValue>;

/// Attribute names, the same in every item.
pub const PK: &str = "pk";
pub const SK: &str = "sk";
pub const KIND: &str = "kind";
/// The [`VERSION`] that wrote the item; absent: one before the sixth.
pub const SCHEMA: &str = "sv";
/// How items are formed. Counted up with a release whose items an older one would read wrongly, or would not know what
/// to do with: 4 has doors and whoever is watched over, which 3 would neither check nor delete; 5 finds who is to be
/// told, what was never seen, and whose relative somebody is, by places of the index that items of 4 lack; from 6 on
/// each item says its version.
pub const VERSION: u32 = 6;
/// Seconds since 1970 after which the item is garbage. Never a rule: expiry is decided on reading.
pub const TTL: &str = "ttl";

/// The whole value as JSON text, in kinds that are documents.
pub const DOCUMENT: &str = "doc";
/// Fields of a document that also stand beside it, for conditions to look at.
pub const BESIDE_DOCUMENT: &[&str] = &["ver", "deleted_at", "roles"];

/// Secondary indexes: name, hash key, range key. All project the whole item.
pub const INDEXES: &[(&str, &str, &str)] = &[
    ("gsi1", "g1pk", "g1sk"),
    ("gsi2", "g2pk", "g2sk"),
    ("gsi3", "g3pk", "g3sk"),
    ("due", "dpk", "dsk"),
];

/// What happens to an item when the person it is about asks for their data, or for deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Care {
    /// In the person's own partition or index: handed out, and deleted with them.
    Personal,
    /// Handed out, never the secret itself; deleted with them.
    Secret,
    /// Handed out; kept without the words that tell who it was.
    Anonymised,
    /// Handed out; kept as proof, with the reason.
    Kept(&'static str),
    /// Says nothing about a person.
    Impersonal,
}

macro_rules! kinds {
    ($($name:ident: $care:expr),+ $(,)?) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $($name),+ }
        impl Kind {
            pub const ALL: &'static [Kind] = &[$(Kind::$name),+];
            #[must_use]
            pub fn as_str(self) -> &'static str { match self { $(Kind::$name => stringify!($name)),+ } }
            #[must_use]
            pub fn parse(raw: &str) -> Option<Kind> { match raw { $(stringify!($name) => Some(Kind::$name),)+ _ => None } }
            #[must_use]
            pub fn care(self) -> Care { match self { $(Kind::$name => $care),+ } }
        }
    };
}

kinds! {
    Community: Care::Impersonal,
    Account: Care::Secret,
    Code: Care::Secret,
    Rate: Care::Impersonal,
    Person: Care::Anonymised,
    Session: Care::Secret,
    SecondFactor: Care::Secret,
    Consent: Care::Personal,
    View: Care::Kept("who looked at personal data is kept three years"),
    ViewLink: Care::Kept("who looked at personal data is kept three years"),
    ViewHead: Care::Kept("the log of views is checked by it"),
    Message: Care::Personal,
    Attempt: Care::Personal,
    Push: Care::Secret,
    Quota: Care::Personal,
    Command: Care::Personal,
    ProviderOf: Care::Personal,
    BookedFor: Care::Personal,
    Household: Care::Anonymised,
    Feedback: Care::Anonymised,
    Category: Care::Impersonal,
    Provider: Care::Anonymised,
    Service: Care::Impersonal,
    Booking: Care::Anonymised,
    Claims: Care::Impersonal,
    Volunteer: Care::Personal,
    Team: Care::Anonymised,
    Activity: Care::Anonymised,
    SignUp: Care::Anonymised,
    Entry: Care::Anonymised,
    EntryOf: Care::Impersonal,
    Certificate: Care::Kept("whoever was shown a certificate can ask whether it holds"),
    CertificateOf: Care::Impersonal,
    NetworkRecord: Care::Anonymised,
    NetworkRef: Care::Impersonal,
    NetworkBatch: Care::Anonymised,
    NetworkPart: Care::Anonymised,
    PointAccount: Care::Kept("points are entered twice, and add up only with everybody's"),
    Transfer: Care::Anonymised,
    Earned: Care::Kept("the ledger is checked by it"),
    Taken: Care::Kept("the ledger is checked by it"),
    PointRule: Care::Impersonal,
    Reward: Care::Impersonal,
    Stock: Care::Impersonal,
    StockMove: Care::Impersonal,
    Redemption: Care::Anonymised,
    Voucher: Care::Impersonal,
    Title: Care::Impersonal,
    Shelf: Care::Impersonal,
    CopyOf: Care::Impersonal,
    TitleOf: Care::Impersonal,
    Reader: Care::Personal,
    Loan: Care::Anonymised,
    Hold: Care::Personal,
    LedgerLine: Care::Impersonal,
    LibraryRules: Care::Impersonal,
    ShelfAudit: Care::Impersonal,
    LibraryImport: Care::Impersonal,
    LibraryPart: Care::Impersonal,
    LibraryTask: Care::Anonymised,
    Device: Care::Impersonal,
    DeviceOf: Care::Impersonal,
    DoorDay: Care::Impersonal,
    Watched: Care::Personal,
    CredentialOf: Care::Personal,
    SignRow: Care::Personal,
    AbsenceRow: Care::Personal,
    AbsenceOf: Care::Impersonal,
    Alert: Care::Anonymised,
    Vitals: Care::Personal,
    ReadingRow: Care::Personal,
    WatchRules: Care::Impersonal,
    WatchedCount: Care::Impersonal,
    SweepMark: Care::Impersonal,
    AlertMark: Care::Impersonal,
    Case: Care::Anonymised,
    CareFile: Care::Personal,
    Note: Care::Personal,
    Attachment: Care::Personal,
    CareNodes: Care::Impersonal,
    Outbox: Care::Personal,
    Stuck: Care::Personal,
}

impl Kind {
    /// Stored as one text and always written whole; the others field by field, so that one field can
    /// be counted up or moved by itself (`infra/adr/0010-documents-as-text.md`).
    #[must_use]
    pub fn is_document(self) -> bool {
        match self {
            Self::Community
            | Self::Person
            | Self::Household
            | Self::Command
            | Self::Category
            | Self::Provider
            | Self::Service
            | Self::Booking
            | Self::Volunteer
            | Self::Team
            | Self::SignUp
            | Self::Entry
            | Self::Certificate
            | Self::NetworkRecord
            | Self::NetworkBatch
            | Self::NetworkPart => true,
            Self::PointAccount
            | Self::Transfer
            | Self::Earned
            | Self::Taken
            | Self::PointRule
            | Self::Reward
            | Self::StockMove
            | Self::Redemption
            | Self::Voucher => true,
            Self::Title
            | Self::Shelf
            | Self::CopyOf
            | Self::TitleOf
            | Self::Reader
            | Self::Loan
            | Self::Hold
            | Self::LedgerLine
            | Self::LibraryRules
            | Self::ShelfAudit
            | Self::LibraryImport
            | Self::LibraryPart
            | Self::LibraryTask => true,
            Self::Device
            | Self::Watched
            | Self::SignRow
            | Self::AbsenceRow
            | Self::Alert
            | Self::Vitals
            | Self::ReadingRow
            | Self::WatchRules => true,
            Self::CredentialOf
            | Self::AbsenceOf
            | Self::WatchedCount
            | Self::SweepMark
            | Self::DeviceOf
            | Self::DoorDay
            | Self::AlertMark => false,
            Self::Case | Self::CareFile | Self::Note | Self::Attachment | Self::CareNodes => true,
            Self::Push | Self::ViewLink => true,
            Self::Stock | Self::ViewHead => false,
            Self::Account
            | Self::Activity
            | Self::Code
            | Self::Rate
            | Self::Session
            | Self::SecondFactor
            | Self::Consent
            | Self::View
            | Self::Message
            | Self::Attempt
            | Self::Quota
            | Self::ProviderOf
            | Self::BookedFor
            | Self::EntryOf
            | Self::CertificateOf
            | Self::NetworkRef
            | Self::Feedback
            | Self::Claims
            | Self::Outbox
            | Self::Stuck => false,
        }
    }
}

/// Where an item lies.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub pk: String,
    pub sk: String,
}

impl Key {
    fn new(pk: String, sk: impl Into<String>) -> Self {
        Self { pk, sk: sk.into() }
    }

    pub(crate) fn attributes(&self) -> Item {
        HashMap::from([
            (PK.into(), AttributeValue::S(self.pk.clone())),
            (SK.into(), AttributeValue::S(self.sk.clone())),
        ])
    }
}

/// A question put to the table or one of its indexes: a partition and the range it looks at.
#[derive(Clone, Debug)]
pub struct Pattern {
    pub index: Option<&'static str>,
    pub pk: String,
    pub range: Range,
    pub newest_first: bool,
}

impl Pattern {
    /// The same question from a place on, in the order of the places.
    #[must_use]
    pub fn onward(self, place: &str) -> Self {
        Self {
            range: Range::Between(place.to_owned(), "~".into()),
            newest_first: false,
            ..self
        }
    }

    /// The same question up to a place, against the order of the places.
    #[must_use]
    pub fn back_from(self, place: &str) -> Self {
        Self {
            range: Range::UpTo(place.to_owned()),
            newest_first: true,
            ..self
        }
    }
}

#[derive(Clone, Debug)]
pub enum Range {
    All,
    Prefix(String),
    /// Both ends included.
    Between(String, String),
    UpTo(String),
}

/// The partition of the communities themselves.
#[must_use]
pub fn community(id: CommunityId) -> Key {
    Key::new("~#COMMUNITIES".into(), id.to_string())
}
#[must_use]
pub fn communities() -> Pattern {
    Pattern {
        index: None,
        pk: "~#COMMUNITIES".into(),
        range: Range::All,
        newest_first: false,
    }
}

#[must_use]
pub fn account(phone_digest: &str) -> Key {
    Key::new(format!("~#PHONE#{phone_digest}"), "ACCOUNT")
}
#[must_use]
pub fn code(phone_digest: &str) -> Key {
    Key::new(format!("~#PHONE#{phone_digest}"), "CODE")
}
#[must_use]
pub fn rate(digest: &str, window: &str, start: i64) -> Key {
    Key::new(format!("~#RATE#{digest}"), format!("{window}#{start}"))
}

fn person_pk(com: CommunityId, person: PersonId) -> String {
    format!("{com}#P#{person}")
}
#[must_use]
pub fn person(com: CommunityId, person: PersonId) -> Key {
    Key::new(person_pk(com, person), "PERSON")
}
#[must_use]
pub fn session(com: CommunityId, person: PersonId, digest: &str) -> Key {
    Key::new(person_pk(com, person), format!("SESSION#{digest}"))
}
#[must_use]
pub fn second_factor(com: CommunityId, person: PersonId) -> Key {
    Key::new(person_pk(com, person), "TOTP")
}
#[must_use]
pub fn consent(com: CommunityId, person: PersonId, purpose: Purpose, at: Timestamp) -> Key {
    Key::new(
        person_pk(com, person),
        format!("CONSENT#{purpose}#{}", millis(at)),
    )
}
#[must_use]
pub fn view(com: CommunityId, person: PersonId, id: ViewId) -> Key {
    Key::new(person_pk(com, person), format!("VIEW#{id}"))
}
/// Lines of the log of views that somebody's looks left together.
#[must_use]
pub fn view_link(com: CommunityId, viewer: PersonId, n: u64) -> Key {
    Key::new(person_pk(com, viewer), format!("LOOKED#{n:012}"))
}
/// What somebody looked at, the latest first.
#[must_use]
pub fn view_links(com: CommunityId, viewer: PersonId) -> Pattern {
    of_person(com, viewer, "LOOKED#")
}
/// Where the chain of these ends.
#[must_use]
pub fn view_head(com: CommunityId, viewer: PersonId) -> Key {
    Key::new(person_pk(com, viewer), "LOOKED")
}
#[must_use]
pub fn message(com: CommunityId, person: PersonId, id: MessageId) -> Key {
    Key::new(person_pk(com, person), format!("MSG#{id}"))
}
/// What somebody was told between these moments, both included, the latest first.
#[must_use]
pub fn messages_between(
    com: CommunityId,
    person: PersonId,
    (from, to): (Timestamp, Timestamp),
) -> Pattern {
    let first = |millis: i64| MessageId::new(u64::try_from(millis).unwrap_or(0), 0);
    let (from, after) = (from.as_millisecond(), to.as_millisecond() + 1);
    Pattern {
        range: Range::Between(
            format!("MSG#{}", first(from)),
            format!("MSG#{}", first(after)),
        ),
        ..of_person(com, person, "")
    }
}
#[must_use]
pub fn attempt(com: CommunityId, person: PersonId, id: MessageId, channel: &str, n: u32) -> Key {
    Key::new(
        person_pk(com, person),
        format!("SENT#{id}#{channel}#{n:03}"),
    )
}
#[must_use]
pub fn booking_quota(com: CommunityId, person: PersonId) -> Key {
    Key::new(person_pk(com, person), "QUOTA#BOOKINGS")
}
#[must_use]
pub fn command(com: CommunityId, person: PersonId, id: &str) -> Key {
    Key::new(person_pk(com, person), format!("CMD#{id}"))
}
#[must_use]
pub fn provider_of(com: CommunityId, person: PersonId) -> Key {
    Key::new(person_pk(com, person), "PROVIDER")
}
/// That a person made this booking for somebody else.
#[must_use]
pub fn booked_for(com: CommunityId, person: PersonId, booking: BookingId) -> Key {
    Key::new(person_pk(com, person), format!("FOR#{booking}"))
}
/// Everything in a person's partition whose sort key begins so; `""` for all of it.
#[must_use]
pub fn of_person(com: CommunityId, person: PersonId, prefix: &str) -> Pattern {
    Pattern {
        index: None,
        pk: person_pk(com, person),
        range: Range::Prefix(prefix.into()),
        newest_first: true,
    }
}

/// People of a community by name.
#[must_use]
pub fn people(com: CommunityId) -> Pattern {
    Pattern {
        index: Some("gsi1"),
        pk: format!("{com}#PEOPLE"),
        range: Range::All,
        newest_first: false,
    }
}
pub(crate) fn people_place(
    com: CommunityId,
    name: &str,
    person: PersonId,
) -> [(&'static str, String); 2] {
    [
        ("g1pk", format!("{com}#PEOPLE")),
        ("g1sk", format!("{name}#{person}")),
    ]
}

/// Consents that were taken back, of which something may be left.
#[must_use]
pub fn withdrawn(com: CommunityId, at: Timestamp) -> Pattern {
    Pattern {
        index: Some("due"),
        pk: format!("{com}#DUE#Z"),
        range: Range::UpTo(millis(at) + "~"),
        newest_first: false,
    }
}
pub(crate) fn withdrawn_place(
    com: CommunityId,
    at: Timestamp,
    person: PersonId,
) -> [(&'static str, String); 2] {
    [
        ("dpk", format!("{com}#DUE#Z")),
        ("dsk", format!("{}#{person}", millis(at))),
    ]
}

/// Those of a community who look after others: few, however many live there.
#[must_use]
pub fn trusted(com: CommunityId) -> Pattern {
    Pattern {
        index: Some("gsi2"),
        pk: format!("{com}#TRUSTED"),
        range: Range::All,
        newest_first: false,
    }
}
pub(crate) fn trusted_place(com: CommunityId, person: PersonId) -> [(&'static str, String); 2] {
    [
        ("g2pk", format!("{com}#TRUSTED")),
        ("g2sk", person.to_string()),
    ]
}

/// Deleted people whose traces are not all gone yet.
#[must_use]
pub fn erasing(com: CommunityId, at: Timestamp) -> Pattern {
    Pattern {
        index: Some("due"),
        pk: format!("{com}#DUE#P"),
        range: Range::UpTo(millis(at) + "~"),
        newest_first: false,
    }
}
pub(crate) fn erasing_place(
    com: CommunityId,
    at: Timestamp,
    person: PersonId,
) -> [(&'static str, String); 2] {
    [
        ("dpk", format!("{com}#DUE#P")),
        ("dsk", format!("{}#{person}", millis(at))),
    ]
}

#[must_use]
pub fn household(com: CommunityId, id: HouseholdId) -> Key {
    Key::new(format!("{com}#HOUSEHOLDS"), id.to_string())
}
#[must_use]
pub fn households(com: CommunityId) -> Pattern {
    Pattern {
        index: None,
        pk: format!("{com}#HOUSEHOLDS"),
        range: Range::All,
        newest_first: false,
    }
}

#[must_use]
pub fn feedback(com: CommunityId, id: FeedbackId) -> Key {
    Key::new(format!("{com}#FEEDBACK"), id.to_string())
}
#[must_use]
pub fn feedbacks(com: CommunityId) -> Pattern {
    Pattern {
        index: None,
        pk: format!("{com}#FEEDBACK"),
        range: Range::All,
        newest_first: true,
    }
}
#[must_use]
pub fn feedback_of(com: CommunityId, person: PersonId) -> Pattern {
    Pattern {
        index: Some("gsi1"),
        pk: format!("{com}#P#{person}#F"),
        range: Range::All,
        newest_first: true,
    }
}
pub(crate) fn feedback_place(
    com: CommunityId,
    person: PersonId,
    id: FeedbackId,
) -> [(&'static str, String); 2] {
    [
        ("g1pk", format!("{com}#P#{person}#F")),
        ("g1sk", id.to_string()),
    ]
}

/// Feedback that waits to be handled.
#[must_use]
pub fn waiting_feedbacks(com: CommunityId) -> Pattern {
    Pattern {
        index: Some("gsi2"),
        pk: format!("{com}#FEEDBACK#W"),
        range: Range::All,
        newest_first: true,
    }
}
pub(crate) fn waiting_feedback_place(
    com: CommunityId,
    id: FeedbackId,
) -> [(&'static str, String); 2] {
    [
        ("g2pk", format!("{com}#FEEDBACK#W")),
        ("g2sk", id.to_string()),
    ]
}

#[must_use]
pub fn category(com: CommunityId, slug: &str) -> Key {
    Key::new(format!("{com}#CATEGORIES"), slug)
}
#[must_use]
pub fn categories(com: CommunityId) -> Pattern {
    Pattern {
        index: None,
        pk: format!("{com}#CATEGORIES"),
        range: Range::All,
        newest_first: false,
    }
}

#[must_use]
pub fn provider(com: CommunityId, id: ProviderId) -> Key {
    Key::new(format!("{com}#PROVIDERS"), id.to_string())
}
#[must_use]
pub fn providers(com: CommunityId) -> Pattern {
    Pattern {
        index: None,
        pk: format!("{com}#PROVIDERS"),
        range: Range::All,
        newest_first: false,
    }
}
/// Approved providers by the first moment a credential no longer holds.
#[must_use]
pub fn expiring(com: CommunityId, at: Timestamp) -> Pattern {
    Pattern {
        index: Some("due"),
        pk: format!("{com}#DUE#V"),
        range: Range::UpTo(millis(at) + "~"),
        newest_first: false,
    }
}
pub(crate) fn expiring_place(
    com: CommunityId,
    at: Timestamp,
    id: ProviderId,
) -> [(&'static str, String); 2] {
    [
        ("dpk", format!("{com}#DUE#V")),
        ("dsk", format!("{}#{id}", millis(at))),
    ]
}

#[must_use]
pub fn service(com: CommunityId, id: ServiceId) -> Key {
    Key::new(format!("{com}#SERVICES"), id.to_string())
}
#[must_use]
pub fn services(com: CommunityId) -> Pattern {
    Pattern {
        index: None,
        pk: format!("{com}#SERVICES"),
        range: Range::All,
        newest_first: false,
    }
}

#[must_use]
pub fn booking(com: CommunityId, id: BookingId) -> Key {
    Key::new(format!("{com}#B#{id}"), "BOOKING")
}
#[must_use]
pub fn bookings_of_resident(com: CommunityId, person: PersonId) -> Pattern {
    Pattern {
        index: Some("gsi1"),
        pk: format!("{com}#P#{person}#B"),
        range: Range::All,
        newest_first: true,
    }
}
#[must_use]
pub fn bookings_of_provider(com: CommunityId, provider: ProviderId) -> Pattern {
    Pattern {
        index: Some("gsi2"),
        pk: format!("{com}#V#{provider}#B"),
        range: Range::All,
        newest_first: true,
    }
}
/// The place in [`bookings_of_provider_after`] of a booking that starts at `at`.
#[must_use]
pub fn start_place(at: Timestamp) -> String {
    millis(at)
}
/// A provider's bookings that lie after a place, by start.
#[must_use]
pub fn bookings_of_provider_after(com: CommunityId, provider: ProviderId, after: &str) -> Pattern {
    Pattern {
        index: Some("gsi2"),
        pk: format!("{com}#V#{provider}#B"),
        range: Range::Between(format!("{after}~"), "~".into()),
        newest_first: false,
    }
}
#[must_use]
pub fn bookings_on(com: CommunityId, day: Date) -> Pattern {
    Pattern {
        index: Some("gsi3"),
        pk: format!("{com}#D#{day}"),
        range: Range::All,
        newest_first: false,
    }
}
/// Open bookings whose time has run out: to lapse, or to be closed.
#[must_use]
pub fn lapsing(com: CommunityId, at: Timestamp) -> Pattern {
    Pattern {
        index: Some("due"),
        pk: format!("{com}#DUE#B"),
        range: Range::UpTo(millis(at) + "~"),
        newest_first: false,
    }
}
/// Open bookings whose time runs out between two moments, both included.
#[must_use]
pub fn lapsing_within(com: CommunityId, from: Timestamp, to: Timestamp) -> Pattern {
    Pattern {
        range: Range::Between(millis(from), millis(to) + "~"),
        ..lapsing(com, to)
    }
}
/// Bookings that somebody made for others, by start; each leads to the booking itself.
#[must_use]
pub fn bookings_for_others(com: CommunityId, person: PersonId) -> Pattern {
    Pattern {
        index: Some("gsi1"),
        pk: format!("{com}#P#{person}#M"),
        range: Range::All,
        newest_first: true,
    }
}
pub(crate) fn booked_for_place(booking: &domain::booking::Booking) -> [(&'static str, String); 2] {
    let com = booking.community;
    [
        ("g1pk", format!("{com}#P#{}#M", booking.booked_by)),
        ("g1sk", booking_place(booking)),
    ]
}
/// Where a booking stands in a list by start. Text order is order in time.
#[must_use]
pub fn booking_place(booking: &domain::booking::Booking) -> String {
    format!("{}#{}", millis(booking.start), booking.id)
}
pub(crate) fn booking_places(
    booking: &domain::booking::Booking,
    day: Date,
) -> Vec<(&'static str, String)> {
    let com = booking.community;
    let start = booking_place(booking);
    let mut places = vec![
        ("g1pk", format!("{com}#P#{}#B", booking.resident)),
        ("g1sk", start.clone()),
        ("g2pk", format!("{com}#V#{}#B", booking.provider)),
        ("g2sk", start.clone()),
        ("g3pk", format!("{com}#D#{day}")),
        ("g3sk", start),
    ];
    if let Some(due) = booking.due() {
        places.extend([
            ("dpk", format!("{com}#DUE#B")),
            ("dsk", format!("{}#{}", millis(due), booking.id)),
        ]);
    }
    places
}

/// What is claimed of a provider's day; `day`: of UTC, counted since 1970.
#[must_use]
pub fn claims(com: CommunityId, provider: ProviderId, day: i64) -> Key {
    Key::new(format!("{com}#V#{provider}"), format!("DAY#{day:07}"))
}
#[must_use]
pub fn claimed_days(
    com: CommunityId,
    provider: ProviderId,
    days: std::ops::RangeInclusive<i64>,
) -> Pattern {
    let range = Range::Between(
        format!("DAY#{:07}", days.start()),
        format!("DAY#{:07}", days.end()),
    );
    Pattern {
        index: None,
        pk: format!("{com}#V#{provider}"),
        range,
        newest_first: false,
    }
}
pub(crate) fn day_of(sk: &str) -> Option<i64> {
    sk.strip_prefix("DAY#")?.parse().ok()
}

/// Somebody's file as a volunteer.
#[must_use]
pub fn volunteer(com: CommunityId, person: PersonId) -> Key {
    Key::new(person_pk(com, person), "VOLUNTEER")
}
/// Whose card says this; the index may not have a new card yet, and still have an old one.
#[must_use]
pub fn card(com: CommunityId, card: &str) -> Pattern {
    Pattern {
        index: Some("gsi1"),
        pk: format!("{com}#CARDS"),
        range: Range::Between(card.to_owned(), card.to_owned()),
        newest_first: false,
    }
}
pub(crate) fn card_place(com: CommunityId, card: &str) -> [(&'static str, String); 2] {
    [("g1pk", format!("{com}#CARDS")), ("g1sk", card.to_owned())]
}
#[must_use]
pub fn team(com: CommunityId, id: TeamId) -> Key {
    Key::new(format!("{com}#TEAMS"), id.to_string())
}
#[must_use]
pub fn teams(com: CommunityId) -> Pattern {
    Pattern {
        index: None,
        pk: format!("{com}#TEAMS"),
        range: Range::All,
        newest_first: false,
    }
}
fn activity_pk(com: CommunityId, id: ActivityId) -> String {
    format!("{com}#A#{id}")
}
#[must_use]
pub fn activity(com: CommunityId, id: ActivityId) -> Key {
    Key::new(activity_pk(com, id), "ACTIVITY")
}
/// Activities that start from one moment until before another, soonest first.
#[must_use]
pub fn activities(com: CommunityId, from: Timestamp, until: Timestamp) -> Pattern {
    Pattern {
        index: Some("gsi1"),
        pk: format!("{com}#ACTIVITIES"),
        range: Range::Between(millis(from), millis(until)),
        newest_first: false,
    }
}
/// Activities with free places and people who wait for them.
#[must_use]
pub fn unfilled(com: CommunityId) -> Pattern {
    Pattern {
        index: Some("due"),
        pk: format!("{com}#DUE#F"),
        range: Range::All,
        newest_first: false,
    }
}
pub(crate) fn activity_places(
    activity: &domain::activity::Activity,
) -> Vec<(&'static str, String)> {
    let com = activity.community;
    let place = format!("{}#{}", millis(activity.starts), activity.id);
    let mut places = vec![("g1pk", format!("{com}#ACTIVITIES")), ("g1sk", place)];
    if activity.unfilled {
        places.extend(unfilled_place(com, activity.id));
    }
    places
}
pub(crate) fn unfilled_place(com: CommunityId, id: ActivityId) -> [(&'static str, String); 2] {
    [("dpk", format!("{com}#DUE#F")), ("dsk", id.to_string())]
}
#[must_use]
pub fn sign_up(com: CommunityId, activity: ActivityId, person: PersonId) -> Key {
    Key::new(activity_pk(com, activity), format!("SIGNUP#{person}"))
}
/// Everybody's part in an activity.
#[must_use]
pub fn sign_ups(com: CommunityId, activity: ActivityId) -> Pattern {
    Pattern {
        index: None,
        pk: activity_pk(com, activity),
        range: Range::Prefix("SIGNUP#".into()),
        newest_first: false,
    }
}
/// What somebody signed up for, the latest start first.
#[must_use]
pub fn sign_ups_of(com: CommunityId, person: PersonId) -> Pattern {
    Pattern {
        index: Some("gsi1"),
        pk: format!("{com}#P#{person}#S"),
        range: Range::All,
        newest_first: true,
    }
}
pub(crate) fn sign_up_places(
    com: CommunityId,
    sign_up: &domain::activity::SignUp,
) -> Vec<(&'static str, String)> {
    let place = format!("{}#{}", millis(sign_up.starts), sign_up.activity);
    let mut places = vec![
        ("g1pk", format!("{com}#P#{}#S", sign_up.person)),
        ("g1sk", place),
    ];
    let Some(attendance) = &sign_up.attendance else {
        return places;
    };
    if let Some(due) = attendance.due() {
        places.extend([
            ("dpk", format!("{com}#DUE#A")),
            ("dsk", format!("{}#{}", millis(due), sign_up.id)),
        ]);
    }
    if matches!(attendance.presence, Presence::Review { .. }) {
        let since = attendance.closes();
        places.extend(waiting_hours_place(com, since, sign_up.id));
    }
    places
}
/// Attendances that nobody ended in time, or about which both sides are to be asked.
#[must_use]
pub fn forgotten(com: CommunityId, at: Timestamp) -> Pattern {
    Pattern {
        index: Some("due"),
        pk: format!("{com}#DUE#A"),
        range: Range::UpTo(millis(at) + "~"),
        newest_first: false,
    }
}

fn entry_sk(starts: Timestamp, id: EntryId) -> String {
    format!("HOURS#{}#{id}", millis(starts))
}
/// `starts`: of its own time.
#[must_use]
pub fn entry(com: CommunityId, person: PersonId, starts: Timestamp, id: EntryId) -> Key {
    Key::new(person_pk(com, person), entry_sk(starts, id))
}
/// Leads from an entry's id to the entry, and keeps the id to one.
#[must_use]
pub fn entry_of(com: CommunityId, id: EntryId) -> Key {
    Key::new(format!("{com}#H#{id}"), "ENTRY")
}
/// Somebody's entries that start between two moments, both included, the latest first.
#[must_use]
pub fn entries_of(
    com: CommunityId,
    person: PersonId,
    from: Timestamp,
    until: Timestamp,
) -> Pattern {
    let range = Range::Between(
        format!("HOURS#{}", millis(from)),
        format!("HOURS#{}~", millis(until)),
    );
    Pattern {
        index: None,
        pk: person_pk(com, person),
        range,
        newest_first: true,
    }
}
/// Everybody's entries that start between two moments, both included.
#[must_use]
pub fn entries(com: CommunityId, from: Timestamp, until: Timestamp) -> Pattern {
    Pattern {
        index: Some("gsi1"),
        pk: format!("{com}#HOURS"),
        range: Range::Between(millis(from), millis(until) + "~"),
        newest_first: false,
    }
}
/// What waits for somebody who approves: entries, and attendances without an end.
#[must_use]
pub fn waiting_hours(com: CommunityId) -> Pattern {
    Pattern {
        index: Some("gsi3"),
        pk: format!("{com}#HOURS#W"),
        range: Range::All,
        newest_first: false,
    }
}
fn waiting_hours_place(
    com: CommunityId,
    since: Timestamp,
    id: impl std::fmt::Display,
) -> [(&'static str, String); 2] {
    [
        ("g3pk", format!("{com}#HOURS#W")),
        ("g3sk", format!("{}#{id}", millis(since))),
    ]
}
pub(crate) fn entry_places(entry: &domain::hours::Entry) -> Vec<(&'static str, String)> {
    let com = entry.community;
    let place = format!("{}#{}", millis(entry.span.from), entry.id);
    let mut places = vec![("g1pk", format!("{com}#HOURS")), ("g1sk", place)];
    if entry.state.name() == EntryStateName::Pending {
        places.extend(waiting_hours_place(com, entry.submitted_at, entry.id));
    }
    places
}
#[must_use]
pub fn certificate(
    com: CommunityId,
    person: PersonId,
    issued_at: Timestamp,
    number: CertificateNumber,
) -> Key {
    let sk = format!("CERT#{}#{number}", millis(issued_at));
    Key::new(person_pk(com, person), sk)
}
/// Leads from a number to the certificate before it is known whose community's it is.
#[must_use]
pub fn certificate_of(number: CertificateNumber) -> Key {
    Key::new(format!("~#CERTIFICATE#{number}"), "CERTIFICATE")
}

/// The record of an entry for the national network. `starts`: of the entry's own time.
#[must_use]
pub fn network_record(
    com: CommunityId,
    person: PersonId,
    starts: Timestamp,
    entry: EntryId,
) -> Key {
    let sk = format!("NETWORK#{}#{entry}", millis(starts));
    Key::new(person_pk(com, person), sk)
}
/// Everybody's records of what began between two moments, the first included.
#[must_use]
pub fn network_records(com: CommunityId, from: Timestamp, until: Timestamp) -> Pattern {
    Pattern {
        index: Some("gsi1"),
        pk: format!("{com}#NETWORK"),
        range: Range::Between(millis(from), millis(until)),
        newest_first: false,
    }
}
/// Records in one state, the earliest service first; `span`: the first moment and the one after the last.
#[must_use]
pub fn network_state(
    com: CommunityId,
    state: RecordState,
    span: Option<(Timestamp, Timestamp)>,
) -> Pattern {
    let range = span.map_or(Range::All, |(from, until)| {
        Range::Between(millis(from), millis(until))
    });
    Pattern {
        index: Some("gsi2"),
        pk: format!("{com}#NETWORK#{state}"),
        range,
        newest_first: false,
    }
}
/// What is not to leave any more stands in no state's list.
pub(crate) fn network_record_places(
    record: &domain::network::Record,
) -> Vec<(&'static str, String)> {
    let com = record.community;
    let place = format!("{}#{}", millis(record.starts), record.entry);
    let mut places = vec![("g1pk", format!("{com}#NETWORK")), ("g1sk", place.clone())];
    if !record.gone {
        places.extend([
            ("g2pk", format!("{com}#NETWORK#{}", record.state())),
            ("g2sk", place),
        ]);
    }
    places
}
/// Keeps a number of the network's to one record.
#[must_use]
pub fn network_ref(com: CommunityId, external: &str) -> Key {
    Key::new(format!("{com}#NETWORK#REF#{external}"), "REF")
}
#[must_use]
pub fn network_batch(com: CommunityId, id: NetworkBatchId) -> Key {
    Key::new(format!("{com}#BATCHES"), id.to_string())
}
#[must_use]
pub fn network_batches(com: CommunityId) -> Pattern {
    Pattern {
        index: None,
        pk: format!("{com}#BATCHES"),
        range: Range::All,
        newest_first: true,
    }
}
#[must_use]
pub fn network_part(com: CommunityId, batch: NetworkBatchId, n: u32) -> Key {
    Key::new(format!("{com}#BATCH#{batch}"), format!("PART#{n:04}"))
}
/// All rows of a batch, in their order.
#[must_use]
pub fn network_parts(com: CommunityId, batch: NetworkBatchId) -> Pattern {
    Pattern {
        index: None,
        pk: format!("{com}#BATCH#{batch}"),
        range: Range::All,
        newest_first: false,
    }
}

/// Somebody's points.
#[must_use]
pub fn point_account(com: CommunityId, person: PersonId) -> Key {
    Key::new(person_pk(com, person), "POINTS")
}
/// Accounts with points to warn of or to take on that local day, or before it.
#[must_use]
pub fn ending_points(com: CommunityId, day: Date) -> Pattern {
    Pattern {
        index: Some("due"),
        pk: format!("{com}#DUE#L"),
        range: Range::UpTo(format!("{day}~")),
        newest_first: false,
    }
}
pub(crate) fn ending_points_place(
    com: CommunityId,
    day: Date,
    person: PersonId,
) -> [(&'static str, String); 2] {
    [
        ("dpk", format!("{com}#DUE#L")),
        ("dsk", format!("{day}#{person}")),
    ]
}
#[must_use]
pub fn transfer(com: CommunityId, person: PersonId, at: Timestamp, id: TransferId) -> Key {
    let sk = format!("TRANSFER#{}#{id}", millis(at));
    Key::new(person_pk(com, person), sk)
}
/// Somebody's transfers, newest first.
#[must_use]
pub fn transfers(com: CommunityId, person: PersonId) -> Pattern {
    of_person(com, person, "TRANSFER#")
}
#[must_use]
pub fn earned(com: CommunityId, person: PersonId, day: Date) -> Key {
    Key::new(person_pk(com, person), format!("EARNED#{day}"))
}
#[must_use]
pub fn taken(com: CommunityId, person: PersonId, reward: RewardId) -> Key {
    Key::new(person_pk(com, person), format!("TAKEN#{reward}"))
}
#[must_use]
pub fn point_rule(com: CommunityId, ver: u32) -> Key {
    Key::new(format!("{com}#RULES"), format!("{ver:08}"))
}
/// Versions of how points are earned, newest first.
#[must_use]
pub fn point_rules(com: CommunityId) -> Pattern {
    Pattern {
        index: None,
        pk: format!("{com}#RULES"),
        range: Range::All,
        newest_first: true,
    }
}
#[must_use]
pub fn reward(com: CommunityId, id: RewardId) -> Key {
    Key::new(format!("{com}#REWARDS"), id.to_string())
}
#[must_use]
pub fn rewards(com: CommunityId) -> Pattern {
    Pattern {
        index: None,
        pk: format!("{com}#REWARDS"),
        range: Range::All,
        newest_first: false,
    }
}
/// One part of a reward's stock.
#[must_use]
pub fn stock(com: CommunityId, reward: RewardId, shard: u8) -> Key {
    Key::new(format!("{com}#R#{reward}"), format!("STOCK#{shard}"))
}
/// What was put in stock or taken out by hand, under the id of the command or of the reward itself.
#[must_use]
pub fn stock_move(com: CommunityId, reward: RewardId, at: Timestamp, id: &str) -> Key {
    let sk = format!("MOVE#{}#{id}", millis(at));
    Key::new(format!("{com}#R#{reward}"), sk)
}
/// What was put in a reward's stock or taken out, newest first.
#[must_use]
pub fn stock_moves(com: CommunityId, reward: RewardId) -> Pattern {
    Pattern {
        index: None,
        pk: format!("{com}#R#{reward}"),
        range: Range::Prefix("MOVE#".into()),
        newest_first: true,
    }
}
/// The parts of a reward's stock, in their order.
#[must_use]
pub fn stock_of(com: CommunityId, reward: RewardId) -> Pattern {
    Pattern {
        range: Range::Prefix("STOCK#".into()),
        newest_first: false,
        ..stock_moves(com, reward)
    }
}
#[must_use]
pub fn redemption(com: CommunityId, id: RedemptionId) -> Key {
    Key::new(format!("{com}#X#{id}"), "REDEMPTION")
}
/// Somebody's redemptions, newest first.
#[must_use]
pub fn redemptions_of(com: CommunityId, person: PersonId) -> Pattern {
    Pattern {
        index: Some("gsi1"),
        pk: format!("{com}#P#{person}#X"),
        range: Range::All,
        newest_first: true,
    }
}
/// Reserved redemptions whose time ran out, or whose person is to be told that it will.
#[must_use]
pub fn ending_vouchers(com: CommunityId, at: Timestamp) -> Pattern {
    Pattern {
        index: Some("due"),
        pk: format!("{com}#DUE#X"),
        range: Range::UpTo(millis(at) + "~"),
        newest_first: false,
    }
}
pub(crate) fn redemption_places(
    redemption: &domain::reward::Redemption,
) -> Vec<(&'static str, String)> {
    let (com, id) = (redemption.community, redemption.id);
    let place = |at: Timestamp| format!("{}#{id}", millis(at));
    let mut places = vec![
        ("g1pk", format!("{com}#P#{}#X", redemption.person)),
        ("g1sk", place(redemption.created_at)),
    ];
    if let Some(due) = redemption.due() {
        places.extend([("dpk", format!("{com}#DUE#X")), ("dsk", place(due))]);
    }
    places
}
/// Which redemption goes by a code. The code stands in the key, so that no two have the same.
#[must_use]
pub fn voucher(com: CommunityId, code: VoucherCode) -> Key {
    Key::new(format!("{com}#VOUCHER#{}", code.bare()), "VOUCHER")
}

#[must_use]
pub fn outbox(com: CommunityId, id: MessageId) -> Key {
    Key::new(format!("{com}#OUTBOX"), id.to_string())
}
#[must_use]
pub fn outboxes(com: CommunityId) -> Pattern {
    Pattern {
        index: None,
        pk: format!("{com}#OUTBOX"),
        range: Range::All,
        newest_first: false,
    }
}
/// Which queue of the outbox. A code is of use for minutes, and does not stand behind notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    Codes,
    Notices,
}

fn lane_pk(com: CommunityId, lane: Lane) -> String {
    match lane {
        Lane::Codes => format!("{com}#DUE#C"),
        Lane::Notices => format!("{com}#DUE#N"),
    }
}
/// Outbox rows whose next attempt is due, the longest due first.
#[must_use]
pub fn leaving(com: CommunityId, lane: Lane, at: Timestamp) -> Pattern {
    Pattern {
        index: Some("due"),
        pk: lane_pk(com, lane),
        range: Range::UpTo(millis(at) + "~"),
        newest_first: false,
    }
}
pub(crate) fn leaving_place(
    com: CommunityId,
    lane: Lane,
    next_at: Timestamp,
    id: &str,
) -> [(&'static str, String); 2] {
    [
        ("dpk", lane_pk(com, lane)),
        ("dsk", format!("{}#{id}", millis(next_at))),
    ]
}

/// A browser that is told of what is urgent. `endpoint`: the digest of where it is reached.
#[must_use]
pub fn push(com: CommunityId, person: PersonId, endpoint: &str) -> Key {
    Key::new(person_pk(com, person), format!("PUSH#{endpoint}"))
}
/// Somebody's browsers.
#[must_use]
pub fn pushes(com: CommunityId, person: PersonId) -> Pattern {
    of_person(com, person, "PUSH#")
}

/// Outbox rows that ran out of attempts and wait for a person.
#[must_use]
pub fn stuck(com: CommunityId, id: MessageId) -> Key {
    Key::new(format!("{com}#STUCK"), id.to_string())
}
/// Where a row of the outbox lies once it waits for a person.
pub(crate) fn stuck_of(com: CommunityId, outbox: &Key) -> Key {
    Key::new(format!("{com}#STUCK"), outbox.sk.clone())
}
#[must_use]
pub fn stucks(com: CommunityId) -> Pattern {
    Pattern {
        index: None,
        pk: format!("{com}#STUCK"),
        range: Range::All,
        newest_first: true,
    }
}

/// Milliseconds since 1970 with 13 digits, so that text order is time order. They last until 2286;
/// what is later has the last place.
#[must_use]
pub fn millis(at: Timestamp) -> String {
    format!("{:013}", at.as_millisecond().clamp(0, 9_999_999_999_999))
}
