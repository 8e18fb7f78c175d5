mod care;
mod people;
mod requests;
mod second_factor;
mod sign_in;
