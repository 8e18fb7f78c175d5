//! Whether those who are watched over, their alerts and their cards hold together.

use std::collections::BTreeMap;
use std::fmt;

use domain::watch::{Alert, AlertState, Device, Rules, Watched};
use domain::{AlertId, PersonId};

use super::{AbsenceRow, AlertMark, CredentialOf, SignRow, SweepMark};
use crate::audit::Finding;
use crate::schema::{Item, Key, Kind};
use crate::table::{Error, read};

/// What the rules look at. A community is known by the beginning of its keys.
#[derive(Default)]
pub(crate) struct Watch {
    watched: BTreeMap<(String, PersonId), Watched>,
    alerts: BTreeMap<(String, AlertId), Alert>,
    cards: BTreeMap<(String, String), CredentialOf>,
}

/// The community, and what stands third in a key.
fn parts(pk: &str) -> (String, String) {
    let mut parts = pk.splitn(3, '#');
    let com = parts.next().unwrap_or_default().to_owned();
    (com, parts.nth(1).unwrap_or_default().to_owned())
}

struct Found(Vec<Finding>);

impl Found {
    fn unless(&mut self, holds: bool, rule: &'static str, subject: impl fmt::Display) {
        if !holds {
            let subject = subject.to_string();
            self.0.push(Finding { rule, subject });
        }
    }
}

fn is_open(alert: &Alert) -> bool {
    matches!(alert.state, AlertState::Open | AlertState::Acknowledged)
}

impl Watch {
    pub fn keep(&mut self, kind: Kind, item: &Item, key: &Key) -> Result<(), Error> {
        let (com, third) = parts(&key.pk);
        match kind {
            Kind::Watched => {
                let watched: Watched = read(item.clone())?;
                self.watched.insert((com, watched.person), watched);
            }
            Kind::Alert => {
                let alert: Alert = read(item.clone())?;
                self.alerts.insert((com, alert.id), alert);
            }
            Kind::CredentialOf => {
                self.cards.insert((com, third), read(item.clone())?);
            }
            Kind::Device => {
                read::<Device>(item.clone())?;
            }
            Kind::SignRow => {
                read::<SignRow>(item.clone())?;
            }
            Kind::AbsenceRow => {
                read::<AbsenceRow>(item.clone())?;
            }
            Kind::WatchRules => {
                read::<Rules>(item.clone())?;
            }
            Kind::SweepMark => {
                read::<SweepMark>(item.clone())?;
            }
            Kind::AlertMark => {
                read::<AlertMark>(item.clone())?;
            }
            _ => {}
        }
        Ok(())
    }

    pub fn findings(&self) -> Vec<Finding> {
        let mut found = Found(Vec::new());
        for ((com, person), watched) in &self.watched {
            let alert = watched
                .alert
                .and_then(|id| self.alerts.get(&(com.clone(), id)));
            let looked_after = match watched.alert {
                Some(_) => alert.is_some_and(|alert| is_open(alert) && alert.person == *person),
                None => watched.armed.is_some(),
            };
            let rule = "whoever is watched has a deadline or an open alert";
            found.unless(looked_after, rule, person);
            let own = watched.credentials.iter().map(|card| (card, true));
            let others = watched.relatives_credentials.iter();
            for (card, own) in own.chain(others.map(|card| (card, false))) {
                let leads = self.cards.get(&(com.clone(), card.clone()));
                let here = leads.is_some_and(|of| of.person == *person && of.own == own);
                found.unless(here, "a card that is listed leads here", person);
            }
        }
        for ((com, id), alert) in self.alerts.iter().filter(|(_, alert)| is_open(alert)) {
            let watched = self.watched.get(&(com.clone(), alert.person));
            let points = watched.is_some_and(|watched| watched.alert == Some(*id));
            found.unless(points, "an open alert is its person's", id);
        }
        for ((com, card), of) in &self.cards {
            let lists = self
                .watched
                .get(&(com.clone(), of.person))
                .is_some_and(|watched| match of.own {
                    true => watched.credentials.contains(card),
                    false => watched.relatives_credentials.contains(card),
                });
            found.unless(lists, "a card leads to somebody who lists it", of.person);
        }
        found.0
    }
}
