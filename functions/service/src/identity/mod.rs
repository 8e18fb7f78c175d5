//! People and sign-in.

use axum::Router;

use crate::ctx::Ctx;
use crate::http::{mount, mount_open};

pub mod consent;
mod me;
pub mod people;
mod second_factor;
mod send_code;
pub mod session;
mod sign_in;
mod sign_out;
pub mod views;

pub fn routes(router: Router<Ctx>) -> Router<Ctx> {
    let router = mount_open(router, send_code::send_code);
    let router = mount_open(router, sign_in::sign_in);
    let router = mount(router, sign_out::sign_out);
    let router = mount(router, sign_out::sign_out_everywhere);
    let router = mount(router, second_factor::enrol);
    let router = mount(router, second_factor::verify);
    let router = mount(router, me::get_me);
    let router = mount(router, me::update_me);
    let router = mount(router, views::list_my_views);
    let router = mount(router, consent::list_consents);
    mount(router, consent::set_consent)
}
