pub mod create_booking;
mod import;
mod providers;
mod race;
