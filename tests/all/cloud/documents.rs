//! What whoever runs it reads: DEPLOY and RUNBOOK say of the template what is so.

use std::collections::BTreeSet;

use acceptance::template::{self, of_type, read, resources, text, texts};
use domain::limits;
use serde_json::json;

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
    assert_eq!(of_type(&resources, "AWS::IoT::Policy").len(), 1);
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

/// No web ACL of a region stands before an HTTP API. Where there is no distribution, the server in its place limits
/// calls by address, and says who called in the headers that the API reads.
#[test]
fn the_server_in_the_distributions_place_limits_calls_and_says_whose_they_are() {
    let template = template::whole();
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
