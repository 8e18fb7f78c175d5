//! What the pages show, worked out without a browser and tested as it is.

pub mod draft;
pub mod money;
pub mod path;
pub mod problem;
pub mod when;
