mod care;
mod people;
mod requests;
mod sign_in;
