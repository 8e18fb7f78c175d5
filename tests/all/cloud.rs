//! The template for AWS is held against the code: what functions may do, what pages are sent with, what alarms look
//! at, and what stays when the rest is taken away.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use acceptance::intercept::{self, Passed};
use acceptance::{TestApp, rights, yaml};
use aws_sdk_dynamodb::config::SharedInterceptor;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use domain::notice::{Notice, Topic};
use domain::watch::{AlertState, DoorSense};
use domain::{CommunityId, MessageId, limits};
use jiff::SignedDuration;
use local::csp;
use serde_json::{Value, json};
use service::identity::found::{Founding, found};
use service::notify::relay;
use service::router::{PARTS, SECURITY_HEADERS};
use service::watch::queue::{Attributes, Batch, Message, take_all};
use store::notify::{Outgoing, Push, To};
use store::schema;
use wire::endpoint::None_;
use wire::market::CreateBooking;

use crate::market::create_booking::{body, slots};
use crate::watch::people::{
    ADMIN, CARD, WORKER, alert, at, door, event, fields, grown_ups, id, watch_over,
};
use crate::watch::queue::BROUGHT_MOST;

fn root() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("it lies in the repository")
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn resources() -> BTreeMap<String, Value> {
    let template = yaml::parse(&read("infra/template.yaml"));
    let resources = template["Resources"].as_object().expect("resources");
    resources.clone().into_iter().collect()
}

fn of_type<'r>(resources: &'r BTreeMap<String, Value>, kind: &str) -> Vec<(&'r str, &'r Value)> {
    let found = resources.iter().filter(|(_, one)| one["Type"] == kind);
    let found: Vec<_> = found.map(|(name, one)| (name.as_str(), one)).collect();
    assert!(!found.is_empty(), "there is no {kind}");
    found
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// One text, or several.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(all) => all.iter().map(text).collect(),
        one => vec![text(one)],
    }
}

/// All Rust files below a folder, as one text without spaces.
fn sources(folder: &str) -> String {
    let mut waiting: Vec<PathBuf> = vec![root().join(folder)];
    let mut said = String::new();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).expect("a folder").flatten();
            waiting.extend(entries.map(|entry| entry.path()));
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            said.extend(read(&path).split_whitespace());
        }
    }
    assert!(said.len() > 1_000, "{folder} has sources");
    said
}

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

    let resources = resources();
    let statements = &resources["DoorEventsAccess"]["Properties"]["PolicyDocument"]["Statement"];
    assert_eq!(rights::on_table(statements), asked);
    let may = allowed(statements);
    let beside = may.iter().filter(|one| !one.starts_with("dynamodb:"));
    assert!(
        beside.eq(["kms:Decrypt", "kms:DescribeKey", "ssm:GetParameter"]),
        "{may:?}"
    );
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

    let resources = resources();
    let statements = &resources["RelayAccess"]["Properties"]["PolicyDocument"]["Statement"];
    assert_eq!(rights::on_table(statements), asked);
    let may = allowed(statements);
    let beside = may.iter().filter(|one| !one.starts_with("dynamodb:"));
    assert!(
        beside.eq(["kms:Decrypt", "kms:DescribeKey", "ssm:GetParameter"]),
        "{may:?}"
    );
    app.stop().await;
}

#[test]
fn what_the_store_needs_is_read_from_its_source() {
    let source = "self.client.get_item().x();self.store.client.transact_write_items();\
                  self.client.scan();&self.client}TransactWriteItem::builder().put(put)";
    let want = ["dynamodb:GetItem", "dynamodb:PutItem"].map(str::to_owned);
    assert_eq!(needed(source), BTreeSet::from(want));
}

#[test]
fn pages_on_aws_are_sent_with_the_headers_of_the_server() {
    let resources = resources();
    let policy = &resources["SiteHeaders"]["Properties"]["ResponseHeadersPolicyConfig"];
    let security = &policy["SecurityHeadersConfig"];
    let transport = &security["StrictTransportSecurity"];
    assert_eq!(transport["IncludeSubdomains"], "true");
    let age = text(&transport["AccessControlMaxAgeSec"]);
    assert_eq!(security["ContentTypeOptions"]["Override"], "true");
    let mut sent: BTreeMap<String, String> = BTreeMap::from([
        (
            "strict-transport-security".to_owned(),
            format!("max-age={age}; includeSubDomains"),
        ),
        ("x-content-type-options".to_owned(), "nosniff".to_owned()),
        (
            "referrer-policy".to_owned(),
            text(&security["ReferrerPolicy"]["ReferrerPolicy"]).to_owned(),
        ),
    ]);
    let items = policy["CustomHeadersConfig"]["Items"].as_array();
    for item in items.expect("others") {
        let (name, value) = (text(&item["Header"]), text(&item["Value"]));
        sent.insert(name.to_owned(), value.to_owned());
    }
    let wanted = SECURITY_HEADERS.iter();
    let wanted: BTreeMap<String, String> = wanted
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    assert_eq!(sent, wanted);

    let code = text(&resources["SiteAnswered"]["Properties"]["FunctionCode"]);
    let page = csp::of_page("<script>a</script>");
    let (before, rest) = page.split_once(" 'sha256-").expect("a digest");
    let (_, after) = rest.split_once('\'').expect("its end");
    for part in [before, after, csp::WORKER] {
        assert!(code.contains(&format!("\"{part}\"")), "{part}");
    }
}

#[test]
fn every_alarm_has_its_page_in_the_runbook() {
    let resources = resources();
    let mut alarms: BTreeSet<&str> = BTreeSet::new();
    for kind in ["AWS::CloudWatch::Alarm", "AWS::Budgets::Budget"] {
        alarms.extend(of_type(&resources, kind).into_iter().map(|(name, _)| name));
    }
    for (name, alarm) in of_type(&resources, "AWS::CloudWatch::Alarm") {
        let said = text(&alarm["Properties"]["AlarmDescription"]);
        assert!(said.ends_with(&format!("See RUNBOOK, {name}.")), "{name}");
        assert_eq!(texts(&alarm["Properties"]["AlarmActions"]), ["Alarms"]);
    }
    let runbook = read("infra/docs/RUNBOOK.md");
    let pages = runbook.lines().filter_map(|line| line.strip_prefix("## "));
    assert_eq!(pages.collect::<BTreeSet<_>>(), alarms);
}

/// CloudWatch does as if there were no minutes without a figure of DynamoDB, whatever an alarm asks for.
#[test]
fn an_alarm_that_may_stay_is_ended_as_its_page_says() {
    let runbook = read("infra/docs/RUNBOOK.md");
    let resources = resources();
    let mut stay: BTreeSet<&str> = BTreeSet::new();
    for (name, alarm) in of_type(&resources, "AWS::CloudWatch::Alarm") {
        let alarm = &alarm["Properties"];
        let parts = alarm["Metrics"].as_array().into_iter().flatten();
        let mut parts = parts
            .map(|part| &part["MetricStat"]["Metric"])
            .chain([alarm]);
        if parts.all(|metric| metric["Namespace"] != "AWS/DynamoDB") {
            continue;
        }
        let (_, page) = runbook
            .split_once(&format!("\n## {name}\n"))
            .expect("its page");
        let page = page.split("\n## ").next().unwrap_or_default();
        let called = text(&alarm["AlarmName"]).replace("${AWS::StackName}", "$STACK");
        let ends = format!("aws cloudwatch set-alarm-state --alarm-name {called} --state-value OK");
        assert!(page.contains(&ends), "{name}: {ends}");
        stay.insert(name);
    }
    assert_eq!(stay, BTreeSet::from(["IndexThrottles", "TableThrottles"]));
}

/// A pass ends well even where all of it failed, so the errors of its function say nothing: its own figures do.
#[test]
fn somebody_is_told_of_passes_that_do_not_do_what_they_are_for() {
    let resources = resources();
    for (alarm, figure, function) in [
        ("MessagesUnsent", "Unsent", "Relay"),
        ("SweeperBehind", "Behind", "Sweeper"),
        ("SweeperFails", "Failed", "Sweeper"),
    ] {
        let looks = &resources[alarm]["Properties"];
        assert_eq!(looks["Namespace"], "Linli", "{alarm}");
        assert_eq!(looks["MetricName"], figure, "{alarm}");
        let dimension = json!([{ "Name": "function", "Value": function }]);
        assert_eq!(looks["Dimensions"], dimension, "{alarm}");
        assert_eq!(looks["TreatMissingData"], "notBreaching", "{alarm}");
        let above = &looks["ComparisonOperator"];
        assert_eq!(above, "GreaterThanThreshold", "{alarm}");
        let program = text(&resources[function]["Metadata"]["BuildProperties"]["Binary"]);
        let source = read(format!("functions/lambda/src/bin/{program}.rs"));
        let told = format!("count(\"{figure}\", ");
        assert!(source.contains(&told), "{program} does not tell {figure}");
    }
}

/// What one role may do, and where; nobody but the broker takes it on.
fn of_broker<'r>(resources: &'r BTreeMap<String, Value>, role: &str) -> Vec<(&'r str, &'r str)> {
    let role = &resources[role]["Properties"];
    let trust = role["AssumeRolePolicyDocument"]["Statement"].as_array();
    for statement in trust.expect("somebody takes it on") {
        assert_eq!(statement["Principal"]["Service"], "iot.amazonaws.com");
    }
    assert!(
        role["ManagedPolicyArns"].is_null(),
        "nothing from elsewhere"
    );
    let policies = role["Policies"].as_array().expect("policies");
    let statements = policies.iter().flat_map(|policy| {
        let statements = policy["PolicyDocument"]["Statement"].as_array();
        statements.expect("statements")
    });
    let pairs = statements.flat_map(|statement| {
        assert_eq!(statement["Effect"], "Allow");
        let resources = texts(&statement["Resource"]);
        let actions = texts(&statement["Action"]).into_iter();
        actions.flat_map(move |action| resources.clone().into_iter().map(move |one| (action, one)))
    });
    pairs.collect()
}

/// A door that the broker answered says it once: what does not reach the queue is kept elsewhere, and somebody is told.
#[test]
fn what_the_broker_cannot_queue_is_kept_and_somebody_is_told() {
    let resources = resources();
    let rules = of_type(&resources, "AWS::IoT::TopicRule");
    for (name, rule) in &rules {
        let payload = &rule["Properties"]["TopicRulePayload"];
        let (taken, failed) = (
            &payload["Actions"][0]["Sqs"],
            &payload["ErrorAction"]["Sqs"],
        );
        let mut sent: BTreeSet<&str> = BTreeSet::new();
        for way in [taken, failed] {
            let queue = text(&way["QueueUrl"]);
            assert_eq!(resources[queue]["Type"], "AWS::SQS::Queue", "{name}");
            let role = text(&way["RoleArn"]);
            let role = role.strip_suffix(".Arn").expect("a role of ours");
            let into = format!("{queue}.Arn");
            let may = of_broker(&resources, role);
            assert_eq!(may, [("sqs:SendMessage", into.as_str())], "{role}");
            sent.extend([queue, role]);
        }
        assert_eq!(sent.len(), 4, "what breaks one way leaves the other");
        let kept = &resources[text(&failed["QueueUrl"])]["Properties"];
        assert_eq!(kept["MessageRetentionPeriod"], "1209600", "14 days");
        let full = format!("{}.QueueName", text(&failed["QueueUrl"]));
        let alarms = of_type(&resources, "AWS::CloudWatch::Alarm");
        let tells = alarms.iter().any(|(_, alarm)| {
            let alarm = &alarm["Properties"];
            alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
                && alarm["Threshold"] == "0"
                && alarm["Dimensions"][0]["Value"] == full
        });
        assert!(tells, "nobody is told of {full}");
    }
    assert_eq!(rules.len(), 1, "what one rule does is what is looked at");
}

/// A queue does not know poison from what is good and met a table that answers slowly: an hour is for the latter.
#[test]
fn what_is_not_taken_comes_back_for_an_hour_and_is_no_queue_that_waits() {
    let resources = resources();
    let number = |value: &Value| -> usize { text(value).parse().expect("a number") };
    let queue = &resources["DoorEventsQueue"]["Properties"];
    let back = number(&queue["VisibilityTimeout"]);
    let most = number(&queue["RedrivePolicy"]["maxReceiveCount"]);
    assert_eq!(most, BROUGHT_MOST, "as the tests play it");
    assert_eq!(most * back, 3_600);
    let function = &resources["DoorEvents"]["Properties"];
    assert_eq!(back, 6 * number(&function["Timeout"]), "as AWS advises");
    let source = &function["Events"]["Said"]["Properties"];
    let at_once = number(&source["ScalingConfig"]["MaximumConcurrency"]);
    assert!((2..=100).contains(&at_once), "{at_once} of 1,000 may run");
    let alarm = &resources["DoorEventsWait"]["Properties"];
    assert_eq!(alarm["MetricName"], "ApproximateAgeOfOldestMessage");
    let lasts = number(&alarm["EvaluationPeriods"]) * number(&alarm["Period"]);
    // AWS leaves out what came back three times.
    assert!(number(&alarm["Threshold"]) + lasts >= 3 * back);
}

/// What is added up, where one that has said nothing for a while is nothing: a sum with a hole in it has none.
#[test]
fn what_an_alarm_adds_up_is_there_where_one_part_is_silent() {
    let resources = resources();
    let mut sums: BTreeSet<&str> = BTreeSet::new();
    for (name, alarm) in of_type(&resources, "AWS::CloudWatch::Alarm") {
        let Some(metrics) = alarm["Properties"]["Metrics"].as_array() else {
            continue;
        };
        assert!(metrics.len() <= 11, "{name}: ten figures, and their sum");
        let shown = metrics.iter().filter(|one| one["ReturnData"] != "false");
        let shown: Vec<&Value> = shown.collect();
        let [sum] = shown[..] else {
            panic!("{name} looks at one figure")
        };
        let parts = metrics.iter().filter(|one| one["ReturnData"] == "false");
        let parts: Vec<String> = parts
            .map(|one| format!("FILL({}, 0)", text(&one["Id"])))
            .collect();
        let expression = text(&sum["Expression"]);
        match &parts[..] {
            [one] => assert!(expression.starts_with(one.as_str()), "{name}: {expression}"),
            _ => assert_eq!(expression, parts.join(" + "), "{name}"),
        }
        sums.insert(name);
    }
    for name in ["FunctionErrors", "FunctionThrottles", "TableThrottles"] {
        assert!(sums.contains(name), "{name}: {sums:?}");
    }
}

/// No function is left out: all whose errors nobody else would see, and all that can be turned away for want of room. A
/// function that runs once at a time is turned away as a matter of course.
#[test]
fn each_function_is_looked_at_by_both_alarms() {
    let resources = resources();
    let looked_at = |alarm: &str| -> BTreeSet<String> {
        let metrics = resources[alarm]["Properties"]["Metrics"].as_array();
        let metrics = metrics.expect("metrics").iter();
        let functions = metrics.filter_map(|one| {
            let dimension = &one["MetricStat"]["Metric"]["Dimensions"][0];
            assert!(dimension.is_null() || dimension["Name"] == "FunctionName");
            dimension["Value"].as_str()
        });
        functions.map(str::to_owned).collect()
    };
    let functions = of_type(&resources, "AWS::Serverless::Function");
    // Whoever founds a community waits for its answer.
    let functions = functions.into_iter().filter(|(name, _)| *name != "Found");
    let (mut all, mut free) = (BTreeSet::new(), BTreeSet::new());
    for (name, function) in functions {
        all.insert(name.to_owned());
        if function["Properties"]["ReservedConcurrentExecutions"] != "1" {
            free.insert(name.to_owned());
        }
    }
    assert_eq!(all.len(), free.len() + 2, "relay and sweeper run once");
    assert_eq!(looked_at("FunctionErrors"), all);
    assert_eq!(looked_at("FunctionThrottles"), free);
}

/// A write waits for room in each index its item is in, and each index is counted by itself.
#[test]
fn throttling_is_seen_at_the_table_and_at_each_of_its_indexes() {
    let resources = resources();
    let mut seen: BTreeSet<(&str, &str)> = BTreeSet::new();
    for alarm in ["TableThrottles", "IndexThrottles"] {
        let metrics = resources[alarm]["Properties"]["Metrics"].as_array();
        let metrics = metrics.expect("metrics");
        for one in metrics.iter().filter(|one| one["Id"] != "all") {
            let metric = &one["MetricStat"]["Metric"];
            assert_eq!(metric["Dimensions"][0]["Value"], "Table");
            let index = text(&metric["Dimensions"][1]["Value"]);
            seen.insert((index, text(&metric["MetricName"])));
        }
    }
    let indexes = schema::INDEXES.iter().map(|(name, _, _)| *name);
    let wanted = indexes.chain([""]).flat_map(|index| {
        ["ReadThrottleEvents", "WriteThrottleEvents"].map(|metric| (index, metric))
    });
    assert_eq!(seen, wanted.collect::<BTreeSet<_>>());
}

/// Whom the API turns away no function hears of: somebody is told where it is called nearly as often as it may be for
/// two minutes, whatever the limit is.
#[test]
fn somebody_is_told_where_the_api_is_called_nearly_as_often_as_it_may_be() {
    let template = yaml::parse(&read("infra/template.yaml"));
    for (parameter, usual) in [("CallsPerSecond", "300"), ("CallsAtOnce", "500")] {
        let parameter = &template["Parameters"][parameter];
        assert_eq!(parameter["Type"], "Number");
        assert_eq!(parameter["Default"], usual, "as the documents say");
    }
    let resources = resources();
    let limits = &resources["Api"]["Properties"]["DefaultRouteSettings"];
    assert_eq!(limits["ThrottlingRateLimit"], "CallsPerSecond");
    assert_eq!(limits["ThrottlingBurstLimit"], "CallsAtOnce");
    let alarm = &resources["CallsNearLimit"]["Properties"];
    assert_eq!(alarm["ComparisonOperator"], "GreaterThanThreshold");
    assert_eq!(alarm["Threshold"], "80", "percent");
    let [calls, part] = alarm["Metrics"].as_array().expect("some").as_slice() else {
        panic!("calls, and what part of the limit they are")
    };
    let stat = &calls["MetricStat"];
    assert_eq!(stat["Metric"]["Namespace"], "AWS/ApiGateway");
    assert_eq!(stat["Metric"]["MetricName"], "Count");
    assert_eq!(stat["Metric"]["Dimensions"][0]["Name"], "ApiId");
    assert_eq!(stat["Metric"]["Dimensions"][0]["Value"], "Api");
    assert_eq!((text(&stat["Stat"]), text(&stat["Period"])), ("Sum", "60"));
    assert_eq!(
        part["Expression"],
        "FILL(calls, 0) / (60 * ${CallsPerSecond}) * 100"
    );
}

/// One of our own figures: the function that tells it, and its name.
type Figure = (String, String);

/// Our own figures that the template looks at.
fn watched(resources: &BTreeMap<String, Value>) -> BTreeSet<Figure> {
    let mut figures = BTreeSet::new();
    for (name, alarm) in of_type(resources, "AWS::CloudWatch::Alarm") {
        let alarm = &alarm["Properties"];
        let parts = alarm["Metrics"].as_array().into_iter().flatten();
        let parts = parts.map(|part| &part["MetricStat"]["Metric"]);
        for metric in parts.chain([alarm]) {
            if metric["Namespace"] != "Linli" {
                continue;
            }
            let of = metric["Dimensions"].as_array().expect("whose it is");
            assert_eq!(of.len(), 1, "{name}");
            assert_eq!(of[0]["Name"], "function", "{name}");
            let (function, told) = (text(&of[0]["Value"]), text(&metric["MetricName"]));
            figures.insert((function.to_owned(), told.to_owned()));
        }
    }
    let body = text(&resources["Dashboard"]["Properties"]["DashboardBody"]);
    let body: Value = serde_json::from_str(body).expect("a dashboard is JSON");
    let widgets = body["widgets"].as_array().expect("widgets");
    assert!(widgets.len() > 5);
    for widget in widgets {
        let metrics = widget["properties"]["metrics"].as_array();
        for metric in metrics.expect("metrics") {
            if metric[0] != "Linli" {
                continue;
            }
            assert_eq!(metric[2], "function", "{metric}");
            let function = text(&metric[3]).trim_start_matches("${");
            let function = function.trim_end_matches('}');
            figures.insert((function.to_owned(), text(&metric[1]).to_owned()));
        }
    }
    figures
}

/// Names of the figures that a function's program tells of itself.
fn told(resources: &BTreeMap<String, Value>, function: &str) -> BTreeSet<String> {
    let program = &resources[function]["Metadata"]["BuildProperties"]["Binary"];
    let squeezed = |path: &str| -> String {
        let source = read(format!("functions/lambda/src/{path}.rs"));
        source.split_whitespace().collect()
    };
    let mut source = squeezed(&format!("bin/{}", text(program)));
    if source.contains("lambda::edge::api(") {
        source = squeezed("edge");
    }
    let mut names = BTreeSet::new();
    for said in source.split("tell(&[").skip(1) {
        let (said, _) = said.split_once("]);").expect("its end");
        let counted = said.split("count(\"").skip(1);
        names.extend(counted.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
        if said.contains("since(begun)") {
            names.insert("Milliseconds".to_owned());
        }
    }
    names
}

#[test]
fn alarms_and_dashboards_look_at_figures_that_functions_tell() {
    let resources = resources();
    let figures = watched(&resources);
    assert!(figures.len() > 10, "{figures:?}");
    for (function, figure) in figures {
        let told = told(&resources, &function);
        assert!(told.contains(&figure), "{function}: {figure} of {told:?}");
    }
}

#[test]
fn functions_are_given_what_they_read_and_keep_their_logs_for_a_while() {
    let template = yaml::parse(&read("infra/template.yaml"));
    let resources = resources();
    let source = sources("functions/lambda/src");
    let mut given: BTreeSet<&str> = BTreeSet::new();
    let usual = &template["Globals"]["Function"]["Environment"]["Variables"];
    given.extend(usual.as_object().expect("some").keys().map(String::as_str));
    for (name, function) in of_type(&resources, "AWS::Serverless::Function") {
        let own = function["Properties"]["Environment"]["Variables"].as_object();
        given.extend(own.into_iter().flatten().map(|(name, _)| name.as_str()));
        let log = text(&function["Properties"]["LoggingConfig"]["LogGroup"]);
        let log = &resources[log]["Properties"];
        assert_eq!(log["RetentionInDays"], "LogDays", "{name}");
        let called = text(&function["Properties"]["FunctionName"]);
        assert_eq!(text(&log["LogGroupName"]), format!("/aws/lambda/{called}"));
    }
    for name in given {
        assert!(
            source.contains(&format!("\"{name}\"")),
            "nobody reads {name}"
        );
    }
}

/// Schedules share one group of the account: without a name of its own a second stack is refused, and nobody finds
/// which belongs to what.
#[test]
fn schedules_are_named_by_their_stack_as_the_runbook_looks_for_them() {
    let runbook = read("infra/docs/RUNBOOK.md");
    assert!(runbook.contains("aws scheduler list-schedules --name-prefix $STACK`"));
    let resources = resources();
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for (function, one) in of_type(&resources, "AWS::Serverless::Function") {
        let events = one["Properties"]["Events"].as_object();
        for (_, event) in events.into_iter().flatten() {
            assert_ne!(
                event["Type"], "Schedule",
                "{function}: rules of another kind"
            );
            if event["Type"] == "ScheduleV2" {
                let name = text(&event["Properties"]["Name"]);
                assert!(name.starts_with("${AWS::StackName}-"), "{function}: {name}");
                assert!(names.insert(name), "{name} twice");
            }
        }
    }
    assert_eq!(names.len(), 2, "sweeper and relay: {names:?}");
}

/// Who is called anew each minute and runs once at a time needs no second try: it would stand in the way of the next.
#[test]
fn minutes_that_failed_or_waited_do_not_pile_up() {
    let resources = resources();
    let mut each_minute: BTreeSet<&str> = BTreeSet::new();
    for (name, function) in of_type(&resources, "AWS::Serverless::Function") {
        let function = &function["Properties"];
        let events = function["Events"].as_object();
        for (_, event) in events.into_iter().flatten() {
            if event["Type"] != "ScheduleV2" {
                continue;
            }
            let event = &event["Properties"];
            assert_eq!(event["ScheduleExpression"], "rate(1 minute)", "{name}");
            assert_eq!(function["ReservedConcurrentExecutions"], "1", "{name}");
            for again in [&function["EventInvokeConfig"], &event["RetryPolicy"]] {
                assert_eq!(again["MaximumRetryAttempts"], "0", "{name}");
                assert_eq!(again["MaximumEventAgeInSeconds"], "60", "{name}");
            }
            each_minute.insert(name);
        }
    }
    assert_eq!(each_minute, BTreeSet::from(["Relay", "Sweeper"]));
}

#[test]
fn what_people_said_stays_when_the_stack_goes() {
    let resources = resources();
    // What is protected against deletion cannot be taken back by a first deployment that fails, either.
    for (name, policy) in [
        ("Table", "Retain"),
        ("Key", "Retain"),
        ("Site", "RetainExceptOnCreate"),
    ] {
        let kept = &resources[name];
        assert_eq!(kept["DeletionPolicy"], policy, "{name}");
        assert_eq!(kept["UpdateReplacePolicy"], "Retain", "{name}");
    }
    let table = &resources["Table"]["Properties"];
    assert_eq!(table["DeletionProtectionEnabled"], "true");
    let recovery = &table["PointInTimeRecoverySpecification"];
    assert_eq!(recovery["PointInTimeRecoveryEnabled"], "true");
    assert_eq!(table["SSESpecification"]["KMSMasterKeyId"], "Key.Arn");
}

/// What a door has to be told so that its policy lets it in and the rule hears it.
#[test]
fn the_document_says_where_and_how_doors_connect() {
    let resources = resources();
    let deploy = read("infra/docs/DEPLOY.md");
    let (_, doors) = deploy.split_once("\n## 5. Doors\n").expect("its part");
    let (doors, _) = doors.split_once("\n## ").expect("its end");
    let policy = &resources["DoorPolicy"]["Properties"]["PolicyDocument"];
    let may = policy["Statement"].as_array().expect("statements");
    // A connection's client id is the name of its thing, and so is a part of what it publishes to.
    let on = |action: &str| {
        let found = may.iter().find(|one| one["Action"] == action);
        let resource = text(&found.expect("a statement")["Resource"]);
        let named = resource.replace("${!iot:Connection.Thing.ThingName}", "dev_01...");
        let (_, on) = named.rsplit_once(':').expect("an ARN");
        on.to_owned()
    };
    assert_eq!(may.len(), 2, "{may:?}");
    assert_eq!(on("iot:Connect"), "client/dev_01...");
    let topic = on("iot:Publish");
    let topic = topic.strip_prefix("topic/").expect("a topic");
    let rule = &resources["DoorEventsRule"]["Properties"]["TopicRulePayload"];
    let heard = topic.replace("dev_01...", "+");
    assert!(text(&rule["Sql"]).ends_with(&format!(" FROM '{heard}'")));
    let publishes = format!("| topic | `{topic}`");
    for said in [
        "aws iot create-thing --thing-name dev_01...",
        "--endpoint-type iot:Data-ATS",
        "AmazonRootCA1.pem",
        "| port | 8883,",
        "| client id | `dev_01...`",
        publishes.as_str(),
        "| quality of service | 1:",
    ] {
        assert!(doors.contains(said), "doors are not told: {said}");
    }
}

/// A policy that a certificate has cannot be deleted, and the stack made neither certificates nor things.
#[test]
fn doors_leave_before_the_stack_that_holds_their_policy() {
    let resources = resources();
    of_type(&resources, "AWS::IoT::Policy");
    for kind in ["AWS::IoT::Certificate", "AWS::IoT::Thing"] {
        let made = resources.values().any(|one| one["Type"] == kind);
        assert!(!made, "{kind} goes with the stack");
    }
    let deploy = read("infra/docs/DEPLOY.md");
    let (_, leaving) = deploy.split_once("\n## Leaving\n").expect("how to leave");
    let (mut doors, _) = leaving.split_once("sam delete").expect("the stack goes");
    for step in [
        "list-targets-for-policy --policy-name $POLICY",
        "detach-thing-principal",
        "detach-policy --policy-name $POLICY",
        "--new-status INACTIVE",
        "delete-certificate",
    ] {
        let found = doors.split_once(step);
        (_, doors) = found.unwrap_or_else(|| panic!("{step} is not in its place"));
    }
}

/// The relay is woken by rows of outboxes, and by nothing else; what wakes it holds keys alone.
#[test]
fn the_relay_wakes_when_something_waits() {
    let resources = resources();
    let stream = &resources["Table"]["Properties"]["StreamSpecification"];
    assert_eq!(stream["StreamViewType"], "KEYS_ONLY");
    let outbox = &resources["Relay"]["Properties"]["Events"]["Outbox"]["Properties"];
    let pattern = text(&outbox["FilterCriteria"]["Filters"][0]["Pattern"]);
    let pattern: Value = serde_json::from_str(pattern).expect("a pattern is JSON");
    assert_eq!(pattern["eventName"][0], "INSERT");
    let ends = text(&pattern["dynamodb"]["Keys"]["pk"]["S"][0]["suffix"]);
    let row = schema::outbox(CommunityId::from_bits(1), MessageId::from_bits(2));
    assert!(!ends.is_empty() && row.pk.ends_with(ends), "{ends}");
}

/// What China's regions do not have is left out there.
#[test]
fn china_is_asked_for_nothing_it_does_not_have() {
    let resources = resources();
    let lacking = [
        "Distribution",
        "Function",
        "OriginAccessControl",
        "ResponseHeadersPolicy",
    ];
    for kind in lacking {
        for (name, one) in of_type(&resources, &format!("AWS::CloudFront::{kind}")) {
            assert_eq!(one["Condition"], "OutOfChina", "{name}");
        }
    }
    let template = read("infra/template.yaml");
    assert!(!template.contains("FunctionUrl"), "there are none in China");
    assert!(!template.contains("Tracing"), "nor is there X-Ray");
    for (n, line) in template.lines().enumerate() {
        let fixed = line.contains("arn:aws:") && !line.contains("certificate/none");
        let named = line.contains("amazonaws.com") && !line.contains("Service:");
        assert!(!fixed && !named, "line {}: {line}", n + 1);
    }
}

/// No web ACL of a region stands before an HTTP API. Where there is no distribution, the server in its place limits
/// calls by address, and says who called in the headers that the API reads.
#[test]
fn the_server_in_the_distributions_place_limits_calls_and_says_whose_they_are() {
    let template = yaml::parse(&read("infra/template.yaml"));
    let has = &template["Conditions"]["HasWebAcl"];
    assert_eq!(has[1], "OutOfChina", "there is nothing to put one before");
    let resources = resources();
    let acl = &resources["Distribution"]["Properties"]["DistributionConfig"]["WebACLId"];
    assert_eq!((&acl[0], &acl[1]), (&json!("HasWebAcl"), &json!("WebAcl")));

    let deploy = read("infra/docs/DEPLOY.md");
    let (_, china) = deploy
        .split_once("\n## In China's regions\n")
        .expect("its part");
    let (china, _) = china.split_once("\n## ").expect("its end");
    let server = china.split("```").nth(1).expect("what it is told");
    let zone = server.split("$binary_remote_addr zone=").nth(1);
    let zone = zone.and_then(|rest| rest.split(':').next());
    let used = format!("limit_req zone={} ", zone.expect("a zone by address"));
    assert!(server.contains(&used), "{used}");
    assert!(
        server.contains("limit_req_status 429;"),
        "busy, to the apps"
    );
    let most = server.split("client_max_body_size ").nth(1);
    let most = most.and_then(|rest| rest.split_once("m;"));
    let most: usize = most.expect("megabytes").0.parse().expect("a number");
    let (file, gateway) = (limits::IMPORT_LARGE_BYTES, 10 << 20);
    assert!(most << 20 > file && most << 20 <= gateway, "{most} MB");
    for header in [
        "x-viewer $remote_addr",
        "x-forwarded-host $host",
        "x-edge \"",
    ] {
        let told = format!("proxy_set_header {header}");
        assert!(server.contains(&told), "{told}");
    }
}

#[test]
fn the_sweeper_ends_its_pass_before_it_is_ended() {
    let resources = resources();
    let timeout = &resources["Sweeper"]["Properties"]["Timeout"];
    let seconds: Option<u64> = timeout.as_u64().or_else(|| text(timeout).parse().ok());
    let seconds = seconds.expect("seconds");
    // What was read when its time is over is still done.
    assert!(seconds >= limits::SWEEP_SECONDS + 15, "{seconds}");
    const { assert!(limits::SWEEP_WATCH_SECONDS < limits::SWEEP_SECONDS) };
}

#[test]
fn the_relay_ends_its_pass_before_it_is_ended() {
    let resources = resources();
    let timeout = &resources["Relay"]["Properties"]["Timeout"];
    let seconds: u64 = text(timeout).parse().expect("seconds");
    let source = read("functions/lambda/src/lib.rs");
    let tries = source.split_once("const ALL_TRIES: Duration = Duration::from_secs(");
    let tries = tries.and_then(|(_, rest)| rest.split(')').next());
    let tries: u64 = tries.expect("its patience").parse().expect("seconds");
    // The text that is under way when its time is over: counted before, noted after, and its row put back.
    let least = limits::RELAY_SECONDS + limits::SEND_SECONDS + 3 * tries;
    assert!(seconds >= least, "{seconds}");
}
