//! The acceptance tests: one binary, so that they link once. Each module is a context or a promise.

mod care;
mod contract;
mod coverage;
mod crash;
mod dependencies;
mod documents;
mod extremes;
mod identity;
mod library;
mod market;
mod notify;
mod pointers;
mod points;
mod shown;
mod spoil;
mod watch;
