//! Rewards, the vouchers they are redeemed for, and the life of a redemption.
//!
//! ```text
//! reserved ──settle──▶ settled
//!    ├── cancel ──▶ cancelled
//!    └── expire ──▶ expired
//! ```
//! A reserved redemption keeps its points and its goods; cancelled and expired ones give both back.
//! Nothing here ever deletes a redemption. Who gets what is decided by [`refuse`] in one order;
//! whether there is enough is decided by [`crate::ledger::reserve`] and [`plan`], in this order.

mod code;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::access::named;
use crate::hands::Shared;
use crate::ledger::{About, Hold};
use crate::{CommunityId, PersonId, RedemptionId, Refusal, RewardId, limits};

pub use code::{BadVoucherCode, VoucherCode};

named! {
    RewardKind { Goods = "goods", Service = "service" }
}

named! {
    RewardState { Open = "open", Closed = "closed" }
}

/// What points can be redeemed for. Its stock is kept beside it, in [`limits::STOCK_SHARDS`] parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reward {
    pub id: RewardId,
    pub community: CommunityId,
    pub name: String,
    pub about: String,
    pub kind: RewardKind,
    /// For each.
    pub points: u32,
    /// How many one person may have, ever and within a calendar month.
    pub per_person: Option<u32>,
    pub per_month: Option<u32>,
    /// The last local day it can be redeemed.
    pub open_until: Option<Date>,
    pub state: RewardState,
    /// What it took and takes, the newest last.
    #[serde(default)]
    pub prices: Vec<Price>,
    pub ver: u64,
}

/// What a reward took from then on, and who said so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    pub points: u32,
    pub by: PersonId,
    pub at: Timestamp,
}

impl Reward {
    /// With its price kept as one that was set; of those before, the newest stay.
    #[must_use]
    pub fn priced(mut self, (by, at): (PersonId, Timestamp)) -> Self {
        let points = self.points;
        self.prices.push(Price { points, by, at });
        let over = self.prices.len().saturating_sub(limits::REWARD_PRICES);
        self.prices.drain(..over);
        self
    }

    #[must_use]
    pub fn is_open(&self, today: Date) -> bool {
        self.state == RewardState::Open && self.open_until.is_none_or(|last| today <= last)
    }
}

/// How many of one reward a person has, those that came back not counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    pub reward: RewardId,
    pub total: u32,
    /// The month the last was redeemed in, `YYYY-MM`, and how many of it.
    pub month: String,
    pub in_month: u32,
    /// 0: not stored yet.
    pub ver: u64,
}

/// The calendar month of a local day, as it is counted: `YYYY-MM`.
#[must_use]
pub fn month_of(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

impl Taken {
    #[must_use]
    pub fn none(reward: RewardId) -> Self {
        Self {
            reward,
            total: 0,
            month: String::new(),
            in_month: 0,
            ver: 0,
        }
    }

    /// How many were redeemed in that month, as far as it is the last that counts.
    #[must_use]
    pub fn in_month(&self, month: &str) -> u32 {
        if self.month == month {
            self.in_month
        } else {
            0
        }
    }

    #[must_use]
    pub fn with(&self, quantity: u32, month: &str) -> Self {
        Self {
            total: self.total + quantity,
            in_month: self.in_month(month) + quantity,
            month: month.to_owned(),
            ver: self.ver + 1,
            ..self.clone()
        }
    }

    /// After so many came back that were redeemed in that month.
    #[must_use]
    pub fn without(&self, quantity: u32, month: &str) -> Self {
        let of_month = self.in_month(month).min(quantity);
        Self {
            total: self.total.saturating_sub(quantity),
            in_month: self.in_month - of_month,
            ver: self.ver + 1,
            ..self.clone()
        }
    }
}

/// May a person redeem so many on that local day? `shown`: the points altogether that they were asked
/// for, if they said. Refuses, in this order: `RewardClosed`, `LimitPerson`, `LimitMonth`,
/// `PriceChanged`; after that come `PointsShort` and `OutOfStock`. Answers with the points.
pub fn refuse(
    reward: &Reward,
    taken: &Taken,
    quantity: u32,
    shown: Option<u32>,
    today: Date,
) -> Result<u32, Refusal> {
    if !reward.is_open(today) {
        return Err(Refusal::RewardClosed);
    }
    let left = |max: u32, had: u32| max.saturating_sub(had);
    if let Some(max) = reward.per_person
        && left(max, taken.total) < quantity
    {
        let left = left(max, taken.total);
        return Err(Refusal::LimitPerson { max, left });
    }
    let had = taken.in_month(&month_of(today));
    if let Some(max) = reward.per_month
        && left(max, had) < quantity
    {
        let left = left(max, had);
        return Err(Refusal::LimitMonth { max, left });
    }
    let points = reward.points.saturating_mul(quantity);
    match shown {
        Some(shown) if shown != points => Err(Refusal::PriceChanged { points }),
        Some(_) | None => Ok(points),
    }
}

/// How many more a person could redeem on that local day; `usable`: their points, `left`: in stock.
#[must_use]
pub fn can_take(reward: &Reward, taken: &Taken, usable: u32, left: u32, today: Date) -> u32 {
    if !reward.is_open(today) {
        return 0;
    }
    let more = |max: Option<u32>, had: u32| max.map_or(u32::MAX, |max| max.saturating_sub(had));
    let payable = usable.checked_div(reward.points).unwrap_or(u32::MAX);
    let in_month = taken.in_month(&month_of(today));
    more(reward.per_person, taken.total)
        .min(more(reward.per_month, in_month))
        .min(payable)
        .min(left)
        .min(limits::REWARD_COUNT)
}

/// A part of a stock, and how many of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    pub shard: u8,
    pub count: u32,
}

/// From which parts so many are taken: from one if one has enough, the first after `start`; else
/// from several. `left`: what each part has. Refuses: `OutOfStock` where all together have less.
pub fn plan(left: &[u32], start: usize, quantity: u32) -> Result<Vec<Share>, Refusal> {
    let all: u64 = left.iter().map(|left| u64::from(*left)).sum();
    if all < u64::from(quantity) {
        let left = u32::try_from(all).unwrap_or(u32::MAX);
        return Err(Refusal::OutOfStock { left });
    }
    let count = left.len();
    let around = (0..count).map(|step| (start + step) % count);
    let share = |at: usize, count: u32| Share {
        shard: u8::try_from(at).unwrap_or(u8::MAX),
        count,
    };
    if let Some(at) = around.clone().find(|at| left[*at] >= quantity) {
        return Ok(vec![share(at, quantity)]);
    }
    let mut wanted = quantity;
    let mut shares = Vec::new();
    for at in around {
        let part = left[at].min(wanted);
        if part > 0 {
            shares.push(share(at, part));
        }
        wanted -= part;
    }
    Ok(shares)
}

/// How new stock is spread over the parts, evenly.
#[must_use]
pub fn spread(count: u32) -> Vec<Share> {
    let parts = u32::from(limits::STOCK_SHARDS);
    (0..limits::STOCK_SHARDS)
        .map(|shard| Share {
            shard,
            count: count / parts + u32::from(u32::from(shard) < count % parts),
        })
        .filter(|share| share.count > 0)
        .collect()
}

/// At which part a person begins to look, so that people do not all begin at the same.
#[must_use]
pub fn first_shard(person: PersonId) -> usize {
    let bits = person.bits() ^ (person.bits() >> 64);
    let spread = bits.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835) >> 96;
    usize::try_from(spread % u128::from(limits::STOCK_SHARDS)).unwrap_or(0)
}

named! {
    RedemptionState {
        Reserved = "reserved",
        Settled = "settled",
        Cancelled = "cancelled",
        Expired = "expired",
    }
}

named! {
    /// How somebody agreed to have a helper redeem for them.
    ConsentHow { InPerson = "in_person", ByPhone = "by_phone" }
}

/// So many of one reward for one person. Written whole with each change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redemption {
    pub id: RedemptionId,
    pub community: CommunityId,
    pub person: PersonId,
    /// Who redeemed it: the person, their guardian or a helper.
    pub by: PersonId,
    pub consent: Option<ConsentHow>,
    pub reward: RewardId,
    /// As it was called then.
    pub name: String,
    pub quantity: u32,
    pub code: VoucherCode,
    pub state: RedemptionState,
    /// From then on the voucher is good no more.
    pub until: Timestamp,
    /// The person was told that it ends soon.
    pub warned: bool,
    pub hold: Hold,
    pub shares: Vec<Share>,
    /// In which month it counts, `YYYY-MM`.
    pub month: String,
    /// Who moved it last, and when; nobody where time did.
    pub moved_by: Option<PersonId>,
    /// Why it was cancelled.
    pub reason: String,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
    pub ver: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Handed over at the counter by this person. `speaks`: they decide for whom it is for; `shared`: who
    /// of those concerned may be the same person.
    Settle {
        by: PersonId,
        speaks: bool,
        shared: Shared,
    },
    Cancel {
        by: PersonId,
        reason: String,
    },
    /// Its time ran out, or, where its person leaves, is made to.
    Expire,
}

impl Redemption {
    #[must_use]
    pub fn until_from(at: Timestamp) -> Timestamp {
        let days = SignedDuration::from_hours(24 * limits::VOUCHER_DAYS);
        at.saturating_add(days).unwrap_or(Timestamp::MAX)
    }

    /// Refuses: `OwnVoucher` (nobody hands over what is theirs or their child's, nor what they redeemed
    /// for another), `VoucherIs`, `VoucherLapsed`, `OneHand` (with whose it is, or who redeemed it).
    pub fn apply(self, event: Event, at: Timestamp) -> Result<Self, Refusal> {
        use RedemptionState::{Cancelled, Expired, Reserved, Settled};
        if let Event::Settle { by, speaks, .. } = event
            && (speaks || by == self.person || by == self.by)
        {
            return Err(Refusal::OwnVoucher);
        }
        let lapsed = at >= self.until;
        let (state, moved_by, reason) = match (self.state, event) {
            (Reserved, Event::Settle { .. } | Event::Cancel { .. }) if lapsed => {
                return Err(Refusal::VoucherLapsed);
            }
            (Reserved, Event::Settle { by, shared, .. }) => {
                shared.refuse(self.person)?;
                shared.refuse(self.by)?;
                (Settled, Some(by), String::new())
            }
            (Reserved, Event::Cancel { by, reason }) => (Cancelled, Some(by), reason),
            (Reserved, Event::Expire) => (Expired, None, String::new()),
            (
                Settled | Cancelled | Expired,
                Event::Settle { .. } | Event::Cancel { .. } | Event::Expire,
            ) => return Err(Refusal::VoucherIs { state: self.state }),
        };
        Ok(Self {
            state,
            moved_by,
            reason,
            changed_at: at,
            ver: self.ver + 1,
            ..self
        })
    }

    /// As it stands at that moment, whether or not it was written down yet.
    #[must_use]
    pub fn state_at(&self, at: Timestamp) -> RedemptionState {
        match self.state {
            RedemptionState::Reserved if at >= self.until => RedemptionState::Expired,
            state => state,
        }
    }

    /// When the person is told that it ends soon.
    #[must_use]
    pub fn warn_at(&self) -> Timestamp {
        let days = SignedDuration::from_hours(24 * limits::VOUCHER_WARNED_DAYS);
        self.until.saturating_sub(days).unwrap_or(self.until)
    }

    /// When something is to be done about it by itself.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        match self.state {
            RedemptionState::Reserved if self.warned => Some(self.until),
            RedemptionState::Reserved => Some(self.warn_at()),
            RedemptionState::Settled | RedemptionState::Cancelled | RedemptionState::Expired => {
                None
            }
        }
    }

    /// The person is told now that it ends soon.
    #[must_use]
    pub fn with_warning(self) -> Self {
        Self {
            warned: true,
            ver: self.ver + 1,
            ..self
        }
    }

    /// What stays of it when its person leaves: no words.
    #[must_use]
    pub fn without_words(self) -> Self {
        Self {
            reason: String::new(),
            ..self
        }
    }

    /// As the ledger names it.
    #[must_use]
    pub fn about(&self) -> About {
        About::Redemption {
            redemption: self.id,
            reward: self.reward,
            what: self.name.clone(),
            quantity: self.quantity,
        }
    }
}
