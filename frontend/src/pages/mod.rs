//! The pages, by context.

pub mod care;
pub mod desk;
pub mod home;
pub mod identity;
pub mod library;
pub mod market;
pub mod not_found;
pub mod notify;
pub mod points;
pub mod watch;
