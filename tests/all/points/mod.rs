pub mod activities;
mod hours;
mod ledger;
mod redeem;
mod sign_ups;
mod throng;
