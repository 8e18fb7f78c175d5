//! What was agreed to be done later. It stands in its owner's day; missed, it becomes a visit.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::task::{Holder, Task, TaskKind};
use crate::{PersonId, TaskId, limits};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// Whose it is does not lapse: what lapses is its day.
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
        task.lease_until = None;
        Self {
            task,
            what,
            due,
            by,
            at,
            came: String::new(),
            visit: None,
        }
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
