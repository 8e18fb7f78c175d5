//! Deadlines that were reckoned by older rules, anew: whoever changed the rules may have left before everybody's was.

use domain::limits;
use domain::watch::Watched;
use store::schema::{self, Item};
use store::table::read;

use super::Sweep;
use crate::error::Error;
use crate::watch::rules::reckon;

impl Sweep<'_> {
    /// `known`: by which version everybody's was at the last pass. Answers how many were reckoned now, and by which
    /// version everybody's is: that of now once a whole look found nobody left.
    pub(super) async fn reckon_all(&self, known: u32) -> (usize, u32) {
        if known >= self.rules.ver {
            return (0, known);
        }
        match self.older().await {
            Ok((0, true)) => (0, self.rules.ver),
            Ok((done, _)) => (done, known),
            Err(error) => {
                self.missed.all_of("deadlines by older rules", &error);
                (0, known)
            }
        }
    }

    /// How many were reckoned, and whether everybody was looked at and none failed.
    async fn older(&self) -> Result<(usize, bool), Error> {
        let everybody = schema::all_watched(self.within.community);
        let (mut done, mut place) = (0, None);
        let failed = self.missed.count();
        while !self.missed.no_time() {
            let page = self
                .ctx
                .store
                .page(&everybody, limits::SWEPT_TOGETHER, place);
            let (items, next) = page.await?;
            for item in items {
                let reckoned = self.reckon(item.clone()).await;
                done += usize::from(self.missed.settled(&item, reckoned));
            }
            place = next;
            if place.is_none() {
                return Ok((done, self.missed.count() == failed));
            }
        }
        Ok((done, false))
    }

    async fn reckon(&self, item: Item) -> Result<bool, Error> {
        let nominated: Watched = read(item)?;
        if nominated.rules_ver >= self.rules.ver {
            return Ok(false);
        }
        let (com, person) = (self.within.community, nominated.person);
        reckon(self.ctx, com, person, &self.rules, self.at).await
    }
}
