//! People, households, roles, sign-in, consent, the log of views, and one's own data.

use domain::access::{Act, Role};
use domain::consent::{How, Purpose};
use domain::person::{Language, TextSize};
use domain::sign_in::SecondFactor;
use domain::{CommandId, CommunityId, FeedbackId, HouseholdId, PersonId, ViewId};
use jiff::civil::Date;

use crate::endpoint::{None_, Page, endpoints, json};
use crate::moment::Moment;

endpoints! {
    /// Send a sign-in code to a telephone number. Unknown numbers get the same answer.
    SendCode: Post "/v1/auth/codes" () as Public, SendCodeBody => 202 CodeSent;
    /// Sign in with the code; sets the session cookie.
    SignIn: Post "/v1/auth/sessions" () as Public, SignInBody => 201 SignedIn;
    /// Sign out here.
    SignOut: Delete "/v1/auth/session" () as SignIn, None_ => 204 ();
    /// Sign out everywhere.
    SignOutEverywhere: Delete "/v1/auth/sessions" () as SignIn, None_ => 204 ();
    /// Begin to set up a second factor: a secret for an authenticator app.
    EnrolSecondFactor: Post "/v1/auth/second-factor" () as SignIn, None_ => 201 Enrolment;
    /// Show the second factor, to finish its set-up or the sign-in.
    VerifySecondFactor: Post "/v1/auth/second-factor/verify" () as SignIn, SecondFactorBody => 200 SignedIn;
    /// Who am I, and what may I do?
    GetMe: Get "/v1/me" () as SignIn, None_ => 200 Me;
    /// Change one's own settings; absent fields stay.
    UpdateMe: Patch "/v1/me" () as Self_, UpdateMeBody => 200 Me;
    /// Everything held about oneself, as JSON.
    GetMyData: Get "/v1/me/data" () as Self_, None_ => 200 MyData;
    /// Delete oneself. What was booked stays as a count without a name.
    DeleteMe: Post "/v1/me/deletion" () as Self_, DeleteMeBody => 204 ();
    /// Who looked at one's personal data, newest first.
    ListMyViews: Get "/v1/me/views" () [PageQuery] as Self_, None_ => 200 Page<View>;
    /// What one has agreed to, purpose by purpose.
    ListConsents: Get "/v1/me/consents" () as Self_, None_ => 200 Page<Consent>;
    /// Agree to a purpose, or withdraw.
    SetConsent: Put "/v1/me/consents/{purpose}" (Purpose) as Self_, SetConsentBody => 200 Consent;
    /// The household one belongs to.
    GetHousehold: Get "/v1/household" () as Self_, None_ => 200 HouseholdView;
    /// Add a child to one's household, as its guardian.
    AddChild: Post "/v1/household/children" () as Self_, AddChildBody => 201 HouseholdView;
    /// Say what is wrong or could be better.
    SendFeedback: Post "/v1/feedback" () as Self_, SendFeedbackBody => 201 FeedbackView;
    /// Complaints and suggestions, newest first; `handled` narrows to those that are, or still wait.
    ListFeedback: Get "/v1/feedback" () [FeedbackQuery] as ReadFeedback, None_ => 200 Page<FeedbackView>;
    /// Say that one is handled. Whoever wrote it sees that, and the answer.
    HandleFeedback: Post "/v1/feedback/{id}/handling" (FeedbackId) as HandleFeedback, HandleFeedbackBody => 200 FeedbackView;
    /// What one wrote oneself, newest first, and what became of it.
    ListMyFeedback: Get "/v1/me/feedback" () [PageQuery] as Self_, None_ => 200 Page<FeedbackView>;
    /// People of the community by name, role or the last four digits of their number; numbers masked, and no doors.
    ListPeople: Get "/v1/people" () [PeopleQuery] as SeePeople, None_ => 200 Page<PersonRow>;
    /// One person's file. The view is logged and shown to the person.
    GetPerson: Get "/v1/people/{id}" (PersonId) [ReasonQuery] as SeePeople, None_ => 200 PersonFile;
    /// Residents one may book for, by name or door; at most 20. Each finds the view in their log.
    FindResidents: Get "/v1/residents" () [ResidentsQuery] as BookForOthers, None_ => 200 Page<ResidentRow>;
    /// Correct a person's file. With another number they are signed out everywhere.
    UpdatePerson: Put "/v1/people/{id}" (PersonId) as AddPeople, UpdatePersonBody => 200 PersonFile;
    /// What somebody agreed to whom one may book for: one's ward, one's household, any resident for helpers.
    ListConsentsOf: Get "/v1/people/{id}/consents" (PersonId) as Self_, None_ => 200 Page<Consent>;
    /// Write down what one's ward, or a resident who said so, agrees to.
    SetConsentOf: Put "/v1/people/{id}/consents/{purpose}" (PersonId, Purpose) as Self_, SetConsentOfBody => 200 Consent;
    /// Everything held about one's ward, or a resident who asked for it, as JSON. The view is logged.
    GetDataOf: Get "/v1/people/{id}/data" (PersonId) [ReasonQuery] as Self_, None_ => 200 MyData;
    /// Delete one's ward, or a resident who asked for it. Nobody on staff.
    DeletePerson: Post "/v1/people/{id}/deletion" (PersonId) as Self_, DeletePersonBody => 204 ();
    /// Add a person.
    CreatePerson: Post "/v1/people" () as AddPeople, CreatePersonBody => 201 PersonFile;
    /// Give and take roles.
    SetRoles: Put "/v1/people/{id}/roles" (PersonId) as GrantRoles, SetRolesBody => 200 PersonFile;
    /// Take away somebody's second factor whose authenticator was lost; they are signed out everywhere and set up a new one.
    ResetSecondFactor: Post "/v1/people/{id}/second-factor/reset" (PersonId) as ResetSecondFactor, ResetSecondFactorBody => 204 ();
    /// Households by building and room.
    ListHouseholds: Get "/v1/households" () [PeopleQuery] as SeePeople, None_ => 200 Page<HouseholdRow>;
    /// Add a household.
    CreateHousehold: Post "/v1/households" () as AddPeople, CreateHouseholdBody => 201 HouseholdRow;
}

json! {
    pub struct SendCodeBody {
        pub phone: String,
    }
    pub struct CodeSent {
        /// Seconds until another code may be asked for.
        pub resend_after_s: i64,
        /// Seconds the code lives.
        pub expires_in_s: i64,
    }
    pub struct SignInBody {
        pub phone: String,
        pub code: String,
    }
    pub struct SignedIn {
        pub person: PersonId,
        pub second_factor: SecondFactor,
    }
    pub struct Enrolment {
        /// Base 32, for typing into an authenticator app.
        pub secret: String,
        /// `otpauth://` address.
        pub uri: String,
        /// The address as a QR code: an SVG picture in a `data:` address.
        pub qr: String,
    }
    pub struct SecondFactorBody {
        pub code: String,
    }
    pub struct Me {
        pub id: PersonId,
        pub name: String,
        /// Masked.
        pub phone: Option<String>,
        pub roles: Vec<Role>,
        /// What these roles allow.
        pub acts: Vec<Act>,
        pub language: Language,
        pub text_size: TextSize,
        pub second_factor: SecondFactor,
        pub community: CommunityView,
        /// Notices not read yet.
        pub unread: u32,
    }
    pub struct CommunityView {
        pub id: CommunityId,
        pub name: String,
        pub name_en: Option<String>,
        /// IANA name.
        pub zone: String,
        pub phone: String,
    }
    pub struct UpdateMeBody {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub language: Option<Language>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub text_size: Option<TextSize>,
    }
    pub struct MyData {
        pub made_at: Moment,
        /// By kind of record, each as it is stored, secrets left out.
        pub records: std::collections::BTreeMap<String, Vec<serde_json::Value>>,
    }
    pub struct DeleteMeBody {
        /// One's own number again, so that nobody deletes by a slip.
        pub phone: String,
    }
    pub struct PageQuery {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cursor: Option<String>,
        /// Rows per page, at most 100.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<usize>,
    }
    pub struct View {
        pub id: ViewId,
        pub at: Moment,
        pub viewer_name: String,
        pub viewer_role: Role,
        /// What was looked at or done, as an endpoint's name.
        pub what: String,
        pub reason: String,
    }
    pub struct Consent {
        pub purpose: Purpose,
        pub given: bool,
        /// The version agreed to or withdrawn from; absent if never asked.
        pub version: Option<u32>,
        /// The version in force.
        pub current_version: u32,
        pub at: Option<Moment>,
        /// How it was said; absent if never asked.
        pub how: Option<How>,
    }
    pub struct SetConsentOfBody {
        pub id: CommandId,
        pub given: bool,
        /// The version of the text that was shown or read out.
        pub version: u32,
        /// `in_person` or `by_phone`: how staff were told. A guardian leaves it out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub how: Option<How>,
        /// Kept with the log of views, which the person reads. Staff have to give one.
        #[serde(default)]
        pub reason: String,
    }
    pub struct DeletePersonBody {
        /// The person's name again, so that nobody deletes by a slip.
        pub name: String,
        /// `in_person` or `by_phone`: how staff were told. A guardian leaves it out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub how: Option<How>,
        /// Kept with the log of views. Staff have to give one.
        #[serde(default)]
        pub reason: String,
    }
    pub struct SetConsentBody {
        pub id: CommandId,
        pub given: bool,
        /// The version of the text that was shown.
        pub version: u32,
    }
    pub struct HouseholdView {
        pub id: HouseholdId,
        pub building: String,
        pub room: String,
        pub people: Vec<Member>,
    }
    pub struct Member {
        pub id: PersonId,
        pub name: String,
        pub child: bool,
        /// The reader is the guardian, and acts for them.
        pub ward: bool,
    }
    pub struct AddChildBody {
        pub id: PersonId,
        pub name: String,
        pub born: Date,
    }
    pub struct SendFeedbackBody {
        pub id: FeedbackId,
        pub text: String,
        /// The page it was written on.
        #[serde(default)]
        pub page: String,
    }
    pub struct FeedbackView {
        pub id: FeedbackId,
        pub at: Moment,
        pub text: String,
        pub page: String,
        pub from: String,
        /// Absent while it waits.
        pub handled: Option<HandlingView>,
    }
    pub struct HandlingView {
        pub at: Moment,
        /// Empty once they left.
        pub by_name: String,
        /// May be empty.
        pub answer: String,
    }
    pub struct FeedbackQuery {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub handled: Option<bool>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cursor: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<usize>,
    }
    pub struct HandleFeedbackBody {
        pub id: CommandId,
        /// Shown to whoever wrote it.
        #[serde(default)]
        pub answer: String,
    }
    pub struct PeopleQuery {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub q: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub role: Option<Role>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cursor: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<usize>,
    }
    pub struct PersonRow {
        pub id: PersonId,
        pub name: String,
        /// Masked.
        pub phone: Option<String>,
        pub roles: Vec<Role>,
        pub child: bool,
    }
    pub struct ReasonQuery {
        /// Why it is opened; kept with the log of views. Staff have to give one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<String>,
    }
    pub struct PersonFile {
        pub id: PersonId,
        pub name: String,
        pub phone: Option<String>,
        pub born: Option<Date>,
        pub roles: Vec<Role>,
        pub household: Option<HouseholdRow>,
        pub guardian: Option<Member>,
        pub consents: Vec<Consent>,
        pub ver: u64,
    }
    pub struct CreatePersonBody {
        pub id: PersonId,
        pub name: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub phone: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub born: Option<Date>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub household: Option<HouseholdId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub guardian: Option<PersonId>,
    }
    pub struct UpdatePersonBody {
        pub id: CommandId,
        pub name: String,
        /// Absent: none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub phone: Option<String>,
        /// Absent: none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub born: Option<Date>,
        /// Absent: none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub household: Option<HouseholdId>,
        /// Absent: none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub guardian: Option<PersonId>,
        /// Kept with the log of views, which the person reads.
        pub reason: String,
        /// The version the change is made on.
        pub ver: u64,
    }
    pub struct ResidentsQuery {
        pub q: String,
    }
    pub struct ResidentRow {
        pub id: PersonId,
        pub name: String,
        pub building: Option<String>,
        pub room: Option<String>,
        pub child: bool,
    }
    pub struct SetRolesBody {
        pub id: CommandId,
        pub roles: Vec<Role>,
        /// The version the change is made on.
        pub ver: u64,
    }
    pub struct ResetSecondFactorBody {
        pub id: CommandId,
        /// Kept with the log of views, which the person reads.
        pub reason: String,
    }
    pub struct HouseholdRow {
        pub id: HouseholdId,
        pub building: String,
        pub room: String,
    }
    pub struct CreateHouseholdBody {
        pub id: HouseholdId,
        pub building: String,
        pub room: String,
    }
}
