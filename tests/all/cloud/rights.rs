//! What functions may do: with the table what the store does, and no function more than it takes.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use acceptance::intercept::{self, Passed};
use acceptance::template::{of_type, read, resources, text, texts};
use acceptance::{TestApp, rights};
use aws_sdk_dynamodb::config::SharedInterceptor;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use domain::MessageId;
use domain::notice::{Notice, Topic};
use domain::watch::{AlertState, DoorSense};
use jiff::SignedDuration;
use serde_json::{Value, json};
use service::identity::found::{Founding, found};
use service::notify::relay;
use service::router::PARTS;
use service::watch::queue::{Attributes, Batch, Message, take_all};
use store::notify::{Outgoing, Push, To};
use store::schema;
use wire::endpoint::None_;
use wire::market::CreateBooking;

use super::sources;
use crate::market::create_booking::{body, slots};
use crate::watch::people::{
    ADMIN, CARD, WORKER, alert, at, door, event, fields, grown_ups, id, watch_over,
};

/// What only an operator's own program asks of the table: none of it is reached from a function.
const OPERATOR: [&str; 6] = [
    "create_table",
    "delete_table",
    "describe_table",
    "describe_time_to_live",
    "scan",
    "update_time_to_live",
];

/// `batch_get_item` as IAM calls it.
fn action(operation: &str) -> String {
    let words = operation.split('_').map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    });
    format!("dynamodb:{}", words.collect::<String>())
}

/// What the store asks of DynamoDB while it serves, by its source.
fn needed(store: &str) -> BTreeSet<String> {
    let calls = store.split(".client.").skip(1);
    let calls = calls.filter_map(|rest| Some(rest.split_once("()")?.0));
    let mut needed: BTreeSet<String> = calls
        .filter(|call| call.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
        .filter(|call| !OPERATOR.contains(call))
        .map(action)
        .collect();
    // A transaction is allowed by what its steps are.
    if needed.remove("dynamodb:TransactWriteItems") {
        let steps = [
            ("put", "dynamodb:PutItem"),
            ("update", "dynamodb:UpdateItem"),
            ("delete", "dynamodb:DeleteItem"),
            ("condition_check", "dynamodb:ConditionCheckItem"),
        ];
        for (step, action) in steps {
            let built = format!("TransactWriteItem::builder().{step}(");
            if store.contains(&built) {
                needed.insert(action.to_owned());
            }
        }
    }
    needed
}

/// Actions of statements that allow.
fn allowed(statements: &Value) -> BTreeSet<String> {
    let statements = statements.as_array().into_iter().flatten();
    let allowing = statements.filter(|statement| statement["Effect"] == "Allow");
    let actions = allowing.flat_map(|statement| texts(&statement["Action"]));
    actions.map(str::to_owned).collect()
}

#[test]
fn functions_may_do_with_the_table_what_the_store_does_and_nothing_else() {
    let resources = resources();
    let statements = &resources["TableAccess"]["Properties"]["PolicyDocument"]["Statement"];
    let may = allowed(statements);
    let on_table: BTreeSet<String> = may
        .iter()
        .filter(|action| action.starts_with("dynamodb:"))
        .cloned()
        .collect();
    let needed = needed(&sources("functions/store/src"));
    assert!(needed.len() > 5, "{needed:?}");
    assert_eq!(on_table, needed);
    let beside: Vec<&String> = may.difference(&on_table).collect();
    assert_eq!(
        beside,
        ["kms:Decrypt", "kms:DescribeKey", "ssm:GetParameter"]
    );
    for (name, function) in of_type(&resources, "AWS::Serverless::Function") {
        let policies = function["Properties"]["Policies"].as_array();
        let (first, others) = policies.and_then(|all| all.split_first()).expect("some");
        let own = match name {
            "Found" => "FoundAccess",
            "DoorEvents" => "DoorEventsAccess",
            "Relay" => "RelayAccess",
            // Whatever the store does, the API does, and the sweeper: it goes on with deletions, out of every list.
            _ => "TableAccess",
        };
        assert_eq!(first, own, "{name}");
        // Only what sends texts may do more, and only if texts are sent.
        let sends = name == "Relay";
        assert_eq!(others.len(), usize::from(sends), "{name}");
        for other in others {
            assert_eq!(other[0], "BySns");
            let may = allowed(&other[1]["Statement"]);
            assert_eq!(may, BTreeSet::from(["sns:Publish".to_owned()]));
            let not = text(&other[1]["Statement"][0]["NotResource"]);
            assert!(not.ends_with(":sns:*:*:*"), "never to a topic: {not}");
        }
    }
    for folder in ["functions/service/src", "functions/lambda/src"] {
        let source = sources(folder);
        for reached in [".create_table(", ".delete_table(", "store::audit"] {
            assert!(!source.contains(reached), "{folder} reaches {reached}");
        }
    }
}

/// Whatever one function of the API was given, the others were: rights, memory, time (`infra/adr/0018-a-function-for-each-context.md`).
#[test]
fn the_functions_of_the_api_differ_in_what_they_serve_alone() {
    let resources = resources();
    let same = |name: &str| {
        let properties = resources[name]["Properties"].as_object();
        let mut properties = properties.expect("a function").clone();
        for own in ["FunctionName", "CodeUri", "LoggingConfig", "Events"] {
            assert!(properties.remove(own).is_some(), "{name} has {own}");
        }
        // Somebody may reserve some for one of them.
        properties.remove("ReservedConcurrentExecutions");
        properties
    };
    let first = same("Identity");
    for (program, _) in PARTS {
        let line = format!(
            "run(lambda::edge::api(lambda::ctx().await?, {})).await",
            program.to_uppercase()
        );
        let source = read(format!("functions/lambda/src/bin/{program}.rs"));
        assert!(source.contains(&line), "{program} serves its part");
        let name = program[..1].to_uppercase() + &program[1..];
        assert_eq!(same(&name), first, "{name}");
    }
}

/// What is asked of the table, as IAM calls it.
#[derive(Clone, Debug, Default)]
struct Asked(Arc<Mutex<BTreeSet<String>>>);

impl Asked {
    fn interceptor(&self) -> SharedInterceptor {
        intercept::changes("asked", self.clone(), Self::notes)
    }

    fn actions(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.0.lock().expect("nobody panics while holding it")
    }

    fn notes(&self, operation: &str, request: &mut HttpRequest) -> Passed {
        let body = request.body().bytes().unwrap_or_default();
        let body: Value = serde_json::from_slice(body)?;
        self.actions().extend(rights::needed(operation, &body));
        Ok(())
    }
}

#[tokio::test]
async fn founding_may_do_what_it_takes_and_nothing_else() {
    let asked = Asked::default();
    let app = TestApp::with_faults(asked.interceptor()).await;
    let said = json!({
        "name": "测试·新社区", "zone": "Asia/Shanghai", "phone": "010-12345678",
        "admin": { "name": "测试·新管理员", "phone": "13800008001" },
    });
    let said: Founding = serde_json::from_value(said).expect("what an operator says");
    app.settle().await;
    asked.actions().clear();
    // As each function does on its way up.
    let first = app.ctx().store.page(&schema::communities(), 1, None).await;
    first.expect("answers");
    for _ in 0..2 {
        let made = found(app.ctx(), said.clone()).await;
        made.expect("it is made, and is there the second time");
    }
    let asked = asked.actions().clone();

    let resources = resources();
    let statements = &resources["FoundAccess"]["Properties"]["PolicyDocument"]["Statement"];
    let may = allowed(statements);
    let (on_table, beside): (BTreeSet<String>, BTreeSet<String>) = may
        .into_iter()
        .partition(|action| action.starts_with("dynamodb:"));
    assert_eq!(on_table, asked);
    let wanted = ["kms:Decrypt", "kms:DescribeKey", "ssm:GetParameter"];
    assert!(beside.iter().eq(wanted), "{beside:?}");
    for statement in statements.as_array().expect("some") {
        let actions = texts(&statement["Action"]);
        if actions.iter().any(|one| one.starts_with("dynamodb:")) {
            assert_eq!(statement["Resource"], "Table.Arn", "and no index");
        }
    }
    app.stop().await;
}

/// What was asked of the table, and beside it the way up.
fn allows_just(access: &str, asked: &BTreeSet<String>) {
    let resources = resources();
    let statements = &resources[access]["Properties"]["PolicyDocument"]["Statement"];
    assert_eq!(rights::on_table(statements), *asked);
    let may = allowed(statements);
    let beside = may.iter().filter(|one| !one.starts_with("dynamodb:"));
    assert!(
        beside.eq(["kms:Decrypt", "kms:DescribeKey", "ssm:GetParameter"]),
        "{may:?}"
    );
}

/// Of all functions the one that strangers' devices reach: it takes nothing away.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_doors_say_may_do_what_it_takes_and_nothing_else() {
    let asked = Asked::default();
    let app = TestApp::with_faults(asked.interceptor()).await;
    let (admin, desk) = (at(&app, ADMIN).await, at(&app, WORKER).await);
    let door = door(&admin, DoorSense::BothWays, None).await;
    let who = grown_ups(&app, 1).await.remove(0);
    watch_over(&desk, &who, fields(&door, &[CARD])).await;
    let alert = alert(&app, id(&who)).await;
    app.advance(SignedDuration::from_mins(1));
    let now = app.now();
    let message = |n: usize, body: Value| Message {
        message_id: format!("m{n}"),
        body: body.to_string(),
        attributes: Attributes::default(),
    };
    let said =
        |n: usize, events: Vec<Value>| message(n, json!({ "device": door.id, "events": events }));
    let home = || event(1, now, "entry", Some(CARD));
    let records = vec![
        // What ends the alert; the same again, which is kept and moves nothing.
        said(0, vec![home()]),
        said(1, vec![home()]),
        said(2, vec![event(2, now, "entry", Some("nobody's"))]),
        said(3, vec![event(3, now, "heartbeat", None)]),
        said(4, vec![event(4, now, "opened", None)]),
        // Two at once.
        said(
            6,
            vec![
                event(6, now, "exit", Some(CARD)),
                event(7, now, "entry", Some(CARD)),
            ],
        ),
        message(
            5,
            json!({ "device": domain::DeviceId::new(1, 1), "events": [] }),
        ),
    ];
    app.settle().await;
    asked.actions().clear();
    // As each function does on its way up.
    let first = app.ctx().store.page(&schema::communities(), 1, None).await;
    first.expect("answers");
    let left = take_all(app.ctx(), Batch { records }, Duration::from_secs(60)).await;
    let asked = asked.actions().clone();
    let left = left.batch_item_failures.into_iter();
    let left: Vec<String> = left.map(|item| item.item_identifier).collect();
    assert_eq!(left, ["m5"], "nobody's door alone");
    let found = app.ctx().store.alert(app.home().await, alert).await;
    let state = found.expect("answers").map(|alert| alert.state);
    assert_eq!(state, Some(AlertState::Withdrawn));

    allows_just("DoorEventsAccess", &asked);
    app.stop().await;
}

/// Everybody's messages pass through it. It looks for what leaves, for who is booked and for open alerts, and through
/// no other list.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_relay_may_do_what_it_takes_and_nothing_else() {
    let asked = Asked::default();
    let app = TestApp::with_faults(asked.interceptor()).await;
    let wang = app.resident().await;
    let service = app.service("手机电脑教用").await;
    let slot = slots(&wang, &service, 5).await.remove(0);
    let order = body(&wang, &service, &slot);
    let made = wang.call::<CreateBooking>((), None_ {}, order).await;
    let made = made.expect("booked");
    app.settle().await;
    let (com, me, now) = (app.home().await, id(&wang), app.now());
    let store = &app.ctx().store;
    // A browser whose server is none that is known.
    let gone = Push {
        community: com,
        person: me,
        id: "gone".to_owned(),
        openid: None,
        endpoint: "https://browser.invalid/gone".to_owned(),
        p256dh: String::new(),
        auth: String::new(),
        session: String::new(),
        at: now,
    };
    store.put_push(&gone, &[]).await.expect("written");
    let row = |to: To, topic: Topic, said: &[(&str, String)]| {
        let data = said
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()));
        Outgoing {
            id: MessageId::new(app.millis(), app.chance()),
            community: com,
            to: vec![to],
            notice: Notice {
                topic,
                data: data.collect(),
            },
            at: now,
            attempts: 0,
            postponed: 0,
            next_at: now,
        }
    };
    let title = ("title", "测试·门".to_owned());
    let device = ("device", domain::DeviceId::new(1, 1).to_string());
    let alerts = ("alerts", domain::AlertId::new(1, 1).to_string());
    let booked = To::BookedWith {
        provider: made.provider,
        after: schema::start_place(now),
    };
    let rows = [
        // Into an inbox alone, and to a browser and a telephone as well.
        row(To::Person(me), Topic::BookingMade, &[]),
        row(To::Person(me), Topic::DoorDead, &[title]),
        // What nobody needs to hear any more: a door that is not there, and one of many alerts.
        row(To::Person(me), Topic::DoorDead, &[device]),
        row(To::Person(me), Topic::WatchArea, &[alerts]),
        // Everybody who is booked with somebody.
        row(booked, Topic::BookingAffected, &[]),
    ];
    let items = rows.iter().map(|row| row.item().expect("an item"));
    store.put_all(items.collect()).await.expect("written");
    asked.actions().clear();
    // As each function does on its way up.
    let first = store.page(&schema::communities(), 1, None).await;
    first.expect("answers");
    // Whoever is booked is told in the pass after the one that finds them.
    for _ in 0..3 {
        relay::run_once(app.ctx()).await.expect("it runs");
    }
    let asked = asked.actions().clone();
    let left = store.outbox(com, 100).await.expect("answers");
    assert!(left.is_empty(), "everything left: {left:?}");
    let kept = store.pushes(com, me).await.expect("answers");
    assert!(kept.is_empty(), "a browser that is gone is forgotten");

    allows_just("RelayAccess", &asked);
    app.stop().await;
}

#[test]
fn what_the_store_needs_is_read_from_its_source() {
    let source = "self.client.get_item().x();self.store.client.transact_write_items();\
                  self.client.scan();&self.client}TransactWriteItem::builder().put(put)";
    let want = ["dynamodb:GetItem", "dynamodb:PutItem"].map(str::to_owned);
    assert_eq!(needed(source), BTreeSet::from(want));
}
