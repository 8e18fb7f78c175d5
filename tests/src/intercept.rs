//! The frame of what stands between the SDK and the store. It is told how a call is named, as `PutItem`, and what is
//! sent; what it makes of them is its own.

use std::fmt::{self, Debug, Formatter};

use aws_sdk_dynamodb::config::interceptors::{
    BeforeDeserializationInterceptorContextMut, BeforeTransmitInterceptorContextMut,
    BeforeTransmitInterceptorContextRef,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents, SharedInterceptor};
use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::config_bag::{Storable, StoreReplace};

/// An error stands for the answer.
pub type Passed<T = ()> = Result<T, BoxError>;

type Reads<T> = fn(&T, &str, &HttpRequest) -> Passed;
type Changes<T> = fn(&T, &str, &mut HttpRequest) -> Passed;
type Sends<T, N> = fn(&T, &str, &mut HttpRequest) -> Passed<Option<N>>;
type Hears<T, N> = fn(&T, &N, &mut HttpResponse) -> Passed;

/// Reads each try of a call as it leaves, when nobody changes it any more.
#[must_use]
pub fn reads<T>(name: &'static str, of: T, reads: Reads<T>) -> SharedInterceptor
where
    T: Send + Sync + 'static,
{
    let hooks = Hooks::<T, ()>::Reads(reads);
    SharedInterceptor::new(Frame { name, of, hooks })
}

/// May change each try of a call before it leaves.
#[must_use]
pub fn changes<T>(name: &'static str, of: T, changes: Changes<T>) -> SharedInterceptor
where
    T: Send + Sync + 'static,
{
    let hooks = Hooks::<T, ()>::Changes(changes);
    SharedInterceptor::new(Frame { name, of, hooks })
}

/// May change each try of a call before it leaves, and the answer to those of which it noted something. Two that stand
/// at the same store note different types.
#[must_use]
pub fn follows<T, N>(
    name: &'static str,
    of: T,
    sends: Sends<T, N>,
    hears: Hears<T, N>,
) -> SharedInterceptor
where
    T: Send + Sync + 'static,
    N: Debug + Send + Sync + 'static,
{
    let hooks = Hooks::Follows(sends, hears);
    SharedInterceptor::new(Frame { name, of, hooks })
}

enum Hooks<T, N> {
    Reads(Reads<T>),
    Changes(Changes<T>),
    Follows(Sends<T, N>, Hears<T, N>),
}

struct Frame<T, N> {
    name: &'static str,
    of: T,
    hooks: Hooks<T, N>,
}

impl<T, N> Debug for Frame<T, N> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

#[derive(Debug)]
struct Noted<N>(N);

impl<N: Debug + Send + Sync + 'static> Storable for Noted<N> {
    type Storer = StoreReplace<Self>;
}

fn operation(request: &HttpRequest) -> &str {
    let target = request.headers().get("x-amz-target").unwrap_or_default();
    target.rsplit('.').next().unwrap_or_default()
}

impl<T, N> Intercept for Frame<T, N>
where
    T: Send + Sync + 'static,
    N: Debug + Send + Sync + 'static,
{
    fn name(&self) -> &'static str {
        self.name
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Passed {
        let request = context.request_mut();
        let operation = operation(request).to_owned();
        match self.hooks {
            Hooks::Reads(_) => {}
            Hooks::Changes(changes) => changes(&self.of, &operation, request)?,
            Hooks::Follows(sends, _) => {
                let noted = sends(&self.of, &operation, request)?;
                bag.interceptor_state().store_or_unset(noted.map(Noted));
            }
        }
        Ok(())
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Passed {
        let Hooks::Reads(reads) = self.hooks else {
            return Ok(());
        };
        reads(&self.of, operation(context.request()), context.request())
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Passed {
        let Hooks::Follows(_, hears) = self.hooks else {
            return Ok(());
        };
        match bag.load::<Noted<N>>() {
            Some(Noted(noted)) => hears(&self.of, noted, context.response_mut()),
            None => Ok(()),
        }
    }
}
