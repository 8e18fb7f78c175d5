//! Files as people hand them in, made here.

mod books;
mod rows;
mod sheets;
mod values;
mod workbook;
