//! Volunteering: activities, service time, points and what they are redeemed for. Read [`hub`], from
//! which everything is reached, then [`activity`].

pub mod account;
pub mod activities;
pub mod activity;
pub mod card;
pub mod certificate;
pub mod certificates;
pub mod check;
pub mod door;
pub mod entry;
pub mod hours;
pub mod hours_form;
pub mod hub;
pub mod left;
pub mod reward;
pub mod rewards;
pub mod run;
pub mod sign_ups;
pub mod verify;
pub mod voucher;
pub mod vouchers;
pub mod whose;
