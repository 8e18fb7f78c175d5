//! Doors that are not heard from any more, and devices that never were. Those of one pass are told together where
//! they are many: then it is the line, or the power.

use domain::notice::{Data, Topic};
use domain::watch::{Device, Reach};
use domain::{DeviceId, Refusal};
use store::notify::Outgoing;
use store::schema::Item;
use store::table::read;
use store::watch::WatchChange;

use super::Sweep;
use super::area::Area;
use super::gathered::Gathered;
use super::unseen::named;
use crate::error::Error;

/// Who is told of doors.
const WHOM: [Reach; 1] = [Reach::Workers];

impl Sweep<'_> {
    /// Something that is not heard from: an outage since it last was, noted when it is told. One that comes and goes
    /// waits for that.
    pub(super) async fn door(&self, item: Item, gathered: &mut Gathered) -> Result<bool, Error> {
        let nominated: Device = read(item)?;
        let com = self.within.community;
        let Some(found) = self.ctx.store.device(com, nominated.id).await? else {
            return Ok(false);
        };
        let waits = found.tells_dead_from().is_some_and(|from| from > self.at);
        if let Some(after) = found.clone().never_heard(self.at) {
            gathered.unheard.push(after);
        } else if let Some(after) = found.fell_silent(self.at).filter(|_| !waits) {
            gathered.dead.push(after);
        }
        Ok(false)
    }

    /// Each by itself, or all as one. Answers how many were noted.
    pub(super) async fn tell_dead(&self, dead: Vec<Device>) -> usize {
        let area = &self.areas.dead;
        if area.more(&WHOM, dead.len()) > self.least() {
            return self.tell_as_one(Topic::DoorsDead, area, dead).await;
        }
        let mut done = 0;
        for device in dead {
            let about = self.about_one(&device);
            done += usize::from(self.noted(device, Some((Topic::DoorDead, about))).await);
        }
        done
    }

    fn about_one(&self, device: &Device) -> Data {
        let mut data = Data::from([("device".to_owned(), device.id.to_string())]);
        if let Some(heard) = device.heard_at {
            data.insert("start".into(), self.moment(heard));
        }
        // The name of one home's door may say whose it is.
        if device.home_of.is_none() {
            data.insert("title".into(), device.name.clone());
        }
        data
    }

    /// All as one. Answers how many were noted.
    pub(super) async fn tell_unheard(&self, unheard: Vec<Device>) -> usize {
        let area = &self.areas.unheard;
        area.more(&WHOM, unheard.len());
        self.tell_as_one(Topic::DoorNeverHeard, area, unheard).await
    }

    /// In one notice, which the first that is written brings, where it is to be told how many they are. Answers how
    /// many were noted.
    async fn tell_as_one(&self, topic: Topic, area: &Area, devices: Vec<Device>) -> usize {
        let ids: Vec<DeviceId> = devices.iter().map(|device| device.id).collect();
        let mut done = 0;
        for device in devices {
            let count = area.untold(&WHOM, self.least());
            let about = count.map(|count| (topic, named("devices", &ids, count)));
            let tells = about.is_some();
            if self.noted(device, about).await {
                done += 1;
                if tells {
                    area.tell(&WHOM);
                }
            }
        }
        done
    }

    /// Whether it was written, with the notice that goes along.
    async fn noted(&self, device: Device, about: Option<(Topic, Data)>) -> bool {
        let id = device.id;
        match self.note(device, about).await {
            Ok(()) => true,
            // It spoke, or another sweeper.
            Err(Error::Refused(Refusal::Stale)) => false,
            Err(error) => {
                self.missed.failed(&format!("the device {id}"), &error);
                false
            }
        }
    }

    /// Refuses: `Stale`.
    async fn note(&self, device: Device, about: Option<(Topic, Data)>) -> Result<(), Error> {
        let notices: Vec<Outgoing> = match about {
            Some((topic, data)) => self.tell(self.workers().await?, topic, data),
            None => Vec::new(),
        };
        let change = WatchChange {
            device: Some(device),
            ..WatchChange::default()
        };
        self.write(&change, notices).await
    }
}
