//! Providers: the list by standing, one's file with its vetting, registration, the calendar.

pub mod calendar;
mod credentials;
mod decide;
pub mod file;
pub mod list;
pub mod register;
