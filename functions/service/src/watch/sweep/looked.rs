//! Those whose silence may be too long, and their doors, as they are now: read for a whole page at once.

use std::collections::{BTreeMap, BTreeSet};

use domain::watch::{Device, Watched};
use domain::{DeviceId, PersonId};
use store::schema::Item;
use store::table::read;

use super::Sweep;
use crate::error::Error;

pub(super) struct Looked {
    watched: BTreeMap<PersonId, Watched>,
    doors: BTreeMap<DeviceId, Device>,
}

impl Looked {
    fn doors_of(&self, watched: &Watched) -> Vec<Device> {
        let doors = watched.doors.iter().filter_map(|id| self.doors.get(id));
        doors.cloned().collect()
    }
}

impl Sweep<'_> {
    /// Absent where something does not read: whoever it is of must not hold up the others, and each is read alone.
    pub(super) async fn look(&self, items: &[Item]) -> Option<Looked> {
        let (store, com) = (&self.ctx.store, self.within.community);
        let nominated = items.iter().map(|item| read::<Watched>(item.clone()));
        let people: Vec<PersonId> = nominated.flatten().map(|one| one.person).collect();
        let watched = store.watched_among(com, &people).await.ok()?;
        let watched: Vec<Watched> = watched.into_iter().flatten().collect();
        let doors = watched.iter().flat_map(|one| one.doors.iter().copied());
        let doors: Vec<DeviceId> = doors.collect::<BTreeSet<_>>().into_iter().collect();
        let doors = store.devices_among(com, &doors).await.ok()?;
        Some(Looked {
            watched: watched.into_iter().map(|one| (one.person, one)).collect(),
            doors: doors
                .into_iter()
                .flatten()
                .map(|one| (one.id, one))
                .collect(),
        })
    }

    pub(super) async fn watched(
        &self,
        person: PersonId,
        looked: Option<&Looked>,
    ) -> Result<Option<Watched>, Error> {
        match looked {
            Some(looked) => Ok(looked.watched.get(&person).cloned()),
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
        match looked {
            Some(looked) => Ok(looked.doors_of(watched)),
            None => {
                let (store, com) = (&self.ctx.store, self.within.community);
                let doors = store.devices_among(com, &watched.doors).await?;
                Ok(doors.into_iter().flatten().collect())
            }
        }
    }
}
