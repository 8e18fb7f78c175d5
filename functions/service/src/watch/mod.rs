//! Doors and silence.

pub mod arrive;
pub mod log;
pub mod signature;
pub mod sweep;
pub mod vendor;
