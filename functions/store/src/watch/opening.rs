//! Alerts that are opened together: those of one pass of the sweeper that finds many.

use domain::CommunityId;
use domain::limits::TOGETHER_ITEMS;
use domain::watch::{Alert, Watched};

use super::WatchChange;
use crate::market::{Beside, outgoing};
use crate::notify::Outgoing;
use crate::schema::{self, Item, Key};
use crate::table::{Error, Store, read};
use crate::tx::Tx;

/// An alert that is opened, whoever waits for it to be over, and whom it tells.
#[derive(Clone, Debug)]
pub struct Opened {
    pub watched: Watched,
    pub alert: Alert,
    pub notices: Vec<Outgoing>,
}

impl Store {
    /// Alerts of so many people, one of each, as many in a transaction as it takes: they share the count of changes,
    /// at which they would meet each other otherwise. Whatever becomes of a transaction, those it did not open are
    /// opened one by one. Answers what came of each, in their order; refuses each: `Stale`.
    pub async fn open_alerts(&self, com: CommunityId, opened: &[Opened]) -> Vec<Result<(), Error>> {
        let steps = match opened.len() {
            ..=1 => Vec::new(),
            _ => self.openings(com, opened).await,
        };
        let mut came: Vec<_> = opened.iter().map(|_| None).collect();
        for (tx, places) in parts(steps) {
            let written = match tx.count_alert_change(com) {
                Ok(tx) => tx.commit().await,
                Err(error) => Err(error),
            };
            for place in places {
                came[place] = Some(match written {
                    Ok(()) => Ok(()),
                    Err(_) => self.open_alert(com, &opened[place]).await,
                });
            }
        }
        let mut all = Vec::with_capacity(opened.len());
        for (one, came) in opened.iter().zip(came) {
            all.push(match came {
                Some(came) => came,
                None => self.open_alert(com, one).await,
            });
        }
        all
    }

    /// What is there just as it is opened here is opened: the answer to a first try was lost. Refuses: `Stale`.
    async fn open_alert(&self, com: CommunityId, opened: &Opened) -> Result<(), Error> {
        let change = WatchChange {
            watched: Some(opened.watched.clone()),
            alert: Some(opened.alert.clone()),
            ..WatchChange::default()
        };
        let beside = Beside {
            command: None,
            notices: opened.notices.clone(),
        };
        match self.write_watch(com, &change, &beside).await {
            Err(Error::Refused(refusal)) => {
                let found = self.alert(com, opened.alert.id).await?;
                match found.is_some_and(|found| found == opened.alert) {
                    true => Ok(()),
                    false => Err(Error::Refused(refusal)),
                }
            }
            done => done,
        }
    }

    /// What is written of each, but that alerts changed; absent of whoever has something that does not read.
    async fn openings(&self, com: CommunityId, opened: &[Opened]) -> Vec<Option<Tx<'_>>> {
        let file = |one: &Opened| schema::care_file(com, one.alert.person);
        let keys: Vec<Key> = opened.iter().map(file).collect();
        let Ok(files) = self.get_many(&keys).await else {
            return Vec::new();
        };
        let mut all = Vec::with_capacity(opened.len());
        for (one, file) in opened.iter().zip(files) {
            all.push(self.opening(com, one, file).await.ok());
        }
        all
    }

    async fn opening(
        &self,
        com: CommunityId,
        opened: &Opened,
        file: Option<Item>,
    ) -> Result<Tx<'_>, Error> {
        let file = file.map(read).transpose()?;
        let joined = self.joined_to(com, file, &[&opened.alert]).await?;
        let tx = self.tx().put_opened(&opened.watched, &opened.alert)?;
        outgoing(tx.put_joined(&joined)?, &opened.notices)
    }
}

/// As many in each as one transaction takes, and their places.
fn parts(all: Vec<Option<Tx<'_>>>) -> Vec<(Tx<'_>, Vec<usize>)> {
    let mut parts: Vec<(Tx<'_>, Vec<usize>)> = Vec::new();
    for (place, one) in all.into_iter().enumerate() {
        let Some(one) = one else {
            continue;
        };
        let (tx, mut places) = match parts.pop() {
            Some((tx, places)) if tx.len() + one.len() <= TOGETHER_ITEMS => (tx.and(one), places),
            full => {
                parts.extend(full);
                (one, Vec::new())
            }
        };
        places.push(place);
        parts.push((tx, places));
    }
    parts
}
