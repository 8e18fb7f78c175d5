//! Those who cannot speak for themselves in the app: a guardian does, or staff whom they told. And what
//! a number tells.

use acceptance::client::Raw;
use acceptance::{Actor, TestApp};
use domain::PersonId;
use domain::consent::Purpose;
use domain::person::Person;
use serde_json::{Value, json};
use store::identity::View;
use store::schema;
use store::table::read;

use super::care::finish_bookings;
use crate::library::people::gives_back;

const WORKER: &str = "13800000201";
const ELSEWHERE: &str = "13800009001";

async fn consent(who: &Actor<'_>, whose: PersonId, said: Value) -> Raw {
    let mut body = json!({ "id": who.app.command(), "given": true, "version": Purpose::ShareContact.version() });
    let fields = body.as_object_mut().expect("an object");
    fields.extend(said.as_object().expect("an object").clone());
    let path = format!("/v1/people/{whose}/consents/share_contact");
    who.raw("PUT", &path, Some(body.to_string())).await
}

async fn delete(who: &Actor<'_>, whose: PersonId, said: Value) -> Raw {
    let path = format!("/v1/people/{whose}/deletion");
    who.raw("POST", &path, Some(said.to_string())).await
}

/// The last line of somebody's log; what is asked next stands after it.
async fn newest_view(app: &TestApp, whose: PersonId) -> View {
    let home = acceptance::app::community_of(app, whose).await;
    app.advance(jiff::SignedDuration::from_secs(1));
    let log = schema::of_person(home, whose, "VIEW#");
    let items = app.ctx().store.all(&log).await.expect("answers");
    read(items.into_iter().next().expect("a view")).expect("reads back")
}

fn pointer(raw: &Raw) -> (u16, String) {
    let pointer = raw.json()["pointer"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    (raw.status, pointer)
}

#[tokio::test]
async fn staff_write_down_what_somebody_without_a_telephone_told_them() {
    let app = TestApp::start().await;
    let people = app.people().await;
    let silent = |p: &&Person| p.phone.is_none() && p.guardian.is_none();
    let elder = people.iter().find(silent).expect("an elder without one");
    let (id, name) = (elder.id, elder.name.clone());
    let worker = app.sign_in(WORKER).await;
    let wang = app.resident().await;
    assert_eq!(consent(&wang, id, json!({})).await.status, 404);
    let how = json!({ "how": "in_person" });
    assert_eq!(
        pointer(&consent(&worker, id, json!({})).await),
        (422, "/how".into())
    );
    assert_eq!(
        pointer(&consent(&worker, id, how).await),
        (422, "/reason".into())
    );
    let own = json!({ "how": "own", "reason": "上门时说的" });
    assert_eq!(
        pointer(&consent(&worker, id, own).await),
        (422, "/how".into())
    );
    app.advance(jiff::SignedDuration::from_secs(1));
    let said = json!({ "how": "by_phone", "reason": "来电时说的", "given": false });
    let told = consent(&worker, id, said).await.json();
    assert_eq!(
        (told["given"].as_bool(), told["how"].as_str()),
        (Some(false), Some("by_phone"))
    );
    let view = newest_view(&app, id).await;
    assert_eq!(
        (Some(view.viewer), view.reason.as_str()),
        (worker.id, "来电时说的")
    );
    let store = &app.ctx().store;
    let given = store.consents(app.home().await, id).await.expect("answers");
    let stored = given[&Purpose::ShareContact];
    assert_eq!(
        (stored.by, stored.how),
        (worker.id, domain::consent::How::ByPhone)
    );

    let data = format!("/v1/people/{id}/data");
    assert_eq!(wang.raw("GET", &data, None).await.status, 404);
    let bare = worker.raw("GET", &data, None).await;
    assert_eq!(pointer(&bare), (422, "?reason".into()));
    let taken = worker.raw("GET", &format!("{data}?reason=x"), None).await;
    assert!(
        taken.json()["records"]["Person"][0]["name"] == *name,
        "{}",
        taken.body
    );
    assert_eq!(newest_view(&app, id).await.what, "GetDataOf");

    let said = |name: &str| json!({ "name": name, "how": "in_person", "reason": "搬走了" });
    assert_eq!(delete(&wang, id, said(&name)).await.status, 404);
    assert_eq!(
        pointer(&delete(&worker, id, said("别人")).await),
        (422, "/name".into())
    );
    let gone = delete(&worker, id, said(&name)).await;
    assert_eq!(gone.status, 204, "{}", gone.body);
    let view = newest_view(&app, id).await;
    assert_eq!(
        (view.what.as_str(), view.reason.as_str()),
        ("DeletePerson", "搬走了")
    );
    assert_eq!(delete(&worker, id, said(&name)).await.status, 404);
    let colleague = app.sign_in("13800000202").await;
    let me = colleague.id.expect("signed in");
    assert_eq!(delete(&worker, me, said("谁")).await.code(), "not_allowed");
    app.stop().await;
}

#[tokio::test]
async fn a_guardian_acts_for_the_child_and_nobody_else_does() {
    let app = TestApp::start().await;
    let (wang, other) = (app.resident().await, app.sign_in("13800000002").await);
    let people = app.people().await;
    let child = people.iter().find(|p| p.guardian == wang.id).expect("one");
    let (id, name) = (child.id, child.name.clone());
    let given = consent(&wang, id, json!({})).await;
    assert_eq!(given.json()["how"], "guardian", "{}", given.body);
    let path = format!("/v1/people/{id}/consents");
    let listed = wang.raw("GET", &path, None).await.json();
    let share = listed["items"].as_array().expect("rows").iter();
    let share = share.filter(|c| c["purpose"] == "share_contact");
    assert!(share.clone().all(|c| c["given"] == true) && share.count() == 1);
    let home = wang.raw("GET", "/v1/household", None).await.json();
    let member = home["people"].as_array().expect("people").iter();
    let wards: Vec<&Value> = member.filter(|m| m["ward"] == true).collect();
    assert!(wards.iter().any(|m| m["id"] == id.to_string()), "{home}");

    assert_eq!(consent(&other, id, json!({})).await.status, 404);
    assert_eq!(other.raw("GET", &path, None).await.status, 404);
    assert_eq!(
        delete(&other, id, json!({ "name": name })).await.status,
        404
    );
    let data = wang
        .raw("GET", &format!("/v1/people/{id}/data"), None)
        .await;
    assert_eq!(data.status, 200, "{}", data.body);
    let early = delete(&wang, id, json!({ "name": name })).await;
    assert_eq!(early.code(), "open_loans", "a book of theirs is out");
    gives_back(&app, id).await;
    let gone = delete(&wang, id, json!({ "name": name })).await;
    assert_eq!(gone.status, 204, "{}", gone.body);
    app.stop().await;
}

async fn update(who: &Actor<'_>, person: &Person, change: Value) -> Raw {
    let mut body = json!({ "id": who.app.command(), "name": person.name, "phone": person.phone,
        "born": person.born, "household": person.household, "guardian": person.guardian, "reason": "本人来电", "ver": person.ver });
    let fields = body.as_object_mut().expect("an object");
    fields.extend(change.as_object().expect("an object").clone());
    fields.retain(|_, value| !value.is_null());
    let path = format!("/v1/people/{}", person.id);
    who.raw("PUT", &path, Some(body.to_string())).await
}

#[tokio::test]
async fn a_corrected_number_signs_out_and_signs_in() {
    let app = TestApp::start().await;
    let (wang, worker) = (app.resident().await, app.sign_in(WORKER).await);
    let people = app.people().await;
    let person = people.iter().find(|p| Some(p.id) == wang.id).expect("wang");
    assert_eq!(update(&wang, person, json!({})).await.code(), "not_allowed");
    let bare = update(&worker, person, json!({ "reason": " " })).await;
    assert_eq!(pointer(&bare), (422, "/reason".into()));
    let taken = update(&worker, person, json!({ "phone": "13800000002" })).await;
    assert_eq!(taken.code(), "phone_taken");
    let done = update(
        &worker,
        person,
        json!({ "phone": "13900000001", "household": null }),
    )
    .await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(done.json()["phone"], "139****0001");
    let view = newest_view(&app, person.id).await;
    assert_eq!(
        (view.what.as_str(), view.reason.as_str()),
        ("UpdatePerson", "本人来电")
    );
    assert_eq!(wang.raw("GET", "/v1/me", None).await.status, 401);
    // Whoever has the number before is told, though they agreed to no texts.
    let texts = sent_to(&app, "13800000001").await;
    let told = texts
        .iter()
        .filter(|text| text.contains("工作人员改动了登录用的手机号"));
    assert_eq!(told.count(), 1, "{texts:?}");
    let again = app.sign_in("13900000001").await;
    assert_eq!(again.id, wang.id);
    let inbox = again.raw("GET", "/v1/inbox?limit=100", None).await.body;
    assert!(inbox.contains("\"number_changed\""), "{inbox}");
    assert_eq!(again.raw("GET", "/v1/household", None).await.status, 404);
    let stale = update(&worker, person, json!({ "name": "测试·王" })).await;
    assert_eq!(stale.code(), "stale");
    let admin = app.sign_in("13800000211").await;
    let id = admin.id.expect("signed in");
    let file = people.iter().find(|p| p.id == id).expect("an admin");
    let theirs = update(&worker, file, json!({ "phone": "13900000002" })).await;
    assert_eq!(theirs.code(), "not_allowed");
    let findings = store::audit::check(&app.ctx().store, app.now()).await;
    assert!(findings.expect("the audit runs").is_empty());
    app.stop().await;
}

/// The texts that left for a number.
async fn sent_to(app: &TestApp, phone: &str) -> Vec<String> {
    let path = format!("/_local/outbox.json?to={phone}");
    let sent = app.stranger().raw("GET", &path, None).await.json();
    let lines = sent["messages"].as_array().expect("a list").iter();
    let body = |line: &Value| line["body"].as_str().expect("words").to_owned();
    lines.map(body).collect()
}

#[tokio::test]
async fn whoever_adds_somebody_stands_in_their_log() {
    let app = TestApp::start().await;
    let worker = app.sign_in(WORKER).await;
    let id = PersonId::new(app.millis(), app.chance());
    let body = json!({ "id": id, "name": "测试·新邻居", "phone": "13900000005" }).to_string();
    for _ in 0..2 {
        let raw = worker.raw("POST", "/v1/people", Some(body.clone())).await;
        assert_eq!(raw.status, 201, "{}", raw.body);
    }
    let them = app.sign_in("13900000005").await;
    let views = them.raw("GET", "/v1/me/views", None).await.json();
    let added = views["items"].as_array().expect("a log").iter();
    let added: Vec<&Value> = added
        .filter(|view| view["what"] == "CreatePerson")
        .collect();
    assert_eq!(added.len(), 1, "{views}");
    assert_eq!(added[0]["viewer_role"], "social_worker");
    let kept = &them.raw("GET", "/v1/me/data", None).await.json()["records"]["Person"][0]["kept"];
    assert_eq!(kept[0]["by"], json!(worker.id), "{kept}");
    app.stop().await;
}

#[tokio::test]
async fn a_guardian_is_corrected_and_no_child_is_left_without() {
    let app = TestApp::start().await;
    let (wang, worker) = (app.resident().await, app.sign_in(WORKER).await);
    let other = app.sign_in("13800000002").await;
    let people = app.people().await;
    let (wards, others): (Vec<&Person>, Vec<&Person>) = people
        .iter()
        .filter(|person| person.guardian.is_some())
        .partition(|child| child.guardian == wang.id);
    let child = *wards.first().expect("the first resident has a child");
    for (change, at) in [
        (json!({ "born": "2999-01-01" }), "/born"),
        (json!({ "guardian": child.id }), "/guardian"),
        (json!({ "guardian": PersonId::new(1, 1) }), "/guardian"),
        (json!({ "guardian": others[0].id }), "/guardian"),
    ] {
        let raw = update(&worker, child, change.clone()).await;
        assert_eq!(pointer(&raw), (422, at.into()), "{change}: {}", raw.body);
    }

    finish_bookings(&wang).await;
    let wang_leaves = async || {
        let name = people.iter().find(|p| Some(p.id) == wang.id);
        let body = json!({ "name": name.map(|p| &p.name), "how": "by_phone", "reason": "搬走" });
        delete(&worker, wang.id.expect("signed in"), body).await
    };
    let refused = wang_leaves().await;
    assert_eq!((refused.status, refused.code()), (409, "has_wards".into()));
    assert_eq!(refused.json()["data"]["count"], wards.len());

    for ward in &wards {
        let given = json!({ "guardian": other.id, "born": "2019-03-08" });
        let raw = update(&worker, ward, given).await;
        assert_eq!(raw.status, 200, "{}", raw.body);
        assert_eq!(raw.json()["born"], "2019-03-08");
    }
    assert_eq!(consent(&other, child.id, json!({})).await.status, 200);
    assert_eq!(consent(&wang, child.id, json!({})).await.status, 404);
    let gone = wang_leaves().await;
    assert_eq!(gone.status, 204, "{}", gone.body);

    let child = Person {
        ver: child.ver + 1,
        ..child.clone()
    };
    let raw = update(&worker, &child, json!({ "guardian": wang.id })).await;
    assert_eq!(pointer(&raw), (422, "/guardian".into()), "{}", raw.body);
    app.stop().await;
}

#[tokio::test]
async fn a_number_of_another_community_answers_like_one_of_nobody() {
    let app = TestApp::start().await;
    let worker = app.sign_in(WORKER).await;
    let create = async |phone: &str| {
        let id = PersonId::new(app.millis(), app.chance());
        let body = json!({ "id": id, "name": "测试·新人", "phone": phone });
        let raw = worker
            .raw("POST", "/v1/people", Some(body.to_string()))
            .await;
        (raw.status, raw.json(), id)
    };
    let (known, unknown) = (create(ELSEWHERE).await, create("13700000001").await);
    assert_eq!(
        (known.0, unknown.0),
        (201, 201),
        "{} {}",
        known.1,
        unknown.1
    );
    assert_eq!(create("13800000002").await.1["code"], "phone_taken");
    let owner = app.sign_in(ELSEWHERE).await;
    assert_ne!(owner.id, Some(known.2), "the number still leads home");

    let file = |phone: &str| format!("姓名,电话,服务\n测试·谁,{phone},\n");
    let check = async |phone: &str, mode: &str| {
        let path = format!("/v1/imports/providers?mode={mode}");
        let body = file(phone).into_bytes();
        let raw = worker.raw_with("POST", &path, &[("content-type", "text/csv")], body);
        let report = raw.await;
        assert_eq!(report.status, 200, "{}", report.body);
        let row = report.json()["rows"][0].clone();
        (row["outcome"].clone(), row["code"].clone())
    };
    for mode in ["check", "take", "take"] {
        let (known, unknown) = (
            check("13800009002", mode).await,
            check("13700000002", mode).await,
        );
        assert_eq!(known, unknown, "{mode}");
    }
    let findings = store::audit::check(&app.ctx().store, app.now()).await;
    let findings = findings.expect("the audit runs");
    assert!(findings.is_empty(), "{findings:#?}");
    app.stop().await;
}
