//! Services, providers, bookings. Read [`create_booking`], then [`moves`] and [`sweep`].

pub mod affected;
mod bookings;
mod by_start;
pub(crate) mod create_booking;
pub(crate) mod import;
mod list_slots;
mod moves;
mod notices;
mod providers;
mod services;
pub mod sweep;
mod today;
pub mod view;

use axum::Router;
use wire::market::{
    AcceptBooking, ApplyAsProvider, ApproveQuote, CancelBooking, CompleteBooking, ConfirmBooking,
    CreateBooking, CreateService, DecideProvider, DeclineBooking, DeleteCredential, GetBooking,
    GetCalendar, GetMyProvider, GetProvider, GetService, GetToday, ImportProviders, ImportServices,
    ListBookings, ListCategories, ListProviders, ListServices, ListSlots, MarkNoShow, PutCalendar,
    PutCategory, PutCredential, RejectQuote, RescheduleBooking, ReviewBooking, UpdateService,
};

use crate::ctx::Ctx;
use crate::http::{mount, mount_ahead};

pub fn routes(router: Router<Ctx>) -> Router<Ctx> {
    let router = mount::<ListCategories, _, _>(router, services::categories);
    let router = mount::<PutCategory, _, _>(router, services::put_category);
    let router = mount::<ListServices, _, _>(router, services::list);
    let router = mount::<GetService, _, _>(router, services::get);
    let router = mount::<CreateService, _, _>(router, services::create);
    let router = mount::<UpdateService, _, _>(router, services::update);
    let router = mount_ahead::<ListSlots, _, _, _, _>(router, list_slots::look, list_slots::run);
    let router =
        mount_ahead::<CreateBooking, _, _, _, _>(router, create_booking::look, create_booking::run);
    let router = mount::<ListBookings, _, _>(router, bookings::list);
    let router = mount::<GetBooking, _, _>(router, bookings::get);
    let router = mount::<ConfirmBooking, _, _>(router, moves::confirm);
    let router = mount::<CancelBooking, _, _>(router, moves::cancel);
    let router = mount::<RescheduleBooking, _, _>(router, moves::reschedule);
    let router = mount::<AcceptBooking, _, _>(router, moves::accept);
    let router = mount::<DeclineBooking, _, _>(router, moves::decline);
    let router = mount::<CompleteBooking, _, _>(router, moves::complete);
    let router = mount::<ApproveQuote, _, _>(router, moves::approve_quote);
    let router = mount::<RejectQuote, _, _>(router, moves::reject_quote);
    let router = mount::<MarkNoShow, _, _>(router, moves::no_show);
    let router = mount::<ReviewBooking, _, _>(router, moves::review);
    let router = mount::<ApplyAsProvider, _, _>(router, providers::apply);
    let router = mount::<ListProviders, _, _>(router, providers::list);
    let router = mount::<GetMyProvider, _, _>(router, providers::get_mine);
    let router = mount::<GetProvider, _, _>(router, providers::get);
    let router = mount::<DecideProvider, _, _>(router, providers::decide);
    let router = mount::<PutCredential, _, _>(router, providers::put_credential);
    let router = mount::<DeleteCredential, _, _>(router, providers::delete_credential);
    let router = mount::<GetCalendar, _, _>(router, providers::calendar);
    let router = mount::<PutCalendar, _, _>(router, providers::put_calendar);
    let router = mount::<ImportProviders, _, _>(router, import::providers);
    let router = mount::<ImportServices, _, _>(router, import::services);
    mount::<GetToday, _, _>(router, today::run)
}
