//! Files of providers and services, row by row. Read [`read`] (bytes into rows), [`columns`]
//! (headings), [`provider_row`] (cells into values), [`providers`] (rows into verdicts), then
//! [`report`].
//!
//! A row is taken whole or not at all, and no row waits for another. What a row is called by (a
//! telephone number, a service's name) makes its id, so the same file twice changes nothing.
//! Absent on purpose: changing what is there. A file adds; changes are made one by one.

mod archive;
pub(crate) mod columns;
mod ids;
mod provider_row;
mod providers;
pub(crate) mod read;
pub(crate) mod report;
mod seen;
mod service_row;
mod services;
mod take_provider;
#[cfg(test)]
mod tests;
mod text;
pub(crate) mod values;
mod weekly;
mod xlsx;

pub use providers::run as providers;
pub use services::run as services;
