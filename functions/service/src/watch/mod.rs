//! Doors and silence.

pub mod log;
pub mod vendor;
