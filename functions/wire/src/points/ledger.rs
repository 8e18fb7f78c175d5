//! Points: what somebody has, every transfer behind it, and how points are earned.

use domain::ledger::{RuleWhy, TransferKind};
use domain::{ActivityId, CommandId, EntryId, PersonId, RedemptionId, RewardId, TransferId};
use jiff::civil::Date;

use crate::endpoint::{None_, Page, endpoints, json};
use crate::moment::Moment;

endpoints! {
    /// One's own points, a ward's, or (helpers, staff) anybody's; a look at another's is written down.
    GetPointAccount: Get "/v1/points/account" () [AccountQuery] as Volunteer, None_ => 200 AccountView;
    /// The statement: every transfer with what it is about, newest first. Of oneself, a ward, or (staff) anybody.
    ListPointEntries: Get "/v1/points/entries" () [StatementQuery] as Volunteer, None_ => 200 Page<TransferView>;
    /// How points are earned.
    GetPointRule: Get "/v1/points/rule" () as Volunteer, None_ => 200 RuleView;
    /// Change how points are earned from now on. What was earned before stands.
    PutPointRule: Put "/v1/points/rule" () as SetPointRule, PutPointRuleBody => 200 RuleView;
}

json! {
    pub struct AccountQuery {
        /// Whose; absent: one's own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<PersonId>,
    }
    pub struct AccountView {
        pub person: PersonId,
        pub person_name: String,
        /// What can be redeemed now.
        pub available: u32,
        /// Kept for vouchers that are not handed over yet.
        pub reserved: u32,
        /// What a correction took and was not there any more; the next points pay it first.
        pub owed: u32,
        /// Available points with a last day, the earliest first.
        pub expiring: Vec<LotView>,
        /// By which points are earned now.
        pub rule: RuleView,
    }
    pub struct LotView {
        /// The last day they can be used.
        pub expires_on: Date,
        pub points: u32,
    }
    pub struct StatementQuery {
        /// Whose; absent: one's own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<PersonId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cursor: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<usize>,
    }
    /// One line of the statement.
    pub struct TransferView {
        pub id: TransferId,
        pub at: Moment,
        pub kind: TransferKind,
        /// What it did to the points that can be redeemed.
        pub change: i64,
        /// How many points it is about; not zero where `change` is, if kept points were spent.
        pub points: u32,
        pub about: AboutView,
        /// By which earned points were counted.
        pub rule: Option<RuleView>,
        /// Why by that one; there where `rule` is.
        pub rule_why: Option<RuleWhy>,
        /// The last day earned points can be used.
        pub expires_on: Option<Date>,
        /// What a correction could not take, and is owed since.
        pub owes: u32,
    }
    /// What a transfer is about. `of` says which of the others are there: `hours` and `correction` have
    /// `entry`, `activity`, `minutes`, `manual`, `day`; `redemption` has `redemption`, `reward`, `quantity`;
    /// `expiry` has `day`; `owed` has none.
    pub struct AboutView {
        pub of: AboutOf,
        /// The activity's title, what was done, or the reward's name; empty where there is none.
        pub what: String,
        pub entry: Option<EntryId>,
        pub activity: Option<ActivityId>,
        pub minutes: Option<u32>,
        /// Written down by hand.
        pub manual: Option<bool>,
        /// On which the service was, or the last day of points that ended.
        pub day: Option<Date>,
        pub redemption: Option<RedemptionId>,
        pub reward: Option<RewardId>,
        pub quantity: Option<u32>,
    }
    pub struct RuleView {
        /// 0: the one every community begins with.
        pub ver: u32,
        pub points_per_hour: u32,
        pub cap_per_activity: u32,
        pub cap_per_day: u32,
        /// Points end with the month so many months after they were earned; absent: never.
        pub expire_months: Option<u32>,
        /// Absent for the one every community begins with.
        pub since: Option<Moment>,
    }
    pub struct PutPointRuleBody {
        pub id: CommandId,
        /// 0 to 1000.
        pub points_per_hour: u32,
        /// 0 to 10000.
        pub cap_per_activity: u32,
        /// 0 to 10000.
        pub cap_per_day: u32,
        /// 1 to 36; absent: points never end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub expire_months: Option<u32>,
        /// The version the change is made on.
        pub ver: u32,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AboutOf {
    Hours,
    Correction,
    Redemption,
    Expiry,
    Owed,
}
