mod ledger;
mod redeem;
mod throng;
