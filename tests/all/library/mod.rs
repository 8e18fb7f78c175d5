//! The library's tests: people borrow, wait, lend and count, and do it wrongly.

mod audit;
mod borrower;
mod desk;
mod game;
mod guardian;
mod holds;
mod import;
mod leaving;
mod librarian;
mod linear;
pub mod people;
mod replay;
mod rush;
mod search;
mod shelves;
