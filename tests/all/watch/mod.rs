//! Doors and silence: doors speak, people agree, leave and come back, silences are looked after; and all of
//! it done wrongly.

mod absences;
mod alerts;
mod devices;
mod disturbances;
mod events;
mod hard_cases;
pub mod people;
mod rules;
mod sim;
mod sweep;
mod watched;
