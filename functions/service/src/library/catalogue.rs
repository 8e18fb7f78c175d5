//! The titles of each library as this process searches them (`infra/adr/0016-search-in-memory.md`).
//!
//! They are read once, and then what changed since. What this process writes it puts in at once; what
//! another writes is seen a second later.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use domain::library::Title;
use domain::library::search::{Index, Place, Words};
use domain::{CommunityId, TitleId};
use jiff::{SignedDuration, Timestamp};
use store::schema;
use store::table::read;
use tokio::time::Instant;

use crate::ctx::Ctx;
use crate::error::Error;

/// How long what others wrote may go unseen.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// A change may come to be seen this long after its moment: a clock is behind, a call takes long, an
/// index follows.
const BEHIND: SignedDuration = SignedDuration::from_secs(60);
/// Libraries kept at once; the one that was not asked for longest makes room.
const LIBRARIES: usize = 64;

#[derive(Default)]
pub struct Catalogues {
    all: Mutex<HashMap<CommunityId, (Arc<Catalogue>, Instant)>>,
}

/// One library's titles.
#[derive(Default)]
pub struct Catalogue {
    index: RwLock<Index>,
    /// All titles have been read once.
    whole: AtomicBool,
    looked: tokio::sync::Mutex<Option<Looked>>,
}

/// When the table was looked at: by the clock of the calls, and by one that always goes on.
#[derive(Clone, Copy)]
struct Looked {
    at: Timestamp,
    since: Instant,
}

impl Catalogues {
    fn of(&self, com: CommunityId) -> Arc<Catalogue> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if let Some((catalogue, used)) = all.get_mut(&com) {
            *used = now;
            return Arc::clone(catalogue);
        }
        if all.len() >= LIBRARIES
            && let Some(oldest) = all.iter().min_by_key(|(_, (_, used))| *used)
        {
            let oldest = *oldest.0;
            all.remove(&oldest);
        }
        let catalogue = Arc::new(Catalogue::default());
        all.insert(com, (Arc::clone(&catalogue), now));
        catalogue
    }

    /// A library's titles as they are now.
    pub async fn fresh(
        &self,
        ctx: &Ctx,
        com: CommunityId,
        at: Timestamp,
    ) -> Result<Arc<Catalogue>, Error> {
        let catalogue = self.of(com);
        catalogue.follow(ctx, com, at).await?;
        Ok(catalogue)
    }

    /// What this process has just written.
    pub fn put(&self, title: &Title) {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((catalogue, _)) = all.get(&title.community) {
            catalogue.put(title);
        }
    }
}

impl Catalogue {
    async fn follow(&self, ctx: &Ctx, com: CommunityId, at: Timestamp) -> Result<(), Error> {
        // Whoever finds another at it takes what is there, once all has been read.
        let mut looked = match self.looked.try_lock() {
            Ok(looked) => looked,
            Err(_) if self.whole.load(Ordering::Acquire) => return Ok(()),
            Err(_) => self.looked.lock().await,
        };
        let pattern = match *looked {
            None => schema::titles(com),
            Some(before) if before.since.elapsed() < LOOK_AGAIN => return Ok(()),
            Some(before) => schema::changed_titles(com, before.at - BEHIND),
        };
        let since = Instant::now();
        for item in ctx.store.all(&pattern).await? {
            self.put(&read(item)?);
        }
        *looked = Some(Looked { at, since });
        self.whole.store(true, Ordering::Release);
        Ok(())
    }

    pub fn put(&self, title: &Title) {
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        index.put(title);
    }

    /// The title of this name, these authors and this publisher.
    #[must_use]
    pub fn like(&self, alike: &str) -> Option<TitleId> {
        self.index
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .like(alike)
    }

    #[must_use]
    pub fn find(&self, words: &Words, after: Option<&Place>, limit: usize) -> Vec<Place> {
        let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
        index.find(words, after, limit)
    }
}
