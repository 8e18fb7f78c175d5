//! Bookings as staff see them: the day, one booking with every move, and booking for a resident.

pub mod book;
pub mod day;
pub mod detail;
mod lanes;
mod moves;
pub(super) mod slots;
