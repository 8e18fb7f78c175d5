//! Of a task each role sees what its part of the team sees; of whom one may speak.

use acceptance::TestApp;
use domain::CaseId;
use domain::access::Role;
use domain::care::{Contact, Factor, Source};
use domain::person::Person;
use domain::watch::DoorSense;
use serde_json::{Value, json};
use wire::Code;
use wire::care::{CreateCase, CreateCaseBody, PutCareFile, PutCareFileBody};
use wire::endpoint::None_;
use wire::watch::WatchedFields;

use super::people::{
    ADMIN, CARD, WORKER, at, case_of, code, id, nothing_is_wrong, order, take, with_role,
};
use crate::watch::people::{door, fields, watch_over};

/// What everybody has who is asked.
const PLAIN: [&str; 10] = [
    "answer_until",
    "asks",
    "case",
    "grade",
    "kind",
    "overdue",
    "person_name",
    "room",
    "task",
    "until",
];
/// And whoever may ring.
const RINGS: [&str; 2] = ["contacts", "phone"];
const HEALTH: &str = "糖尿病";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_role_sees_exactly_its_fields_of_a_task() {
    let app = TestApp::start().await;
    let desk = at(&app, WORKER).await;
    let who = with_role(&app, Role::Resident).await;
    let body = PutCareFileBody {
        id: app.command(),
        ver: 0,
        visited: true,
        factors: vec![Factor::Alone],
        conditions: HEALTH.into(),
        contacts: vec![Contact {
            name: "测试·女儿".into(),
            relation: "女儿".into(),
            phone: "13800000999".into(),
            may_be_told: true,
            has_key: false,
        }],
    };
    let kept = desk.call::<PutCareFile>((id(&who),), None_ {}, body).await;
    kept.expect("kept");
    let body = CreateCaseBody {
        id: CaseId::new(app.millis(), app.chance()),
        person: None,
        said: "夜里睡不着".into(),
    };
    let case = who.call::<CreateCase>((), None_ {}, body).await;
    let case = case.expect("a case").id;
    take(&desk, case).await.expect("taken");
    let rows = [
        (Role::Volunteer, false),
        (Role::BuildingHead, false),
        (Role::GridWorker, true),
        (Role::Station, true),
        (Role::SocialWorker, true),
        (Role::Admin, true),
    ];
    for (role, rings) in rows {
        let goes = with_role(&app, role).await;
        order(&desk, case, &[id(&goes)]).await.expect("ordered");
        let raw = goes.raw("GET", "/v1/care/tasks", None).await;
        assert!(!raw.body.contains(HEALTH), "{role}: {}", raw.body);
        let items = raw.json()["items"].as_array().expect("a list").clone();
        assert_eq!(items.len(), 1, "{role}: nobody else's");
        let task = items[0].as_object().expect("a task");
        let there = |value: &Value| !value.is_null() && *value != json!([]);
        let filled = task.iter().filter(|(_, value)| there(value));
        let mut filled: Vec<&str> = filled.map(|(name, _)| name.as_str()).collect();
        filled.sort_unstable();
        let mut known = PLAIN.to_vec();
        known.extend(RINGS.iter().filter(|_| rings));
        known.sort_unstable();
        assert_eq!(filled, known, "{role}");
    }
    nothing_is_wrong(&app).await;
}

/// Two grown-ups behind one door, the first with no office.
async fn housemates(app: &TestApp) -> (Person, Person) {
    let people = app.people().await;
    let grown = |person: &&Person| person.guardian.is_none() && person.phone.is_some();
    for one in people.iter().filter(grown) {
        let plain = one.roles.iter().all(|role| *role == Role::Resident);
        let beside = |other: &&Person| {
            other.id != one.id && one.household.is_some() && other.household == one.household
        };
        if let Some(other) = people.iter().filter(grown).find(beside).filter(|_| plain) {
            return (one.clone(), other.clone());
        }
    }
    panic!("the demo has homes with two grown-ups");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_speaks_of_oneself_and_of_ones_home_and_of_nobody_else() {
    let app = TestApp::start().await;
    let desk = at(&app, WORKER).await;
    let (one, other) = housemates(&app).await;
    let body = || CreateCaseBody {
        id: CaseId::new(app.millis(), app.chance()),
        person: Some(other.id),
        said: "这几天吃得很少".into(),
    };
    for role in [Role::Resident, Role::Volunteer, Role::Provider] {
        let stranger = with_role(&app, role).await;
        let refused = stranger.call::<CreateCase>((), None_ {}, body()).await;
        assert_eq!(code(refused), Code::NotFound, "{role}");
    }
    let close = app.as_person(&one).await;
    let made = close.call::<CreateCase>((), None_ {}, body()).await;
    let made = made.expect("a case");
    let row = case_of(&desk, other.id).await;
    assert_eq!((row.id, row.source), (made.id, Source::Relative));

    // And of somebody who agreed to one's asking, though they live elsewhere.
    let admin = at(&app, ADMIN).await;
    let east = door(&admin, DoorSense::BothWays, None).await;
    let (elder, relative) = (
        with_role(&app, Role::Resident).await,
        with_role(&app, Role::Resident).await,
    );
    let body = || CreateCaseBody {
        id: CaseId::new(app.millis(), app.chance()),
        person: Some(id(&elder)),
        said: "两天没接电话".into(),
    };
    let before = relative.call::<CreateCase>((), None_ {}, body()).await;
    assert_eq!(code(before), Code::NotFound, "not theirs yet");
    let agreed = WatchedFields {
        relative: relative.id,
        ..fields(&east, &[CARD])
    };
    watch_over(&desk, &elder, agreed).await;
    let made = relative.call::<CreateCase>((), None_ {}, body()).await;
    let made = made.expect("a case");
    let row = case_of(&desk, id(&elder)).await;
    assert_eq!((row.id, row.source), (made.id, Source::Relative));
    nothing_is_wrong(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buildings_head_speaks_of_those_in_it_and_a_grid_worker_of_anybody() {
    let app = TestApp::start().await;
    // All behind doors of one building, where nobody of the demo lives.
    let head = with_role(&app, Role::BuildingHead).await;
    let grid = with_role(&app, Role::GridWorker).await;
    let near = with_role(&app, Role::Resident).await;
    let people = app.people().await;
    let housed = |person: &&Person| {
        let known = ["测试·building_head", "测试·grid_worker", "测试·resident"];
        person.household.is_some() && !known.contains(&person.name.as_str())
    };
    let far = people.iter().find(housed).expect("a neighbour").id;
    let body = |person| CreateCaseBody {
        id: CaseId::new(app.millis(), app.chance()),
        person: Some(person),
        said: "几天没见到人".into(),
    };
    let refused = head.call::<CreateCase>((), None_ {}, body(far)).await;
    assert_eq!(code(refused), Code::OtherBuilding);
    let made = head.call::<CreateCase>((), None_ {}, body(id(&near))).await;
    made.expect("of their building");
    let made = grid.call::<CreateCase>((), None_ {}, body(far)).await;
    made.expect("anybody");
    nothing_is_wrong(&app).await;
}
