//! The rules of Linli: no I/O, no clock, no async, no randomness.
//!
//! Read [`limits`] (every number), [`access`] (who may do what), then [`availability`] and
//! [`booking`] (the marketplace), [`activity`], [`hours`] and [`ledger`] (volunteering), [`library`], [`watch`]
//! (door events and silence), [`care`] (what is done about it), and [`hands`] (who counts as somebody else). A rule takes what was read, the moment `at`, and ready-made
//! ids; it answers with a new value or a [`Refusal`].

pub mod access;
pub mod account;
pub mod activity;
pub mod availability;
pub mod booking;
pub mod care;
pub mod certificate;
pub mod consent;
pub mod hands;
pub mod hours;
pub mod ids;
pub mod isbn;
pub mod ledger;
pub mod library;
pub mod limits;
pub mod network;
pub mod notice;
pub mod person;
pub mod provider;
pub mod push;
pub mod refusal;
pub mod reward;
pub mod sign_in;
pub mod text;
pub mod units;
pub mod watch;

pub use ids::*;
pub use refusal::Refusal;
