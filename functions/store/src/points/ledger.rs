//! Points: accounts, the transfers that make them up, what a day earned, and the rules.

use std::time::Duration;

use domain::ledger::{Account, Earned, Gain, Posting, Rule, Transfer};
use domain::{CommunityId, PersonId, Refusal};
use jiff::civil::Date;

use crate::market::{Beside, outgoing};
use crate::schema::{self, Item, Kind};
use crate::table::{Error, Store, read, write};
use crate::tx::{Tx, pause};

pub fn account_item(account: &Account) -> Result<Item, Error> {
    let (com, person) = (account.community, account.person);
    let due = account.due_on();
    let places = due.map(|day| schema::ending_points_place(com, day, person));
    write(
        Kind::PointAccount,
        &schema::point_account(com, person),
        account,
        places.into_iter().flatten(),
    )
}

pub fn transfer_item(
    com: CommunityId,
    person: PersonId,
    transfer: &Transfer,
) -> Result<Item, Error> {
    let key = schema::transfer(com, person, transfer.at, transfer.id);
    write(Kind::Transfer, &key, transfer, [])
}

fn earned_item(com: CommunityId, person: PersonId, earned: &Earned) -> Result<Item, Error> {
    let key = schema::earned(com, person, earned.day);
    write(Kind::Earned, &key, earned, [])
}

fn rule_item(com: CommunityId, rule: &Rule) -> Result<Item, Error> {
    let key = schema::point_rule(com, rule.ver);
    write(Kind::PointRule, &key, rule, [])
}

/// The steps that write what comes of confirmed service time: two and one for each transfer, of which
/// there are at most two; none where no points change. Refuses: `Stale`, where the account or the
/// day's sum is another by now.
pub fn gain_steps<'s>(tx: Tx<'s>, gain: &Gain) -> Result<Tx<'s>, Error> {
    let Some(posting) = &gain.posting else {
        return Ok(tx);
    };
    let tx = posting_steps(tx, posting)?;
    let (com, person) = (posting.account.community, posting.account.person);
    match &gain.earned {
        Some(earned) => tx.put_version(earned_item(com, person, earned)?, earned.ver),
        None => Ok(tx),
    }
}

/// The steps that write an account and what changed it. Refuses: `Stale`.
pub(crate) fn posting_steps<'s>(mut tx: Tx<'s>, posting: &Posting) -> Result<Tx<'s>, Error> {
    let account = &posting.account;
    tx = tx.put_version(account_item(account)?, account.ver)?;
    for transfer in &posting.transfers {
        let item = transfer_item(account.community, account.person, transfer)?;
        tx = tx.put_new(item, Refusal::Stale)?;
    }
    Ok(tx)
}

/// Waits a little before something is decided again that somebody else was faster with: longer, and
/// by chance, the more often it happened.
pub async fn breathe(attempt: u32) {
    let longest = Duration::from_millis(80);
    tokio::time::sleep(pause(attempt).min(longest)).await;
}

impl Store {
    /// Somebody's points; an empty account where they have none yet.
    pub async fn point_account(
        &self,
        com: CommunityId,
        person: PersonId,
    ) -> Result<Account, Error> {
        let stored = self.get(&schema::point_account(com, person)).await?;
        Ok(stored.unwrap_or_else(|| Account::new(com, person)))
    }

    /// Somebody's points, and what their service of that local day brought so far.
    pub async fn earning(
        &self,
        com: CommunityId,
        person: PersonId,
        day: Date,
    ) -> Result<(Account, Earned), Error> {
        let keys = [
            schema::point_account(com, person),
            schema::earned(com, person, day),
        ];
        let mut found = self.get_many(&keys).await?.into_iter();
        let account = found.next().flatten().map(read).transpose()?;
        let earned = found.next().flatten().map(read).transpose()?;
        Ok((
            account.unwrap_or_else(|| Account::new(com, person)),
            earned.unwrap_or_else(|| Earned::none(day)),
        ))
    }

    /// The rule by which points are earned now.
    pub async fn point_rule(&self, com: CommunityId) -> Result<Rule, Error> {
        let (items, _) = self.page(&schema::point_rules(com), 1, None).await?;
        let newest = items.into_iter().next().map(read).transpose()?;
        Ok(newest.unwrap_or_default())
    }

    /// Those of these versions of the rule that there are, in one trip.
    pub async fn point_rules_among(
        &self,
        com: CommunityId,
        vers: &[u32],
    ) -> Result<Vec<Rule>, Error> {
        let stored = vers.iter().filter(|ver| **ver > 0);
        let keys: Vec<_> = stored.map(|ver| schema::point_rule(com, *ver)).collect();
        let items = match keys.is_empty() {
            true => Vec::new(),
            false => self.get_many(&keys).await?,
        };
        let mut rules: Vec<Rule> = items
            .into_iter()
            .flatten()
            .map(read)
            .collect::<Result<_, _>>()?;
        if vers.contains(&0) {
            rules.push(Rule::default());
        }
        Ok(rules)
    }

    /// The next version of how points are earned. Refuses: `Stale`.
    pub async fn put_point_rule(
        &self,
        com: CommunityId,
        rule: &Rule,
        beside: &Beside,
    ) -> Result<(), Error> {
        self.tx()
            .command(beside.command.as_ref())?
            .put_new(rule_item(com, rule)?, Refusal::Stale)?
            .commit()
            .await
    }

    /// Writes an account that time changed: warned of points that end, or without those that did.
    /// Refuses: `Stale`.
    pub async fn change_points(&self, posting: &Posting, beside: &Beside) -> Result<(), Error> {
        let tx = posting_steps(self.tx(), posting)?;
        outgoing(tx, &beside.notices)?.commit().await
    }
}
