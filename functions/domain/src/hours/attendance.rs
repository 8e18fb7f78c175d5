//! Who was there: one person's time at one activity, and the code at the door.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::access::named;
use crate::availability::{Span, earlier, instant, later, local_day};
use crate::units::Minute;
use crate::{EntryId, PersonId, Refusal, limits};

named! {
    /// How somebody was seen at the place.
    Sign {
        /// By the code that changes at the door.
        Code = "code",
        /// By their printed card.
        Card = "card",
    }
}

/// That somebody was at the place. `by`: who held the telephone or the scanner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    pub at: Timestamp,
    pub sign: Sign,
    pub by: PersonId,
}

/// When somebody who forgot to check out says that they left. It is a word to go by for whoever settles
/// it, and counts for nothing by itself. `by`: they, or their guardian.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    pub left: Timestamp,
    pub by: PersonId,
    pub at: Timestamp,
}

/// Where an attendance stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Presence {
    /// Nothing is known yet.
    Expected,
    In,
    Out,
    /// Did not check out, and was taken to have stayed until the planned end. `ask_at`: when both
    /// sides are asked how it was; absent once they were.
    Review {
        ask_at: Option<Timestamp>,
    },
    /// Recorded, and nothing follows from it.
    NoShow {
        by: PersonId,
        at: Timestamp,
    },
    /// Became service time.
    Settled {
        entry: EntryId,
        minutes: u32,
    },
}

named! {
    PresenceName {
        Expected = "expected",
        In = "in",
        Out = "out",
        Review = "review",
        NoShow = "no_show",
        Settled = "settled",
    }
}

impl Presence {
    #[must_use]
    pub fn name(self) -> PresenceName {
        match self {
            Self::Expected => PresenceName::Expected,
            Self::In => PresenceName::In,
            Self::Out => PresenceName::Out,
            Self::Review { .. } => PresenceName::Review,
            Self::NoShow { .. } => PresenceName::NoShow,
            Self::Settled { .. } => PresenceName::Settled,
        }
    }
}

/// One person's time at one activity; a part of their sign-up. `planned`: the activity's own time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendance {
    pub planned: Span,
    pub came: Option<Mark>,
    pub left: Option<Mark>,
    #[serde(default)]
    pub said: Option<Said>,
    pub presence: Presence,
}

/// What happens to an attendance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Come(Mark),
    Leave(Mark),
    /// The organiser says that they did not come.
    Missed {
        by: PersonId,
    },
    /// Nobody checked out for too long. `ask_at`: see [`asked_at`].
    Lapse {
        ask_at: Timestamp,
    },
    /// Both sides were asked.
    Ask,
    /// Whoever forgot to check out says when they left.
    Say(Said),
    /// The organiser confirms so many minutes.
    Settle {
        entry: EntryId,
        minutes: u32,
    },
}

impl Attendance {
    #[must_use]
    pub fn expected(planned: Span) -> Self {
        Self {
            planned,
            came: None,
            left: None,
            said: None,
            presence: Presence::Expected,
        }
    }

    /// From when on somebody may check in.
    #[must_use]
    pub fn opens(&self) -> Timestamp {
        let before = SignedDuration::from_mins(limits::CHECK_IN_BEFORE_MINUTES);
        earlier(self.planned.from, before)
    }

    /// Until when somebody may check out; then it is forgotten.
    #[must_use]
    pub fn closes(&self) -> Timestamp {
        let after = SignedDuration::from_hours(limits::CHECK_OUT_HOURS);
        later(self.planned.until, after)
    }

    /// The time that counts: within the planned time, and to its end where nobody checked out.
    #[must_use]
    pub fn attended(&self) -> Option<Span> {
        let came = self.came?;
        let until = self.left.map_or(self.planned.until, |left| left.at);
        let there = Span {
            from: came.at,
            until: until.max(came.at),
        };
        Some(there.common(self.planned))
    }

    /// What would count of it by their own word.
    #[must_use]
    pub fn said_minutes(&self) -> Option<u32> {
        let (came, said) = (self.came?, self.said?);
        let there = Span {
            from: came.at,
            until: said.left.max(came.at),
        };
        Some(there.common(self.planned).minutes())
    }

    /// Somebody who was there could say that they left then: not before the minute in which they came,
    /// and not after the planned end.
    #[must_use]
    pub fn may_have_left(&self, at: Timestamp) -> bool {
        let minute = SignedDuration::from_mins(1);
        let since = self.came.map(|came| earlier(came.at, minute));
        since.is_some_and(|since| since < at) && at <= self.planned.until
    }

    #[must_use]
    pub fn came_at(&self) -> Option<Timestamp> {
        self.came.map(|mark| mark.at)
    }

    #[must_use]
    pub fn left_at(&self) -> Option<Timestamp> {
        self.left.map(|mark| mark.at)
    }

    /// Waits for an end, or for somebody's word on it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.presence, Presence::In | Presence::Review { .. })
    }

    /// Who saw this person come and go: held the scanner, or the telephone.
    pub fn witnesses(&self) -> impl Iterator<Item = PersonId> + Clone + use<> {
        let marks = [self.came, self.left].into_iter().flatten();
        marks.map(|mark| mark.by)
    }

    #[must_use]
    pub fn is_witnessed_by(&self, who: PersonId) -> bool {
        self.witnesses().any(|by| by == who)
    }

    /// Did not check out, and waits for somebody to say how long they were there.
    #[must_use]
    pub fn is_forgotten(&self) -> bool {
        matches!(self.presence, Presence::Review { .. })
    }

    #[must_use]
    pub fn is_missed(&self) -> bool {
        matches!(self.presence, Presence::NoShow { .. })
    }

    #[must_use]
    pub fn is_settled(&self) -> bool {
        matches!(self.presence, Presence::Settled { .. })
    }

    /// Attended, once it is over; confirmed, once it is settled.
    #[must_use]
    pub fn minutes(&self) -> Option<u32> {
        match self.presence {
            Presence::Settled { minutes, .. } => Some(minutes),
            Presence::Out | Presence::Review { .. } => self.attended().map(Span::minutes),
            Presence::Expected | Presence::In | Presence::NoShow { .. } => None,
        }
    }

    /// When it is nominated to the sweeper: to lapse, or to be asked about.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        match self.presence {
            Presence::In => Some(self.closes()),
            Presence::Review { ask_at } => ask_at,
            Presence::Expected
            | Presence::Out
            | Presence::NoShow { .. }
            | Presence::Settled { .. } => None,
        }
    }

    /// The next step. Refuses how it stands: `NotCheckedIn`, `AlreadyCheckedIn`, `AlreadyCheckedOut`,
    /// `AlreadySettled`, then the time: `TooEarly`, `TooLate`, then the measure: `MinutesAbove`.
    pub fn apply(self, step: Step, at: Timestamp) -> Result<Self, Refusal> {
        let is = |presence| Self { presence, ..self };
        match (self.presence, step) {
            (Presence::Expected | Presence::NoShow { .. }, Step::Come(mark)) => {
                refuse_before(self.opens(), at)?;
                refuse_after(self.planned.until, at)?;
                Ok(Self {
                    came: Some(mark),
                    left: None,
                    ..is(Presence::In)
                })
            }
            (Presence::In, Step::Leave(mark)) => {
                refuse_after(self.closes(), at)?;
                Ok(Self {
                    left: Some(mark),
                    ..is(Presence::Out)
                })
            }
            // What was seen is not said away.
            (Presence::Out, Step::Missed { .. }) if self.minutes() > Some(0) => {
                Err(Refusal::AlreadyCheckedOut)
            }
            // Whoever forgot to check out may not have been there all the same.
            (Presence::Expected | Presence::Out | Presence::Review { .. }, Step::Missed { by }) => {
                let from = SignedDuration::from_mins(limits::NO_SHOW_MINUTES);
                refuse_before(later(self.planned.from, from), at)?;
                Ok(is(Presence::NoShow { by, at }))
            }
            // Said before.
            (Presence::NoShow { .. }, Step::Missed { .. }) => Ok(self),
            (Presence::In, Step::Lapse { ask_at }) => {
                refuse_before(self.closes(), at)?;
                let ask_at = Some(ask_at);
                Ok(is(Presence::Review { ask_at }))
            }
            (Presence::Review { ask_at: Some(from) }, Step::Ask) => {
                refuse_before(from, at)?;
                Ok(is(Presence::Review { ask_at: None }))
            }
            (Presence::In, Step::Settle { entry, minutes }) => {
                refuse_before(self.planned.until, at)?;
                self.settled(entry, minutes, at)
            }
            (Presence::Out | Presence::Review { .. }, Step::Settle { entry, minutes }) => {
                self.settled(entry, minutes, at)
            }
            // They were there after all.
            (Presence::NoShow { .. }, Step::Settle { entry, minutes }) if self.came.is_some() => {
                self.settled(entry, minutes, at)
            }
            (Presence::Review { .. }, Step::Say(said)) => {
                refuse_after(self.settles_until(), at)?;
                let said = Some(said);
                Ok(Self { said, ..self })
            }
            (Presence::In, Step::Come(_) | Step::Missed { .. } | Step::Ask | Step::Say(_))
            | (Presence::Review { .. }, Step::Lapse { .. }) => Err(Refusal::AlreadyCheckedIn),
            (
                Presence::Out,
                Step::Come(_) | Step::Leave(_) | Step::Lapse { .. } | Step::Ask | Step::Say(_),
            )
            | (Presence::Review { ask_at: None }, Step::Ask) => Err(Refusal::AlreadyCheckedOut),
            (Presence::Review { .. }, Step::Come(_) | Step::Leave(_)) => Err(Refusal::TooLate),
            (
                Presence::Expected | Presence::NoShow { .. },
                Step::Leave(_)
                | Step::Settle { .. }
                | Step::Lapse { .. }
                | Step::Ask
                | Step::Say(_),
            ) => Err(Refusal::NotCheckedIn),
            (
                Presence::Settled { .. },
                Step::Come(_)
                | Step::Leave(_)
                | Step::Missed { .. }
                | Step::Lapse { .. }
                | Step::Ask
                | Step::Say(_)
                | Step::Settle { .. },
            ) => Err(Refusal::AlreadySettled),
        }
    }

    /// Then it is too old to become service time.
    fn settles_until(&self) -> Timestamp {
        let oldest = SignedDuration::from_hours(24 * limits::ENTRY_AGE_DAYS);
        later(self.planned.from, oldest)
    }

    fn settled(self, entry: EntryId, minutes: u32, at: Timestamp) -> Result<Self, Refusal> {
        refuse_after(self.settles_until(), at)?;
        let max = self.attended().map_or(0, Span::minutes);
        if minutes > max {
            return Err(Refusal::MinutesAbove { max });
        }
        Ok(Self {
            presence: Presence::Settled { entry, minutes },
            ..self
        })
    }
}

fn refuse_before(from: Timestamp, at: Timestamp) -> Result<(), Refusal> {
    if at < from {
        return Err(Refusal::TooEarly { from });
    }
    Ok(())
}

fn refuse_after(until: Timestamp, at: Timestamp) -> Result<(), Refusal> {
    if at > until {
        return Err(Refusal::TooLate);
    }
    Ok(())
}

/// When both sides are asked about a check-out that was forgotten at an activity that ended then:
/// in the morning of the next local day.
#[must_use]
pub fn asked_at(ended: Timestamp, zone: &TimeZone) -> Timestamp {
    let morning = || {
        let day = local_day(ended, zone).tomorrow().ok()?;
        instant(day, Minute::new(limits::ASK_MINUTE)?, zone)
    };
    morning().unwrap_or_else(|| later(ended, SignedDuration::from_hours(24)))
}

/// The step of time whose code hangs at the door then.
#[must_use]
pub fn door_step(at: Timestamp) -> i64 {
    at.as_second().div_euclid(limits::DOOR_SECONDS)
}

/// From when on the code of a step is no longer shown.
#[must_use]
pub fn door_until(step: i64) -> Timestamp {
    let next = step.saturating_add(1).saturating_mul(limits::DOOR_SECONDS);
    Timestamp::from_second(next).unwrap_or(Timestamp::MAX)
}

/// The steps whose codes are taken at that moment: the one shown, and for a few seconds the one
/// before it, which somebody may still be typing.
#[must_use]
pub fn door_steps(at: Timestamp) -> Vec<i64> {
    let step = door_step(at);
    let into = at.as_second().rem_euclid(limits::DOOR_SECONDS);
    let grace = (into < limits::DOOR_GRACE_SECONDS).then_some(step - 1);
    std::iter::once(step).chain(grace).collect()
}
