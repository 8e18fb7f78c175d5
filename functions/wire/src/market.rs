//! Categories, providers and their vetting, services, free times, bookings, reviews, imports.

use domain::availability::Calendar;
use domain::booking::{Part, StateName};
use domain::provider::{CredentialKind, Decision, Standing, Terms};
use domain::units::Fen;
use domain::{BookingId, CommandId, CredentialId, PersonId, ProviderId, ServiceId};
use jiff::civil::Date;

use crate::endpoint::{None_, Page, endpoints, json};
use crate::moment::Moment;

endpoints! {
    /// The kinds of services there are; a community has at most 100.
    ListCategories: Get "/v1/categories" () as Browse, None_ => 200 Page<Category>;
    /// Add a category or change its name and place.
    PutCategory: Put "/v1/categories/{slug}" (String) as Vet, PutCategoryBody => 200 Category;
    /// Services that can be booked, by category and words.
    ListServices: Get "/v1/services" () [ServicesQuery] as Browse, None_ => 200 Page<ServiceView>;
    /// One service with its terms and providers.
    GetService: Get "/v1/services/{id}" (ServiceId) as Browse, None_ => 200 ServiceView;
    /// Add a service.
    CreateService: Post "/v1/services" () as Vet, CreateServiceBody => 201 ServiceView;
    /// Change a service. Bookings made before keep the terms they were made under.
    UpdateService: Put "/v1/services/{id}" (ServiceId) as Vet, UpdateServiceBody => 200 ServiceView;
    /// Free times of one provider or any, on 1 to 14 local days.
    ListSlots: Get "/v1/services/{id}/slots" (ServiceId) [SlotsQuery] as Browse, None_ => 200 Slots;

    /// Book a time, or hold it while the form is filled in. For oneself, for one's household, or (staff, helpers) for any resident.
    CreateBooking: Post "/v1/bookings" () as Book, CreateBookingBody => 201 BookingView;
    /// One's own bookings and those one made for others, those to serve (`as=provider`), or the community's (`as=staff`, by day). With `open=true` the soonest first, else the latest.
    ListBookings: Get "/v1/bookings" () [BookingsQuery] as Booking, None_ => 200 Page<BookingView>;
    /// One booking.
    GetBooking: Get "/v1/bookings/{id}" (BookingId) as Booking, None_ => 200 BookingView;
    /// Turn a held time into a booking.
    ConfirmBooking: Post "/v1/bookings/{id}/confirm" (BookingId) as Booking, ConfirmBody => 200 BookingView;
    /// Cancel; a resident only before the cut-off.
    CancelBooking: Post "/v1/bookings/{id}/cancel" (BookingId) as Booking, ReasonBody => 200 BookingView;
    /// Move to another time of the same provider.
    RescheduleBooking: Post "/v1/bookings/{id}/reschedule" (BookingId) as Booking, RescheduleBody => 200 BookingView;
    /// Accept a request.
    AcceptBooking: Post "/v1/bookings/{id}/accept" (BookingId) as Booking, MoveBody => 200 BookingView;
    /// Decline a request.
    DeclineBooking: Post "/v1/bookings/{id}/decline" (BookingId) as Booking, ReasonBody => 200 BookingView;
    /// Finish with the amount; above the price range it waits for the resident's tap.
    CompleteBooking: Post "/v1/bookings/{id}/complete" (BookingId) as Booking, AmountBody => 200 BookingView;
    /// Agree to an amount above the price range. The resident, who stands in for them, or staff where the resident has no telephone; never who is to be paid.
    ApproveQuote: Post "/v1/bookings/{id}/approve-quote" (BookingId) as Booking, AmountBody => 200 BookingView;
    /// Turn such an amount down; the provider names another.
    RejectQuote: Post "/v1/bookings/{id}/reject-quote" (BookingId) as Booking, ReasonBody => 200 BookingView;
    /// The other side did not come; staff may say which.
    MarkNoShow: Post "/v1/bookings/{id}/no-show" (BookingId) as Booking, NoShowBody => 200 BookingView;
    /// Say how it was. Both reviews show once both are written, or after a week.
    ReviewBooking: Post "/v1/bookings/{id}/review" (BookingId) as Booking, ReviewBody => 200 BookingView;

    /// Apply to serve the community.
    ApplyAsProvider: Post "/v1/providers" () as Provide, ApplyBody => 201 ProviderView;
    /// Providers by standing.
    ListProviders: Get "/v1/providers" () [ProvidersQuery] as Vet, None_ => 200 Page<ProviderView>;
    /// One's own provider file.
    GetMyProvider: Get "/v1/me/provider" () as Provide, None_ => 200 ProviderView;
    /// A provider's file: its owner's and the vetting staff's.
    GetProvider: Get "/v1/providers/{id}" (ProviderId) as Provide, None_ => 200 ProviderView;
    /// Approve, reject, suspend or reinstate.
    DecideProvider: Post "/v1/providers/{id}/decision" (ProviderId) as Vet, DecisionBody => 200 ProviderView;
    /// Add a credential or renew it.
    PutCredential: Put "/v1/providers/{id}/credentials/{credential}" (ProviderId, CredentialId) as Vet, PutCredentialBody => 200 ProviderView;
    /// Take a credential away.
    DeleteCredential: Delete "/v1/providers/{id}/credentials/{credential}" (ProviderId, CredentialId) [VerQuery] as Vet, None_ => 200 ProviderView;
    /// A provider's calendar.
    GetCalendar: Get "/v1/providers/{id}/calendar" (ProviderId) as Provide, None_ => 200 CalendarView;
    /// Replace a provider's calendar. Bookings already made stand.
    PutCalendar: Put "/v1/providers/{id}/calendar" (ProviderId) as Provide, PutCalendarBody => 200 CalendarView;

    /// Import providers from CSV or XLSX, row by row. `check` only says what would happen.
    @file ImportProviders: Post "/v1/imports/providers" () [ImportQuery] as Vet, None_ => 200 ImportReport;
    /// Import services from CSV or XLSX, row by row. `check` only says what would happen.
    @file ImportServices: Post "/v1/imports/services" () [ImportQuery] as Vet, None_ => 200 ImportReport;

    /// The desk's first page: what waits for somebody.
    GetToday: Get "/v1/desk/today" () as Desk, None_ => 200 Today;
}

json! {
    pub struct Category {
        pub slug: String,
        pub name: String,
        pub name_en: Option<String>,
        pub place: u16,
        pub ver: u64,
    }
    pub struct PutCategoryBody {
        pub name: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name_en: Option<String>,
        pub place: u16,
        /// The version the change is made on; 0 for a new one.
        pub ver: u64,
    }
    pub struct ServicesQuery {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub category: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub q: Option<String>,
        /// Hidden ones too; for those who may change them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub hidden: Option<bool>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cursor: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<usize>,
    }
    pub struct ServiceView {
        pub id: ServiceId,
        pub category: String,
        pub name: String,
        pub name_en: Option<String>,
        pub about: String,
        pub about_en: Option<String>,
        pub terms: Terms,
        /// Those who can be booked; all of them for those who may change the service.
        pub providers: Vec<ProviderBrief>,
        pub hidden: bool,
        pub ver: u64,
    }
    pub struct ProviderBrief {
        pub id: ProviderId,
        pub name: String,
        pub intro: String,
    }
    pub struct CreateServiceBody {
        pub id: ServiceId,
        pub category: String,
        pub name: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name_en: Option<String>,
        #[serde(default)]
        pub about: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub about_en: Option<String>,
        pub terms: Terms,
        pub providers: Vec<ProviderId>,
    }
    pub struct UpdateServiceBody {
        pub id: CommandId,
        pub category: String,
        pub name: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name_en: Option<String>,
        #[serde(default)]
        pub about: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub about_en: Option<String>,
        pub terms: Terms,
        pub providers: Vec<ProviderId>,
        pub hidden: bool,
        /// The version the change is made on.
        pub ver: u64,
    }
    pub struct SlotsQuery {
        /// The first local day.
        pub from: Date,
        /// Local days, 1 to 14.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub days: Option<u8>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub provider: Option<ProviderId>,
    }
    pub struct Slots {
        pub slots: Vec<Slot>,
    }
    pub struct Slot {
        pub start: Moment,
        pub end: Moment,
        /// Who is free then.
        pub providers: Vec<ProviderId>,
    }

    pub struct CreateBookingBody {
        pub id: BookingId,
        pub service: ServiceId,
        /// The version of the service whose terms were read: `stale` if they have changed since.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub service_ver: Option<u64>,
        /// Absent: any who is free.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub provider: Option<ProviderId>,
        pub start: Moment,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub note: Option<String>,
        /// Whom it is for, if not oneself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub resident: Option<PersonId>,
        /// Only hold the time for ten minutes; `confirm` makes it a booking.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub hold: Option<bool>,
    }
    pub struct BookingView {
        pub id: BookingId,
        pub service: ServiceId,
        pub service_name: String,
        pub service_name_en: Option<String>,
        pub provider: ProviderId,
        pub provider_name: String,
        /// The provider's number, for the resident of an accepted visit. Absent in lists.
        pub provider_phone: Option<String>,
        pub resident: PersonId,
        pub resident_name: String,
        /// The resident's number and door, for staff, and with consent for the provider, while a
        /// visit is accepted. Absent in lists; each showing stands in the log of views.
        pub resident_phone: Option<String>,
        pub resident_address: Option<String>,
        /// Made by another person for the resident: their name.
        pub booked_by_name: Option<String>,
        pub start: Moment,
        pub end: Moment,
        pub terms: Terms,
        pub note: String,
        pub state: StateName,
        /// When a held or requested booking lapses, and until when an amount waits for its answer.
        pub until: Option<Moment>,
        /// Until when the resident may cancel or move it.
        pub cutoff: Moment,
        /// Agreed (done), or waiting for the resident's tap (quoted).
        pub amount: Option<Fen>,
        /// Who agreed to an amount above the range.
        pub approved: Option<ApprovalView>,
        pub reason: String,
        /// In which part the reader sees it.
        pub part: Part,
        /// The reader's own review, and the other's once both may be seen.
        pub own_review: Option<ReviewView>,
        pub other_review: Option<ReviewView>,
        /// What the reader may do now, as endpoint names: `CancelBooking`, `AcceptBooking`, …
        pub moves: Vec<String>,
        /// When it came into its state.
        pub since: Moment,
        pub created_at: Moment,
        pub ver: u64,
    }
    pub struct ApprovalView {
        pub by: PersonId,
        pub by_name: String,
        /// `resident`: they themselves or who stands in for them; `staff`: somebody asked them.
        pub part: Part,
        pub at: Moment,
    }
    pub struct ReviewView {
        pub stars: u8,
        pub text: String,
        pub at: Moment,
    }
    pub struct BookingsQuery {
        /// `resident` (default), `provider` or `staff`.
        #[serde(default, rename = "as", skip_serializing_if = "Option::is_none")]
        pub part: Option<Part>,
        /// The local day to list; for `staff`, today if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub day: Option<Date>,
        /// `true`: those still to happen; `false`: those that are over; absent: all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub open: Option<bool>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cursor: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<usize>,
    }
    pub struct ConfirmBody {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub id: Option<CommandId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub note: Option<String>,
    }
    /// `id` lets a retry be recognised: the same id and body get the first answer again.
    pub struct MoveBody {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub id: Option<CommandId>,
    }
    pub struct NoShowBody {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub id: Option<CommandId>,
        /// Who did not come: `resident` or `provider`. Absent: the other side; for staff the resident.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub who: Option<Part>,
    }
    pub struct ReasonBody {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub id: Option<CommandId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<String>,
    }
    pub struct RescheduleBody {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub id: Option<CommandId>,
        pub start: Moment,
    }
    pub struct AmountBody {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub id: Option<CommandId>,
        pub amount: Fen,
    }
    pub struct ReviewBody {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub id: Option<CommandId>,
        /// 1 to 5.
        pub stars: u8,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub text: Option<String>,
    }

    pub struct ApplyBody {
        pub id: ProviderId,
        pub name: String,
        #[serde(default)]
        pub intro: String,
        /// Staff may register somebody else as a provider.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<PersonId>,
    }
    pub struct ProvidersQuery {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub standing: Option<Standing>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub q: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cursor: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<usize>,
    }
    pub struct ProviderView {
        pub id: ProviderId,
        pub person: PersonId,
        pub name: String,
        pub intro: String,
        /// Masked.
        pub phone: Option<String>,
        pub standing: Standing,
        pub reason: String,
        pub credentials: Vec<CredentialView>,
        /// The last local day that can be booked.
        pub bookable_until: Option<Date>,
        /// Can be booked today.
        pub bookable: bool,
        pub services: Vec<ServiceBrief>,
        pub created_at: Moment,
        pub ver: u64,
    }
    pub struct ServiceBrief {
        pub id: ServiceId,
        pub name: String,
        pub name_en: Option<String>,
    }
    pub struct CredentialView {
        pub id: CredentialId,
        pub kind: CredentialKind,
        pub number_tail: String,
        pub expires: Date,
        pub expired: bool,
    }
    pub struct DecisionBody {
        pub id: CommandId,
        pub decision: Decision,
        #[serde(default)]
        pub reason: String,
    }
    pub struct PutCredentialBody {
        pub kind: CredentialKind,
        /// The last characters of its number, at most 6.
        #[serde(default)]
        pub number_tail: String,
        pub expires: Date,
        /// The version of the provider's file the change is made on.
        pub ver: u64,
    }
    pub struct VerQuery {
        /// The version the change is made on.
        pub ver: u64,
    }
    pub struct CalendarView {
        pub calendar: Calendar,
        pub ver: u64,
    }
    pub struct PutCalendarBody {
        pub calendar: Calendar,
        /// The version the change is made on.
        pub ver: u64,
    }
    pub struct ImportQuery {
        /// `check` (default) or `take`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub mode: Option<ImportMode>,
    }
    pub struct ImportReport {
        pub taken: u32,
        pub refused: u32,
        /// Rows that were there already, unchanged.
        pub known: u32,
        pub rows: Vec<ImportRow>,
        /// How the file was read: `utf-8`, `gbk` or `xlsx`.
        pub read_as: String,
    }
    pub struct ImportRow {
        /// As a spreadsheet counts: the heading is row 1.
        pub row: u32,
        pub name: String,
        pub outcome: ImportOutcome,
        /// Why it was refused: a problem code, and the column it is about.
        pub code: Option<crate::Code>,
        pub column: Option<String>,
    }
    pub struct Today {
        pub day: Date,
        pub to_vet: u32,
        /// Credentials that end within a month, at most 100.
        pub expiring: Vec<ExpiringCredential>,
        pub waiting: u32,
        /// The day's visits, at most 100.
        pub bookings: Vec<BookingView>,
        /// There are more: `ListBookings` with `as=staff` pages through them.
        pub more_bookings: bool,
        /// Messages that could not be delivered; 100 stands for more.
        pub undelivered: u32,
        /// Complaints and suggestions that wait; 100 stands for more.
        pub feedback: u32,
        /// Service time that waits for approval, and check-outs that were forgotten; 100 stands for more.
        pub hours: u32,
        /// Books that could not be written down; 100 stands for more.
        pub library_tasks: u32,
        /// Silences that somebody has to look after; 100 stands for more.
        pub open_alerts: u32,
    }
    pub struct ExpiringCredential {
        pub provider: ProviderId,
        pub name: String,
        pub kind: CredentialKind,
        pub expires: Date,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ImportMode {
    Check,
    Take,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ImportOutcome {
    Taken,
    Known,
    Refused,
}
