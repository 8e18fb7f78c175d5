//! Points as double entry. Every transfer debits one account and credits another, and is never
//! changed. A person's account is what their transfers add up to, kept beside them so that one read
//! answers; [`replay`] says the same from the transfers alone. The other accounts have no stored
//! balance, so that no transaction of one person meets another's; [`Book`] adds them up.
//!
//! Read [`Account`], then [`gain`], [`reserve`] and [`give_back`]. A rule answers with a
//! [`Posting`], the account as it is then and the transfers that made it so, to be written together.
//!
//! What always holds: no balance is below zero; the lots add up to what is available; whoever owes
//! has nothing available. Missing on purpose: a way to move points from person to person, and a way
//! to change service time.

mod book;
mod rule;

use jiff::civil::Date;
use jiff::{SignedDuration, Span, Timestamp};
use serde::{Deserialize, Serialize};

use crate::access::named;
use crate::{
    ActivityId, CommunityId, EntryId, PersonId, RedemptionId, Refusal, RewardId, TransferId, limits,
};

pub use book::{Balances, Book, replay};
pub use rule::{Rule, RuleFlaw};

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
    Expiry {
        last_day: Date,
    },
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
    /// The local day on which it was served; daily caps go by it.
    pub day: Date,
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

/// Points that are good to the end of the same local day; without a day, for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    pub expires_on: Option<Date>,
    pub points: u32,
}

/// A person's points. Made with the first transfer; `ver` 0 is one that is not stored yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub community: CommunityId,
    pub person: PersonId,
    pub available: u32,
    /// Kept for vouchers that are not handed over yet.
    pub reserved: u32,
    /// What corrections took and was not there any more; whatever comes next pays it first.
    pub owed: u32,
    /// `available` by last day, earliest first, those without one at the end.
    pub lots: Vec<Lot>,
    /// The moment of the last transfer.
    pub last: Timestamp,
    /// The last day of points that the person was already warned about.
    pub warned: Option<Date>,
    pub ver: u64,
}

/// What somebody earned by the service of one local day; keeps the cap of the day exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earned {
    pub day: Date,
    pub points: u32,
    /// 0: not stored yet.
    pub ver: u64,
}

impl Earned {
    #[must_use]
    pub fn none(day: Date) -> Self {
        Self {
            day,
            points: 0,
            ver: 0,
        }
    }

    fn with(self, points: u32) -> Self {
        Self {
            points,
            ver: self.ver + 1,
            ..self
        }
    }
}

/// An account after a change and the transfers that changed it, oldest first; written together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    pub account: Account,
    pub transfers: Vec<Transfer>,
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
/// first. The transfers' ids come from the entry's.
#[must_use]
pub fn gain(
    account: &Account,
    earned: Earned,
    rule: &Rule,
    served: Served,
    today: Date,
    at: Timestamp,
) -> Gain {
    let points = worth_on(earned.points, rule, &served, account);
    let posting = (points > 0).then(|| {
        let mut posts = Posts::on(account, at, served.entry.bits());
        posts.credit(points, rule, About::Hours(served), today);
        posts.done()
    });
    Gain {
        earned: (points > 0).then(|| earned.with(earned.points + points)),
        posting,
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
    let others = earned.points.saturating_sub(before);
    let without = Account {
        available: account.available.saturating_sub(before),
        ..account.clone()
    };
    let points = worth_on(others, rule, &served, &without);
    let mut posts = Posts::on(account, at, served.entry.bits());
    let about = About::Correction(served);
    if points > before {
        posts.credit(points - before, rule, about, today);
    } else if points < before {
        posts.take(before - points, rule, about);
    }
    let changed = points != before;
    Gain {
        earned: changed.then(|| earned.with(others + points)),
        posting: changed.then(|| posts.done()),
        points,
        rule: rule.ver,
    }
}

/// What an entry is worth beside what its day brought otherwise; never more than an account holds.
fn worth_on(others: u32, rule: &Rule, served: &Served, account: &Account) -> u32 {
    let left = rule.cap_per_day.saturating_sub(others);
    let held = account.available.saturating_add(account.reserved);
    let room = limits::ACCOUNT_POINTS.saturating_sub(held);
    rule.worth(served.minutes).min(left).min(room)
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
    let transfer = posts.record(Step::Pend, TransferKind::Pending, parties, points, about);
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
    let mut posts = Posts::on(account, at, hold.transfer.bits() ^ ENDING);
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
    let mut posts = Posts::on(account, at, hold.transfer.bits() ^ ENDING);
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

impl Account {
    #[must_use]
    pub fn new(community: CommunityId, person: PersonId) -> Self {
        Self {
            community,
            person,
            available: 0,
            reserved: 0,
            owed: 0,
            lots: Vec::new(),
            last: Timestamp::UNIX_EPOCH,
            warned: None,
            ver: 0,
        }
    }

    /// What can be used on that local day: without what is over, whether or not it was taken yet.
    #[must_use]
    pub fn usable(&self, today: Date) -> u32 {
        let good = self.lots.iter().filter(|lot| !lot.is_over(today));
        good.map(|lot| lot.points).sum()
    }

    /// The first last day of any of its points.
    #[must_use]
    pub fn first_last_day(&self) -> Option<Date> {
        self.lots.iter().find_map(|lot| lot.expires_on)
    }

    /// The local day on which it is to be looked at: to warn, or to take what is over.
    #[must_use]
    pub fn due_on(&self) -> Option<Date> {
        let over = self.first_last_day()?.saturating_add(Span::new().days(1));
        let warn = self.unwarned().map(|(last, _)| warned_from(last));
        Some(warn.map_or(over, |warn| warn.min(over)))
    }

    /// Points about to end that the person was not told of yet, to warn.
    #[must_use]
    pub fn to_warn(&self, today: Date) -> Option<(Date, Lot)> {
        let (last, lot) = self.unwarned()?;
        (warned_from(last) <= today && !lot.is_over(today)).then_some((last, lot))
    }

    /// The first points with a last day that the person was not told of.
    fn unwarned(&self) -> Option<(Date, Lot)> {
        let told = self.warned.unwrap_or(Date::MIN);
        let dated = |lot: &Lot| Some((lot.expires_on?, *lot));
        let mut dated = self.lots.iter().filter_map(dated);
        dated.find(|(last, _)| *last > told)
    }

    /// The person is told now about points that end on that day.
    #[must_use]
    pub fn warned_of(self, last: Date) -> Self {
        Self {
            warned: Some(last),
            ver: self.ver + 1,
            ..self
        }
    }
}

fn warned_from(last: Date) -> Date {
    last.saturating_sub(Span::new().days(limits::POINTS_WARNED_DAYS))
}

impl Lot {
    #[must_use]
    pub fn is_over(&self, today: Date) -> bool {
        self.expires_on.is_some_and(|last| last < today)
    }

    /// In the order of lots: those without a last day come at the end.
    fn place(&self) -> (bool, Option<Date>) {
        (self.expires_on.is_none(), self.expires_on)
    }
}

/// What a transfer is within its cause; each has an id of its own.
#[derive(Clone, Copy)]
enum Step {
    Earn = 1,
    Take = 2,
    Pend = 3,
    End = 4,
    Owed = 5,
    Expire = 6,
}

/// Keeps the ids of what ends a pending transfer apart from those posted with it.
const ENDING: u128 = 1 << 16;

/// An account on its way to the next, and what was posted so far.
struct Posts {
    account: Account,
    at: Timestamp,
    cause: u128,
    transfers: Vec<Transfer>,
}

impl Posts {
    fn on(account: &Account, at: Timestamp, cause: u128) -> Self {
        Self {
            account: account.clone(),
            at,
            cause,
            transfers: Vec::new(),
        }
    }

    fn done(mut self) -> Posting {
        self.account.ver += 1;
        Posting {
            account: self.account,
            transfers: self.transfers,
        }
    }

    fn record(
        &mut self,
        step: Step,
        kind: TransferKind,
        (debit, credit): (Party, Party),
        points: u32,
        about: About,
    ) -> TransferId {
        let after = self.account.last + SignedDuration::from_millis(1);
        let at = self.at.max(after);
        let place = step as u128 + 8 * self.transfers.len() as u128;
        let id = TransferId::from_bits(self.cause ^ place);
        self.account.last = at;
        self.transfers.push(Transfer {
            id,
            at,
            kind,
            debit,
            credit,
            points,
            pending: None,
            about,
            rule: None,
            expires_on: None,
            owes: 0,
        });
        id
    }

    fn end(&mut self, hold: &Hold, kind: TransferKind, parties: (Party, Party), about: About) {
        self.record(Step::End, kind, parties, hold.points, about);
        if let Some(last) = self.transfers.last_mut() {
            last.pending = Some(hold.transfer);
        }
    }

    fn credit(&mut self, points: u32, rule: &Rule, about: About, today: Date) {
        let expires_on = rule.last_day(today);
        let parties = (Party::Issued, Party::Person(self.account.person));
        self.deposit(&[Lot { expires_on, points }]);
        self.record(Step::Earn, TransferKind::Posted, parties, points, about);
        if let Some(last) = self.transfers.last_mut() {
            last.rule = Some(rule.ver);
            last.expires_on = expires_on;
        }
        self.pay_owed();
    }

    /// Takes back what was issued, as far as it is there; the rest is owed.
    fn take(&mut self, points: u32, rule: &Rule, about: About) {
        let there = points.min(self.account.available);
        self.withdraw(there);
        let parties = (Party::Person(self.account.person), Party::Issued);
        self.record(Step::Take, TransferKind::Posted, parties, there, about);
        let owes = points - there;
        self.account.owed += owes;
        if let Some(last) = self.transfers.last_mut() {
            last.rule = Some(rule.ver);
            last.owes = owes;
        }
    }

    fn pay_owed(&mut self) {
        let points = self.account.owed.min(self.account.available);
        if points == 0 {
            return;
        }
        self.withdraw(points);
        self.account.owed -= points;
        let parties = (Party::Person(self.account.person), Party::Issued);
        let (step, kind) = (Step::Owed, TransferKind::Posted);
        self.record(step, kind, parties, points, About::Owed);
    }

    fn expire(&mut self, today: Date) {
        let over = self.account.lots.iter().filter(|lot| lot.is_over(today));
        let over: Vec<Lot> = over.copied().collect();
        for lot in over {
            let Some(last_day) = lot.expires_on else {
                continue;
            };
            self.withdraw(lot.points);
            let parties = (Party::Person(self.account.person), Party::Expired);
            let about = About::Expiry { last_day };
            let (step, kind) = (Step::Expire, TransferKind::Posted);
            self.record(step, kind, parties, lot.points, about);
        }
    }

    /// Takes points that are there out of the lots, and says out of which.
    fn withdraw(&mut self, points: u32) -> Vec<Lot> {
        let mut left = points.min(self.account.available);
        self.account.available -= left;
        let mut taken = Vec::new();
        for lot in &mut self.account.lots {
            let part = left.min(lot.points);
            if part > 0 {
                let expires_on = lot.expires_on;
                taken.push(Lot {
                    expires_on,
                    points: part,
                });
            }
            lot.points -= part;
            left -= part;
        }
        self.account.lots.retain(|lot| lot.points > 0);
        taken
    }

    fn deposit(&mut self, lots: &[Lot]) {
        let held = &mut self.account.lots;
        for lot in lots.iter().filter(|lot| lot.points > 0) {
            let same = |other: &&mut Lot| other.expires_on == lot.expires_on;
            match held.iter_mut().find(same) {
                Some(other) => other.points += lot.points,
                None => held.push(*lot),
            }
            self.account.available += lot.points;
        }
        held.sort_by_key(Lot::place);
        // More than any one rule makes: the earliest are good as long as those after them.
        while held.len() > limits::ACCOUNT_LOTS {
            let first = held.remove(0);
            held[0].points += first.points;
        }
    }
}
