//! Alerts that are opened together: those of one pass of the sweeper that finds many.

use std::collections::BTreeMap;

use domain::care::CareFile;
use domain::watch::{Alert, Watched};
use domain::{CommunityId, PersonId};

use super::WatchChange;
use crate::market::{Beside, outgoing};
use crate::notify::Outgoing;
use crate::table::{Error, Store};
use crate::tx::Tx;

/// Items of one transaction, of which DynamoDB takes a hundred; one more notes that alerts changed.
const ITEMS: usize = 90;

/// An alert that is opened, whoever waits for it to be over, and whom it tells.
#[derive(Clone, Debug)]
pub struct Opened {
    pub watched: Watched,
    pub alert: Alert,
    pub notices: Vec<Outgoing>,
}

impl Store {
    /// Alerts of so many people, one of each, as many in a transaction as it takes: they share the count of changes,
    /// at which they would meet each other otherwise. Where somebody else was faster with one of them, those of its
    /// transaction are opened one by one. Answers what came of each, in their order; refuses each: `Stale`.
    pub async fn open_alerts(&self, com: CommunityId, opened: &[Opened]) -> Vec<Result<(), Error>> {
        let mut is_open = vec![false; opened.len()];
        // What does not read of one is no matter of the others.
        let steps = match opened.len() {
            ..=1 => Vec::new(),
            _ => self.openings(com, opened).await.unwrap_or_default(),
        };
        for (tx, places) in parts(steps) {
            let written = match tx.count_alert_change(com) {
                Ok(tx) => tx.commit().await,
                Err(error) => Err(error),
            };
            for place in places {
                is_open[place] = written.is_ok();
            }
        }
        let mut came = Vec::with_capacity(opened.len());
        for (one, is_open) in opened.iter().zip(is_open) {
            came.push(match is_open {
                true => Ok(()),
                false => self.open_alert(com, one).await,
            });
        }
        came
    }

    /// Refuses: `Stale`.
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
        self.write_watch(com, &change, &beside).await
    }

    /// What is written of each, but that alerts changed.
    async fn openings(&self, com: CommunityId, opened: &[Opened]) -> Result<Vec<Tx<'_>>, Error> {
        let people: Vec<PersonId> = opened.iter().map(|one| one.alert.person).collect();
        let files = self.care_files_among(com, &people).await?;
        let mut files: BTreeMap<PersonId, CareFile> =
            files.into_iter().map(|file| (file.person, file)).collect();
        let mut all = Vec::with_capacity(opened.len());
        for one in opened {
            let file = files.remove(&one.alert.person);
            let joined = self.joined_to(com, file, &[&one.alert]).await?;
            let tx = self.tx().put_opened(&one.watched, &one.alert)?;
            all.push(outgoing(tx.put_joined(&joined)?, &one.notices)?);
        }
        Ok(all)
    }
}

/// As many in each as one transaction takes, and their places.
fn parts(all: Vec<Tx<'_>>) -> Vec<(Tx<'_>, Vec<usize>)> {
    let mut parts: Vec<(Tx<'_>, Vec<usize>)> = Vec::new();
    for (place, one) in all.into_iter().enumerate() {
        let (tx, mut places) = match parts.pop() {
            Some((tx, places)) if tx.len() + one.len() <= ITEMS => (tx.and(one), places),
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
