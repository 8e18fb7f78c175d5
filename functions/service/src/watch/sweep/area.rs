//! Alerts of one pass, which is read in parts: how many they are by now, and of how many of them whom was told as one.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::AlertId;
use domain::watch::Reach;

use super::told::Telling;

/// By who is to be told of them.
#[derive(Default)]
pub(super) struct Area(Mutex<BTreeMap<Vec<Reach>, Counted>>);

#[derive(Clone, Copy, Default)]
struct Counted {
    count: usize,
    told: usize,
}

impl Area {
    /// So many more. Answers how many all are with those, whoever is to be told of them.
    pub fn more(&self, reach: &[Reach], count: usize) -> usize {
        let mut all = self.all();
        all.entry(reach.to_vec()).or_default().count += count;
        all.values().map(|one| one.count).sum()
    }

    /// One notice, and another one whenever there are twice as many as they know of. `alerts`: the last of them.
    pub fn telling<'a>(&self, reach: &[Reach], alerts: &'a [AlertId]) -> Telling<'a> {
        let one = self.all().get(reach).copied().unwrap_or_default();
        match one.count >= one.told.saturating_mul(2) {
            true => Telling::AsOne(one.count, alerts),
            false => Telling::Told,
        }
    }

    /// They know of all there are by now.
    pub fn tell(&self, reach: &[Reach]) {
        if let Some(one) = self.all().get_mut(reach) {
            one.told = one.count;
        }
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<Vec<Reach>, Counted>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
