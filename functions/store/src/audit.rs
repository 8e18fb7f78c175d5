//! The only Scan: the whole table out as JSON lines, and whether what it says holds together.
//! For the operator. Read while others write, either may show the middle of a change: a finding
//! counts if it is there the next time as well.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;

use domain::availability::Cell;
use domain::booking::Booking;
use domain::person::Person;
use domain::provider::{Provider, Service};
use domain::{BookingId, CommunityId, PersonId, ProviderId};
use jiff::Timestamp;

use crate::care::audit::Desk;
use crate::claims::{Claim, claims_in};
use crate::form::form_of;
use crate::identity::Account;
use crate::identity::looks::Looks;
use crate::library::audit::Library;
use crate::market::BookingQuota;
use crate::notify::Outgoing;
use crate::points::activities_audit::Activities;
use crate::points::hours_audit::Hours;
use crate::points::ledger_audit::Points;
use crate::points::network_audit::Network;
use crate::schema::{self, Item, KIND, Kind, PK, SK, TTL, VERSION};
use crate::table::{Error, Place, Store, json, key_of, kind_of, read, text, version_of};
use crate::watch::audit::Watch;

impl Store {
    /// Every item, one page at a time.
    pub(crate) async fn scan(
        &self,
        after: Option<Place>,
    ) -> Result<(Vec<Item>, Option<Place>), Error> {
        let reply = self
            .client
            .scan()
            .table_name(&self.table)
            .consistent_read(true)
            .set_exclusive_start_key(after)
            .send()
            .await?;
        Ok((reply.items.unwrap_or_default(), reply.last_evaluated_key))
    }
}

/// Every item as one line of JSON, handed to `line` without its line break. This is a backup: it
/// holds the secrets of second factors, and everybody's data. Answers how many.
pub async fn export(
    store: &Store,
    mut line: impl FnMut(&str) -> io::Result<()>,
) -> Result<u64, Error> {
    let mut count = 0;
    let mut place = None;
    loop {
        let (items, next) = store.scan(place).await?;
        for item in items {
            line(&json(item)?.to_string()).map_err(Error::broken)?;
            count += 1;
        }
        place = next;
        if place.is_none() {
            return Ok(count);
        }
    }
}

/// Every item as text that is the same for the same item, whatever order its attributes come in; in no order
/// of the items. Answers how many.
pub async fn forms(store: &Store, mut form: impl FnMut(&str)) -> Result<u64, Error> {
    let mut count = 0;
    let mut place = None;
    loop {
        let (items, next) = store.scan(place).await?;
        for item in items {
            form(&form_of(&item));
            count += 1;
        }
        place = next;
        if place.is_none() {
            return Ok(count);
        }
    }
}

/// Something that does not hold together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The rule that is broken.
    pub rule: &'static str,
    /// Keys or ids of what breaks it.
    pub subject: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule, self.subject)
    }
}

/// Everything that does not hold together at that moment, in a fixed order.
pub async fn check(store: &Store, at: Timestamp) -> Result<Vec<Finding>, Error> {
    let mut table = Table::default();
    let mut place = None;
    loop {
        let (items, next) = store.scan(place).await?;
        for item in items {
            table.take(item);
        }
        place = next;
        if place.is_none() {
            break;
        }
    }
    Ok(table.findings(at))
}

/// What the rules look at, read once.
#[derive(Default)]
struct Table {
    findings: Vec<Finding>,
    people: BTreeMap<(CommunityId, PersonId), Person>,
    accounts: Vec<(String, Account)>,
    providers: BTreeMap<(CommunityId, ProviderId), Provider>,
    services: Vec<Service>,
    bookings: BTreeMap<BookingId, Booking>,
    /// By the partition of their provider.
    claims: BTreeMap<(String, Cell), Claim>,
    quotas: BTreeMap<String, u32>,
    points: Points,
    activities: Activities,
    hours: Hours,
    network: Network,
    library: Library,
    watch: Watch,
    desk: Desk,
    looks: Looks,
}

impl Table {
    fn found(&mut self, rule: &'static str, subject: impl fmt::Display) {
        let subject = subject.to_string();
        self.findings.push(Finding { rule, subject });
    }

    fn take(&mut self, item: Item) {
        let key = key_of(&item);
        let place = format!("{} {}", key.pk, key.sk);
        let Some(kind) = kind_of(&item) else {
            let kind = text(&item, KIND);
            return self.found("the kind is known", format!("{place} is a {kind:?}"));
        };
        // Older: it was not brought up to date. Newer: this program does not know all that it means.
        if version_of(&item) != VERSION {
            self.found("the item is of this version", &place);
        }
        if self.keep(kind, item, key).is_err() {
            self.found("the item reads back", place);
        }
    }

    fn keep(&mut self, kind: Kind, item: Item, key: schema::Key) -> Result<(), Error> {
        let passing = matches!(
            kind,
            Kind::Command
                | Kind::Code
                | Kind::Rate
                | Kind::Message
                | Kind::Attempt
                | Kind::Push
                | Kind::LibraryPart
                | Kind::SignRow
                | Kind::ReadingRow
        );
        if passing && !item.contains_key(TTL) {
            self.found("what passes has its end", format!("{} {}", key.pk, key.sk));
        }
        self.hours.keep(kind, &item, &key)?;
        self.network.keep(kind, &item, &key)?;
        self.library.keep(kind, &item, &key)?;
        self.watch.keep(kind, &item, &key)?;
        self.desk.keep(kind, &item, &key)?;
        self.looks.keep(kind, &item, &key)?;
        if self.points.keep(kind, &item, &key)? {
            return Ok(());
        }
        match kind {
            Kind::Person => {
                let person: Person = read(item)?;
                self.people.insert((person.community, person.id), person);
            }
            Kind::Account => self.accounts.push((key.pk, read(item)?)),
            Kind::Provider => {
                let provider: Provider = read(item)?;
                self.providers
                    .insert((provider.community, provider.id), provider);
            }
            Kind::Service => self.services.push(read(item)?),
            Kind::Booking => {
                let booking: Booking = read(item)?;
                self.bookings.insert(booking.id, booking);
            }
            Kind::Claims => {
                let claims = claims_in(&item)?.into_iter();
                self.claims
                    .extend(claims.map(|(cell, claim)| ((key.pk.clone(), cell), claim)));
            }
            Kind::Quota => {
                let quota: BookingQuota = read(item)?;
                self.quotas.insert(key.pk, quota.open_count);
            }
            Kind::Community
            | Kind::Code
            | Kind::Rate
            | Kind::Session
            | Kind::SecondFactor
            | Kind::Consent
            | Kind::View
            | Kind::ViewLink
            | Kind::ViewHead
            | Kind::Message
            | Kind::Attempt
            | Kind::Push
            | Kind::Command
            | Kind::ProviderOf
            | Kind::BookedFor
            | Kind::Household
            | Kind::Feedback
            | Kind::Category
            | Kind::PointRule => {}
            Kind::Activity | Kind::SignUp | Kind::Volunteer => {
                self.activities.take(kind, item, key)?;
            }
            // Looked at as service time.
            Kind::Entry | Kind::EntryOf | Kind::Certificate | Kind::CertificateOf => {}
            // Looked at as what is passed on.
            Kind::NetworkRecord | Kind::NetworkRef | Kind::NetworkBatch | Kind::NetworkPart => {}
            Kind::Team => {}
            // Looked at as the library.
            Kind::Title
            | Kind::Shelf
            | Kind::CopyOf
            | Kind::TitleOf
            | Kind::Reader
            | Kind::Loan
            | Kind::Hold
            | Kind::LedgerLine
            | Kind::LibraryRules
            | Kind::ShelfAudit
            | Kind::LibraryTask
            | Kind::LibraryImport => {}
            // Looked at as those who are watched over.
            Kind::Device
            | Kind::DeviceOf
            | Kind::DoorDay
            | Kind::Watched
            | Kind::CredentialOf
            | Kind::SignRow
            | Kind::AbsenceRow
            | Kind::AbsenceOf
            | Kind::Alert
            | Kind::Vitals
            | Kind::ReadingRow
            | Kind::WatchRules
            | Kind::WatchedCount
            | Kind::SweepMark
            | Kind::AlertMark => {}
            // Looked at as the care desk.
            Kind::Case | Kind::CareFile | Kind::Note | Kind::Attachment | Kind::CareNodes => {}
            // Looked at with its import, where it is taken.
            Kind::LibraryPart => {}
            // Looked at as points.
            Kind::PointAccount
            | Kind::Transfer
            | Kind::Earned
            | Kind::Taken
            | Kind::Reward
            | Kind::Stock
            | Kind::StockMove
            | Kind::Redemption
            | Kind::Voucher => {}
            Kind::Outbox => {
                let row: Outgoing = read(item.clone())?;
                // The relay finds it nowhere else.
                let wanted = row.item()?;
                if [PK, SK, "dpk", "dsk"]
                    .iter()
                    .any(|name| item.get(*name) != wanted.get(*name))
                {
                    let subject = row.id.to_string();
                    self.found("a message stands where it is due", subject);
                }
            }
            Kind::Stuck => {
                read::<Outgoing>(item)?;
            }
        }
        Ok(())
    }

    fn findings(mut self, at: Timestamp) -> Vec<Finding> {
        let broken = [
            self.bookings_without_cells(at),
            self.cells_without_booking(),
            self.bookings_of_nobody(),
            self.wrong_quotas(),
            self.wrong_accounts(),
            self.missing_providers(),
            std::mem::take(&mut self.points).findings(),
            std::mem::take(&mut self.activities).findings(at),
            std::mem::take(&mut self.hours).findings(),
            std::mem::take(&mut self.network).findings(),
            std::mem::take(&mut self.library).findings(),
            std::mem::take(&mut self.watch).findings(),
            std::mem::take(&mut self.desk).findings(),
            std::mem::take(&mut self.looks).findings(at),
        ];
        self.findings.extend(broken.into_iter().flatten());
        self.findings.sort();
        self.findings
    }

    /// Every open booking has its cells, unless its time ran out: then others may have taken them.
    fn bookings_without_cells(&self, at: Timestamp) -> Vec<Finding> {
        let lapsed = |booking: &Booking| booking.state.until().is_some_and(|until| until < at);
        let live = self
            .bookings
            .values()
            .filter(|booking| booking.state.is_open() && !lapsed(booking));
        let mut findings = Vec::new();
        for booking in live {
            for cell in booking.cells() {
                let claim = self.claims.get(&(partition(booking), cell));
                if claim.is_none_or(|claim| claim.booking != booking.id) {
                    findings.push(Finding {
                        rule: "an open booking has its cells",
                        subject: format!("{} misses cell {cell}", booking.id),
                    });
                }
            }
        }
        findings
    }

    /// Every cell names an open booking that covers it, and is free when that one lapses.
    fn cells_without_booking(&self) -> Vec<Finding> {
        let holds = |(pk, cell): (&str, Cell), claim: &Claim| {
            let booking = self.bookings.get(&claim.booking)?;
            let until = booking.state.until().map(Timestamp::as_millisecond);
            let open = booking.state.is_open() && until == claim.free_at;
            let covers = partition(booking) == pk && booking.cells().contains(&cell);
            (open && covers).then_some(())
        };
        self.claims
            .iter()
            .filter(|((pk, cell), claim)| holds((pk, *cell), claim).is_none())
            .map(|((pk, cell), claim)| Finding {
                rule: "a cell belongs to an open booking",
                subject: format!("{pk} {cell} names {}", claim.booking),
            })
            .collect()
    }

    /// Every open booking is for somebody who is there.
    fn bookings_of_nobody(&self) -> Vec<Finding> {
        let there = |booking: &Booking| {
            let person = self.people.get(&(booking.community, booking.resident));
            person.is_some_and(|person| person.deleted_at.is_none())
        };
        let open = self.bookings.values().filter(|b| b.state.is_open());
        open.filter(|booking| !there(booking))
            .map(|booking| Finding {
                rule: "an open booking is for somebody",
                subject: format!("{} is for {}", booking.id, booking.resident),
            })
            .collect()
    }

    /// Every resident's quota counts their open bookings.
    fn wrong_quotas(&self) -> Vec<Finding> {
        let mut open: BTreeMap<String, u32> = BTreeMap::new();
        for booking in self.bookings.values().filter(|b| b.state.is_open()) {
            let key = schema::booking_quota(booking.community, booking.resident);
            *open.entry(key.pk).or_default() += 1;
        }
        let count = |of: &BTreeMap<String, u32>, pk: &String| of.get(pk).copied().unwrap_or(0);
        let everybody: BTreeSet<&String> = open.keys().chain(self.quotas.keys()).collect();
        everybody
            .into_iter()
            .map(|pk| (pk, count(&open, pk), count(&self.quotas, pk)))
            .filter(|(_, open, counted)| open != counted)
            .map(|(pk, open, counted)| Finding {
                rule: "a quota counts the open bookings",
                subject: format!("{pk} has {open} and counts {counted}"),
            })
            .collect()
    }

    /// Every account names a living person with a number, and every number has one account; it may be
    /// with somebody else who has the number, in another community.
    fn wrong_accounts(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut accounts: BTreeMap<(CommunityId, PersonId), usize> = BTreeMap::new();
        for (pk, account) in &self.accounts {
            let whose = (account.community, account.person);
            *accounts.entry(whose).or_default() += 1;
            let person = self.people.get(&whose);
            if person.is_none_or(|person| person.deleted_at.is_some() || person.phone.is_none()) {
                findings.push(Finding {
                    rule: "an account names a living person",
                    subject: format!("{pk} names {}", account.person),
                });
            }
        }
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        for (whose, person) in &self.people {
            if let Some(phone) = &person.phone {
                let found = accounts.get(whose).copied().unwrap_or(0);
                *numbers.entry(phone).or_default() += found;
            }
        }
        for (whose, person) in &self.people {
            let found = match &person.phone {
                Some(phone) => numbers[phone.as_str()],
                None => accounts.get(whose).copied().unwrap_or(0),
            };
            let wanted = usize::from(person.phone.is_some());
            if found != wanted {
                findings.push(Finding {
                    rule: "a number has one account",
                    subject: format!("{} has {found}", person.id),
                });
            }
        }
        findings
    }

    fn missing_providers(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for service in &self.services {
            for provider in &service.providers {
                if !self.providers.contains_key(&(service.community, *provider)) {
                    findings.push(Finding {
                        rule: "a service names providers that exist",
                        subject: format!("{} names {provider}", service.id),
                    });
                }
            }
        }
        findings
    }
}

/// Where the claims of a booking's provider lie.
fn partition(booking: &Booking) -> String {
    schema::claims(booking.community, booking.provider, 0).pk
}
