mod budgets;
mod care;
mod people;
mod requests;
mod second_factor;
mod sharing;
mod sign_in;
mod voice;
