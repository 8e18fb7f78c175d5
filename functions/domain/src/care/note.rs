//! What was written about somebody: what was seen and said first, what somebody makes of it second. After 72 hours it
//! stands as it is, and whatever changes is added below.
//!
//! Source of the form: MZ/T 094-2017 and what manuals make of it (facts before inference, present before past).

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::access::named;
use crate::{CaseId, CommunityId, NoteId, PersonId, Refusal, limits};

named! {
    NoteForm {
        Phone = "phone",
        Visit = "visit",
        Desk = "desk",
        Online = "online",
        Escort = "escort",
    }
}

/// What a note says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub form: NoteForm,
    /// Seen or said.
    pub facts: String,
    /// What one makes of it; may be empty.
    #[serde(default)]
    pub inference: String,
    /// What was done, and what comes next; may be empty.
    #[serde(default)]
    pub plan: String,
    /// Ready-made phrases that were touched, by their keys.
    #[serde(default)]
    pub phrases: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addendum {
    pub by: PersonId,
    pub at: Timestamp,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub id: NoteId,
    pub community: CommunityId,
    pub person: PersonId,
    pub case: CaseId,
    pub by: PersonId,
    /// When it came in.
    pub at: Timestamp,
    /// When what it says happened.
    pub on: Timestamp,
    pub words: Words,
    pub addenda: Vec<Addendum>,
    pub ver: u64,
}

impl Note {
    #[must_use]
    pub fn locks_at(&self) -> Timestamp {
        let open = SignedDuration::from_hours(limits::NOTE_OPEN_HOURS);
        self.at.checked_add(open).unwrap_or(self.at)
    }

    /// Other words, of whoever wrote it. Refuses: `NotAllowed`, `NoteLocked`.
    pub fn rewritten(
        mut self,
        who: PersonId,
        words: Words,
        at: Timestamp,
    ) -> Result<Self, Refusal> {
        if self.by != who {
            return Err(Refusal::NotAllowed);
        }
        if at >= self.locks_at() {
            return Err(Refusal::NoteLocked);
        }
        self.words = words;
        self.ver += 1;
        Ok(self)
    }

    /// Refuses: `CaseFull`.
    pub fn added(mut self, addendum: Addendum) -> Result<Self, Refusal> {
        if self.addenda.len() >= limits::NOTE_ADDENDA {
            return Err(Refusal::CaseFull {
                max: u32::try_from(limits::NOTE_ADDENDA).unwrap_or(u32::MAX),
            });
        }
        self.addenda.push(addendum);
        self.ver += 1;
        Ok(self)
    }
}
