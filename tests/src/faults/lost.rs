//! Transactions that are carried out and not answered: whoever asked for them has to find out whether they were.

use std::sync::{Arc, Mutex, MutexGuard};

use aws_sdk_dynamodb::config::SharedInterceptor;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::http::{Response, StatusCode};
use aws_smithy_types::body::SdkBody;
use store::schema::Kind;

use crate::intercept::{self, Passed};

const LOST: &str =
    r#"{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"lost"}"#;

#[derive(Debug, Default)]
struct Left {
    transactions: usize,
    /// Those that write one of these.
    kind: Option<Kind>,
    /// The last answer was lost: that of the try after it arrives.
    again: bool,
}

/// All are answered until told otherwise.
#[derive(Clone, Debug, Default)]
pub struct Lost(Arc<Mutex<Left>>);

/// Of a call: its answer does not arrive.
#[derive(Debug)]
struct Unheard;

impl Lost {
    #[must_use]
    pub fn interceptor(&self) -> SharedInterceptor {
        intercept::follows("lost", self.clone(), Self::sends, Self::hears)
    }

    /// Of so many transactions from now on that write such an item the first answer does not arrive; that of the try
    /// after it does.
    pub fn answers_of(&self, transactions: usize, kind: Kind) {
        *self.state() = Left {
            transactions,
            kind: Some(kind),
            again: false,
        };
    }

    /// Of how many it is still to be lost.
    #[must_use]
    pub fn left(&self) -> usize {
        self.state().transactions
    }

    fn state(&self) -> MutexGuard<'_, Left> {
        self.0.lock().expect("nobody panics while holding it")
    }

    fn loses(&self, transaction: &[u8]) -> bool {
        let mut left = self.state();
        let writes = left.kind.is_some_and(|kind| {
            let named = format!(r#"{{"S":"{}"}}"#, kind.as_str());
            String::from_utf8_lossy(transaction).contains(&named)
        });
        if !writes {
            return false;
        }
        let loses = left.transactions > 0 && !left.again;
        left.transactions -= usize::from(loses);
        left.again = loses;
        loses
    }

    fn sends(&self, operation: &str, request: &mut HttpRequest) -> Passed<Option<Unheard>> {
        let body = request.body().bytes().unwrap_or_default();
        let unheard = operation == "TransactWriteItems" && self.loses(body);
        Ok(unheard.then_some(Unheard))
    }

    fn hears(&self, _: &Unheard, response: &mut HttpResponse) -> Passed {
        *response = Response::new(StatusCode::try_from(500)?, SdkBody::from(LOST));
        Ok(())
    }
}
