//! Alerts that are opened, together as far as one transaction goes, and told of by themselves or as one.

use domain::watch::deadline::Overdue;
use domain::watch::{Alert, AlertState, Ladder, Watched};
use domain::{AlertId, Refusal};
use store::watch::Opened;

use super::told::Telling;
use super::{Sweep, failed};
use crate::error::Error;

impl Sweep<'_> {
    /// Opens alerts. Each is told of by itself, unless there are so many in this pass that it must be the doors, the
    /// weather or a feast: then all are told of as one, once. Answers how many were opened.
    pub(super) async fn raise(&self, overdue: Vec<(Watched, Overdue)>) -> usize {
        let many = match self
            .is_area(self.areas.raising.more(self.first(), overdue.len()))
            .await
        {
            Ok(many) => many,
            Err(error) => {
                failed("how many are watched", &error);
                false
            }
        };
        let ids = overdue.iter().map(|(one, found)| self.alert_id(one, found));
        let ids: Vec<AlertId> = ids.collect();
        let (mut opened, mut rest) = (0, Vec::new());
        for (before, found) in overdue {
            let person = before.person;
            let telling = match many {
                false => Telling::Alone,
                true => self.areas.raising.telling(self.first(), self.least(), &ids),
            };
            match self.opening(before, found, telling).await {
                // The others count on its notice.
                Ok(one) if matches!(telling, Telling::AsOne(..)) => {
                    if self.open(&[one]).await == 1 {
                        opened += 1;
                        self.areas.raising.tell(self.first());
                    }
                }
                Ok(one) => rest.push(one),
                Err(error) => self
                    .missed
                    .failed(&format!("the alert of {person}"), &error),
            }
        }
        opened + self.open(&rest).await
    }

    /// None without the person who waits for it to be over: of two sweepers that decided the same, one is `Stale`. Answers how many were opened.
    async fn open(&self, all: &[Opened]) -> usize {
        let com = self.within.community;
        let came = self.ctx.store.open_alerts(com, all).await;
        let mut opened = 0;
        for (one, came) in all.iter().zip(came) {
            match came.map_err(Error::from) {
                Ok(()) => opened += 1,
                // A sign came, or another sweeper.
                Err(Error::Refused(Refusal::Stale)) => {}
                Err(error) => self
                    .missed
                    .failed(&format!("the alert of {}", one.alert.person), &error),
            }
        }
        opened
    }

    /// More than so few, and than one in a hundred of those watched.
    pub(super) async fn is_area(&self, count: usize) -> Result<bool, Error> {
        if count <= self.least() {
            return Ok(false);
        }
        let watched = self.ctx.store.watched_count(self.within.community).await?;
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        Ok(count.saturating_mul(100) > watched)
    }

    /// The alert, the person who waits for it to be over, and whom it tells.
    async fn opening(
        &self,
        before: Watched,
        found: Overdue,
        telling: Telling<'_>,
    ) -> Result<Opened, Error> {
        let alert = Alert {
            id: self.alert_id(&before, &found),
            community: self.within.community,
            person: before.person,
            cause: found.silence.into(),
            metric: None,
            due: found.due,
            opened_at: self.at,
            confidence: found.confidence,
            unconfirmed: found.unconfirmed,
            state: AlertState::Open,
            owner: None,
            lease_until: None,
            ladder: Ladder::begun(&self.rules.ladder, self.at),
            reason: None,
            closed_by: None,
            closed_at: None,
            comment: String::new(),
            seen: None,
            rules_ver: self.rules.ver,
            ver: 1,
        };
        let notices = match telling {
            Telling::Alone => self.told_first(&alert, Some(before.by)).await?,
            Telling::AsOne(count, alerts) => {
                self.told_as_one((count, alerts), self.first()).await?
            }
            Telling::Told => Vec::new(),
        };
        let mut watched = self.rested(before, self.at);
        watched.alert = Some(alert.id);
        watched.armed = None;
        Ok(Opened {
            watched,
            alert,
            notices,
        })
    }

    /// The same whoever decides the same on the same version; another one when the same silence is looked
    /// after again.
    fn alert_id(&self, before: &Watched, found: &Overdue) -> AlertId {
        let (person, ver) = (before.person, before.ver);
        let what = format!("{person}|{}|{}|{ver}", found.silence, found.due);
        AlertId::from_bits(self.ctx.secret.bits("alert", &what))
    }
}
