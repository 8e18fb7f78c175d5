//! What is asked of doors, of those who are watched over, and of alerts.

use domain::watch::{Alert, Device, Rules, Watched};
use domain::{AbsenceId, AlertId, CommunityId, DeviceId, PersonId, limits};
use jiff::{SignedDuration, Timestamp};

use super::{
    AbsenceOf, AbsenceRow, AlertMark, CredentialOf, DeviceOf, SignRow, SweepMark, WatchedCount,
};
use crate::schema::{self, Item, Key};
use crate::table::{Error, Store, read};

impl Store {
    pub async fn device(&self, com: CommunityId, id: DeviceId) -> Result<Option<Device>, Error> {
        self.get(&schema::device(com, id)).await
    }

    /// A door in whichever community it is.
    pub async fn device_anywhere(&self, id: DeviceId) -> Result<Option<Device>, Error> {
        let of: Option<DeviceOf> = self.get(&schema::device_of(id)).await?;
        match of {
            Some(of) => self.device(of.community, id).await,
            None => Ok(None),
        }
    }

    /// All doors of a community.
    pub async fn devices(&self, com: CommunityId) -> Result<Vec<Device>, Error> {
        let items = self.all(&schema::devices(com)).await?;
        items.into_iter().map(read).collect()
    }

    /// One for each, in their order.
    pub async fn devices_among(
        &self,
        com: CommunityId,
        ids: &[DeviceId],
    ) -> Result<Vec<Option<Device>>, Error> {
        let keys: Vec<Key> = ids.iter().map(|id| schema::device(com, *id)).collect();
        let items = self.get_many(&keys).await?.into_iter();
        let device = |item: Option<_>| item.map(read::<Device>).transpose();
        items.map(device).collect()
    }

    pub async fn watched(
        &self,
        com: CommunityId,
        person: PersonId,
    ) -> Result<Option<Watched>, Error> {
        self.get(&schema::watched(com, person)).await
    }

    /// One for each, in their order.
    pub async fn watched_among(
        &self,
        com: CommunityId,
        people: &[PersonId],
    ) -> Result<Vec<Option<Watched>>, Error> {
        let key = |person: &PersonId| schema::watched(com, *person);
        let keys: Vec<Key> = people.iter().map(key).collect();
        let items = self.get_many(&keys).await?.into_iter();
        let watched = |item: Option<_>| item.map(read::<Watched>).transpose();
        items.map(watched).collect()
    }

    /// Everybody who is watched over, as the index has it.
    pub async fn all_watched(&self, com: CommunityId) -> Result<Vec<Watched>, Error> {
        let items = self.all(&schema::all_watched(com)).await?;
        items.into_iter().map(read).collect()
    }

    /// Those whose relative somebody is, as the index has it.
    pub async fn watched_of_relative(
        &self,
        com: CommunityId,
        relative: PersonId,
    ) -> Result<Vec<Watched>, Error> {
        let theirs = schema::watched_of_relative(com, relative);
        let items = self.all(&theirs).await?;
        items.into_iter().map(read).collect()
    }

    /// How many are watched over.
    pub async fn watched_count(&self, com: CommunityId) -> Result<u64, Error> {
        let count: Option<WatchedCount> = self.get(&schema::watched_count(com)).await?;
        Ok(count.unwrap_or_default().people)
    }

    /// How many are watched over for a day or longer, and were never seen at any door.
    pub async fn never_seen_count(&self, com: CommunityId, at: Timestamp) -> Result<usize, Error> {
        let day = SignedDuration::from_hours(limits::NEVER_HEARD_HOURS);
        let since = at.checked_sub(day).unwrap_or(at);
        Ok(self.all(&schema::never_seen(com, since)).await?.len())
    }

    /// Everybody to whom a card leads, its owner first, and each once.
    pub async fn credentials_of(
        &self,
        com: CommunityId,
        value: &str,
    ) -> Result<Vec<CredentialOf>, Error> {
        let items = self.all(&schema::credentials(com, value)).await?;
        let mut all: Vec<CredentialOf> = Vec::with_capacity(items.len());
        for item in items {
            let of: CredentialOf = read(item)?;
            // Those that were written while a card led to one person alone stand in the owner's place.
            if all.iter().all(|one| one.person != of.person) {
                all.push(of);
            }
        }
        Ok(all)
    }

    /// Whose a card is.
    pub async fn credential(
        &self,
        com: CommunityId,
        value: &str,
    ) -> Result<Option<CredentialOf>, Error> {
        self.get(&schema::credential(com, value)).await
    }

    pub async fn absence(
        &self,
        com: CommunityId,
        id: AbsenceId,
    ) -> Result<Option<AbsenceRow>, Error> {
        let of: Option<AbsenceOf> = self.get(&schema::absence_of(com, id)).await?;
        match of {
            Some(of) => self.get(&schema::absence(com, of.person, id)).await,
            None => Ok(None),
        }
    }

    /// What was said of somebody's being away, the latest first.
    pub async fn absences(
        &self,
        com: CommunityId,
        person: PersonId,
    ) -> Result<Vec<AbsenceRow>, Error> {
        let items = self.all(&schema::absences(com, person)).await?;
        items.into_iter().map(read).collect()
    }

    pub async fn alert(&self, com: CommunityId, id: AlertId) -> Result<Option<Alert>, Error> {
        self.get(&schema::alert(com, id)).await
    }

    /// Somebody's comings and goings between two moments, the second not included, in their order.
    pub async fn signs_between(
        &self,
        com: CommunityId,
        person: PersonId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<SignRow>, Error> {
        let pattern = schema::signs_between(com, person, from, until);
        let items = self.all(&pattern).await?;
        items.into_iter().map(read).collect()
    }

    /// What is watched by now.
    pub async fn watch_rules(&self, com: CommunityId) -> Result<Rules, Error> {
        let (items, _) = self.page(&schema::all_watch_rules(com), 1, None).await?;
        let newest = items.into_iter().next().map(read).transpose()?;
        Ok(newest.unwrap_or_default())
    }

    /// How often alerts changed.
    pub async fn alert_changes(&self, com: CommunityId) -> Result<u64, Error> {
        let mark: Option<AlertMark> = self.get(&schema::alert_mark(com)).await?;
        Ok(mark.map_or(0, |mark| mark.changed))
    }

    /// When the sweeper last passed, and how much of it failed; absent: never.
    pub async fn sweep_mark(&self, com: CommunityId) -> Result<Option<SweepMark>, Error> {
        self.get(&schema::sweep_mark(com)).await
    }

    /// The same of several communities, in their order.
    pub async fn sweep_marks(&self, coms: &[CommunityId]) -> Result<Vec<Option<Timestamp>>, Error> {
        let keys: Vec<Key> = coms.iter().map(|com| schema::sweep_mark(*com)).collect();
        let found = self.get_many(&keys).await?;
        let at = |item: Item| read::<SweepMark>(item).map(|mark| mark.at);
        found
            .into_iter()
            .map(|item| item.map(at).transpose())
            .collect()
    }
}
