pub mod activities;
mod attendance;
mod certificates;
mod hours;
mod ledger;
mod redeem;
mod sign_ups;
mod throng;
