//! Rewards and their stock, redemptions, and the counter where vouchers are handed over.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use domain::reward::{ConsentHow, RedemptionState, RewardKind, RewardState};
use domain::{CommandId, PersonId, RedemptionId, RewardId};
use jiff::civil::Date;

use crate::endpoint::{None_, Page, endpoints, json};
use crate::moment::Moment;

/// A voucher's code as somebody typed or scanned it, right or wrong: a slip is answered as such, and
/// not as a voucher that is not there. In an address without anything but letters, digits and hyphens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedCode(String);

impl TypedCode {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TypedCode {
    type Err = Infallible;
    fn from_str(raw: &str) -> Result<Self, Infallible> {
        let plain = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
        Ok(Self(raw.chars().filter(plain).collect()))
    }
}

impl fmt::Display for TypedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for TypedCode {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "TypedCode".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[-0-9A-Za-z]+$" })
    }
}

endpoints! {
    /// What points can be redeemed for: at most 200, the cheapest first. Closed ones too for those who may change them.
    ListRewards: Get "/v1/rewards" () [RewardsQuery] as Volunteer, None_ => 200 Page<RewardView>;
    /// One reward, with what one has of it.
    GetReward: Get "/v1/rewards/{id}" (RewardId) [RewardQuery] as Volunteer, None_ => 200 RewardView;
    /// Add a reward, with its first stock.
    CreateReward: Post "/v1/rewards" () as RunRewards, CreateRewardBody => 201 RewardView;
    /// Change a reward. What was redeemed before keeps its points.
    UpdateReward: Put "/v1/rewards/{id}" (RewardId) as RunRewards, UpdateRewardBody => 200 RewardView;
    /// Put more in stock, or (below zero) take some out, down to nothing left.
    AddStock: Post "/v1/rewards/{id}/stock" (RewardId) as RunRewards, AddStockBody => 200 RewardView;
    /// What was put in stock and taken out by hand: when, by whom and why, newest first.
    ListStockMoves: Get "/v1/rewards/{id}/stock" (RewardId) [StockMovesQuery] as RunRewards, None_ => 200 Page<StockMoveView>;

    /// Redeem points: for oneself, a ward, or (helpers, staff) for somebody who was asked. Answers with the voucher. Of several reasons against it the first is said: `reward_closed`, `limit_person`, `limit_month`, `price_changed`, `points_short`, `out_of_stock`.
    CreateRedemption: Post "/v1/redemptions" () as Volunteer, CreateRedemptionBody => 201 RedemptionView;
    /// One's own redemptions or a ward's, newest first.
    ListRedemptions: Get "/v1/redemptions" () [RedemptionsQuery] as Volunteer, None_ => 200 Page<RedemptionView>;
    /// One redemption: the person's, whoever decides for them, and those at the counter.
    GetRedemption: Get "/v1/redemptions/{id}" (RedemptionId) as Volunteer, None_ => 200 RedemptionView;
    /// The voucher that goes by this code, typed or scanned. The look is written down.
    GetVoucher: Get "/v1/counter/vouchers/{code}" (TypedCode) as Counter, None_ => 200 RedemptionView;
    /// Hand it over. Never by whoever it is for, decides for them, or redeemed it.
    SettleRedemption: Post "/v1/redemptions/{id}/settle" (RedemptionId) as Counter, SettleRedemptionBody => 200 RedemptionView;
    /// Call it off: points and goods go back. The person, whoever decides for them, and those at the counter.
    CancelRedemption: Post "/v1/redemptions/{id}/cancel" (RedemptionId) as Volunteer, CancelRedemptionBody => 200 RedemptionView;
}

json! {
    pub struct RewardsQuery {
        /// Closed ones too; for those who may change them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub closed: Option<bool>,
        /// Whose points and limits to look at; absent: one's own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<PersonId>,
    }
    pub struct RewardQuery {
        /// Whose limits to look at; absent: one's own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<PersonId>,
    }
    pub struct RewardView {
        pub id: RewardId,
        pub name: String,
        pub about: String,
        pub kind: RewardKind,
        /// For each.
        pub points: u32,
        /// How many one person may have, ever and within a calendar month.
        pub per_person: Option<u32>,
        pub per_month: Option<u32>,
        /// The last day it can be redeemed.
        pub open_until: Option<Date>,
        pub state: RewardState,
        /// Can be redeemed today, if points and stock suffice.
        pub open: bool,
        /// In stock.
        pub left: u32,
        /// How many more the person may redeem now, by their limits, their points and the stock.
        pub can_take: u32,
        /// How many of it the person has redeemed, those that came back not counted.
        pub taken: u32,
        /// What it took, the newest first; of one reward, for those who may change it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub prices: Vec<RewardPrice>,
        pub ver: u64,
    }
    pub struct RewardPrice {
        pub points: u32,
        /// Whoever set it; empty where they left.
        pub by_name: String,
        /// Since when.
        pub at: Moment,
    }
    pub struct CreateRewardBody {
        pub id: RewardId,
        pub name: String,
        #[serde(default)]
        pub about: String,
        pub kind: RewardKind,
        /// For each, 1 to 1000000.
        pub points: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub per_person: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub per_month: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub open_until: Option<Date>,
        /// The first stock, 0 to 10000.
        #[serde(default)]
        pub stock: u32,
    }
    pub struct UpdateRewardBody {
        pub id: CommandId,
        pub name: String,
        #[serde(default)]
        pub about: String,
        pub kind: RewardKind,
        pub points: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub per_person: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub per_month: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub open_until: Option<Date>,
        pub state: RewardState,
        /// The version the change is made on.
        pub ver: u64,
    }
    pub struct AddStockBody {
        pub id: CommandId,
        /// -10000 to 10000, not 0.
        pub add: i32,
        /// Why, in a line; kept with it.
        pub reason: String,
    }
    pub struct StockMovesQuery {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cursor: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<usize>,
    }
    pub struct StockMoveView {
        pub at: Moment,
        /// Below zero: taken out.
        pub add: i64,
        /// Whoever moved it; empty where they left.
        pub by_name: String,
        /// Empty for the first stock, which came with the reward.
        pub reason: String,
    }

    pub struct CreateRedemptionBody {
        pub id: RedemptionId,
        pub reward: RewardId,
        /// 1 to 10000.
        pub quantity: u32,
        /// The points altogether, as they were shown: refused where they are others by now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub points: Option<u32>,
        /// Whom it is for, if not oneself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<PersonId>,
        /// How they agreed; needed where a helper or staff redeems for somebody.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub consent: Option<ConsentHow>,
    }
    pub struct RedemptionView {
        pub id: RedemptionId,
        pub person: PersonId,
        pub person_name: String,
        /// Redeemed by another person for them: their name.
        pub by_name: Option<String>,
        /// How they agreed to that.
        pub consent: Option<ConsentHow>,
        pub reward: RewardId,
        /// The reward's name as it was then.
        pub name: String,
        pub quantity: u32,
        /// Altogether.
        pub points: u32,
        /// Shown at the counter: `ABCD-EFGH-J`. For staff only where they were given it, or redeemed it
        /// for the person; else empty.
        pub code: String,
        pub state: RedemptionState,
        /// The voucher is good until then.
        pub until: Moment,
        /// Who handed it over or cancelled it, for staff.
        pub moved_by_name: Option<String>,
        /// Why it was cancelled.
        pub reason: String,
        pub created_at: Moment,
        pub changed_at: Moment,
        /// What the reader may do now, as endpoint names: `SettleRedemption`, `CancelRedemption`.
        pub moves: Vec<String>,
        pub ver: u64,
    }
    pub struct RedemptionsQuery {
        /// Whose; absent: one's own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<PersonId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cursor: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<usize>,
    }
    pub struct SettleRedemptionBody {
        pub id: CommandId,
        /// As it was shown at the counter; refused where it is not this voucher's.
        pub code: String,
    }
    pub struct CancelRedemptionBody {
        pub id: CommandId,
        /// Those at the counter have to give one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<String>,
    }
}
