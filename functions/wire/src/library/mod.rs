//! The library: titles and their copies, who has them and who waits, the shelves, the ledger.

pub mod catalogue;
pub mod desk;
pub mod import;
pub mod loans;
pub mod settings;
pub mod shelf;
mod typed;

pub use typed::Typed;
