//! What there is of a reward. It lies in parts, so that two who redeem it seldom write the same item.
//! Each part also says which version of the reward it goes by: a redemption is decided on that
//! version, and stands only if it still is the one, without all of them looking at the reward itself.

use domain::reward::{Reward, Share};
use domain::{CommunityId, PersonId, Refusal, RewardId, limits};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use crate::market::Beside;
use crate::schema::{self, Item, Key, Kind};
use crate::table::{Error, Store, read, write};
use crate::tx::{Tx, n};

/// Rewards whose stock is asked for at once.
const AT_ONCE: usize = 32;

/// One part of a reward's stock. `goes_by`: the version of the reward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stock {
    pub left: u32,
    pub goes_by: u64,
}

/// What somebody put in stock, or took out, and why: empty for the stock a reward begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockMove {
    pub reward: RewardId,
    pub add: i64,
    pub by: PersonId,
    pub at: Timestamp,
    pub reason: String,
}

pub fn stock_item(
    com: CommunityId,
    reward: RewardId,
    shard: u8,
    stock: &Stock,
) -> Result<Item, Error> {
    write(Kind::Stock, &schema::stock(com, reward, shard), stock, [])
}

pub(super) fn stock_move_item(
    com: CommunityId,
    id: &str,
    moved: &StockMove,
) -> Result<Item, Error> {
    let key = schema::stock_move(com, moved.reward, moved.at, id);
    write(Kind::StockMove, &key, moved, [])
}

pub(super) fn stock_keys(com: CommunityId, reward: RewardId) -> impl Iterator<Item = Key> {
    (0..limits::STOCK_SHARDS).map(move |shard| schema::stock(com, reward, shard))
}

/// How many are left in each part; nothing where a part was never made.
pub(super) fn left_in(items: impl IntoIterator<Item = Option<Item>>) -> Result<Vec<u32>, Error> {
    let left = items.into_iter().map(|item| {
        let stock: Option<Stock> = item.map(read).transpose()?;
        Ok(stock.map_or(0, |stock| stock.left))
    });
    left.collect()
}

/// Takes these out of their parts; `goes_by`: the version of the reward that was decided on.
/// Refuses: `Stale`.
pub(super) fn take_stock<'s>(
    mut tx: Tx<'s>,
    (com, reward): (CommunityId, RewardId),
    goes_by: u64,
    shares: &[Share],
) -> Result<Tx<'s>, Error> {
    for share in shares {
        tx = tx.update(
            &schema::stock(com, reward, share.shard),
            "SET #left = #left - :count",
            Some("#left >= :count AND goes_by = :goes_by"),
            vec![(":count", n(share.count)), (":goes_by", n(goes_by))],
            Refusal::Stale,
        )?;
    }
    Ok(tx)
}

pub(super) fn add_stock<'s>(
    mut tx: Tx<'s>,
    (com, reward): (CommunityId, RewardId),
    shares: &[Share],
) -> Result<Tx<'s>, Error> {
    for share in shares {
        tx = tx.update(
            &schema::stock(com, reward, share.shard),
            "SET #left = #left + :count",
            Some("attribute_exists(pk)"),
            vec![(":count", n(share.count))],
            Refusal::Missing,
        )?;
    }
    Ok(tx)
}

impl Store {
    /// How many of each of these rewards are left, all parts together, in their order. The parts of
    /// one are small and lie together: a question for each costs an eighth of reading them by key.
    /// So many are asked at once.
    pub async fn stock_left(&self, com: CommunityId, ids: &[RewardId]) -> Result<Vec<u32>, Error> {
        let mut asked = JoinSet::new();
        let mut left = vec![0; ids.len()];
        let mut next = ids.iter().copied().enumerate();
        loop {
            while asked.len() < AT_ONCE
                && let Some((place, id)) = next.next()
            {
                let store = self.clone();
                asked.spawn(async move { (place, store.stock_sum(com, id).await) });
            }
            let Some(answer) = asked.join_next().await else {
                return Ok(left);
            };
            let (place, sum) = answer.map_err(Error::broken)?;
            left[place] = sum?;
        }
    }

    async fn stock_sum(&self, com: CommunityId, id: RewardId) -> Result<u32, Error> {
        let parts = self.all(&schema::stock_of(com, id)).await?;
        let left = left_in(parts.into_iter().map(Some))?;
        Ok(left.iter().sum())
    }

    /// What is left of a reward, part by part.
    pub async fn stock(&self, com: CommunityId, reward: RewardId) -> Result<Vec<u32>, Error> {
        let keys: Vec<Key> = stock_keys(com, reward).collect();
        left_in(self.get_many(&keys).await?)
    }

    /// Puts in stock, or takes out, what was decided, and writes down who did. `moved.add`: what the
    /// shares add up to, below zero where they go out. Refuses: `Stale`.
    pub async fn move_stock(
        &self,
        reward: &Reward,
        moved: &StockMove,
        shares: &[Share],
        id: &str,
        beside: &Beside,
    ) -> Result<(), Error> {
        let what = (reward.community, reward.id);
        let tx = self.tx().command(beside.command.as_ref())?.put_new(
            stock_move_item(reward.community, id, moved)?,
            Refusal::IdReused,
        )?;
        let tx = match moved.add < 0 {
            true => take_stock(tx, what, reward.ver, shares)?,
            false => add_stock(tx, what, shares)?,
        };
        tx.commit().await
    }
}
