//! What a closed case leaves, so that nobody is left unwatched.

use jiff::Timestamp;

use super::case::Left;
use crate::Refusal;
use crate::watch::Watched;
use crate::watch::absence::put_off;

impl Left {
    /// Of whoever is watched, or not, and was seen then, or by nobody. Refuses: `LeftUnwatched` where nobody saw the
    /// person, they are not away, and nothing else would tell; an alert that stands would tell no more.
    pub fn of(
        watched: Option<&Watched>,
        proof: Option<Timestamp>,
        at: Timestamp,
    ) -> Result<Self, Refusal> {
        if let Some(seen) = proof {
            return Ok(Self::ProofOfLife(seen));
        }
        let away = watched.map(|one| put_off(&one.absences, one.presence.entered_at, at));
        if let Some(until) = away.filter(|until| *until > at) {
            return Ok(Self::Pause(until));
        }
        let armed = watched.filter(|one| one.alert.is_none());
        match armed.and_then(|one| one.armed) {
            Some(armed) => Ok(Self::Watch(armed)),
            None => Err(Refusal::LeftUnwatched),
        }
    }
}
