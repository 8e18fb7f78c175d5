//! Services, free times, bookings, serving.

pub mod booking;
pub mod booking_card;
pub mod bookings;
pub mod calendar;
pub mod calendar_editor;
mod calendar_fields;
pub mod confirm;
pub mod held;
pub mod moves;
pub mod review;
pub mod serve;
pub mod service;
pub mod services;
pub mod time;
