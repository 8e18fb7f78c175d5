//! Why Linli cannot go on: one sentence for the person at the terminal.

use std::fmt;
use std::io;
use std::path::Path;

/// The sentence that ends the process with a non-zero status.
#[derive(Debug)]
pub struct Stop(String);

impl Stop {
    pub fn because(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Stop {}

impl From<store::Error> for Stop {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Failed(failure) => {
                tracing::error!(retryable = failure.retryable, "{}", failure.context);
                Self("the store did not answer as it should; the line above says how".into())
            }
            other => Self(format!("the store refused: {other:?}")),
        }
    }
}

/// Names the file an input or output error is about.
pub trait About<T> {
    fn about(self, path: &Path) -> Result<T, Stop>;
}

impl<T> About<T> for io::Result<T> {
    fn about(self, path: &Path) -> Result<T, Stop> {
        self.map_err(|error| Stop(format!("{}: {error}", path.display())))
    }
}
