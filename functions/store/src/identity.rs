//! Communities, people, households, sign-in, consent, feedback, and the log of views.

use std::collections::BTreeMap;

use domain::access::Role;
use domain::booking::Booking;
use domain::consent::{Agreed, How, Purpose};
use domain::person::{Community, Household, Person};
use domain::sign_in::{self, Code, Factor, Session};
use domain::{BookingId, CommunityId, FeedbackId, HouseholdId, PersonId, Refusal, ViewId, limits};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::market::Beside;
use crate::notify::{Outgoing, To};
use crate::schema::{self, Item, KIND, Key, Kind, Range, TTL};
use crate::table::{Error, Store, json, key_of, read, rewritten, until, write};
use crate::tx::{Command, Tx, n, s};

/// Whose a telephone number is. It lies under the number's digest, and does not tell the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub community: CommunityId,
    pub person: PersonId,
}

/// An authenticator app's secret. `confirmed`: shown to work once; until then it may be replaced.
/// `last_step`: the newest 30-second step a code was accepted for; that step and those before it
/// are spent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactor {
    /// Base 32.
    pub secret: String,
    pub confirmed: bool,
    pub last_step: i64,
    /// The one before was taken away: to be set up whatever the role asks for.
    #[serde(default)]
    pub owed: bool,
}

impl SecondFactor {
    #[must_use]
    pub fn state(&self) -> Factor {
        match (self.confirmed, self.owed) {
            (true, _) => Factor::Set,
            (false, true) => Factor::Owed,
            (false, false) => Factor::Unset,
        }
    }
}

/// One answer to one purpose. The newest counts, the older ones stay as history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    pub purpose: Purpose,
    pub given: bool,
    pub version: u32,
    pub at: Timestamp,
    #[serde(default = "own")]
    pub how: How,
    /// Who wrote it down, if not the person. Why stands in the log of views.
    #[serde(default)]
    pub by: Option<PersonId>,
}

fn own() -> How {
    How::Own
}

/// Somebody looked at a person's file, or did something for them. The viewer's name is looked up
/// when the log is read, so that it goes with them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    pub id: ViewId,
    pub at: Timestamp,
    pub viewer: PersonId,
    pub viewer_role: Role,
    /// An endpoint's name.
    pub what: String,
    pub reason: String,
    /// How the person said what was done for them.
    #[serde(default)]
    pub how: Option<How>,
}

/// `person` and `from` are empty once the writer deleted themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feedback {
    pub id: FeedbackId,
    pub community: CommunityId,
    pub person: Option<PersonId>,
    pub from: String,
    pub text: String,
    pub page: String,
    pub at: Timestamp,
    /// Absent while it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handled: Option<Handling>,
}

/// Somebody of the station saw to it. Their name is looked up when this is read, so that it goes
/// with them; the answer goes with the writer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handling {
    pub at: Timestamp,
    pub by: PersonId,
    /// May be empty.
    pub answer: String,
}

/// A count within one fixed window. `times` are added to it at once; more than `max` of them are
/// refused.
#[derive(Clone, Debug)]
pub struct Rate {
    pub digest: String,
    pub window: &'static str,
    pub seconds: i64,
    pub max: u32,
    pub times: u32,
}

pub fn community_item(community: &Community) -> Result<Item, Error> {
    write(
        Kind::Community,
        &schema::community(community.id),
        community,
        [],
    )
}

/// A deleted person is in no list.
pub fn person_item(person: &Person) -> Result<Item, Error> {
    let places = schema::people_place(person.community, &person.name, person.id);
    let places = places.into_iter().filter(|_| person.deleted_at.is_none());
    write(
        Kind::Person,
        &schema::person(person.community, person.id),
        person,
        places,
    )
}

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

pub fn account_item(phone_digest: &str, account: &Account) -> Result<Item, Error> {
    write(Kind::Account, &schema::account(phone_digest), account, [])
}

pub fn household_item(household: &Household) -> Result<Item, Error> {
    write(
        Kind::Household,
        &schema::household(household.community, household.id),
        household,
        [],
    )
}

pub fn second_factor_item(
    com: CommunityId,
    person: PersonId,
    factor: &SecondFactor,
) -> Result<Item, Error> {
    write(
        Kind::SecondFactor,
        &schema::second_factor(com, person),
        factor,
        [],
    )
}

pub fn consent_item(com: CommunityId, person: PersonId, consent: &Consent) -> Result<Item, Error> {
    let key = schema::consent(com, person, consent.purpose, consent.at);
    write(Kind::Consent, &key, consent, [])
}

/// `whose`: the person whose file was looked at.
pub fn view_item(com: CommunityId, whose: PersonId, view: &View) -> Result<Item, Error> {
    let item = write(Kind::View, &schema::view(com, whose, view.id), view, [])?;
    Ok(until(
        item,
        view.at + SignedDuration::from_hours(24 * limits::VIEW_DAYS),
    ))
}

pub fn feedback_item(feedback: &Feedback) -> Result<Item, Error> {
    let (com, id) = (feedback.community, feedback.id);
    let writers = feedback
        .person
        .map(|person| schema::feedback_place(com, person, id));
    let waiting = match feedback.handled {
        None => Some(schema::waiting_feedback_place(com, id)),
        Some(_) => None,
    };
    let places = writers.into_iter().chain(waiting).flatten();
    write(Kind::Feedback, &schema::feedback(com, id), feedback, places)
}

fn session_item(
    com: CommunityId,
    person: PersonId,
    digest: &str,
    session: &Session,
) -> Result<Item, Error> {
    let item = write(
        Kind::Session,
        &schema::session(com, person, digest),
        session,
        [],
    )?;
    let minutes = if session.staff {
        limits::STAFF_SESSION_MINUTES
    } else {
        limits::RESIDENT_SESSION_MINUTES
    };
    Ok(until(
        item,
        session.started_at + SignedDuration::from_mins(minutes),
    ))
}

fn code_item(phone_digest: &str, code: &Code) -> Result<Item, Error> {
    let item = write(Kind::Code, &schema::code(phone_digest), code, [])?;
    Ok(until(
        item,
        code.sent_at + SignedDuration::from_secs(limits::CODE_SECONDS),
    ))
}

impl Rate {
    fn start(&self, at: Timestamp) -> i64 {
        at.as_second().div_euclid(self.seconds) * self.seconds
    }

    /// Seconds until it counts from zero again.
    #[must_use]
    pub fn left_seconds(&self, at: Timestamp) -> i64 {
        self.start(at) + self.seconds - at.as_second()
    }
}

impl Tx<'_> {
    /// Counts on; `otherwise` where that would be too many.
    fn count(self, rate: &Rate, at: Timestamp, otherwise: Refusal) -> Result<Self, Error> {
        let Some(room) = rate.max.checked_sub(rate.times) else {
            return Err(Error::Refused(otherwise));
        };
        let start = rate.start(at);
        self.update(
            &schema::rate(&rate.digest, rate.window, start),
            &format!(
                "SET sent = if_not_exists(sent, :zero) + :times, #{KIND} = :kind, #{TTL} = :gone"
            ),
            Some("attribute_not_exists(sent) OR sent <= :room"),
            vec![
                (":zero", n(0)),
                (":times", n(rate.times)),
                (":room", n(room)),
                (":kind", s(Kind::Rate.as_str())),
                (":gone", n(start + rate.seconds)),
            ],
            otherwise,
        )
    }
}

/// What a session's cookie leads to, read in one trip.
pub struct SignedIn {
    pub session: Session,
    pub person: Person,
    pub community: Community,
    pub factor: Factor,
}

/// Sessions ended in the transaction that takes a second factor away; more are ended before it.
const SESSIONS_AT_ONCE: usize = 80;

impl Store {
    pub async fn community(&self, id: CommunityId) -> Result<Option<Community>, Error> {
        self.get(&schema::community(id)).await
    }

    pub async fn communities(&self) -> Result<Vec<Community>, Error> {
        self.all(&schema::communities())
            .await?
            .into_iter()
            .map(read)
            .collect()
    }

    pub async fn put_community(&self, community: &Community) -> Result<(), Error> {
        self.put_all(vec![community_item(community)?]).await
    }

    /// A person, deleted ones included.
    pub async fn person(&self, com: CommunityId, id: PersonId) -> Result<Option<Person>, Error> {
        self.get(&schema::person(com, id)).await
    }

    /// A person who is not deleted. Refuses: `Missing`.
    pub async fn living(&self, com: CommunityId, id: PersonId) -> Result<Person, Error> {
        let person = self
            .person(com, id)
            .await?
            .filter(|person| person.deleted_at.is_none());
        person.ok_or(Error::Refused(Refusal::Missing))
    }

    /// Those of the ids that exist and are not deleted, in their order.
    pub async fn people_among(
        &self,
        com: CommunityId,
        ids: &[PersonId],
    ) -> Result<Vec<Person>, Error> {
        let keys: Vec<Key> = ids.iter().map(|id| schema::person(com, *id)).collect();
        let people = self
            .get_many(&keys)
            .await?
            .into_iter()
            .flatten()
            .map(read::<Person>);
        let people: Vec<Person> = people.collect::<Result<_, _>>()?;
        Ok(people
            .into_iter()
            .filter(|person| person.deleted_at.is_none())
            .collect())
    }

    /// Everybody of a community who is not deleted, by name.
    pub async fn people(&self, com: CommunityId) -> Result<Vec<Person>, Error> {
        self.all(&schema::people(com))
            .await?
            .into_iter()
            .map(read)
            .collect()
    }

    pub async fn household(
        &self,
        com: CommunityId,
        id: HouseholdId,
    ) -> Result<Option<Household>, Error> {
        self.get(&schema::household(com, id)).await
    }

    pub async fn households(&self, com: CommunityId) -> Result<Vec<Household>, Error> {
        self.all(&schema::households(com))
            .await?
            .into_iter()
            .map(read)
            .collect()
    }

    pub async fn households_among(
        &self,
        com: CommunityId,
        ids: &[HouseholdId],
    ) -> Result<Vec<Household>, Error> {
        let keys: Vec<Key> = ids.iter().map(|id| schema::household(com, *id)).collect();
        self.get_many(&keys)
            .await?
            .into_iter()
            .flatten()
            .map(read)
            .collect()
    }

    pub async fn account(&self, phone_digest: &str) -> Result<Option<Account>, Error> {
        self.get(&schema::account(phone_digest)).await
    }

    /// The code last sent to a number, and whose number it is.
    pub async fn code_and_account(
        &self,
        phone_digest: &str,
    ) -> Result<(Option<Code>, Option<Account>), Error> {
        let keys = [schema::code(phone_digest), schema::account(phone_digest)];
        let mut found = self.get_many(&keys).await?.into_iter();
        let code = found.next().flatten().map(read).transpose()?;
        let account = found.next().flatten().map(read).transpose()?;
        Ok((code, account))
    }

    /// Puts a new code in place of `last`, counts it, and leaves its message in the outbox.
    /// Refuses: `ResendTooSoon` when another was sent meanwhile, `TooManyCodes`.
    pub async fn send_code(
        &self,
        phone_digest: &str,
        last: Option<&Code>,
        code: &Code,
        rates: &[Rate],
        outgoing: Option<Item>,
    ) -> Result<(), Error> {
        let meanwhile = Refusal::ResendTooSoon {
            retry_after_s: limits::CODE_RESEND_SECONDS,
        };
        let item = code_item(phone_digest, code)?;
        let mut tx = match last {
            None => self.tx().put_new(item, meanwhile)?,
            Some(last) => self.tx().put_if(
                item,
                "nonce = :was",
                vec![(":was", s(&last.nonce))],
                meanwhile,
            )?,
        };
        for rate in rates {
            let retry_after_s = rate.left_seconds(code.sent_at);
            let otherwise = Refusal::TooManyCodes { retry_after_s };
            tx = tx.count(rate, code.sent_at, otherwise)?;
        }
        if let Some(outgoing) = outgoing {
            tx = tx.put_new(outgoing, Refusal::Stale)?;
        }
        match tx.commit().await {
            // The reply to a first try was lost: the code that stands there is this one.
            Err(Error::Refused(refusal)) => {
                match self.get::<Code>(&schema::code(phone_digest)).await? {
                    Some(stored) if stored.nonce == code.nonce => Ok(()),
                    _ => Err(Error::Refused(refusal)),
                }
            }
            done => done,
        }
    }

    /// Counts on in each of these; `otherwise`, and in none, where one of them is full.
    pub async fn spend(
        &self,
        rates: &[Rate],
        at: Timestamp,
        otherwise: Refusal,
    ) -> Result<(), Error> {
        let mut tx = self.tx();
        for rate in rates {
            tx = tx.count(rate, at, otherwise.clone())?;
        }
        tx.commit().await
    }

    /// Counts one try at a code; with the right one, opens a session in the same transaction.
    /// Refuses: `Stale` when another try was counted meanwhile.
    pub async fn try_code(
        &self,
        phone_digest: &str,
        before: &Code,
        after: &Code,
        opened: Option<(CommunityId, PersonId, &str, &Session)>,
    ) -> Result<(), Error> {
        let mut tx = self.tx().update(
            &schema::code(phone_digest),
            "SET tries = :tries, #used = :used",
            Some("nonce = :nonce AND tries = :seen AND #used = :unused"),
            vec![
                (":nonce", s(&before.nonce)),
                (":seen", n(before.tries)),
                (":unused", bool(false)),
                (":tries", n(after.tries)),
                (":used", bool(after.used)),
            ],
            Refusal::Stale,
        )?;
        let Some((com, person, digest, session)) = opened else {
            return tx.commit().await;
        };
        tx = tx.put_new(session_item(com, person, digest, session)?, Refusal::Stale)?;
        match tx.commit().await {
            // The reply to a first try was lost: the session is there.
            Err(Error::Refused(Refusal::Stale)) => {
                match self.get_item(&schema::session(com, person, digest)).await? {
                    Some(_) => Ok(()),
                    None => Err(Error::Refused(Refusal::Stale)),
                }
            }
            done => done,
        }
    }

    /// What a session leads to; `None` where any part of it is gone.
    pub async fn signed_in(
        &self,
        com: CommunityId,
        person: PersonId,
        digest: &str,
    ) -> Result<Option<SignedIn>, Error> {
        let keys = [
            schema::session(com, person, digest),
            schema::person(com, person),
            schema::community(com),
            schema::second_factor(com, person),
        ];
        let found: Result<[Option<Item>; 4], _> = self.get_many(&keys).await?.try_into();
        let Ok([Some(session), Some(person), Some(community), factor]) = found else {
            return Ok(None);
        };
        let factor: Option<SecondFactor> = factor.map(read).transpose()?;
        Ok(Some(SignedIn {
            session: read(session)?,
            person: read(person)?,
            community: read(community)?,
            factor: factor.map_or(Factor::Unset, |factor| factor.state()),
        }))
    }

    /// Opens a session without a code: for demonstrations and tests.
    pub async fn open_session(
        &self,
        com: CommunityId,
        person: PersonId,
        digest: &str,
        session: &Session,
    ) -> Result<(), Error> {
        self.put_all(vec![session_item(com, person, digest, session)?])
            .await
    }

    /// Notes a session's use. Refuses: `Stale` when it was used or ended meanwhile.
    pub async fn touch_session(
        &self,
        com: CommunityId,
        person: PersonId,
        digest: &str,
        was: Timestamp,
        at: Timestamp,
    ) -> Result<(), Error> {
        let values = vec![(":at", s(at)), (":was", s(was))];
        let key = schema::session(com, person, digest);
        let tx = self.tx().update(
            &key,
            "SET used_at = :at",
            Some("used_at = :was"),
            values,
            Refusal::Stale,
        )?;
        tx.commit().await
    }

    pub async fn session(
        &self,
        com: CommunityId,
        person: PersonId,
        digest: &str,
    ) -> Result<Option<Session>, Error> {
        self.get(&schema::session(com, person, digest)).await
    }

    pub async fn end_session(
        &self,
        com: CommunityId,
        person: PersonId,
        digest: &str,
    ) -> Result<(), Error> {
        self.delete_all(&[schema::session(com, person, digest)])
            .await
    }

    /// Ends every session of a person.
    pub async fn end_sessions(&self, com: CommunityId, person: PersonId) -> Result<(), Error> {
        let keys = self.keys_of(com, person, "SESSION#").await?;
        self.delete_all(&keys).await
    }

    pub async fn second_factor(
        &self,
        com: CommunityId,
        person: PersonId,
    ) -> Result<Option<SecondFactor>, Error> {
        self.get(&schema::second_factor(com, person)).await
    }

    /// Stores a secret that waits to be shown once. `owed`: until then every session of theirs owes
    /// it. Refuses: `NotAllowed` when one is confirmed.
    pub async fn enrol(
        &self,
        com: CommunityId,
        person: PersonId,
        secret: &str,
        owed: bool,
    ) -> Result<(), Error> {
        let factor = SecondFactor {
            secret: secret.to_owned(),
            confirmed: false,
            last_step: 0,
            owed,
        };
        let item = second_factor_item(com, person, &factor)?;
        let condition = "attribute_not_exists(pk) OR confirmed = :no";
        let tx = self.tx().put_if(
            item,
            condition,
            vec![(":no", bool(false))],
            Refusal::NotAllowed,
        )?;
        tx.commit().await
    }

    /// Takes a confirmed second factor away and ends the sessions that were opened with it; one that
    /// nobody knows stands in its place until a new one is set up. `beside`: what is written with it.
    /// Refuses: `NotEnrolled`.
    pub async fn reset_second_factor(
        &self,
        com: CommunityId,
        person: PersonId,
        unknown: &str,
        view: &View,
        beside: &Beside,
    ) -> Result<(), Error> {
        let mut sessions = self.keys_of(com, person, "SESSION#").await?;
        if sessions.len() > SESSIONS_AT_ONCE {
            self.delete_all(&sessions).await?;
            sessions = self.keys_of(com, person, "SESSION#").await?;
        }
        let factor = SecondFactor {
            secret: unknown.to_owned(),
            confirmed: false,
            last_step: 0,
            owed: true,
        };
        let mut tx = self
            .tx()
            .command(beside.command.as_ref())?
            .put_if(
                second_factor_item(com, person, &factor)?,
                "confirmed = :yes",
                vec![(":yes", bool(true))],
                Refusal::NotEnrolled,
            )?
            .put_new(view_item(com, person, view)?, Refusal::Stale)?;
        for key in sessions.iter().take(SESSIONS_AT_ONCE) {
            tx = tx.delete(key, None, vec![], Refusal::Stale)?;
        }
        for notice in &beside.notices {
            tx = tx.put_new(notice.item()?, Refusal::Stale)?;
        }
        tx.commit().await?;
        // Those opened between our reading and writing.
        self.end_sessions(com, person).await
    }

    /// Spends the code of `step` and settles the session. `tries`: those the session counted when
    /// the code was looked at. Refuses: `Stale` when another try was counted meanwhile.
    pub async fn pass_second_factor(
        &self,
        com: CommunityId,
        person: PersonId,
        digest: &str,
        tries: u32,
        factor: &SecondFactor,
        step: i64,
    ) -> Result<(), Error> {
        let passed = serde_dynamo::to_attribute_value(sign_in::SecondFactor::Passed)
            .map_err(Error::broken)?;
        self.tx()
            .update(
                &schema::session(com, person, digest),
                "SET second_factor = :passed",
                Some("tries = :seen"),
                vec![(":passed", passed), (":seen", n(tries))],
                Refusal::Stale,
            )?
            .update(
                &schema::second_factor(com, person),
                "SET confirmed = :yes, last_step = :step",
                Some("#secret = :secret AND last_step < :step"),
                vec![
                    (":yes", bool(true)),
                    (":step", n(step)),
                    (":secret", s(&factor.secret)),
                ],
                Refusal::Stale,
            )?
            .commit()
            .await
    }

    /// Counts one wrong second factor. Refuses: `Stale` when another was counted meanwhile.
    pub async fn count_wrong(
        &self,
        com: CommunityId,
        person: PersonId,
        digest: &str,
        tries: u32,
    ) -> Result<(), Error> {
        let values = vec![(":seen", n(tries)), (":next", n(tries + 1))];
        let key = schema::session(com, person, digest);
        let tx = self.tx().update(
            &key,
            "SET tries = :next",
            Some("tries = :seen"),
            values,
            Refusal::Stale,
        )?;
        tx.commit().await
    }

    /// The newest answer to each purpose that was ever asked.
    pub async fn consents(
        &self,
        com: CommunityId,
        person: PersonId,
    ) -> Result<BTreeMap<Purpose, Consent>, Error> {
        let mut newest = BTreeMap::new();
        for item in self
            .all(&schema::of_person(com, person, "CONSENT#"))
            .await?
        {
            let consent: Consent = read(item)?;
            newest.entry(consent.purpose).or_insert(consent);
        }
        Ok(newest)
    }

    /// Does a person agree to this now, in the words in force?
    pub async fn consents_to(
        &self,
        com: CommunityId,
        person: PersonId,
        purpose: Purpose,
    ) -> Result<bool, Error> {
        Ok(self.agreed(com, person, purpose).await?.is_some())
    }

    /// A person's consent to this, in the words in force.
    pub async fn agreed(
        &self,
        com: CommunityId,
        person: PersonId,
        purpose: Purpose,
    ) -> Result<Option<Agreed>, Error> {
        let history = schema::of_person(com, person, &format!("CONSENT#{purpose}#"));
        let (items, _) = self.page(&history, 1, None).await?;
        let newest: Option<Consent> = items.into_iter().next().map(read).transpose()?;
        let now = newest.filter(|now| now.given && now.version == purpose.version());
        Ok(now.map(|now| Agreed {
            purpose,
            version: now.version,
            at: now.at,
        }))
    }

    /// Writes down that feedback was handled. Refuses: `AlreadyHandled`.
    pub async fn handle_feedback(
        &self,
        com: CommunityId,
        id: FeedbackId,
        handling: &Handling,
        command: Option<&Command>,
    ) -> Result<(), Error> {
        let handled = serde_dynamo::to_attribute_value(handling).map_err(Error::broken)?;
        let tx = self.tx().command(command)?.update(
            &schema::feedback(com, id),
            "SET handled = :handled REMOVE g2pk, g2sk",
            Some("attribute_exists(pk) AND attribute_not_exists(handled)"),
            vec![(":handled", handled)],
            Refusal::AlreadyHandled,
        )?;
        tx.commit().await
    }

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

    /// Writes lines of the log of views; none takes the place of another.
    pub async fn log_views(
        &self,
        com: CommunityId,
        views: &[(PersonId, View)],
    ) -> Result<(), Error> {
        let mut tx = self.tx();
        for (whose, view) in views {
            tx = tx.put_new(view_item(com, *whose, view)?, Refusal::Stale)?;
        }
        match tx.commit().await {
            // The reply to a first try was lost.
            Err(Error::Refused(Refusal::Stale)) => self.have_views(com, views).await,
            done => done,
        }
    }

    async fn have_views(&self, com: CommunityId, views: &[(PersonId, View)]) -> Result<(), Error> {
        let keys: Vec<Key> = views
            .iter()
            .map(|(whose, view)| schema::view(com, *whose, view.id))
            .collect();
        let found = self.get_many(&keys).await?;
        let mut there = found.into_iter().zip(views);
        let same = there.all(|(item, (_, view))| {
            item.is_some_and(|item| read::<View>(item).is_ok_and(|found| found == *view))
        });
        if same {
            Ok(())
        } else {
            Err(Error::Refused(Refusal::Stale))
        }
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
            let reviews = [&mut after.resident_review, &mut after.provider_review];
            for review in reviews.into_iter().flatten() {
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
                        let seen = vec![(":seen", n(row.attempts))];
                        self.tx()
                            .put_if(item, "attempts = :seen", seen, Refusal::Stale)?
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

    /// The whole stands only if this person is not deleted then. Refuses: `Missing`.
    pub fn check_living(self, com: CommunityId, person: PersonId) -> Result<Self, Error> {
        // What is not there is not written, not even as nothing.
        let living = "attribute_exists(pk) AND attribute_not_exists(deleted_at)";
        self.check(
            &schema::person(com, person),
            living,
            vec![],
            Refusal::Missing,
        )
    }

    /// The whole stands only if this resident has no open booking; `Stale` otherwise, to be counted
    /// again.
    pub fn check_nothing_open(self, com: CommunityId, person: PersonId) -> Result<Self, Error> {
        let key = schema::booking_quota(com, person);
        let condition = "attribute_not_exists(open_count) OR open_count = :zero";
        self.check(&key, condition, vec![(":zero", n(0))], Refusal::Stale)
    }

    /// The whole stands only if this person is an admin then.
    pub fn check_admin(self, com: CommunityId, person: PersonId) -> Result<Self, Error> {
        let values = vec![(":admin", s(Role::Admin))];
        self.check(
            &schema::person(com, person),
            "contains(#roles, :admin)",
            values,
            Refusal::LastAdmin,
        )
    }
}

fn bool(value: bool) -> aws_sdk_dynamodb::types::AttributeValue {
    aws_sdk_dynamodb::types::AttributeValue::Bool(value)
}
