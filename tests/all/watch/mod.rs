//! Doors and silence: doors speak, people agree, leave and come back, silences are looked after; and all of
//! it done wrongly.

mod absences;
mod alerts;
mod devices;
mod events;
mod health;
mod observations;
pub mod people;
mod rules;
mod sweep;
mod vitals;
mod watched;
