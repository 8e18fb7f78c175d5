//! What one agreed to do for a neighbour, and saying that somebody should be looked after. The list of tasks,
//! [`tasks_list`], is the desk's too, and so is how what is typed is kept, [`draft`].

mod answer;
pub mod ask;
pub mod draft;
mod emergency;
mod follow_up;
mod neighbours;
pub mod tasks;
pub mod tasks_list;
mod visit;
