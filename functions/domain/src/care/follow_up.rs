//! What was agreed to be done later. It stands in its owner's day; where nothing comes of it by the end of that, it
//! passes to whoever is behind them, or else to the station; missed, it becomes a visit.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::task::{Holder, Task, TaskKind, TurnKind};
use crate::{PersonId, TaskId, limits};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// Whose it is lapses with its day. Behind whoever has it stands whoever planned it for them.
    pub task: Task,
    pub what: String,
    pub due: Timestamp,
    pub by: PersonId,
    pub at: Timestamp,
    /// What came of it.
    pub came: String,
    /// The visit it became.
    pub visit: Option<TaskId>,
}

impl FollowUp {
    #[must_use]
    pub fn new(
        id: TaskId,
        what: String,
        due: Timestamp,
        (by, owner): (PersonId, PersonId),
        at: Timestamp,
    ) -> Self {
        let mut task = Task::new(id, TaskKind::FollowUp, Holder::Person(owner), at);
        task.backup = Some(by).filter(|by| *by != owner);
        let mut later = Self {
            task,
            what,
            due,
            by,
            at,
            came: String::new(),
            visit: None,
        };
        later.held(at);
        later
    }

    /// Somebody has it from now on: until its day is over, or, after that, until it counts as missed.
    pub(super) fn held(&mut self, at: Timestamp) {
        let late = SignedDuration::from_hours(limits::FOLLOW_UP_LATE_HOURS);
        let lapses = self.due.checked_add(late).unwrap_or(self.due);
        let waits = self.falls().is_some() && at < lapses;
        self.task.lease_until = waits.then_some(lapses);
    }

    /// Nothing came of it while it was theirs, and another has it now: they may still say what came of it.
    #[must_use]
    pub fn lapsed_from(&self, who: PersonId) -> bool {
        let mut turns = self.task.turns.iter();
        turns.any(|turn| turn.what == TurnKind::Lapsed && turn.who == Some(who))
    }

    /// When it counts as missed.
    #[must_use]
    pub fn missed_at(&self) -> Timestamp {
        let grace = SignedDuration::from_hours(limits::FOLLOW_UP_GRACE_HOURS);
        self.due.checked_add(grace).unwrap_or(self.due)
    }

    /// When something is to be done about it by itself; none once it became a visit.
    #[must_use]
    pub fn falls(&self) -> Option<Timestamp> {
        let waits = self.task.is_open() && self.visit.is_none();
        waits.then(|| self.missed_at())
    }

    /// The id of the visit it becomes: the same whoever finds it missed.
    #[must_use]
    pub fn visit_id(&self) -> TaskId {
        TaskId::from_bits(self.task.id.bits() ^ 1)
    }
}
