//! What the table's stream tells of a row, and the filter of the template that stands before a function.

use jiff::Timestamp;
use serde_json::{Value, json};
use store::schema::Key;

use super::gateway::program_of;

/// The way from the table's stream to one program.
pub struct Stream {
    patterns: Vec<Value>,
}

impl Stream {
    /// As the template has it.
    #[must_use]
    pub fn to(template: &Value, program: &str) -> Self {
        let resources = template["Resources"].as_object().expect("resources");
        let mut functions = resources.values();
        let function = functions.find(|one| program_of(one).as_deref() == Some(program));
        let events = function.expect("a function of that program")["Properties"]["Events"].clone();
        let mut events = events.as_object().expect("events").values();
        let event = events.find(|event| event["Type"] == "DynamoDB");
        let event = &event.expect("a stream wakes it")["Properties"];
        let table = event["Stream"].as_str().and_then(|arn| arn.split_once('.'));
        let (table, _) = table.expect("a table's stream");
        let view = &resources[table]["Properties"]["StreamSpecification"]["StreamViewType"];
        assert_eq!(view, "KEYS_ONLY", "what more it told is not made here");
        let filters = event["FilterCriteria"]["Filters"].as_array();
        let patterns = filters.expect("filters").iter().map(|filter| {
            let pattern = filter["Pattern"].as_str().expect("a pattern");
            serde_json::from_str(pattern).expect("a pattern is JSON")
        });
        Self {
            patterns: patterns.collect(),
        }
    }

    /// One that fits is enough.
    #[must_use]
    pub fn lets_through(&self, record: &Value) -> bool {
        self.patterns.iter().any(|pattern| fits(pattern, record))
    }
}

/// What happened to a row: `INSERT`, `MODIFY` or `REMOVE`.
#[must_use]
pub fn told(happened: &str, key: &Key) -> Value {
    let now = Timestamp::now();
    json!({
        "eventID": format!("{:032x}", now.as_nanosecond()),
        "eventName": happened,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "local",
        "dynamodb": {
            "ApproximateCreationDateTime": now.as_second(),
            "Keys": { "pk": { "S": key.pk }, "sk": { "S": key.sk } },
            "SequenceNumber": now.as_nanosecond().to_string(),
            "SizeBytes": key.pk.len() + key.sk.len() + 4,
            "StreamViewType": "KEYS_ONLY",
        },
        "eventSourceARN": "arn:aws:dynamodb:local:123456789012:table/linli/stream/2026-11-24T01:00:00.000",
    })
}

/// As much of EventBridge's patterns as the template uses.
fn fits(pattern: &Value, said: &Value) -> bool {
    match pattern {
        Value::Object(fields) => fields
            .iter()
            .all(|(name, inner)| fits(inner, &said[name.as_str()])),
        Value::Array(choices) => choices.iter().any(|choice| is_chosen(choice, said)),
        other => panic!("{other} is no pattern"),
    }
}

fn is_chosen(choice: &Value, said: &Value) -> bool {
    if choice.is_string() {
        return choice == said;
    }
    let rule = choice.as_object().expect("a rule");
    assert_eq!(rule.len(), 1, "{choice}");
    let text = said.as_str();
    rule.iter().all(|(name, part)| {
        let part = part.as_str().expect("text");
        match name.as_str() {
            "suffix" => text.is_some_and(|text| text.ends_with(part)),
            "prefix" => text.is_some_and(|text| text.starts_with(part)),
            other => panic!("{other} is not read here"),
        }
    })
}
