//! What comes back: the answer to one record, and once a month the network's own list, held against
//! what is known here.

use std::collections::{BTreeMap, BTreeSet};

use super::{Record, Step};
use crate::access::named;
use crate::{EntryId, NetworkBatchId};

/// What the network says to one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Accepted { external: String },
    Rejected { reason: String },
}

/// Why a row says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// Neither taken nor refused.
    Silent,
    /// Both at once.
    Both,
}

impl Answer {
    /// From the two cells of a row.
    pub fn of(external: &str, reason: &str) -> Result<Self, NoAnswer> {
        match (external, reason) {
            ("", "") => Err(NoAnswer::Silent),
            (external, "") => Ok(Self::Accepted {
                external: external.to_owned(),
            }),
            ("", reason) => Ok(Self::Rejected {
                reason: reason.to_owned(),
            }),
            (_, _) => Err(NoAnswer::Both),
        }
    }

    #[must_use]
    pub fn to(self, batch: NetworkBatchId) -> Step {
        match self {
            Self::Accepted { external } => Step::Accept { batch, external },
            Self::Rejected { reason } => Step::Reject { batch, reason },
        }
    }
}

/// How long the network says it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    Minutes(u32),
    /// Tenths of an hour.
    Tenths(u32),
}

impl Amount {
    /// Says the same as so many minutes: tenths are rounded down here.
    #[must_use]
    pub fn is(self, minutes: u32) -> bool {
        match self {
            Self::Minutes(there) => there == minutes,
            Self::Tenths(there) => there == minutes / 6,
        }
    }

    /// Hours with up to two decimals, as a spreadsheet shows them; what is below a tenth is dropped.
    #[must_use]
    pub fn hours(raw: &str) -> Option<Self> {
        let (whole, part) = raw.split_once('.').unwrap_or((raw, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(part) || whole.len() > 4 || part.len() > 2 {
            return None;
        }
        let tenth = part.bytes().next().map(|digit| u32::from(digit - b'0'))?;
        Some(Self::Tenths(whole.parse::<u32>().ok()? * 10 + tenth))
    }
}

/// A line of the network's list. `row`: of the file. It names our record, or theirs, or both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub row: u32,
    pub record: Option<EntryId>,
    pub external: Option<String>,
    pub amount: Amount,
}

named! {
    /// What the two sides do not agree on.
    Difference {
        /// Passed on, and not in the network's list.
        OnlyOurs = "only_ours",
        /// In the network's list, and nothing that stands for it here.
        OnlyTheirs = "only_theirs",
        Minutes = "minutes",
        /// The same record by another number of theirs.
        External = "external",
    }
}

/// One difference: what each side has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Differs<'a> {
    pub what: Difference,
    pub ours: Option<&'a Record>,
    pub theirs: Option<&'a Held>,
}

/// Everything on which the two sides differ: along the network's list, then what it lacks.
#[must_use]
pub fn compare<'a>(ours: &'a [Record], theirs: &'a [Held]) -> Vec<Differs<'a>> {
    let by_id: BTreeMap<EntryId, &Record> = ours.iter().map(|one| (one.entry, one)).collect();
    let externals = ours.iter().filter_map(|one| Some((one.external()?, one)));
    let by_external: BTreeMap<&str, &Record> = externals.collect();
    let mut met = BTreeSet::new();
    let mut found = Vec::new();
    for held in theirs {
        let ours = match (held.record, &held.external) {
            (Some(id), _) => by_id.get(&id),
            (None, Some(external)) => by_external.get(external.as_str()),
            (None, None) => None,
        };
        let ours = ours.copied();
        let twice = ours.is_some_and(|one| !met.insert(one.entry));
        let what = if twice {
            Some(Difference::OnlyTheirs)
        } else {
            difference(ours, held)
        };
        found.extend(what.map(|what| Differs {
            what,
            ours,
            theirs: Some(held),
        }));
    }
    let lacking = ours
        .iter()
        .filter(|one| one.stands_there() && one.minutes > 0 && !met.contains(&one.entry));
    found.extend(lacking.map(|one| Differs {
        what: Difference::OnlyOurs,
        ours: Some(one),
        theirs: None,
    }));
    found
}

fn difference(ours: Option<&Record>, held: &Held) -> Option<Difference> {
    let Some(ours) = ours.filter(|one| one.stands_there()) else {
        return Some(Difference::OnlyTheirs);
    };
    let numbers = ours.external().zip(held.external.as_deref());
    if numbers.is_some_and(|(here, there)| here != there) {
        return Some(Difference::External);
    }
    (!held.amount.is(ours.minutes)).then_some(Difference::Minutes)
}
