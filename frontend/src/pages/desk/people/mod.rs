//! People: the list, one's file behind a reason, adding people and households, roles.

pub mod add;
mod factor;
pub mod file;
mod fix;
pub mod household;
pub mod list;
pub mod pick;
mod roles;
mod speak;
