//! The outbox: rows written in the transaction of the fact they tell of, and what became of them.

use domain::notice::Notice;
use domain::{CommunityId, MessageId, PersonId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::schema::{self, Item, Kind};
use crate::table::{Error, write};

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
}

impl Outgoing {
    pub fn item(&self) -> Result<Item, Error> {
        write(
            Kind::Outbox,
            &schema::outbox(self.community, self.id),
            self,
            [],
        )
    }
}
