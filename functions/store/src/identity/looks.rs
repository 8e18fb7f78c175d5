//! The log of views, linked: what one person looked at is a chain, each link with the digest of the one before and
//! of the lines it stands for. Whoever changes a line, takes one away or puts one in between breaks it, which
//! `linli check` finds. A chain is one person's, so that nobody waits for anybody else's looks; it also says whom one
//! person looked at, from one partition.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use domain::{CommunityId, PersonId, Refusal, ViewId, limits};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::care::{View, view_item};
use crate::audit::Finding;
use crate::schema::{self, Item, Key, Kind};
use crate::table::{Error, Failure, Store, read, until, write};
use crate::tx::{Tx, pause, s};

/// Whose file, and the line that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looked {
    pub whose: PersonId,
    pub view: ViewId,
}

/// Lines that were written together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewLink {
    /// Counted from 1.
    pub n: u64,
    pub at: Timestamp,
    pub looked: Vec<Looked>,
    /// The digest of the link before; empty in the first.
    pub before: String,
    /// SHA-256 of `before` and of the lines, in hexadecimal digits.
    pub digest: String,
}

/// Where somebody's chain ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewHead {
    pub n: u64,
    /// Of the first link.
    pub since: Timestamp,
    pub digest: String,
}

fn digest<'v>(before: &str, lines: impl Iterator<Item = (PersonId, &'v View)>) -> String {
    let mut hash = Sha256::new();
    hash.update(before.as_bytes());
    for (whose, view) in lines {
        let line = serde_json::to_string(view).unwrap_or_default();
        hash.update(format!("|{whose}|{line}").as_bytes());
    }
    let mut digits = String::with_capacity(64);
    for byte in hash.finalize() {
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

impl ViewLink {
    /// The next of a chain that ends there.
    fn after(head: Option<&ViewHead>, at: Timestamp, views: &[(PersonId, View)]) -> Self {
        let before = head.map(|head| head.digest.clone()).unwrap_or_default();
        let lines = views.iter().map(|(whose, view)| (*whose, view));
        let looked = views.iter().map(|(whose, view)| Looked {
            whose: *whose,
            view: view.id,
        });
        Self {
            n: head.map_or(1, |head| head.n + 1),
            at,
            looked: looked.collect(),
            digest: digest(&before, lines),
            before,
        }
    }

    fn is_kept(&self, at: Timestamp) -> bool {
        self.at + kept() > at
    }
}

fn kept() -> SignedDuration {
    SignedDuration::from_hours(24 * limits::VIEW_DAYS)
}

impl Tx<'_> {
    /// Refuses: `Stale` where the chain is longer by now.
    fn put_link(
        self,
        com: CommunityId,
        viewer: PersonId,
        (head, link): (Option<&ViewHead>, &ViewLink),
    ) -> Result<Self, Error> {
        let next = ViewHead {
            n: link.n,
            since: head.map_or(link.at, |head| head.since),
            digest: link.digest.clone(),
        };
        let item = write(Kind::ViewHead, &schema::view_head(com, viewer), &next, [])?;
        let tx = match head {
            None => self.put_new(item, Refusal::Stale)?,
            Some(head) => {
                let was = vec![(":was", s(&head.digest))];
                self.put_if(item, "#digest = :was", was, Refusal::Stale)?
            }
        };
        let key = schema::view_link(com, viewer, link.n);
        let item = write(Kind::ViewLink, &key, link, [])?;
        tx.put_new(until(item, link.at + kept()), Refusal::Stale)
    }
}

impl Store {
    /// Writes lines of the log of views, all of one viewer; none takes the place of another.
    pub async fn log_views(
        &self,
        com: CommunityId,
        views: &[(PersonId, View)],
    ) -> Result<(), Error> {
        for some in views.chunks(limits::VIEWS_LINKED) {
            self.link_views(com, some).await?;
        }
        Ok(())
    }

    async fn link_views(&self, com: CommunityId, views: &[(PersonId, View)]) -> Result<(), Error> {
        let Some((_, first)) = views.first() else {
            return Ok(());
        };
        let (viewer, at) = (first.viewer, first.at);
        for attempt in 0..limits::VIEW_TRIES {
            let head: Option<ViewHead> = self.get(&schema::view_head(com, viewer)).await?;
            let link = ViewLink::after(head.as_ref(), at, views);
            let mut tx = self.tx();
            for (whose, view) in views {
                tx = tx.put_new(view_item(com, *whose, view)?, Refusal::IdReused)?;
            }
            let tx = tx.put_link(com, viewer, (head.as_ref(), &link))?;
            match tx.commit().await {
                // The reply to a first try was lost.
                Err(Error::Refused(Refusal::IdReused)) => {
                    return self.have_views(com, views).await;
                }
                // They looked at something else at the same moment.
                Err(Error::Refused(Refusal::Stale)) => {
                    tokio::time::sleep(pause(attempt)).await;
                }
                done => return done,
            }
        }
        Err(Error::Failed(Failure {
            retryable: true,
            context: "a log of views grew on every try".into(),
        }))
    }

    async fn have_views(&self, com: CommunityId, views: &[(PersonId, View)]) -> Result<(), Error> {
        let keys: Vec<Key> = views
            .iter()
            .map(|(whose, view)| schema::view(com, *whose, view.id))
            .collect();
        let found = self.get_many(&keys).await?;
        let mut there = found.into_iter().zip(views);
        let same = there.all(|(item, (_, view))| {
            item.is_some_and(|item| read::<View>(item).is_ok_and(|found| found == *view))
        });
        if same {
            Ok(())
        } else {
            Err(Error::Refused(Refusal::Stale))
        }
    }

    /// What one person looked at, the latest first.
    pub async fn looked_at_by(
        &self,
        com: CommunityId,
        viewer: PersonId,
    ) -> Result<Vec<ViewLink>, Error> {
        let items = self.all(&schema::view_links(com, viewer)).await?;
        items.into_iter().map(read).collect()
    }
}

/// What `linli check` looks at. A community and a person are known by the partition.
#[derive(Default)]
pub(crate) struct Looks {
    views: BTreeMap<(String, ViewId), View>,
    /// In their order, by the viewer's partition.
    links: BTreeMap<String, BTreeMap<u64, ViewLink>>,
    heads: BTreeMap<String, ViewHead>,
}

impl Looks {
    pub fn keep(&mut self, kind: Kind, item: &Item, key: &Key) -> Result<(), Error> {
        match kind {
            Kind::View => {
                let view: View = read(item.clone())?;
                self.views.insert((key.pk.clone(), view.id), view);
            }
            Kind::ViewLink => {
                let link: ViewLink = read(item.clone())?;
                let links = self.links.entry(key.pk.clone()).or_default();
                links.insert(link.n, link);
            }
            Kind::ViewHead => {
                self.heads.insert(key.pk.clone(), read(item.clone())?);
            }
            _ => {}
        }
        Ok(())
    }

    /// What is older than it is kept may be gone.
    pub fn findings(&self, at: Timestamp) -> Vec<Finding> {
        let mut viewers: Vec<&String> = self.links.keys().chain(self.heads.keys()).collect();
        viewers.sort_unstable();
        viewers.dedup();
        let broken = viewers
            .into_iter()
            .filter(|viewer| !self.is_whole(viewer, at));
        broken
            .map(|viewer| Finding {
                rule: "the log of views is whole",
                subject: viewer.clone(),
            })
            .collect()
    }

    fn is_whole(&self, viewer: &str, at: Timestamp) -> bool {
        let Some(head) = self.heads.get(viewer) else {
            return false;
        };
        let com = viewer.split('#').next().unwrap_or_default();
        let none = BTreeMap::new();
        let links = self.links.get(viewer).unwrap_or(&none);
        let mut before: Option<&ViewLink> = None;
        for link in links.values().filter(|link| link.is_kept(at)) {
            let follows = match before {
                Some(before) => link.n == before.n + 1 && link.before == before.digest,
                None => link.n == 1 || head.since + kept() <= at,
            };
            if !follows || !self.says(com, link) {
                return false;
            }
            before = Some(link);
        }
        match before {
            Some(last) => last.n == head.n && last.digest == head.digest,
            None => head.since + kept() <= at,
        }
    }

    /// Are its lines there, and as they were?
    fn says(&self, com: &str, link: &ViewLink) -> bool {
        let line = |one: &Looked| {
            let place = (format!("{com}#P#{}", one.whose), one.view);
            self.views.get(&place).map(|view| (one.whose, view))
        };
        let lines: Option<Vec<(PersonId, &View)>> = link.looked.iter().map(line).collect();
        lines.is_some_and(|lines| digest(&link.before, lines.into_iter()) == link.digest)
    }
}
