//! What somebody is told of: what alarms and the dashboard look at is there, whole, and told by the function they name.

use std::collections::{BTreeMap, BTreeSet};

use acceptance::template::{self, of_type, read, resources, text, texts};
use serde_json::{Value, json};
use store::schema;

use crate::watch::queue::BROUGHT_MOST;

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
    let template = template::whole();
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
