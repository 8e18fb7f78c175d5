//! What is written of bodies: how somebody is looked at, each reading as it came, and the alerts about them.
//! Whoever decided on what has changed since is refused as `Stale`.

use domain::watch::{Alert, AlertState, Amount, Metric, Vitals};
use domain::{CommunityId, DeviceId, PersonId, Refusal, limits};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::leaving::BODY;
use super::moves::alert_item;
use crate::market::{Beside, lives, outgoing};
use crate::schema::{self, Item, Key, Kind};
use crate::table::{Error, Store, read, until, write};

/// One reading as it came, in the measure's own unit, or a press of the button: kept for
/// [`domain::limits::EVENT_DAYS`]. Of what came with it nothing else is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadingRow {
    pub person: PersonId,
    pub device: DeviceId,
    pub at: Timestamp,
    /// Absent: the button.
    pub metric: Option<Metric>,
    /// Absent: the button, or a reading that was taken back as an error.
    pub value: Option<Amount>,
    pub received_at: Timestamp,
    /// The device's clock could not be right; `at` is when it came in.
    pub approximate: bool,
}

/// What is written in one transaction. A `ver` of 1 is new, another one follows on the one before.
#[derive(Clone, Debug, Default)]
pub struct HealthChange {
    pub vitals: Option<Vitals>,
    pub reading: Option<ReadingRow>,
    /// One that is there already, with another value or none.
    pub retold: Option<ReadingRow>,
    pub alerts: Vec<Alert>,
}

pub fn vitals_item(vitals: &Vitals) -> Result<Item, Error> {
    let key = schema::vitals(vitals.community, vitals.person);
    write(Kind::Vitals, &key, vitals, schema::vitals_places(vitals))
}

/// Garbage after [`limits::EVENT_DAYS`].
pub fn reading_item(com: CommunityId, row: &ReadingRow) -> Result<Item, Error> {
    let item = write(Kind::ReadingRow, &schema::reading(com, row), row, [])?;
    let kept = SignedDuration::from_hours(24 * limits::EVENT_DAYS);
    Ok(until(item, row.at.checked_add(kept).unwrap_or(row.at)))
}

impl Store {
    /// How somebody's body is looked at; absent: it is not.
    pub async fn vitals(
        &self,
        com: CommunityId,
        person: PersonId,
    ) -> Result<Option<Vitals>, Error> {
        self.get(&schema::vitals(com, person)).await
    }

    /// What came before of the same moment, measure and device.
    pub async fn reading(
        &self,
        com: CommunityId,
        row: &ReadingRow,
    ) -> Result<Option<ReadingRow>, Error> {
        self.get(&schema::reading(com, row)).await
    }

    /// Whether this came before.
    pub async fn has_reading(&self, com: CommunityId, row: &ReadingRow) -> Result<bool, Error> {
        Ok(self.reading(com, row).await?.is_some())
    }

    /// What somebody's body said, the latest first.
    pub async fn latest_readings(
        &self,
        com: CommunityId,
        person: PersonId,
    ) -> Result<Vec<ReadingRow>, Error> {
        let pattern = schema::readings(com, person);
        let (items, _) = self.page(&pattern, limits::READINGS_SHOWN, None).await?;
        items.into_iter().map(read).collect()
    }

    /// Everything of one move. Refuses: `Missing` (the person left meanwhile), `IdReused`, `Stale`, also where
    /// the reading came before.
    pub async fn write_health(
        &self,
        com: CommunityId,
        change: &HealthChange,
        beside: &Beside,
    ) -> Result<(), Error> {
        let alerts: Vec<&Alert> = change.alerts.iter().collect();
        let joined = self.joined(com, &alerts).await?;
        let mut tx = self.tx().command(beside.command.as_ref())?;
        if let Some(vitals) = &change.vitals {
            let item = vitals_item(vitals)?;
            tx = match vitals.ver {
                1 => lives(tx.put_new(item, Refusal::Stale)?, com, vitals.person)?,
                ver => tx.put_next(item, ver)?,
            };
        }
        for alert in &change.alerts {
            tx = tx.put_first_or_next(alert_item(alert)?, alert.ver)?;
        }
        if !change.alerts.is_empty() {
            tx = tx.count_alert_change(com)?;
        }
        if let Some(row) = &change.reading {
            tx = tx.put_new(reading_item(com, row)?, Refusal::Stale)?;
        }
        if let Some(row) = &change.retold {
            let there = "attribute_exists(pk)";
            tx = tx.put_if(reading_item(com, row)?, there, vec![], Refusal::Stale)?;
        }
        if let Some(row) = change.reading.as_ref().or(change.retold.as_ref())
            && change.vitals.is_none()
        {
            // Nothing is kept of whoever does not agree any more.
            let key = schema::vitals(com, row.person);
            tx = tx.check(&key, "attribute_exists(pk)", vec![], Refusal::Stale)?;
        }
        let tx = tx.put_joined(&joined)?;
        outgoing(tx, &beside.notices)?.commit().await
    }

    /// Everything that is known of somebody's body goes, alerts about it are called off, and of those that are
    /// over it is not said any more which measure they were about. Safe to repeat.
    pub async fn forget_health(&self, com: CommunityId, person: PersonId) -> Result<(), Error> {
        let mut stopped = false;
        for _ in 0..limits::COMMIT_TRIES {
            match self.stop_looking(com, person).await {
                Err(Error::Refused(Refusal::Stale)) => {}
                Err(error) => return Err(error),
                Ok(()) => {
                    stopped = true;
                    break;
                }
            }
        }
        if !stopped {
            return Err(Error::Refused(Refusal::Stale));
        }
        self.forget_notices(com, person, None, BODY).await?;
        let gone: Vec<Key> = self.keys_of(com, person, "READING#").await?;
        self.delete_all(&gone).await?;
        self.forget_words(com, person, |cause| cause.silence().is_none())
            .await
    }

    /// The transaction after which nothing comes in or falls due.
    async fn stop_looking(&self, com: CommunityId, person: PersonId) -> Result<(), Error> {
        let Some(vitals) = self.vitals(com, person).await? else {
            return Ok(());
        };
        let key = schema::vitals(com, person);
        let same = vec![(":ver", crate::tx::n(vitals.ver))];
        let mut tx = self
            .tx()
            .delete(&key, Some("ver = :ver"), same, Refusal::Stale)?;
        let mut overs = Vec::new();
        for one in &vitals.open {
            if let Some(alert) = self.alert(com, one.alert).await?
                && alert.is_open()
            {
                // When does not matter to anybody any more, and is not known here.
                let over = Alert {
                    state: AlertState::Withdrawn,
                    metric: None,
                    ladder: alert.ladder.over(),
                    ver: alert.ver + 1,
                    ..alert
                };
                tx = tx.put_next(alert_item(&over)?, over.ver)?;
                overs.push(over);
            }
        }
        if !overs.is_empty() {
            let overs: Vec<&Alert> = overs.iter().collect();
            let joined = self.joined(com, &overs).await?;
            tx = tx.count_alert_change(com)?.put_joined(&joined)?;
        }
        tx.commit().await
    }
}
