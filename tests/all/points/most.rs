//! What there may be only so many of: many at once at the last place, and exactly one gets it.

use acceptance::app::join_all;
use acceptance::points::ByHand;
use acceptance::redemptions::put_reward;
use acceptance::{Actor, TestApp};
use domain::activity::Team;
use domain::{PersonId, RewardId, TeamId, limits};
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::points::activities::team_item;

use super::attendance::at_hand;
use super::hours::{an_hour, id, ok, sound};
use super::ledger::{SOCIAL_WORKER, STATION};
use crate::market::race::nothing_is_wrong;

/// All at once; answers how many were made, and asserts that the others heard this.
async fn rush(who: &Actor<'_>, path: &str, bodies: &[Value], wanted: &str) -> usize {
    let calls = bodies
        .iter()
        .map(|body| async move { who.raw("POST", path, Some(body.to_string())).await });
    let mut made = 0;
    for raw in join_all(calls).await {
        match raw.status {
            201 => made += 1,
            _ => assert_eq!(raw.code(), wanted, "{}", raw.body),
        }
    }
    made
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_teams_at_once_only_the_last_place_is_taken() {
    let app = TestApp::start().await;
    let (com, store) = (app.home().await, &app.ctx().store);
    let lin = app.sign_in(SOCIAL_WORKER).await;
    let lead: PersonId = lin.id.expect("signed in");
    let there = store.teams(com).await.expect("answers").len();
    let filled = (there..limits::TEAMS - 1).map(|_| Team {
        id: TeamId::new(app.millis(), app.chance()),
        community: com,
        name: "读书队".into(),
        lead,
        members: vec![lead],
        ver: 1,
    });
    let filled = filled.map(|team| team_item(&team).expect("an item"));
    store.put_all(filled.collect()).await.expect("written");
    let team = |_| json!({ "id": id(&app, "tea"), "name": "新队", "lead": lead });
    let bodies: Vec<Value> = (0..12).map(team).collect();
    assert_eq!(rush(&lin, "/v1/teams", &bodies, "too_many").await, 1);
    let now = store.teams(com).await.expect("answers").len();
    assert_eq!(now, limits::TEAMS);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_rewards_at_once_only_the_last_place_is_taken_and_the_dearest_is_listed() {
    let app = TestApp::start().await;
    let (com, store) = (app.home().await, &app.ctx().store);
    let lin = app.sign_in(SOCIAL_WORKER).await;
    let there = store.rewards(com).await.expect("answers").len();
    for _ in there..limits::REWARDS - 1 {
        let id = RewardId::new(app.millis(), app.chance());
        put_reward(store, com, id, 1, app.now()).await;
    }
    let reward = |_| json!({ "id": id(&app, "rwd"), "name": "电饭锅", "kind": "goods", "points": 900_000, "stock": 1 });
    let bodies: Vec<Value> = (0..12).map(reward).collect();
    let made = rush(&lin, "/v1/rewards", &bodies, "too_many_rewards").await;
    assert_eq!(made, 1);
    let list = ok(&lin, "GET", "/v1/rewards", json!({}), 200).await;
    let rows = list["items"].as_array().expect("rows");
    assert_eq!(rows.len(), limits::REWARDS);
    assert_eq!(rows[rows.len() - 1]["points"], 900_000);
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_so_many_records_of_one_person_wait_for_an_answer() {
    let app = TestApp::start().await;
    let (lin, station) = (
        at_hand(&app, SOCIAL_WORKER).await,
        at_hand(&app, STATION).await,
    );
    let wang = app.resident().await;
    let served = ByHand {
        activity: None,
        from: app.now() - SignedDuration::from_hours(24 * 60),
        minutes: 60,
    };
    let approved = wang.serves(served, [&lin, &station]).await.id;
    let max = usize::from(limits::ENTRIES_PENDING);
    let hour = |n: usize| an_hour(&app, 10 + 100 * i64::try_from(n).expect("small"));
    let mut bodies = Vec::new();
    for n in 0..max - 1 {
        bodies.push(hour(n));
        ok(&wang, "POST", "/v1/hours", bodies[n].clone(), 201).await;
    }
    let more: Vec<Value> = (0..8).map(|n| hour(max + n)).collect();
    assert_eq!(rush(&wang, "/v1/hours", &more, "many_pending").await, 1);
    // A call that was answered before is answered the same; a correction waits like any other.
    ok(&wang, "POST", "/v1/hours", bodies[0].clone(), 201).await;
    let fix = json!({ "id": id(&app, "hrs"), "minutes": 30, "reason": "只来了半小时" });
    let path = format!("/v1/hours/{approved}/dispute");
    let raw = wang.raw("POST", &path, Some(fix.to_string())).await;
    let said = (raw.code(), raw.json()["data"]["max"].clone());
    assert_eq!(said, ("many_pending".to_owned(), json!(max)));
    // What overlaps is told before that.
    let over = ByHand {
        activity: None,
        from: app.now() - SignedDuration::from_hours(24 * 60),
        minutes: 30,
    };
    let over = json!(wang.by_hand(over)).to_string();
    let said = wang.raw("POST", "/v1/hours", Some(over)).await.code();
    assert_eq!(said, "hours_overlap");
    // Of somebody else they are others.
    let other = app.sign_in("13800000309").await;
    ok(&other, "POST", "/v1/hours", hour(0), 201).await;
    // An answer makes room for one.
    let entry = bodies[0]["id"].as_str().expect("an id");
    let no = json!({ "id": id(&app, "cmd"), "reason": "没有来" });
    ok(&lin, "POST", &format!("/v1/hours/{entry}/refuse"), no, 200).await;
    let more: Vec<Value> = (0..8).map(|n| hour(2 * max + n)).collect();
    assert_eq!(rush(&wang, "/v1/hours", &more, "many_pending").await, 1);
    sound(&app).await;
    app.stop().await;
}
