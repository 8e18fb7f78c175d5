//! What a stored notice leaves out: the provider's name, whom a silence is of, and the words somebody gave
//! as a reason. They are read from the booking, the activity or the sign-up, so that deleting a person takes them out of
//! everybody's inbox as well.

use std::collections::BTreeMap;

use domain::booking::{Booking, State};
use domain::notice::{Notice, Topic};
use domain::{ActivityId, BookingId, CommunityId, PersonId};
use store::identity::View;
use store::schema;
use store::table::read;

use crate::ctx::Ctx;
use crate::error::Error;

/// Stands for somebody who is here no longer.
const GONE: &str = "—";

/// Notices with what their words need, in their order.
pub async fn filled(ctx: &Ctx, com: CommunityId, notices: &mut [Notice]) -> Result<(), Error> {
    with_bookings(ctx, com, notices).await?;
    with_activities(ctx, com, notices).await?;
    with_people(ctx, com, notices).await?;
    with_views(ctx, com, notices).await
}

/// Who opened a file, and why.
async fn with_views(ctx: &Ctx, com: CommunityId, notices: &mut [Notice]) -> Result<(), Error> {
    for notice in notices {
        if notice.topic != Topic::GlassBroken {
            continue;
        }
        let value = |name: &str| notice.data.get(name).map(String::as_str);
        let person = value("person").and_then(|id| id.parse().ok());
        let view = value("view").and_then(|id| id.parse().ok());
        let found: Option<View> = match (person, view) {
            (Some(person), Some(view)) => ctx.store.get(&schema::view(com, person, view)).await?,
            _ => None,
        };
        let viewer = match &found {
            Some(view) => ctx.store.person(com, view.viewer).await?,
            None => None,
        };
        let viewer = viewer.filter(|one| one.deleted_at.is_none());
        let viewer = viewer.map_or_else(|| GONE.to_owned(), |one| one.name);
        let reason = found.map_or_else(|| GONE.to_owned(), |view| view.reason);
        notice.data.insert("viewer".into(), viewer);
        notice.data.insert("reason".into(), reason);
    }
    Ok(())
}

/// Whom a silence or an absence is of.
async fn with_people(ctx: &Ctx, com: CommunityId, notices: &mut [Notice]) -> Result<(), Error> {
    let mut ids: Vec<PersonId> = notices.iter().filter_map(watched_of).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(());
    }
    let people = ctx.store.people_among(com, &ids).await?;
    for notice in notices {
        let Some(id) = watched_of(notice) else {
            continue;
        };
        let person = people.iter().find(|person| person.id == id);
        let name = person.map_or(GONE, |person| person.name.as_str());
        notice.data.insert("name".into(), name.to_owned());
    }
    Ok(())
}

fn watched_of(notice: &Notice) -> Option<PersonId> {
    match notice.topic {
        Topic::WatchAsk
        | Topic::WatchAskRelative
        | Topic::WatchAlert
        | Topic::AlertOver
        | Topic::SosAlert
        | Topic::VitalAlert
        | Topic::AbsenceEnds
        | Topic::AbsenceOver
        | Topic::CareTask
        | Topic::CareStation
        | Topic::CareReferral
        | Topic::GlassBroken => notice.data.get("person")?.parse().ok(),
        _ => None,
    }
}

async fn with_bookings(ctx: &Ctx, com: CommunityId, notices: &mut [Notice]) -> Result<(), Error> {
    let mut ids: Vec<BookingId> = notices.iter().filter_map(booking_of).collect();
    ids.sort_unstable();
    ids.dedup();
    let keys: Vec<_> = ids.iter().map(|id| schema::booking(com, *id)).collect();
    if keys.is_empty() {
        return Ok(());
    }
    let mut bookings = BTreeMap::new();
    for item in ctx.store.get_many(&keys).await?.into_iter().flatten() {
        let booking: Booking = read(item)?;
        bookings.insert(booking.id, booking);
    }
    for notice in notices {
        let Some(booking) = booking_of(notice).and_then(|id| bookings.get(&id)) else {
            continue;
        };
        let name = match booking.provider_name.as_str() {
            "" => GONE,
            name => name,
        };
        notice.data.insert("provider".into(), name.to_owned());
        if tells_reason(notice.topic, booking.state) && !booking.reason.is_empty() {
            notice.data.insert("reason".into(), booking.reason.clone());
        }
    }
    Ok(())
}

/// Why an activity was called off, or somebody taken off its list.
async fn with_activities(ctx: &Ctx, com: CommunityId, notices: &mut [Notice]) -> Result<(), Error> {
    for notice in notices {
        let key = |name: &str| notice.data.get(name);
        let activity: Option<ActivityId> = key("activity").and_then(|raw| raw.parse().ok());
        let person: Option<PersonId> = key("person").and_then(|raw| raw.parse().ok());
        let reason = match (notice.topic, activity, person) {
            (Topic::ActivityCancelled, Some(activity), _) => {
                let found = ctx.store.activity(com, activity).await?;
                found.map(|activity| activity.reason)
            }
            (Topic::ActivityRemoved, Some(activity), Some(person)) => {
                let found = ctx.store.sign_up(com, activity, person).await?;
                found.map(|sign_up| sign_up.reason)
            }
            _ => None,
        };
        if let Some(reason) = reason.filter(|reason| !reason.is_empty()) {
            notice.data.insert("reason".into(), reason);
        }
    }
    Ok(())
}

fn booking_of(notice: &Notice) -> Option<BookingId> {
    notice.data.get("booking")?.parse().ok()
}

/// Is the reason that stands with the booking the one this notice tells of? Another one may have
/// been given since.
fn tells_reason(topic: Topic, state: State) -> bool {
    match topic {
        Topic::BookingDeclined => matches!(state, State::Declined),
        Topic::BookingCancelled => matches!(state, State::Cancelled { .. }),
        Topic::BookingQuoteRejected => !matches!(state, State::Cancelled { .. }),
        _ => false,
    }
}
