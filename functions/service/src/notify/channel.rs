//! Ways out of the house. A channel hands a text to the outside world; nothing else does.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use jiff::Timestamp;

use super::wechat::Programme;

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

/// One request for a server of somebody else: a POST.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// The message's id, as of a text.
    pub id: String,
    /// As it stands in the log of attempts.
    pub channel: String,
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    pub at: Timestamp,
}

/// What such a server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub body: Vec<u8>,
}

pub type Posting<'a> = Pin<Box<dyn Future<Output = Result<Reply, NotSent>> + Send + 'a>>;

/// The way to other people's servers. Whoever is one follows no redirect.
pub trait Gateway: Send + Sync {
    fn post<'a>(&'a self, parcel: &'a Parcel) -> Posting<'a>;
}

/// What leaves for other people's servers, and to which.
#[derive(Clone, Default)]
pub struct Outside {
    /// Absent: nothing can leave.
    pub gateway: Option<Arc<dyn Gateway>>,
    /// Servers of messages to browsers beside [`domain::push::SERVICES`], written as these are.
    pub push_services: Arc<[String]>,
    /// Absent: nobody is told by WeChat.
    pub wechat: Option<Arc<Programme>>,
    /// Where the residents' app is opened, without a slash at the end; empty: not known here, and texts have no
    /// link.
    pub site: Arc<str>,
}
