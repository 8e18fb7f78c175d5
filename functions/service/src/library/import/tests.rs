mod files;
mod records;
