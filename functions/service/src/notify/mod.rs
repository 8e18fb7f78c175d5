//! The inbox, the outbox and the relay between them. Read [`relay`].

pub mod channel;
mod health;
mod inbox;
pub mod relay;
pub mod tell;
mod words;

use axum::Router;
use wire::notify::{GetHealth, ListInbox, ReadMessage};

use crate::ctx::Ctx;
use crate::http::{mount, mount_open};

pub fn routes(router: Router<Ctx>) -> Router<Ctx> {
    let router = mount::<ListInbox, _, _>(router, inbox::list);
    let router = mount::<ReadMessage, _, _>(router, inbox::read);
    mount_open::<GetHealth, _, _>(router, health::run)
}
