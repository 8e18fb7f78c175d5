//! Importing providers or services from a file: choose, check, take.

pub mod job;
pub mod page;
mod report;
