//! Look at bookings: one's own, those to serve, the community's. Opening somebody else's as staff
//! is logged with the log of views.

use domain::Refusal;
use domain::access::Act;
use domain::availability::local_day;
use domain::booking::{Booking, Part};
use store::schema;
use wire::Page;
use wire::market::{GetBooking, ListBookings};

use super::view::{Faces, parts};
use crate::http::{Answer, Call, Outcome};
use crate::identity::views;
use crate::{page, parse};

/// `ListBookings`, everybody signed in; `as=staff` for those who oversee bookings.
pub async fn list(call: Call<ListBookings>) -> Outcome<ListBookings> {
    let community = call.who.community.id;
    let limit = parse::limit(call.query.limit)?;
    let today = local_day(call.now, &call.who.zone);
    let pattern = match call.query.part.unwrap_or(Part::Resident) {
        Part::Resident => schema::bookings_of_resident(community, call.who.person.id),
        Part::Provider => match call
            .ctx
            .store
            .provider_of(community, call.who.person.id)
            .await?
        {
            Some(provider) => schema::bookings_of_provider(community, provider),
            None => return Ok(Answer::new(Page::whole(Vec::new()))),
        },
        Part::Staff if call.who.may(Act::OverseeBookings) => {
            schema::bookings_on(community, call.query.day.unwrap_or(today))
        }
        Part::Staff => return Err(Refusal::NotAllowed.into()),
    };
    let wanted = |booking: &Booking| {
        let open =
            booking.state.is_open() && booking.state.until().is_none_or(|until| call.now <= until);
        call.query.open.is_none_or(|want| want == open)
            && call
                .query
                .day
                .is_none_or(|day| local_day(booking.start, &call.who.zone) == day)
    };
    let (bookings, cursor) = page::sifted(
        &call.ctx.store,
        &pattern,
        limit,
        call.query.cursor.as_deref(),
        |booking: Booking| wanted(&booking).then_some(booking),
    )
    .await?;
    let faces = Faces::of(&call.ctx, &call.who, &bookings).await?;
    let items = bookings
        .iter()
        .map(|booking| faces.view(&call.who, booking, call.now))
        .collect();
    Ok(Answer::new(Page { items, cursor }))
}

/// `GetBooking`, its sides and those who oversee bookings; to others it is missing.
pub async fn get(call: Call<GetBooking>) -> Outcome<GetBooking> {
    let booking = call
        .ctx
        .store
        .booking(call.who.community.id, call.path.0)
        .await?
        .ok_or(Refusal::Missing)?;
    match parts(&call.who, &booking).first() {
        None => return Err(Refusal::Missing.into()),
        Some(Part::Staff) => {
            views::log(
                &call.ctx,
                &call.who,
                booking.resident,
                "GetBooking",
                "",
                call.now,
            )
            .await?
        }
        Some(Part::Resident | Part::Provider) => {}
    }
    let faces = Faces::of(&call.ctx, &call.who, std::slice::from_ref(&booking)).await?;
    Ok(Answer::new(faces.view(&call.who, &booking, call.now)))
}
