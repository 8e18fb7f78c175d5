pub mod create_booking;
mod race;
