//! The question how somebody is, as it goes to the one who is asked: themselves, or the relative who agreed to be
//! asked. It is answered once, by whoever holds it, and is over a day after the deadline it was about.

use jiff::{SignedDuration, Timestamp};

use super::watched::Watched;
use crate::{CommunityId, PersonId, Refusal, limits};

/// One question to one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    pub community: CommunityId,
    /// Whom it is about.
    pub person: PersonId,
    /// Who answers it.
    pub answers: PersonId,
    pub asked_at: Timestamp,
    /// From then on it is over.
    pub until: Timestamp,
}

impl Question {
    /// `due`: when the silence it is about is too long.
    #[must_use]
    pub fn new(before: &Watched, answers: PersonId, asked_at: Timestamp, due: Timestamp) -> Self {
        let open = SignedDuration::from_hours(limits::WELL_HOURS);
        Self {
            community: before.community,
            person: before.person,
            answers,
            asked_at,
            until: due.checked_add(open).unwrap_or(due),
        }
    }

    /// A relative is asked.
    #[must_use]
    pub fn is_of_relative(&self) -> bool {
        self.answers != self.person
    }

    /// Whether it may still be answered. Refuses: `TooLate` where its time is over, or the person is not watched
    /// over any more, or not by this relative's word; `AlreadySettled` where there was a sign since, which an
    /// answer is.
    pub fn refuse_settled(&self, now: Option<&Watched>, at: Timestamp) -> Result<(), Refusal> {
        let speaks =
            |watched: &&Watched| !self.is_of_relative() || watched.relative == Some(self.answers);
        let watched = now.filter(speaks).ok_or(Refusal::TooLate)?;
        let sign = watched.presence.sign;
        if sign.is_some_and(|sign| sign.at >= self.asked_at) {
            return Err(Refusal::AlreadySettled);
        }
        match at < self.until {
            true => Ok(()),
            false => Err(Refusal::TooLate),
        }
    }
}
