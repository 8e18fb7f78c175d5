//! The whole of Linli in one process: the routers, an embedded DynamoDB, the relay and sweeper
//! loops, the built site, and the helpers under `/_local/` that exist nowhere else.
//!
//! Read [`running`] (how the parts come up and go down), then [`web`] (who answers which path);
//! [`alerts_stream`] is what only a process that lives on can answer; [`aws`] is the one way to a table elsewhere.

pub mod alerts_stream;
pub mod archive;
pub mod aws;
pub mod clock;
pub mod csp;
pub mod data;
pub mod database;
pub mod helpers;
pub mod loops;
pub mod outbox;
pub mod running;
pub mod seed;
pub mod site;
pub mod snapshot;
pub mod stop;
pub mod web;

pub use clock::Begin;
pub use running::{Opened, Options, Place, Running};
pub use stop::Stop;
