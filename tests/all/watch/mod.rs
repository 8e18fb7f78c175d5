//! Doors and silence: doors speak, people agree, leave and come back, silences are looked after; and all of
//! it done wrongly.

mod absences;
mod alerts;
mod corrected;
mod days;
mod devices;
mod disturbances;
mod escalation;
mod events;
mod hard_cases;
pub mod health;
mod history;
pub mod homes;
mod ingress;
mod looks;
mod observations;
mod opening;
pub mod people;
mod poll;
mod question;
pub mod queue;
mod rules;
mod sim;
mod sweep;
mod together;
mod turns;
mod unseen;
mod vitals;
mod watched;
mod withdrawn;
