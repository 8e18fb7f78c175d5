//! The outbox: rows written in the transaction of the fact they tell of, and what became of them.

use std::collections::BTreeSet;

use domain::notice::Notice;
use domain::person::Language;
use domain::{CommunityId, MessageId, PersonId, ProviderId, Refusal, limits};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use aws_sdk_dynamodb::types::AttributeValue;

use crate::schema::{self, Item, KIND, Key, Kind, Lane, TTL};
use crate::table::{Error, Store, read, until, write};
use crate::tx::{Command, n, s};

mod push;
mod told;

pub use push::{Push, push_item};
pub use told::Told;

/// One notice on its way to its readers. Standing in the outbox means: not delivered to all yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outgoing {
    pub id: MessageId,
    pub community: CommunityId,
    pub to: Vec<To>,
    pub notice: Notice,
    pub at: Timestamp,
    pub attempts: u32,
    /// How many of the attempts only found that nothing more may leave today.
    #[serde(default)]
    pub postponed: u32,
    /// Not before this moment; set after a failed attempt.
    pub next_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum To {
    /// Inbox, and a short message where they agreed to it.
    Person(PersonId),
    /// A sign-in code for a number: the digest of the number, the number, the nonce the code is made of.
    Number {
        digest: String,
        phone: String,
        nonce: String,
    },
    /// A text alone, to the number somebody had until now, whatever they agreed to: whoever has it can
    /// read it nowhere else.
    Former {
        person: PersonId,
        phone: String,
        language: Language,
    },
    /// The residents of all visits ahead at a provider, those that lie after this place. The relay
    /// takes such a row apart, since they may be more than one transaction holds.
    BookedWith { provider: ProviderId, after: String },
}

impl Outgoing {
    /// How often it was tried to send it.
    #[must_use]
    pub fn tries(&self) -> u32 {
        self.attempts.saturating_sub(self.postponed)
    }

    #[must_use]
    pub fn is_for(&self, person: PersonId) -> bool {
        self.to.iter().any(|to| match to {
            To::Person(id) | To::Former { person: id, .. } => *id == person,
            To::Number { .. } | To::BookedWith { .. } => false,
        })
    }

    /// In which queue it stands.
    #[must_use]
    pub fn lane(&self) -> Lane {
        match self.to.as_slice() {
            [To::Number { .. }, ..] => Lane::Codes,
            _ => Lane::Notices,
        }
    }

    pub fn item(&self) -> Result<Item, Error> {
        let key = schema::outbox(self.community, self.id);
        let places = schema::leaving_place(self.community, self.lane(), self.next_at, &key.sk);
        write(Kind::Outbox, &key, self, places)
    }

    /// The next attempt as the index of what is due has it.
    fn due(&self, next_at: Timestamp) -> AttributeValue {
        let id = self.id.to_string();
        let [_, (_, due)] = schema::leaving_place(self.community, self.lane(), next_at, &id);
        s(due)
    }
}

/// A notice as it lies in somebody's inbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub id: MessageId,
    pub at: Timestamp,
    pub notice: Notice,
    pub read: bool,
}

impl Message {
    /// As it comes out of the outbox.
    fn of(row: &Outgoing) -> Self {
        Self {
            id: row.id,
            at: row.at,
            notice: row.notice.clone(),
            read: false,
        }
    }

    /// Lies in the inbox until then.
    #[must_use]
    pub fn gone_at(&self) -> Timestamp {
        self.at + SignedDuration::from_hours(24 * limits::INBOX_DAYS)
    }

    #[must_use]
    pub fn is_kept(&self, at: Timestamp) -> bool {
        at < self.gone_at()
    }
}

fn message_item(com: CommunityId, person: PersonId, message: &Message) -> Result<Item, Error> {
    let key = schema::message(com, person, message.id);
    let item = write(Kind::Message, &key, message, [])?;
    Ok(until(item, message.gone_at()))
}

/// `row`: which notice it was, whatever the attempt calls it.
pub fn attempt_item(
    com: CommunityId,
    person: PersonId,
    row: MessageId,
    attempt: &Attempt,
) -> Result<Item, Error> {
    let key = schema::attempt(com, person, row, &attempt.channel, attempt.n);
    let item = write(Kind::Attempt, &key, attempt, [])?;
    Ok(until(item, attempt.gone_at()))
}

/// One try to send a text, and how it ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    pub message: MessageId,
    pub channel: String,
    pub n: u32,
    pub at: Timestamp,
    pub sent: bool,
    /// Why not; empty if sent.
    pub reason: String,
}

impl Attempt {
    fn gone_at(&self) -> Timestamp {
        self.at + SignedDuration::from_hours(24 * limits::ATTEMPT_DAYS)
    }

    /// Stands in the log until then.
    #[must_use]
    pub fn is_kept(&self, at: Timestamp) -> bool {
        at < self.gone_at()
    }
}

impl Store {
    /// Rows of the outbox, oldest first; those that cannot be read are passed over.
    pub async fn outbox(
        &self,
        community: CommunityId,
        limit: usize,
    ) -> Result<Vec<Outgoing>, Error> {
        let (items, _) = self.page(&schema::outboxes(community), limit, None).await?;
        Ok(items
            .into_iter()
            .filter_map(|item| read(item).ok())
            .collect())
    }

    /// Takes a row for one attempt; nobody else gets it before `until`. `false`: somebody did.
    pub async fn claim_outgoing(&self, row: &Outgoing, until: Timestamp) -> Result<bool, Error> {
        let values = vec![
            (":one", n(1)),
            (":seen", n(row.attempts)),
            (":was", s(row.next_at)),
            (":until", s(until)),
            (":due", row.due(until)),
        ];
        self.reschedule(
            row,
            "SET attempts = attempts + :one, next_at = :until, dsk = :due",
            "attempts = :seen AND next_at = :was",
            values,
        )
        .await
    }

    /// Leaves a claimed row until then, and this attempt was none. `false`: it is somebody else's by now.
    pub async fn postpone(&self, row: &Outgoing, next_at: Timestamp) -> Result<bool, Error> {
        let values = vec![
            (":seen", n(row.attempts)),
            (":next", s(next_at)),
            (":due", row.due(next_at)),
            (":postponed", n(row.postponed + 1)),
        ];
        self.reschedule(
            row,
            "SET next_at = :next, dsk = :due, postponed = :postponed",
            "attempts = :seen",
            values,
        )
        .await
    }

    /// Leaves a claimed row until its next attempt. `false`: it is somebody else's by now.
    pub async fn defer(&self, row: &Outgoing, next_at: Timestamp) -> Result<bool, Error> {
        let values = vec![
            (":seen", n(row.attempts)),
            (":next", s(next_at)),
            (":due", row.due(next_at)),
        ];
        self.reschedule(
            row,
            "SET next_at = :next, dsk = :due",
            "attempts = :seen",
            values,
        )
        .await
    }

    async fn reschedule(
        &self,
        row: &Outgoing,
        expression: &str,
        condition: &str,
        values: Vec<(&'static str, AttributeValue)>,
    ) -> Result<bool, Error> {
        let key = schema::outbox(row.community, row.id);
        let update = self
            .tx()
            .update(&key, expression, Some(condition), values, Refusal::Stale)?
            .commit()
            .await;
        match update {
            Ok(()) => Ok(true),
            Err(Error::Refused(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Puts `next` into the outbox and `rest` in place of `row`, of which they were a part.
    /// Refuses: `Stale` where that was done already, or the row was claimed by somebody else.
    pub async fn take_apart(
        &self,
        row: &Outgoing,
        next: &[Outgoing],
        rest: &Outgoing,
    ) -> Result<(), Error> {
        let to = serde_dynamo::to_attribute_value(&row.to).map_err(Error::broken)?;
        let mut tx = self.tx().put_if(
            rest.item()?,
            "attempts = :seen AND #to = :to",
            vec![(":seen", n(row.attempts)), (":to", to)],
            Refusal::Stale,
        )?;
        for row in next {
            tx = tx.put_new(row.item()?, Refusal::Stale)?;
        }
        tx.commit().await
    }

    /// Puts a notice into these inboxes, and the row goes, all at once; for a row that nobody took yet.
    /// `false`: somebody did meanwhile, or not all of them can have it any more.
    pub async fn deliver_at_once(
        &self,
        row: &Outgoing,
        people: &[PersonId],
    ) -> Result<bool, Error> {
        let values = vec![(":seen", n(row.attempts)), (":was", s(row.next_at))];
        let mut tx = self.tx().delete(
            &schema::outbox(row.community, row.id),
            Some("attempts = :seen AND next_at = :was"),
            values,
            Refusal::Stale,
        )?;
        for person in people {
            let item = message_item(row.community, *person, &Message::of(row))?;
            tx = tx
                .put_new(item, Refusal::Stale)?
                .check_living(row.community, *person)?;
        }
        match tx.commit().await {
            Ok(()) => Ok(true),
            Err(Error::Refused(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Everybody has it: the row goes.
    pub async fn delivered(&self, row: &Outgoing) -> Result<(), Error> {
        self.tx()
            .delete(
                &schema::outbox(row.community, row.id),
                None,
                vec![],
                Refusal::Stale,
            )?
            .commit()
            .await
    }

    /// Moves a row of the outbox, as it stands and whether or not it can be read, to those that
    /// wait for a person.
    pub async fn set_aside(&self, community: CommunityId, key: &Key) -> Result<(), Error> {
        let Some(mut item) = self.get_item(key).await? else {
            return Ok(());
        };
        let seen = item.get("attempts").cloned();
        let (same, values) = match seen {
            Some(seen) => ("attempts = :seen", vec![(":seen", seen)]),
            None => ("attribute_not_exists(attempts)", vec![]),
        };
        item.retain(|name, _| !matches!(name.as_str(), "dpk" | "dsk"));
        moved(&mut item, Kind::Stuck, &schema::stuck_of(community, key));
        let moved = self
            .tx()
            .put_any(item)?
            .delete(key, Some(same), values, Refusal::Stale)?
            .commit()
            .await;
        match moved {
            // Somebody else took it meanwhile, or did this already.
            Err(Error::Refused(_)) => Ok(()),
            done => done,
        }
    }

    /// Puts a row that waits for a person back into the outbox, due at once. Its attempts count on.
    /// Refuses: `Missing`.
    pub async fn retry_stuck(
        &self,
        community: CommunityId,
        id: MessageId,
        at: Timestamp,
        command: Option<&Command>,
    ) -> Result<(), Error> {
        let from = schema::stuck(community, id);
        let to = schema::outbox(community, id);
        let item = self.get_item(&from).await?;
        let mut item = item.ok_or(Refusal::Missing)?;
        let lane = read::<Outgoing>(item.clone()).map_or(Lane::Notices, |row| row.lane());
        moved(&mut item, Kind::Outbox, &to);
        item.insert("next_at".into(), s(at));
        let places = schema::leaving_place(community, lane, at, &to.sk);
        item.extend(places.map(|(name, value)| (name.to_owned(), s(value))));
        self.tx()
            .command(command)?
            .delete(
                &from,
                Some("attribute_exists(pk)"),
                vec![],
                Refusal::Missing,
            )?
            .put_any(item)?
            .commit()
            .await
    }

    /// Lets a row go that waits for a person. Refuses: `Missing`.
    pub async fn dismiss_stuck(
        &self,
        community: CommunityId,
        id: MessageId,
        command: Option<&Command>,
    ) -> Result<(), Error> {
        let key = schema::stuck(community, id);
        self.tx()
            .command(command)?
            .delete(&key, Some("attribute_exists(pk)"), vec![], Refusal::Missing)?
            .commit()
            .await
    }

    /// Why a message did not reach somebody, as the last attempt has it.
    pub async fn last_attempt(
        &self,
        community: CommunityId,
        person: PersonId,
        id: MessageId,
    ) -> Result<Option<Attempt>, Error> {
        let attempts = schema::of_person(community, person, &format!("SENT#{id}#"));
        let (items, _) = self.page(&attempts, 1, None).await?;
        items.into_iter().next().map(read).transpose()
    }

    /// Puts a notice into an inbox, once however often it is tried; one that was read stays read. A
    /// person deleted meanwhile gets none.
    pub async fn deliver(&self, row: &Outgoing, person: PersonId) -> Result<(), Error> {
        let item = message_item(row.community, person, &Message::of(row))?;
        let tx = self.tx().put_new(item, Refusal::IdReused)?;
        match tx.check_living(row.community, person)?.commit().await {
            Ok(()) | Err(Error::Refused(Refusal::IdReused | Refusal::Missing)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Those of these people in whose inbox it lies.
    pub async fn have(
        &self,
        row: &Outgoing,
        people: &[PersonId],
    ) -> Result<BTreeSet<PersonId>, Error> {
        let key = |person: &PersonId| schema::message(row.community, *person, row.id);
        let keys: Vec<Key> = people.iter().map(key).collect();
        let found = self.get_many(&keys).await?;
        let those = people.iter().zip(found).filter(|(_, item)| item.is_some());
        Ok(those.map(|(person, _)| *person).collect())
    }

    pub async fn log_attempt(
        &self,
        row: &Outgoing,
        person: PersonId,
        attempt: &Attempt,
    ) -> Result<(), Error> {
        let item = attempt_item(row.community, person, row.id, attempt)?;
        let tx = self.tx().put_any(item)?;
        match tx.check_living(row.community, person)?.commit().await {
            Ok(()) | Err(Error::Refused(Refusal::Missing)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Did this text go out on an earlier attempt?
    pub async fn was_sent(
        &self,
        row: &Outgoing,
        person: PersonId,
        channel: &str,
    ) -> Result<bool, Error> {
        let pattern = schema::of_person(
            row.community,
            person,
            &format!("SENT#{}#{channel}#", row.id),
        );
        let attempts: Result<Vec<Attempt>, Error> =
            self.all(&pattern).await?.into_iter().map(read).collect();
        Ok(attempts?.iter().any(|attempt| attempt.sent))
    }

    /// Refuses: `Missing`.
    pub async fn mark_read(
        &self,
        community: CommunityId,
        person: PersonId,
        id: MessageId,
        at: Timestamp,
    ) -> Result<(), Error> {
        let values = vec![
            (":yes", AttributeValue::Bool(true)),
            (":now", n(at.as_second())),
        ];
        let key = schema::message(community, person, id);
        self.tx()
            .update(
                &key,
                "SET #read = :yes",
                Some(&format!("#{TTL} > :now")),
                values,
                Refusal::Missing,
            )?
            .commit()
            .await
    }
}

fn moved(item: &mut Item, kind: Kind, to: &Key) {
    item.extend(to.attributes());
    item.insert(KIND.into(), s(kind.as_str()));
}
