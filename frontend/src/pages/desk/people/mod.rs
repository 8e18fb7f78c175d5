//! People: the list, one's file behind a reason, adding people and households, roles.

pub mod add;
pub mod file;
pub mod household;
pub mod list;
pub mod pick;
mod roles;
