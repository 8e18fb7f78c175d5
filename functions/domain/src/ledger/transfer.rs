//! What moves points: from whom, to whom, and why.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::access::named;
use crate::{ActivityId, EntryId, PersonId, RedemptionId, RewardId, TransferId};

named! {
    /// What a transfer does. A pending one is ended by exactly one of the last three.
    TransferKind {
        Posted = "posted",
        /// Keeps points for a voucher: from what is available to what is reserved.
        Pending = "pending",
        /// The voucher was handed over: the kept points are spent.
        PostPending = "post_pending",
        /// Called off: the kept points come back.
        VoidPending = "void_pending",
        /// Ran out: the kept points come back.
        ExpirePending = "expire_pending",
    }
}

/// Whose balance a transfer debits or credits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    Person(PersonId),
    /// Where earned points come from: minus what was ever issued and not taken back.
    Issued,
    Spent,
    Expired,
}

impl Party {
    /// What its balance is never below; nothing for where points come from.
    #[must_use]
    pub fn floor(self) -> Option<i64> {
        match self {
            Self::Person(_) | Self::Spent | Self::Expired => Some(0),
            Self::Issued => None,
        }
    }
}

/// Why points moved; names as they were then, so that a statement needs nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum About {
    /// Service time that was confirmed.
    Hours(Served),
    /// Service time that was confirmed anew, in place of another entry.
    Correction(Served),
    Redemption {
        redemption: RedemptionId,
        reward: RewardId,
        what: String,
        quantity: u32,
    },
    /// Points whose last day had passed.
    Expiry { last_day: Date },
    /// Pays what a correction had left owing.
    Owed,
}

/// Service time as the ledger names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Served {
    pub entry: EntryId,
    pub activity: Option<ActivityId>,
    /// The activity's title, or what a manual entry says was done.
    pub what: String,
    /// Whole minutes.
    pub minutes: u32,
    pub manual: bool,
    /// The local day on which it was served, of an activity the one on which that began; caps go by it.
    pub day: Date,
}

named! {
    /// Why a transfer goes by its version of the rule.
    RuleWhy {
        /// It was in force when the service was confirmed.
        InForce = "in_force",
        /// It is the one by which the entry before was counted.
        AsBefore = "as_before",
    }
}

/// Never changed, and never deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    pub id: TransferId,
    /// Later than every transfer of the same person before it.
    pub at: Timestamp,
    pub kind: TransferKind,
    pub debit: Party,
    pub credit: Party,
    /// Above zero, or zero where a correction found nothing to take.
    pub points: u32,
    /// Which pending transfer it ends.
    pub pending: Option<TransferId>,
    pub about: About,
    /// The version of the rule by which points were earned.
    pub rule: Option<u32>,
    /// Until when earned points can be used.
    pub expires_on: Option<Date>,
    /// What a correction should have taken and found nothing for.
    pub owes: u32,
}

impl Transfer {
    /// What it did to the points that can be used.
    #[must_use]
    pub fn change(&self) -> i64 {
        let points = i64::from(self.points);
        match (self.kind, self.debit) {
            (TransferKind::Posted | TransferKind::Pending, Party::Person(_)) => -points,
            (TransferKind::Posted | TransferKind::Pending, _)
            | (TransferKind::VoidPending | TransferKind::ExpirePending, _) => points,
            (TransferKind::PostPending, _) => 0,
        }
    }

    /// Whose transfer it is: one of both parties, never both.
    #[must_use]
    pub fn person(&self) -> Option<PersonId> {
        match (self.debit, self.credit) {
            (Party::Person(_), Party::Person(_)) => None,
            (Party::Person(person), _) | (_, Party::Person(person)) => Some(person),
            _ => None,
        }
    }

    /// Whether what it does, between whom, and why go together.
    #[must_use]
    pub fn fits(&self) -> bool {
        use Party::{Expired, Issued, Person, Spent};
        use TransferKind::{ExpirePending, Pending, PostPending, Posted, VoidPending};
        let whole = match (self.kind, self.debit, self.credit) {
            (Posted, Issued, Person(_)) => {
                matches!(self.about, About::Hours(_) | About::Correction(_))
            }
            (Posted, Person(_), Issued) => {
                matches!(self.about, About::Correction(_) | About::Owed)
            }
            (Posted, Person(_), Expired) => matches!(self.about, About::Expiry { .. }),
            (Pending | PostPending, Person(_), Spent)
            | (VoidPending | ExpirePending, Spent, Person(_)) => {
                matches!(self.about, About::Redemption { .. })
            }
            _ => false,
        };
        let ends = matches!(self.kind, PostPending | VoidPending | ExpirePending);
        let counted = matches!(self.about, About::Hours(_) | About::Correction(_));
        whole && ends == self.pending.is_some() && counted == self.rule.is_some()
    }

    /// Why it goes by [`Transfer::rule`]; nothing where it goes by none.
    #[must_use]
    pub fn rule_why(&self) -> Option<RuleWhy> {
        self.rule?;
        Some(match self.about {
            About::Correction(_) => RuleWhy::AsBefore,
            About::Hours(_) | About::Redemption { .. } | About::Expiry { .. } | About::Owed => {
                RuleWhy::InForce
            }
        })
    }

    /// What stays of it when its person leaves: no words of theirs. `None` where it has none.
    #[must_use]
    pub fn without_words(self) -> Option<Self> {
        let silent = |served: Served| Served {
            what: String::new(),
            ..served
        };
        let worded = |served: &Served| served.manual && !served.what.is_empty();
        let about = match self.about {
            About::Hours(served) if worded(&served) => About::Hours(silent(served)),
            About::Correction(served) if worded(&served) => About::Correction(silent(served)),
            About::Hours(_)
            | About::Correction(_)
            | About::Redemption { .. }
            | About::Expiry { .. }
            | About::Owed => return None,
        };
        Some(Self { about, ..self })
    }
}
