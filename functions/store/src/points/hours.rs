//! Entries of service time and certificates: what is read together, and what is written together.

use domain::activity::{SignUp, Volunteer};
use domain::availability::{Span, earlier};
use domain::certificate::{Certificate, CertificateNumber};
use domain::hours::Entry;
use domain::ledger::Gain;
use domain::{CommunityId, EntryId, PersonId, Refusal, limits};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::ledger::gain_steps;
use crate::market::{Beside, outgoing};
use crate::schema::{self, Item, Key, Kind};
use crate::table::{Error, Store, read, write};
use crate::tx::Tx;

/// Whose an entry is, and where it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryOf {
    pub person: PersonId,
    pub starts: Timestamp,
}

/// Whose a certificate is, and when it was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateOf {
    pub community: CommunityId,
    pub person: PersonId,
    pub issued_at: Timestamp,
}

/// One change to somebody's service time; of each the next version. `volunteer`: goes with every
/// change, so that two of them never pass each other.
#[derive(Clone, Debug)]
pub struct HoursChange {
    pub entry: Entry,
    pub volunteer: Volunteer,
    /// The entry whose place it takes.
    pub superseded: Option<Entry>,
    /// The sign-up whose attendance it settles.
    pub sign_up: Option<SignUp>,
    /// What it gives or takes.
    pub gain: Option<Gain>,
    /// Those that do not hold any more.
    pub outdated: Vec<Certificate>,
}

pub fn entry_item(entry: &Entry) -> Result<Item, Error> {
    let key = key_of_entry(entry);
    write(Kind::Entry, &key, entry, schema::entry_places(entry))
}

fn key_of_entry(entry: &Entry) -> Key {
    let Entry {
        community, person, ..
    } = *entry;
    schema::entry(community, person, entry.span.from, entry.id)
}

fn entry_of_item(entry: &Entry) -> Result<Item, Error> {
    let key = schema::entry_of(entry.community, entry.id);
    let of = EntryOf {
        person: entry.person,
        starts: entry.span.from,
    };
    write(Kind::EntryOf, &key, &of, [])
}

pub fn certificate_item(certificate: &Certificate) -> Result<Item, Error> {
    let (com, person) = (certificate.community, certificate.person);
    let key = schema::certificate(com, person, certificate.issued_at, certificate.number);
    write(Kind::Certificate, &key, certificate, [])
}

fn certificate_of_item(certificate: &Certificate) -> Result<Item, Error> {
    let key = schema::certificate_of(certificate.number);
    let of = CertificateOf {
        community: certificate.community,
        person: certificate.person,
        issued_at: certificate.issued_at,
    };
    write(Kind::CertificateOf, &key, &of, [])
}

impl Tx<'_> {
    /// A new entry, or its next version. Refuses: `IdReused`, `Stale`.
    fn put_entry(self, entry: &Entry) -> Result<Self, Error> {
        let item = entry_item(entry)?;
        match entry.ver {
            1 => self
                .put_new(entry_of_item(entry)?, Refusal::IdReused)?
                .put_new(item, Refusal::IdReused),
            ver => self.put_next(item, ver),
        }
    }
}

impl Store {
    pub async fn entry(&self, com: CommunityId, id: EntryId) -> Result<Option<Entry>, Error> {
        let of: Option<EntryOf> = self.get(&schema::entry_of(com, id)).await?;
        let Some(of) = of else {
            return Ok(None);
        };
        self.get(&schema::entry(com, of.person, of.starts, id))
            .await
    }

    /// Somebody's entries that start between two moments, both included, read consistently.
    pub async fn entries_between(
        &self,
        com: CommunityId,
        person: PersonId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Entry>, Error> {
        let pattern = schema::entries_of(com, person, from, until);
        let items = self.all(&pattern).await?;
        items.into_iter().map(read).collect()
    }

    /// Somebody's entries that may meet this time: those that start in it, or one entry's length
    /// before it.
    pub async fn entries_around(
        &self,
        com: CommunityId,
        person: PersonId,
        span: Span,
    ) -> Result<Vec<Entry>, Error> {
        // What is shorter than a minute more still counts as the longest.
        let longest = SignedDuration::from_mins(i64::from(limits::ENTRY_MINUTES) + 1);
        let from = earlier(span.from, longest);
        self.entries_between(com, person, from, span.until).await
    }

    /// Writes an entry and all that changes with it.
    /// Refuses: `IdReused`, `Missing` (the person left meanwhile), `Stale`.
    pub async fn write_hours(&self, change: &HoursChange, beside: &Beside) -> Result<(), Error> {
        let com = change.entry.community;
        let records = self
            .passing(&change.entry, change.superseded.as_ref())
            .await?;
        let mut tx = self
            .tx()
            .command(beside.command.as_ref())?
            .put_entry(&change.entry)?
            .check_living(com, change.entry.person)?
            .put_volunteer(com, &change.volunteer)?;
        if let Some(superseded) = &change.superseded {
            tx = tx.put_entry(superseded)?;
        }
        if let Some(sign_up) = &change.sign_up {
            tx = tx.put_sign_up(com, sign_up)?;
        }
        if let Some(gain) = &change.gain {
            tx = gain_steps(tx, gain)?;
        }
        for certificate in &change.outdated {
            tx = tx.put_next(certificate_item(certificate)?, certificate.ver)?;
        }
        for record in &records {
            tx = tx.put_record(record)?;
        }
        outgoing(tx, &beside.notices)?.commit().await
    }

    /// Writes a changed attendance. Refuses: `Missing`, `Stale`.
    pub async fn write_attendance(
        &self,
        com: CommunityId,
        sign_up: &SignUp,
        volunteer: &Volunteer,
        beside: &Beside,
    ) -> Result<(), Error> {
        let tx = self
            .tx()
            .command(beside.command.as_ref())?
            .check_living(com, sign_up.person)?
            .put_sign_up(com, sign_up)?
            .put_volunteer(com, volunteer)?;
        outgoing(tx, &beside.notices)?.commit().await
    }

    /// Takes the words out of an entry whose person left.
    pub async fn anonymise_entry(
        &self,
        com: CommunityId,
        id: EntryId,
        at: Timestamp,
    ) -> Result<(), Error> {
        let entry = self.entry(com, id).await?;
        match entry.and_then(|entry| entry.anonymised(at)) {
            Some(after) => self.tx().put_entry(&after)?.commit().await,
            None => Ok(()),
        }
    }

    /// Somebody's certificates, the latest first.
    pub async fn certificates(
        &self,
        com: CommunityId,
        person: PersonId,
    ) -> Result<Vec<Certificate>, Error> {
        let items = self.all(&schema::of_person(com, person, "CERT#")).await?;
        items.into_iter().map(read).collect()
    }

    /// The certificate of a number, whichever community's it is.
    pub async fn certificate(
        &self,
        number: CertificateNumber,
    ) -> Result<Option<Certificate>, Error> {
        let of: Option<CertificateOf> = self.get(&schema::certificate_of(number)).await?;
        let Some(of) = of else {
            return Ok(None);
        };
        let key = schema::certificate(of.community, of.person, of.issued_at, number);
        self.get(&key).await
    }

    /// Writes a new certificate. Refuses: `IdReused`, `Missing`, `Stale` where something about their
    /// service time changed meanwhile.
    pub async fn issue_certificate(
        &self,
        certificate: &Certificate,
        volunteer: &Volunteer,
        beside: &Beside,
    ) -> Result<(), Error> {
        let com = certificate.community;
        let tx = self
            .tx()
            .command(beside.command.as_ref())?
            .put_new(certificate_of_item(certificate)?, Refusal::IdReused)?
            .put_new(certificate_item(certificate)?, Refusal::IdReused)?
            .check_living(com, certificate.person)?
            .put_volunteer(com, volunteer)?;
        outgoing(tx, &beside.notices)?.commit().await
    }

    /// Writes the next version of a certificate. Refuses: `Stale`.
    pub async fn change_certificate(
        &self,
        certificate: &Certificate,
        beside: &Beside,
    ) -> Result<(), Error> {
        let tx = self
            .tx()
            .command(beside.command.as_ref())?
            .put_next(certificate_item(certificate)?, certificate.ver)?;
        outgoing(tx, &beside.notices)?.commit().await
    }
}
