//! Faults between server and store, from a seed: what DynamoDB does and an embedded one never
//! shows. A conflict, a throttle and a 500 happen instead of the effect; a lost reply and a
//! timeout happen after it. What it may do though nothing failed is [`slack`]; one that is there no more is [`gone`],
//! one that does not answer some questions [`deaf`], and one of which nothing is heard [`lost`].

pub mod deaf;
pub mod gone;
pub mod lost;
pub mod slack;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::config::SharedInterceptor;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::http::{Response, StatusCode};
use aws_smithy_types::body::SdkBody;

use crate::chance::Chance;
use crate::intercept::{self, Passed};
use slack::{Change, Former, Slack};

/// How often each happens, in percent of the calls it can happen to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rates {
    /// Transactions only.
    pub conflict: u64,
    pub throttle: u64,
    pub server_error: u64,
    /// Carried out, and the answer never arrives: writes only.
    pub lost_reply: u64,
    /// Carried out, and the client gives up waiting: writes only.
    pub timeout: u64,
}

#[derive(Debug)]
enum Fate {
    Conflict,
    Throttle,
    ServerError,
    LostReply,
    Timeout,
    /// Nothing fails.
    Loosened(Change),
}

/// What is not answered by the store at all is sent there as this, which it does not know.
const NOTHING: &str = "DynamoDB_20120810.DescribeLimits";

#[derive(Debug)]
pub struct Faults {
    rates: Rates,
    slack: Slack,
    former: Former,
    chance: Mutex<u64>,
    /// Quiet until switched on, so that a community can be seeded first.
    on: std::sync::atomic::AtomicBool,
    pub injected: AtomicU64,
    /// Former answers given and batches halved.
    pub loosened: AtomicU64,
    pub calls: AtomicU64,
    /// Of the calls: those that write several items at once.
    pub transactions: AtomicU64,
}

impl Faults {
    #[must_use]
    pub fn new(seed: u64, rates: Rates) -> Arc<Self> {
        Self::with_slack(seed, rates, Slack::default())
    }

    #[must_use]
    pub fn with_slack(seed: u64, rates: Rates, slack: Slack) -> Arc<Self> {
        Arc::new(Self {
            rates,
            slack,
            former: Former::default(),
            chance: Mutex::new(seed),
            on: false.into(),
            injected: AtomicU64::new(0),
            loosened: AtomicU64::new(0),
            calls: AtomicU64::new(0),
            transactions: AtomicU64::new(0),
        })
    }

    #[must_use]
    pub fn interceptor(self: &Arc<Self>) -> SharedInterceptor {
        intercept::follows("faults", self.clone(), Self::sends, Self::hears)
    }

    pub fn switch(&self, on: bool) {
        self.on.store(on, Ordering::SeqCst);
    }

    fn fate(&self, operation: &str) -> Option<Fate> {
        if !self.on.load(Ordering::SeqCst) {
            return None;
        }
        self.calls.fetch_add(1, Ordering::Relaxed);
        let transaction = operation == "TransactWriteItems";
        let writes = transaction || matches!(operation, "PutItem" | "UpdateItem");
        self.transactions
            .fetch_add(u64::from(transaction), Ordering::Relaxed);
        let mut seed = self.chance.lock().expect("nobody panics while holding it");
        let mut chance = Chance::new(*seed);
        *seed = chance.draw();
        let rows = [
            (Fate::Conflict, self.rates.conflict, transaction),
            (Fate::Throttle, self.rates.throttle, true),
            (Fate::ServerError, self.rates.server_error, true),
            (Fate::LostReply, self.rates.lost_reply, writes),
            (Fate::Timeout, self.rates.timeout, writes),
        ];
        let fate = rows
            .into_iter()
            .find(|(_, percent, can)| *can && chance.percent(*percent))
            .map(|(fate, _, _)| fate);
        if fate.is_some() {
            self.injected.fetch_add(1, Ordering::Relaxed);
        }
        fate
    }

    fn sends(self: &Arc<Self>, operation: &str, request: &mut HttpRequest) -> Passed<Option<Fate>> {
        let Some(fate) = self.fate(operation) else {
            return Ok(self.loosen(operation, request).map(Fate::Loosened));
        };
        if matches!(fate, Fate::Conflict | Fate::Throttle | Fate::ServerError) {
            request.headers_mut().insert("x-amz-target", NOTHING);
        }
        Ok(Some(fate))
    }

    fn hears(self: &Arc<Self>, fate: &Fate, response: &mut HttpResponse) -> Passed {
        let (status, body) = match fate {
            Fate::Conflict => (
                400,
                r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"cancelled","CancellationReasons":[{"Code":"TransactionConflict","Message":"Transaction is ongoing for the item"}]}"#,
            ),
            Fate::Throttle => (
                400,
                r#"{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"slow down"}"#,
            ),
            Fate::ServerError | Fate::LostReply => (
                500,
                r#"{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"lost"}"#,
            ),
            Fate::Timeout => return Err("the answer came too late".into()),
            Fate::Loosened(change) => return self.answer(change, response),
        };
        *response = Response::new(StatusCode::try_from(status)?, SdkBody::from(body));
        Ok(())
    }
}
