//! The care desk: cases, the tasks in them, people's files, notes, the board and the month.

use domain::access::Role;
use domain::care::{
    AttachmentForm, CallOutcome, CaseReason, CauseSeen, Contact, Contacted, Emergency, EventKind,
    Factor, Field, Found, LinkKind, Node, NodeKind, NoteForm, Source, Stage, TaskKind, Tier,
    TurnKind, VisitGrade, Words,
};
use domain::consent::Purpose;
use domain::network::Month;
use domain::watch::Windows;
use domain::{
    AlertId, AttachmentId, BookingId, CaseId, CommandId, NoteId, PersonId, ProviderId, ServiceId,
    TaskId,
};

use crate::endpoint::{None_, Page, endpoints, json};
use crate::identity::PageQuery;
use crate::moment::Moment;
use crate::watch::WhyQuery;

endpoints! {
    /// Cases: those that are open, the one opened first before the others; or all, or those about one person, the latest first. Whoever they are about finds the look in their log of views, once for each time the list is opened: a page that asks again by itself says `x-background: 1`.
    ListCases: Get "/v1/cases" () [CasesQuery] as Care, None_ => 200 Page<CaseRow>;
    /// Say that somebody should be looked after: oneself, somebody of one's home or whose relative one is, or at the desk and on the street anybody, the head of a building somebody in it. Where a case about them is open it joins that.
    CreateCase: Post "/v1/cases" () as Self_, CreateCaseBody => 201 CaseMade;
    /// A case on one screen; whoever it is about finds the look in their log of views. What one may not see of the person is left out.
    GetCase: Get "/v1/cases/{id}" (CaseId) as Care, None_ => 200 CaseView;
    /// Take it on, or go on with it; open alerts of it are acknowledged. `backup` has it next, should one do nothing.
    TakeCase: Post "/v1/cases/{id}/take" (CaseId) as Care, TakeCaseBody => 200 CaseView;
    /// What a telephone call came to.
    RecordCall: Post "/v1/cases/{id}/calls" (CaseId) as Care, RecordCallBody => 200 CaseView;
    /// Have somebody go there. Those in `to` are asked one after the other; without any, those who go, of the same building first: grid workers, building heads, volunteers.
    OrderVisit: Post "/v1/cases/{id}/visits" (CaseId) as Care, OrderVisitBody => 200 CaseView;
    /// What helps: a service of the marketplace, which is booked for the person; volunteers, a public service, relatives.
    LinkResource: Post "/v1/cases/{id}/links" (CaseId) as Care, LinkResourceBody => 200 CaseView;
    /// Something to do later. Missed by a day, it becomes a visit.
    PlanFollowUp: Post "/v1/cases/{id}/follow-ups" (CaseId) as Care, PlanFollowUpBody => 200 CaseView;
    /// Over, and why. Alerts of it are closed, and the person is watched over again; a case of somebody who is neither seen, away nor watched stays open.
    CloseCase: Post "/v1/cases/{id}/close" (CaseId) as Care, CloseCaseBody => 200 CaseView;
    /// It was not over.
    ReopenCase: Post "/v1/cases/{id}/reopen" (CaseId) as Care, ReopenCaseBody => 200 CaseView;
    /// It becomes part of the open case about the same person, which is answered with.
    MergeCase: Post "/v1/cases/{id}/merge" (CaseId) as Care, MergeCaseBody => 200 CaseView;
    /// What a closed case taught, and the version of the rules that was made of it.
    ReflectCase: Post "/v1/cases/{id}/reflections" (CaseId) as Care, ReflectCaseBody => 200 CaseView;
    /// A note about the person of a case: facts first. It can be rewritten for 72 hours.
    CreateNote: Post "/v1/cases/{id}/notes" (CaseId) as KeepFiles, CreateNoteBody => 201 NoteView;
    /// Attach a picture (JPEG, PNG) or a document (PDF) of 256 KiB at most, as it is; of a picture only what is seen on it is kept, and of a document nothing of who made it, when and with what. The same file under the same id is the same.
    @file AttachFile: Post "/v1/cases/{id}/files" (CaseId) [AttachQuery] as KeepFiles, None_ => 200 CaseFileView;
    /// A picture or a document of a case; whoever it is about finds the look in their log of views.
    @sheet GetCaseFile: Get "/v1/cases/{id}/files/{file}" (CaseId, AttachmentId) as KeepFiles, None_ => 200 None_;
    /// Other words, of whoever wrote it.
    UpdateNote: Put "/v1/notes/{id}" (NoteId) as KeepFiles, UpdateNoteBody => 200 NoteView;
    /// What changes after it stands.
    AddAddendum: Post "/v1/notes/{id}/addenda" (NoteId) as KeepFiles, AddendumBody => 200 NoteView;
    /// What one is asked to do, and what one has to do; of the person only what one's part of the team sees.
    ListTasks: Get "/v1/care/tasks" () as Self_, None_ => 200 Page<TaskView>;
    /// Agree to do it, or say why not; the next is asked then.
    AnswerTask: Post "/v1/cases/{id}/tasks/{task}/answer" (CaseId, TaskId) as Self_, AnswerTaskBody => 200 Page<TaskView>;
    /// There.
    ArriveTask: Post "/v1/cases/{id}/tasks/{task}/arrive" (CaseId, TaskId) as Self_, ArriveTaskBody => 200 Page<TaskView>;
    /// What one found, face to face.
    AssessTask: Post "/v1/cases/{id}/tasks/{task}/assessment" (CaseId, TaskId) as Self_, AssessTaskBody => 200 Page<TaskView>;
    /// What came of a follow-up.
    EndTask: Post "/v1/cases/{id}/tasks/{task}/done" (CaseId, TaskId) as Self_, EndTaskBody => 200 Page<TaskView>;
    /// Hand a task over; it stays whose it is until the other agrees. Of the case's own task: the case.
    HandOver: Post "/v1/cases/{id}/tasks/{task}/hand-over" (CaseId, TaskId) as Care, HandOverBody => 200 CaseView;
    /// How it stands: what is open, whose it is, what is past its time, who is to be visited.
    GetCareBoard: Get "/v1/care/board" () as Care, None_ => 200 CareBoardView;
    /// What a month came to; a look at everybody there was a case about.
    GetCareReport: Get "/v1/care/report" () [CareReportQuery] as Care, None_ => 200 CareReportView;
    /// The same as a workbook: the month, its cases without names and health, each version of the rules, and, to those who see somebody's cases, each person, which is a look at them.
    @sheet GetCareReportFile: Get "/v1/care/report/file" () [CareReportQuery] as Care, None_ => 200 None_;
    /// Somebody's file, with the reason for the look, which is theirs to read.
    GetCareFile: Get "/v1/care/files/{id}" (PersonId) [WhyQuery] as Care, None_ => 200 CareFileView;
    /// How often somebody is visited and why, and whom to ring. Version 0 begins.
    PutCareFile: Put "/v1/care/files/{id}" (PersonId) as KeepFiles, PutCareFileBody => 200 CareFileView;
    /// Open somebody's file whatever one's part of the team sees. Those in charge are told, with the reason.
    BreakGlass: Post "/v1/care/files/{id}/glass" (PersonId) as BreakGlass, BreakGlassBody => 200 CareFileView;
    /// Whom somebody looked at and why, the latest first; those whom they looked at at once stand together, also across pages.
    ListLooks: Get "/v1/care/looks/{id}" (PersonId) [PageQuery] as KeepNodes, None_ => 200 Page<LookView>;
    /// Who looked at somebody, what at, and why, the latest first. This look too is theirs to read.
    ListLooksAt: Get "/v1/care/files/{id}/looks" (PersonId) [PageQuery] as KeepNodes, None_ => 200 Page<LookAtView>;
    /// The team: who belongs to which part of it, and what each sees.
    GetCareNodes: Get "/v1/care/nodes" () as Care, None_ => 200 CareNodesView;
    /// A new version of the team. A part sees no more than its roles may at most.
    PutCareNodes: Put "/v1/care/nodes" () as KeepNodes, PutCareNodesBody => 200 CareNodesView;
    /// The number that puts through those who may not see a person's own; empty: there is none. Also a new version of the team.
    PutCareRelay: Put "/v1/care/relay" () as KeepNodes, PutCareRelayBody => 200 CareNodesView;
}

json! {
    pub struct CasesQuery {
        /// All, the latest first; absent: those that are open.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub all: Option<bool>,
        /// Only those about this person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<PersonId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cursor: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<usize>,
    }
    pub struct CreateCaseBody {
        pub id: CaseId,
        /// Absent: oneself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<PersonId>,
        /// What was seen or said.
        pub said: String,
    }
    pub struct CaseMade {
        /// The case it is, or the one it joined.
        pub id: CaseId,
        pub joined: bool,
    }
    pub struct TakeCaseBody {
        pub id: CommandId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub backup: Option<PersonId>,
    }
    pub struct RecordCallBody {
        pub id: CommandId,
        pub whom: Contacted,
        pub outcome: CallOutcome,
        #[serde(default)]
        pub note: String,
    }
    pub struct OrderVisitBody {
        pub id: TaskId,
        pub grade: VisitGrade,
        /// All that whoever goes is told, besides the name and the door: no health.
        pub asks: String,
        /// At most six, in this order.
        #[serde(default)]
        pub to: Vec<PersonId>,
    }
    pub struct LinkResourceBody {
        pub id: CommandId,
        pub kind: LinkKind,
        pub what: String,
        /// Of a service of the marketplace: what is booked, and when.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub service: Option<ServiceId>,
        /// Absent: any who is free.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub provider: Option<ProviderId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub start: Option<Moment>,
    }
    pub struct PlanFollowUpBody {
        pub id: TaskId,
        pub what: String,
        pub due: jiff::Timestamp,
        /// Absent: oneself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub owner: Option<PersonId>,
    }
    pub struct CloseCaseBody {
        pub id: CommandId,
        pub reason: CaseReason,
        #[serde(default)]
        pub comment: String,
        /// Somebody saw or spoke to the person, then. Absent: as the case has it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub seen_at: Option<jiff::Timestamp>,
    }
    pub struct ReopenCaseBody {
        pub id: CommandId,
        pub said: String,
    }
    pub struct MergeCaseBody {
        pub id: CommandId,
        pub into: CaseId,
    }
    pub struct ReflectCaseBody {
        pub id: CommandId,
        pub lesson: String,
        /// The version of the rules that was made of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub rules_ver: Option<u32>,
    }
    pub struct CreateNoteBody {
        pub id: NoteId,
        /// When what it says happened; absent: now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub on: Option<jiff::Timestamp>,
        pub words: Words,
    }
    pub struct AttachQuery {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub id: Option<AttachmentId>,
        /// What is to be seen on it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub about: Option<String>,
    }
    pub struct UpdateNoteBody {
        pub id: CommandId,
        pub ver: u64,
        pub words: Words,
    }
    pub struct AddendumBody {
        pub id: CommandId,
        pub text: String,
    }
    pub struct AnswerTaskBody {
        pub id: CommandId,
        pub accept: bool,
        /// Why not.
        #[serde(default)]
        pub reason: String,
    }
    pub struct ArriveTaskBody {
        pub id: CommandId,
    }
    pub struct AssessTaskBody {
        pub id: CommandId,
        pub found: Found,
        pub facts: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub emergency: Option<Emergency>,
    }
    pub struct EndTaskBody {
        pub id: CommandId,
        pub came: String,
    }
    pub struct HandOverBody {
        pub id: CommandId,
        pub to: PersonId,
        pub reason: String,
    }
    pub struct CareReportQuery {
        /// `YYYY-MM`.
        pub month: Month,
    }
    pub struct PutCareFileBody {
        pub id: CommandId,
        pub ver: u64,
        /// Agreed to be visited by the tier.
        pub visited: bool,
        pub factors: Vec<Factor>,
        #[serde(default)]
        pub conditions: String,
        #[serde(default)]
        pub contacts: Vec<Contact>,
    }
    pub struct BreakGlassBody {
        pub id: CommandId,
        /// Theirs to read, and shown to those in charge.
        pub reason: String,
    }
    pub struct PutCareNodesBody {
        pub id: CommandId,
        pub ver: u64,
        pub nodes: Vec<Node>,
    }

    pub struct PutCareRelayBody {
        pub id: CommandId,
        pub ver: u64,
        pub relay: String,
    }

    pub struct CaseRow {
        pub id: CaseId,
        pub person: PersonId,
        pub person_name: String,
        /// Building and door; empty where none is known.
        pub room: String,
        pub source: Source,
        /// What is to be done next; it follows from what was done.
        pub stage: Stage,
        pub opened_at: Moment,
        /// Absent: the station's.
        pub owner: Option<PersonId>,
        pub owner_name: String,
        pub lease_until: Option<Moment>,
        /// Of the alerts that stand, each once, as far as one sees.
        pub causes: Vec<CauseSeen>,
        /// Something is past its time.
        pub overdue: bool,
        /// Visits and follow-ups that are not over.
        pub unsettled: u32,
        pub closed_at: Option<Moment>,
        pub reason: Option<CaseReason>,
        pub ver: u64,
    }
    pub struct CaseView {
        pub row: CaseRow,
        /// The fields of the person that one sees here.
        pub sees: Vec<Field>,
        pub person: CasePersonView,
        pub said: String,
        pub alerts: Vec<CaseAlertView>,
        pub work: TaskLine,
        pub calls: Vec<CallView>,
        pub visits: Vec<VisitView>,
        pub links: Vec<LinkView>,
        pub follow_ups: Vec<FollowUpView>,
        /// Only for those who see notes.
        #[serde(default)]
        pub files: Vec<CaseFileView>,
        /// What one part of the team took on, or asked another to, and what that answered; in their order.
        #[serde(default)]
        pub between: Vec<BetweenView>,
        pub closing: Option<ClosingView>,
        pub closed_before: Vec<ClosingView>,
        pub reflections: Vec<ReflectionView>,
        pub merged: Vec<CaseId>,
    }
    /// Who it is about, as far as one sees.
    pub struct CasePersonView {
        pub phone: Option<String>,
        pub born_year: Option<i16>,
        pub contacts: Vec<Contact>,
        pub tier: Option<Tier>,
        pub factors: Vec<Factor>,
        pub conditions: String,
        /// Their watch: the last sign, and until when they are away.
        pub seen_at: Option<Moment>,
        pub away_until: Option<Moment>,
        /// Other cases about them, the latest first.
        pub cases: Vec<PastCase>,
        /// Services that were booked for them, the latest first.
        pub services: Vec<PastService>,
        pub notes: Vec<NoteView>,
    }
    pub struct PastCase {
        pub id: CaseId,
        pub opened_at: Moment,
        pub stage: Stage,
        pub reason: Option<CaseReason>,
    }
    pub struct PastService {
        pub booking: BookingId,
        pub service_name: String,
        pub start: Moment,
    }
    pub struct CaseAlertView {
        pub id: AlertId,
        pub cause: CauseSeen,
        /// The version of the rules that raised it.
        pub rules_ver: u32,
        pub opened_at: Moment,
        pub over_at: Option<Moment>,
    }
    /// Whose a task is, and who is asked.
    pub struct TaskLine {
        pub id: TaskId,
        pub kind: TaskKind,
        /// Absent: the station's.
        pub owner: Option<PersonId>,
        pub owner_name: String,
        pub lease_until: Option<Moment>,
        pub backup_name: String,
        pub asked: Option<PersonId>,
        pub asked_name: String,
        pub answer_until: Option<Moment>,
        pub ended_at: Option<Moment>,
        pub turns: Vec<TurnView>,
    }
    pub struct TurnView {
        pub at: Moment,
        pub what: TurnKind,
        pub who_name: String,
        pub to_name: String,
        pub reason: String,
    }
    pub struct CaseFileView {
        pub id: AttachmentId,
        pub form: AttachmentForm,
        pub about: String,
        pub bytes: u32,
        pub by_name: String,
        pub at: Moment,
    }
    pub struct BetweenView {
        pub task: TaskId,
        pub at: Moment,
        pub what: TurnKind,
        /// Absent: the station, or somebody in no part.
        pub from: Option<NodeKind>,
        pub to: Option<NodeKind>,
        pub who_name: String,
        pub to_name: String,
        pub reason: String,
    }
    pub struct CallView {
        pub at: Moment,
        pub by_name: String,
        pub whom: Contacted,
        pub outcome: CallOutcome,
        pub note: String,
    }
    pub struct VisitView {
        pub task: TaskLine,
        pub grade: VisitGrade,
        pub asks: String,
        pub ordered_at: Moment,
        /// The follow-up it stands for, which was missed.
        pub follow_up: Option<TaskId>,
        pub arrived_at: Option<Moment>,
        pub found: Option<Found>,
        pub facts: String,
        pub emergency: Option<Emergency>,
        pub found_at: Option<Moment>,
    }
    pub struct LinkView {
        pub at: Moment,
        pub by_name: String,
        pub kind: LinkKind,
        pub what: String,
        pub booking: Option<BookingId>,
    }
    pub struct FollowUpView {
        pub task: TaskLine,
        pub what: String,
        pub due: Moment,
        pub came: String,
        /// The visit it became.
        pub visit: Option<TaskId>,
    }
    pub struct ClosingView {
        pub at: Moment,
        pub by_name: String,
        pub reason: CaseReason,
        pub comment: String,
        pub left: LeftView,
    }
    /// What a closed case leaves; one of these, or none where its person is not here any more.
    pub struct LeftView {
        /// Somebody saw or heard them, then.
        pub seen_at: Option<Moment>,
        pub away_until: Option<Moment>,
        /// Their next silence is due then.
        pub watched_until: Option<Moment>,
        pub case: Option<CaseId>,
    }
    pub struct ReflectionView {
        pub at: Moment,
        pub by_name: String,
        pub lesson: String,
        pub rules_ver: Option<u32>,
    }
    pub struct NoteView {
        pub id: NoteId,
        pub case: CaseId,
        pub by: PersonId,
        pub by_name: String,
        pub at: Moment,
        pub on: Moment,
        pub form: NoteForm,
        pub facts: String,
        pub inference: String,
        pub plan: String,
        pub phrases: Vec<String>,
        pub locks_at: Moment,
        pub locked: bool,
        pub addenda: Vec<AddendumView>,
        pub ver: u64,
    }
    pub struct AddendumView {
        pub by_name: String,
        pub at: Moment,
        pub text: String,
    }
    /// Something one is asked to do, or has to do.
    pub struct TaskView {
        pub case: CaseId,
        pub task: TaskId,
        pub kind: TaskKind,
        pub grade: Option<VisitGrade>,
        /// What to do there.
        pub asks: String,
        pub person_name: String,
        pub room: String,
        /// Only to those who see it: grid workers and the desk.
        pub phone: Option<String>,
        /// Puts one through to them, instead of a number that one may not see.
        pub relay: Option<String>,
        pub contacts: Vec<Contact>,
        /// One is asked, until then; else it is one's own.
        pub answer_until: Option<Moment>,
        /// When it is to be done.
        pub until: Option<Moment>,
        pub arrived_at: Option<Moment>,
        pub overdue: bool,
        /// One's time for it ran out then; for a day one may still say what one found, unless somebody else has it.
        #[serde(default)]
        pub lapsed_at: Option<Moment>,
    }
    pub struct CareBoardView {
        pub open: u32,
        pub overdue: u32,
        pub stages: Vec<StageCount>,
        pub owners: Vec<OwnerCount>,
        /// Who is to be visited by now, the longest due first.
        pub visits: Vec<VisitDue>,
        /// A sweeper that stands still tells nobody of anything.
        pub swept_late: bool,
    }
    pub struct StageCount {
        pub stage: Stage,
        pub cases: u32,
    }
    pub struct OwnerCount {
        /// Absent: the station.
        pub owner: Option<PersonId>,
        pub owner_name: String,
        pub cases: u32,
    }
    pub struct VisitDue {
        pub person: PersonId,
        pub person_name: String,
        pub room: String,
        pub tier: Tier,
        pub due: Moment,
    }
    pub struct CareReportView {
        pub month: Month,
        pub all: ReportRow,
        /// Of each cause; of what was no alert, without one.
        pub causes: Vec<ReportRow>,
        /// Of each version of the rules: what its alerts came to.
        #[serde(default)]
        pub rules: Vec<RulesRow>,
        /// Of each person there were cases about.
        #[serde(default)]
        pub people: Vec<PersonRow>,
        pub sources: Vec<SourceCount>,
        pub reasons: Vec<ReasonCount>,
        pub visits: u32,
        pub calls: u32,
        pub links: u32,
        pub reflections: u32,
        /// Cases of the month, the latest last.
        pub cases: Vec<CaseRow>,
    }
    pub struct ReportRow {
        /// As far as one sees. Absent: of a word rather than of an alert.
        pub cause: Option<CauseSeen>,
        pub cases: u32,
        pub closed: u32,
        pub true_alarms: u32,
        pub false_alarms: u32,
        pub by_itself: u32,
        /// In the middle of all.
        pub taken_minutes: Option<i64>,
        pub reached_minutes: Option<i64>,
        pub closed_minutes: Option<i64>,
    }
    pub struct RulesRow {
        /// 0: as it usually is.
        pub rules_ver: u32,
        /// Why there is this version.
        pub note: String,
        pub windows: Option<Windows>,
        /// How much sooner somebody is looked after than by the outer limits of 48 and 72 hours; of silences alone.
        pub lead_minutes: Option<i64>,
        pub row: ReportRow,
        /// Cases of the month that this version was made of.
        pub taught_by: Vec<CaseId>,
    }
    pub struct PersonRow {
        pub person: PersonId,
        pub person_name: String,
        pub row: ReportRow,
    }
    pub struct SourceCount {
        pub source: Source,
        pub cases: u32,
    }
    pub struct ReasonCount {
        pub reason: CaseReason,
        pub cases: u32,
    }
    pub struct CareFileView {
        pub person: PersonId,
        pub person_name: String,
        pub room: String,
        /// The fields that one sees; what is not among them is left out.
        pub sees: Vec<Field>,
        pub phone: Option<String>,
        /// Those behind the same door.
        pub household: Vec<String>,
        pub contacts: Vec<Contact>,
        pub tier: Option<Tier>,
        pub visit_days: Option<i64>,
        pub factors: Vec<Factor>,
        pub visited: bool,
        pub visit_due: Option<Moment>,
        pub visited_at: Option<Moment>,
        pub conditions: String,
        /// The one that is open.
        pub case: Option<CaseId>,
        pub cases: Vec<PastCase>,
        pub notes: Vec<NoteView>,
        /// What they agreed to and did not take back, as far as one sees.
        #[serde(default)]
        pub consents: Vec<ConsentSince>,
        /// What happened, the latest first, 100 at most.
        #[serde(default)]
        pub events: Vec<EventView>,
        /// 0: nothing is known yet.
        pub ver: u64,
    }
    pub struct ConsentSince {
        pub purpose: Purpose,
        pub at: Moment,
        /// To the text that is in force.
        pub current: bool,
    }
    pub struct EventView {
        pub at: Moment,
        pub kind: EventKind,
        pub case: Option<CaseId>,
        pub alert: Option<AlertId>,
        /// Of an alert, as far as one sees.
        pub cause: Option<CauseSeen>,
        /// Of a call.
        pub outcome: Option<CallOutcome>,
        /// Of a visit.
        pub found: Option<Found>,
        /// Of a case that was closed.
        pub reason: Option<CaseReason>,
    }
    pub struct LookView {
        pub at: Moment,
        pub whose: PersonId,
        pub whose_name: String,
        /// What was asked: an endpoint's name.
        pub what: String,
        pub reason: String,
    }
    pub struct LookAtView {
        pub at: Moment,
        pub viewer: PersonId,
        /// Empty where they are not here any more.
        pub viewer_name: String,
        pub viewer_role: Role,
        /// What was looked at or done: an endpoint's name.
        pub what: String,
        pub reason: String,
    }
    pub struct CareNodesView {
        pub nodes: Vec<Node>,
        pub relay: Option<String>,
        pub by_name: String,
        pub at: Option<Moment>,
        /// 0: as it usually is.
        pub ver: u64,
    }
}
