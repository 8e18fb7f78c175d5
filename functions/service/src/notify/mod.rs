//! The inbox, the outbox and the relay between them.

pub mod channel;

use axum::Router;

use crate::ctx::Ctx;

pub fn routes(router: Router<Ctx>) -> Router<Ctx> {
    router
}
