//! Services as staff keep them: the list with hidden ones, the form, the categories.

pub mod categories;
mod fields;
pub mod form;
pub mod list;
