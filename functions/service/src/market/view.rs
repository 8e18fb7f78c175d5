//! Bookings and providers as their readers see them.

use std::collections::BTreeMap;

use domain::access::Act;
use domain::availability::local_day;
use domain::booking::{Booking, By, Event, Part, Review, State};
use domain::consent::Purpose;
use domain::person::{Household, Person, masked};
use domain::provider::{Provider, Service};
use domain::units::Fen;
use domain::{PersonId, ProviderId, Refusal};
use jiff::Timestamp;
use store::schema;
use store::table::read;
use wire::Endpoint;
use wire::market::{
    ApprovalView, BookingView, CredentialView, ProviderBrief, ProviderView, ReviewView,
    ServiceBrief, ServiceView,
};

use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Call, Who};
use crate::identity::consent::is_given;
use crate::identity::views;

/// The people that a set of bookings names and, for one that is opened, how they can be reached.
pub struct Faces {
    people: BTreeMap<PersonId, Person>,
    contact: Option<Contact>,
}

/// What is read beside the names where contact may be shown.
#[derive(Default)]
struct Contact {
    home: Option<Household>,
    shared: bool,
}

/// Bookings as rows of a list: names, and no way to reach anybody. Those that `who` has no part in
/// any more are left out.
pub async fn rows(
    ctx: &Ctx,
    who: &Who,
    bookings: &[Booking],
    at: Timestamp,
) -> Result<Vec<BookingView>, Error> {
    let faces = Faces::of(ctx, who, bookings).await?;
    let rows = bookings
        .iter()
        .filter_map(|booking| faces.view(who, booking, at));
    Ok(rows.collect())
}

/// One booking as a row of a list. Refuses: `Missing` to whoever has no part in it.
pub async fn row<E: Endpoint>(call: &Call<E>, booking: &Booking) -> Result<BookingView, Error> {
    let faces = Faces::of(&call.ctx, &call.who, std::slice::from_ref(booking)).await?;
    let view = faces.view(&call.who, booking, call.now);
    Ok(view.ok_or(Refusal::Missing)?)
}

/// One booking, opened: with numbers and door where the reader may have them. Each person whose
/// number or door is shown finds that in their log of views, before the answer is given. Refuses:
/// `Missing` to whoever has no part in it.
pub async fn opened<E: Endpoint>(call: &Call<E>, booking: &Booking) -> Result<BookingView, Error> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let mut faces = Faces::of(ctx, who, std::slice::from_ref(booking)).await?;
    if booking.is_within_reach(at) {
        faces.read_contact(ctx, who, booking).await?;
    }
    let view = faces.view(who, booking, at).ok_or(Refusal::Missing)?;
    let resident = view.resident_phone.is_some() || view.resident_address.is_some();
    let shown = [
        (booking.resident, resident),
        (booking.provider_person, view.provider_phone.is_some()),
    ];
    let overseen = view.part == Part::Staff;
    for (whose, seen) in shown {
        if seen || overseen && whose == booking.resident {
            views::log(ctx, who, whose, E::NAME, "", at).await?;
        }
    }
    Ok(view)
}

impl Faces {
    /// Reads who is named in these bookings.
    async fn of(ctx: &Ctx, who: &Who, bookings: &[Booking]) -> Result<Self, Error> {
        let com = who.community.id;
        let mut people = BTreeMap::from([(who.person.id, who.person.clone())]);
        let named = bookings.iter().flat_map(|b| {
            let approved = b.approved.map(|approved| approved.by);
            [Some(b.resident), Some(b.booked_by), approved]
        });
        let named = named.flatten();
        let mut wanted: Vec<PersonId> = named.filter(|id| !people.contains_key(id)).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let keys: Vec<_> = wanted.iter().map(|id| schema::person(com, *id)).collect();
        if !keys.is_empty() {
            for item in ctx.store.get_many(&keys).await?.into_iter().flatten() {
                let person: Person = read(item)?;
                people.insert(person.id, person);
            }
        }
        let contact = None;
        Ok(Self { people, contact })
    }

    async fn read_contact(&mut self, ctx: &Ctx, who: &Who, booking: &Booking) -> Result<(), Error> {
        let (store, com) = (&ctx.store, who.community.id);
        if !self.people.contains_key(&booking.provider_person) {
            let provider = store.person(com, booking.provider_person).await?;
            self.people
                .extend(provider.map(|provider| (provider.id, provider)));
        }
        let mut contact = Contact::default();
        if booking.resident != who.person.id {
            let home = self.people.get(&booking.resident);
            contact.home = match home.and_then(|person| person.household) {
                Some(id) => store.household(com, id).await?,
                None => None,
            };
            let purpose = Purpose::ShareContact;
            contact.shared = is_given(ctx, com, booking.resident, purpose).await?;
        }
        self.contact = Some(contact);
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

    /// A booking as `who` sees it at `at`; nothing where they have no part in it.
    fn view(&self, who: &Who, booking: &Booking, at: Timestamp) -> Option<BookingView> {
        let resident = self.people.get(&booking.resident);
        let by = By::of(&who.person, booking, resident, local_day(at, &who.zone));
        let part = *booking.parts(&by).first()?;
        let contact = self.contact.as_ref();
        let served = contact.filter(|contact| match part {
            Part::Resident => false,
            Part::Provider => contact.shared,
            Part::Staff => true,
        });
        let door = |home: &Household| format!("{} {}", home.building, home.room);
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
        Some(BookingView {
            id: booking.id,
            service: booking.service,
            service_name: booking.service_name.clone(),
            service_name_en: booking.service_name_en.clone(),
            provider: booking.provider,
            provider_name: booking.provider_name.clone(),
            provider_phone: contact.and_then(|_| self.phone(booking.provider_person)),
            resident: booking.resident,
            resident_name: self.name(booking.resident),
            resident_phone: served.and_then(|_| self.phone(booking.resident)),
            resident_address: served.and_then(|contact| contact.home.as_ref().map(door)),
            booked_by_name: (booking.booked_by != booking.resident)
                .then(|| self.name(booking.booked_by)),
            start: who.moment(booking.start),
            end: who.moment(booking.visit().until),
            terms: booking.terms.clone(),
            note: booking.note.clone(),
            state: booking.state_at(at),
            until: answer_due(booking).map(|until| who.moment(until)),
            cutoff: who.moment(booking.cutoff()),
            amount: amount(booking.state),
            approved: booking.approved.map(|approved| ApprovalView {
                by: approved.by,
                by_name: self.name(approved.by),
                part: approved.part,
                at: who.moment(approved.at),
            }),
            reason: booking.reason.clone(),
            part,
            own_review: review(own, part != Part::Staff || shown),
            other_review: review(other, shown),
            moves: moves(booking, &by, at),
            since: who.moment(booking.since_at(at)),
            created_at: who.moment(booking.created_at),
            ver: booking.ver,
        })
    }
}

/// Until when somebody's answer is waited for.
fn answer_due(booking: &Booking) -> Option<Timestamp> {
    let due = booking.due();
    due.filter(|_| booking.state != State::Accepted)
}

fn amount(state: State) -> Option<Fen> {
    match state {
        State::Quoted { amount } | State::Done { amount } => Some(amount),
        State::Held { .. }
        | State::Requested { .. }
        | State::Accepted
        | State::Declined
        | State::Expired
        | State::Closed
        | State::Cancelled { .. }
        | State::NoShow { .. } => None,
    }
}

/// The moves the rules would let somebody make now, as endpoint names.
fn moves(booking: &Booking, by: &By, at: Timestamp) -> Vec<String> {
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
        (
            "ApproveQuote",
            Event::ApproveQuote {
                amount,
                by: by.person,
            },
        ),
        (
            "RejectQuote",
            Event::RejectQuote {
                reason: String::new(),
            },
        ),
        ("MarkNoShow", Event::NoShow { who: None }),
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
        let part = booking.part_for(event, by);
        part.is_ok_and(|part| booking.clone().apply(event.clone(), part, at).is_ok())
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
