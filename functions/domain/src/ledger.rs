//! Points as double entry. Every transfer debits one account and credits another, and is never
//! changed. A person's account is what their transfers add up to, kept beside them so that one read
//! answers; [`replay`] says the same from the transfers alone. The other accounts have no stored
//! balance, so that no transaction of one person meets another's; [`Book`] adds them up.
//!
//! Read [`Account`] and [`Transfer`], then [`gain`], [`reserve`] and [`give_back`]. A rule answers
//! with a [`Posting`], the account as it is then and the transfers that made it so, to be written
//! together.
//!
//! What always holds: no balance is below its floor ([`Party::floor`]); the lots add up to what is
//! available; whoever owes has nothing available. Missing on purpose: a way to move points from
//! person to person, and a way to change service time.

mod account;
mod book;
mod earned;
mod posts;
mod rule;
mod transfer;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{RedemptionId, Refusal, TransferId};
use posts::Posts;

pub use account::{Account, Lot};
pub use book::{Balances, Book, replay};
pub use earned::Earned;
pub use rule::{Rule, RuleFlaw};
pub use transfer::{About, Party, RuleWhy, Served, Transfer, TransferKind};

/// An account after a change and the transfers that changed it, oldest first; written together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    pub account: Account,
    pub transfers: Vec<Transfer>,
}

impl Posting {
    /// The points in it that ended, and the earliest last day among them.
    #[must_use]
    pub fn ended(&self) -> Option<(u32, Date)> {
        let over = |one: &Transfer| match one.about {
            About::Expiry { last_day } => Some((one.points, last_day)),
            About::Hours(_) | About::Correction(_) | About::Redemption { .. } | About::Owed => None,
        };
        let over = self.transfers.iter().filter_map(over);
        over.reduce(|(points, first), (more, day)| (points + more, first.min(day)))
    }
}

/// What comes of service time that was confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gain {
    /// Absent where it changes no points.
    pub posting: Option<Posting>,
    /// Absent where it does not count for its day.
    pub earned: Option<Earned>,
    /// What the entry is worth, to be kept with it.
    pub points: u32,
    /// By which rule, to be kept with it.
    pub rule: u32,
}

/// Points for service time that was confirmed just now. `earned`: what the service of the same local
/// day brought so far. `today`: the local day of `at`; expiry counts from it. What is owed is paid
/// first.
#[must_use]
pub fn gain(
    account: &Account,
    earned: Earned,
    rule: &Rule,
    served: Served,
    today: Date,
    at: Timestamp,
) -> Gain {
    let points = earned.worth(rule, &served, 0, account);
    let earned = (points > 0).then(|| earned.with(&served, 0, points));
    let posting = (points > 0).then(|| {
        let mut posts = Posts::on(account, at, served.entry.bits());
        posts.credit(points, rule, About::Hours(served), today);
        posts.done()
    });
    Gain {
        posting,
        earned,
        points,
        rule: rule.ver,
    }
}

/// Points after service time was confirmed anew: `served` is the entry in place of one that brought
/// `before`. The difference is given, or taken as far as it is there; the rest is owed.
/// `earned`: of the day served, the entry before counted in it. `rule`: the one the entry before
/// went by.
#[must_use]
pub fn adjust(
    account: &Account,
    earned: Earned,
    rule: &Rule,
    before: u32,
    served: Served,
    today: Date,
    at: Timestamp,
) -> Gain {
    let points = earned.worth(rule, &served, before, account);
    let changed = points != before;
    let earned = changed.then(|| earned.with(&served, before, points));
    let mut posts = Posts::on(account, at, served.entry.bits());
    let about = About::Correction(served);
    if points > before {
        posts.credit(points - before, rule, about, today);
    } else if points < before {
        posts.take(before - points, rule, about);
    }
    Gain {
        posting: changed.then(|| posts.done()),
        earned,
        points,
        rule: rule.ver,
    }
}

/// Points that wait for a voucher to be handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// The pending transfer.
    pub transfer: TransferId,
    pub points: u32,
    /// From which lots they were taken, and go back to.
    pub lots: Vec<Lot>,
}

/// Keeps points for a redemption; those first that end first. What is past its last day goes before.
/// Refuses: `PointsShort`.
pub fn reserve(
    account: &Account,
    points: u32,
    about: About,
    redemption: RedemptionId,
    today: Date,
    at: Timestamp,
) -> Result<(Posting, Hold), Refusal> {
    let mut posts = Posts::on(account, at, redemption.bits());
    posts.expire(today);
    if posts.account.available < points {
        let available = posts.account.available;
        return Err(Refusal::PointsShort { available, points });
    }
    let lots = posts.withdraw(points);
    posts.account.reserved += points;
    let parties = (Party::Person(account.person), Party::Spent);
    let transfer = posts.record(TransferKind::Pending, parties, points, about);
    let hold = Hold {
        transfer,
        points,
        lots,
    };
    Ok((posts.done(), hold))
}

/// The voucher was handed over: the kept points are spent.
#[must_use]
pub fn spend(account: &Account, hold: &Hold, about: About, at: Timestamp) -> Posting {
    let mut posts = Posts::on(account, at, hold.transfer.bits());
    posts.account.reserved = posts.account.reserved.saturating_sub(hold.points);
    let parties = (Party::Person(account.person), Party::Spent);
    posts.end(hold, TransferKind::PostPending, parties, about);
    posts.done()
}

/// The kept points come back, with the last days they had, and pay first what is owed.
/// `lapsed`: the voucher ran out; else it was called off.
#[must_use]
pub fn give_back(
    account: &Account,
    hold: &Hold,
    about: About,
    lapsed: bool,
    at: Timestamp,
) -> Posting {
    let mut posts = Posts::on(account, at, hold.transfer.bits());
    posts.account.reserved = posts.account.reserved.saturating_sub(hold.points);
    posts.deposit(&hold.lots);
    let kind = if lapsed {
        TransferKind::ExpirePending
    } else {
        TransferKind::VoidPending
    };
    let parties = (Party::Spent, Party::Person(account.person));
    posts.end(hold, kind, parties, about);
    posts.pay_owed();
    posts.done()
}

/// Takes away what is past its last day. Nothing where nothing is. `cause`: any bits, of which the
/// transfers' ids are made.
#[must_use]
pub fn expire(account: &Account, today: Date, cause: u128, at: Timestamp) -> Option<Posting> {
    let mut posts = Posts::on(account, at, cause);
    posts.expire(today);
    (!posts.transfers.is_empty()).then(|| posts.done())
}
