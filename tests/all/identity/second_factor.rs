//! A lost authenticator: an admin takes the second factor away, and a new one is set up.

use acceptance::client::Raw;
use acceptance::{Actor, TestApp};
use domain::notice::Topic;
use domain::{PersonId, limits};
use serde_json::json;
use wire::endpoint::None_;
use wire::identity::PageQuery;
use wire::notify::ListInbox;

const ADMIN: &str = "13800000211";
const WORKER: &str = "13800000201";

async fn reset(who: &Actor<'_>, whose: PersonId, reason: &str) -> Raw {
    let body = json!({ "id": who.app.command(), "reason": reason });
    let path = format!("/v1/people/{whose}/second-factor/reset");
    who.raw("POST", &path, Some(body.to_string())).await
}

/// Signs in as far as the code leads; what is owed after it.
async fn half_way<'a>(app: &'a TestApp, phone: &str) -> (Actor<'a>, String) {
    app.advance(jiff::SignedDuration::from_secs(61));
    let mut who = app.stranger();
    let ask = json!({ "phone": phone }).to_string();
    who.raw("POST", "/v1/auth/codes", Some(ask)).await;
    let code = app.code_for(phone).await.expect("a code");
    let body = json!({ "phone": phone, "code": code }).to_string();
    let raw = who.raw("POST", "/v1/auth/sessions", Some(body)).await;
    assert_eq!(raw.status, 201, "{}", raw.body);
    who.client.cookie = raw.cookie();
    let owed = raw.json()["second_factor"]
        .as_str()
        .expect("said")
        .to_owned();
    (who, owed)
}

#[tokio::test]
async fn an_admin_resets_it_and_the_next_sign_in_sets_up_a_new_one() {
    let app = TestApp::start().await;
    let (admin, worker) = (app.sign_in(ADMIN).await, app.sign_in(WORKER).await);
    let also = app.sign_in(WORKER).await;
    let id = worker.id.expect("signed in");
    let home = app.home().await;
    let before = app.ctx().store.second_factor(home, id).await;
    let before = before.expect("answers").expect("enrolled");
    assert_eq!(reset(&admin, id, " ").await.json()["pointer"], "/reason");
    assert_eq!(worker.raw("GET", "/v1/me", None).await.status, 200);

    let raw = reset(&admin, id, "手机丢了，当面核对过").await;
    assert_eq!(raw.status, 204, "{}", raw.body);
    for session in [&worker, &also] {
        assert_eq!(session.raw("GET", "/v1/me", None).await.status, 401);
    }
    let again = reset(&admin, id, "再来一次").await;
    assert_eq!((again.status, again.code()), (409, "not_enrolled".into()));

    // The code alone leads nowhere, and what the old authenticator shows neither.
    let (back, owed) = half_way(&app, WORKER).await;
    assert_eq!(owed, "enrol");
    let desk = back.raw("GET", "/v1/desk/today", None).await;
    assert_eq!(desk.code(), "second_factor_required");
    let step = service::secret::totp_step(app.now());
    let old = service::secret::totp(&before.secret, step).expect("a code");
    let shown = json!({ "code": old }).to_string();
    let path = "/v1/auth/second-factor/verify";
    let raw = back.raw("POST", path, Some(shown)).await;
    assert_eq!(raw.code(), "second_factor_wrong");
    // Set up half-way, left, and still owed.
    let path_enrol = "/v1/auth/second-factor";
    let raw = back.raw("POST", path_enrol, Some("{}".into())).await;
    assert_eq!(raw.status, 201, "{}", raw.body);
    let (back, owed) = half_way(&app, WORKER).await;
    assert_eq!(owed, "enrol");
    let raw = back.raw("POST", path_enrol, Some("{}".into())).await;
    assert_eq!(raw.status, 201, "{}", raw.body);
    let code = app.second_factor(id).await;
    let shown = json!({ "code": code }).to_string();
    assert_eq!(back.raw("POST", path, Some(shown)).await.status, 200);
    assert_eq!(back.raw("GET", "/v1/desk/today", None).await.status, 200);

    // Who did it and why is theirs to read.
    let views = back.raw("GET", "/v1/me/views", None).await.json();
    let view = &views["items"][0];
    assert_eq!(view["what"], "ResetSecondFactor");
    assert_eq!(view["reason"], "手机丢了，当面核对过");
    assert_eq!(view["viewer_role"], "admin");
    app.settle().await;
    let page = PageQuery {
        cursor: None,
        limit: None,
    };
    let inbox = back.call::<ListInbox>((), page, None_ {}).await;
    let inbox = inbox.expect("an inbox").items;
    let told = inbox.iter().filter(|m| m.topic == Topic::SecondFactorReset);
    assert_eq!(told.count(), 1);
    app.sign_in(WORKER).await;
    app.stop().await;
}

#[tokio::test]
async fn repeating_the_command_signs_nobody_out_again() {
    let app = TestApp::start().await;
    let (admin, helper) = (app.sign_in(ADMIN).await, app.sign_in("13800000231").await);
    let id = helper.id.expect("signed in");
    let body = json!({ "id": app.command(), "reason": "换了手机" }).to_string();
    let path = format!("/v1/people/{id}/second-factor/reset");
    let say = async || admin.raw("POST", &path, Some(body.clone())).await.status;
    assert_eq!(say().await, 204);
    let (back, owed) = half_way(&app, "13800000231").await;
    assert_eq!(owed, "enrol");
    assert_eq!(say().await, 204);
    assert_eq!(back.raw("GET", "/v1/me", None).await.status, 200);
    let desk = back.raw("GET", "/v1/desk/today", None).await;
    assert_eq!(desk.code(), "second_factor_required");
    let other = body.replace("换了手机", "另有原因");
    let other = admin.raw("POST", &path, Some(other)).await;
    assert_eq!(other.code(), "id_reused");
    app.stop().await;
}

#[tokio::test]
async fn never_ones_own_never_elsewhere_and_only_by_admins() {
    let app = TestApp::start().await;
    let (admin, worker) = (app.sign_in(ADMIN).await, app.sign_in(WORKER).await);
    let (me, theirs) = (admin.id.expect("signed in"), worker.id.expect("signed in"));
    let own = reset(&admin, me, "我自己的").await;
    assert_eq!((own.status, own.code()), (403, "not_allowed".into()));
    let below = reset(&worker, me, "不该行").await;
    assert_eq!((below.status, below.code()), (403, "not_allowed".into()));
    let elsewhere = app.sign_in("13800009211").await;
    let foreign = reset(&elsewhere, theirs, "别处的").await;
    assert_eq!((foreign.status, foreign.code()), (404, "not_found".into()));
    let resident = app.resident().await;
    let plain = reset(&admin, resident.id.expect("signed in"), "没有").await;
    assert_eq!((plain.status, plain.code()), (409, "not_enrolled".into()));
    for who in [&admin, &worker, &resident] {
        assert_eq!(who.raw("GET", "/v1/me", None).await.status, 200);
    }
    app.stop().await;
}

/// The grid worker of the demo.
const GRID_WORKER: &str = "13800000251";

#[tokio::test]
async fn whoever_books_for_others_has_the_limits_of_staff_and_may_set_one_up() {
    let app = TestApp::start().await;
    let (grid, owed) = half_way(&app, GRID_WORKER).await;
    assert_eq!(owed, "not_needed");
    let enrolled = grid.raw("POST", "/v1/auth/second-factor", Some("{}".into()));
    assert_eq!(enrolled.await.status, 201);
    let me = grid.raw("GET", "/v1/me", None).await.json();
    let id = me["id"].as_str().and_then(|id| id.parse().ok());
    let code = app.second_factor(id.expect("an id")).await;
    let body = json!({ "code": code }).to_string();
    let verified = grid.raw("POST", "/v1/auth/second-factor/verify", Some(body));
    assert_eq!(verified.await.status, 200);
    let (_, owed) = half_way(&app, GRID_WORKER).await;
    assert_eq!(owed, "verify");

    app.advance(jiff::SignedDuration::from_mins(limits::STAFF_IDLE_MINUTES));
    assert_eq!(grid.raw("GET", "/v1/me", None).await.status, 401);
    let (resident, _) = half_way(&app, "13800000001").await;
    app.advance(jiff::SignedDuration::from_mins(limits::STAFF_IDLE_MINUTES));
    assert_eq!(resident.raw("GET", "/v1/me", None).await.status, 200);
    let refused = resident.raw("POST", "/v1/auth/second-factor", Some("{}".into()));
    assert_eq!(refused.await.status, 403);
    app.stop().await;
}
