//! The outbox: rows written in the transaction of the fact they tell of, and what became of them.

use domain::notice::Notice;
use domain::{CommunityId, MessageId, PersonId, ProviderId, Refusal};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::schema::{self, Item, Kind};
use crate::table::{Error, Store, read, write};
use crate::tx::{n, s};

/// One notice on its way to its readers. Standing in the outbox means: not delivered to all yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outgoing {
    pub id: MessageId,
    pub community: CommunityId,
    pub to: Vec<To>,
    pub notice: Notice,
    pub at: Timestamp,
    pub attempts: u32,
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
    /// The residents of all visits ahead at a provider, those that lie after this place. The relay
    /// takes such a row apart, since they may be more than one transaction holds.
    BookedWith { provider: ProviderId, after: String },
}

impl Outgoing {
    #[must_use]
    pub fn is_for(&self, person: PersonId) -> bool {
        self.to.contains(&To::Person(person))
    }

    pub fn item(&self) -> Result<Item, Error> {
        write(
            Kind::Outbox,
            &schema::outbox(self.community, self.id),
            self,
            [],
        )
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

impl Store {
    /// Rows of the outbox, oldest first.
    pub async fn outbox(
        &self,
        community: CommunityId,
        limit: usize,
    ) -> Result<Vec<Outgoing>, Error> {
        let (items, _) = self.page(&schema::outboxes(community), limit, None).await?;
        items.into_iter().map(read).collect()
    }

    /// Takes a row for one attempt; nobody else gets it before `until`. `false`: somebody did.
    pub async fn claim_outgoing(&self, row: &Outgoing, until: Timestamp) -> Result<bool, Error> {
        let key = schema::outbox(row.community, row.id);
        let values = vec![
            (":one", n(1)),
            (":seen", n(row.attempts)),
            (":until", s(until)),
        ];
        let expression = "SET attempts = attempts + :one, next_at = :until";
        let claim = self
            .tx()
            .update(
                &key,
                expression,
                Some("attempts = :seen"),
                values,
                Refusal::Stale,
            )?
            .commit()
            .await;
        match claim {
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

    /// It ran out of attempts: it waits for a person.
    pub async fn give_up(&self, row: &Outgoing) -> Result<(), Error> {
        let stuck = write(Kind::Stuck, &schema::stuck(row.community, row.id), row, [])?;
        self.tx()
            .put_any(stuck)?
            .delete(
                &schema::outbox(row.community, row.id),
                None,
                vec![],
                Refusal::Stale,
            )?
            .commit()
            .await
    }

    /// Puts a notice into an inbox, once however often it is tried; one that was read stays read.
    pub async fn deliver(&self, row: &Outgoing, person: PersonId) -> Result<(), Error> {
        let message = Message {
            id: row.id,
            at: row.at,
            notice: row.notice.clone(),
            read: false,
        };
        let item = write(
            Kind::Message,
            &schema::message(row.community, person, row.id),
            &message,
            [],
        )?;
        match self.tx().put_new(item, Refusal::IdReused)?.commit().await {
            Ok(()) | Err(Error::Refused(Refusal::IdReused)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    pub async fn log_attempt(
        &self,
        row: &Outgoing,
        person: PersonId,
        attempt: &Attempt,
    ) -> Result<(), Error> {
        let key = schema::attempt(row.community, person, row.id, &attempt.channel, attempt.n);
        self.tx()
            .put_any(write(Kind::Attempt, &key, attempt, [])?)?
            .commit()
            .await
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
    ) -> Result<(), Error> {
        let values = vec![(":yes", aws_sdk_dynamodb::types::AttributeValue::Bool(true))];
        let key = schema::message(community, person, id);
        self.tx()
            .update(
                &key,
                "SET #read = :yes",
                Some("attribute_exists(pk)"),
                values,
                Refusal::Missing,
            )?
            .commit()
            .await
    }
}
