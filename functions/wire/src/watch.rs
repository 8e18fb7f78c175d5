//! Doors and silence.

use domain::care::CauseSeen;
use domain::notice::Carrier;
use domain::watch::{
    AbsenceKind, AlertReason, AlertState, Amount, Confidence, DoorAct, DoorSense, Grade, Measure,
    Metric, Passage, SeenHow, Step, Ways, Whereabouts, Windows,
};
use domain::{AbsenceId, AlertId, CommandId, DeviceId, PersonId};
use jiff::civil::Date;

use crate::endpoint::{None_, Page, endpoints, json};
use crate::identity::PageQuery;
use crate::moment::Moment;
use crate::problem::Code;

endpoints! {
    /// Events of one door, up to 100. Signed by its device (`x-device`, `x-key`, `x-timestamp`, `x-nonce`, `x-signature`); each is answered by itself.
    RecordDoorEvents: Post "/v1/door-events" () as Public, DoorEventsBody => 200 DoorEventsView;
    /// Events of one door as a Hikvision terminal sends them, JSON, XML or either among pictures, which are not kept. `key` is the device's.
    @file RecordHikvision: Post "/v1/devices/{id}/hikvision" (DeviceId) [VendorQuery] as Public, None_ => 200 DoorEventsView;
    /// Events of one door as a Dahua terminal sends them, as text or JSON, either among pictures, which are not kept. `key` is the device's.
    @file RecordDahua: Post "/v1/devices/{id}/dahua" (DeviceId) [VendorQuery] as Public, None_ => 200 DoorEventsView;
    /// Events of one door as a ZKTeco panel pushes them, a line for each. `key` is the device's; the answer is `OK`.
    @plain RecordZkteco: Post "/v1/devices/{id}/zkteco" (DeviceId) [ZktecoQuery] as Public, None_ => 200 ();
    /// What doors said before, as CSV with the columns person (an id or a card), device, direction, time, or an object of these on each line; each is answered by itself.
    @file ImportDoorEvents: Post "/v1/door-events/import" () as KeepDoors, None_ => 200 ImportDoorEventsView;
    /// Readings of bodies and presses of the emergency button, up to 100: a FHIR R4 Observation, a Bundle of them, or `ObservationsBody`. Signed by the device as door events are; each is answered by itself. Whereabouts and whatever else is not needed are dropped unread.
    @file RecordObservations: Post "/v1/observations" () as Public, None_ => 200 ObservationsView;
    /// The doors, and whether they are heard from.
    ListDevices: Get "/v1/devices" () as Watch, None_ => 200 Page<DeviceView>;
    /// A new door. Its key is shown once.
    CreateDevice: Post "/v1/devices" () as KeepDoors, CreateDeviceBody => 201 DeviceKeyView;
    /// A new version of a door's key; the one before stays good until the next.
    RotateDeviceKey: Post "/v1/devices/{id}/key" (DeviceId) as KeepDoors, RotateKeyBody => 200 DeviceKeyView;
    /// Which way a door's readers lead, where its terminal does not say so itself. Holds for what comes in from then on.
    PutDeviceWays: Put "/v1/devices/{id}/ways" (DeviceId) as KeepDoors, PutDeviceWaysBody => 200 DeviceView;
    /// How often somebody passed a door of many, day by day, the latest first; of the door of one home nothing is counted.
    ListDoorDays: Get "/v1/devices/{id}/days" (DeviceId) [PageQuery] as Watch, None_ => 200 Page<DoorDayView>;
    /// Everybody who is watched over, the longest silent first, with the reason for the look. Each finds it in their log of views.
    ListWatched: Get "/v1/watched" () [WatchedQuery] as Watch, None_ => 200 Page<WatchedView>;
    /// Watch over somebody who agreed (purpose watch_doors).
    CreateWatched: Post "/v1/watched" () as Watch, CreateWatchedBody => 201 WatchedView;
    /// One person, with the reason for the look, which is theirs to read.
    GetWatched: Get "/v1/watched/{id}" (PersonId) [WhyQuery] as Watch, None_ => 200 WatchedView;
    /// Other doors, cards, windows, or who is asked.
    UpdateWatched: Put "/v1/watched/{id}" (PersonId) as Watch, UpdateWatchedBody => 200 WatchedView;
    /// Comings and goings, the latest first, with the reason for the look.
    ListSigns: Get "/v1/watched/{id}/signs" (PersonId) [SignsQuery] as Watch, None_ => 200 Page<SignView>;
    /// What is looked at of somebody's body, and the latest readings, with the reason for the look, which is theirs to read. Version 0: nothing is agreed yet, and the measures are those that are usual.
    GetVitals: Get "/v1/watched/{id}/vitals" (PersonId) [WhyQuery] as Watch, None_ => 200 VitalsView;
    /// Agree with somebody who consented (purpose watch_health) who may speak for them, on measures, bounds and windows; version 0 begins. Open alerts stay open.
    PutVitals: Put "/v1/watched/{id}/vitals" (PersonId) as Watch, PutVitalsBody => 200 VitalsView;
    /// How it stands with oneself: what is known, and who is told.
    GetMyWatch: Get "/v1/me/watch" () as Self_, None_ => 200 WatchedView;
    /// What was noted of one's own coming and going, the latest first: the last few.
    ListMySigns: Get "/v1/me/watch/signs" () as Self_, None_ => 200 Page<SignView>;
    /// Those of whom one may say that they are away, as they agreed to.
    ListMyWatchPeople: Get "/v1/me/watch/people" () as Self_, None_ => 200 Page<WatchPersonView>;
    /// What is looked at of one's own body, and the latest readings.
    GetMyVitals: Get "/v1/me/vitals" () as Self_, None_ => 200 VitalsView;
    /// "I am well": a sign of life, and whatever is pending about it is called off.
    SayWell: Post "/v1/me/well" () as Self_, SayWellBody => 200 WatchedView;
    /// "I am well", or "they are well" by the relative who was asked, from the link of a text. Once: 409 `already_settled` where somebody answered or a sign came since, `too_late` a day after the deadline or where one is not asked any more; a key that is not ours is 422. Everything pending is called off.
    AnswerWell: Post "/v1/well" () as Public, AnswerWellBody => 204 ();
    /// Say that somebody is away: oneself, whoever one may report for, or, as a grid worker and at the desk, anybody who is watched.
    CreateAbsence: Post "/v1/absences" () as Self_, CreateAbsenceBody => 201 AbsenceView;
    /// Absences of oneself or of `person`; grid workers and desk helpers find those that they reported.
    ListAbsences: Get "/v1/absences" () [AbsencesQuery] as Self_, None_ => 200 Page<AbsenceView>;
    /// Back earlier than was said.
    EndAbsence: Post "/v1/absences/{id}/end" (AbsenceId) as Self_, EndAbsenceBody => 200 AbsenceView;
    /// Alerts: those that are open, the most urgent first; or all, the latest first. The first page of those that are open has an `ETag`; asked again with `If-None-Match` it is 304 where nothing is other. A page that asks by itself says `x-background: 1`, which does not keep its session alive. Whoever it is about finds the look in their log of views, once for each time the list is opened.
    ListAlerts: Get "/v1/alerts" () [AlertsQuery] as Watch, None_ => 200 Page<AlertView>;
    /// One alert, with who was told of it and what came of that; whoever it is about finds the look in their log of views.
    GetAlert: Get "/v1/alerts/{id}" (AlertId) as Watch, None_ => 200 AlertView;
    /// Take it on, for as long as the lease runs without an action. Everything pending is called off.
    AcknowledgeAlert: Post "/v1/alerts/{id}/acknowledge" (AlertId) as Watch, AcknowledgeBody => 200 AlertView;
    /// Over, and why. The person is watched over again from now on.
    CloseAlert: Post "/v1/alerts/{id}/close" (AlertId) as Watch, CloseAlertBody => 200 AlertView;
    /// Whether silences are looked after at all: when the sweeper last passed.
    GetWatchHealth: Get "/v1/watch/health" () as Watch, None_ => 200 WatchHealthView;
    /// What the community goes by, in the version that is in force.
    GetWatchRules: Get "/v1/rules" () as Watch, None_ => 200 WatchRulesView;
    /// The versions there were, the latest first, with who made each and why.
    ListWatchRules: Get "/v1/rules/versions" () [PageQuery] as Watch, None_ => 200 Page<WatchRulesView>;
    /// A new version; everybody's deadline is reckoned anew.
    PutWatchRules: Put "/v1/rules" () as SetWatchRules, PutWatchRulesBody => 200 WatchRulesView;
    /// Which alerts there would have been in the last days by other windows.
    BacktestRules: Post "/v1/rules/backtest" () as Watch, BacktestBody => 200 BacktestView;
}

json! {
    pub struct DoorEventsBody {
        pub device: DeviceId,
        pub events: Vec<DoorEventBody>,
    }
    pub struct DoorEventBody {
        /// The device's own count; greater with each event, and taken once. One that was overtaken on its way
        /// is taken, too, unless more than 256 came after it.
        pub seq: u64,
        /// By the device's clock.
        pub at: jiff::Timestamp,
        pub act: DoorAct,
        /// The card, or the number in the device's own list.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub credential: Option<String>,
    }
    /// Our own form, for what does not speak FHIR.
    pub struct ObservationsBody {
        pub observations: Vec<ObservationBody>,
    }
    /// A reading (`metric` and `value`), or a press of the button (`sos`).
    pub struct ObservationBody {
        /// Absent: whoever wears the device.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<PersonId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub metric: Option<Metric>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub value: Option<Amount>,
        /// As UCUM writes it; absent: the measure's own, which are `/min`, `mm[Hg]`, `%`, `Cel` and `mmol/L`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub unit: Option<String>,
        #[serde(default)]
        pub sos: bool,
        /// By the device's clock.
        pub at: jiff::Timestamp,
    }
    pub struct ObservationsView {
        /// In the order of the observations; of one with parts, such as a blood pressure, one for all of them.
        pub outcomes: Vec<EventOutcome>,
    }
    pub struct PutVitalsBody {
        pub id: CommandId,
        pub ver: u64,
        /// Who may speak for them: devices of the sense `health`.
        pub devices: Vec<DeviceId>,
        /// Each measure once; what is not among them is not kept.
        pub measures: Vec<Measure>,
    }
    pub struct VitalsView {
        pub person: PersonId,
        pub name: String,
        pub devices: Vec<DeviceId>,
        pub measures: Vec<Measure>,
        /// The latest, those of the last days, the latest first.
        pub readings: Vec<ReadingView>,
        pub alerts: Vec<AlertId>,
        pub ver: u64,
    }
    /// A reading; or, without a measure, a press of the button.
    pub struct ReadingView {
        pub at: Moment,
        pub metric: Option<Metric>,
        /// In the measure's own unit.
        pub value: Option<Amount>,
        pub device: DeviceId,
        /// The device's clock could not be right; this is when it came in.
        pub approximate: bool,
    }
    pub struct VendorQuery {
        /// The device's key in base64url, as these readers sign nothing.
        #[serde(default)]
        pub key: String,
    }
    /// As the panel writes its address, with `key` before it.
    pub struct ZktecoQuery {
        /// The device's key in base64url.
        #[serde(default)]
        pub key: String,
        /// The panel's own number; not looked at.
        #[serde(rename = "SN", default, skip_serializing_if = "Option::is_none")]
        pub sn: Option<String>,
        /// What is sent; only `rtlog` and `rtstate` are read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub table: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub tablename: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub count: Option<String>,
        #[serde(rename = "Stamp", default, skip_serializing_if = "Option::is_none")]
        pub stamp: Option<String>,
        #[serde(rename = "AuthType", default, skip_serializing_if = "Option::is_none")]
        pub auth_type: Option<String>,
    }
    pub struct DoorEventsView {
        /// In the order of the events.
        pub outcomes: Vec<EventOutcome>,
    }
    /// One of the three.
    pub struct EventOutcome {
        /// It moved what is known of somebody, or of the door.
        pub applied: bool,
        /// Known, or of nobody who is watched.
        pub ignored: bool,
        pub refused: Option<Code>,
    }
    pub struct ImportDoorEventsView {
        pub applied: u32,
        pub ignored: u32,
        pub refused: u32,
        /// In the order of the file.
        pub lines: Vec<ImportedLine>,
    }
    pub struct ImportedLine {
        /// As an editor counts; the heading of a CSV file is the first.
        pub line: u64,
        /// Which column is refused; empty: none, or the whole line.
        pub column: String,
        pub outcome: EventOutcome,
    }
    pub struct CreateDeviceBody {
        pub id: DeviceId,
        pub name: String,
        pub sense: DoorSense,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub home_of: Option<PersonId>,
        pub heartbeat_minutes: u32,
        /// Which way somebody goes who is recognised there, where the terminal does not say so itself.
        #[serde(default, skip_serializing_if = "Ways::is_unsaid")]
        pub ways: Ways,
    }
    pub struct RotateKeyBody {
        pub id: CommandId,
    }
    pub struct PutDeviceWaysBody {
        pub id: CommandId,
        pub ways: Ways,
    }
    pub struct DeviceKeyView {
        pub device: DeviceView,
        /// Which version this is.
        pub key_ver: u32,
        /// 32 bytes, in base64url without padding. A repeat shows it again.
        pub key: String,
    }
    pub struct DeviceView {
        pub id: DeviceId,
        pub name: String,
        pub sense: DoorSense,
        pub home_of: Option<PersonId>,
        pub heartbeat_minutes: u32,
        pub heard_at: Option<Moment>,
        /// Silent since; absent while it is heard from, and before it first was.
        pub dead_since: Option<Moment>,
        /// How many people's doors include it.
        pub people: u32,
        /// When it was not heard from, the latest first: the last few.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub outages: Vec<OutageView>,
        /// Which way somebody goes who is recognised there, where the terminal does not say so itself.
        #[serde(default, skip_serializing_if = "Ways::is_unsaid")]
        pub ways: Ways,
        pub key_ver: u32,
        pub ver: u64,
    }
    pub struct OutageView {
        /// It was last heard from.
        pub from: Moment,
        /// Absent: it lasts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub to: Option<Moment>,
    }
    pub struct DoorDayView {
        pub day: Date,
        /// Whoever passed, and however.
        pub passages: u32,
    }
    pub struct WatchedQuery {
        /// Why; written down for each of them.
        #[serde(default)]
        pub reason: String,
        /// Only those who cannot be seen now, as a door is dead.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub blind: Option<bool>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cursor: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<usize>,
    }
    pub struct WhyQuery {
        /// Why; written down.
        #[serde(default)]
        pub reason: String,
    }
    pub struct SignsQuery {
        #[serde(default)]
        pub reason: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cursor: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<usize>,
    }
    pub struct WatchedFields {
        pub doors: Vec<DeviceId>,
        pub credentials: Vec<String>,
        pub relatives_credentials: Vec<String>,
        /// Absent: as it is; of somebody new at once where their file says that they are at high risk, else they are
        /// asked first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub grade: Option<Grade>,
        /// The rhythm of their own days: windows that are shorter than the community's. Absent, as is usual: the
        /// community's hold.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub own: Option<Windows>,
        /// A relative who agreed to be asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub relative: Option<PersonId>,
        pub relative_reports: bool,
    }
    pub struct CreateWatchedBody {
        pub id: CommandId,
        pub person: PersonId,
        pub fields: WatchedFields,
    }
    pub struct UpdateWatchedBody {
        pub id: CommandId,
        pub ver: u64,
        pub fields: WatchedFields,
    }
    pub struct WatchedView {
        pub person: PersonId,
        pub name: String,
        pub whereabouts: Whereabouts,
        pub since: Option<Moment>,
        pub confidence: Confidence,
        /// The last sign of life.
        pub seen_at: Option<Moment>,
        /// When silence is too long, as far as is known now.
        pub due: Option<Moment>,
        pub away_until: Option<Moment>,
        /// A door of theirs is dead, so that nothing is known since; or none has ever seen them, a day after it was
        /// agreed.
        pub blind: bool,
        pub alert: Option<AlertId>,
        /// Absent on lists; without the cards to the person themselves.
        pub fields: Option<WatchedFields>,
        pub ver: u64,
    }
    pub struct SignView {
        pub at: Moment,
        pub passage: Passage,
        pub device: DeviceId,
        /// The device's clock could not be right; this is when it came in.
        pub approximate: bool,
    }
    pub struct WatchPersonView {
        pub person: PersonId,
        pub name: String,
    }
    pub struct SayWellBody {
        pub id: CommandId,
    }
    pub struct AnswerWellBody {
        /// As it stands in the link; begins with `p` where the person is asked, with `r` where a relative is.
        pub key: String,
    }
    pub struct CreateAbsenceBody {
        pub id: AbsenceId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<PersonId>,
        pub kind: AbsenceKind,
        pub from: jiff::Timestamp,
        pub until: jiff::Timestamp,
        /// How it was said, where another says it.
        #[serde(default)]
        pub note: String,
    }
    pub struct AbsencesQuery {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<PersonId>,
    }
    pub struct EndAbsenceBody {
        pub id: CommandId,
    }
    pub struct AbsenceView {
        pub id: AbsenceId,
        pub person: PersonId,
        pub person_name: String,
        pub kind: AbsenceKind,
        pub from: Moment,
        pub until: Moment,
        /// Ended before that: by coming home, or as was said.
        pub ended_at: Option<Moment>,
        pub by_name: String,
        pub note: String,
    }
    pub struct AlertsQuery {
        /// All, the latest first; absent: those that are open.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub all: Option<bool>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cursor: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<usize>,
    }
    pub struct AlertView {
        pub id: AlertId,
        pub person: PersonId,
        pub person_name: String,
        /// As far as one sees.
        pub cause: CauseSeen,
        /// Which measure, where it is about one, to whoever sees health.
        pub metric: Option<Metric>,
        pub due: Moment,
        pub opened_at: Moment,
        pub confidence: Confidence,
        pub unconfirmed: bool,
        pub state: AlertState,
        pub owner: Option<PersonId>,
        pub owner_name: String,
        pub lease_until: Option<Moment>,
        /// How many steps of the ladder were told, and when the next is, or the last again, unless somebody
        /// takes it on.
        #[serde(default)]
        pub told_steps: u8,
        #[serde(default)]
        pub next_step_at: Option<Moment>,
        /// Those who look after others and were told of it, the earliest first, where it is asked for by itself; of
        /// very many the latest.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub told: Vec<ToldView>,
        pub reason: Option<AlertReason>,
        pub closed_by_name: String,
        pub closed_at: Option<Moment>,
        pub comment: String,
        /// The version of the rules that raised it.
        #[serde(default)]
        pub rules_ver: u32,
        /// The latest sign of life since it was opened, and how it came: why it ended by itself, or what whoever has it should know.
        #[serde(default)]
        pub seen_at: Option<Moment>,
        #[serde(default)]
        pub seen_how: Option<SeenHow>,
        pub ver: u64,
    }
    pub struct ToldView {
        /// Who was told.
        pub name: String,
        /// When it was written for them; it lies in their inbox.
        pub at: Moment,
        /// That it is over by itself; otherwise they were called to it.
        pub over: bool,
        /// They opened it in their inbox.
        pub read: bool,
        /// How it was to reach them beside the inbox, the earliest try first, for 90 days.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub tries: Vec<TriedView>,
    }
    pub struct TriedView {
        /// By what.
        pub way: Carrier,
        /// When it was tried.
        pub at: Moment,
        /// It left; whether it arrived is not known.
        pub sent: bool,
        /// Why it did not leave; empty if it did.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        pub reason: String,
    }
    pub struct AcknowledgeBody {
        pub id: CommandId,
    }
    pub struct CloseAlertBody {
        pub id: CommandId,
        pub reason: AlertReason,
        #[serde(default)]
        pub comment: String,
        /// Somebody saw or spoke to the person, then; absent: now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub seen_at: Option<jiff::Timestamp>,
    }
    pub struct WatchHealthView {
        /// Absent: never.
        pub swept_at: Option<Moment>,
        /// Longer ago than five minutes: nobody is alerted until it is seen to.
        pub late: bool,
        /// How many single people, doors and alerts the last pass could not settle; it is tried again each minute.
        #[serde(default)]
        pub failed: u32,
        /// How many are watched over for a day or longer, and were never seen at any door.
        #[serde(default)]
        pub never_seen: u32,
        /// Hardly any door is heard from: what they say may be on its way, and silences are waited with, for two
        /// hours at most.
        #[serde(default)]
        pub lagging: bool,
    }
    pub struct WatchRulesView {
        pub windows: Windows,
        pub ask_minutes: u32,
        pub area_least: u32,
        pub lease_minutes: u32,
        /// Who is told of an alert, and who after them while nobody takes it on.
        pub ladder: Vec<Step>,
        pub by_name: String,
        pub at: Option<Moment>,
        pub note: String,
        pub ver: u32,
    }
    pub struct PutWatchRulesBody {
        pub id: CommandId,
        pub ver: u32,
        pub windows: Windows,
        pub ask_minutes: u32,
        pub area_least: u32,
        pub lease_minutes: u32,
        /// Absent: as it is. The first step waits for nothing, each of the others for a minute at least.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub ladder: Option<Vec<Step>>,
        pub note: String,
    }
    pub struct BacktestBody {
        pub windows: Windows,
        /// How many days back, at most 90.
        pub days: u32,
    }
    pub struct BacktestView {
        pub windows: Windows,
        pub days: u32,
        pub people: u32,
        pub alerts: u32,
        /// Of each silence.
        pub no_exit: u32,
        pub no_return: u32,
        /// By the rules as they are, over the same days.
        pub alerts_now: u32,
        /// Of either, how many stood while somebody was looked after who needed help, as cases were closed.
        #[serde(default)]
        pub useful: u32,
        #[serde(default)]
        pub useful_now: u32,
    }
}
