//! Somebody goes there: who is asked to, how soon, and what they found.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::task::{Holder, Task, TaskKind};
use crate::access::named;
use crate::{PersonId, TaskId, limits};

named! {
    /// How soon. The minutes are in [`limits`].
    VisitGrade { Routine = "routine", Soon = "soon", Urgent = "urgent" }
}

impl VisitGrade {
    /// Minutes to answer.
    #[must_use]
    pub fn wait_minutes(self) -> u32 {
        match self {
            Self::Routine => limits::VISIT_ROUTINE_ANSWER_MINUTES,
            Self::Soon => limits::VISIT_SOON_ANSWER_MINUTES,
            Self::Urgent => limits::VISIT_URGENT_ANSWER_MINUTES,
        }
    }

    /// Minutes to be there, once one agreed.
    #[must_use]
    pub fn reach_minutes(self) -> u32 {
        match self {
            Self::Routine => limits::VISIT_ROUTINE_MINUTES,
            Self::Soon => limits::VISIT_SOON_MINUTES,
            Self::Urgent => limits::VISIT_URGENT_MINUTES,
        }
    }
}

named! {
    /// How somebody was found.
    Found {
        Well = "well",
        NeedsHelp = "needs_help",
        /// Nobody opened.
        NotFound = "not_found",
        Emergency = "emergency",
    }
}

named! {
    /// Who was called.
    Emergency { Police = "110", Ambulance = "120" }
}

/// What somebody saw, face to face.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    pub found: Found,
    pub facts: String,
    pub emergency: Option<Emergency>,
    pub by: PersonId,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    pub task: Task,
    pub grade: VisitGrade,
    /// What to do there: all that whoever goes is told, besides the name and the door.
    pub asks: String,
    pub ordered_by: Option<PersonId>,
    pub ordered_at: Timestamp,
    /// It stands for this follow-up, which was missed.
    pub follow_up: Option<TaskId>,
    pub arrived_at: Option<Timestamp>,
    pub assessment: Option<Assessment>,
}

impl Visit {
    /// Not asked of anybody yet.
    #[must_use]
    pub fn new(
        id: TaskId,
        (grade, asks): (VisitGrade, String),
        by: Option<PersonId>,
        at: Timestamp,
    ) -> Self {
        let owner = by.map_or(Holder::Station, Holder::Person);
        let mut task = Task::new(id, TaskKind::Visit, owner, at);
        task.wait_minutes = grade.wait_minutes();
        task.lease_minutes = grade.reach_minutes();
        if by.is_some() {
            task.lease_until = Some(super::task::after(at, task.lease_minutes));
        }
        Self {
            task,
            grade,
            asks,
            ordered_by: by,
            ordered_at: at,
            follow_up: None,
            arrived_at: None,
            assessment: None,
        }
    }
}
