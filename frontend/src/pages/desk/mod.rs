//! The desk's pages: for social workers, the station, desk helpers, administrators.
//!
//! [`today`] is the first; [`bookings`], [`providers`], [`services`], [`people`] and [`import`] are
//! the work; volunteering stands together in [`points`], doors and silence in [`watch`], what is done about it in [`care`]; [`table`] and [`ask`] are what they are made of, [`words`] is how they say things.

pub mod ask;
pub mod bookings;
pub mod care;
pub mod feedback;
pub mod import;
pub mod library;
pub mod me;
pub mod more;
pub mod people;
pub mod points;
pub mod providers;
pub mod services;
pub mod stuck;
pub mod table;
pub mod today;
pub mod watch;
pub mod why;
pub mod words;
