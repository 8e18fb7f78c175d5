//! Rewards, their stock, and redemptions: what is read together, and what is written together.
//!
//! What there is of a reward, and how a redemption takes from it: [`super::stock`].

use aws_sdk_dynamodb::types::AttributeValue;
use domain::ledger::{Account, Posting};
use domain::reward::{Redemption, Reward, Share, Taken, VoucherCode};
use domain::{CommunityId, PersonId, RedemptionId, Refusal, RewardId, limits};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ledger::posting_steps;
use super::stock::{
    Stock, StockMove, add_stock, left_in, stock_item, stock_keys, stock_move_item, take_stock,
};
use crate::identity::Additions;
use crate::market::{Beside, lives, outgoing};
use crate::schema::{self, Item, Key, Kind};
use crate::table::{Error, Store, read, write};
use crate::tx::{Tx, n};

/// Which redemption goes by a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voucher {
    pub redemption: RedemptionId,
}

/// What a redemption is decided on. `left`: of each part of the stock.
#[derive(Clone, Debug)]
pub struct Grounds {
    pub reward: Reward,
    pub left: Vec<u32>,
    pub account: Account,
    pub taken: Taken,
}

/// What is written with a redemption that was made or has ended.
#[derive(Clone, Debug)]
pub struct Turnover {
    pub redemption: Redemption,
    pub posting: Posting,
    /// How many the person has by now; absent where that stays.
    pub taken: Option<Taken>,
}

pub fn reward_item(reward: &Reward) -> Result<Item, Error> {
    let key = schema::reward(reward.community, reward.id);
    write(Kind::Reward, &key, reward, [])
}

pub fn redemption_item(redemption: &Redemption) -> Result<Item, Error> {
    write(
        Kind::Redemption,
        &schema::redemption(redemption.community, redemption.id),
        redemption,
        schema::redemption_places(redemption),
    )
}

fn taken_item(com: CommunityId, person: PersonId, taken: &Taken) -> Result<Item, Error> {
    let key = schema::taken(com, person, taken.reward);
    write(Kind::Taken, &key, taken, [])
}

impl Store {
    pub async fn reward(&self, com: CommunityId, id: RewardId) -> Result<Option<Reward>, Error> {
        self.get(&schema::reward(com, id)).await
    }

    pub async fn rewards(&self, com: CommunityId) -> Result<Vec<Reward>, Error> {
        let items = self.all(&schema::rewards(com)).await?;
        items.into_iter().map(read).collect()
    }

    /// What somebody has of each of these rewards, in their order.
    pub async fn taken_of(
        &self,
        com: CommunityId,
        person: PersonId,
        ids: &[RewardId],
    ) -> Result<Vec<Taken>, Error> {
        let keys: Vec<Key> = ids
            .iter()
            .map(|id| schema::taken(com, person, *id))
            .collect();
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let items = self.get_many(&keys).await?.into_iter();
        let taken = items.zip(ids).map(|(item, id)| {
            let stored = item.map(read).transpose()?;
            Ok(stored.unwrap_or_else(|| Taken::none(*id)))
        });
        taken.collect()
    }

    /// A new reward with its first stock, of whoever set its first price. `after`: what it was counted
    /// at. Refuses: `IdReused`, `Stale`.
    pub async fn create_reward(
        &self,
        reward: &Reward,
        stock: &[Share],
        (by, at): (PersonId, Timestamp),
        after: Option<Additions>,
        beside: &Beside,
    ) -> Result<(), Error> {
        let (com, id) = (reward.community, reward.id);
        let mut tx = self
            .tx()
            .command(beside.command.as_ref())?
            .put_new(reward_item(reward)?, Refusal::IdReused)?
            .add_one(com, after)?;
        for shard in 0..limits::STOCK_SHARDS {
            let share = stock.iter().find(|share| share.shard == shard);
            let part = Stock {
                left: share.map_or(0, |share| share.count),
                goes_by: reward.ver,
            };
            tx = tx.put_new(stock_item(com, id, shard, &part)?, Refusal::IdReused)?;
        }
        let moved = StockMove {
            reward: id,
            add: stock.iter().map(|share| i64::from(share.count)).sum(),
            by,
            at,
            reason: String::new(),
        };
        let item = stock_move_item(com, &id.to_string(), &moved)?;
        tx.put_new(item, Refusal::IdReused)?.commit().await
    }

    /// A changed reward; whoever redeems it by the one before is decided again. Refuses: `Stale`.
    pub async fn change_reward(&self, reward: &Reward, beside: &Beside) -> Result<(), Error> {
        let mut tx = self
            .tx()
            .command(beside.command.as_ref())?
            .put_next(reward_item(reward)?, reward.ver)?;
        for key in stock_keys(reward.community, reward.id) {
            tx = tx.update(
                &key,
                "SET goes_by = :ver",
                Some("attribute_exists(pk)"),
                vec![(":ver", n(reward.ver))],
                Refusal::Missing,
            )?;
        }
        tx.commit().await
    }

    /// Everything a redemption is decided on, in one trip. Nothing where there is no such reward.
    pub async fn redeeming(
        &self,
        com: CommunityId,
        person: PersonId,
        reward: RewardId,
    ) -> Result<Option<Grounds>, Error> {
        let own = [
            schema::reward(com, reward),
            schema::point_account(com, person),
            schema::taken(com, person, reward),
        ];
        let keys: Vec<Key> = own.into_iter().chain(stock_keys(com, reward)).collect();
        let mut found = self.get_many(&keys).await?.into_iter();
        let stored: Option<Reward> = found.next().flatten().map(read).transpose()?;
        let account = found.next().flatten().map(read).transpose()?;
        let taken = found.next().flatten().map(read).transpose()?;
        let Some(stored) = stored else {
            return Ok(None);
        };
        Ok(Some(Grounds {
            reward: stored,
            left: left_in(found)?,
            account: account.unwrap_or_else(|| Account::new(com, person)),
            taken: taken.unwrap_or_else(|| Taken::none(reward)),
        }))
    }

    /// Somebody's points and what they have of a reward, in one trip.
    pub async fn points_and_taken(
        &self,
        com: CommunityId,
        person: PersonId,
        reward: RewardId,
    ) -> Result<(Account, Taken), Error> {
        let keys = [
            schema::point_account(com, person),
            schema::taken(com, person, reward),
        ];
        let mut found = self.get_many(&keys).await?.into_iter();
        let account = found.next().flatten().map(read).transpose()?;
        let taken = found.next().flatten().map(read).transpose()?;
        Ok((
            account.unwrap_or_else(|| Account::new(com, person)),
            taken.unwrap_or_else(|| Taken::none(reward)),
        ))
    }

    /// Writes a new redemption: points and goods are kept for it. `goes_by`: the version of the reward
    /// it was decided on. Refuses: `IdReused`, `Missing` (the person left meanwhile), `Stale`.
    pub async fn create_redemption(
        &self,
        made: &Turnover,
        goes_by: u64,
        beside: &Beside,
    ) -> Result<(), Error> {
        self.redemption_tx(made, goes_by, beside)?.commit().await
    }

    /// The transaction of [`Store::create_redemption`], not yet committed.
    pub fn redemption_tx(
        &self,
        made: &Turnover,
        goes_by: u64,
        beside: &Beside,
    ) -> Result<Tx<'_>, Error> {
        let redemption = &made.redemption;
        let (com, person) = (redemption.community, redemption.person);
        let tx = self
            .tx()
            .command(beside.command.as_ref())?
            .put_new(redemption_item(redemption)?, Refusal::IdReused)?;
        let tx = lives(tx, com, person)?;
        let voucher = Voucher {
            redemption: redemption.id,
        };
        let key = schema::voucher(com, redemption.code);
        let voucher = write(Kind::Voucher, &key, &voucher, [])?;
        let mut tx = posting_steps(tx, &made.posting)?.put_new(voucher, Refusal::Stale)?;
        if let Some(taken) = &made.taken {
            tx = tx.put_version(taken_item(com, person, taken)?, taken.ver)?;
        }
        let what = (com, redemption.reward);
        let tx = take_stock(tx, what, goes_by, &redemption.shares)?;
        outgoing(tx, &beside.notices)
    }

    /// Writes a redemption that has ended, and what that does to points; goods that nobody got go back.
    /// Refuses: `Stale`.
    pub async fn end_redemption(&self, ended: &Turnover, beside: &Beside) -> Result<(), Error> {
        let redemption = &ended.redemption;
        let (com, person) = (redemption.community, redemption.person);
        let tx = self
            .tx()
            .command(beside.command.as_ref())?
            .put_next(redemption_item(redemption)?, redemption.ver)?;
        let mut tx = posting_steps(tx, &ended.posting)?;
        if let Some(taken) = &ended.taken {
            tx = tx.put_version(taken_item(com, person, taken)?, taken.ver)?;
            tx = add_stock(tx, (com, redemption.reward), &redemption.shares)?;
        }
        outgoing(tx, &beside.notices)?.commit().await
    }

    /// Writes a redemption whose person is told that it ends soon. Refuses: `Stale`.
    pub async fn warn_of_redemption(
        &self,
        redemption: &Redemption,
        beside: &Beside,
    ) -> Result<(), Error> {
        let tx = self
            .tx()
            .put_next(redemption_item(redemption)?, redemption.ver)?;
        outgoing(tx, &beside.notices)?.commit().await
    }

    pub async fn redemption(
        &self,
        com: CommunityId,
        id: RedemptionId,
    ) -> Result<Option<Redemption>, Error> {
        self.get(&schema::redemption(com, id)).await
    }

    /// The redemption that goes by a code.
    pub async fn redemption_by_code(
        &self,
        com: CommunityId,
        code: VoucherCode,
    ) -> Result<Option<Redemption>, Error> {
        let voucher: Option<Voucher> = self.get(&schema::voucher(com, code)).await?;
        match voucher {
            Some(voucher) => self.redemption(com, voucher.redemption).await,
            None => Ok(None),
        }
    }
}

impl<'s> Tx<'s> {
    /// The whole stands only if this person's points are still those that were read, and none of them
    /// wait for a voucher. Refuses: `Stale`.
    pub fn check_points(self, account: &Account) -> Result<Self, Error> {
        let key = schema::point_account(account.community, account.person);
        let (condition, values): (&str, Vec<(&'static str, AttributeValue)>) = match account.ver {
            0 => ("attribute_not_exists(pk)", vec![]),
            ver => ("ver = :ver", vec![(":ver", n(ver))]),
        };
        self.check(&key, condition, values, Refusal::Stale)
    }
}
