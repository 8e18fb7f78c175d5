//! What is found in one pass, which is read in parts: how many they are by now, and of how many of them whoever is to
//! know was told as one.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::AlertId;
use domain::watch::Reach;

use super::told::Telling;

/// Of each kind.
#[derive(Default)]
pub(super) struct Areas {
    /// Alerts that were opened in this pass.
    pub raising: Area,
    /// Alerts whose next step was due in it.
    pub climbing: Area,
    /// Doors that fell silent.
    pub dead: Area,
    /// Devices that never spoke.
    pub unheard: Area,
    /// People whose doors are dead.
    pub unseen: Area,
    /// People whom no door has ever seen.
    pub never_seen: Area,
}

/// By who is to be told of them.
#[derive(Default)]
pub struct Area(Mutex<BTreeMap<Vec<Reach>, Counted>>);

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

    /// How many there are, where that is to be told: until they know of more than `least`, whenever there are more
    /// than they know of; then whenever there are twice as many.
    pub fn untold(&self, reach: &[Reach], least: usize) -> Option<usize> {
        let one = self.all().get(reach).copied().unwrap_or_default();
        let is_much = one.told <= least || one.count >= one.told.saturating_mul(2);
        (one.count > one.told && is_much).then_some(one.count)
    }

    /// `alerts`: the last of them.
    pub(super) fn telling<'a>(
        &self,
        reach: &[Reach],
        least: usize,
        alerts: &'a [AlertId],
    ) -> Telling<'a> {
        match self.untold(reach, least) {
            Some(count) => Telling::AsOne(count, alerts),
            None => Telling::Told,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_are_told_each_time_and_many_when_they_are_twice_as_many() {
        let (area, mut told) = (Area::default(), Vec::new());
        for more in [2, 1, 3, 1, 5, 100, 10] {
            area.more(&[], more);
            if let Some(count) = area.untold(&[], 5) {
                told.push(count);
                area.tell(&[]);
                assert_eq!(area.untold(&[], 5), None, "they know");
            }
        }
        assert_eq!(told, [2, 3, 6, 12, 112]);
    }

    #[test]
    fn each_is_told_how_many_are_theirs_and_all_count_together() {
        let area = Area::default();
        let (workers, admins) = ([Reach::Workers], [Reach::Admins]);
        assert_eq!(area.more(&workers, 4), 4);
        assert_eq!(area.more(&admins, 3), 7);
        assert_eq!(area.untold(&admins, 5), Some(3));
        area.tell(&admins);
        assert_eq!(area.untold(&admins, 5), None);
        assert_eq!(area.untold(&workers, 5), Some(4));
    }
}
