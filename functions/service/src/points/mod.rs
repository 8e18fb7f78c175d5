//! Volunteering. Read [`sign_ups`] (who goes), then the files beside it.

mod activities;
mod faces;
mod sign_ups;
mod teams;
mod volunteers;

use axum::Router;
use wire::points::activities::{
    CancelActivity, CreateActivity, CreateTeam, GetActivity, GetCard, GetVolunteer, ListActivities,
    ListMySignUps, ListSignUps, ListTeams, PutVolunteer, RemoveSignUp, RenewCard, SignUp,
    UpdateActivity, UpdateTeam, Withdraw,
};

use crate::ctx::Ctx;
use crate::http::mount;

pub use faces::Within;
pub use sign_ups::fill_all;

pub fn routes(router: Router<Ctx>) -> Router<Ctx> {
    let router = mount::<ListActivities, _, _>(router, activities::list);
    let router = mount::<GetActivity, _, _>(router, activities::get);
    let router = mount::<CreateActivity, _, _>(router, activities::create);
    let router = mount::<UpdateActivity, _, _>(router, activities::update);
    let router = mount::<CancelActivity, _, _>(router, activities::cancel);
    let router = mount::<SignUp, _, _>(router, sign_ups::sign_up);
    let router = mount::<Withdraw, _, _>(router, sign_ups::withdraw);
    let router = mount::<ListSignUps, _, _>(router, sign_ups::list);
    let router = mount::<RemoveSignUp, _, _>(router, sign_ups::remove);
    let router = mount::<ListMySignUps, _, _>(router, sign_ups::mine);
    let router = mount::<GetVolunteer, _, _>(router, volunteers::get);
    let router = mount::<PutVolunteer, _, _>(router, volunteers::put);
    let router = mount::<GetCard, _, _>(router, volunteers::card);
    let router = mount::<RenewCard, _, _>(router, volunteers::renew);
    let router = mount::<ListTeams, _, _>(router, teams::list);
    let router = mount::<CreateTeam, _, _>(router, teams::create);
    mount::<UpdateTeam, _, _>(router, teams::update)
}
