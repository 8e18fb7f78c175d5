//! Whether those who are watched over, their alerts and their cards hold together.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use domain::watch::{Alert, Cause, Device, Rules, Vitals, Watched};
use domain::{AlertId, CommunityId, DeviceId, PersonId};

use super::{
    AbsenceRow, AlertMark, CredentialOf, DeviceOf, DoorDay, ReadingRow, SignRow, SweepMark,
    WatchedCount,
};
use crate::audit::Finding;
use crate::schema::{Item, Key, Kind};
use crate::table::{Error, read};

/// What the rules look at. A community is known by the beginning of its keys.
#[derive(Default)]
pub(crate) struct Watch {
    watched: BTreeMap<(String, PersonId), Watched>,
    vitals: BTreeMap<(String, PersonId), Vitals>,
    alerts: BTreeMap<(String, AlertId), Alert>,
    cards: BTreeMap<(String, String), Vec<CredentialOf>>,
    counts: BTreeMap<String, u64>,
    doors: BTreeMap<DeviceId, CommunityId>,
    /// By the door, as its key has it.
    doors_lead: BTreeMap<String, CommunityId>,
    /// Doors whose days are counted.
    counted: BTreeSet<DeviceId>,
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

impl Watch {
    pub fn keep(&mut self, kind: Kind, item: &Item, key: &Key) -> Result<(), Error> {
        let (com, third) = parts(&key.pk);
        match kind {
            Kind::Watched => {
                let watched: Watched = read(item.clone())?;
                self.watched.insert((com, watched.person), watched);
            }
            Kind::Vitals => {
                let vitals: Vitals = read(item.clone())?;
                self.vitals.insert((com, vitals.person), vitals);
            }
            Kind::ReadingRow => {
                read::<ReadingRow>(item.clone())?;
            }
            Kind::Alert => {
                let alert: Alert = read(item.clone())?;
                self.alerts.insert((com, alert.id), alert);
            }
            Kind::CredentialOf => {
                let leads = self.cards.entry((com, third)).or_default();
                leads.push(read(item.clone())?);
            }
            Kind::Device => {
                let device: Device = read(item.clone())?;
                self.doors.insert(device.id, device.community);
            }
            Kind::DeviceOf => {
                let of: DeviceOf = read(item.clone())?;
                self.doors_lead.insert(third, of.community);
            }
            Kind::DoorDay => {
                let day: DoorDay = read(item.clone())?;
                self.counted.insert(day.device);
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
            Kind::WatchedCount => {
                let count: WatchedCount = read(item.clone())?;
                self.counts.insert(com, count.people);
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
        let mut people: BTreeMap<&String, u64> = self.counts.keys().map(|com| (com, 0)).collect();
        for (com, _) in self.watched.keys() {
            *people.entry(com).or_default() += 1;
        }
        for (com, people) in people {
            let counted = self.counts.get(com) == Some(&people);
            found.unless(counted, "those who are watched are counted", com);
        }
        for ((com, person), watched) in &self.watched {
            let alert = watched
                .alert
                .and_then(|id| self.alerts.get(&(com.clone(), id)));
            let looked_after = match watched.alert {
                Some(_) => alert.is_some_and(|alert| alert.is_open() && alert.person == *person),
                None => watched.armed.is_some(),
            };
            let rule = "whoever is watched has a deadline or an open alert";
            found.unless(looked_after, rule, person);
            let own = watched.credentials.iter().map(|card| (card, true));
            let others = watched.relatives_credentials.iter();
            for (card, own) in own.chain(others.map(|card| (card, false))) {
                let leads = self.cards.get(&(com.clone(), card.clone()));
                let here = |of: &CredentialOf| of.person == *person && of.own == own;
                let here = leads.is_some_and(|leads| leads.iter().any(here));
                found.unless(here, "a card that is listed leads here", person);
            }
        }
        for ((com, id), alert) in self.alerts.iter().filter(|(_, alert)| alert.is_open()) {
            let of = (com.clone(), alert.person);
            let points = match alert.cause {
                Cause::NoExit | Cause::NoReturn => {
                    let watched = self.watched.get(&of);
                    watched.is_some_and(|watched| watched.alert == Some(*id))
                }
                Cause::Sos | Cause::VitalHigh | Cause::VitalLow | Cause::NoReading => {
                    let vitals = self.vitals.get(&of);
                    vitals.is_some_and(|vitals| vitals.open.iter().any(|one| one.alert == *id))
                }
            };
            found.unless(points, "an open alert is its person's", id);
        }
        for (id, com) in &self.doors {
            let leads = self.doors_lead.get(&id.to_string()) == Some(com);
            found.unless(leads, "a door is found by its id alone", id);
        }
        for (id, com) in &self.doors_lead {
            let id_of: Option<DeviceId> = id.parse().ok();
            let there = id_of.and_then(|id| self.doors.get(&id));
            let rule = "what leads to a door's community leads to a door";
            found.unless(there == Some(com), rule, id);
        }
        for id in &self.counted {
            let there = self.doors.contains_key(id);
            found.unless(there, "a door whose days are counted is there", id);
        }
        for ((com, person), vitals) in &self.vitals {
            let mut open = vitals.open.iter();
            let listed = open.all(|one| {
                let alert = self.alerts.get(&(com.clone(), one.alert));
                alert.is_some_and(|alert| alert.is_open() && alert.cause == one.cause)
            });
            found.unless(listed, "an alert about a body that stands is open", person);
            let waits = vitals
                .measures
                .iter()
                .any(|one| one.window_minutes.is_some());
            let looked_after =
                vitals.armed.is_some() || vitals.is_open(Cause::NoReading, None) || !waits;
            let rule = "whoever's readings are waited for has a deadline or an open alert";
            found.unless(looked_after, rule, person);
        }
        for ((com, card), leads) in &self.cards {
            for of in leads {
                let watched = self.watched.get(&(com.clone(), of.person));
                let lists = watched.is_some_and(|watched| match of.own {
                    true => watched.credentials.contains(card),
                    false => watched.relatives_credentials.contains(card),
                });
                found.unless(lists, "a card leads to somebody who lists it", of.person);
            }
        }
        found.0
    }
}
