//! What a reward took, and who said so when.

use acceptance::TestApp;
use jiff::SignedDuration;
use serde_json::{Value, json};
use wire::points::rewards::RewardView;

use super::hours::{id, ok};
use super::ledger::SOCIAL_WORKER;
use super::redeem::seen;
use crate::market::race::nothing_is_wrong;

const ADMIN: &str = "13800000211";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_price_says_since_when_and_who_set_it() {
    let app = TestApp::start().await;
    let (lin, wang) = (app.sign_in(SOCIAL_WORKER).await, app.resident().await);
    let admin = app.sign_in(ADMIN).await;
    let reward = lin.reward(10, 5).await;
    let begun = app.now();
    let path = format!("/v1/rewards/{}", reward.id);
    let put = |points: u32, ver: u64| json!({ "id": id(&app, "cmd"), "name": "大米", "kind": "goods", "points": points, "state": "open", "ver": ver });
    app.advance(SignedDuration::from_mins(1));
    ok(&admin, "PUT", &path, put(25, 1), 200).await;
    app.advance(SignedDuration::from_mins(1));
    // Another name, the same points.
    ok(&lin, "PUT", &path, put(25, 2), 200).await;
    let prices = |view: &RewardView| -> Vec<(i64, u32)> {
        let after = |at: jiff::Timestamp| at.duration_since(begun).as_mins();
        let rows = view.prices.iter();
        rows.map(|price| (after(price.at.at), price.points))
            .collect()
    };
    let now = seen(&lin, reward.id).await;
    assert_eq!(prices(&now), [(1, 25), (0, 10)]);
    let me = |json: Value| json["name"].as_str().expect("a name").to_owned();
    let name_of_lin = me(ok(&lin, "GET", "/v1/me", json!({}), 200).await);
    let name_of_admin = me(ok(&admin, "GET", "/v1/me", json!({}), 200).await);
    let by: Vec<_> = now.prices.iter().map(|price| &price.by_name).collect();
    assert_eq!(by, [&name_of_admin, &name_of_lin]);
    assert!(
        seen(&wang, reward.id).await.prices.is_empty(),
        "of the desk"
    );
    nothing_is_wrong(&app).await;
    app.stop().await;
}
