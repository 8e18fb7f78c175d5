//! What the demo's volunteers redeemed: a voucher that waits at the counter, and one handed over.

use domain::availability::local_day;
use domain::hands::Shared;
use domain::ledger::{About, reserve, spend};
use domain::reward::{
    Event, Redemption, RedemptionState, Reward, VoucherCode, first_shard, month_of, plan,
};
use domain::{PersonId, RedemptionId};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use store::Store;
use store::market::Beside;
use store::points::rewards::Turnover;

use super::ids;
use crate::stop::Stop;

/// Who redeems one of a reward, and when.
pub struct Wish<'a> {
    pub reward: &'a Reward,
    pub person: PersonId,
    pub at: Timestamp,
    pub zone: &'a TimeZone,
}

impl Wish<'_> {
    pub async fn redeem(&self, store: &Store) -> Result<Redemption, Stop> {
        let (reward, person, at) = (self.reward, self.person, self.at);
        let (com, today) = (reward.community, local_day(at, self.zone));
        let grounds = store.redeeming(com, person, reward.id).await?;
        let grounds = grounds.ok_or_else(|| Stop::because("a reward that is not there"))?;
        let chance = ids::chance("redemption", &person.to_string());
        let id = RedemptionId::new(ids::MILLIS, chance);
        let about = About::Redemption {
            redemption: id,
            reward: reward.id,
            what: reward.name.clone(),
            quantity: 1,
        };
        let (posting, hold) =
            reserve(&grounds.account, reward.points, about, id, today, at).map_err(refused)?;
        let redemption = Redemption {
            id,
            community: com,
            person,
            by: person,
            consent: None,
            reward: reward.id,
            name: reward.name.clone(),
            quantity: 1,
            code: VoucherCode::new(chance),
            state: RedemptionState::Reserved,
            until: Redemption::until_from(at),
            warned: false,
            hold,
            shares: plan(&grounds.left, first_shard(person), 1).map_err(refused)?,
            month: month_of(today),
            moved_by: None,
            reason: String::new(),
            created_at: at,
            changed_at: at,
            ver: 1,
        };
        let made = Turnover {
            taken: Some(grounds.taken.with(1, &redemption.month)),
            posting,
            redemption,
        };
        let none = Beside::default();
        store.create_redemption(&made, reward.ver, &none).await?;
        Ok(made.redemption)
    }
}

/// Hands over, a day later, what a voucher stands for.
pub async fn hand_over(store: &Store, voucher: Redemption, by: PersonId) -> Result<(), Stop> {
    let at = voucher.created_at + SignedDuration::from_hours(24);
    let (com, person) = (voucher.community, voucher.person);
    let event = Event::Settle {
        by,
        speaks: false,
        shared: Shared::default(),
    };
    let redemption = voucher.apply(event, at).map_err(refused)?;
    let account = store.point_account(com, person).await?;
    let ended = Turnover {
        posting: spend(&account, &redemption.hold, redemption.about(), at),
        taken: None,
        redemption,
    };
    Ok(store.end_redemption(&ended, &Beside::default()).await?)
}

fn refused(refusal: domain::Refusal) -> Stop {
    Stop::because(format!("the demo's vouchers: {refusal:?}"))
}
