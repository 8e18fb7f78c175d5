//! A store that is gone after so many calls: whoever asks it from then on does nothing any more, as if they had died
//! between two calls, at the same place on every machine.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::Poll;

use aws_sdk_dynamodb::config::SharedInterceptor;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

use crate::intercept::{self, Passed};

const THERE: usize = usize::MAX;

/// There until told otherwise.
#[derive(Clone, Debug)]
pub struct Gone {
    left: Arc<AtomicUsize>,
    /// Since it is gone.
    asked: Arc<AtomicBool>,
}

impl Default for Gone {
    fn default() -> Self {
        Self {
            left: Arc::new(AtomicUsize::new(THERE)),
            asked: Arc::default(),
        }
    }
}

impl Gone {
    #[must_use]
    pub fn interceptor(&self) -> SharedInterceptor {
        intercept::reads("gone", self.clone(), Self::answers)
    }

    /// As many calls are answered from now on.
    pub fn after(&self, calls: usize) {
        self.left.store(calls, Ordering::SeqCst);
    }

    /// It answers again.
    pub fn back(&self) {
        self.after(THERE);
        self.asked.store(false, Ordering::SeqCst);
    }

    /// Goes on until the store is asked and gone, and no further. Absent where it was.
    pub async fn until_gone<F: Future>(&self, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        poll_fn(|cx| {
            let polled = future.as_mut().poll(cx);
            match self.asked.load(Ordering::SeqCst) {
                true => Poll::Ready(None),
                false => polled.map(Some),
            }
        })
        .await
    }

    fn answers(&self, _: &str, _: &HttpRequest) -> Passed {
        let less = |left| match left {
            0 => None,
            THERE => Some(THERE),
            left => Some(left - 1),
        };
        let left = &self.left;
        match left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, less) {
            Ok(_) => Ok(()),
            Err(_) => {
                self.asked.store(true, Ordering::SeqCst);
                Err("nobody is there any more".into())
            }
        }
    }
}
