//! Watching over people who agreed: silences that somebody looks after, whose doors are heard, who is away.
//!
//! [`board`] is the first; [`alert`] is where one is taken on and closed; [`people`], [`person`], [`devices`],
//! [`vitals`], [`absences`] and [`rules`] are what it rests on,
//! [`days`] and [`history`] what doors said before. [`faces`] is how they say things, [`fields`] the form of
//! what was agreed on with somebody; [`poll`] is how the board asks again, [`ladder`] how it is said who is told, [`leading`] which reader leads which way, and [`device`] has this device told.

pub mod absences;
pub mod alert;
pub mod board;
pub mod days;
mod device;
pub mod devices;
mod faces;
mod fields;
pub mod history;
mod ladder;
mod leading;
pub mod people;
pub mod person;
pub(super) mod poll;
pub mod rules;
mod signs;
pub mod vitals;
