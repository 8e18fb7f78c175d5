//! Categories, providers, services, cells and bookings: what is read together, and what is
//! written together.

use std::collections::BTreeSet;

use domain::availability::{Cell, local_day};
use domain::booking::Booking;
use domain::provider::{Provider, Service, Standing};
use domain::{BookingId, CommunityId, PersonId, ProviderId, Refusal, ServiceId, limits};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::claims::Changes;
use crate::notify::Outgoing;
use crate::schema::{self, Item, Key, Kind};
use crate::table::{Error, Store, read, write};
use crate::tx::{Command, MAKES, Tx, made, n};

/// One kind of service, as residents look for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    pub slug: String,
    pub name: String,
    pub name_en: Option<String>,
    pub place: u16,
    pub ver: u64,
}

impl Category {
    /// The same but for the version.
    #[must_use]
    pub fn says(&self, other: &Self) -> bool {
        (&self.slug, &self.name, &self.name_en, self.place)
            == (&other.slug, &other.name, &other.name_en, other.place)
    }
}

/// How many bookings of a resident are still to happen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingQuota {
    pub open_count: u32,
}

/// Which provider a person is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderOf {
    pub provider: ProviderId,
}

/// A booking that a person made for somebody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookedFor {
    pub booking: BookingId,
}

/// Versions that a booking was decided on. It stands only if they are still the stored ones.
#[derive(Clone, Copy, Debug, Default)]
pub struct DecidedOn {
    pub provider: Option<u64>,
    pub service: Option<u64>,
}

/// What is written beside the thing itself: the command's record and the notices it causes.
#[derive(Default)]
pub struct Beside {
    pub command: Option<Command>,
    pub notices: Vec<Outgoing>,
}

pub fn booking_item(booking: &Booking, zone: &TimeZone) -> Result<Item, Error> {
    let places = schema::booking_places(booking, local_day(booking.start, zone));
    write(
        Kind::Booking,
        &schema::booking(booking.community, booking.id),
        booking,
        places,
    )
}

/// `zone`: the community's; a credential holds to the end of its local day.
pub fn provider_item(provider: &Provider, zone: &TimeZone) -> Result<Item, Error> {
    let expires = provider
        .bookable_until()
        .filter(|_| provider.standing == Standing::Approved);
    let expires = expires.filter(|last| provider.expiry_told != Some(*last));
    let gone = expires
        .and_then(|last| last.tomorrow().ok())
        .and_then(|day| day.to_zoned(zone.clone()).ok());
    let places =
        gone.map(|gone| schema::expiring_place(provider.community, gone.timestamp(), provider.id));
    write(
        Kind::Provider,
        &schema::provider(provider.community, provider.id),
        provider,
        places.into_iter().flatten(),
    )
}

pub fn service_item(service: &Service) -> Result<Item, Error> {
    write(
        Kind::Service,
        &schema::service(service.community, service.id),
        service,
        [],
    )
}

pub fn category_item(community: CommunityId, category: &Category) -> Result<Item, Error> {
    write(
        Kind::Category,
        &schema::category(community, &category.slug),
        category,
        [],
    )
}

pub fn provider_of_item(
    community: CommunityId,
    person: PersonId,
    provider: ProviderId,
) -> Result<Item, Error> {
    write(
        Kind::ProviderOf,
        &schema::provider_of(community, person),
        &ProviderOf { provider },
        [],
    )
}

/// For who made it: they are neither its resident nor its provider, and find it here, by its start.
pub fn booked_for_item(booking: &Booking) -> Result<Item, Error> {
    let key = schema::booked_for(booking.community, booking.booked_by, booking.id);
    let row = BookedFor {
        booking: booking.id,
    };
    let places = schema::booked_for_place(booking);
    write(Kind::BookedFor, &key, &row, places)
}

impl Store {
    pub async fn service(
        &self,
        community: CommunityId,
        id: ServiceId,
    ) -> Result<Option<Service>, Error> {
        self.get(&schema::service(community, id)).await
    }

    /// A service and one who may offer it, in one trip.
    pub async fn offer(
        &self,
        community: CommunityId,
        service: ServiceId,
        provider: ProviderId,
    ) -> Result<(Option<Service>, Option<Provider>), Error> {
        let keys = [
            schema::service(community, service),
            schema::provider(community, provider),
        ];
        let mut found = self.get_many(&keys).await?.into_iter();
        let service = found.next().flatten().map(read).transpose()?;
        let provider = found.next().flatten().map(read).transpose()?;
        Ok((service, provider))
    }

    pub async fn services(&self, community: CommunityId) -> Result<Vec<Service>, Error> {
        self.all(&schema::services(community))
            .await?
            .into_iter()
            .map(read)
            .collect()
    }

    pub async fn categories(&self, community: CommunityId) -> Result<Vec<Category>, Error> {
        self.all(&schema::categories(community))
            .await?
            .into_iter()
            .map(read)
            .collect()
    }

    pub async fn provider(
        &self,
        community: CommunityId,
        id: ProviderId,
    ) -> Result<Option<Provider>, Error> {
        self.get(&schema::provider(community, id)).await
    }

    pub async fn providers(&self, community: CommunityId) -> Result<Vec<Provider>, Error> {
        self.all(&schema::providers(community))
            .await?
            .into_iter()
            .map(read)
            .collect()
    }

    /// Those of the ids that exist, in their order.
    pub async fn providers_among(
        &self,
        community: CommunityId,
        ids: &[ProviderId],
    ) -> Result<Vec<Provider>, Error> {
        let keys: Vec<Key> = ids
            .iter()
            .map(|id| schema::provider(community, *id))
            .collect();
        self.get_many(&keys)
            .await?
            .into_iter()
            .flatten()
            .map(read)
            .collect()
    }

    pub async fn provider_of(
        &self,
        community: CommunityId,
        person: PersonId,
    ) -> Result<Option<ProviderId>, Error> {
        let of: Option<ProviderOf> = self.get(&schema::provider_of(community, person)).await?;
        Ok(of.map(|of| of.provider))
    }

    pub async fn booking(
        &self,
        community: CommunityId,
        id: BookingId,
    ) -> Result<Option<Booking>, Error> {
        self.get(&schema::booking(community, id)).await
    }

    /// Writes a new booking with its cells.
    /// Refuses: `IdReused`, `QuotaSpent`, `Stale` (provider or service changed meanwhile), `Missing`
    /// (the resident left meanwhile), `SlotTaken`.
    pub async fn create_booking(
        &self,
        booking: &Booking,
        on: DecidedOn,
        zone: &TimeZone,
        beside: &Beside,
    ) -> Result<(), Error> {
        self.booking_tx(booking, on, zone, beside)?.commit().await
    }

    /// The transaction of [`Store::create_booking`], not yet committed.
    pub fn booking_tx(
        &self,
        booking: &Booking,
        on: DecidedOn,
        zone: &TimeZone,
        beside: &Beside,
    ) -> Result<Tx<'_>, Error> {
        let com = booking.community;
        let mut tx = self
            .tx()
            .command(beside.command.as_ref())?
            .put_new(booking_item(booking, zone)?, Refusal::IdReused)?
            .update(
                &schema::booking_quota(com, booking.resident),
                &format!("SET open_count = if_not_exists(open_count, :zero) + :one, {MAKES}"),
                Some("attribute_not_exists(open_count) OR open_count < :max"),
                [
                    (":zero", n(0)),
                    (":one", n(1)),
                    (":max", n(limits::OPEN_BOOKINGS)),
                ]
                .into_iter()
                .chain(made(Kind::Quota))
                .collect(),
                Refusal::QuotaSpent {
                    max: limits::OPEN_BOOKINGS,
                },
            )?;
        tx = lives(decided_on(tx, booking, on)?, com, booking.resident)?;
        if booking.booked_by != booking.resident {
            tx = tx.put_any(booked_for_item(booking)?)?;
        }
        tx = tx.change_claims(booking, &Changes::claim(booking.cells()))?;
        outgoing(tx, &beside.notices)
    }

    /// Writes a moved booking, claiming and releasing the cells between the two. While it is open its
    /// resident cannot leave, so only a move of one that is over looks whether they are still there.
    /// Refuses: `Stale`, `Missing`, `SlotTaken`.
    pub async fn move_booking(
        &self,
        before: &Booking,
        after: &Booking,
        on: DecidedOn,
        zone: &TimeZone,
        beside: &Beside,
    ) -> Result<(), Error> {
        let com = after.community;
        let held: BTreeSet<Cell> = if before.state.is_open() {
            self.own_cells(before, after.changed_at).await?
        } else {
            BTreeSet::new()
        };
        let wanted: BTreeSet<Cell> = if after.state.is_open() {
            after.cells().collect()
        } else {
            BTreeSet::new()
        };
        let mut tx = self
            .tx()
            .command(beside.command.as_ref())?
            .put_next(booking_item(after, zone)?, after.ver)?;
        tx = decided_on(tx, after, on)?;
        if !before.state.is_open() {
            tx = lives(tx, com, after.resident)?;
        }
        if before.start != after.start && self.is_listed_for_another(before).await? {
            tx = tx.put_any(booked_for_item(after)?)?;
        }
        if before.state.is_open() && !after.state.is_open() {
            let key = schema::booking_quota(com, after.resident);
            tx = tx.update(
                &key,
                "SET open_count = open_count - :one",
                Some("open_count > :zero"),
                vec![(":one", n(1)), (":zero", n(0))],
                Refusal::Stale,
            )?;
        }
        let kept = wanted.intersection(&held).copied();
        let changes = Changes {
            claimed: wanted.difference(&held).copied().collect(),
            released: held.difference(&wanted).copied().collect(),
            retimed: match before.state.until() == after.state.until() {
                true => BTreeSet::new(),
                false => kept.collect(),
            },
        };
        tx = tx.change_claims(after, &changes)?;
        outgoing(tx, &beside.notices)?.commit().await
    }

    /// Does whoever made it for another have it in their list? Not if they left since.
    async fn is_listed_for_another(&self, booking: &Booking) -> Result<bool, Error> {
        if booking.booked_by == booking.resident {
            return Ok(false);
        }
        let key = schema::booked_for(booking.community, booking.booked_by, booking.id);
        Ok(self.get_item(&key).await?.is_some())
    }

    /// Writes a new provider's file, and the person's new role.
    /// Refuses: `IdReused`, `AlreadyApplied`, `Stale`.
    pub async fn create_provider(
        &self,
        provider: &Provider,
        zone: &TimeZone,
        person: Item,
        person_ver: u64,
        beside: &Beside,
    ) -> Result<(), Error> {
        let tx = self
            .tx()
            .command(beside.command.as_ref())?
            .put_new(provider_item(provider, zone)?, Refusal::IdReused)?
            .put_new(
                provider_of_item(provider.community, provider.person, provider.id)?,
                Refusal::AlreadyApplied,
            )?
            .put_next(person, person_ver)?;
        outgoing(tx, &beside.notices)?.commit().await
    }

    /// Refuses: `Stale`.
    pub async fn change_provider(
        &self,
        provider: &Provider,
        zone: &TimeZone,
        beside: &Beside,
    ) -> Result<(), Error> {
        let tx = self
            .tx()
            .command(beside.command.as_ref())?
            .put_next(provider_item(provider, zone)?, provider.ver)?;
        outgoing(tx, &beside.notices)?.commit().await
    }

    /// Refuses: `IdReused`.
    pub async fn create_service(&self, service: &Service, beside: &Beside) -> Result<(), Error> {
        self.tx()
            .command(beside.command.as_ref())?
            .put_new(service_item(service)?, Refusal::IdReused)?
            .commit()
            .await
    }

    /// Refuses: `Stale`.
    pub async fn change_service(&self, service: &Service, beside: &Beside) -> Result<(), Error> {
        self.tx()
            .command(beside.command.as_ref())?
            .put_next(service_item(service)?, service.ver)?
            .commit()
            .await
    }

    pub async fn category(
        &self,
        community: CommunityId,
        slug: &str,
    ) -> Result<Option<Category>, Error> {
        self.get(&schema::category(community, slug)).await
    }

    /// Refuses: `Stale`.
    pub async fn put_category(
        &self,
        community: CommunityId,
        category: &Category,
    ) -> Result<(), Error> {
        let item = category_item(community, category)?;
        let tx = match category.ver {
            1 => self.tx().put_new(item, Refusal::Stale)?,
            ver => self.tx().put_next(item, ver)?,
        };
        tx.commit().await
    }
}

fn decided_on<'s>(mut tx: Tx<'s>, booking: &Booking, on: DecidedOn) -> Result<Tx<'s>, Error> {
    let com = booking.community;
    let rows = [
        (schema::provider(com, booking.provider), on.provider),
        (schema::service(com, booking.service), on.service),
    ];
    for (key, ver) in rows {
        if let Some(ver) = ver {
            let values = vec![(":ver", n(ver))];
            tx = tx.check(&key, "ver = :ver", values, Refusal::Stale)?;
        }
    }
    Ok(tx)
}

/// The whole stands only if this person is there, and did not leave.
pub(crate) fn lives(tx: Tx<'_>, com: CommunityId, person: PersonId) -> Result<Tx<'_>, Error> {
    let condition = "attribute_exists(pk) AND attribute_not_exists(deleted_at)";
    tx.check(
        &schema::person(com, person),
        condition,
        vec![],
        Refusal::Missing,
    )
}

pub(crate) fn outgoing<'s>(mut tx: Tx<'s>, notices: &[Outgoing]) -> Result<Tx<'s>, Error> {
    for notice in notices {
        tx = tx.put_new(notice.item()?, Refusal::Stale)?;
    }
    Ok(tx)
}
