//! The table as it is deployed, and the description of the API, stay what the code says.

use std::collections::{BTreeMap, BTreeSet};

use acceptance::template;
use domain::access::Act;
use serde_json::{Value, json};
use store::schema::{INDEXES, PK, SK, TTL};
use wire::{Code, EndpointInfo, Method, openapi};

fn keys(hash: &str, range: &str) -> Value {
    json!([
        { "AttributeName": hash, "KeyType": "HASH" },
        { "AttributeName": range, "KeyType": "RANGE" },
    ])
}

/// What the table must be for the code to work, as CloudFormation puts it.
fn wanted() -> BTreeMap<&'static str, Value> {
    let mut attributes: Vec<&str> = vec![PK, SK];
    attributes.extend(INDEXES.iter().flat_map(|(_, hash, range)| [*hash, *range]));
    let typed = |name: &&str| json!({ "AttributeName": name, "AttributeType": "S" });
    let index = |(name, hash, range): &(&str, &str, &str)| {
        json!({
            "IndexName": name,
            "KeySchema": keys(hash, range),
            "Projection": { "ProjectionType": "ALL" },
        })
    };
    BTreeMap::from([
        ("KeySchema", keys(PK, SK)),
        (
            "AttributeDefinitions",
            attributes.iter().map(typed).collect(),
        ),
        (
            "GlobalSecondaryIndexes",
            INDEXES.iter().map(index).collect(),
        ),
        (
            "TimeToLiveSpecification",
            json!({ "AttributeName": TTL, "Enabled": "true" }),
        ),
        ("BillingMode", json!("PAY_PER_REQUEST")),
    ])
}

/// What of the table in this template is not as the code needs it.
fn differences(template: &Value) -> Vec<&'static str> {
    let table = &template["Resources"]["Table"]["Properties"];
    let mut differences: Vec<&str> = wanted()
        .into_iter()
        .filter(|(part, want)| &table[part] != want)
        .map(|(part, _)| part)
        .collect();
    if !table["LocalSecondaryIndexes"].is_null() {
        differences.push("LocalSecondaryIndexes");
    }
    differences
}

#[test]
fn the_template_declares_the_very_table() {
    assert_eq!(differences(&template::whole()), Vec::<&str>::new());
}

#[test]
fn a_table_that_is_off_in_anything_is_noticed() {
    let table = "/Resources/Table/Properties";
    let wrong = [
        ("/KeySchema/0/KeyType", json!("RANGE"), "KeySchema"),
        ("/KeySchema/1/AttributeName", json!("pk"), "KeySchema"),
        (
            "/AttributeDefinitions/3/AttributeType",
            json!("N"),
            "AttributeDefinitions",
        ),
        (
            "/GlobalSecondaryIndexes/2/Projection/ProjectionType",
            json!("KEYS_ONLY"),
            "GlobalSecondaryIndexes",
        ),
        (
            "/GlobalSecondaryIndexes/3/KeySchema/0/AttributeName",
            json!("dsk"),
            "GlobalSecondaryIndexes",
        ),
        (
            "/GlobalSecondaryIndexes/0/IndexName",
            json!("gsi9"),
            "GlobalSecondaryIndexes",
        ),
        (
            "/TimeToLiveSpecification/AttributeName",
            json!("gone"),
            "TimeToLiveSpecification",
        ),
        (
            "/TimeToLiveSpecification/Enabled",
            json!("false"),
            "TimeToLiveSpecification",
        ),
    ];
    for (place, value, part) in wrong {
        let mut template = template::whole();
        let found = template.pointer_mut(&format!("{table}{place}"));
        *found.expect("the template has that place") = value;
        assert_eq!(differences(&template), [part], "{place}");
    }
}

/// The HTTP events of the template: method and path.
fn events(template: &Value) -> BTreeSet<(String, String)> {
    let resources = template["Resources"].as_object().expect("resources");
    let functions = resources
        .values()
        .filter(|resource| resource["Type"] == "AWS::Serverless::Function");
    let events = functions.flat_map(|function| {
        let events = function["Properties"]["Events"].as_object();
        events.into_iter().flat_map(serde_json::Map::values)
    });
    events
        .filter(|event| event["Type"] == "HttpApi")
        .map(|event| {
            let text = |name: &str| {
                let value = event["Properties"][name].as_str();
                value.expect("an event has it").to_owned()
            };
            assert_eq!(text("ApiId"), "Api");
            (text("Method"), text("Path"))
        })
        .collect()
}

/// Would API Gateway send this call along that route?
fn leads(route: &str, path: &str) -> bool {
    let (mut route, mut path) = (route.split('/'), path.split('/'));
    loop {
        match (route.next(), path.next()) {
            (None, None) => return true,
            (Some(part), Some(_)) if part.starts_with('{') && part.ends_with("+}") => return true,
            (Some(part), Some(_)) if part.starts_with('{') && part.ends_with('}') => {}
            (Some(part), Some(word)) if part == word => {}
            _ => return false,
        }
    }
}

#[test]
fn every_endpoint_is_reached_through_the_template() {
    let events = events(&template::whole());
    assert!(events.len() > 2, "{events:?}");
    let open = |method: &str, path: &str| {
        let fits =
            |(on, route): &&(String, String)| (on == "ANY" || on == method) && leads(route, path);
        events.iter().any(|event| fits(&event))
    };
    for endpoint in wire::endpoints() {
        let path = endpoint.path.replace(['{', '}'], "x");
        let method = endpoint.method.as_str();
        assert!(open(method, &path), "{method} {path} leads to no function");
    }
    assert!(!open("GET", "/v2/bookings"));
    assert!(!open("GET", "/_local/outbox"), "the helpers stay at home");
    // What the API says of itself is no call of the contract.
    let calls = events
        .iter()
        .filter(|(_, route)| route != "/v1/openapi.json");
    for (method, route) in calls {
        let used = wire::endpoints().any(|endpoint| {
            (method == "ANY" || method == endpoint.method.as_str())
                && leads(route, &endpoint.path.replace(['{', '}'], "x"))
        });
        assert!(used, "{method} {route} leads to no endpoint");
    }
}

fn operation<'d>(document: &'d Value, endpoint: &EndpointInfo) -> &'d Value {
    &document["paths"][endpoint.path][endpoint.method.as_str().to_lowercase()]
}

#[test]
fn every_endpoint_is_described_and_every_reference_leads_somewhere() {
    let document = openapi::document();
    assert_eq!(document["openapi"], "3.1.0");
    for endpoint in wire::endpoints() {
        let operation = operation(&document, endpoint);
        assert_eq!(operation["operationId"], endpoint.name, "{}", endpoint.path);
    }
    let text = document.to_string();
    for reference in text
        .split("\"$ref\":\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
    {
        let place = document.pointer(reference.trim_start_matches('#'));
        assert!(place.is_some(), "{reference} leads nowhere");
    }
}

/// Each part of a path in braces has a parameter that says what it may be.
#[test]
fn path_parameters_are_typed() {
    let document = openapi::document();
    for endpoint in wire::endpoints() {
        let parameters = operation(&document, endpoint)["parameters"].as_array();
        let parameters = parameters.into_iter().flatten();
        let named: Vec<(&str, &Value)> = parameters
            .filter(|parameter| parameter["in"] == "path")
            .map(|parameter| {
                let name = parameter["name"].as_str().expect("a name");
                (name, &parameter["schema"])
            })
            .collect();
        let braces = endpoint.path.split('/').filter_map(|part| {
            let part = part.strip_prefix('{')?;
            part.strip_suffix('}')
        });
        let names = named.iter().map(|(name, _)| *name);
        assert!(names.eq(braces), "{}: {named:?}", endpoint.name);
        for (name, schema) in named {
            let place = schema["$ref"].as_str().unwrap_or_default();
            let schema = document.pointer(place.trim_start_matches('#'));
            let typed = schema.is_some_and(|schema| {
                let choices = ["pattern", "enum", "oneOf"];
                choices.iter().any(|word| !schema[word].is_null())
            });
            assert!(typed || name == "slug", "{} {name}", endpoint.name);
        }
    }
}

#[test]
fn every_status_is_described_with_its_codes() {
    let document = openapi::document();
    for endpoint in wire::endpoints() {
        let name = endpoint.name;
        let responses = &operation(&document, endpoint)["responses"];
        let has = |status: u16| responses[status.to_string()].is_object();
        let open = endpoint.act == Act::Public;
        assert!(has(endpoint.success) && has(500) && has(503), "{name}");
        let readers = ["RecordHikvision", "RecordDahua", "RecordZkteco"].contains(&name);
        let proves =
            ["SignIn", "RecordDoorEvents", "RecordObservations"].contains(&name) || readers;
        assert_eq!(has(401), !open || proves, "{name}");
        let names = endpoint.path.contains('{');
        assert_eq!(has(404), !open || names, "{name}");
        assert!(has(403) || open && endpoint.method == Method::Get, "{name}");
        assert!(has(413) && has(422), "{name}");
        for (status, response) in responses.as_object().expect("answers") {
            let schema = &response["content"]["application/problem+json"]["schema"];
            let codes = schema["properties"]["code"]["enum"].as_array();
            for code in codes.into_iter().flatten() {
                let known = Code::ALL.iter().find(|known| code == known.as_str());
                let known = known.expect("a code there is");
                assert_eq!(known.status().to_string(), *status, "{name} {code}");
            }
        }
    }
    let code_sent = wire::endpoints().find(|endpoint| endpoint.name == "SendCode");
    let limited = &operation(&document, code_sent.expect("is there"))["responses"]["429"];
    assert!(limited["headers"]["Retry-After"].is_object());
    assert_eq!(limited["description"], "resend_too_soon, too_many_codes");
    let books = wire::endpoints().find(|endpoint| endpoint.name == "CreateBooking");
    let conflict = &operation(&document, books.expect("is there"))["responses"]["409"];
    let said = conflict["description"].as_str().expect("said");
    assert!(
        said.contains("slot_taken") && !said.contains("phone_taken"),
        "{said}"
    );
}

/// Each code there is can be the answer of some endpoint; those of rows and of none are named.
#[test]
fn every_code_belongs_somewhere() {
    let described: BTreeSet<Code> = wire::endpoints().flat_map(openapi::codes_of).collect();
    let nowhere: Vec<Code> = Code::ALL
        .iter()
        .copied()
        .filter(|code| !described.contains(code))
        .collect();
    assert_eq!(
        nowhere,
        [
            Code::Differs,
            Code::RowTwice,
            Code::MethodNotAllowed,
            Code::BadIsbn,
            Code::BadRecord,
            Code::LabelTaken,
            Code::Replayed,
            Code::WrongUnit
        ]
    );
}
