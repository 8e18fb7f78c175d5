//! How a use case ends badly: refused by a rule, asked wrongly, or broken.

use domain::Refusal;
use store::Failure;
use wire::{Code, Problem};

#[derive(Debug)]
pub enum Error {
    /// The rules say no.
    Refused(Refusal),
    /// The request itself is not in order.
    Invalid(Box<Problem>),
    /// The same command was carried out before.
    Seen,
    /// A machine is broken or busy. Logged once, at the edge; the client learns only that.
    Failed(Failure),
}

impl Error {
    /// A field that breaks its form or limit. `pointer`: JSON pointer, or `?name` in the query.
    #[must_use]
    pub fn invalid(code: Code, pointer: impl Into<String>) -> Self {
        Self::Invalid(Box::new(Problem::new(code).at(pointer)))
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Invalid(Box::new(problem))
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Refused(refusal) => Self::Refused(refusal),
            store::Error::Seen => Self::Seen,
            store::Error::Failed(failure) => Self::Failed(failure),
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal.into(),
            Error::Invalid(problem) => *problem,
            Error::Seen => Self::new(Code::Busy),
            Error::Failed(failure) => {
                tracing::error!(retryable = failure.retryable, "{}", failure.context);
                Self::new(if failure.retryable {
                    Code::Busy
                } else {
                    Code::Failed
                })
            }
        }
    }
}
