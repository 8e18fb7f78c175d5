//! The library's desk: lending and taking back, the catalogue, the shelves, the ledger.

pub mod audit;
pub mod cards;
pub mod hub;
pub mod imports;
pub mod intake;
pub mod labels;
pub mod ledger;
pub mod lend;
pub mod lent;
pub mod reader;
pub mod rules;
pub mod take_back;
pub mod tasks;
pub mod title;
pub mod titles;
