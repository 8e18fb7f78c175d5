//! What of a person is shown to whom: in their file, with a case, and with a task, field by field.

use acceptance::client::Raw;
use acceptance::{Actor, TestApp};
use domain::access::Role;
use domain::care::{CallOutcome, CauseSeen, Contact, EventKind, Factor, NoteForm, Words};
use domain::consent::Purpose;
use domain::notice::Topic;
use domain::watch::Metric;
use domain::{CaseId, NoteId};
use serde_json::{Value, json};
use wire::care::{
    CareReportQuery, CreateCase, CreateCaseBody, CreateNote, CreateNoteBody, GetCareFile,
    GetCareReport, PutCareFile, PutCareFileBody,
};
use wire::endpoint::None_;
use wire::watch::{AlertsQuery, GetAlert, ListAlerts, WhyQuery};

use super::people::{WORKER, at, case_of, get, id, order, ring, with_role};
use crate::watch::health::Worn;
use crate::watch::homes::{messages, minutes};
use crate::watch::people::agree;

/// What is said of a body.
const BODY: [CauseSeen; 4] = [
    CauseSeen::VitalHigh,
    CauseSeen::VitalLow,
    CauseSeen::NoReading,
    CauseSeen::General,
];

const FILE: [(Role, &str); 3] = [
    (
        Role::Station,
        "case cases consents contacts events person person_name phone room sees tier ver visit_days visit_due visited",
    ),
    (
        Role::SocialWorker,
        "case cases conditions consents contacts events factors notes person person_name phone room sees tier ver visit_days visit_due visited",
    ),
    (
        Role::Admin,
        "case cases conditions consents contacts events factors notes person person_name phone room sees tier ver visit_days visit_due visited",
    ),
];
const CASE: [(Role, &str); 3] = [
    (Role::Station, "contacts phone tier"),
    (
        Role::SocialWorker,
        "conditions contacts factors notes phone tier",
    ),
    (Role::Admin, "conditions contacts factors notes phone tier"),
];
const TASK: [(Role, &str); 3] = [
    (
        Role::Volunteer,
        "answer_until asks case grade kind overdue person_name room task until",
    ),
    (
        Role::BuildingHead,
        "answer_until asks case grade kind overdue person_name room task until",
    ),
    (
        Role::GridWorker,
        "answer_until asks case contacts grade kind overdue person_name phone room task until",
    ),
];

/// What says something.
fn filled(shown: &Value) -> String {
    let empty = [Value::Null, json!([]), json!("")];
    let fields = shown.as_object().expect("fields");
    let mut names: Vec<&str> = fields
        .iter()
        .filter(|(_, value)| !empty.contains(value))
        .map(|(name, _)| name.as_str())
        .collect();
    names.sort_unstable();
    names.join(" ")
}

async fn known(app: &TestApp, desk: &Actor<'_>, who: &Actor<'_>) -> CaseId {
    let body = PutCareFileBody {
        id: app.command(),
        ver: 0,
        visited: true,
        factors: vec![Factor::Dementia],
        conditions: "记性差".into(),
        contacts: vec![Contact {
            name: "测试·女儿".into(),
            relation: "女儿".into(),
            phone: "13800000099".into(),
            may_be_told: true,
            has_key: true,
        }],
    };
    let kept = desk.call::<PutCareFile>((id(who),), None_ {}, body).await;
    kept.expect("kept");
    let body = CreateCaseBody {
        id: CaseId::new(app.millis(), app.chance()),
        person: None,
        said: "睡不着".into(),
    };
    let case = who.call::<CreateCase>((), None_ {}, body).await;
    let case = case.expect("a case").id;
    let body = CreateNoteBody {
        id: NoteId::new(app.millis(), app.chance()),
        on: None,
        words: Words {
            form: NoteForm::Phone,
            facts: "说夜里醒三次".into(),
            inference: String::new(),
            plan: String::new(),
            phrases: Vec::new(),
        },
    };
    let noted = desk.call::<CreateNote>((case,), None_ {}, body).await;
    noted.expect("noted");
    case
}

fn json_of(raw: &Raw) -> Value {
    assert_eq!(raw.status, 200, "{}", raw.body);
    raw.json()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_role_is_shown_its_fields_of_a_person_and_no_other() {
    let app = TestApp::start().await;
    let desk = at(&app, WORKER).await;
    let who = with_role(&app, Role::Resident).await;
    agree(&who, true).await;
    let case = known(&app, &desk, &who).await;
    for (role, want) in FILE {
        let reader = with_role(&app, role).await;
        let path = format!("/v1/care/files/{}?reason=%E4%B8%8A%E9%97%A8", id(&who));
        let shown = json_of(&reader.raw("GET", &path, None).await);
        assert_eq!(filled(&shown), want, "the file to a {role}");
    }
    for (role, want) in CASE {
        let reader = with_role(&app, role).await;
        let path = format!("/v1/cases/{case}");
        let shown = json_of(&reader.raw("GET", &path, None).await);
        assert_eq!(filled(&shown["person"]), want, "a case to a {role}");
    }
    for (role, want) in TASK {
        let goer = with_role(&app, role).await;
        order(&desk, case, &[id(&goer)]).await.expect("ordered");
        let shown = json_of(&goer.raw("GET", "/v1/care/tasks", None).await);
        assert_eq!(filled(&shown["items"][0]), want, "a task to a {role}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_body_says_is_a_general_word_to_whoever_does_not_see_health() {
    let app = TestApp::start().await;
    let worn = Worn::new(&app).await;
    app.advance(minutes(1));
    assert_eq!(worn.beats(140).await, "applied");
    app.settle().await;
    let person = id(&worn.who);
    let case = case_of(&worn.desk, person).await.id;
    let rows = [
        (Role::Station, CauseSeen::General),
        (Role::SocialWorker, CauseSeen::VitalHigh),
        (Role::Admin, CauseSeen::VitalHigh),
    ];
    for (role, want) in rows {
        let reader = with_role(&app, role).await;
        let row = case_of(&reader, person).await;
        assert_eq!(row.causes, [want], "the list to a {role}");
        let shown = get(&reader, case).await;
        assert_eq!(shown.row.causes, [want], "the case to a {role}");
        let causes: Vec<_> = shown.alerts.iter().map(|one| one.cause).collect();
        assert_eq!(causes, [want], "its alerts to a {role}");
        let metric = (want == CauseSeen::VitalHigh).then_some(Metric::HeartRate);
        let query = AlertsQuery {
            all: None,
            cursor: None,
            limit: Some(100),
        };
        let list = reader.call::<ListAlerts>((), query, None_ {}).await;
        let mut list = list.expect("a list").items;
        list.retain(|one| one.person == person);
        let alerts: Vec<_> = list.iter().map(|one| (one.cause, one.metric)).collect();
        assert_eq!(alerts, [(want, metric)], "the duty screen to a {role}");
        let path = (list[0].id,);
        let alert = reader.call::<GetAlert>(path, None_ {}, None_ {}).await;
        let alert = alert.expect("an alert");
        assert_eq!(
            (alert.cause, alert.metric),
            (want, metric),
            "the alert to a {role}"
        );
        let month = app.now().to_string()[..7].parse().expect("a month");
        let query = CareReportQuery { month };
        let report = reader.call::<GetCareReport>((), query, None_ {}).await;
        let report = report.expect("a report");
        let of_bodies = |cause: Option<CauseSeen>| cause.filter(|cause| BODY.contains(cause));
        let causes = report.causes.iter();
        let causes: Vec<_> = causes.filter_map(|row| of_bodies(row.cause)).collect();
        assert_eq!(causes, [want], "the month to a {role}");
        let rules = report.rules.iter();
        let rules: Vec<_> = rules.filter_map(|one| of_bodies(one.row.cause)).collect();
        assert_eq!(rules, [want], "each version of the rules to a {role}");
    }
    // Nor does the notice of it say more than that there is something.
    let told = messages(&app, app.home().await, id(&worn.desk)).await;
    let mut told = told.iter().map(|one| &one.notice);
    let told = told.find(|one| one.topic == Topic::VitalAlert);
    let data = &told.expect("is told").data;
    assert!(data.values().all(|said| said != "vital_high"), "{data:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_says_what_somebody_agreed_to_and_what_happened_the_latest_first() {
    let app = TestApp::start().await;
    let desk = at(&app, WORKER).await;
    let who = with_role(&app, Role::Resident).await;
    agree(&who, true).await;
    let case = known(&app, &desk, &who).await;
    app.advance(minutes(1));
    ring(&desk, case, CallOutcome::Well).await.expect("noted");
    let rows: [(Role, &[EventKind]); 2] = [
        (Role::Station, &[EventKind::Call, EventKind::CaseOpened]),
        (
            Role::SocialWorker,
            &[EventKind::Call, EventKind::Note, EventKind::CaseOpened],
        ),
    ];
    for (role, want) in rows {
        let reader = with_role(&app, role).await;
        let why = WhyQuery {
            reason: "准备上门".into(),
        };
        let file = reader.call::<GetCareFile>((id(&who),), why, None_ {});
        let file = file.await.expect("a file");
        let kinds: Vec<_> = file.events.iter().map(|one| one.kind).collect();
        assert_eq!(kinds, want, "to a {role}");
        assert_eq!(file.events[0].outcome, Some(CallOutcome::Well));
        let agreed: Vec<_> = file.consents.iter().map(|one| one.purpose).collect();
        assert_eq!(agreed, [Purpose::WatchDoors], "to a {role}");
    }
}
