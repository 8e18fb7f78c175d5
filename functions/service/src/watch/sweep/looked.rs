//! Those whose silence may be too long, and their doors, as they are now: read for a whole page at once.

use std::collections::{BTreeMap, BTreeSet};

use domain::watch::{Device, Watched};
use domain::{DeviceId, PersonId};
use serde::de::DeserializeOwned;
use store::schema::{self, Item};
use store::table::read;

use super::Sweep;
use crate::error::Error;

/// What did not read is not among it, and is read alone by whoever needs it, so that it fails of them alone.
pub(super) struct Looked {
    watched: BTreeMap<PersonId, Option<Watched>>,
    doors: BTreeMap<DeviceId, Option<Device>>,
}

impl Looked {
    fn doors_of(&self, watched: &Watched) -> Option<Vec<Device>> {
        let doors = watched.doors.iter().map(|id| self.doors.get(id).cloned());
        let doors: Option<Vec<Option<Device>>> = doors.collect();
        Some(doors?.into_iter().flatten().collect())
    }
}

/// Each id with what was found of it.
fn known<K: Ord, T: DeserializeOwned>(
    ids: Vec<K>,
    found: Vec<Option<Item>>,
) -> BTreeMap<K, Option<T>> {
    let one = |(id, item): (K, Option<Item>)| Some((id, item.map(read).transpose().ok()?));
    ids.into_iter().zip(found).filter_map(one).collect()
}

impl Sweep<'_> {
    /// Absent where the store does not answer for all of them.
    pub(super) async fn look(&self, items: &[Item]) -> Option<Looked> {
        let (store, com) = (&self.ctx.store, self.within.community);
        let nominated = items.iter().map(|item| read::<Watched>(item.clone()));
        let people: Vec<PersonId> = nominated.flatten().map(|one| one.person).collect();
        let keys: Vec<_> = people.iter().map(|id| schema::watched(com, *id)).collect();
        let watched = known(people, store.get_many(&keys).await.ok()?);
        let doors = watched.values().flatten();
        let doors: BTreeSet<DeviceId> = doors.flat_map(|one: &Watched| one.doors.clone()).collect();
        let doors: Vec<DeviceId> = doors.into_iter().collect();
        let keys: Vec<_> = doors.iter().map(|id| schema::device(com, *id)).collect();
        let doors = known(doors, store.get_many(&keys).await.ok()?);
        Some(Looked { watched, doors })
    }

    pub(super) async fn watched(
        &self,
        person: PersonId,
        looked: Option<&Looked>,
    ) -> Result<Option<Watched>, Error> {
        match looked.and_then(|looked| looked.watched.get(&person)) {
            Some(found) => Ok(found.clone()),
            None => Ok(self
                .ctx
                .store
                .watched(self.within.community, person)
                .await?),
        }
    }

    pub(super) async fn doors_of(
        &self,
        watched: &Watched,
        looked: Option<&Looked>,
    ) -> Result<Vec<Device>, Error> {
        match looked.and_then(|looked| looked.doors_of(watched)) {
            Some(doors) => Ok(doors),
            None => {
                let (store, com) = (&self.ctx.store, self.within.community);
                let doors = store.devices_among(com, &watched.doors).await?;
                Ok(doors.into_iter().flatten().collect())
            }
        }
    }
}
