//! Doors and silence.

pub mod log;
