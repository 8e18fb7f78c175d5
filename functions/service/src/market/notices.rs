//! Who is told what when a booking moves.

use domain::PersonId;
use domain::booking::{Booking, Event, Part, State};
use domain::notice::{Data, Topic};
use jiff::tz::TimeZone;
use store::notify::Outgoing;
use wire::Moment;

use crate::ctx::Ctx;
use crate::notify::tell::tell;

/// What the words of a booking's notice are filled with.
#[must_use]
pub fn data(booking: &Booking, zone: &TimeZone) -> Data {
    let mut data = Data::from([
        ("booking".into(), booking.id.to_string()),
        ("service".into(), booking.service_name.clone()),
        ("provider".into(), booking.provider_name.clone()),
        ("start".into(), Moment::new(booking.start, zone).to_string()),
    ]);
    if let Some(name) = &booking.service_name_en {
        data.insert("service_en".into(), name.clone());
    }
    if !booking.reason.is_empty() {
        data.insert("reason".into(), booking.reason.clone());
    }
    if let State::Quoted { amount } | State::Done { amount } = booking.state {
        data.insert("amount".into(), amount.0.to_string());
    }
    data
}

/// A new booking: the provider is asked or told, and so is a resident for whom somebody else made it.
#[must_use]
pub fn of_new(ctx: &Ctx, booking: &Booking, zone: &TimeZone) -> Vec<Outgoing> {
    let Some(topic) = made(booking.state) else {
        return Vec::new();
    };
    let mut notices = vec![tell(
        ctx,
        booking.community,
        &[booking.provider_person],
        topic,
        data(booking, zone),
        booking.changed_at,
    )];
    if booking.booked_by != booking.resident {
        notices.push(tell(
            ctx,
            booking.community,
            &[booking.resident],
            Topic::BookingMade,
            data(booking, zone),
            booking.changed_at,
        ));
    }
    notices.into_iter().flatten().collect()
}

fn made(state: State) -> Option<Topic> {
    match state {
        State::Requested { .. } => Some(Topic::BookingRequested),
        State::Accepted => Some(Topic::BookingMade),
        State::Held { .. }
        | State::Quoted { .. }
        | State::Done { .. }
        | State::Declined
        | State::Expired
        | State::Cancelled { .. }
        | State::NoShow { .. } => None,
    }
}

/// A move: the sides that did not make it.
#[must_use]
pub fn of_move(
    ctx: &Ctx,
    before: &Booking,
    after: &Booking,
    event: &Event,
    part: Part,
    mover: PersonId,
    zone: &TimeZone,
) -> Vec<Outgoing> {
    if let Event::Confirm { .. } = event {
        return of_new(ctx, after, zone);
    }
    let topic = match (event, after.state) {
        (Event::Cancel { .. } | Event::Lapse, _) if matches!(before.state, State::Held { .. }) => {
            return Vec::new();
        }
        (Event::Confirm { .. }, _) => return Vec::new(),
        (Event::Accept, _) => Topic::BookingAccepted,
        (Event::Decline { .. }, _) => Topic::BookingDeclined,
        (Event::Cancel { .. }, _) => Topic::BookingCancelled,
        (Event::Reschedule { .. }, _) => Topic::BookingMoved,
        (Event::Complete { .. }, State::Quoted { .. }) => Topic::BookingQuoted,
        (Event::Complete { .. }, _) => Topic::BookingDone,
        (Event::ApproveQuote { .. }, _) => Topic::BookingQuoteApproved,
        (Event::RejectQuote { .. }, _) => Topic::BookingQuoteRejected,
        (Event::NoShow, _) => Topic::BookingMissed,
        (Event::Review { .. }, _)
            if after.resident_review.is_some() && after.provider_review.is_some() =>
        {
            Topic::ReviewsShown
        }
        (Event::Review { .. }, _) => return Vec::new(),
        (Event::Lapse, _) => Topic::BookingExpired,
    };
    let readers: Vec<PersonId> = match (part, topic) {
        (_, Topic::ReviewsShown | Topic::BookingExpired) | (Part::Staff, _) => {
            vec![after.resident, after.provider_person]
        }
        (Part::Resident, _) => vec![after.provider_person],
        (Part::Provider, _) => vec![after.resident],
    };
    let system = matches!(event, Event::Lapse | Event::Review { .. });
    let readers: Vec<PersonId> = readers
        .into_iter()
        .filter(|reader| system || *reader != mover)
        .collect();
    tell(
        ctx,
        after.community,
        &readers,
        topic,
        data(after, zone),
        after.changed_at,
    )
    .into_iter()
    .collect()
}
