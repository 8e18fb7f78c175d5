//! A store that takes its time with each transaction, so that what is done in parts is not over before
//! anybody looks, however fast the machine.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aws_sdk_dynamodb::config::SharedInterceptor;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

use crate::intercept::{self, Passed};

/// As fast as it can until told otherwise.
#[derive(Clone, Debug, Default)]
pub struct Slow(Arc<AtomicU64>);

impl Slow {
    #[must_use]
    pub fn interceptor(&self) -> SharedInterceptor {
        intercept::reads("slow", self.clone(), Self::waits)
    }

    /// Each transaction from now on, in whole milliseconds.
    pub fn by(&self, time: Duration) {
        let millis = u64::try_from(time.as_millis()).expect("short");
        self.0.store(millis, Ordering::Relaxed);
    }

    fn waits(&self, operation: &str, _: &HttpRequest) -> Passed {
        if operation == "TransactWriteItems" {
            std::thread::sleep(Duration::from_millis(self.0.load(Ordering::Relaxed)));
        }
        Ok(())
    }
}
