//! The pages, by context.

pub mod identity;
pub mod not_found;
