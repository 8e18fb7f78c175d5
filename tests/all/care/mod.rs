//! The care desk: from an alert or a word to a case that is closed and learned from; and all of it done wrongly.

mod attachments;
mod closing;
mod fields;
mod files;
mod looks;
pub mod month;
mod nodes;
pub mod people;
mod seen;
mod tasks;
mod way;
mod workshop;
