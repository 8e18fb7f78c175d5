//! What DynamoDB may do though nothing failed: an index answers as it was a while ago, and of a batch a part
//! is left to be sent again.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;
use std::sync::atomic::Ordering;

use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::http::{Response, StatusCode};
use aws_smithy_types::body::SdkBody;
use serde_json::{Map, Value};

use super::{Faults, NOTHING};
use crate::chance::Chance;

/// How often each happens, in percent of the calls it can happen to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Slack {
    /// Questions to an index that were asked before.
    pub stale: u64,
    /// Batches of more than one.
    pub unprocessed: u64,
}

/// How often a former answer is given before the question is put to the store again.
const SERVED: u32 = 3;

/// Former answers of indexes, by the question.
#[derive(Debug, Default)]
pub(super) struct Former(Mutex<HashMap<String, Answered>>);

#[derive(Debug)]
struct Answered {
    body: String,
    served: u32,
}

impl Former {
    fn take(&self, question: &str) -> Option<String> {
        let mut known = self.0.lock().expect("nobody panics while holding it");
        let answered = known.get_mut(question)?;
        if answered.served == SERVED {
            return None;
        }
        answered.served += 1;
        Some(answered.body.clone())
    }

    fn keep(&self, question: &str, body: &[u8]) {
        let body = String::from_utf8_lossy(body).into_owned();
        let mut known = self.0.lock().expect("nobody panics while holding it");
        known.insert(question.to_owned(), Answered { body, served: 0 });
    }
}

/// What is to be done with the answer.
#[derive(Debug)]
pub(super) enum Change {
    /// The index answers for itself this time.
    Keep {
        question: String,
    },
    Former {
        body: String,
    },
    /// The store never saw these.
    Left {
        field: &'static str,
        left: Value,
    },
}

impl Faults {
    fn happens(&self, percent: u64) -> bool {
        if percent == 0 {
            return false;
        }
        let mut seed = self.chance.lock().expect("nobody panics while holding it");
        let mut chance = Chance::new(*seed);
        *seed = chance.draw();
        chance.percent(percent)
    }

    pub(super) fn loosen(&self, operation: &str, request: &mut HttpRequest) -> Option<Change> {
        if !self.on.load(Ordering::SeqCst) {
            return None;
        }
        match operation {
            "Query" if self.slack.stale > 0 => {
                let question = question(request.body().bytes()?)?;
                let former = match self.happens(self.slack.stale) {
                    true => self.former.take(&question),
                    false => None,
                };
                let Some(body) = former else {
                    return Some(Change::Keep { question });
                };
                self.loosened.fetch_add(1, Ordering::Relaxed);
                request.headers_mut().insert("x-amz-target", NOTHING);
                Some(Change::Former { body })
            }
            "BatchWriteItem" => self.halve(request, "UnprocessedItems"),
            "BatchGetItem" => self.halve(request, "UnprocessedKeys"),
            _ => None,
        }
    }

    fn halve(&self, request: &mut HttpRequest, field: &'static str) -> Option<Change> {
        if !self.happens(self.slack.unprocessed) {
            return None;
        }
        let (sent, left) = halves(request.body().bytes()?)?;
        self.loosened.fetch_add(1, Ordering::Relaxed);
        let headers = request.headers_mut();
        headers.insert("content-length", sent.len().to_string());
        *request.body_mut() = SdkBody::from(sent);
        Some(Change::Left { field, left })
    }

    pub(super) fn answer(
        &self,
        change: &Change,
        response: &mut HttpResponse,
    ) -> Result<(), BoxError> {
        let good = response.status().as_u16() == 200;
        let body = match change {
            Change::Keep { question } => {
                if let Some(body) = response.body().bytes().filter(|_| good) {
                    self.former.keep(question, body);
                }
                return Ok(());
            }
            Change::Former { body } => body.clone(),
            Change::Left { field, left } => {
                let Some(body) = response.body().bytes().filter(|_| good) else {
                    return Ok(());
                };
                let mut body: Value = serde_json::from_slice(body)?;
                body[*field] = left.clone();
                body.to_string()
            }
        };
        *response = Response::new(StatusCode::try_from(200)?, SdkBody::from(body));
        Ok(())
    }
}

/// What an index is asked, in words that are the same each time. What is due is asked up to a moment: a
/// former answer was to the same question, earlier.
fn question(body: &[u8]) -> Option<String> {
    let asked: Value = serde_json::from_slice(body).ok()?;
    let index = asked["IndexName"].as_str()?;
    let condition = asked["KeyConditionExpression"].as_str()?;
    let sorted = |field: &str| -> BTreeMap<String, String> {
        let own = asked[field].as_object().into_iter().flatten();
        own.map(|(name, value)| (name.clone(), value.to_string()))
            .collect()
    };
    let mut values = sorted("ExpressionAttributeValues");
    if condition.contains("<=") {
        values.remove(":a");
    }
    let start = sorted("ExclusiveStartKey");
    let (limit, forward) = (&asked["Limit"], &asked["ScanIndexForward"]);
    let only = &asked["ProjectionExpression"];
    Some(format!(
        "{index} {condition} {values:?} {start:?} {limit} {forward} {only}"
    ))
}

/// A batch of the first half of what is asked, and the rest in the form in which it is left over.
fn halves(body: &[u8]) -> Option<(String, Value)> {
    let mut asked: Value = serde_json::from_slice(body).ok()?;
    let mut left = Map::new();
    for (table, requests) in asked["RequestItems"].as_object_mut()? {
        let writes = requests.is_array();
        let list = match writes {
            true => requests.as_array_mut()?,
            false => requests["Keys"].as_array_mut()?,
        };
        if list.len() < 2 {
            return None;
        }
        let rest = Value::Array(list.split_off(list.len() / 2));
        let rest = match writes {
            true => rest,
            false => {
                let mut same = requests.clone();
                same["Keys"] = rest;
                same
            }
        };
        left.insert(table.clone(), rest);
    }
    Some((asked.to_string(), Value::Object(left)))
}
