//! A community begins with an admin, who adds everybody else.

use acceptance::TestApp;
use domain::Refusal;
use domain::access::Role;
use domain::sign_in::SecondFactor;
use serde_json::json;
use service::Error;
use service::identity::found::{Founding, found};

fn founding(name: &str, phone: &str) -> Founding {
    let said = json!({
        "name": name, "zone": "Asia/Shanghai", "phone": "010-12345678",
        "admin": { "name": "测试·新管理员", "phone": phone },
    });
    serde_json::from_value(said).expect("what an operator says")
}

#[tokio::test]
async fn an_operator_makes_a_community_whose_admin_signs_in() {
    let app = TestApp::start().await;
    let told = founding("测试·新社区", "13800008001");
    let founded = found(app.ctx(), told.clone()).await.expect("it is made");
    let again = found(app.ctx(), told).await.expect("it is there");
    assert_eq!(founded, again, "saying it again changes nothing");

    let store = &app.ctx().store;
    let community = store.community(founded.community).await.expect("answers");
    assert_eq!(community.expect("it is there").name, "测试·新社区");
    let people = store.people(founded.community).await.expect("answers");
    let [admin] = people.as_slice() else {
        panic!("one admin: {people:?}")
    };
    assert_eq!(
        (admin.id, &admin.roles),
        (founded.admin, &vec![Role::Admin])
    );

    let signed_in = app.sign_in("13800008001").await;
    assert_eq!(signed_in.id, Some(founded.admin));
    let me = signed_in.raw("GET", "/v1/me", None).await;
    let owed = json!(SecondFactor::Enrol);
    assert_eq!(me.json()["second_factor"], owed, "{}", me.body);
    app.stop().await;
}

#[tokio::test]
async fn what_cannot_be_founded_leaves_nothing() {
    let app = TestApp::start().await;
    let before = app.ctx().store.communities().await.expect("answers").len();
    let taken = found(app.ctx(), founding("测试·新社区", "13800000001")).await;
    assert!(
        matches!(taken, Err(Error::Refused(Refusal::PhoneTaken))),
        "{taken:?}"
    );
    let mut odd = founding("测试·新社区", "13800008001");
    odd.zone = "Asia/Nowhere".into();
    assert!(matches!(
        found(app.ctx(), odd).await,
        Err(Error::Invalid(_))
    ));
    let after = app.ctx().store.communities().await.expect("answers").len();
    assert_eq!(before, after);
    app.stop().await;
}
