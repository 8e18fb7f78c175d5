//! What is found one by one, and told by how many it is.

use domain::notice::Topic;
use domain::watch::deadline::Overdue;
use domain::watch::{Alert, Device, Watched};

use super::Sweep;
use super::unseen::Unseen;

#[derive(Default)]
pub(super) struct Gathered {
    /// Doors that fell silent.
    pub dead: Vec<Device>,
    /// Devices that never spoke.
    pub unheard: Vec<Device>,
    /// Alerts whose next step is due.
    pub climbing: Vec<Alert>,
    /// Silences that are too long.
    pub overdue: Vec<(Watched, Overdue)>,
    /// People whose silence is as long as was agreed, and whose doors are dead.
    pub unseen: Vec<Unseen>,
    /// People whom no door has ever seen.
    pub never_seen: Vec<Unseen>,
}

impl Gathered {
    pub fn count(&self) -> usize {
        let doors = self.dead.len() + self.unheard.len();
        let people = self.overdue.len() + self.unseen.len() + self.never_seen.len();
        doors + self.climbing.len() + people
    }
}

impl Sweep<'_> {
    /// Does what was gathered. Answers how much of it was done.
    pub(super) async fn settle(&self, gathered: Gathered) -> usize {
        let (dead, unheard) = (gathered.dead, gathered.unheard);
        let (unseen, never_seen) = (gathered.unseen, gathered.never_seen);
        let mut done = self.tell_dead(dead).await;
        done += self.tell_unheard(unheard).await;
        done += self.climb(gathered.climbing).await;
        done += self.raise(gathered.overdue).await;
        done += self.tell_unseen(Topic::WatchUnseen, unseen).await;
        done + self.tell_unseen(Topic::WatchNeverSeen, never_seen).await
    }
}
