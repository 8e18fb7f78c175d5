//! The library for its readers: what there is, what one has, what one waits for.

pub mod borrow;
pub mod card;
pub mod code;
pub mod give_back;
pub mod holds;
pub mod hub;
pub mod kept;
pub mod loans;
pub mod title;
pub mod titles;
