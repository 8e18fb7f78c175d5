//! The care desk: what is done about an alert or a word, until it is over and learned from.
//!
//! [`board`] is the first; [`case`] is the way of one, [`refer`] where one is written down, [`list`] all of them,
//! [`tasks`] what one has to do oneself. [`file`] is what is known of somebody, [`looks`] whom somebody looked at,
//! [`nodes`] the team. [`report`] and [`workshop`] are for learning from it. [`words`] is how they say things.

pub mod board;
pub mod case;
mod chart;
mod contacts;
pub mod file;
mod file_form;
mod file_shown;
mod glass;
pub mod list;
pub mod looks;
pub mod nodes;
mod nodes_form;
pub mod refer;
mod reflect;
pub mod report;
pub mod tasks;
mod words;
pub mod workshop;
