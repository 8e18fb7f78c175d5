//! People as staff see them.

pub use store::identity::person_item;
