//! The inbox, the outbox and the relay between them. Read [`relay`].

mod allowance;
pub mod channel;
mod health;
mod inbox;
pub mod names;
pub mod push;
mod pushes;
pub mod relay;
pub mod stuck;
pub mod tell;
mod wanted;
pub mod wechat;
mod words;

use axum::Router;
use wire::notify::{
    DeletePush, DismissStuck, GetHealth, GetPushKey, ListInbox, ListStuck, PutPush, PutWechat,
    ReadMessage, RetryStuck,
};

use crate::ctx::Ctx;
use crate::http::{mount, mount_open};

pub fn routes(router: Router<Ctx>) -> Router<Ctx> {
    let router = mount::<ListInbox, _, _>(router, inbox::list);
    let router = mount::<ReadMessage, _, _>(router, inbox::read);
    let router = mount::<ListStuck, _, _>(router, stuck::list);
    let router = mount::<RetryStuck, _, _>(router, stuck::retry);
    let router = mount::<DismissStuck, _, _>(router, stuck::dismiss);
    let router = mount::<GetPushKey, _, _>(router, pushes::key);
    let router = mount::<PutPush, _, _>(router, pushes::put);
    let router = mount::<PutWechat, _, _>(router, pushes::put_wechat);
    let router = mount::<DeletePush, _, _>(router, pushes::delete);
    mount_open::<GetHealth, _, _>(router, health::run)
}
