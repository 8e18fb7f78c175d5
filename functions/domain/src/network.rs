//! Service time on its way into the national network (中国志愿服务网). Read [`Record`] (how far one
//! entry got), [`Batch`] (what left together), [`sheet`] (what it looks like), then [`compare`]
//! (what came back).
//!
//! There is no line to the network: files go out, files come back, and somebody carries them. A
//! volunteer is named there by their unified number; nobody's identity card is kept or passed on.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

use crate::access::named;
use crate::hours::Entry;
use crate::{CommunityId, EntryId, NetworkBatchId, PersonId, Refusal, limits};

pub mod compare;
mod month;
pub mod sheet;

pub use month::{BadMonth, Month};
use sheet::Row;

named! {
    /// How far a record got.
    RecordState {
        /// In the outbox.
        Waiting = "waiting",
        /// In a file, and not answered.
        Sent = "sent",
        Accepted = "accepted",
        Rejected = "rejected",
        /// Another one stands in its place.
        Superseded = "superseded",
    }
}

/// What the network knows of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Passed {
    Waiting,
    Sent {
        batch: NetworkBatchId,
    },
    /// `external`: what it goes by over there.
    Accepted {
        batch: NetworkBatchId,
        external: String,
    },
    Rejected {
        batch: NetworkBatchId,
        reason: String,
    },
}

/// What happens to a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Send {
        batch: NetworkBatchId,
        /// Of the batch, counted from 0.
        part: u32,
    },
    Accept {
        batch: NetworkBatchId,
        external: String,
    },
    Reject {
        batch: NetworkBatchId,
        reason: String,
    },
    /// What was rejected waits once more.
    Again,
    Supersede {
        by: EntryId,
    },
}

/// Where the row of a record lies that left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    pub batch: NetworkBatchId,
    pub part: u32,
}

/// An entry that counts, on its way. `starts` and `minutes`: of the entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    pub entry: EntryId,
    pub community: CommunityId,
    pub person: PersonId,
    pub starts: Timestamp,
    pub minutes: u32,
    pub passed: Passed,
    pub superseded_by: Option<EntryId>,
    /// The record the network knows, in whose place this one comes.
    pub revision_of: Option<EntryId>,
    /// Every time it left.
    pub left: Vec<Left>,
    /// Its person left the community: nothing about it leaves any more.
    pub gone: bool,
    pub changed_at: Timestamp,
    pub ver: u64,
}

/// What an entry that counts from now on does to the outbox: its own record, and the next version of
/// that of the entry whose place it takes. `before`: as it is stored. An entry without minutes has a
/// record only where the network is to take something back.
pub fn counted(
    entry: &Entry,
    before: Option<Record>,
) -> Result<(Option<Record>, Option<Record>), Refusal> {
    let (by, at) = (entry.id, entry.changed_at);
    let superseded = before
        .map(|before| before.apply(Step::Supersede { by }, at))
        .transpose()?;
    let revision_of = superseded.as_ref().and_then(Record::known_there);
    let new = (entry.minutes > 0 || revision_of.is_some()).then(|| Record {
        entry: entry.id,
        community: entry.community,
        person: entry.person,
        starts: entry.span.from,
        minutes: entry.minutes,
        passed: Passed::Waiting,
        superseded_by: None,
        revision_of,
        left: Vec::new(),
        gone: false,
        changed_at: at,
        ver: 1,
    });
    Ok((new, superseded))
}

impl Record {
    #[must_use]
    pub fn state(&self) -> RecordState {
        match (&self.passed, self.superseded_by) {
            (_, Some(_)) => RecordState::Superseded,
            (Passed::Waiting, None) => RecordState::Waiting,
            (Passed::Sent { .. }, None) => RecordState::Sent,
            (Passed::Accepted { .. }, None) => RecordState::Accepted,
            (Passed::Rejected { .. }, None) => RecordState::Rejected,
        }
    }

    /// Waits for a file, and may get into one.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.state() == RecordState::Waiting && !self.gone
    }

    /// Should stand in the network's list.
    #[must_use]
    pub fn stands_there(&self) -> bool {
        let sent = matches!(self.passed, Passed::Sent { .. } | Passed::Accepted { .. });
        sent && self.superseded_by.is_none()
    }

    /// The record by which the network knows this service: this one if it got there, else the one
    /// before it that did.
    #[must_use]
    pub fn known_there(&self) -> Option<EntryId> {
        match self.passed {
            Passed::Sent { .. } | Passed::Accepted { .. } => Some(self.entry),
            Passed::Waiting | Passed::Rejected { .. } => self.revision_of,
        }
    }

    #[must_use]
    pub fn external(&self) -> Option<&str> {
        match &self.passed {
            Passed::Accepted { external, .. } => Some(external),
            Passed::Waiting | Passed::Sent { .. } | Passed::Rejected { .. } => None,
        }
    }

    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match &self.passed {
            Passed::Rejected { reason, .. } => Some(reason),
            Passed::Waiting | Passed::Sent { .. } | Passed::Accepted { .. } => None,
        }
    }

    /// The next step. The same answer again changes nothing, and another one to the same sending is
    /// refused; an answer to what was superseded meanwhile is still kept.
    /// Refuses: `RecordIs`, `AnswerDiffers`.
    pub fn apply(self, step: Step, at: Timestamp) -> Result<Self, Refusal> {
        let state = self.state();
        let open = self.superseded_by.is_none() && !self.gone;
        let passed = match (&self.passed, step) {
            (Passed::Waiting, Step::Send { batch, part }) if open => {
                let mut sent = self.changed(at);
                sent.left.push(Left { batch, part });
                sent.passed = Passed::Sent { batch };
                return Ok(sent);
            }
            (Passed::Sent { batch: to }, Step::Accept { batch, external }) if *to == batch => {
                Passed::Accepted { batch, external }
            }
            (Passed::Sent { batch: to }, Step::Reject { batch, reason }) if *to == batch => {
                Passed::Rejected { batch, reason }
            }
            (
                Passed::Accepted {
                    batch: to,
                    external: was,
                },
                Step::Accept { batch, external },
            ) if *to == batch && *was == external => return Ok(self),
            (
                Passed::Rejected {
                    batch: to,
                    reason: was,
                },
                Step::Reject { batch, reason },
            ) if *to == batch && *was == reason => return Ok(self),
            (Passed::Rejected { .. }, Step::Again) if open => Passed::Waiting,
            (
                Passed::Waiting
                | Passed::Sent { .. }
                | Passed::Accepted { .. }
                | Passed::Rejected { .. },
                Step::Supersede { by },
            ) if self.superseded_by.is_none() => {
                let mut superseded = self.changed(at);
                superseded.superseded_by = Some(by);
                return Ok(superseded);
            }
            (
                Passed::Sent { .. } | Passed::Accepted { .. } | Passed::Rejected { .. },
                Step::Accept { .. } | Step::Reject { .. },
            ) => return Err(Refusal::AnswerDiffers),
            (Passed::Waiting, Step::Accept { .. } | Step::Reject { .. })
            | (
                Passed::Waiting
                | Passed::Sent { .. }
                | Passed::Accepted { .. }
                | Passed::Rejected { .. },
                Step::Send { .. } | Step::Again | Step::Supersede { .. },
            ) => return Err(Refusal::RecordIs { state }),
        };
        Ok(Self {
            passed,
            ..self.changed(at)
        })
    }

    /// What stays when its person leaves: how far it got, and nothing more of it leaves. `None` where
    /// that is so already.
    #[must_use]
    pub fn left_alone(&self, at: Timestamp) -> Option<Self> {
        let mut silent = self.clone();
        silent.gone = true;
        if let Passed::Rejected { reason, .. } = &mut silent.passed {
            reason.clear();
        }
        (silent != *self).then(|| silent.changed(at))
    }

    fn changed(mut self, at: Timestamp) -> Self {
        self.changed_at = at;
        self.ver += 1;
        self
    }
}

named! {
    /// The order of the columns. A batch keeps the one it was made in.
    Layout { First = "1" }
}

/// What left together. Its rows lie in [`Part`]s. It grows part by part until it is closed, and
/// only then is it handed over; from then on the same bytes are handed over, until somebody in it leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    pub id: NetworkBatchId,
    pub community: CommunityId,
    /// What began in it; absent: whatever waited.
    pub month: Option<Month>,
    pub by: PersonId,
    pub at: Timestamp,
    pub layout: Layout,
    /// The community's name when it was made.
    pub issuer: String,
    pub records: u32,
    pub parts: u32,
    /// Of the staff in its rows, as they were called then.
    pub names: BTreeMap<PersonId, String>,
    pub closed: bool,
    pub ver: u64,
}

/// Rows that left together, written in one transaction with their records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub batch: NetworkBatchId,
    /// Counted from 0.
    pub n: u32,
    pub rows: Vec<Row>,
    pub ver: u64,
}

impl Batch {
    /// How many more records it takes.
    #[must_use]
    pub fn room(&self) -> usize {
        limits::NETWORK_BATCH_RECORDS.saturating_sub(self.records as usize)
    }

    /// With one more part of so many records, and the part's number.
    #[must_use]
    pub fn grown(mut self, records: u32, names: BTreeMap<PersonId, String>) -> (Self, u32) {
        let part = self.parts;
        self.parts += 1;
        self.records += records;
        self.names.extend(names);
        self.ver += 1;
        (self, part)
    }

    /// Refuses: `NothingToPass` where it has no record.
    pub fn close(mut self, without_number: u32) -> Result<Self, Refusal> {
        if self.records == 0 {
            return Err(Refusal::NothingToPass { without_number });
        }
        self.closed = true;
        self.ver += 1;
        Ok(self)
    }

    /// Without a name of somebody who left; `None` where it has none of theirs.
    #[must_use]
    pub fn without(&self, person: PersonId) -> Option<Self> {
        let mut silent = self.clone();
        silent.names.remove(&person)?;
        silent.ver += 1;
        Some(silent)
    }
}

impl Part {
    /// Without what tells who somebody was that left; `None` where it has nothing of theirs.
    #[must_use]
    pub fn without(&self, person: PersonId) -> Option<Self> {
        let mut silent = self.clone();
        let own = silent.rows.iter_mut().filter(|row| row.person == person);
        own.for_each(Row::hush);
        silent.ver += 1;
        (silent.rows != self.rows).then_some(silent)
    }
}

/// Is this the number of an identity card (GB 11643): 17 digits with a day of birth in them, and the
/// check character? Such a number is taken for no other.
#[must_use]
pub fn is_identity_card(raw: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: &[u8; 11] = b"10X98765432";
    let Some((digits, [last])) = raw.as_bytes().split_at_checked(17) else {
        return false;
    };
    if !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let number = |part: &[u8]| {
        part.iter()
            .fold(0, |n, digit| n * 10 + i16::from(digit - b'0'))
    };
    let (year, rest) = (number(&digits[6..10]), number(&digits[10..14]));
    let (Ok(month), Ok(day)) = (i8::try_from(rest / 100), i8::try_from(rest % 100)) else {
        return false;
    };
    let born = Date::new(year, month, day);
    let lived = born.is_ok_and(|born| date(1900, 1, 1) <= born && born < date(2100, 1, 1));
    let weighed = digits.iter().zip(WEIGHTS);
    let sum: u32 = weighed
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    lived && CHECKS[(sum % 11) as usize] == last.to_ascii_uppercase()
}
