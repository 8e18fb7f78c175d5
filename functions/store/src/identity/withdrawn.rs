//! Consents that were taken back and on which more rested than a look: they stand where they are due until all
//! that rested on them is gone.

use domain::{CommunityId, PersonId, Refusal};
use jiff::Timestamp;

use super::care::Consent;
use crate::schema::{self, Item, Kind};
use crate::table::{Error, Store, read, write};
use crate::tx::s;

/// Beside such a consent: whose it is.
const WHOSE: &str = "whose";

/// A consent that was taken back, and of which something may be left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    pub person: PersonId,
    pub consent: Consent,
}

/// As [`super::consent_item`]; found again by [`Store::unfinished_withdrawals`].
pub fn withdrawn_item(com: CommunityId, withdrawal: &Withdrawal) -> Result<Item, Error> {
    let Withdrawal { person, consent } = withdrawal;
    let key = schema::consent(com, *person, consent.purpose, consent.at);
    let places = schema::withdrawn_place(com, consent.at, *person);
    let mut item = write(Kind::Consent, &key, consent, places)?;
    item.insert(WHOSE.into(), s(person));
    Ok(item)
}

impl Store {
    /// Those that were taken back by then, the longest ago first.
    pub async fn unfinished_withdrawals(
        &self,
        com: CommunityId,
        at: Timestamp,
    ) -> Result<Vec<Withdrawal>, Error> {
        let items = self.all(&schema::withdrawn(com, at)).await?;
        let withdrawal = |item: Item| {
            let whose = item.get(WHOSE).and_then(|value| value.as_s().ok());
            let whose = whose.and_then(|raw| raw.parse().ok());
            let person = whose.ok_or_else(|| Error::broken("a consent of nobody"))?;
            let consent = read(item)?;
            Ok(Withdrawal { person, consent })
        };
        items.into_iter().map(withdrawal).collect()
    }

    /// All that rested on it is gone. Of somebody who left meanwhile there is nothing to say.
    pub async fn finish_withdrawal(
        &self,
        com: CommunityId,
        withdrawal: &Withdrawal,
    ) -> Result<(), Error> {
        let Withdrawal { person, consent } = withdrawal;
        let key = schema::consent(com, *person, consent.purpose, consent.at);
        let there = Some("attribute_exists(pk)");
        let tx = self.tx().update(
            &key,
            "REMOVE dpk, dsk, whose",
            there,
            vec![],
            Refusal::Missing,
        )?;
        match tx.commit().await {
            Err(Error::Refused(Refusal::Missing)) => Ok(()),
            done => done,
        }
    }
}
