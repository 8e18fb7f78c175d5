//! Alerts of one pass, which is read in parts: how many they are by now, and who was told of them as one.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use domain::watch::Reach;

#[derive(Default)]
pub(super) struct Area {
    count: AtomicUsize,
    told: Mutex<BTreeSet<Vec<Reach>>>,
}

impl Area {
    /// So many more. Answers how many they are with those.
    pub fn more(&self, count: usize) -> usize {
        self.count.fetch_add(count, Ordering::Relaxed) + count
    }

    pub fn is_told(&self, reach: &[Reach]) -> bool {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.contains(reach)
    }

    pub fn tell(&self, reach: &[Reach]) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.insert(reach.to_vec());
    }
}
