//! Services, providers, bookings.

use axum::Router;

use crate::ctx::Ctx;

pub fn routes(router: Router<Ctx>) -> Router<Ctx> {
    router
}
