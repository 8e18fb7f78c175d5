//! The next step of the ladder of each alert that nobody has, and everybody told again when a lease lapses. Which
//! step is due is [`domain::watch::escalation`]'s to say; here the step and its notice are written together, on
//! condition that nobody took the alert on meanwhile.

use std::collections::BTreeMap;

use domain::watch::{Alert, Reach};
use domain::{AlertId, Refusal};
use store::schema::Item;
use store::table::read;
use store::watch::WatchChange;

use super::told::Telling;
use super::{Sweep, failed};
use crate::error::Error;

impl Sweep<'_> {
    /// Somebody took an alert on, and did nothing with it: it is anybody's again, everybody who was told is
    /// told again, and the ladder goes on where it stood. One that nobody took on is gathered for its next
    /// step.
    pub(super) async fn calling(
        &self,
        item: Item,
        climbing: &mut Vec<Alert>,
    ) -> Result<bool, Error> {
        let nominated: Alert = read(item)?;
        let com = self.within.community;
        let Some(found) = self.ctx.store.alert(com, nominated.id).await? else {
            return Ok(false);
        };
        let Some(after) = found.clone().lapse(self.at) else {
            climbing.push(found);
            return Ok(false);
        };
        let again = after.ladder.reached(&self.rules.ladder);
        let responsible = self.responsible(&after).await?;
        let notices = self.told(&after, &again, responsible).await?;
        let change = WatchChange {
            alert: Some(after),
            ..WatchChange::default()
        };
        self.write(&change, notices).await?;
        Ok(true)
    }

    /// The next step of each of these that is due. So many at once are told as one; each goes on by itself,
    /// whatever becomes of the others. Answers how many steps were taken.
    pub(super) async fn climb(&self, gathered: Vec<Alert>) -> usize {
        let steps = &self.rules.ladder;
        let due: Vec<_> = gathered
            .into_iter()
            .filter_map(|alert| alert.climb(steps, self.at))
            .collect();
        let mut together: BTreeMap<Vec<Reach>, Vec<AlertId>> = BTreeMap::new();
        for (after, reach) in &due {
            together.entry(reach.clone()).or_default().push(after.id);
        }
        let mut count = 0;
        for (reach, alerts) in &together {
            count = self.areas.climbing.more(reach, alerts.len());
        }
        let many = self.is_area(count).await.unwrap_or_else(|error| {
            failed("how many are watched", &error);
            false
        });
        let mut climbed = 0;
        for (after, reach) in due {
            let id = after.id;
            let telling = match (many, together.get(&reach)) {
                (true, Some(alerts)) => self.areas.climbing.telling(&reach, self.least(), alerts),
                (true, None) | (false, _) => Telling::Alone,
            };
            match self.step(after, &reach, telling).await {
                Ok(()) => {
                    climbed += 1;
                    if matches!(telling, Telling::AsOne(..)) {
                        self.areas.climbing.tell(&reach);
                    }
                }
                // Somebody took it on, a sign came, or another sweeper.
                Err(Error::Refused(Refusal::Stale)) => {}
                Err(error) => self
                    .missed
                    .failed(&format!("the next step of {id}"), &error),
            }
        }
        climbed
    }

    /// What is doubted is looked at again with each step.
    async fn looked_at_again(&self, alert: Alert) -> Result<Alert, Error> {
        if !alert.unconfirmed {
            return Ok(alert);
        }
        let com = self.within.community;
        let watched = self.ctx.store.watched(com, alert.person).await?;
        let Some(watched) = watched.filter(|one| one.alert == Some(alert.id)) else {
            return Ok(alert);
        };
        let sight = self.sight(&watched, None).await?;
        let late = sight.late || self.is_lagging().await?;
        Ok(alert.doubted(late, sight.dead))
    }

    /// Refuses: `Stale`.
    async fn step(&self, after: Alert, reach: &[Reach], telling: Telling<'_>) -> Result<(), Error> {
        let notices = match telling {
            Telling::Alone => {
                let responsible = self.responsible(&after).await?;
                self.told(&after, reach, responsible).await?
            }
            Telling::AsOne(count, alerts) => self.told_as_one((count, alerts), reach).await?,
            Telling::Told => Vec::new(),
        };
        let change = WatchChange {
            alert: Some(self.looked_at_again(after).await?),
            ..WatchChange::default()
        };
        self.write(&change, notices).await
    }
}
