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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::{Grade, Passage, Presence, Sign};

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + hours * 3_600).expect("in range")
    }

    fn seen(hours: i64, relative: Option<PersonId>) -> Watched {
        let sign = Sign {
            at: at(hours),
            seq: 1,
            passage: Passage::Entry,
        };
        Watched {
            person: PersonId::from_bits(1),
            community: CommunityId::from_bits(1),
            since: at(0),
            by: PersonId::from_bits(9),
            doors: Vec::new(),
            credentials: Vec::new(),
            relatives_credentials: Vec::new(),
            grade: Grade::AskFirst,
            own: None,
            relative,
            relative_reports: false,
            presence: Presence::default().with(sign),
            absences: Vec::new(),
            asked: 2,
            unseen_told_at: None,
            alert: None,
            armed: None,
            rules_ver: 0,
            ver: 1,
        }
    }

    #[test]
    fn a_question_is_answered_once_while_it_is_of_use_and_by_whoever_is_asked() {
        let relative = PersonId::from_bits(2);
        let silent = seen(0, Some(relative));
        for answers in [silent.person, relative] {
            let asked = Question::new(&silent, answers, at(47), at(48));
            assert_eq!(asked.is_of_relative(), answers == relative);
            assert_eq!(asked.refuse_settled(Some(&silent), at(71)), Ok(()));
            let late = asked.refuse_settled(Some(&silent), at(72));
            assert_eq!(late, Err(Refusal::TooLate));
            let settled = seen(47, Some(relative));
            let again = asked.refuse_settled(Some(&settled), at(48));
            assert_eq!(again, Err(Refusal::AlreadySettled));
            assert_eq!(asked.refuse_settled(None, at(48)), Err(Refusal::TooLate));
        }
        let asked = Question::new(&silent, relative, at(47), at(48));
        for other in [None, Some(PersonId::from_bits(3))] {
            let moved = seen(0, other);
            let refused = asked.refuse_settled(Some(&moved), at(48));
            assert_eq!(refused, Err(Refusal::TooLate));
        }
    }
}
