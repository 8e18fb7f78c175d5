//! Volunteering: what is read together, and what is written together.

pub mod activities;
