//! Who is told what when a booking moves.

use domain::PersonId;
use domain::booking::{Booking, Event, Part, State};
use domain::notice::{Data, Topic};
use domain::person::Person;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use store::notify::Outgoing;
use wire::Moment;

use crate::ctx::Ctx;
use crate::error::Error;
use crate::notify::tell::tell;

/// What the words of a booking's notice are filled with. Neither the provider's name nor anybody's
/// words: [`crate::notify::names`] looks them up when a notice is read, so that they can go.
#[must_use]
pub fn data(booking: &Booking, zone: &TimeZone) -> Data {
    let mut data = Data::from([
        ("booking".into(), booking.id.to_string()),
        ("service".into(), booking.service_name.clone()),
        ("start".into(), Moment::new(booking.start, zone).to_string()),
    ]);
    if let Some(name) = &booking.service_name_en {
        data.insert("service_en".into(), name.clone());
    }
    if let State::Quoted { amount } | State::Done { amount } = booking.state {
        data.insert("amount".into(), amount.0.to_string());
    }
    data
}

/// Who hears what a resident is told: they; and where they cannot sign in, whoever decides for them
/// on that local day and whoever booked it, while that person may.
pub async fn resident_side(
    ctx: &Ctx,
    booking: &Booking,
    resident: Option<&Person>,
    today: Date,
) -> Result<Vec<PersonId>, Error> {
    let mut side = vec![booking.resident];
    let Some(resident) = resident.filter(|resident| resident.phone.is_none()) else {
        return Ok(side);
    };
    side.extend(resident.guardian_on(today));
    if booking.booked_by != booking.resident {
        let booker = ctx.store.person(booking.community, booking.booked_by);
        let booker = booker.await?;
        let counts = booker.filter(|booker| booking.stands_in(booker, resident, today));
        side.extend(counts.map(|booker| booker.id));
    }
    Ok(side)
}

/// A new booking: the provider is asked or told, and so is a resident for whom somebody else made
/// it. `side`: [`resident_side`].
#[must_use]
pub fn of_new(
    ctx: &Ctx,
    booking: &Booking,
    side: &[PersonId],
    mover: PersonId,
    zone: &TimeZone,
) -> Vec<Outgoing> {
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
        let readers: Vec<PersonId> = side.iter().copied().filter(|one| *one != mover).collect();
        notices.push(tell(
            ctx,
            booking.community,
            &readers,
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
        | State::Closed
        | State::Cancelled { .. }
        | State::NoShow { .. } => None,
    }
}

/// Who moved a booking: in which part, and the readers on the resident's side.
pub struct Moved<'a> {
    pub part: Part,
    pub mover: PersonId,
    pub side: &'a [PersonId],
}

/// A move: the sides that did not make it, and a resident for whom somebody else made it.
#[must_use]
pub fn of_move(
    ctx: &Ctx,
    before: &Booking,
    after: &Booking,
    event: &Event,
    by: &Moved<'_>,
    zone: &TimeZone,
) -> Vec<Outgoing> {
    if let Event::Confirm { .. } = event {
        return of_new(ctx, after, by.side, by.mover, zone);
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
        (Event::NoShow { .. }, _) => Topic::BookingMissed,
        (Event::Review { .. }, _)
            if after.resident_review.is_some() && after.provider_review.is_some() =>
        {
            Topic::ReviewsShown
        }
        (Event::Review { .. }, _) => return Vec::new(),
        (Event::Lapse, State::Closed) => Topic::BookingClosed,
        (Event::Lapse, _) => Topic::BookingExpired,
    };
    let system = matches!(event, Event::Lapse | Event::Review { .. });
    let to_resident = system || by.part != Part::Resident || by.mover != after.resident;
    let to_provider = system || by.part != Part::Provider;
    let mut readers = Vec::new();
    if to_resident {
        readers.extend_from_slice(by.side);
    }
    if to_provider {
        readers.push(after.provider_person);
    }
    readers.retain(|reader| system || *reader != by.mover);
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
