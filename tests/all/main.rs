//! The acceptance tests: one binary, so that they link once. Each module is a context or a promise.

mod coverage;
mod crash;
mod market;
