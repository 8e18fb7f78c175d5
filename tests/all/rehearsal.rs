//! The way a community goes on AWS, played here: the functions' own programs, called as an HTTP API, a queue
//! and a schedule call them.

use std::time::{Duration, Instant};

use acceptance::rehearsal::dynamo::Guard;
use acceptance::rehearsal::gateway::reading;
use acceptance::rehearsal::stream::{Stream, told};
use acceptance::rehearsal::{self, Rehearsal};
use acceptance::{Actor, crash, template};
use domain::library::LoanState;
use domain::reward::RedemptionState;
use domain::watch::DoorSense;
use domain::{BookingId, CommunityId, MessageId, SignUpId};
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::schema;
use wire::endpoint::None_;
use wire::market::{CreateBooking, CreateBookingBody, GetBooking};
use wire::points::rewards::{GetRedemption, SettleRedemption, SettleRedemptionBody};
use wire::watch::{AlertsQuery, ListAlerts};

use crate::care::people::{case_of, get};
use crate::library::people::{borrow, bring, free_labels};
use crate::logs::{nobody_is_named, people_named};
use crate::market::race::nothing_is_wrong;
use crate::watch::people::{
    ADMIN, CARD, HELPER, WORKER, at, door, event, fields, grown_ups, id, stored, watch_over,
};

/// What somebody was told, as the inbox has it.
async fn inbox(who: &Actor<'_>) -> Vec<Value> {
    let inbox = who.raw("GET", "/v1/inbox?limit=100", None).await.json();
    inbox["items"].as_array().cloned().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_functions_of_aws_serve_a_community_from_sign_in_to_alert() {
    let rehearsal = Rehearsal::start().await;
    let app = &rehearsal.app;

    // Its beginning, as an operator says it, who may say it again; the admin signs in.
    let (chief, number) = ("测试·新管理员", "13800008001");
    let founding = json!({
        "name": "测试·新社区", "zone": "Asia/Shanghai", "phone": "010-12345678",
        "admin": { "name": chief, "phone": number },
    });
    let founded = rehearsal.found(&founding).await;
    assert_eq!(rehearsal.found(&founding).await, founded, "said again");
    let first = app.sign_in(number).await;
    let first = first.id.expect("signed in").to_string();
    assert_eq!(founded["admin"], first, "{founded}");

    // Sign in, by a code and at the desk by a second factor as well.
    let wang = app.resident().await;
    let worker = app.sign_in(WORKER).await;
    let stranger = app.stranger().raw("GET", "/v1/me", None).await;
    assert_eq!(
        (stranger.status, stranger.code().as_str()),
        (401, "signed_out")
    );
    let called = stranger.headers["x-request-id"].to_str();
    let called = called.expect("text");
    assert!(called.starts_with("8476a536-"), "Lambda's own: {called}");

    // A booking; its provider is told.
    let offers = crash::offers(&wang.client).await;
    let order = CreateBookingBody {
        id: wang.booking(),
        note: Some("钥匙断在里面".into()),
        ..offers[0].clone()
    };
    let made = wang
        .call::<CreateBooking>((), None_ {}, order.clone())
        .await;
    let made = made.expect("booked");
    let again = wang.call::<CreateBooking>((), None_ {}, order).await;
    assert_eq!(again.expect("the same").id, made.id);

    // The stream tells of every row; the one that waits wakes the relay, and its provider is told at once.
    let (com, named) = (app.home().await, made.id.to_string());
    let waiting = app.ctx().store.outbox(com, 100).await.expect("answers");
    let mut waiting = waiting.iter();
    let row = waiting.find(|row| row.notice.data.values().any(|value| *value == named));
    let row = row.expect("somebody is to be told of it").id;
    let before = rehearsal.calls()["relay"];
    let booked = rehearsal.written(&schema::booking(com, made.id)).await;
    assert_eq!((booked, rehearsal.calls()["relay"]), (None, before));
    let woken = rehearsal.written(&schema::outbox(com, row)).await;
    assert!(woken.is_some(), "the filter lets it through");
    assert_eq!(rehearsal.calls()["relay"], before + 1);
    let provider = at(app, &app.phone_of(made.provider).await).await;
    let about = |item: &&Value| item.to_string().contains(&named);
    for when in ["before the minute", "after it"] {
        let told = inbox(&provider).await;
        let count = told.iter().filter(about).count();
        assert_eq!(count, 1, "told once, {when}: {told:?}");
        rehearsal.settle().await;
    }
    let seen = provider.call::<GetBooking>((made.id,), None_ {}, None_ {});
    assert_eq!(seen.await.expect("theirs").state, made.state);

    // An activity, and who goes there.
    let activities = wang.raw("GET", "/v1/activities", None).await.json();
    let activity = activities["items"][0]["id"].as_str().expect("one to come");
    let path = format!("/v1/activities/{activity}/signups");
    let sign_up = SignUpId::new(app.millis(), app.chance());
    let body = json!({ "id": sign_up }).to_string();
    let signed_up = wang.raw("POST", &path, Some(body)).await;
    assert_eq!(signed_up.status, 201, "{}", signed_up.body);

    // Points become a voucher, and the voucher goods.
    app.grant(id(&wang), 100).await;
    let reward = worker.reward(30, 20).await;
    let voucher = wang
        .redeem(&wang.order(reward.id, 2))
        .await
        .expect("enough");
    let helper = at(app, HELPER).await;
    let settle = SettleRedemptionBody {
        id: app.command(),
        code: voucher.code.clone(),
    };
    let handed = helper.call::<SettleRedemption>((voucher.id,), None_ {}, settle);
    assert_eq!(
        handed.await.expect("handed over").state,
        RedemptionState::Settled
    );
    let seen = wang.call::<GetRedemption>((voucher.id,), None_ {}, None_ {});
    assert_eq!(seen.await.expect("theirs").state, RedemptionState::Settled);
    let points = wang.points().await;
    assert_eq!((points.available, points.reserved), (40, 0));

    // A book goes out and comes back.
    let reader = grown_ups(app, 1).await.remove(0);
    let label = free_labels(app, 1).await.remove(0);
    let lent = borrow(&reader, &label).await.expect("borrowed");
    assert_eq!(lent.state, LoanState::Open);
    let back = bring(&reader, &label).await.expect("taken back");
    assert_eq!(back.loan, Some(lent.id));

    // Somebody came home two days and two hours ago, which the queue brings only now, and was not seen since.
    let admin = at(app, ADMIN).await;
    let door = door(&admin, DoorSense::BothWays, None).await;
    let elder = grown_ups(app, 1).await.remove(0);
    watch_over(&worker, &elder, fields(&door, &[CARD])).await;
    let home = app.now() - SignedDuration::from_hours(50);
    let said = json!({ "device": door.id, "events": [event(1, home, "entry", Some(CARD))] });
    let poison = json!({ "device": "nobody" });
    assert_eq!(rehearsal.queue(&[said.clone(), poison]).await, ["m1"]);
    assert_eq!(
        rehearsal.queue(&[said]).await,
        Vec::<String>::new(),
        "twice"
    );
    // Where there is a queue of SQS, what is never taken ends aside, and nothing else does.
    if let Some(aside) = rehearsal.aside().await {
        assert_eq!(aside, 1, "the poison alone");
    }
    let watched = stored(app, id(&elder)).await.expect("is watched over");
    assert!(watched.presence.sign.is_some(), "the queue's word counts");
    rehearsal.settle().await;
    let query = AlertsQuery {
        all: None,
        cursor: None,
        limit: Some(100),
    };
    let alerts = worker.call::<ListAlerts>((), query, None_ {}).await;
    let alerts = alerts.expect("a list").items;
    let alert = alerts.iter().find(|alert| alert.person == id(&elder));
    let alert = alert.expect("an alert").id.to_string();
    let told = inbox(&worker).await;
    let alarm = |item: &&Value| item["topic"] == "watch_alert" && item.to_string().contains(&alert);
    assert_eq!(told.iter().filter(alarm).count(), 1, "told once: {told:?}");
    // The care desk has it as a case.
    let case = case_of(&worker, id(&elder)).await;
    let case = get(&worker, case.id).await;
    let mut alerts = case.alerts.iter().map(|one| one.id.to_string());
    assert!(alerts.any(|one| one == alert), "{:#?}", case.alerts);

    let calls = rehearsal.calls();
    assert!(
        calls.values().all(|calls| *calls > 0),
        "all were called: {calls:?}"
    );
    println!("{calls:?}");
    assert_eq!(
        rehearsal.refused(),
        Vec::<String>::new(),
        "the template allows too little"
    );
    nothing_is_wrong(app).await;
    let logs = rehearsal.logs();
    let mut named = people_named(app).await;
    named.extend([chief, number].map(str::to_owned));
    nobody_is_named(&logs, &named);
    // What alarms look at is told by each pass, also where there is nothing to tell.
    for figure in ["Unsent", "Aside", "Failed", "Behind"] {
        let none = format!("\"{figure}\":0");
        assert!(logs.contains(&none), "no pass tells {figure}");
    }
    rehearsal.stop().await;
}

/// Lambda would end the call without a word. One question to the table may take longer than the call has here, so that
/// it is not the question's own end that is seen.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_the_table_does_not_answer_a_call_is_busy_before_lambda_ends_it() {
    let logs = tempfile::tempdir().expect("a folder");
    let log = logs.path().join("market.log");
    let table = rehearsal::silent().await;
    let function = rehearsal::alone(&table, "market", &log).await;
    // On the way up it asked the table in vain.
    function.asked_after().await;
    let ended = Duration::from_secs(5);
    function.ends_after(ended);
    let begun = Instant::now();
    let answer = function.call(reading("/v1/health")).await;
    let took = begun.elapsed();
    let answer = answer.expect("an answer");
    assert!(took < ended, "{took:?}");
    assert_eq!(answer["statusCode"], 503, "{answer}");
    let said: Value = serde_json::from_str(answer["body"].as_str().expect("text")).expect("JSON");
    assert_eq!(said["code"], "busy");
    assert_eq!(said["retryable"], true);
    let number = said["request"].as_str().expect("a number");
    assert!(number.starts_with("8476a536-"), "Lambda's own: {number}");
    assert_eq!(answer["headers"]["x-request-id"], number);
    function.stop();
    let log = std::fs::read_to_string(&log).expect("a log");
    let line = log
        .lines()
        .find(|line| line.contains("not answered in time"));
    assert!(line.is_some_and(|line| line.contains(number)), "{log}");
    assert!(log.contains("\"Busy\":1"), "it is counted: {log}");
}

/// What the table here makes of the template's policies.
#[test]
fn the_table_answers_each_program_as_far_as_its_policy_allows() {
    let guard = Guard::of(&template::whole());
    let of = |index: &str| json!({ "IndexName": index });
    let deletes = json!({ "TransactItems": [{ "Put": {} }, { "Delete": {} }] });
    for (program, operation, body, lacks) in [
        ("market", "Query", of("due"), None),
        ("market", "TransactWriteItems", deletes.clone(), None),
        ("market", "Scan", json!({}), Some("dynamodb:Scan")),
        ("door_events", "GetItem", json!({}), None),
        ("door_events", "Query", of("gsi2"), None),
        (
            "door_events",
            "Query",
            of("due"),
            Some("dynamodb:Query of due"),
        ),
        (
            "door_events",
            "TransactWriteItems",
            deletes,
            Some("dynamodb:DeleteItem"),
        ),
        (
            "door_events",
            "BatchWriteItem",
            json!({}),
            Some("dynamodb:BatchWriteItem"),
        ),
        ("relay", "Query", of("due"), None),
        ("relay", "Query", of("gsi1"), Some("dynamodb:Query of gsi1")),
        ("sweeper", "Query", of("gsi1"), None),
        ("found", "PutItem", json!({}), None),
        (
            "found",
            "UpdateItem",
            json!({}),
            Some("dynamodb:UpdateItem"),
        ),
        ("found", "Query", of("due"), Some("dynamodb:Query of due")),
        ("nobody", "GetItem", json!({}), Some("dynamodb:GetItem")),
    ] {
        let said = guard.lacks(program, operation, &body);
        assert_eq!(said.as_deref(), lacks, "{program} {operation} {body}");
    }
}

/// What the filter of the template makes of what the table's stream tells.
#[test]
fn the_stream_wakes_the_relay_for_what_waits_and_for_nothing_else() {
    let stream = Stream::to(&template::whole(), "relay");
    let com = CommunityId::from_bits(1);
    let waits = schema::outbox(com, MessageId::from_bits(2));
    let booking = schema::booking(com, BookingId::from_bits(2));
    for (happened, key, wakes) in [
        ("INSERT", &waits, true),
        ("MODIFY", &waits, false),
        ("REMOVE", &waits, false),
        ("INSERT", &booking, false),
    ] {
        let record = told(happened, key);
        assert_eq!(stream.lets_through(&record), wakes, "{happened} {}", key.pk);
    }
}
