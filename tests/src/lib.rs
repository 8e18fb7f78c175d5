//! The harness of the acceptance tests: a whole Linli in memory ([`app`]), people who use it over
//! HTTP ([`actor`]), a clock that stands until moved, and faults between server and store
//! ([`faults`]).

pub mod actor;
pub mod app;
pub mod chance;
pub mod faults;

pub use actor::Actor;
pub use app::TestApp;
pub use chance::Chance;
