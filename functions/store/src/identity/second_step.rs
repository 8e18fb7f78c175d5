//! The second step of signing in: the secret of an authenticator app.

use domain::person::Person;
use domain::sign_in::{self, Factor};
use domain::{CommunityId, PersonId, Refusal};
use serde::{Deserialize, Serialize};

use super::{View, person_item, view_item};
use crate::market::Beside;
use crate::schema::{self, Item, Kind};
use crate::table::{Error, Store, write};
use crate::tx::{bool, n, s};

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

/// Sessions ended in the transaction that takes a second factor away; more are ended before it.
const SESSIONS_AT_ONCE: usize = 80;

impl Store {
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
    /// nobody knows stands in its place until a new one is set up. `after`: the person from then on;
    /// `beside`: what is written with it. Refuses: `NotEnrolled`, `Stale`.
    pub async fn reset_second_factor(
        &self,
        after: &Person,
        unknown: &str,
        view: &View,
        beside: &Beside,
    ) -> Result<(), Error> {
        let (com, person) = (after.community, after.id);
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
            .put_next(person_item(after)?, after.ver)?
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
}
