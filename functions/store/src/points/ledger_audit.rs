//! Whether points hold together; [`super::stock_audit`]: stock and vouchers. Transfers are added up as they are read; nothing
//! here keeps them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use domain::hours::{Entry, EntryState};
use domain::ledger::{
    About, Account, Balances, Book, Earned, Rule, Transfer, TransferKind, replay,
};
use domain::reward::{Redemption, RedemptionState};
use domain::{ActivityId, EntryId, PersonId, TransferId};
use jiff::Timestamp;
use jiff::civil::Date;

use super::ledger::account_item;
use super::rewards::redemption_item;
use super::stock_audit::Rewards;
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
    earned: BTreeMap<(String, Date), Earned>,
    rewards: Rewards,
    /// By community: the versions of the rule there are.
    rules: BTreeSet<(String, u32)>,
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

/// What the service of one day brought, and of that by which activity.
#[derive(Default, PartialEq)]
struct Day {
    points: i64,
    by: BTreeMap<ActivityId, i64>,
}

impl Day {
    fn add(&mut self, activity: Option<ActivityId>, points: i64) {
        self.points += points;
        if let Some(id) = activity {
            *self.by.entry(id).or_default() += points;
            self.by.retain(|_, sum| *sum != 0);
        }
    }
}

impl From<&Earned> for Day {
    fn from(earned: &Earned) -> Self {
        let by = earned.by.iter();
        Self {
            points: earned.points.into(),
            by: by.map(|(id, points)| (*id, i64::from(*points))).collect(),
        }
    }
}

/// What the transfers of one person add up to.
#[derive(Default)]
struct Sum {
    balances: Balances,
    last: Option<Timestamp>,
    people: BTreeSet<Option<PersonId>>,
    days: BTreeMap<Date, Day>,
    rules: BTreeSet<u32>,
    /// Those of which no rule makes any.
    odd: Vec<TransferId>,
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
        self.people.insert(transfer.person());
        self.rules.extend(transfer.rule);
        self.odd.extend((!transfer.fits()).then_some(transfer.id));
        match &transfer.about {
            About::Hours(served) | About::Correction(served) => {
                let day = self.days.entry(served.day).or_default();
                day.add(served.activity, worth(transfer));
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

pub(super) fn finding(rule: &'static str, subject: impl fmt::Display) -> Finding {
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
                self.earned.insert((pk, earned.day), earned);
            }
            Kind::PointRule => {
                let rule: Rule = read(item.clone())?;
                self.rules.insert((community_of(&pk).to_owned(), rule.ver));
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
            Kind::Redemption => {
                let redemption: Redemption = read(item.clone())?;
                self.look_due(item, &redemption_item(&redemption)?, key);
                self.rewards.redemptions.insert(redemption.id, redemption);
            }
            _ => return self.rewards.keep(kind, item, key),
        }
        Ok(true)
    }

    /// The sweeper finds it nowhere else.
    fn look_due(&mut self, item: &Item, wanted: &Item, key: &Key) {
        if ["dpk", "dsk"]
            .iter()
            .any(|name| item.get(*name) != wanted.get(*name))
        {
            let subject = format!("{} {}", key.pk, key.sk);
            let rule = "what ends stands where it is due";
            self.findings.push(finding(rule, subject));
        }
    }

    pub fn findings(mut self) -> Vec<Finding> {
        let mut found = std::mem::take(&mut self.findings);
        self.wrong_books(&mut found);
        self.wrong_accounts(&mut found);
        self.wrong_transfers(&mut found);
        self.wrong_days(&mut found);
        self.wrong_entries(&mut found);
        self.wrong_holds(&mut found);
        self.rewards.findings(&mut found);
        found
    }

    /// What people have is what was issued and not spent or ended; nobody is below their floor.
    fn wrong_books(&self, found: &mut Vec<Finding>) {
        for (com, book) in &self.books {
            let own = self
                .accounts
                .iter()
                .filter(|(pk, _)| community_of(pk) == com);
            let held = own.map(|(_, one)| i64::from(one.available) + i64::from(one.reserved));
            let total = held.sum::<i64>() + book.outside();
            if total != 0 {
                let rule = "all accounts together are zero";
                found.push(finding(rule, format!("{com}: {total}")));
            }
            let rule = "no account is below its floor";
            let below = book.below_floor();
            found.extend(below.map(|(party, by)| finding(rule, format!("{com} {party:?}: {by}"))));
        }
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
                found.push(finding(
                    "an account is what its transfers add up to",
                    subject,
                ));
            }
            let lots: u64 = account.lots.iter().map(|lot| u64::from(lot.points)).sum();
            if lots != u64::from(account.available) {
                found.push(finding("lots add up to what is available", pk));
            }
            if account.owed > 0 && account.available > 0 {
                found.push(finding("what is owed is paid first", pk));
            }
            if sum.last.is_some_and(|last| last != account.last) {
                found.push(finding("an account knows its last transfer", pk));
            }
            if sum
                .people
                .iter()
                .any(|person| *person != Some(account.person))
            {
                found.push(finding("a transfer is of the person it lies with", pk));
            }
        }
    }

    fn wrong_transfers(&self, found: &mut Vec<Finding>) {
        for (pk, sum) in &self.sums {
            let rule = "a transfer is one that some rule makes";
            found.extend(sum.odd.iter().map(|id| finding(rule, format!("{pk} {id}"))));
            let known = |ver: u32| self.rules.contains(&(community_of(pk).to_owned(), ver));
            let lost = sum.rules.iter().filter(|ver| **ver > 0 && !known(**ver));
            let rule = "a transfer goes by a rule that there is";
            found.extend(lost.map(|ver| finding(rule, format!("{pk} {ver}"))));
        }
    }

    /// A day's sum is what its transfers brought, corrections counted.
    fn wrong_days(&self, found: &mut Vec<Finding>) {
        let none = Day::default();
        let stored = self
            .earned
            .iter()
            .map(|(place, day)| (place.clone(), Day::from(day)));
        let stored: BTreeMap<(String, Date), Day> = stored.collect();
        let said = self.sums.iter().flat_map(|(pk, sum)| {
            let days = sum.days.iter();
            days.map(move |(day, brought)| ((pk.clone(), *day), brought))
        });
        let said: BTreeMap<(String, Date), &Day> = said.collect();
        let all: BTreeSet<&(String, Date)> = stored.keys().chain(said.keys()).collect();
        for place in all {
            let stored = stored.get(place).unwrap_or(&none);
            let said = said.get(place).copied().unwrap_or(&none);
            if stored != said {
                let ((pk, day), has, say) = (place, stored.points, said.points);
                let subject = format!("{pk} {day} counts {has}, transfers say {say}");
                found.push(finding("a day earned what its service brought", subject));
            }
        }
    }

    /// An entry is worth what its transfer brought; one that took another's place, what that changed.
    fn wrong_entries(&self, found: &mut Vec<Finding>) {
        for (id, entry) in self.entries.iter().filter(|(_, entry)| entry.counts) {
            let before = entry
                .supersedes
                .and_then(|before| self.entries.get(&before));
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
        for redemption in self.rewards.redemptions.values() {
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
}
