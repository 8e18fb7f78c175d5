//! Ways out of the house. A channel hands a text to the outside world; nothing else does.

use std::future::Future;
use std::pin::Pin;

use jiff::Timestamp;

/// One text for one number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The message's id: a provider that gets it twice can tell.
    pub id: String,
    pub to: String,
    pub body: String,
    pub at: Timestamp,
}

/// Why a text did not go out.
#[derive(Debug)]
pub struct NotSent {
    pub reason: String,
}

pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), NotSent>> + Send + 'a>>;

pub trait Channel: Send + Sync {
    /// As it stands in the log of attempts: `sms`.
    fn name(&self) -> &'static str;
    fn send<'a>(&'a self, text: &'a Text) -> Sending<'a>;
}
