//! A store that does not hear some questions, and answers all others.

use std::sync::{Arc, Mutex, MutexGuard};

use aws_sdk_dynamodb::config::SharedInterceptor;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

use crate::intercept::{self, Passed};

/// Hears everything until told otherwise.
#[derive(Clone, Debug, Default)]
pub struct Deaf(Arc<Mutex<Vec<String>>>);

impl Deaf {
    #[must_use]
    pub fn interceptor(&self) -> SharedInterceptor {
        intercept::reads("deaf", self.clone(), Self::hears)
    }

    /// From now on to calls in which all of these stand, as they are sent; to none where there are none.
    pub fn to(&self, words: &[String]) {
        *self.words() = words.to_vec();
    }

    fn words(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().expect("nobody panics while holding it")
    }

    fn hears(&self, _: &str, request: &HttpRequest) -> Passed {
        let sent = request.body().bytes().unwrap_or_default();
        let sent = String::from_utf8_lossy(sent);
        let words = self.words();
        match !words.is_empty() && words.iter().all(|word| sent.contains(word.as_str())) {
            true => Err("that is not heard".into()),
            false => Ok(()),
        }
    }
}
