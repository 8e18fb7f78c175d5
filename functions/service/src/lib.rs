//! The use cases: read → decide → commit → reply, one file per verb.
//!
//! Read [`http`] (how a call arrives: the one extractor, the one way out), [`once`] (how a retry
//! gets its first answer), then a context's router ([`market::routes`]) and one verb.

pub mod budget;
pub mod care;
pub mod ctx;
pub mod error;
mod fields;
pub mod http;
pub mod identity;
pub mod in_time;
pub mod library;
pub mod market;
pub mod notify;
pub mod once;
pub mod page;
pub mod panics;
pub mod parse;
pub mod points;
pub mod request_id;
pub mod router;
pub mod secret;
pub mod watch;

pub use ctx::Ctx;
pub use error::Error;
pub use http::{Answer, Call, Outcome, Who};
