//! Doors and silence: doors speak, people agree, leave and come back, silences are looked after; and all of
//! it done wrongly.

mod absences;
mod alerts;
mod devices;
mod escalation;
mod events;
pub mod people;
mod poll;
mod rules;
mod sweep;
mod watched;
