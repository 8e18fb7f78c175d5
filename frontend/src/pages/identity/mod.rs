//! Signing in and one's own things.

pub mod consents;
pub mod demo;
pub mod household;
pub mod me;
pub mod my_data;
pub mod reading;
pub mod second_factor;
pub mod sign_in;
mod ward;
