//! People and sign-in.

use axum::Router;

use crate::ctx::Ctx;
use crate::http::{mount, mount_open};

pub mod consent;
mod create_person;
pub mod delete_me;
mod feedback;
pub mod found;
mod get_person;
mod household;
mod households;
mod me;
mod my_data;
pub mod people;
pub mod rates;
mod reset_second_factor;
mod second_factor;
mod send_code;
pub mod session;
mod set_roles;
mod sign_in;
mod sign_out;
mod update_person;
pub mod views;
pub mod voice;

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
    let router = mount(router, consent::set_consent);
    let router = mount(router, my_data::get_my_data);
    let router = mount(router, delete_me::delete_me);
    let router = mount(router, household::get_household);
    let router = mount(router, household::add_child);
    let router = mount(router, feedback::send_feedback);
    let router = mount(router, feedback::list_feedback);
    let router = mount(router, feedback::list_my_feedback);
    let router = mount(router, feedback::handle_feedback);
    let router = mount(router, people::list_people);
    let router = mount(router, get_person::get_person);
    let router = mount(router, create_person::create_person);
    let router = mount(router, update_person::update_person);
    let router = mount(router, people::find_residents);
    let router = mount(router, consent::list_consents_of);
    let router = mount(router, consent::set_consent_of);
    let router = mount(router, my_data::get_data_of);
    let router = mount(router, delete_me::delete_person);
    let router = mount(router, set_roles::set_roles);
    let router = mount(router, reset_second_factor::reset_second_factor);
    let router = mount(router, households::list_households);
    mount(router, households::create_household)
}
