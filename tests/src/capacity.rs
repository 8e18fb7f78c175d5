//! What DynamoDB would bill: asks with each call for the capacity it consumes, and adds it up.

use std::sync::{Arc, Mutex, MutexGuard};

use aws_sdk_dynamodb::config::SharedInterceptor;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};

use crate::intercept::{self, Passed};

/// Dollars for a million units on demand in us-east-1, since November 2024.
pub const WRITES: f64 = 0.625;
pub const READS: f64 = 0.125;

/// Units of reading and of writing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Consumed {
    pub read: f64,
    pub written: f64,
    pub calls: u64,
}

impl Consumed {
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            read: self.read + other.read,
            written: self.written + other.written,
            calls: self.calls + other.calls,
        }
    }

    #[must_use]
    pub fn less(self, other: Self) -> Self {
        Self {
            read: self.read - other.read,
            written: self.written - other.written,
            calls: self.calls.saturating_sub(other.calls),
        }
    }

    /// Of so many, a million of them, in dollars.
    #[must_use]
    pub fn dollars_per_million(&self, count: f64) -> f64 {
        (self.read * READS + self.written * WRITES) / count
    }
}

#[derive(Debug, Default)]
struct Counter {
    on: bool,
    sum: Consumed,
}

#[derive(Clone, Debug, Default)]
pub struct Capacity(Arc<Mutex<Counter>>);

/// Which way a call goes that is counted.
#[derive(Debug)]
enum Way {
    Reads,
    Writes,
}

impl Capacity {
    #[must_use]
    pub fn interceptor(&self) -> SharedInterceptor {
        intercept::follows("capacity", self.clone(), Self::sends, Self::hears)
    }

    fn counter(&self) -> MutexGuard<'_, Counter> {
        self.0.lock().expect("nobody panics while holding it")
    }

    pub fn begin(&self) {
        *self.counter() = Counter {
            on: true,
            sum: Consumed::default(),
        };
    }

    /// What was consumed since it began.
    #[must_use]
    pub fn end(&self) -> Consumed {
        let mut counter = self.counter();
        counter.on = false;
        counter.sum
    }

    fn sends(&self, operation: &str, request: &mut HttpRequest) -> Passed<Option<Way>> {
        let way = match operation {
            "GetItem" | "BatchGetItem" | "Query" | "TransactGetItems" => Some(Way::Reads),
            "PutItem" | "UpdateItem" | "DeleteItem" | "BatchWriteItem" | "TransactWriteItems" => {
                Some(Way::Writes)
            }
            _ => None,
        };
        let Some(way) = way.filter(|_| self.counter().on) else {
            return Ok(None);
        };
        let body = request.body().bytes().unwrap_or_default();
        let mut body: Value = serde_json::from_slice(body)?;
        body["ReturnConsumedCapacity"] = json!("TOTAL");
        *request.body_mut() = SdkBody::from(body.to_string());
        Ok(Some(way))
    }

    fn hears(&self, way: &Way, response: &mut HttpResponse) -> Passed {
        let said = response.body().bytes().unwrap_or_default();
        let said: Value = serde_json::from_slice(said).unwrap_or_default();
        let units = units(&said["ConsumedCapacity"]);
        let mut counter = self.counter();
        counter.sum.calls += 1;
        match way {
            Way::Reads => counter.sum.read += units,
            Way::Writes => counter.sum.written += units,
        }
        Ok(())
    }
}

/// One table's, or a list of several tables'.
fn units(consumed: &Value) -> f64 {
    let of = |one: &Value| one["CapacityUnits"].as_f64().unwrap_or(0.0);
    match consumed {
        Value::Array(all) => all.iter().map(of).sum(),
        one => of(one),
    }
}
