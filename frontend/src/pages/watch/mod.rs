//! Being watched over: saying that one is well, that one is away, and what is known of oneself.

pub mod away;
pub mod entry;
pub mod hub;
