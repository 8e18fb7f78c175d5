//! Being watched over: saying that one is well, that one is away, and what is known of oneself. What is known of one's body, [`vitals`],
//! is fetched by itself, and so is [`well`], the answer by the link of a text, which needs no sign-in.

pub mod away;
pub mod entry;
pub mod hub;
pub mod vitals;
pub mod well;
