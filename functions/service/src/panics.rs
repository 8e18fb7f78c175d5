//! A panic is a mistake of ours: the call it ends is answered like any other failure, the process goes
//! on, and the log has the place, once. What the panic says may hold somebody's data, and stays out.

use std::any::Any;
use std::panic::set_hook;

use axum::Router;
use axum::response::Response;
use tower_http::catch_panic::CatchPanicLayer;
use wire::{Code, Problem};

use crate::http::problem;

/// Panics of the whole process go to its log, in the log's form.
pub fn log_places() {
    set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "A panic");
    }));
}

/// No call to these routes goes without an answer.
pub fn answered<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    router.layer(CatchPanicLayer::custom(failed))
}

fn failed(_: Box<dyn Any + Send>) -> Response {
    problem(&Problem::new(Code::Failed))
}
