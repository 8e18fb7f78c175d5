//! Bookings and providers as their readers see them.

use std::collections::BTreeMap;

use domain::access::Act;
use domain::availability::local_day;
use domain::booking::{Booking, Event, Part, Review, State, StateName};
use domain::consent::Purpose;
use domain::person::{Household, Person, masked};
use domain::provider::{Provider, Service};
use domain::units::Fen;
use domain::{HouseholdId, PersonId, ProviderId};
use jiff::Timestamp;
use store::schema;
use store::table::read;
use wire::market::{
    BookingView, CredentialView, ProviderBrief, ProviderView, ReviewView, ServiceBrief, ServiceView,
};

use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::Who;

/// In which parts somebody has to do with a booking, the closest first.
#[must_use]
pub fn parts(who: &Who, booking: &Booking) -> Vec<Part> {
    let me = who.person.id;
    let rows = [
        (
            Part::Resident,
            booking.resident == me || booking.booked_by == me,
        ),
        (Part::Provider, booking.provider_person == me),
        (Part::Staff, who.may(Act::OverseeBookings)),
    ];
    rows.into_iter()
        .filter(|(_, holds)| *holds)
        .map(|(part, _)| part)
        .collect()
}

/// The people and doors that a set of bookings names, read together.
pub struct Faces {
    people: BTreeMap<PersonId, Person>,
    homes: BTreeMap<HouseholdId, Household>,
    shared: BTreeMap<PersonId, bool>,
}

impl Faces {
    /// Reads who is named in these bookings. Doors and consents only where a provider needs them.
    pub async fn of(ctx: &Ctx, who: &Who, bookings: &[Booking]) -> Result<Self, Error> {
        let com = who.community.id;
        let mut people = BTreeMap::from([(who.person.id, who.person.clone())]);
        let mut wanted: Vec<PersonId> = bookings
            .iter()
            .flat_map(|b| {
                [
                    Some(b.resident),
                    Some(b.booked_by),
                    visited(b).then_some(b.provider_person),
                ]
            })
            .flatten()
            .filter(|id| !people.contains_key(id))
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        let keys: Vec<_> = wanted.iter().map(|id| schema::person(com, *id)).collect();
        if !keys.is_empty() {
            for item in ctx.store.get_many(&keys).await?.into_iter().flatten() {
                let person: Person = read(item)?;
                people.insert(person.id, person);
            }
        }
        let mut faces = Self {
            people,
            homes: BTreeMap::new(),
            shared: BTreeMap::new(),
        };
        let served: Vec<PersonId> = bookings
            .iter()
            .filter(|b| visited(b) && b.resident != who.person.id)
            .map(|b| b.resident)
            .collect();
        faces.read_doors(ctx, who, &served).await?;
        Ok(faces)
    }

    async fn read_doors(&mut self, ctx: &Ctx, who: &Who, served: &[PersonId]) -> Result<(), Error> {
        let com = who.community.id;
        let homes: Vec<HouseholdId> = served
            .iter()
            .filter_map(|id| self.people.get(id)?.household)
            .collect();
        let keys: Vec<_> = homes.iter().map(|id| schema::household(com, *id)).collect();
        if !keys.is_empty() {
            for item in ctx.store.get_many(&keys).await?.into_iter().flatten() {
                let home: Household = read(item)?;
                self.homes.insert(home.id, home);
            }
        }
        for id in served {
            if !self.shared.contains_key(id) {
                let given =
                    crate::identity::consent::is_given(ctx, com, *id, Purpose::ShareContact)
                        .await?;
                self.shared.insert(*id, given);
            }
        }
        Ok(())
    }

    fn name(&self, id: PersonId) -> String {
        self.people
            .get(&id)
            .map(|person| person.name.clone())
            .unwrap_or_default()
    }

    fn phone(&self, id: PersonId) -> Option<String> {
        self.people.get(&id)?.phone.clone()
    }

    fn address(&self, id: PersonId) -> Option<String> {
        let home = self.homes.get(&self.people.get(&id)?.household?)?;
        Some(format!("{} {}", home.building, home.room))
    }

    /// A booking as `who` sees it at `at`.
    #[must_use]
    pub fn view(&self, who: &Who, booking: &Booking, at: Timestamp) -> BookingView {
        let parts = parts(who, booking);
        let part = parts.first().copied().unwrap_or(Part::Resident);
        let served = visited(booking)
            && part != Part::Resident
            && (part == Part::Staff || self.shared.get(&booking.resident) == Some(&true));
        let (own, other) = match part {
            Part::Provider => (&booking.provider_review, &booking.resident_review),
            Part::Resident | Part::Staff => (&booking.resident_review, &booking.provider_review),
        };
        let shown = booking.reviews_show(at);
        let review = |review: &Option<Review>, seen: bool| {
            review.as_ref().filter(|_| seen).map(|r| ReviewView {
                stars: r.stars,
                text: r.text.clone(),
                at: who.moment(r.at),
            })
        };
        BookingView {
            id: booking.id,
            service: booking.service,
            service_name: booking.service_name.clone(),
            service_name_en: booking.service_name_en.clone(),
            provider: booking.provider,
            provider_name: booking.provider_name.clone(),
            provider_phone: self
                .phone(booking.provider_person)
                .filter(|_| visited(booking)),
            resident: booking.resident,
            resident_name: self.name(booking.resident),
            resident_phone: self.phone(booking.resident).filter(|_| served),
            resident_address: self.address(booking.resident).filter(|_| served),
            booked_by_name: (booking.booked_by != booking.resident)
                .then(|| self.name(booking.booked_by)),
            start: who.moment(booking.start),
            end: who.moment(booking.visit().until),
            terms: booking.terms.clone(),
            note: booking.note.clone(),
            state: shown_state(booking, at),
            until: booking.state.until().map(|until| who.moment(until)),
            cutoff: who.moment(booking.cutoff()),
            amount: amount(booking.state),
            reason: booking.reason.clone(),
            part,
            own_review: review(own, part != Part::Staff || shown),
            other_review: review(other, shown),
            moves: moves(booking, &parts, at),
            created_at: who.moment(booking.created_at),
            ver: booking.ver,
        }
    }
}

/// Both sides may reach each other: the visit is agreed and not long over.
fn visited(booking: &Booking) -> bool {
    matches!(booking.state, State::Accepted | State::Quoted { .. })
}

/// A held or requested booking whose time ran out is expired, whether or not that is written yet.
fn shown_state(booking: &Booking, at: Timestamp) -> StateName {
    match booking.state.until() {
        Some(until) if at > until => StateName::Expired,
        _ => booking.state.name(),
    }
}

fn amount(state: State) -> Option<Fen> {
    match state {
        State::Quoted { amount } | State::Done { amount } => Some(amount),
        State::Held { .. }
        | State::Requested { .. }
        | State::Accepted
        | State::Declined
        | State::Expired
        | State::Cancelled { .. }
        | State::NoShow { .. } => None,
    }
}

/// The moves the rules would let one of these parts make now, as endpoint names.
fn moves(booking: &Booking, parts: &[Part], at: Timestamp) -> Vec<String> {
    let amount = amount(booking.state).unwrap_or(booking.terms.price_from);
    let rows = [
        (
            "ConfirmBooking",
            Event::Confirm {
                note: String::new(),
            },
        ),
        ("AcceptBooking", Event::Accept),
        (
            "DeclineBooking",
            Event::Decline {
                reason: String::new(),
            },
        ),
        (
            "RescheduleBooking",
            Event::Reschedule {
                start: booking.start,
            },
        ),
        ("CompleteBooking", Event::Complete { amount }),
        ("ApproveQuote", Event::ApproveQuote { amount }),
        (
            "RejectQuote",
            Event::RejectQuote {
                reason: String::new(),
            },
        ),
        ("MarkNoShow", Event::NoShow),
        (
            "ReviewBooking",
            Event::Review {
                stars: 5,
                text: String::new(),
            },
        ),
        (
            "CancelBooking",
            Event::Cancel {
                reason: String::new(),
            },
        ),
    ];
    let allowed = |event: &Event| {
        parts
            .iter()
            .any(|part| booking.clone().apply(event.clone(), *part, at).is_ok())
    };
    rows.into_iter()
        .filter(|(_, event)| allowed(event))
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// A service with those of its providers that may be told.
#[must_use]
pub fn service(service: &Service, providers: &[Provider], who: &Who, at: Timestamp) -> ServiceView {
    let all = who.may(Act::Vet);
    let today = local_day(at, &who.zone);
    let named = |id: &ProviderId| {
        providers
            .iter()
            .find(|p| p.id == *id && (all || p.is_bookable(today)))
    };
    ServiceView {
        id: service.id,
        category: service.category.clone(),
        name: service.name.clone(),
        name_en: service.name_en.clone(),
        about: service.about.clone(),
        about_en: service.about_en.clone(),
        terms: service.terms.clone(),
        providers: service
            .providers
            .iter()
            .filter_map(named)
            .map(|p| ProviderBrief {
                id: p.id,
                name: p.name.clone(),
                intro: p.intro.clone(),
            })
            .collect(),
        hidden: service.hidden,
        ver: service.ver,
    }
}

/// A provider's file. `phone`: of the person behind it.
#[must_use]
pub fn provider(
    provider: &Provider,
    phone: Option<&str>,
    services: &[Service],
    who: &Who,
    at: Timestamp,
) -> ProviderView {
    let today = local_day(at, &who.zone);
    ProviderView {
        id: provider.id,
        person: provider.person,
        name: provider.name.clone(),
        intro: provider.intro.clone(),
        phone: phone.map(masked),
        standing: provider.standing,
        reason: provider.reason.clone(),
        credentials: provider
            .credentials
            .iter()
            .map(|c| CredentialView {
                id: c.id,
                kind: c.kind,
                number_tail: c.number_tail.clone(),
                expires: c.expires,
                expired: c.expires < today,
            })
            .collect(),
        bookable_until: provider.bookable_until(),
        bookable: provider.is_bookable(today),
        services: services
            .iter()
            .filter(|s| s.providers.contains(&provider.id))
            .map(|s| ServiceBrief {
                id: s.id,
                name: s.name.clone(),
                name_en: s.name_en.clone(),
            })
            .collect(),
        created_at: who.moment(provider.created_at),
        ver: provider.ver,
    }
}
