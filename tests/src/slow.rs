//! A store that takes its time with each transaction, so that what is done in parts is not over before
//! anybody looks, however fast the machine.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents, SharedInterceptor};
use aws_sdk_dynamodb::error::BoxError;

/// As fast as it can until told otherwise.
#[derive(Clone, Debug, Default)]
pub struct Slow(Arc<AtomicU64>);

impl Slow {
    #[must_use]
    pub fn interceptor(&self) -> SharedInterceptor {
        SharedInterceptor::new(self.clone())
    }

    /// Each transaction from now on, in whole milliseconds.
    pub fn by(&self, time: Duration) {
        let millis = u64::try_from(time.as_millis()).expect("short");
        self.0.store(millis, Ordering::Relaxed);
    }
}

impl Intercept for Slow {
    fn name(&self) -> &'static str {
        "slow"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let target = context.request().headers().get("x-amz-target");
        if target.is_some_and(|target| target.ends_with(".TransactWriteItems")) {
            std::thread::sleep(Duration::from_millis(self.0.load(Ordering::Relaxed)));
        }
        Ok(())
    }
}
