pub mod create_booking;
mod providers;
mod race;
