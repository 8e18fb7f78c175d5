//! The acceptance tests: one binary, so that they link once. Each module is a context or a promise.

mod care;
mod cloud;
mod contract;
mod coverage;
mod crash;
mod dependencies;
mod disk;
mod documents;
mod edge;
mod extremes;
mod faults;
mod functions;
mod identity;
mod library;
mod logs;
mod market;
mod notify;
mod pointers;
mod points;
mod rehearsal;
mod shown;
mod spoil;
mod units;
mod watch;
