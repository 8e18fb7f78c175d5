//! Why a task cannot go on: one sentence for the person at the terminal.

use std::fmt;
use std::io;
use std::path::Path;

/// The sentence that ends a task with a non-zero status.
#[derive(Debug)]
pub struct Stop(String);

pub type Done<T = ()> = Result<T, Stop>;

impl Stop {
    pub fn because(why: impl Into<String>) -> Stop {
        Stop(why.into())
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Names the file an input or output error is about.
pub trait About<T> {
    fn about(self, path: &Path) -> Done<T>;
}

impl<T> About<T> for io::Result<T> {
    fn about(self, path: &Path) -> Done<T> {
        self.map_err(|error| Stop(format!("{}: {error}", path.display())))
    }
}
