//! What calls of DynamoDB have to be allowed, and what policies of the template allow.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::template::texts;

/// As IAM calls it, with the index that is asked: `dynamodb:Query of due`. A transaction needs what its steps are.
#[must_use]
pub fn needed(operation: &str, body: &Value) -> BTreeSet<String> {
    let Some(steps) = body["TransactItems"].as_array() else {
        let of = match body["IndexName"].as_str() {
            Some(index) => format!(" of {index}"),
            None => String::new(),
        };
        return BTreeSet::from([format!("dynamodb:{operation}{of}")]);
    };
    let steps = steps.iter().filter_map(Value::as_object);
    let steps = steps.flat_map(|step| step.keys());
    let actions = steps.map(|step| match step.as_str() {
        "ConditionCheck" => "dynamodb:ConditionCheckItem".to_owned(),
        step => format!("dynamodb:{step}Item"),
    });
    actions.collect()
}

/// What statements of a policy allow on the table, in the same words; `of *` is any index.
#[must_use]
pub fn on_table(statements: &Value) -> BTreeSet<String> {
    let mut may = BTreeSet::new();
    let statements = statements.as_array().into_iter().flatten();
    for statement in statements.filter(|one| one["Effect"] == "Allow") {
        for action in texts(&statement["Action"]) {
            if !action.starts_with("dynamodb:") {
                continue;
            }
            let resources = texts(&statement["Resource"]).into_iter();
            for resource in resources.filter(|resource| !resource.is_empty()) {
                let of = match resource.split_once("/index/") {
                    Some((_, index)) => format!(" of {index}"),
                    None => String::new(),
                };
                may.insert(format!("{action}{of}"));
            }
        }
    }
    may
}

/// Is what a call needs among what somebody may?
#[must_use]
pub fn allows(may: &BTreeSet<String>, need: &str) -> bool {
    let any = need.split_once(" of ");
    let any = any.map(|(action, _)| format!("{action} of *"));
    may.contains(need) || any.is_some_and(|any| may.contains(&any))
}
