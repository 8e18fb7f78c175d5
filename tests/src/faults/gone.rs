//! A store that is gone after so many calls: whoever asks it from then on does nothing any more, as if they had died
//! between two calls, at the same place on every machine.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents, SharedInterceptor};
use aws_sdk_dynamodb::error::BoxError;

const THERE: usize = usize::MAX;

/// There until told otherwise.
#[derive(Clone, Debug)]
pub struct Gone(Arc<AtomicUsize>);

impl Default for Gone {
    fn default() -> Self {
        Self(Arc::new(AtomicUsize::new(THERE)))
    }
}

impl Gone {
    #[must_use]
    pub fn interceptor(&self) -> SharedInterceptor {
        SharedInterceptor::new(self.clone())
    }

    /// As many calls are answered from now on.
    pub fn after(&self, calls: usize) {
        self.0.store(calls, Ordering::SeqCst);
    }

    /// It answers again. Whether it had answered as many calls as it was to.
    #[must_use]
    pub fn back(&self) -> bool {
        self.0.swap(THERE, Ordering::SeqCst) == 0
    }
}

impl Intercept for Gone {
    fn name(&self) -> &'static str {
        "gone"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let less = |left| match left {
            0 => None,
            THERE => Some(THERE),
            left => Some(left - 1),
        };
        match self
            .0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, less)
        {
            Ok(_) => Ok(()),
            Err(_) => Err("nobody is there any more".into()),
        }
    }
}
