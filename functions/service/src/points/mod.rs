//! Volunteering. Read [`sign_ups`] (who goes) and [`queue`] (who waits), then the files beside them.

mod account;
mod activities;
mod answers;
mod attendance;
mod cancel_redemption;
mod certificates;
mod door;
mod entries;
mod faces;
pub mod lapse;
pub(crate) mod network;
mod queue;
mod redeem;
mod rewards;
mod rule;
mod settle;
mod settle_redemption;
mod sign_ups;
mod stock;
mod teams;
pub(crate) mod tries;
mod volunteers;
mod vouchers;

use axum::Router;
use wire::points::activities::{
    CancelActivity, CreateActivity, CreateTeam, GetActivity, GetCard, GetVolunteer, ListActivities,
    ListMySignUps, ListSignUps, ListTeams, PutVolunteer, RemoveSignUp, RenewCard, SignUp,
    UpdateActivity, UpdateTeam, Withdraw,
};
use wire::points::hours::{
    ApproveHours, CheckIn, CheckOut, CorrectHours, CreateHours, DisputeHours, GetCertificate,
    GetDoor, GetHours, IssueCertificate, ListCertificates, ListHours, ListPendingHours, MarkMissed,
    RefuseHours, RevokeCertificate, SayLeft, ScanCard, SettleHours, VerifyCertificate,
};
use wire::points::ledger::{GetPointAccount, GetPointRule, ListPointEntries, PutPointRule};
use wire::points::rewards::{
    AddStock, CancelRedemption, CreateRedemption, CreateReward, GetRedemption, GetReward,
    GetVoucher, ListRedemptions, ListRewards, ListStockMoves, SettleRedemption, UpdateReward,
};

use crate::ctx::Ctx;
use crate::http::{mount, mount_ahead, mount_open};

pub use cancel_redemption::release;
pub use faces::{Within, notices};
pub use queue::fill_all;
pub use settle::forgotten;
pub use sign_ups::leave_all;

/// Activities, and what comes of them: hours and certificates.
pub fn of_activities(router: Router<Ctx>) -> Router<Ctx> {
    let router = of_certificates(of_hours(router));
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

fn of_hours(router: Router<Ctx>) -> Router<Ctx> {
    let router = mount::<GetDoor, _, _>(router, door::get);
    let router = mount::<CheckIn, _, _>(router, attendance::check_in);
    let router = mount::<CheckOut, _, _>(router, attendance::check_out);
    let router = mount::<SayLeft, _, _>(router, attendance::say);
    let router = mount::<ScanCard, _, _>(router, attendance::scan);
    let router = mount::<MarkMissed, _, _>(router, attendance::missed);
    let router = mount::<SettleHours, _, _>(router, settle::settle);
    let router = mount::<ListHours, _, _>(router, entries::list);
    let router = mount::<CreateHours, _, _>(router, entries::create);
    let router = mount::<ListPendingHours, _, _>(router, entries::pending);
    let router = mount::<GetHours, _, _>(router, entries::get);
    let router = mount::<ApproveHours, _, _>(router, answers::approve);
    let router = mount::<RefuseHours, _, _>(router, answers::refuse);
    let router = mount::<DisputeHours, _, _>(router, answers::dispute);
    mount::<CorrectHours, _, _>(router, answers::correct)
}

fn of_certificates(router: Router<Ctx>) -> Router<Ctx> {
    let router = mount::<IssueCertificate, _, _>(router, certificates::issue);
    let router = mount::<ListCertificates, _, _>(router, certificates::list);
    let router = mount::<GetCertificate, _, _>(router, certificates::get);
    let router = mount_open::<VerifyCertificate, _, _>(router, certificates::verify);
    mount::<RevokeCertificate, _, _>(router, certificates::revoke)
}

/// Points, what they are redeemed for, and the national network.
pub fn of_points(router: Router<Ctx>) -> Router<Ctx> {
    let router = network::routes(router);
    let router = mount::<GetPointAccount, _, _>(router, account::get);
    let router = mount::<ListPointEntries, _, _>(router, account::entries);
    let router = mount::<GetPointRule, _, _>(router, rule::get);
    let router = mount::<PutPointRule, _, _>(router, rule::put);
    let router = mount::<ListRewards, _, _>(router, rewards::list);
    let router = mount::<GetReward, _, _>(router, rewards::get);
    let router = mount::<CreateReward, _, _>(router, rewards::create);
    let router = mount::<UpdateReward, _, _>(router, rewards::update);
    let router = mount::<AddStock, _, _>(router, stock::add);
    let router = mount::<ListStockMoves, _, _>(router, stock::moves);
    let router = mount_ahead::<CreateRedemption, _, _, _, _>(router, redeem::look, redeem::run);
    let router = mount::<ListRedemptions, _, _>(router, vouchers::list);
    let router = mount::<GetRedemption, _, _>(router, vouchers::get);
    let router = mount::<GetVoucher, _, _>(router, vouchers::by_code);
    let router = mount::<SettleRedemption, _, _>(router, settle_redemption::run);
    mount::<CancelRedemption, _, _>(router, cancel_redemption::run)
}
