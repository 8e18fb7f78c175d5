mod care;
mod feedback;
mod people;
mod requests;
mod second_factor;
mod sharing;
mod sign_in;
mod voice;
