//! The inbox, and the way to complain.

pub mod feedback;
pub mod inbox;
