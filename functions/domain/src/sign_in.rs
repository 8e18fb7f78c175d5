//! Signing in: the life of a code, the counters around it, and the limits of a session.
//! (OWASP ASVS 5.0: 6.5, 6.6, 7.3.)

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Refusal;
use crate::limits;

/// One code sent to one number. The code itself is not kept: it is computed from `nonce` and the
/// server's secret, on sending and on checking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    pub nonce: String,
    pub sent_at: Timestamp,
    pub tries: u32,
    pub used: bool,
}

impl Code {
    /// Counts one try; `matches` says whether the digits are right. A code works once, within its
    /// life, for a limited number of tries. Refuses: `CodeWrong`, `CodeSpent`.
    pub fn attempt(self, matches: bool, at: Timestamp) -> (Self, Result<(), Refusal>) {
        let alive = at >= self.sent_at
            && at < self.sent_at + SignedDuration::from_secs(limits::CODE_SECONDS);
        if self.used || !alive || self.tries >= limits::CODE_TRIES {
            return (self, Err(Refusal::CodeSpent));
        }
        let tries = self.tries + 1;
        let verdict = if matches {
            Ok(())
        } else {
            Err(Refusal::CodeWrong)
        };
        (
            Self {
                tries,
                used: matches,
                ..self
            },
            verdict,
        )
    }
}

/// May another code go to this number? Refuses: `ResendTooSoon`.
pub fn resend(last: Option<&Code>, at: Timestamp) -> Result<(), Refusal> {
    let Some(code) = last else { return Ok(()) };
    let waited = at.duration_since(code.sent_at).as_secs();
    if waited < limits::CODE_RESEND_SECONDS {
        return Err(Refusal::ResendTooSoon {
            retry_after_s: (limits::CODE_RESEND_SECONDS - waited)
                .clamp(1, limits::CODE_RESEND_SECONDS),
        });
    }
    Ok(())
}

/// What a session still owes before it may act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SecondFactor {
    NotNeeded,
    /// Must be set up now.
    Enrol,
    /// Is set up and must be shown.
    Verify,
    Passed,
}

/// How far somebody is with their second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factor {
    /// Never shown to work.
    Unset,
    /// Was taken away, and is to be set up anew.
    Owed,
    Set,
}

impl SecondFactor {
    #[must_use]
    pub fn is_settled(self) -> bool {
        matches!(self, Self::NotNeeded | Self::Passed)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub started_at: Timestamp,
    pub used_at: Timestamp,
    /// Has the limits of staff.
    pub staff: bool,
    pub second_factor: SecondFactor,
    pub tries: u32,
}

impl Session {
    /// Within both its idle and its absolute limit.
    #[must_use]
    pub fn is_alive(&self, at: Timestamp) -> bool {
        let (idle, absolute) = if self.staff {
            (limits::STAFF_IDLE_MINUTES, limits::STAFF_SESSION_MINUTES)
        } else {
            (
                limits::RESIDENT_IDLE_MINUTES,
                limits::RESIDENT_SESSION_MINUTES,
            )
        };
        at < self.used_at + SignedDuration::from_mins(idle)
            && at < self.started_at + SignedDuration::from_mins(absolute)
    }

    /// Is its last use old enough to be worth a write?
    #[must_use]
    pub fn wants_touch(&self, at: Timestamp) -> bool {
        at >= self.used_at + SignedDuration::from_mins(limits::SESSION_TOUCH_MINUTES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + seconds).expect("in range")
    }

    fn code() -> Code {
        Code {
            nonce: "n".into(),
            sent_at: at(0),
            tries: 0,
            used: false,
        }
    }

    #[test]
    fn a_code_works_once_within_five_minutes_and_five_tries() {
        let (spent, first) = code().attempt(true, at(299));
        assert_eq!(first, Ok(()));
        assert_eq!(spent.attempt(true, at(299)).1, Err(Refusal::CodeSpent));
        assert_eq!(code().attempt(true, at(300)).1, Err(Refusal::CodeSpent));
        let worn = (0..5).fold(code(), |code, _| {
            let (code, verdict) = code.attempt(false, at(1));
            assert_eq!(verdict, Err(Refusal::CodeWrong));
            code
        });
        assert_eq!(worn.attempt(true, at(1)).1, Err(Refusal::CodeSpent));
    }

    #[test]
    fn a_clock_set_back_gives_no_longer_life() {
        assert_eq!(code().attempt(true, at(-1)).1, Err(Refusal::CodeSpent));
    }

    #[test]
    fn resending_waits_a_minute() {
        assert_eq!(resend(None, at(0)), Ok(()));
        assert_eq!(
            resend(Some(&code()), at(59)),
            Err(Refusal::ResendTooSoon { retry_after_s: 1 })
        );
        assert_eq!(resend(Some(&code()), at(60)), Ok(()));
    }

    #[test]
    fn sessions_end_idle_and_absolutely() {
        let fresh = |staff| Session {
            started_at: at(0),
            used_at: at(0),
            staff,
            second_factor: SecondFactor::Passed,
            tries: 0,
        };
        assert!(fresh(true).is_alive(at(30 * 60 - 1)));
        assert!(!fresh(true).is_alive(at(30 * 60)));
        assert!(fresh(false).is_alive(at(30 * 86_400 - 1)));
        assert!(!fresh(false).is_alive(at(30 * 86_400)));
        let busy = Session {
            used_at: at(12 * 3_600 - 1),
            ..fresh(true)
        };
        assert!(!busy.is_alive(at(12 * 3_600)));
    }
}
