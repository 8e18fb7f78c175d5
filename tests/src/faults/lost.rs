//! Transactions that are carried out and not answered: whoever asked for them has to find out whether they were.

use std::sync::{Arc, Mutex, MutexGuard};

use aws_sdk_dynamodb::config::interceptors::{
    BeforeDeserializationInterceptorContextMut, BeforeTransmitInterceptorContextMut,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents, SharedInterceptor};
use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_runtime_api::http::{Response, StatusCode};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::{Storable, StoreReplace};
use store::schema::Kind;

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
#[derive(Clone, Copy, Debug)]
struct Unheard;

impl Storable for Unheard {
    type Storer = StoreReplace<Self>;
}

impl Lost {
    #[must_use]
    pub fn interceptor(&self) -> SharedInterceptor {
        SharedInterceptor::new(self.clone())
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
}

impl Intercept for Lost {
    fn name(&self) -> &'static str {
        "lost"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request();
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let body = request.body().bytes().unwrap_or_default();
        match target.ends_with(".TransactWriteItems") && self.loses(body) {
            true => bag.interceptor_state().store_put(Unheard),
            false => bag.interceptor_state().unset::<Unheard>(),
        };
        Ok(())
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if bag.load::<Unheard>().is_some() {
            let status = StatusCode::try_from(500)?;
            *context.response_mut() = Response::new(status, SdkBody::from(LOST));
        }
        Ok(())
    }
}
