//! What the description of the API says of an endpoint.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use wire::{Code, endpoints, openapi};

/// The codes it may answer with.
pub fn codes(endpoint: &str) -> &'static [Code] {
    static CODES: LazyLock<BTreeMap<&str, Vec<Code>>> = LazyLock::new(|| {
        let known = endpoints().map(|endpoint| (endpoint.name, openapi::codes_of(endpoint)));
        known.collect()
    });
    &CODES[endpoint]
}
