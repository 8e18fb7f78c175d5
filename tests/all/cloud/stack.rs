//! What comes up: what pages are sent with, what functions are given, when they run and when they end, what stays when
//! the rest is taken away, and what is left out in China.

use std::collections::{BTreeMap, BTreeSet};

use acceptance::template::{self, of_type, read, resources, text};
use domain::{CommunityId, MessageId, limits};
use local::csp;
use serde_json::Value;
use service::router::SECURITY_HEADERS;
use store::schema;

use super::sources;

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
fn functions_are_given_what_they_read_and_keep_their_logs_for_a_while() {
    let template = template::whole();
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
