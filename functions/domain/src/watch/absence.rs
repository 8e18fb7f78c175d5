//! Being away that was said beforehand (外出报备).

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::access::named;
use crate::{AbsenceId, Refusal, limits};

named! {
    AbsenceKind {
        Hospital = "hospital",
        Family = "family",
        Travel = "travel",
        Other = "other",
    }
}

/// From when until when nobody is to be worried. The moment it ends, what was silent meanwhile is looked
/// at as if it had never been there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    pub id: AbsenceId,
    pub kind: AbsenceKind,
    pub from: Timestamp,
    pub until: Timestamp,
}

impl Absence {
    /// When it ends: as was said, or when the person is at home during it. Whoever comes back for an umbrella leaves
    /// again: in the first [`limits::ABSENCE_LEAVING_HOURS`] nothing ends it.
    #[must_use]
    pub fn ends(&self, entered_at: Option<Timestamp>) -> Timestamp {
        match entered_at {
            Some(entered) if entered > self.left_by() && entered < self.until => entered,
            _ => self.until,
        }
    }

    /// By then they have left.
    fn left_by(&self) -> Timestamp {
        let leaving = SignedDuration::from_hours(limits::ABSENCE_LEAVING_HOURS);
        self.from.checked_add(leaving).unwrap_or(self.until)
    }

    #[must_use]
    pub fn holds(&self, at: Timestamp, entered_at: Option<Timestamp>) -> bool {
        self.from <= at && at < self.ends(entered_at)
    }

    /// Refuses: `AbsenceSpan` where it ends before it begins, is over, or is longer than is said at once.
    pub fn refuse_span(&self, at: Timestamp) -> Result<(), Refusal> {
        let max_days = limits::ABSENCE_DAYS;
        let hours = self.until.duration_since(self.from).as_hours();
        if self.until > self.from && self.until > at && hours <= max_days * 24 {
            Ok(())
        } else {
            Err(Refusal::AbsenceSpan { max_days })
        }
    }
}

/// When a deadline is reached that would be at `due` if nobody were away: absences that follow on each
/// other put it off to the end of the last.
#[must_use]
pub fn put_off(absences: &[Absence], entered_at: Option<Timestamp>, due: Timestamp) -> Timestamp {
    let mut reached = due;
    while let Some(until) = absences
        .iter()
        .filter(|one| one.holds(reached, entered_at))
        .map(|one| one.ends(entered_at))
        .max()
    {
        reached = until;
    }
    reached
}
