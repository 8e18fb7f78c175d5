//! Book a time, or hold it. `CreateBooking`, everybody for themselves and their household, staff
//! and helpers for any resident; safe to repeat with the same id.

use domain::access::Act;
use domain::availability::{cell_at, check_start, footprint, local_day};
use domain::booking::{Booking, confirmed, held};
use domain::person::Person;
use domain::provider::{Provider, Service};
use domain::{PersonId, ProviderId, Refusal, limits};
use store::market::Beside;
use store::schema;
use wire::market::{BookingView, CreateBooking};

use super::notices;
use super::view::Faces;
use crate::error::Error;
use crate::http::{Call, Outcome};
use crate::once::Once;
use crate::parse;

pub async fn run(call: Call<CreateBooking>) -> Outcome<CreateBooking> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = book(&call, &once).await;
    once.end(&call.ctx, done).await
}

async fn book(call: &Call<CreateBooking>, once: &Once) -> Result<BookingView, Error> {
    let note = parse::note(call.body.note.as_deref(), limits::NOTE_CHARS, "/note")?;
    let resident = match call.body.resident {
        Some(id) if id != call.who.person.id => for_whom(call, id).await?,
        _ => call.who.person.id,
    };
    let service = call
        .ctx
        .store
        .service(call.who.community.id, call.body.service)
        .await?
        .ok_or(Refusal::Missing)?;
    if service.hidden {
        return Err(Refusal::ServiceHidden.into());
    }
    let mut refusal = Refusal::ProviderUnavailable;
    for _ in 0..STALE_TRIES {
        let (open, why) = candidates(call, &service).await?;
        refusal = why;
        let mut stale = false;
        for provider in open {
            let booking = decide(call, &service, &provider, resident, note.clone());
            match commit(call, once, &booking, provider.ver).await {
                Err(Error::Refused(Refusal::SlotTaken)) => refusal = Refusal::SlotTaken,
                Err(Error::Refused(Refusal::Stale)) => stale = true,
                done => return done,
            }
        }
        if !stale {
            break;
        }
    }
    Err(refusal.into())
}

/// How often a booking is decided again because a provider's file changed under it.
const STALE_TRIES: u32 = 5;

/// Another person it is for: of one's household, or any resident for those who book for others.
async fn for_whom(call: &Call<CreateBooking>, id: PersonId) -> Result<PersonId, Error> {
    let person: Option<Person> = call
        .ctx
        .store
        .get(&schema::person(call.who.community.id, id))
        .await?;
    let person = person
        .filter(|p| p.deleted_at.is_none())
        .ok_or(Refusal::Missing)?;
    let home = call.who.person.household.is_some() && person.household == call.who.person.household;
    if home || call.who.may(Act::BookForOthers) {
        Ok(person.id)
    } else {
        Err(Refusal::Missing.into())
    }
}

/// Providers who could take it, in an order that favours nobody; and the refusal if none can.
async fn candidates(
    call: &Call<CreateBooking>,
    service: &Service,
) -> Result<(Vec<Provider>, Refusal), Error> {
    let community = call.who.community.id;
    let asked: Vec<ProviderId> = match call.body.provider {
        Some(id) => service
            .providers
            .iter()
            .copied()
            .filter(|p| *p == id)
            .collect(),
        None => service.providers.clone(),
    };
    if call.body.provider.is_some() && asked.is_empty() {
        return Err(Refusal::Missing.into());
    }
    let start = call.body.start.at;
    let day = local_day(start, &call.who.zone);
    let mut refusal = Refusal::ProviderUnavailable;
    let mut open = Vec::new();
    for provider in call.ctx.store.providers_among(community, &asked).await? {
        if !provider.is_bookable(day) {
            continue;
        }
        match check_start(
            &provider.calendar,
            &service.terms,
            &call.who.zone,
            start,
            call.now,
        ) {
            Ok(()) => open.push(provider),
            Err(why) => refusal = why,
        }
    }
    if open.len() > 1 {
        let ids: Vec<ProviderId> = open.iter().map(|p| p.id).collect();
        let first = cell_at(footprint(&service.terms, start).from);
        let busy = call
            .ctx
            .store
            .is_busy(community, &ids, first, call.now)
            .await?;
        let all_busy = busy.iter().all(|busy| *busy);
        open = open
            .into_iter()
            .zip(busy)
            .filter(|(_, busy)| !busy)
            .map(|(provider, _)| provider)
            .collect();
        refusal = if all_busy {
            Refusal::SlotTaken
        } else {
            refusal
        };
        let spread = call.body.id.bits();
        open.sort_by_key(|provider| {
            (provider.id.bits() ^ spread).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)
        });
    }
    Ok((open, refusal))
}

fn decide(
    call: &Call<CreateBooking>,
    service: &Service,
    provider: &Provider,
    resident: PersonId,
    note: String,
) -> Booking {
    let start = call.body.start.at;
    let state = match call.body.hold {
        Some(true) => held(start, call.now),
        _ => confirmed(service.terms.mode, start, call.now),
    };
    Booking {
        id: call.body.id,
        community: call.who.community.id,
        service: service.id,
        service_name: service.name.clone(),
        service_name_en: service.name_en.clone(),
        provider: provider.id,
        provider_person: provider.person,
        provider_name: provider.name.clone(),
        resident,
        booked_by: call.who.person.id,
        start,
        terms: service.terms.clone(),
        note,
        state,
        reason: String::new(),
        resident_review: None,
        provider_review: None,
        created_at: call.now,
        changed_at: call.now,
        ver: 1,
    }
}

async fn commit(
    call: &Call<CreateBooking>,
    once: &Once,
    booking: &Booking,
    provider_ver: u64,
) -> Result<BookingView, Error> {
    let faces = Faces::of(&call.ctx, &call.who, std::slice::from_ref(booking)).await?;
    let view = faces.view(&call.who, booking, call.now);
    let beside = Beside {
        command: once.record(&view),
        notices: notices::of_new(&call.ctx, booking, &call.who.zone),
    };
    call.ctx
        .store
        .create_booking(booking, provider_ver, &call.who.zone, &beside)
        .await?;
    call.ctx.relay_bell.notify_one();
    Ok(view)
}
