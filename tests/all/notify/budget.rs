//! What may leave the house in one day: codes of one community, and texts altogether.

use acceptance::TestApp;
use domain::notice::Topic;
use domain::{Refusal, limits};
use jiff::SignedDuration;
use serde_json::json;
use service::identity::rates;
use service::notify::relay;
use store::identity::Rate;
use store::notify::Outgoing;

use super::LONGEST;
use super::channel::{Wire, leave, leave_of, reachable, through};

const PHONE: &str = "13800000001";
const ELSEWHERE: &str = "13800009001";

async fn ask(app: &TestApp, phone: &str) -> (u16, String) {
    let body = json!({ "phone": phone }).to_string();
    let raw = app
        .stranger()
        .raw("POST", "/v1/auth/codes", Some(body))
        .await;
    (raw.status, raw.body)
}

/// Uses up all but `left` of a day.
async fn use_up(app: &TestApp, rate: Rate, left: u32) {
    let used = rate.max - left;
    let full = Rate { max: used, ..rate };
    let key = store::schema::rate(
        &full.digest,
        full.window,
        app.now().as_second().div_euclid(full.seconds) * full.seconds,
    );
    let store = &app.ctx().store;
    let spent = store
        .spend(std::slice::from_ref(&full), app.now(), Refusal::Stale)
        .await;
    spent.expect("the first of the day");
    let mut item = store
        .get_many(&[key])
        .await
        .expect("answers")
        .remove(0)
        .expect("a counter");
    let used = aws_sdk_dynamodb::types::AttributeValue::N(used.to_string());
    item.insert("sent".into(), used);
    store.put_all(vec![item]).await.expect("written");
}

#[tokio::test]
async fn a_community_sends_200_codes_a_day_and_another_is_not_touched() {
    let app = TestApp::start().await;
    app.settle().await;
    let of_home = rates::of_code(app.home().await).remove(0);
    assert_eq!((of_home.max, of_home.seconds), (200, 86_400));
    use_up(&app, of_home, 1).await;
    let wire = Wire::new();
    let ctx = through(&app, &wire);
    let first = ask(&app, PHONE).await;
    relay::run_once(&ctx).await.expect("runs");
    assert_eq!(wire.bodies(PHONE).len(), 1, "the 200th");
    app.advance(SignedDuration::from_secs(limits::CODE_RESEND_SECONDS));
    assert_eq!(ask(&app, PHONE).await, first, "the answer does not tell");
    assert_eq!(ask(&app, ELSEWHERE).await.0, 202);
    let passed = relay::pass(&ctx).await.expect("runs");
    assert_eq!(wire.bodies(PHONE).len(), 1, "the 201st stays");
    assert_eq!((passed.done, passed.unsent), (2, 1), "and is told of");
    assert_eq!(
        wire.bodies(ELSEWHERE).len(),
        1,
        "theirs is another day's worth"
    );
    assert_eq!(
        super::waiting(&app).await,
        0,
        "a code is of no use tomorrow"
    );

    app.advance(SignedDuration::from_hours(24));
    ask(&app, PHONE).await;
    relay::run_once(&ctx).await.expect("runs");
    assert_eq!(wire.bodies(PHONE).len(), 2, "a new day");
    app.stop().await;
}

#[tokio::test]
async fn numbers_nobody_has_use_up_nothing() {
    let app = TestApp::start().await;
    app.settle().await;
    let of_home = rates::of_code(app.home().await).remove(0);
    use_up(&app, of_home, 1).await;
    for n in 0..5 {
        assert_eq!(ask(&app, &format!("1390000010{n}")).await.0, 202);
    }
    assert_eq!(ask(&app, PHONE).await.0, 202);
    let wire = Wire::new();
    relay::run_once(&through(&app, &wire)).await.expect("runs");
    assert_eq!(wire.bodies(PHONE).len(), 1);
    assert_eq!(wire.ids().len(), 1);
    app.stop().await;
}

#[tokio::test]
async fn over_the_days_budget_notices_wait_for_tomorrow_and_codes_still_leave() {
    let app = TestApp::start().await;
    let me = reachable(&app).await.id.expect("signed in");
    let notices = rates::of_notice().remove(0);
    assert_eq!(notices.max, limits::NOTICE_TEXTS_PER_DAY);
    use_up(&app, notices, 1).await;
    let wire = Wire::new();
    let ctx = through(&app, &wire);
    let first = leave(&app, &[me]).await;
    relay::run_once(&ctx).await.expect("runs");
    let second = leave(&app, &[me]).await;
    relay::run_once(&ctx).await.expect("runs");
    assert_eq!(wire.ids(), [first.to_string()]);
    app.advance(LONGEST);
    relay::run_once(&ctx).await.expect("runs");
    assert_eq!(
        wire.ids(),
        [first.to_string()],
        "it is not tried again today"
    );
    let key = store::schema::outbox(app.home().await, second);
    let items = app.ctx().store.get_many(&[key]).await.expect("answers");
    let item = items.into_iter().flatten().next().expect("it waits");
    let row: Outgoing = store::table::read(item).expect("a row");
    assert_eq!((row.attempts, row.tries()), (1, 0), "and that was no try");
    ask(&app, PHONE).await;
    relay::run_once(&ctx).await.expect("runs");
    assert_eq!(wire.ids().len(), 2, "the code leaves");

    app.advance(SignedDuration::from_hours(24));
    relay::run_once(&ctx).await.expect("runs");
    assert_eq!(wire.ids().last(), Some(&second.to_string()));
    app.stop().await;
}

#[tokio::test]
async fn when_the_whole_budget_is_spent_nothing_leaves_in_any_community() {
    let app = TestApp::start().await;
    let me = reachable(&app).await.id.expect("signed in");
    let all = rates::of_code(app.home().await).remove(1);
    assert_eq!(all.max, limits::TEXTS_PER_DAY);
    use_up(&app, all, 0).await;
    let wire = Wire::new();
    let ctx = through(&app, &wire);
    app.advance(SignedDuration::from_secs(limits::CODE_RESEND_SECONDS));
    leave(&app, &[me]).await;
    for phone in [PHONE, ELSEWHERE] {
        assert_eq!(ask(&app, phone).await.0, 202);
    }
    relay::run_once(&ctx).await.expect("runs");
    assert_eq!(wire.ids(), Vec::<String>::new());
    app.stop().await;
}

#[tokio::test]
async fn alarms_leave_though_the_day_is_used_up_and_wait_only_when_their_reserve_is_too() {
    let app = TestApp::start().await;
    let me = reachable(&app).await.id.expect("signed in");
    let all = rates::of_code(app.home().await).remove(1);
    use_up(&app, all, 0).await;
    let reserve = rates::of_alarm(app.home().await).remove(0);
    assert_eq!(reserve.max, limits::ALARM_TEXTS_PER_DAY);
    use_up(&app, reserve, 2).await;
    let wire = Wire::new();
    let ctx = through(&app, &wire);
    let usual = leave(&app, &[me]).await;
    let mut alarms = Vec::new();
    for topic in [Topic::WatchArea, Topic::DoorDead, Topic::WatchUnseen] {
        alarms.push(leave_of(&app, topic, &[me]).await.to_string());
        relay::run_once(&ctx).await.expect("runs");
    }
    assert_eq!(wire.ids(), alarms[..2], "as many as are kept for alarms");
    app.advance(SignedDuration::from_hours(24));
    relay::run_once(&ctx).await.expect("runs");
    let mut left = wire.ids();
    left.sort_unstable();
    let mut expected = alarms;
    expected.push(usual.to_string());
    expected.sort_unstable();
    assert_eq!(left, expected, "none is lost");
    app.stop().await;
}
