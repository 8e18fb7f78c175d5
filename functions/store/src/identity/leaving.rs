//! What goes when somebody leaves, and what stays without their name.

use domain::booking::Booking;
use domain::person::Person;
use domain::{BookingId, CommunityId, FeedbackId, PersonId, Refusal, limits};
use jiff::Timestamp;

use super::{Feedback, Handling, feedback_item};
use crate::notify::{Outgoing, To};
use crate::schema::{self, Item, Key, Kind, Range};
use crate::table::{Error, Store, json, key_of, read, rewritten, write};
use crate::tx::{Tx, n, s};

/// A deleted person whose traces are not all gone yet; found again by [`Store::unfinished_erasures`].
/// `phone_digest`: of the number they had, for the rows that are about the number only.
pub fn erased_person_item(
    person: &Person,
    phone_digest: Option<&str>,
    at: Timestamp,
) -> Result<Item, Error> {
    let places = schema::erasing_place(person.community, at, person.id);
    let key = schema::person(person.community, person.id);
    let mut item = write(Kind::Person, &key, person, places)?;
    if let Some(digest) = phone_digest {
        item.insert(PHONE_DIGEST.into(), s(digest));
    }
    Ok(item)
}

/// Beside a deleted person, until their traces are gone.
const PHONE_DIGEST: &str = "phone_digest";

/// Somebody deleted whose traces are not all gone yet.
pub struct Erasure {
    pub person: Person,
    pub phone_digest: Option<String>,
}

/// Whose words leave a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaver {
    Resident,
    /// Who made it for the resident.
    Booker,
    Provider,
}

impl Store {
    /// Takes out of feedback who wrote it and what they were answered. Safe to repeat.
    pub async fn anonymise_feedback(&self, com: CommunityId, id: FeedbackId) -> Result<(), Error> {
        for _ in 0..limits::COMMIT_TRIES {
            let Some(written) = self.get::<Feedback>(&schema::feedback(com, id)).await? else {
                return Ok(());
            };
            let as_read = match written.handled {
                Some(_) => "attribute_exists(handled)",
                None => "attribute_not_exists(handled)",
            };
            let handled = written.handled.map(|handling| Handling {
                answer: String::new(),
                ..handling
            });
            let unsigned = Feedback {
                person: None,
                from: String::new(),
                handled,
                ..written
            };
            let item = feedback_item(&unsigned)?;
            let tx = self.tx().put_if(item, as_read, vec![], Refusal::Stale)?;
            match tx.commit().await {
                Err(Error::Refused(Refusal::Stale)) => {}
                done => return done,
            }
        }
        Err(Error::Refused(Refusal::Stale))
    }

    /// Deleted people whose traces are not all gone yet.
    pub async fn unfinished_erasures(
        &self,
        com: CommunityId,
        at: Timestamp,
    ) -> Result<Vec<Erasure>, Error> {
        let items = self.all(&schema::erasing(com, at)).await?;
        let erasure = |item: Item| {
            let digest = item.get(PHONE_DIGEST).and_then(|value| value.as_s().ok());
            let phone_digest = digest.cloned();
            let person = read(item)?;
            Ok(Erasure {
                person,
                phone_digest,
            })
        };
        items.into_iter().map(erasure).collect()
    }

    /// Keys in a person's partition whose sort key begins so.
    pub async fn keys_of(
        &self,
        com: CommunityId,
        person: PersonId,
        prefix: &str,
    ) -> Result<Vec<Key>, Error> {
        let pattern = schema::of_person(com, person, prefix);
        debug_assert!(matches!(pattern.range, Range::Prefix(_)));
        let items = self.all_of(&pattern, Some("pk, sk")).await?;
        Ok(items.iter().map(crate::table::key_of).collect())
    }

    /// Takes out of a booking what tells who one of its sides was; its times, its state and the
    /// stars stay. Safe to repeat.
    pub async fn anonymise_booking(
        &self,
        com: CommunityId,
        id: BookingId,
        leaver: Leaver,
    ) -> Result<(), Error> {
        for _ in 0..limits::COMMIT_TRIES {
            let Some(item) = self.get_item(&schema::booking(com, id)).await? else {
                return Ok(());
            };
            let before: Booking = read(item.clone())?;
            let mut after = before.clone();
            match leaver {
                Leaver::Resident | Leaver::Booker => after.note.clear(),
                Leaver::Provider => after.provider_name.clear(),
            }
            after.reason.clear();
            // Who booked for another wrote no review: those are the two sides' own.
            let reviews = [&mut after.resident_review, &mut after.provider_review];
            let theirs = reviews.into_iter().flatten();
            for review in theirs.filter(|_| leaver != Leaver::Booker) {
                review.text.clear();
            }
            if after == before {
                return Ok(());
            }
            after.ver += 1;
            let item = rewritten(item, Kind::Booking, &after)?;
            let tx = self.tx().put_next(item, after.ver)?;
            match tx.commit().await {
                Err(Error::Refused(Refusal::Stale)) => {}
                done => return done,
            }
        }
        Err(Error::Refused(Refusal::Stale))
    }

    /// Takes a person and their number out of the rows that wait to be sent, whether for the relay or
    /// for somebody to look at; a row that was for nobody else goes. Safe to repeat.
    pub async fn forget_outgoing(
        &self,
        com: CommunityId,
        person: PersonId,
        phone_digest: Option<&str>,
    ) -> Result<(), Error> {
        let theirs = |to: &To| match to {
            To::Person(id) => *id == person,
            To::Former { person: id, .. } => *id == person,
            To::Number { digest, .. } => Some(digest.as_str()) == phone_digest,
            To::BookedWith { .. } => false,
        };
        for (pattern, kind) in [
            (schema::outboxes(com), Kind::Outbox),
            (schema::stucks(com), Kind::Stuck),
        ] {
            for item in self.all(&pattern).await? {
                let key = key_of(&item);
                let text = json(item.clone())?.to_string();
                let names_them = text.contains(&person.to_string())
                    || phone_digest.is_some_and(|digest| text.contains(digest));
                let row = read::<Outgoing>(item).ok();
                let is_theirs = |row: &Outgoing| row.to.iter().any(theirs);
                if !row.as_ref().map_or(names_them, is_theirs) {
                    continue;
                }
                // One that cannot be read goes altogether.
                let rest = row.and_then(|mut row| {
                    row.to.retain(|to| !theirs(to));
                    (!row.to.is_empty()).then_some(row)
                });
                let tx = match rest {
                    None => self.tx().delete(&key, None, vec![], Refusal::Stale)?,
                    Some(row) => {
                        let item = match kind {
                            Kind::Outbox => row.item()?,
                            _ => write(kind, &key, &row, [])?,
                        };
                        let same = "attempts = :seen AND next_at = :was";
                        let seen = vec![(":seen", n(row.attempts)), (":was", s(row.next_at))];
                        self.tx().put_if(item, same, seen, Refusal::Stale)?
                    }
                };
                tx.commit().await?;
            }
        }
        Ok(())
    }
}

impl Tx<'_> {
    /// The number is nobody's, and no code for it works.
    pub fn delete_account(self, phone_digest: &str, person: PersonId) -> Result<Self, Error> {
        let own = Some("attribute_not_exists(pk) OR person = :person");
        let values = vec![(":person", s(person))];
        self.delete(&schema::account(phone_digest), own, values, Refusal::Stale)?
            .delete(&schema::code(phone_digest), None, vec![], Refusal::Stale)
    }

    /// The whole stands only if this resident has no open booking; `Stale` otherwise, to be counted
    /// again.
    pub fn check_nothing_open(self, com: CommunityId, person: PersonId) -> Result<Self, Error> {
        let key = schema::booking_quota(com, person);
        let condition = "attribute_not_exists(open_count) OR open_count = :zero";
        self.check(&key, condition, vec![(":zero", n(0))], Refusal::Stale)
    }
}
