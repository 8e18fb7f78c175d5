//! Doors that are not heard from.

use domain::notice::{Data, Topic};
use domain::watch::Device;
use store::schema::Item;
use store::table::read;
use store::watch::WatchChange;

use super::Sweep;
use crate::error::Error;

impl Sweep<'_> {
    /// A door that is not heard from any more: an outage since it last was, and one notice.
    pub(super) async fn door(&self, item: Item) -> Result<bool, Error> {
        let nominated: Device = read(item)?;
        let com = self.within.community;
        let found = self.ctx.store.device(com, nominated.id).await?;
        let Some(after) = found.and_then(|device| device.fell_silent(self.at)) else {
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
}
