//! What DynamoDB would bill: asks with each call for the capacity it consumes, and adds it up.

use std::sync::{Arc, Mutex, MutexGuard};

use aws_sdk_dynamodb::config::interceptors::{
    BeforeDeserializationInterceptorContextMut, BeforeTransmitInterceptorContextMut,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents, SharedInterceptor};
use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::{Storable, StoreReplace};
use serde_json::{Value, json};

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
#[derive(Clone, Copy, Debug)]
enum Way {
    Reads,
    Writes,
}

impl Storable for Way {
    type Storer = StoreReplace<Self>;
}

impl Capacity {
    #[must_use]
    pub fn interceptor(&self) -> SharedInterceptor {
        SharedInterceptor::new(self.clone())
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
}

impl Intercept for Capacity {
    fn name(&self) -> &'static str {
        "capacity"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.split('.').next_back().unwrap_or_default();
        let way = match operation {
            "GetItem" | "BatchGetItem" | "Query" | "TransactGetItems" => Some(Way::Reads),
            "PutItem" | "UpdateItem" | "DeleteItem" | "BatchWriteItem" | "TransactWriteItems" => {
                Some(Way::Writes)
            }
            _ => None,
        };
        let Some(way) = way.filter(|_| self.counter().on) else {
            bag.interceptor_state().unset::<Way>();
            return Ok(());
        };
        let body = request.body().bytes().unwrap_or_default();
        let mut body: Value = serde_json::from_slice(body)?;
        body["ReturnConsumedCapacity"] = json!("TOTAL");
        *request.body_mut() = SdkBody::from(body.to_string());
        bag.interceptor_state().store_put(way);
        Ok(())
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(way) = bag.load::<Way>().copied() else {
            return Ok(());
        };
        let said = context.response().body().bytes().unwrap_or_default();
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
