//! The catalogue: rewards, what there is of them, and who changed that, when and why.

use acceptance::client::Raw;
use acceptance::{Actor, TestApp};
use domain::RewardId;
use serde_json::json;
use wire::endpoint::None_;
use wire::points::rewards::{ListStockMoves, StockMoveView, StockMovesQuery};
use wire::{Code, Page};

use super::ledger::SOCIAL_WORKER;
use super::redeem::{code, seen};
use crate::market::race::nothing_is_wrong;

pub async fn stock(lin: &Actor<'_>, reward: RewardId, add: i32) {
    let raw = move_stock(lin, reward, i64::from(add)).await;
    assert_eq!(raw.status, 200, "{}", raw.body);
}

async fn move_stock(lin: &Actor<'_>, reward: RewardId, add: i64) -> Raw {
    let reason = format!("盘点 {add}");
    let body = json!({ "id": lin.app.command(), "add": add, "reason": reason }).to_string();
    let path = format!("/v1/rewards/{reward}/stock");
    lin.raw("POST", &path, Some(body)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stock_goes_up_and_down_to_nothing() {
    let app = TestApp::start().await;
    let lin = app.sign_in(SOCIAL_WORKER).await;
    let reward = lin.reward(10, 13).await;
    let raw = move_stock(&lin, reward.id, -14).await;
    assert_eq!(
        (raw.code().as_str(), &raw.json()["data"]["left"]),
        ("out_of_stock", &json!(13))
    );
    for (add, left) in [(-13, 0), (20, 20), (-5, 15), (10_000, 10_015)] {
        stock(&lin, reward.id, add).await;
        assert_eq!(seen(&lin, reward.id).await.left, left);
    }
    for bad in [
        0,
        10_001,
        -10_001,
        i64::from(i32::MIN),
        i64::from(i32::MAX),
        i64::MAX,
    ] {
        assert_eq!(move_stock(&lin, reward.id, bad).await.status, 422, "{bad}");
    }
    let body = json!({ "id": app.command(), "add": 7, "reason": "到货" }).to_string();
    let path = format!("/v1/rewards/{}/stock", reward.id);
    for _ in 0..3 {
        let raw = lin.raw("POST", &path, Some(body.clone())).await;
        assert_eq!(raw.json()["left"], 10_022, "once: {}", raw.body);
    }
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reward_is_within_limits_and_changed_on_the_version_that_was_read() {
    let app = TestApp::start().await;
    let (lin, wang) = (app.sign_in(SOCIAL_WORKER).await, app.resident().await);
    let reward = lin.reward(10, 5).await;
    let path = format!("/v1/rewards/{}", reward.id);
    let body = |field: &str, value: serde_json::Value| {
        let mut body = json!({ "id": app.command(), "name": "洗衣液", "about": "", "kind": "goods",
            "points": 25, "state": "open", "ver": 1 });
        body[field] = value;
        body.to_string()
    };
    for (field, value) in [
        ("name", json!("  ")),
        ("points", json!(0)),
        ("points", json!(u32::MAX)),
        ("per_person", json!(0)),
        ("per_month", json!(10_001)),
        ("ver", json!(2)),
    ] {
        let raw = lin.raw("PUT", &path, Some(body(field, value))).await;
        assert!([409, 422].contains(&raw.status), "{field}: {}", raw.body);
        assert_eq!(raw.json()["pointer"], format!("/{field}"), "{}", raw.body);
    }
    let good = body("name", json!("洗衣液"));
    let changed = lin.raw("PUT", &path, Some(good.clone())).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(lin.raw("PUT", &path, Some(good)).await.body, changed.body);
    let listed = async |who: &Actor<'_>, query: &str| {
        let list = who.raw("GET", &format!("/v1/rewards{query}"), None).await;
        let rows = list.json()["items"].as_array().cloned().unwrap_or_default();
        rows.into_iter().find(|row| row["id"] == json!(reward.id))
    };
    assert_eq!(listed(&wang, "").await.expect("open")["name"], "洗衣液");
    let closed = json!({ "id": app.command(), "name": "洗衣液", "kind": "goods", "points": 25,
        "state": "closed", "ver": 2 });
    let raw = lin.raw("PUT", &path, Some(closed.to_string())).await;
    assert_eq!(raw.status, 200, "{}", raw.body);
    assert!(
        listed(&wang, "?closed=true").await.is_none(),
        "not for everybody"
    );
    assert!(listed(&lin, "").await.is_none(), "only when asked for");
    let seen = listed(&lin, "?closed=true").await;
    assert_eq!(seen.expect("closed")["state"], "closed");
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// Rows of numbers that no rule should choke on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_out_of_range_are_refused() {
    let app = TestApp::start().await;
    let (lin, wang) = (app.sign_in(SOCIAL_WORKER).await, app.resident().await);
    app.grant(wang.id.expect("signed in"), 100).await;
    let dear = lin.reward(1_000_000, 10_000).await;
    for quantity in [
        json!(0),
        json!(10_001),
        json!(u32::MAX),
        json!(-1),
        json!(1.5),
    ] {
        let body = json!({ "id": wang.redemption(), "reward": dear.id, "quantity": quantity });
        let raw = wang
            .raw("POST", "/v1/redemptions", Some(body.to_string()))
            .await;
        assert_eq!(
            (raw.status, &raw.json()["pointer"]),
            (422, &json!("/quantity"))
        );
    }
    let most = wang.redeem(&wang.order(dear.id, 10_000)).await;
    assert_eq!(code(most), Code::PointsShort);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// Every change has its line, the newest first; whoever may not change stock does not see them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_change_of_stock_says_when_who_and_why() {
    let app = TestApp::start().await;
    let (lin, wang) = (app.sign_in(SOCIAL_WORKER).await, app.resident().await);
    let reward = lin.reward(10, 6).await;
    let begun = app.now();
    for (add, reason) in [(4, "新到四袋"), (-3, "  破了三袋 ")] {
        app.advance(jiff::SignedDuration::from_secs(60));
        let body = json!({ "id": app.command(), "add": add, "reason": reason });
        let path = format!("/v1/rewards/{}/stock", reward.id);
        let raw = lin.raw("POST", &path, Some(body.to_string())).await;
        assert_eq!(raw.status, 200, "{}", raw.body);
    }
    for reason in [
        json!(""),
        json!("   "),
        json!("长".repeat(1_000)),
        json!(null),
    ] {
        let body = json!({ "id": app.command(), "add": 1, "reason": reason });
        let path = format!("/v1/rewards/{}/stock", reward.id);
        let raw = lin.raw("POST", &path, Some(body.to_string())).await;
        assert_eq!(
            (raw.status, &raw.json()["pointer"]),
            (422, &json!("/reason")),
            "{reason}"
        );
    }
    assert_eq!(seen(&lin, reward.id).await.left, 7);
    let list = async |who: &Actor<'_>, cursor, limit| {
        let query = StockMovesQuery {
            cursor,
            limit: Some(limit),
        };
        who.call::<ListStockMoves>((reward.id,), query, None_ {})
            .await
    };
    let said = |row: &StockMoveView| {
        let after = row.at.at.duration_since(begun).as_secs();
        (after, row.add, row.by_name.clone(), row.reason.clone())
    };
    let page: Page<StockMoveView> = list(&lin, None, 2).await.expect("the newest two");
    let rows: Vec<_> = page.items.iter().map(said).collect();
    let by = |after, add, reason: &str| (after, add, rows[0].2.clone(), reason.to_owned());
    assert!(rows[0].2.starts_with("测试·"), "{rows:?}");
    assert_eq!(rows, [by(120, -3, "破了三袋"), by(60, 4, "新到四袋")]);
    let rest = list(&lin, page.cursor, 2).await.expect("the first");
    let rest: Vec<_> = rest.items.iter().map(said).collect();
    assert_eq!(rest, [by(0, 6, "")]);
    assert_eq!(code(list(&wang, None, 2).await), Code::NotAllowed);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// More than are asked for at once; some of each are gone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_catalogue_says_of_each_what_is_left() {
    let app = TestApp::start().await;
    let (lin, wang) = (app.sign_in(SOCIAL_WORKER).await, app.resident().await);
    app.grant(wang.id.expect("signed in"), 100).await;
    let mut wanted = Vec::new();
    for n in 0..40_u32 {
        let reward = lin.reward(1, n).await.id;
        let taken = u32::from(n % 4 == 1);
        if taken > 0 {
            wang.redeem(&wang.order(reward, taken))
                .await
                .expect("in stock");
        }
        wanted.push((reward, n - taken, taken));
    }
    let list = wang.raw("GET", "/v1/rewards", None).await.json();
    let rows = list["items"].as_array().expect("rows");
    for (reward, left, taken) in wanted {
        let row = rows
            .iter()
            .find(|row| row["id"] == json!(reward))
            .expect("listed");
        assert_eq!(
            (&row["left"], &row["taken"]),
            (&json!(left), &json!(taken)),
            "{row}"
        );
        assert_eq!(row["can_take"], json!(left), "{row}");
    }
    app.stop().await;
}
