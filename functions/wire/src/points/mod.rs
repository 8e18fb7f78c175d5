//! Volunteering: activities and who goes, service time, points, and what they are redeemed for.

pub mod activities;
pub mod hours;
pub mod ledger;
pub mod network;
pub mod rewards;
