//! Points: the account and the statement that explains it, the rule, what is owed, and what ends.

use acceptance::{Actor, TestApp};
use domain::PersonId;
use domain::ledger::TransferKind;
use jiff::SignedDuration;
use serde_json::{Value, json};
use wire::Page;
use wire::endpoint::None_;
use wire::points::ledger::{AboutOf, ListPointEntries, StatementQuery, TransferView};
use wire::points::rewards::{CancelRedemption, CancelRedemptionBody};

use crate::market::race::nothing_is_wrong;
use crate::market::topics;

pub const SOCIAL_WORKER: &str = "13800000201";
pub const DESK_HELPER: &str = "13800000231";
pub const STATION: &str = "13800000221";

pub fn days(n: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * n)
}

/// What somebody was told of points and vouchers, the newest first; the demo tells them of visits.
pub async fn told(who: &Actor<'_>) -> Vec<String> {
    let mut told = topics(who).await;
    told.retain(|topic| topic.starts_with("points_") || topic.starts_with("voucher_"));
    told
}

pub async fn statement(who: &Actor<'_>) -> Vec<TransferView> {
    let query = StatementQuery {
        person: None,
        cursor: None,
        limit: Some(100),
    };
    let page: Page<TransferView> = who
        .call::<ListPointEntries>((), query, None_ {})
        .await
        .expect("a statement");
    assert_eq!(page.cursor, None, "more than a hundred");
    page.items
}

/// What every account shows: the statement adds up to it.
pub async fn explained(who: &Actor<'_>) {
    let (account, lines) = (who.points().await, statement(who).await);
    let change: i64 = lines.iter().map(|line| line.change).sum();
    assert_eq!(change, i64::from(account.available), "{lines:#?}");
    for line in &lines {
        let about = &line.about;
        match about.of {
            AboutOf::Hours | AboutOf::Correction => {
                assert!(about.minutes.is_some() && about.entry.is_some() && line.rule.is_some());
                assert!(!about.what.is_empty());
            }
            AboutOf::Redemption => assert!(about.redemption.is_some() && !about.what.is_empty()),
            AboutOf::Expiry => assert!(about.day.is_some()),
            AboutOf::Owed => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_account_is_shown_and_every_point_is_explained() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let me = wang.id.expect("signed in");
    let before = wang.points().await;
    assert_eq!((before.available, before.reserved, before.owed), (0, 0, 0));
    assert_eq!((before.rule.ver, before.rule.points_per_hour), (0, 10));
    assert!(statement(&wang).await.is_empty());
    let entry = app.grant(me, 90).await;
    let account = wang.points().await;
    assert_eq!((account.available, account.person), (90, me));
    let lines = statement(&wang).await;
    assert_eq!(lines.len(), 1);
    let about = &lines[0].about;
    assert_eq!((about.of, about.entry), (AboutOf::Hours, Some(entry)));
    assert_eq!((about.minutes, about.manual), (Some(90), Some(true)));
    assert_eq!((lines[0].kind, lines[0].change), (TransferKind::Posted, 90));
    explained(&wang).await;
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_statement_comes_in_pages_newest_first() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    for n in 1..=25 {
        app.grant(wang.id.expect("signed in"), n).await;
    }
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let query = StatementQuery {
            person: None,
            cursor,
            limit: Some(10),
        };
        let page = wang.call::<ListPointEntries>((), query, None_ {}).await;
        let page = page.expect("a page");
        seen.extend(page.items);
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    let points: Vec<i64> = seen.iter().map(|line| line.change).collect();
    assert_eq!(points, (1..=25).rev().collect::<Vec<_>>());
    assert!(seen.windows(2).all(|pair| pair[0].at > pair[1].at));
    app.stop().await;
}

/// Whose statement is whose to see, and who finds the look in their log.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn anothers_points_are_for_guardians_and_those_who_redeem_for_others() {
    let app = TestApp::start().await;
    let (wang, other) = (app.resident().await, app.sign_in("13800000002").await);
    let people = app.people().await;
    let child = people.iter().find(|one| one.guardian == wang.id);
    let child = child.expect("a child").id;
    app.grant(child, 30).await;
    let path = |id: PersonId| format!("/v1/points/account?person={id}");
    let seen = wang.raw("GET", &path(child), None).await;
    assert_eq!(
        (seen.status, seen.json()["available"].as_u64()),
        (200, Some(30))
    );
    for what in ["account", "entries"] {
        let path = format!("/v1/points/{what}?person={child}");
        assert_eq!(other.raw("GET", &path, None).await.status, 404, "{what}");
    }
    let helper = app.sign_in(DESK_HELPER).await;
    let me = wang.id.expect("signed in");
    let entries = format!("/v1/points/entries?person={me}");
    assert_eq!(helper.raw("GET", &path(me), None).await.status, 200);
    assert_eq!(helper.raw("GET", &entries, None).await.status, 200);
    let views = wang.raw("GET", "/v1/me/views", None).await.json();
    let whats: Vec<&str> = views["items"]
        .as_array()
        .expect("rows")
        .iter()
        .filter_map(|view| view["what"].as_str())
        .collect();
    assert_eq!(whats, ["ListPointEntries", "GetPointAccount", "GetPerson"]);
    app.stop().await;
}

fn rule(app: &TestApp, ver: u32, hour: u32, months: Option<u32>) -> String {
    let mut body = json!({ "id": app.command(), "points_per_hour": hour, "cap_per_activity": 100,
        "cap_per_day": 200, "ver": ver });
    if let Some(months) = months {
        body["expire_months"] = json!(months);
    }
    body.to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rule_is_changed_on_the_version_that_was_read_and_within_limits() {
    let app = TestApp::start().await;
    let (lin, wang) = (app.sign_in(SOCIAL_WORKER).await, app.resident().await);
    let put = async |body: String| lin.raw("PUT", "/v1/points/rule", Some(body)).await;
    let first = rule(&app, 0, 20, Some(12));
    let made = put(first.clone()).await;
    assert_eq!((made.status, made.json()["ver"].as_u64()), (200, Some(1)));
    assert_eq!(put(first).await.json()["ver"], 1, "the same again");
    assert_eq!(put(rule(&app, 0, 30, None)).await.code(), "stale");
    for (hour, months, field) in [
        (1_001, None, "/points_per_hour"),
        (u32::MAX, None, "/points_per_hour"),
        (10, Some(0), "/expire_months"),
        (10, Some(37), "/expire_months"),
    ] {
        let refused = put(rule(&app, 1, hour, months)).await;
        assert_eq!(refused.code(), "bad_value");
        assert_eq!(refused.json()["pointer"], field);
    }
    let denied = wang.raw("PUT", "/v1/points/rule", Some(rule(&app, 1, 9, None)));
    assert_eq!(denied.await.code(), "not_allowed");
    let now: Value = wang.raw("GET", "/v1/points/rule", None).await.json();
    assert_eq!(
        (&now["points_per_hour"], &now["expire_months"]),
        (&json!(20), &json!(12))
    );
    assert_eq!(wang.points().await.rule.ver, 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_correction_could_not_take_is_paid_first() {
    let app = TestApp::start().await;
    let (lin, wang) = (app.sign_in(SOCIAL_WORKER).await, app.resident().await);
    let me = wang.id.expect("signed in");
    app.grant(me, 100).await;
    let reward = lin.reward(30, 10).await;
    let order = wang.order(reward.id, 3);
    let voucher = wang.redeem(&order).await.expect("enough");
    app.regrant(me, 100, 20).await;
    let account = wang.points().await;
    assert_eq!(
        (account.available, account.reserved, account.owed),
        (0, 90, 70)
    );
    explained(&wang).await;
    app.grant(me, 15).await;
    assert_eq!(
        (wang.points().await.available, wang.points().await.owed),
        (0, 55)
    );
    let body = CancelRedemptionBody {
        id: app.command(),
        reason: None,
    };
    let back = wang.call::<CancelRedemption>((voucher.id,), None_ {}, body);
    back.await.expect("called off");
    let account = wang.points().await;
    assert_eq!(
        (account.available, account.reserved, account.owed),
        (35, 0, 0)
    );
    let owed = statement(&wang).await;
    let owed: Vec<i64> = owed
        .iter()
        .filter(|line| line.about.of == AboutOf::Owed)
        .map(|line| line.change)
        .collect();
    assert_eq!(owed, [-55, -15]);
    explained(&wang).await;
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// Granted in November for a month: good to the end of December.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn points_that_end_are_told_of_a_month_before_and_then_taken() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let me = wang.id.expect("signed in");
    app.grant_until(me, 40, Some(1)).await;
    app.grant(me, 5).await;
    app.settle().await;
    let expiring = wang.points().await.expiring;
    assert_eq!(expiring.len(), 1);
    assert_eq!(expiring[0].expires_on.to_string(), "2026-12-31");
    assert!(told(&wang).await.is_empty());
    app.advance(days(7));
    app.settle().await;
    assert_eq!(told(&wang).await, ["points_expiring"]);
    app.settle().await;
    assert_eq!(told(&wang).await.len(), 1, "once");
    app.advance(days(15));
    assert_eq!(wang.points().await.available, 45);
    app.advance(days(15));
    let today = wang.points().await;
    assert_eq!(today.available, 45, "{}", app.today());
    app.advance(days(1));
    assert_eq!(
        wang.points().await.available,
        5,
        "not even before the sweeper"
    );
    app.settle().await;
    assert_eq!(told(&wang).await, ["points_expired", "points_expiring"]);
    let lines = statement(&wang).await;
    assert_eq!((lines[0].about.of, lines[0].change), (AboutOf::Expiry, -40));
    assert_eq!(
        lines[0].about.day.map(|day| day.to_string()).as_deref(),
        Some("2026-12-31")
    );
    explained(&wang).await;
    assert_eq!(app.stored_points(me).await.available, 5);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// The words a guardian gets for a child without a telephone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guardian_is_told_of_a_childs_points() {
    let app = TestApp::start().await;
    let wang = app.resident().await;
    let people = app.people().await;
    let child = people.iter().find(|one| one.guardian == wang.id);
    let child = child.expect("a child").id;
    app.grant_until(child, 40, Some(1)).await;
    app.advance(days(8));
    app.settle().await;
    assert_eq!(told(&wang).await, ["points_expiring"]);
    app.stop().await;
}

/// Redeemed on a day after their last, before the sweeper came by.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_redeems_when_points_have_ended_is_told_of_those() {
    let app = TestApp::start().await;
    let lin = app.sign_in(SOCIAL_WORKER).await;
    let reward = lin.reward(5, 3).await.id;
    let wang = app.resident().await;
    let me = wang.id.expect("signed in");
    app.grant_until(me, 40, Some(1)).await;
    app.grant(me, 5).await;
    let people = app.people().await;
    let person = people.into_iter().find(|person| person.id == me);
    app.advance(days(40));
    let wang = app.as_person(&person.expect("there")).await;
    wang.redeem(&wang.order(reward, 1)).await.expect("redeemed");
    let last = statement(&wang).await;
    assert!(last.iter().any(|line| line.about.of == AboutOf::Expiry));
    app.settle().await;
    assert_eq!(told(&wang).await, ["points_expired"]);
    explained(&wang).await;
    nothing_is_wrong(&app).await;
    app.stop().await;
}
