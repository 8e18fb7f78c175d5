//! What is written together: somebody who is watched over, the sign that moved them, their alert, their
//! absence, and the cards that lead to them. Whoever decided on what has changed since is refused as
//! `Stale`.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::watch::{Alert, Device, Rules, Watched};
use domain::{AbsenceId, CommunityId, PersonId, Refusal, limits};
use jiff::SignedDuration;

use super::{
    AbsenceOf, AbsenceRow, CredentialOf, DeviceOf, DoorDay, SignRow, SweepMark, WatchChange,
    WatchedCount,
};
use crate::market::{Beside, lives, outgoing};
use crate::schema::{self, DOCUMENT, Item, Kind, TTL};
use crate::table::{Error, Store, text, until, write};
use crate::tx::{MAKES, Tx, made, n, s};

/// An outage that is over by what it says is written as over.
pub fn device_item(device: &Device) -> Result<Item, Error> {
    let key = schema::device(device.community, device.id);
    let settled = device.clone().settled();
    let places = schema::device_places(&settled);
    write(Kind::Device, &key, &settled, places)
}

/// Written with the first version of its door.
pub fn device_of_item(device: &Device) -> Result<Item, Error> {
    let of = DeviceOf {
        community: device.community,
    };
    write(Kind::DeviceOf, &schema::device_of(device.id), &of, [])
}

pub fn watched_item(watched: &Watched) -> Result<Item, Error> {
    let key = schema::watched(watched.community, watched.person);
    let places = schema::watched_places(watched);
    write(Kind::Watched, &key, watched, places)
}

pub fn credential_item(com: CommunityId, value: &str, of: &CredentialOf) -> Result<Item, Error> {
    let key = match of.own {
        true => schema::credential(com, value),
        false => schema::relatives_credential(com, value, of.person),
    };
    write(Kind::CredentialOf, &key, of, [])
}

/// Garbage after [`limits::EVENT_DAYS`].
pub fn sign_item(com: CommunityId, row: &SignRow) -> Result<Item, Error> {
    let item = write(Kind::SignRow, &schema::sign(com, row), row, [])?;
    let kept = SignedDuration::from_hours(24 * limits::EVENT_DAYS);
    Ok(until(
        item,
        row.sign.at.checked_add(kept).unwrap_or(row.sign.at),
    ))
}

pub fn absence_item(row: &AbsenceRow) -> Result<Item, Error> {
    let key = schema::absence(row.community, row.person, row.absence.id);
    write(Kind::AbsenceRow, &key, row, schema::absence_places(row))
}

pub fn absence_of_item(com: CommunityId, id: AbsenceId, person: PersonId) -> Result<Item, Error> {
    let key = schema::absence_of(com, id);
    write(Kind::AbsenceOf, &key, &AbsenceOf { person }, [])
}

pub fn alert_item(alert: &Alert) -> Result<Item, Error> {
    let key = schema::alert(alert.community, alert.id);
    write(Kind::Alert, &key, alert, schema::alert_places(alert))
}

pub fn watch_rules_item(com: CommunityId, rules: &Rules) -> Result<Item, Error> {
    let key = schema::watch_rules(com, rules.ver);
    write(Kind::WatchRules, &key, rules, [])
}

pub fn watched_count_item(com: CommunityId, people: u64) -> Result<Item, Error> {
    let key = schema::watched_count(com);
    write(Kind::WatchedCount, &key, &WatchedCount { people }, [])
}

/// The passages of one day, where none were counted yet.
pub fn door_day_item(com: CommunityId, day: &DoorDay) -> Result<Item, Error> {
    let key = schema::door_day(com, day.device, day.day);
    write(Kind::DoorDay, &key, day, [])
}

pub fn mark_item(com: CommunityId, mark: &SweepMark) -> Result<Item, Error> {
    let key = schema::sweep_mark(com);
    write(Kind::SweepMark, &key, mark, [])
}

impl<'s> Tx<'s> {
    /// Somebody who is watched from now on, and has to be there; or the next version.
    /// Refuses: `AlreadyWatched`, `Missing` (left meanwhile), `Stale`.
    fn put_watched(self, watched: &Watched) -> Result<Self, Error> {
        match watched.ver {
            1 => {
                let tx = self.put_new(watched_item(watched)?, Refusal::AlreadyWatched)?;
                lives(tx, watched.community, watched.person)?.count_watched(watched.community, 1)
            }
            ver => self.put_next(watched_item(watched)?, ver),
        }
    }

    pub(super) fn count_watched(self, com: CommunityId, by: i8) -> Result<Self, Error> {
        let mut values = vec![(":zero", n(0)), (":by", n(by))];
        values.extend(made(Kind::WatchedCount));
        let expression = format!("SET #people = if_not_exists(#people, :zero) + :by, {MAKES}");
        let key = schema::watched_count(com);
        self.update(&key, &expression, None, values, Refusal::Stale)
    }

    /// A first version under an id of its own, or the next. Refuses: `IdReused`, `Stale`.
    pub(crate) fn put_first_or_next(self, item: Item, ver: u64) -> Result<Self, Error> {
        match ver {
            1 => self.put_new(item, Refusal::IdReused),
            ver => self.put_next(item, ver),
        }
    }

    /// Written where it is not there already; as it is, where it is.
    fn keep_sign(self, com: CommunityId, row: &SignRow) -> Result<Self, Error> {
        let item = sign_item(com, row)?;
        let gone = item.get(TTL).cloned();
        let mut values = vec![
            (":doc", s(text(&item, DOCUMENT))),
            (":gone", gone.unwrap_or(AttributeValue::Null(true))),
        ];
        values.extend(made(Kind::SignRow));
        let expression =
            format!("SET #{DOCUMENT} = if_not_exists(#{DOCUMENT}, :doc), {MAKES}, #{TTL} = :gone");
        let key = schema::sign(com, row);
        self.update(&key, &expression, None, values, Refusal::Stale)
    }

    /// So many passages more on that day.
    fn count_day(self, com: CommunityId, more: &DoorDay) -> Result<Self, Error> {
        let mut values = vec![
            (":device", s(more.device)),
            (":day", s(more.day)),
            (":zero", n(0)),
            (":more", n(more.passages)),
        ];
        values.extend(made(Kind::DoorDay));
        let expression = format!(
            "SET {MAKES}, #device = :device, #day = :day, #passages = if_not_exists(#passages, :zero) + :more"
        );
        let key = schema::door_day(com, more.device, more.day);
        self.update(&key, &expression, None, values, Refusal::Stale)
    }

    /// Refuses: `CredentialTaken` where it is somebody else's own card.
    fn put_credential(
        self,
        com: CommunityId,
        value: &str,
        of: &CredentialOf,
    ) -> Result<Self, Error> {
        self.put_if(
            credential_item(com, value, of)?,
            "attribute_not_exists(pk) OR #person = :person",
            vec![(":person", s(of.person))],
            Refusal::CredentialTaken,
        )
    }

    /// One that is somebody else's by now stays.
    pub(super) fn drop_credential(
        self,
        com: CommunityId,
        value: &str,
        of: &CredentialOf,
    ) -> Result<Self, Error> {
        let key = match of.own {
            true => schema::credential(com, value),
            false => schema::relatives_credential(com, value, of.person),
        };
        let theirs = "attribute_not_exists(pk) OR #person = :person";
        let values = vec![(":person", s(of.person))];
        self.delete(&key, Some(theirs), values, Refusal::Stale)
    }

    /// In the transaction of the change: whoever reads the list by its mark misses none.
    pub(crate) fn count_alert_change(self, com: CommunityId) -> Result<Self, Error> {
        let mut values = vec![(":zero", n(0)), (":one", n(1))];
        values.extend(made(Kind::AlertMark));
        let expression = format!("SET #changed = if_not_exists(#changed, :zero) + :one, {MAKES}");
        let key = schema::alert_mark(com);
        self.update(&key, &expression, None, values, Refusal::Stale)
    }

    /// But that alerts changed, of somebody who was watched over before. Refuses: `IdReused`, `Stale`.
    pub(super) fn put_opened(self, watched: &Watched, alert: &Alert) -> Result<Self, Error> {
        self.put_watched(watched)?
            .put_first_or_next(alert_item(alert)?, alert.ver)
    }

    pub(crate) fn put_watch(
        mut self,
        com: CommunityId,
        change: &WatchChange,
    ) -> Result<Self, Error> {
        if let Some(watched) = &change.watched {
            self = self.put_watched(watched)?;
        }
        if let Some(alert) = &change.alert {
            self = self
                .put_first_or_next(alert_item(alert)?, alert.ver)?
                .count_alert_change(com)?;
        }
        if let Some(absence) = &change.absence {
            self = self.put_first_or_next(absence_item(absence)?, absence.ver)?;
            if absence.ver == 1 {
                let of = absence_of_item(com, absence.absence.id, absence.person)?;
                self = self.put_new(of, Refusal::IdReused)?;
            }
        }
        if let Some(device) = &change.device {
            self = self.put_first_or_next(device_item(device)?, device.ver)?;
            if device.ver == 1 {
                self = self.put_new(device_of_item(device)?, Refusal::IdReused)?;
            }
        }
        for day in &change.days {
            self = self.count_day(com, day)?;
        }
        if let Some(rules) = &change.rules {
            self = self.put_new(watch_rules_item(com, rules)?, Refusal::Stale)?;
        }
        for (value, of) in &change.credentials {
            self = self.put_credential(com, value, of)?;
        }
        for gone in &change.credentials_gone {
            if !change.credentials.contains(gone) {
                self = self.drop_credential(com, &gone.0, &gone.1)?;
            }
        }
        if let Some(sign) = &change.sign {
            self = self.keep_sign(com, sign)?;
            if change.watched.is_none() {
                // Nothing is kept of whoever is not watched any more.
                let key = schema::watched(com, sign.person);
                self = self.check(&key, "attribute_exists(pk)", vec![], Refusal::Stale)?;
            }
        }
        Ok(self)
    }
}

impl Store {
    /// Everything of one move, and of the case that an alert belongs to. A sign that is there already stays as it is.
    /// Refuses: `AlreadyWatched`, `Missing` (the person left meanwhile), `IdReused`, `CredentialTaken`,
    /// `Stale`.
    pub async fn write_watch(
        &self,
        com: CommunityId,
        change: &WatchChange,
        beside: &Beside,
    ) -> Result<(), Error> {
        let alerts: Vec<&Alert> = change.alert.iter().collect();
        let joined = self.joined(com, &alerts).await?;
        let tx = self.tx().command(beside.command.as_ref())?;
        let tx = tx.put_watch(com, change)?.put_joined(&joined)?;
        outgoing(tx, &beside.notices)?.commit().await
    }

    /// What signs made of people who were watched over before, with the signs of each, all of it or nothing.
    /// Refuses: `Stale`.
    pub async fn write_signs(
        &self,
        com: CommunityId,
        moved: &[(Watched, Vec<SignRow>)],
    ) -> Result<(), Error> {
        let mut tx = self.tx();
        for (watched, signs) in moved {
            tx = tx.put_watched(watched)?;
            for sign in signs {
                tx = tx.keep_sign(com, sign)?;
            }
        }
        tx.commit().await
    }

    /// The sweeper passed.
    pub async fn put_sweep_mark(&self, com: CommunityId, mark: &SweepMark) -> Result<(), Error> {
        self.put_all(vec![mark_item(com, mark)?]).await
    }
}
