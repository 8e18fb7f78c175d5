//! People and sign-in.

use axum::Router;

use crate::ctx::Ctx;

pub mod session;

pub fn routes(router: Router<Ctx>) -> Router<Ctx> {
    router
}
