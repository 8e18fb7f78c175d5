//! Volunteering at the desk. [`hub`] leads to everything; [`activity`] is one activity with its
//! people, [`pending`] the service time that waits, [`counter`] where vouchers are handed over.

pub mod activities;
pub mod activity;
pub mod activity_form;
pub mod card;
pub mod certificates;
pub mod counter;
pub mod entry;
pub mod hub;
pub mod network;
pub mod pending;
pub mod people;
pub mod person;
mod prices;
pub mod redeem;
pub(super) mod refresh;
pub mod reward_form;
pub mod rewards;
pub mod rule;
mod stock;
pub mod teams;
pub mod write_down;
