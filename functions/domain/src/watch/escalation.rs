//! Who is told of an alert, and who after them while nobody takes it on. A community's steps are part of its
//! rules; how far one alert has come is part of the alert.
//!
//! Each wait begins when the step before was told: a sweeper that comes late takes nobody's time to answer.
//! While somebody has the alert the wait stands still, and goes on with what was left of it when their lease
//! lapses. The last step is told again and again, every [`limits::LADDER_REPEAT_MINUTES`], for as long as
//! nobody takes the alert on. Nothing is ever told of an alert that is over.
//!
//! Source of the first and the last step: the case study's duty of the social workers, with the station behind
//! them; the minutes are ours.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Confidence;
use super::alert::{Alert, AlertState};
use crate::access::{Role, named};
use crate::limits;

named! {
    /// Who is told by a step.
    Reach {
        /// Whoever agreed on it with the person, where they still watch; else the social workers.
        Responsible = "responsible",
        Workers = "workers",
        Station = "station",
        Admins = "admins",
    }
}

impl Reach {
    /// Who that is, by role. Of `Responsible`: who stands in for them.
    #[must_use]
    pub fn role(self) -> Role {
        match self {
            Self::Responsible | Self::Workers => Role::SocialWorker,
            Self::Station => Role::Station,
            Self::Admins => Role::Admin,
        }
    }
}

/// One step of the ladder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// How long after the step before, in minutes; of the first, none.
    pub wait_minutes: u32,
    pub tell: Vec<Reach>,
}

/// The steps of a community that has said nothing else.
#[must_use]
pub fn usual() -> Vec<Step> {
    let step = |wait_minutes, tell: &[Reach]| Step {
        wait_minutes,
        tell: tell.to_vec(),
    };
    vec![
        step(0, &[Reach::Responsible]),
        step(5, &[Reach::Workers, Reach::Station]),
        step(15, &[Reach::Admins]),
    ]
}

/// Steps that can be gone by: the first at once, each of the others after a wait, and all of them to somebody.
#[must_use]
pub fn holds(steps: &[Step]) -> bool {
    let waits = 1..=limits::LADDER_WAIT_MINUTES;
    let in_order = |(n, step): (usize, &Step)| match n {
        0 => step.wait_minutes == 0,
        _ => waits.contains(&step.wait_minutes),
    };
    let to_somebody = |step: &Step| {
        let twice = |(n, reach): (usize, &Reach)| step.tell[..n].contains(reach);
        !step.tell.is_empty() && !step.tell.iter().enumerate().any(twice)
    };
    (1..=limits::LADDER_STEPS).contains(&steps.len())
        && steps.iter().enumerate().all(in_order)
        && steps.iter().all(to_somebody)
}

/// How far an alert has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ladder {
    /// How many steps were told; the last one counts once, however often it was repeated.
    pub told: u8,
    /// When the next one is, or the last again; absent while somebody has the alert, and once it is over.
    pub next_at: Option<Timestamp>,
    /// What was left to wait when somebody took it on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<SignedDuration>,
}

fn after(at: Timestamp, wait: SignedDuration) -> Timestamp {
    at.checked_add(wait).unwrap_or(at)
}

impl Ladder {
    /// The first step was told then.
    #[must_use]
    pub fn begun(steps: &[Step], at: Timestamp) -> Self {
        Self::default().climbed(steps, at)
    }

    /// One step more was told then, or the last once more.
    #[must_use]
    pub fn climbed(self, steps: &[Step], at: Timestamp) -> Self {
        let all = u8::try_from(steps.len()).unwrap_or(u8::MAX);
        let told = self.told.saturating_add(1).min(all).max(self.told);
        let next = steps.get(usize::from(told));
        let minutes = next.map_or(limits::LADDER_REPEAT_MINUTES, |step| step.wait_minutes);
        Self {
            told,
            next_at: Some(after(at, SignedDuration::from_mins(i64::from(minutes)))),
            left: None,
        }
    }

    /// The step that is next: the last again, once all were told. None where there are no steps at all.
    fn next<'s>(&self, steps: &'s [Step]) -> Option<&'s Step> {
        steps.get(usize::from(self.told)).or(steps.last())
    }

    /// Somebody has it: the wait stands still. What stands still already stays as it is.
    #[must_use]
    pub fn paused(self, at: Timestamp) -> Self {
        let left = |next: Timestamp| next.duration_since(at).max(SignedDuration::ZERO);
        Self {
            next_at: None,
            left: self.next_at.map(left).or(self.left),
            ..self
        }
    }

    /// Nobody has it any more: the wait goes on where it stood.
    #[must_use]
    pub fn resumed(self, at: Timestamp) -> Self {
        Self {
            next_at: self.left.map(|left| after(at, left)).or(self.next_at),
            left: None,
            ..self
        }
    }

    /// It is over.
    #[must_use]
    pub fn over(self) -> Self {
        Self {
            next_at: None,
            left: None,
            ..self
        }
    }

    /// Everybody who was told so far, each once; the first step's where nobody was.
    #[must_use]
    pub fn reached(&self, steps: &[Step]) -> Vec<Reach> {
        let told = steps.iter().take(usize::from(self.told.max(1)));
        let mut reached: Vec<Reach> = told.flat_map(|step| step.tell.iter().copied()).collect();
        reached.sort_unstable();
        reached.dedup();
        reached
    }
}

impl Alert {
    /// The step that is due, or the last again: the next version, and who is told by it. None where nothing is
    /// due, which is so while somebody has it and once it is over.
    #[must_use]
    pub fn climb(mut self, steps: &[Step], at: Timestamp) -> Option<(Self, Vec<Reach>)> {
        let due = self.ladder.next_at.is_some_and(|next| next <= at);
        if self.state != AlertState::Open || !due {
            return None;
        }
        let tell = self.ladder.next(steps)?.tell.clone();
        self.ladder = self.ladder.climbed(steps, at);
        self.ver += 1;
        Some((self, tell))
    }

    /// Looked at again by what the doors are known to have seen: a door that was `late` and spoke again had missed
    /// nothing, so that no call has to come first any more; one that turned out to be `dead` leaves the doubt, and
    /// what was seen is inferred. The version is the caller's to count.
    #[must_use]
    pub fn doubted(self, late: bool, dead: bool) -> Self {
        match (self.unconfirmed, late, dead) {
            (true, _, true) => Self {
                confidence: Confidence::Inferred,
                ..self
            },
            (true, false, false) => Self {
                unconfirmed: false,
                ..self
            },
            (true, true, false) | (false, ..) => self,
        }
    }

    /// Somebody is still to be told: it is not over, and nobody has it.
    #[must_use]
    pub fn calls(&self, at: Timestamp) -> bool {
        match self.state {
            AlertState::Open => true,
            AlertState::Acknowledged => self.holder(at).is_none(),
            AlertState::Closed | AlertState::Withdrawn => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_steps_can_be_gone_by() {
        let step = |wait_minutes, tell: &[Reach]| Step {
            wait_minutes,
            tell: tell.to_vec(),
        };
        let worker = [Reach::Workers];
        assert!(holds(&usual()));
        assert!(holds(&[step(0, &worker)]));
        let longest = limits::LADDER_WAIT_MINUTES;
        assert!(holds(&[step(0, &worker), step(longest, &worker)]));
        let wrong = [
            vec![],
            vec![step(1, &worker)],
            vec![step(0, &[])],
            vec![step(0, &[Reach::Admins, Reach::Admins])],
            vec![step(0, &worker), step(0, &worker)],
            vec![step(0, &worker), step(longest + 1, &worker)],
            [
                vec![step(0, &worker)],
                vec![step(1, &worker); limits::LADDER_STEPS],
            ]
            .concat(),
        ];
        for steps in wrong {
            assert!(!holds(&steps), "{steps:?}");
        }
    }
}
