//! An alert that is over by itself: whoever has it, and whoever was called to it, learns of it.

use domain::PersonId;
use domain::notice::{Data, Topic};
use domain::watch::{Alert, Rules};
use jiff::Timestamp;
use store::notify::Outgoing;

use super::{Sweep, elsewhere};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::points::Within;

/// Of an alert that a sign of life ended. `responsible`: whoever agreed on it with the person.
pub async fn notices_of_over(
    ctx: &Ctx,
    within: &Within<'_>,
    rules: &Rules,
    (alert, responsible): (&Alert, PersonId),
    at: Timestamp,
) -> Result<Vec<Outgoing>, Error> {
    let sweep = elsewhere(ctx, within, rules, at);
    sweep.told_over(alert, responsible).await
}

impl Sweep<'_> {
    /// The alert is named by another word than where somebody is called to it: that notice is not wanted any more,
    /// and this one is.
    async fn told_over(
        &self,
        alert: &Alert,
        responsible: PersonId,
    ) -> Result<Vec<Outgoing>, Error> {
        let reached = alert.ladder.reached(&self.rules.ladder);
        let mut readers = self.readers(&reached, Some(responsible)).await?;
        readers.extend(alert.owner);
        readers.sort_unstable();
        readers.dedup();
        let mut data = Data::from([
            ("over".to_owned(), alert.id.to_string()),
            ("person".into(), alert.person.to_string()),
        ]);
        if let Some(seen) = alert.seen {
            data.insert("start".into(), self.moment(seen.at));
        }
        Ok(self.tell(&readers, Topic::AlertOver, data))
    }
}
