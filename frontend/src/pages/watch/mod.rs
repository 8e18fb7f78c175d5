//! Being watched over: saying that one is well, that one is away, and what is known of oneself. What is known of one's body, [`vitals`],
//! is fetched by itself.

pub mod away;
pub mod entry;
pub mod hub;
pub mod vitals;
