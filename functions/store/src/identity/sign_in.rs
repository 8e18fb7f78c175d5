//! Numbers and whose they are, codes, sessions, and what is counted against guessing.

use domain::person::{Community, Person};
use domain::sign_in::{Code, Factor, Session};
use domain::{CommunityId, PersonId, Refusal, limits};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::SecondFactor;
use crate::schema::{self, Item, Kind, TTL};
use crate::table::{Error, Store, read, until, write};
use crate::tx::{MAKES, Tx, bool, made, n, s};

/// Whose a telephone number is. It lies under the number's digest, and does not tell the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub community: CommunityId,
    pub person: PersonId,
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

pub fn account_item(phone_digest: &str, account: &Account) -> Result<Item, Error> {
    write(Kind::Account, &schema::account(phone_digest), account, [])
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

/// What a session's cookie leads to, read in one trip.
pub struct SignedIn {
    pub session: Session,
    pub person: Person,
    pub community: Community,
    pub factor: Factor,
}

impl Store {
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

    /// Ends every session of a person; browsers that asked in them are told no more.
    pub async fn end_sessions(&self, com: CommunityId, person: PersonId) -> Result<(), Error> {
        let mut keys = self.keys_of(com, person, "PUSH#").await?;
        keys.extend(self.keys_of(com, person, "SESSION#").await?);
        self.delete_all(&keys).await
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
            &format!("SET sent = if_not_exists(sent, :zero) + :times, {MAKES}, #{TTL} = :gone"),
            Some("attribute_not_exists(sent) OR sent <= :room"),
            [
                (":zero", n(0)),
                (":times", n(rate.times)),
                (":room", n(room)),
                (":gone", n(start + rate.seconds)),
            ]
            .into_iter()
            .chain(made(Kind::Rate))
            .collect(),
            otherwise,
        )
    }
}
