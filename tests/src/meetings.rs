//! Looks on between server and store: which items transactions write or check, for whom, and which
//! of them do so while another one is under way. The embedded store does one after the other and so
//! never says that two met; DynamoDB would.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use aws_sdk_dynamodb::config::SharedInterceptor;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use serde_json::Value;

use crate::intercept::{self, Passed};

/// Where an item lies: partition and place in it.
pub type Place = (String, String);

/// The items of one transaction on its way.
#[derive(Debug)]
struct Items(Vec<Place>);

/// What was seen.
#[derive(Debug, Default)]
pub struct Seen {
    pub transactions: u64,
    /// Answered as cancelled.
    pub cancelled: u64,
    /// Sent while another one was under way.
    pub together: u64,
    /// Of these: those with a part of a stock that another one under way had as well.
    pub at_a_stock: u64,
    /// The same with any other item.
    pub elsewhere: u64,
    /// Whose points were moved beside an item.
    pub whose: BTreeMap<Place, BTreeSet<String>>,
    under_way: BTreeMap<Place, u64>,
    sent: u64,
}

impl Seen {
    /// Items that transactions of different people had in common.
    pub fn shared(&self) -> impl Iterator<Item = &Place> {
        self.whose
            .iter()
            .filter(|(_, whose)| whose.len() > 1)
            .map(|(place, _)| place)
    }

    fn begin(&mut self, places: &[Place]) {
        self.transactions += 1;
        self.together += u64::from(self.sent > 0);
        let met = |place: &&Place| self.under_way.contains_key(*place);
        let (stock, other): (Vec<&Place>, Vec<&Place>) =
            places.iter().filter(met).partition(|place| is_stock(place));
        self.at_a_stock += u64::from(!stock.is_empty());
        self.elsewhere += u64::from(!other.is_empty());
        self.sent += 1;
        let account = places.iter().find(|(_, sk)| sk == "POINTS");
        for place in places {
            *self.under_way.entry(place.clone()).or_default() += 1;
            if let Some((whose, _)) = account {
                self.whose
                    .entry(place.clone())
                    .or_default()
                    .insert(whose.clone());
            }
        }
    }

    fn end(&mut self, places: &[Place]) {
        self.sent = self.sent.saturating_sub(1);
        for place in places {
            if let Some(count) = self.under_way.get_mut(place) {
                *count -= 1;
            }
        }
        self.under_way.retain(|_, count| *count > 0);
    }
}

/// A part of a reward's stock.
#[must_use]
pub fn is_stock((_, sk): &Place) -> bool {
    sk.starts_with("STOCK#")
}

#[derive(Clone, Debug, Default)]
pub struct Meetings(Arc<Mutex<Seen>>);

impl Meetings {
    #[must_use]
    pub fn interceptor(&self) -> SharedInterceptor {
        intercept::follows("meetings", self.clone(), Self::sends, Self::hears)
    }

    pub fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().expect("nobody panics while holding it")
    }

    /// Forgets what was seen so far.
    pub fn forget(&self) {
        *self.seen() = Seen::default();
    }

    fn sends(&self, operation: &str, request: &mut HttpRequest) -> Passed<Option<Items>> {
        if operation != "TransactWriteItems" {
            return Ok(None);
        }
        let body = request.body().bytes().unwrap_or_default();
        let items = places(&serde_json::from_slice(body)?);
        self.seen().begin(&items);
        Ok((!items.is_empty()).then_some(Items(items)))
    }

    fn hears(&self, items: &Items, response: &mut HttpResponse) -> Passed {
        let said = response.body().bytes().unwrap_or_default();
        let refused = !response.status().is_success();
        let cancelled = refused && String::from_utf8_lossy(said).contains("TransactionCanceled");
        let mut seen = self.seen();
        seen.cancelled += u64::from(cancelled);
        seen.end(&items.0);
        Ok(())
    }
}

/// Where the items of a request for a transaction lie.
fn places(request: &Value) -> Vec<Place> {
    let steps = request["TransactItems"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let place = |step: &Value| {
        let step = step.as_object()?.values().next()?;
        let key = step.get("Item").or_else(|| step.get("Key"))?;
        let text = |name: &str| key[name]["S"].as_str().map(str::to_owned);
        Some((text("pk")?, text("sk")?))
    };
    steps.iter().filter_map(place).collect()
}
