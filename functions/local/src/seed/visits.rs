//! Bookings in different states, what was said about them, and one suggestion.

use std::collections::{BTreeMap, BTreeSet};

use domain::availability::{Cell, free_starts, instant};
use domain::booking::{Booking, Part, Review, State, confirmed};
use domain::notice::{Data, Notice, Topic};
use domain::provider::{Mode, Provider, Service};
use domain::units::{Fen, Minute};
use domain::{BookingId, FeedbackId, MessageId, PersonId, ProviderId};
use jiff::{SignedDuration, Timestamp};
use store::claims::claims_items;
use store::identity::{Feedback, feedback_item};
use store::market::{BookingQuota, booked_for_item, booking_item};
use store::notify::{Outgoing, To};
use store::schema::{Kind, booking_quota};
use store::table::write;
use wire::Moment;

use super::people::Residents;
use super::town::Town;
use super::{ids, traders};
use crate::stop::Stop;

pub fn make(
    town: &mut Town,
    residents: &Residents,
    providers: &[Provider],
    services: &[Service],
) -> Result<(), Stop> {
    let [
        opening,
        cylinder,
        _,
        hems,
        _,
        wiring,
        leaks,
        _,
        cleaning,
        windows,
        _,
        haircut,
        ..,
    ] = services
    else {
        return Err(Stop::because("the demo services are not complete"));
    };
    let first = residents.first.id;
    let other = |i: usize| residents.others[i].id;
    let mut visits = Visits::of(town);

    let cleaned = visits.coming("cleaning", first, &providers[7], cleaning, 2)?;
    visits.tell(Topic::BookingAccepted, first, &cleaned)?;
    let asked = visits.coming("cylinder", first, &providers[0], cylinder, 3)?;
    visits.tell(Topic::BookingRequested, providers[0].person, &asked)?;
    let leak = visits.past("leak", first, &providers[6], leaks, 1, 10)?;
    let leak = visits.put(Booking {
        state: State::Quoted {
            amount: Fen(26_000),
        },
        ..leak
    })?;
    visits.tell(Topic::BookingQuoted, first, &leak)?;
    let hem = visits.past("hems", first, &providers[3], hems, 8, 10)?;
    let hem = visits.put(reviewed(Booking {
        state: State::Done { amount: Fen(3_000) },
        ..hem
    }))?;
    visits.tell(Topic::ReviewsShown, first, &hem)?;
    let cut = visits.past("haircut", first, &providers[10], haircut, 3, 15)?;
    let cut = visits.put(Booking {
        state: State::Done { amount: Fen(2_500) },
        ..cut
    })?;
    visits.tell(Topic::BookingDone, first, &cut)?;
    let rain = visits.past("windows", first, &providers[8], windows, 5, 14)?;
    visits.put(Booking {
        state: State::Cancelled { by: Part::Resident },
        reason: "下雨了，改天再擦。".into(),
        ..rain
    })?;

    visits.coming("opening", other(0), &providers[1], opening, 1)?;
    visits.coming("wiring", other(2), &providers[5], wiring, 2)?;
    let today = visits.past("today", other(3), &providers[4], hems, 0, 10)?;
    visits.put(today)?;
    let elder = residents.elders[2].id;
    let helped = visits.coming("elder", elder, &providers[10], haircut, 1)?;
    visits.put(Booking {
        booked_by: residents.grid_worker,
        note: "老人没有手机，请敲门。".into(),
        ..helped
    })?;
    visits.done()?;
    suggest(town, &residents.others[0])
}

fn reviewed(booking: Booking) -> Booking {
    let at = booking.changed_at;
    let review = |text: &str| {
        Some(Review {
            stars: 5,
            text: text.into(),
            at,
        })
    };
    Booking {
        resident_review: review("针脚细，取得也快。"),
        provider_review: review("量得清楚，来得准时。"),
        ..booking
    }
}

fn suggest(town: &mut Town, person: &domain::person::Person) -> Result<(), Stop> {
    let at = town.days_ago(1);
    let feedback = Feedback {
        id: FeedbackId::new(millis(at), town.chance("feedback", &person.name)),
        community: town.id(),
        person: Some(person.id),
        from: person.name.clone(),
        text: "希望周日上午也能约到缝补。".into(),
        page: "/services".into(),
        at,
        handled: None,
    };
    town.add(feedback_item(&feedback))
}

/// Bookings being made: which cells are taken, and how many each resident has open.
pub struct Visits<'t, 'c> {
    town: &'t mut Town<'c>,
    bookings: BTreeMap<BookingId, Booking>,
}

impl<'t, 'c> Visits<'t, 'c> {
    pub fn of(town: &'t mut Town<'c>) -> Self {
        Self {
            town,
            bookings: BTreeMap::new(),
        }
    }

    /// A booking a resident made yesterday, at the second free time from that day on.
    pub fn coming(
        &mut self,
        name: &str,
        resident: PersonId,
        provider: &Provider,
        service: &Service,
        days: i64,
    ) -> Result<Booking, Stop> {
        const DAYS: u8 = 10;
        let from = traders::later(self.town.today, days);
        let busy = self.busy(provider.id);
        let at = self.town.at;
        let starts = free_starts(
            &provider.calendar,
            &service.terms,
            &self.town.zone,
            &busy,
            (from, DAYS),
            at,
        );
        let start = starts.get(1).copied().ok_or_else(|| {
            Stop::because(format!("{} has no free time for the demo", provider.name))
        })?;
        let made = at - SignedDuration::from_mins(40);
        let booking = Booking {
            state: confirmed(service.terms.mode, start, made),
            ..self.blank(name, resident, provider, service, start, made)
        };
        self.put(booking)
    }

    /// An accepted booking some days ago at a full hour; not yet put.
    pub fn past(
        &mut self,
        name: &str,
        resident: PersonId,
        provider: &Provider,
        service: &Service,
        days: i64,
        hour: u16,
    ) -> Result<Booking, Stop> {
        let day = traders::later(self.town.today, -days);
        let start = Minute::new(hour * 60)
            .and_then(|minute| instant(day, minute, &self.town.zone))
            .ok_or_else(|| Stop::because("no such time"))?;
        let made = start - SignedDuration::from_hours(30);
        let booking = self.blank(name, resident, provider, service, start, made);
        Ok(Booking {
            since: self.town.at.min(booking.visit().until),
            changed_at: self.town.at.min(booking.visit().until),
            ..booking
        })
    }

    fn blank(
        &self,
        name: &str,
        resident: PersonId,
        provider: &Provider,
        service: &Service,
        start: Timestamp,
        made: Timestamp,
    ) -> Booking {
        Booking {
            id: BookingId::new(ids::MILLIS, self.town.chance("booking", name)),
            community: self.town.id(),
            service: service.id,
            service_name: service.name.clone(),
            service_name_en: service.name_en.clone(),
            provider: provider.id,
            provider_person: provider.person,
            provider_name: provider.name.clone(),
            resident,
            booked_by: resident,
            start,
            terms: service.terms.clone(),
            note: String::new(),
            state: State::Accepted,
            reason: String::new(),
            approved: None,
            resident_review: None,
            provider_review: None,
            agreed: None,
            created_at: made,
            since: made,
            changed_at: made,
            ver: if service.terms.mode == Mode::Instant {
                1
            } else {
                2
            },
        }
    }

    /// Takes a booking in, in place of an earlier form of it.
    pub fn put(&mut self, booking: Booking) -> Result<Booking, Stop> {
        let busy = self.busy_but(booking.provider, booking.id);
        if booking.state.is_open() && booking.cells().any(|cell| busy.contains(&cell)) {
            return Err(Stop::because("two demo bookings want the same time"));
        }
        self.bookings.insert(booking.id, booking.clone());
        Ok(booking)
    }

    /// Leaves a notice in the outbox; the relay brings it to the inbox.
    pub fn tell(&mut self, topic: Topic, to: PersonId, booking: &Booking) -> Result<(), Stop> {
        let town = &mut self.town;
        let at = booking.changed_at;
        let name = format!("{topic}|{}", booking.id);
        let mut data = Data::from([
            ("booking".into(), booking.id.to_string()),
            ("service".into(), booking.service_name.clone()),
            (
                "start".into(),
                Moment::new(booking.start, &town.zone).to_string(),
            ),
        ]);
        if let Some(name) = &booking.service_name_en {
            data.insert("service_en".into(), name.clone());
        }
        if let State::Quoted { amount } | State::Done { amount } = booking.state {
            data.insert("amount".into(), amount.0.to_string());
        }
        let outgoing = Outgoing {
            id: MessageId::new(millis(at), town.chance("message", &name)),
            community: town.id(),
            to: vec![To::Person(to)],
            notice: Notice { topic, data },
            at,
            attempts: 0,
            postponed: 0,
            next_at: at,
        };
        town.add(outgoing.item())
    }

    /// Writes the bookings, the cells of those to come, and what each resident has open.
    pub fn done(self) -> Result<(), Stop> {
        let town = self.town;
        let mut open: BTreeMap<PersonId, u32> = BTreeMap::new();
        for booking in self.bookings.values() {
            let item = booking_item(booking, &town.zone);
            town.add(item)?;
            if booking.booked_by != booking.resident {
                town.add(booked_for_item(booking))?;
            }
            if booking.state.is_open() {
                *open.entry(booking.resident).or_default() += 1;
            }
        }
        let standing = self.bookings.values().filter(|b| b.state.is_open());
        for item in claims_items(standing)? {
            town.add(Ok(item))?;
        }
        for (person, open_count) in open {
            let key = booking_quota(town.id(), person);
            town.add(write(Kind::Quota, &key, &BookingQuota { open_count }, []))?;
        }
        Ok(())
    }

    fn busy(&self, provider: ProviderId) -> BTreeSet<Cell> {
        let open = |b: &&Booking| b.provider == provider && b.state.is_open();
        self.bookings
            .values()
            .filter(open)
            .flat_map(Booking::cells)
            .collect()
    }

    fn busy_but(&self, provider: ProviderId, except: BookingId) -> BTreeSet<Cell> {
        let open = |b: &&Booking| b.provider == provider && b.id != except && b.state.is_open();
        self.bookings
            .values()
            .filter(open)
            .flat_map(Booking::cells)
            .collect()
    }
}

fn millis(at: Timestamp) -> u64 {
    u64::try_from(at.as_millisecond()).unwrap_or(ids::MILLIS)
}
