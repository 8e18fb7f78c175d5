//! Browsers that are told of what is urgent, as somebody asked on them.

use domain::{CommunityId, PersonId, limits};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::schema::{self, Item, Key, Kind};
use crate::table::{Error, Store, read, until, write};

/// One browser of one person, or their account in WeChat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Push {
    pub community: CommunityId,
    pub person: PersonId,
    /// The digest of `endpoint`, or of `openid`.
    pub id: String,
    /// Their number in WeChat's mini programme; what a browser has is empty then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub openid: Option<String>,
    /// Where it is reached; whoever knows it and the two keys can write to it.
    pub endpoint: String,
    /// Its public key, 65 bytes, and the secret it shares with us, 16, in base64url.
    pub p256dh: String,
    pub auth: String,
    /// Under which the session is stored in which it was asked; it goes with that session.
    pub session: String,
    pub at: Timestamp,
}

impl Push {
    fn gone_at(&self) -> Timestamp {
        self.at + SignedDuration::from_hours(24 * limits::PUSH_DAYS)
    }

    /// It asked not too long ago.
    #[must_use]
    pub fn is_kept(&self, at: Timestamp) -> bool {
        at < self.gone_at()
    }

    fn key(&self) -> Key {
        schema::push(self.community, self.person, &self.id)
    }
}

pub fn push_item(push: &Push) -> Result<Item, Error> {
    let item = write(Kind::Push, &push.key(), push, [])?;
    Ok(until(item, push.gone_at()))
}

impl Store {
    /// Somebody's browsers, in no order.
    pub async fn pushes(&self, com: CommunityId, person: PersonId) -> Result<Vec<Push>, Error> {
        let items = self.all(&schema::pushes(com, person)).await?;
        items.into_iter().map(read).collect()
    }

    /// This browser instead of `gone`. Refuses: `Missing` (the person left meanwhile).
    pub async fn put_push(&self, push: &Push, gone: &[Push]) -> Result<(), Error> {
        let tx = self.tx().put_any(push_item(push)?)?;
        tx.check_living(push.community, push.person)?
            .commit()
            .await?;
        self.forget_pushes(gone).await
    }

    /// They are told no more. Safe to repeat.
    pub async fn forget_pushes(&self, gone: &[Push]) -> Result<(), Error> {
        let keys: Vec<Key> = gone.iter().map(Push::key).collect();
        self.delete_all(&keys).await
    }

    /// Those that asked in this session.
    pub async fn forget_pushes_of(
        &self,
        com: CommunityId,
        person: PersonId,
        session: &str,
    ) -> Result<(), Error> {
        let mut gone = self.pushes(com, person).await?;
        gone.retain(|push| push.session == session);
        self.forget_pushes(&gone).await
    }
}
