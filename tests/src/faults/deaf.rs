//! A store that does not hear some questions, and answers all others.

use std::sync::{Arc, Mutex, MutexGuard};

use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents, SharedInterceptor};
use aws_sdk_dynamodb::error::BoxError;

/// Hears everything until told otherwise.
#[derive(Clone, Debug, Default)]
pub struct Deaf(Arc<Mutex<Vec<String>>>);

impl Deaf {
    #[must_use]
    pub fn interceptor(&self) -> SharedInterceptor {
        SharedInterceptor::new(self.clone())
    }

    /// From now on to calls in which all of these stand, as they are sent; to none where there are none.
    pub fn to(&self, words: &[String]) {
        *self.words() = words.to_vec();
    }

    fn words(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().expect("nobody panics while holding it")
    }
}

impl Intercept for Deaf {
    fn name(&self) -> &'static str {
        "deaf"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let sent = context.request().body().bytes().unwrap_or_default();
        let sent = String::from_utf8_lossy(sent);
        let words = self.words();
        match !words.is_empty() && words.iter().all(|word| sent.contains(word.as_str())) {
            true => Err("that is not heard".into()),
            false => Ok(()),
        }
    }
}
