//! Doors that are not heard from any more, and devices that never were.

use domain::notice::{Data, Topic};
use domain::watch::Device;
use domain::{DeviceId, Refusal};
use store::schema::Item;
use store::table::read;
use store::watch::WatchChange;

use super::Sweep;
use super::unseen::named;
use crate::error::Error;

impl Sweep<'_> {
    /// A door that is not heard from any more: an outage since it last was, and one notice.
    /// One that never spoke is only gathered.
    pub(super) async fn door(&self, item: Item, unheard: &mut Vec<Device>) -> Result<bool, Error> {
        let nominated: Device = read(item)?;
        let com = self.within.community;
        let Some(found) = self.ctx.store.device(com, nominated.id).await? else {
            return Ok(false);
        };
        if let Some(after) = found.clone().never_heard(self.at) {
            unheard.push(after);
            return Ok(false);
        }
        let Some(after) = found.fell_silent(self.at) else {
            return Ok(false);
        };
        let mut data = Data::from([("device".to_owned(), after.id.to_string())]);
        if let Some(heard) = after.heard_at {
            data.insert("start".into(), self.moment(heard));
        }
        // The name of one home's door may say whose it is.
        if after.home_of.is_none() {
            data.insert("title".into(), after.name.clone());
        }
        let notices = self.tell(self.workers().await?, Topic::DoorDead, data);
        let change = WatchChange {
            device: Some(after),
            ..WatchChange::default()
        };
        self.write(&change, notices).await?;
        Ok(true)
    }

    /// Devices that were registered a day ago and never spoke, in one notice: the first that is written brings it.
    /// Answers how many were.
    pub(super) async fn tell_unheard(&self, unheard: Vec<Device>) -> usize {
        let ids: Vec<DeviceId> = unheard.iter().map(|device| device.id).collect();
        let (mut done, mut told) = (0, false);
        for device in unheard {
            let id = device.id;
            let about = (!told).then_some(ids.as_slice());
            match self.note(device, about).await {
                Ok(()) => (done, told) = (done + 1, true),
                // It spoke, or another sweeper.
                Err(Error::Refused(Refusal::Stale)) => {}
                Err(error) => self.missed.failed(&format!("the device {id}"), &error),
            }
        }
        done
    }

    /// `about`: which devices the notice that goes along is about. Refuses: `Stale`.
    async fn note(&self, device: Device, about: Option<&[DeviceId]>) -> Result<(), Error> {
        let notices = match about {
            Some(ids) => {
                let data = named("devices", ids);
                self.tell(self.workers().await?, Topic::DoorNeverHeard, data)
            }
            None => Vec::new(),
        };
        let change = WatchChange {
            device: Some(device),
            ..WatchChange::default()
        };
        self.write(&change, notices).await
    }
}
