//! What every use case is given: the store, the secret, and the few things with two true forms.

use std::sync::Arc;

use jiff::Timestamp;
use store::Store;
use tokio::sync::Notify;

use crate::budget::Budgets;
use crate::library::catalogue::Catalogues;
use crate::notify::channel::{Channel, Outside};
use crate::secret::Secret;

/// The wall clock, or one that tests and demonstrations move. Read once per call.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

/// Where the server's own ids and nonces get their chance from.
pub trait Ids: Send + Sync {
    fn bits(&self) -> u128;
}

/// Shared by all calls; cheap to clone.
#[derive(Clone)]
pub struct Ctx {
    pub store: Store,
    pub secret: Secret,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    /// Ways out of the house: short messages now, others later.
    pub channels: Arc<[Arc<dyn Channel>]>,
    /// The way to browsers' servers.
    pub outside: Outside,
    /// Rung when there is something for the relay to deliver.
    pub relay_bell: Arc<Notify>,
    /// What each person may still ask of this process.
    pub budgets: Arc<Budgets>,
    /// The libraries' titles as they are searched.
    pub catalogues: Arc<Catalogues>,
}

impl Ctx {
    /// 128 bits of an id made here: milliseconds of `at`, then chance.
    #[must_use]
    pub fn fresh(&self, at: Timestamp) -> (u64, u128) {
        (
            u64::try_from(at.as_millisecond()).unwrap_or(0),
            self.ids.bits(),
        )
    }
}

/// The operating system's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The operating system's generator.
pub struct SystemIds;

impl Ids for SystemIds {
    fn bits(&self) -> u128 {
        let mut bytes = [0u8; 16];
        getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
        u128::from_le_bytes(bytes)
    }
}
