//! The contract: JSON in and out, the one list of endpoints ([`ENDPOINTS`]), the one error table
//! ([`problem`]). Both the server and the apps are built from it.

pub mod care;
pub mod endpoint;
pub mod identity;
pub mod library;
pub mod market;
pub mod moment;
pub mod notify;
#[cfg(feature = "schema")]
pub mod openapi;
pub mod points;
pub mod problem;
pub mod watch;

pub use endpoint::{Endpoint, EndpointInfo, Method, Page, PathArgs};
pub use moment::Moment;
pub use problem::{Code, Problem};

/// Every endpoint there is, in the order of the OpenAPI document.
pub static ENDPOINTS: &[&[EndpointInfo]] = &[
    care::ENDPOINTS,
    identity::ENDPOINTS,
    library::catalogue::ENDPOINTS,
    library::desk::ENDPOINTS,
    library::import::ENDPOINTS,
    library::loans::ENDPOINTS,
    library::settings::ENDPOINTS,
    library::shelf::ENDPOINTS,
    market::ENDPOINTS,
    notify::ENDPOINTS,
    points::activities::ENDPOINTS,
    points::hours::ENDPOINTS,
    points::ledger::ENDPOINTS,
    points::network::ENDPOINTS,
    points::rewards::ENDPOINTS,
    watch::ENDPOINTS,
];

/// All endpoints, one after the other.
pub fn endpoints() -> impl Iterator<Item = &'static EndpointInfo> {
    ENDPOINTS.iter().copied().flatten()
}
