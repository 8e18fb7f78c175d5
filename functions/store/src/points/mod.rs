//! Volunteering: what is read together, and what is written together.

pub mod activities;
pub(crate) mod activities_audit;
pub mod hours;
pub(crate) mod hours_audit;
pub mod ledger;
pub(crate) mod ledger_audit;
pub mod network;
pub(crate) mod network_audit;
pub mod rewards;
pub mod stock;
pub(crate) mod stock_audit;
