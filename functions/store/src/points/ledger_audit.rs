//! Whether points, stock and vouchers hold together. Transfers are added up as they are read; nothing
//! here keeps them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use domain::hours::{Entry, EntryState};
use domain::ledger::{About, Account, Balances, Book, Earned, Transfer, TransferKind, replay};
use domain::reward::{Redemption, RedemptionState, Reward, Taken};
use domain::{CommunityId, EntryId, RedemptionId, RewardId, TransferId, limits};
use jiff::Timestamp;
use jiff::civil::Date;

use super::ledger::account_item;
use super::rewards::{Stock, StockMove, Voucher, redemption_item};
use crate::audit::Finding;
use crate::schema::{self, Item, Key, Kind};
use crate::table::{Error, read};

/// What the rules look at, by partition where a thing does not name its community.
#[derive(Default)]
pub(crate) struct Points {
    findings: Vec<Finding>,
    accounts: BTreeMap<String, Account>,
    sums: BTreeMap<String, Sum>,
    /// By community.
    books: BTreeMap<String, Book>,
    earned: BTreeMap<(String, Date), u32>,
    taken: BTreeMap<(String, RewardId), Taken>,
    rewards: BTreeMap<(CommunityId, RewardId), Reward>,
    /// By the partition of their reward: how many parts, what is left, and all that was ever put in.
    stock: BTreeMap<String, Held>,
    redemptions: BTreeMap<RedemptionId, Redemption>,
    vouchers: BTreeMap<String, RedemptionId>,
    entries: BTreeMap<EntryId, Worth>,
    /// What the transfers say each entry brought, or a correction changed.
    brought: BTreeMap<EntryId, i64>,
}

/// What an entry of service time says it is worth; nothing while it does not count.
struct Worth {
    points: i64,
    supersedes: Option<EntryId>,
    counts: bool,
}

#[derive(Default)]
struct Held {
    parts: u8,
    left: i64,
    moved: i64,
    goes_by: BTreeSet<u64>,
}

/// What the transfers of one person add up to.
#[derive(Default)]
struct Sum {
    balances: Balances,
    last: Option<Timestamp>,
    days: BTreeMap<Date, i64>,
    pending: BTreeMap<TransferId, u32>,
    ended: BTreeMap<TransferId, Vec<(TransferKind, u32)>>,
}

impl Sum {
    fn take(&mut self, transfer: &Transfer) {
        let one = replay([transfer]);
        self.balances.available += one.available;
        self.balances.reserved += one.reserved;
        self.balances.owed += one.owed;
        self.last = self.last.max(Some(transfer.at));
        match &transfer.about {
            About::Hours(served) | About::Correction(served) => {
                *self.days.entry(served.day).or_default() += worth(transfer);
            }
            About::Redemption { .. } | About::Expiry { .. } | About::Owed => {}
        }
        if transfer.kind == TransferKind::Pending {
            self.pending.insert(transfer.id, transfer.points);
        }
        if let Some(pending) = transfer.pending {
            let ends = self.ended.entry(pending).or_default();
            ends.push((transfer.kind, transfer.points));
        }
    }
}

/// How many of one reward somebody redeemed, altogether and by month.
#[derive(Default)]
struct Counted<'r> {
    total: u32,
    months: BTreeMap<&'r str, u32>,
}

fn finding(rule: &'static str, subject: impl fmt::Display) -> Finding {
    let subject = subject.to_string();
    Finding { rule, subject }
}

/// What a transfer of confirmed service made of the day's points, whether or not it was there to take.
fn worth(transfer: &Transfer) -> i64 {
    transfer.change() - i64::from(transfer.owes)
}

/// The community a partition key begins with.
fn community_of(pk: &str) -> &str {
    pk.split('#').next().unwrap_or_default()
}

impl Points {
    /// Takes what is of this context; answers whether it was.
    pub fn keep(&mut self, kind: Kind, item: &Item, key: &Key) -> Result<bool, Error> {
        let pk = key.pk.clone();
        match kind {
            Kind::PointAccount => {
                let account: Account = read(item.clone())?;
                self.look_due(item, &account_item(&account)?, key);
                self.accounts.insert(pk, account);
            }
            Kind::Transfer => {
                let transfer: Transfer = read(item.clone())?;
                let book = self.books.entry(community_of(&pk).to_owned());
                book.or_default().post(&transfer);
                if let About::Hours(served) | About::Correction(served) = &transfer.about {
                    *self.brought.entry(served.entry).or_default() += worth(&transfer);
                }
                self.sums.entry(pk).or_default().take(&transfer);
            }
            Kind::Earned => {
                let earned: Earned = read(item.clone())?;
                self.earned.insert((pk, earned.day), earned.points);
            }
            Kind::Taken => {
                let taken: Taken = read(item.clone())?;
                self.taken.insert((pk, taken.reward), taken);
            }
            Kind::Reward => {
                let reward: Reward = read(item.clone())?;
                self.rewards.insert((reward.community, reward.id), reward);
            }
            Kind::Stock => {
                let part: Stock = read(item.clone())?;
                let stock = self.stock.entry(pk).or_default();
                stock.parts += 1;
                stock.left += i64::from(part.left);
                stock.goes_by.insert(part.goes_by);
            }
            Kind::StockMove => {
                let moved: StockMove = read(item.clone())?;
                self.stock.entry(pk).or_default().moved += moved.add;
            }
            Kind::Redemption => {
                let redemption: Redemption = read(item.clone())?;
                self.look_due(item, &redemption_item(&redemption)?, key);
                self.redemptions.insert(redemption.id, redemption);
            }
            Kind::Voucher => {
                let voucher: Voucher = read(item.clone())?;
                self.vouchers.insert(pk, voucher.redemption);
            }
            // Not only of points.
            Kind::Entry => {
                let entry: Entry = read(item.clone())?;
                let worth = Worth {
                    points: i64::from(entry.points),
                    supersedes: entry.supersedes,
                    counts: matches!(
                        entry.state,
                        EntryState::Approved | EntryState::Superseded { .. }
                    ),
                };
                self.entries.insert(entry.id, worth);
                return Ok(false);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The sweeper finds it nowhere else.
    fn look_due(&mut self, item: &Item, wanted: &Item, key: &Key) {
        if ["dpk", "dsk"].iter().any(|name| item.get(*name) != wanted.get(*name)) {
            let subject = format!("{} {}", key.pk, key.sk);
            let rule = "what ends stands where it is due";
            self.findings.push(finding(rule, subject));
        }
    }

    pub fn findings(mut self) -> Vec<Finding> {
        let mut found = std::mem::take(&mut self.findings);
        self.wrong_books(&mut found);
        self.wrong_accounts(&mut found);
        self.wrong_days(&mut found);
        self.wrong_entries(&mut found);
        self.wrong_holds(&mut found);
        self.wrong_stock(&mut found);
        self.wrong_taken(&mut found);
        self.wrong_vouchers(&mut found);
        found
    }

    fn wrong_books(&self, found: &mut Vec<Finding>) {
        let rule = "every transfer debits what it credits";
        let wrong = self.books.iter().filter(|(_, book)| book.total() != 0);
        found.extend(wrong.map(|(com, book)| finding(rule, format!("{com}: {}", book.total()))));
    }

    fn wrong_accounts(&self, found: &mut Vec<Finding>) {
        let none = Sum::default();
        let everybody: BTreeSet<&String> = self.accounts.keys().chain(self.sums.keys()).collect();
        for pk in everybody {
            let sum = self.sums.get(pk).unwrap_or(&none);
            let Some(account) = self.accounts.get(pk) else {
                found.push(finding("transfers belong to an account", pk));
                continue;
            };
            let stored = Balances::from(account);
            if stored != sum.balances {
                let subject = format!("{pk} has {stored:?}, transfers say {:?}", sum.balances);
                found.push(finding("an account is what its transfers add up to", subject));
            }
            let lots: u64 = account.lots.iter().map(|lot| u64::from(lot.points)).sum();
            if lots != u64::from(account.available) {
                found.push(finding("lots add up to what is available", pk));
            }
            if account.owed > 0 && account.available > 0 {
                found.push(finding("what is owed is paid first", pk));
            }
            if sum.last.is_some_and(|last| last > account.last) {
                found.push(finding("an account knows its last transfer", pk));
            }
        }
    }

    /// A day's sum is what its transfers brought, corrections counted.
    fn wrong_days(&self, found: &mut Vec<Finding>) {
        let mut days: BTreeMap<(&String, Date), [i64; 2]> = BTreeMap::new();
        for ((pk, day), points) in &self.earned {
            days.entry((pk, *day)).or_default()[0] = i64::from(*points);
        }
        for (pk, sum) in &self.sums {
            for (day, points) in &sum.days {
                days.entry((pk, *day)).or_default()[1] = *points;
            }
        }
        for ((pk, day), [stored, said]) in days {
            if stored != said {
                let subject = format!("{pk} {day} counts {stored}, transfers say {said}");
                found.push(finding("a day earned what its service brought", subject));
            }
        }
    }

    /// An entry is worth what its transfer brought; one that took another's place, what that changed.
    fn wrong_entries(&self, found: &mut Vec<Finding>) {
        for (id, entry) in self.entries.iter().filter(|(_, entry)| entry.counts) {
            let before = entry.supersedes.and_then(|before| self.entries.get(&before));
            let wanted = entry.points - before.map_or(0, |before| before.points);
            let brought = self.brought.get(id).copied().unwrap_or(0);
            if brought != wanted {
                let subject = format!("{id} says {wanted}, transfers say {brought}");
                found.push(finding("an entry is worth what it brought", subject));
            }
        }
    }

    /// A pending transfer belongs to one redemption, and is ended as that one was, once.
    fn wrong_holds(&self, found: &mut Vec<Finding>) {
        let rule = "a pending transfer ends as its redemption did";
        let mut known: BTreeSet<(String, TransferId)> = BTreeSet::new();
        let none = Sum::default();
        for redemption in self.redemptions.values() {
            let pk = schema::point_account(redemption.community, redemption.person).pk;
            let sum = self.sums.get(&pk).unwrap_or(&none);
            let hold = &redemption.hold;
            let end = match redemption.state {
                RedemptionState::Reserved => vec![],
                RedemptionState::Settled => vec![(TransferKind::PostPending, hold.points)],
                RedemptionState::Cancelled => vec![(TransferKind::VoidPending, hold.points)],
                RedemptionState::Expired => vec![(TransferKind::ExpirePending, hold.points)],
            };
            let ended = sum.ended.get(&hold.transfer).cloned().unwrap_or_default();
            if sum.pending.get(&hold.transfer) != Some(&hold.points) || ended != end {
                found.push(finding(rule, redemption.id));
            }
            known.insert((pk, hold.transfer));
        }
        for (pk, sum) in &self.sums {
            for transfer in sum.pending.keys().chain(sum.ended.keys()) {
                if !known.contains(&(pk.clone(), *transfer)) {
                    found.push(finding(rule, format!("{pk} {transfer} is of none")));
                }
            }
        }
    }

    /// What was ever put in is left, reserved or handed over; every part goes by the same version.
    fn wrong_stock(&self, found: &mut Vec<Finding>) {
        let mut out: BTreeMap<String, i64> = BTreeMap::new();
        for redemption in self.redemptions.values().filter(|one| counts(one)) {
            let pk = schema::stock(redemption.community, redemption.reward, 0).pk;
            *out.entry(pk).or_default() += i64::from(redemption.quantity);
            let shares: u64 = redemption.shares.iter().map(|s| u64::from(s.count)).sum();
            if shares != u64::from(redemption.quantity) {
                let rule = "a redemption took what it is for";
                found.push(finding(rule, redemption.id));
            }
        }
        for reward in self.rewards.values() {
            let pk = schema::stock(reward.community, reward.id, 0).pk;
            let (none, taken) = (Held::default(), out.remove(&pk).unwrap_or(0));
            let stock = self.stock.get(&pk).unwrap_or(&none);
            if stock.moved != stock.left + taken {
                let subject = format!("{pk}: {} in, {} left, {taken} out", stock.moved, stock.left);
                found.push(finding("what was in stock is left or taken", subject));
            }
            if stock.parts != limits::STOCK_SHARDS || stock.goes_by != [reward.ver].into() {
                found.push(finding("every part of a stock goes by its reward", pk));
            }
        }
        let rule = "a redemption is of a reward";
        found.extend(out.into_keys().map(|pk| finding(rule, pk)));
    }

    fn wrong_taken(&self, found: &mut Vec<Finding>) {
        let mut counted: BTreeMap<(String, RewardId), Counted<'_>> = BTreeMap::new();
        for redemption in self.redemptions.values().filter(|one| counts(one)) {
            let key = schema::taken(redemption.community, redemption.person, redemption.reward);
            let of = counted.entry((key.pk, redemption.reward)).or_default();
            of.total += redemption.quantity;
            *of.months.entry(&redemption.month).or_default() += redemption.quantity;
        }
        let all: BTreeSet<&(String, RewardId)> = self.taken.keys().chain(counted.keys()).collect();
        for place in all {
            let (total, in_month) = match (self.taken.get(place), counted.get(place)) {
                (Some(taken), Some(of)) => {
                    let month = of.months.get(taken.month.as_str()).copied();
                    (taken.total, month.unwrap_or(0) == taken.in_month)
                }
                (Some(taken), None) => (taken.total, taken.in_month == 0),
                (None, _) => (0, true),
            };
            if total != counted.get(place).map_or(0, |of| of.total) || !in_month {
                let subject = format!("{} {}", place.0, place.1);
                found.push(finding("limits count what was redeemed", subject));
            }
        }
    }

    fn wrong_vouchers(&self, found: &mut Vec<Finding>) {
        let rule = "a code leads to its redemption";
        let mut led: BTreeSet<RedemptionId> = BTreeSet::new();
        for (pk, id) in &self.vouchers {
            let redemption = self.redemptions.get(id);
            let same = redemption.is_some_and(|one| schema::voucher(one.community, one.code).pk == *pk);
            if same {
                led.insert(*id);
            } else {
                found.push(finding(rule, pk));
            }
        }
        let lost = self.redemptions.keys().filter(|id| !led.contains(id));
        found.extend(lost.map(|id| finding(rule, id)));
    }
}

/// Points and goods of it are kept or gone.
fn counts(redemption: &Redemption) -> bool {
    matches!(
        redemption.state,
        RedemptionState::Reserved | RedemptionState::Settled
    )
}
