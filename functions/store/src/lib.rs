//! DynamoDB: the only crate that names its SDK. [`schema`] is the whole table on one screen;
//! [`tx`] is the one way to write; the rest is one file per context.
//!
//! Absent on purpose: a store trait, an in-memory twin, caches, and any Scan outside [`audit`].

pub mod audit;
mod budget;
pub mod care;
pub mod claims;
mod form;
pub mod identity;
pub mod library;
pub mod market;
pub mod notify;
pub mod points;
pub mod schema;
pub mod table;
pub mod tx;
pub mod upgrade;
pub mod watch;

pub use budget::sdk_retries;
pub use table::{Error, Failure, Store};
pub use tx::Command;
