//! Book a time, or hold it. `CreateBooking`, everybody for themselves and their household, staff
//! and helpers for any resident; safe to repeat with the same id.

use domain::access::Act;
use domain::availability::{cell_at, check_start, footprint, local_day};
use domain::booking::{Booking, confirmed, held};
use domain::consent::{Agreed, Purpose};
use domain::person::Person;
use domain::provider::{Mode, Provider, Service};
use domain::{CommunityId, PersonId, ProviderId, Refusal, limits};
use store::market::{Beside, DecidedOn};
use store::schema;
use store::{Failure, Store};
use wire::Code;
use wire::market::{BookingView, CreateBooking, CreateBookingBody};

use super::notices;
use super::view::row;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Arrived, Call, Outcome};
use crate::identity::session::Ticket;
use crate::once::Once;
use crate::parse;

/// What a booking is decided on.
struct Grounds {
    service: Option<Service>,
    providers: Vec<Provider>,
}

impl Grounds {
    async fn read(
        store: &Store,
        com: CommunityId,
        body: &CreateBookingBody,
    ) -> Result<Self, Error> {
        if let Some(provider) = body.provider {
            let (service, provider) = store.offer(com, body.service, provider).await?;
            let providers = provider.into_iter().collect();
            return Ok(Self { service, providers });
        }
        let service = store.service(com, body.service).await?;
        let ids = service.as_ref().map_or(&[][..], |s| &s.providers);
        let providers = store.providers_among(com, ids).await?;
        Ok(Self { service, providers })
    }
}

/// What was read before it was known who asks: the grounds, and what the caller has agreed to where
/// both sides reach each other at once.
pub struct Ahead {
    grounds: Result<Grounds, Error>,
    agreed: Option<Result<Option<Agreed>, Error>>,
}

/// Reads for a booking of one's own; `None` where the body cannot be read.
pub fn look(
    ctx: &Ctx,
    ticket: &Ticket,
    arrived: &Arrived,
) -> impl Future<Output = Option<Ahead>> + Send + use<> {
    let (ctx, com, person) = (ctx.clone(), ticket.community, ticket.person);
    let body = arrived.body::<CreateBooking>().ok();
    async move {
        let body = body?;
        let grounds = Grounds::read(&ctx.store, com, &body).await;
        let service = grounds.as_ref().ok().and_then(|g| g.service.as_ref());
        let at_once = service.is_some_and(|service| service.terms.mode == Mode::Instant);
        let agreed = match at_once && body.hold != Some(true) {
            true => {
                let agreed = ctx.store.agreed(com, person, Purpose::ShareContact).await;
                Some(agreed.map_err(Error::from))
            }
            false => None,
        };
        Some(Ahead { grounds, agreed })
    }
}

pub async fn run(call: Call<CreateBooking>, ahead: Option<Ahead>) -> Outcome<CreateBooking> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = book(&call, &once, ahead).await;
    let again = made(&call);
    match once.end(&call.ctx, done, again).await {
        Err(Error::Refused(Refusal::Stale)) => Err(Error::invalid(Code::Stale, "/service_ver")),
        done => done,
    }
}

async fn made(call: &Call<CreateBooking>) -> Result<BookingView, Error> {
    let made = call.ctx.store.booking(call.who.community.id, call.body.id);
    row(call, &made.await?.ok_or(Refusal::Missing)?).await
}

async fn book(
    call: &Call<CreateBooking>,
    once: &Once,
    ahead: Option<Ahead>,
) -> Result<BookingView, Error> {
    let note = parse::note(call.body.note.as_deref(), limits::NOTE_CHARS, "/note")?;
    let resident = match call.body.resident {
        Some(id) if id != call.who.person.id => for_whom(call, id).await?,
        _ => call.who.person.clone(),
    };
    let (store, com) = (&call.ctx.store, call.who.community.id);
    let purpose = Purpose::ShareContact;
    let (mut grounds, agreed) = match ahead {
        Some(ahead) => (Some(ahead.grounds), ahead.agreed),
        None => (None, None),
    };
    let own = resident.id == call.who.person.id;
    let mut agreed = agreed.filter(|_| own).transpose()?;
    for _ in 0..STALE_TRIES {
        let Grounds { service, providers } = match grounds.take() {
            Some(grounds) => grounds?,
            None => Grounds::read(store, com, &call.body).await?,
        };
        let service = service.ok_or(Refusal::Missing)?;
        if service.hidden {
            return Err(Refusal::ServiceHidden.into());
        }
        if call.body.service_ver.is_some_and(|ver| ver != service.ver) {
            return Err(Refusal::Stale.into());
        }
        let (open, mut refusal) = candidates(call, &service, providers, resident.id).await?;
        let mut stale = false;
        for provider in open {
            let mut booking = decide(call, &service, &provider, resident.id, note.clone());
            if booking.is_within_reach(call.now) {
                let now = match agreed {
                    Some(agreed) => agreed,
                    None => store.agreed(com, resident.id, purpose).await?,
                };
                (booking.agreed, agreed) = (now, Some(now));
            }
            let on = DecidedOn {
                provider: Some(provider.ver),
                service: Some(service.ver),
            };
            match commit(call, once, &booking, &resident, on).await {
                Err(Error::Refused(Refusal::SlotTaken)) => refusal = Refusal::SlotTaken,
                Err(Error::Refused(Refusal::Stale)) => stale = true,
                done => return done,
            }
        }
        if !stale {
            return Err(refusal.into());
        }
    }
    Err(Error::Failed(Failure {
        retryable: true,
        context: "provider or service changed on every try".into(),
    }))
}

/// How often a booking is decided again because a provider's file or the service changed under it.
const STALE_TRIES: u32 = 5;

/// Another person it is for: of one's household, or any resident for those who book for others.
async fn for_whom(call: &Call<CreateBooking>, id: PersonId) -> Result<Person, Error> {
    let person: Option<Person> = call
        .ctx
        .store
        .get(&schema::person(call.who.community.id, id))
        .await?;
    let person = person
        .filter(|p| p.deleted_at.is_none())
        .ok_or(Refusal::Missing)?;
    let home = call.who.person.household.is_some() && person.household == call.who.person.household;
    let today = local_day(call.now, &call.who.zone);
    let ward = person.guardian_on(today) == Some(call.who.person.id);
    if home || ward || call.who.may(Act::BookForOthers) {
        Ok(person)
    } else {
        Err(Refusal::Missing.into())
    }
}

/// Providers who could take it, in an order that favours nobody; and the refusal if none can.
/// Nobody serves themselves.
async fn candidates(
    call: &Call<CreateBooking>,
    service: &Service,
    providers: Vec<Provider>,
    resident: PersonId,
) -> Result<(Vec<Provider>, Refusal), Error> {
    let community = call.who.community.id;
    let asked = call.body.provider;
    if asked.is_some_and(|id| !service.providers.contains(&id)) {
        return Err(Refusal::Missing.into());
    }
    let start = call.body.start.at;
    let day = local_day(start, &call.who.zone);
    let mut refusal = Refusal::ProviderUnavailable;
    let mut open = Vec::new();
    for provider in providers {
        if provider.person == resident || !provider.is_bookable(day) {
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
        approved: None,
        resident_review: None,
        provider_review: None,
        agreed: None,
        created_at: call.now,
        since: call.now,
        changed_at: call.now,
        ver: 1,
    }
}

async fn commit(
    call: &Call<CreateBooking>,
    once: &Once,
    booking: &Booking,
    resident: &Person,
    on: DecidedOn,
) -> Result<BookingView, Error> {
    let today = local_day(call.now, &call.who.zone);
    let side = notices::resident_side(&call.ctx, booking, Some(resident), today).await?;
    let beside = Beside {
        command: once.record(),
        notices: notices::of_new(
            &call.ctx,
            booking,
            &side,
            call.who.person.id,
            &call.who.zone,
        ),
    };
    call.ctx
        .store
        .create_booking(booking, on, &call.who.zone, &beside)
        .await?;
    call.ctx.relay_bell.notify_one();
    row(call, booking).await
}
