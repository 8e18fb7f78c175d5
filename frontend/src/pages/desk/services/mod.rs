//! Services as staff keep them: the list with hidden ones, the form, the categories.

pub mod categories;
pub mod form;
mod fields;
pub mod list;
