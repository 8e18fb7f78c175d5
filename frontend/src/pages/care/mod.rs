//! What one agreed to do for a neighbour, and saying that somebody should be looked after. The list of tasks,
//! [`tasks_list`], is the desk's too, and so is how what is typed is kept, [`draft`], and how what waits here ends,
//! [`let_go`].

mod answer;
pub mod ask;
pub mod draft;
mod emergency;
mod follow_up;
pub mod let_go;
mod neighbours;
pub mod tasks;
pub mod tasks_list;
mod visit;
