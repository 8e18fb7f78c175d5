//! Signing in and one's own things.

pub mod sign_in;
