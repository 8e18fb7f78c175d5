//! Whether rewards, their stock, limits and vouchers hold together.

use std::collections::{BTreeMap, BTreeSet};

use domain::reward::{Redemption, RedemptionState, Reward, Taken};
use domain::{CommunityId, RedemptionId, RewardId, limits};

use super::ledger_audit::finding;
use super::rewards::Voucher;
use super::stock::{Stock, StockMove};
use crate::audit::Finding;
use crate::schema::{self, Item, Key, Kind};
use crate::table::{Error, read};

/// What the rules look at.
#[derive(Default)]
pub(super) struct Rewards {
    taken: BTreeMap<(String, RewardId), Taken>,
    rewards: BTreeMap<(CommunityId, RewardId), Reward>,
    /// By the partition of their reward: how many parts, what is left, and all that was ever put in.
    stock: BTreeMap<String, Held>,
    pub redemptions: BTreeMap<RedemptionId, Redemption>,
    vouchers: BTreeMap<String, RedemptionId>,
}

#[derive(Default)]
struct Held {
    parts: u8,
    left: i64,
    moved: i64,
    goes_by: BTreeSet<u64>,
}

/// How many of one reward somebody redeemed, altogether and by month.
#[derive(Default)]
struct Counted<'r> {
    total: u32,
    months: BTreeMap<&'r str, u32>,
}

impl Rewards {
    /// Takes what is of this context; answers whether it was.
    pub fn keep(&mut self, kind: Kind, item: &Item, key: &Key) -> Result<bool, Error> {
        let pk = key.pk.clone();
        match kind {
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
            Kind::Voucher => {
                let voucher: Voucher = read(item.clone())?;
                self.vouchers.insert(pk, voucher.redemption);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    pub fn findings(&self, found: &mut Vec<Finding>) {
        self.wrong_stock(found);
        self.wrong_taken(found);
        self.wrong_vouchers(found);
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
            let same =
                redemption.is_some_and(|one| schema::voucher(one.community, one.code).pk == *pk);
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
