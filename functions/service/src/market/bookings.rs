//! Look at bookings: one's own, those to serve, the community's. Lists show names; numbers and door
//! stand in a booking that is opened, and then in the log of views.

use domain::Refusal;
use domain::access::Act;
use domain::availability::local_day;
use domain::booking::{Booking, Part};
use domain::limits;
use jiff::{SignedDuration, Timestamp};
use store::schema;
use wire::Page;
use wire::market::{GetBooking, ListBookings};

use super::by_start::Lists;
use super::view::{opened, rows};
use crate::http::{Answer, Call, Outcome};
use crate::{page, parse};

/// `ListBookings`, everybody signed in; `as=staff` for those who oversee bookings.
pub async fn list(call: Call<ListBookings>) -> Outcome<ListBookings> {
    let (store, community, me) = (&call.ctx.store, call.who.community.id, call.who.person.id);
    let limit = parse::limit(call.query.limit)?;
    let cursor = call.query.cursor.as_deref();
    let wanted = |booking: &Booking| {
        let open = call.query.open;
        let day = call.query.day;
        open.is_none_or(|want| want == booking.is_open_at(call.now))
            && day.is_none_or(|day| local_day(booking.start, &call.who.zone) == day)
    };
    let patterns = match call.query.part.unwrap_or(Part::Resident) {
        Part::Resident => vec![
            schema::bookings_of_resident(community, me),
            schema::bookings_for_others(community, me),
        ],
        Part::Provider => match store.provider_of(community, me).await? {
            Some(provider) => vec![schema::bookings_of_provider(community, provider)],
            None => return Ok(Answer::new(Page::whole(Vec::new()))),
        },
        Part::Staff if call.who.may(Act::OverseeBookings) => {
            let today = local_day(call.now, &call.who.zone);
            let day = schema::bookings_on(community, call.query.day.unwrap_or(today));
            let keep = |booking: Booking| wanted(&booking).then_some(booking);
            let (found, cursor) = page::sifted(store, &day, limit, cursor, keep).await?;
            let items = rows(&call.ctx, &call.who, &found, call.now).await?;
            return Ok(Answer::new(Page { items, cursor }));
        }
        Part::Staff => return Err(Refusal::NotAllowed.into()),
    };
    let lists = Lists::latest_first(community, patterns);
    let lists = match call.query.open {
        Some(true) => lists.soonest_first(schema::start_place(earliest_open(call.now))),
        Some(false) | None => lists,
    };
    let (found, cursor) = lists.page(store, limit, cursor, wanted).await?;
    let items = rows(&call.ctx, &call.who, &found, call.now).await?;
    Ok(Answer::new(Page { items, cursor }))
}

/// No booking that is still open began before.
fn earliest_open(at: Timestamp) -> Timestamp {
    let days = limits::CLOSE_DAYS + limits::QUOTE_DAYS;
    at - SignedDuration::from_hours(24 * days)
        - SignedDuration::from_mins(limits::SERVICE_MINUTES.into())
}

/// `GetBooking`, its sides and those who oversee bookings; to others it is missing.
pub async fn get(call: Call<GetBooking>) -> Outcome<GetBooking> {
    let booking = call
        .ctx
        .store
        .booking(call.who.community.id, call.path.0)
        .await?
        .ok_or(Refusal::Missing)?;
    Ok(Answer::new(opened(&call, &booking).await?))
}
