//! Transfers added up, without looking at what is stored of an account.

use std::collections::BTreeMap;

use super::{About, Account, Party, Transfer, TransferKind};

/// What transfers of one person add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balances {
    pub available: i64,
    pub reserved: i64,
    pub owed: i64,
}

impl From<&Account> for Balances {
    fn from(account: &Account) -> Self {
        Self {
            available: account.available.into(),
            reserved: account.reserved.into(),
            owed: account.owed.into(),
        }
    }
}

/// One person's balances from their transfers alone, in any order.
#[must_use]
pub fn replay<'t>(transfers: impl IntoIterator<Item = &'t Transfer>) -> Balances {
    let mut sum = Balances::default();
    for transfer in transfers {
        let points = i64::from(transfer.points);
        sum.available += transfer.change();
        sum.reserved += match transfer.kind {
            TransferKind::Posted => 0,
            TransferKind::Pending => points,
            TransferKind::PostPending | TransferKind::VoidPending | TransferKind::ExpirePending => {
                -points
            }
        };
        sum.owed += i64::from(transfer.owes);
        sum.owed -= match transfer.about {
            About::Owed => points,
            About::Hours(_)
            | About::Correction(_)
            | About::Redemption { .. }
            | About::Expiry { .. } => 0,
        };
    }
    sum
}

/// Every account's balance by double entry. Kept points are still the person's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book(BTreeMap<Party, i64>);

impl Book {
    pub fn post(&mut self, transfer: &Transfer) {
        let points = match transfer.kind {
            TransferKind::Posted | TransferKind::PostPending => i64::from(transfer.points),
            TransferKind::Pending | TransferKind::VoidPending | TransferKind::ExpirePending => 0,
        };
        *self.0.entry(transfer.debit).or_default() -= points;
        *self.0.entry(transfer.credit).or_default() += points;
    }

    #[must_use]
    pub fn balance(&self, party: Party) -> i64 {
        self.0.get(&party).copied().unwrap_or(0)
    }

    /// What was issued and is with nobody: spent, ended, or still to be given out. With what people
    /// have it is zero.
    #[must_use]
    pub fn outside(&self) -> i64 {
        let others = [Party::Issued, Party::Spent, Party::Expired];
        others.map(|party| self.balance(party)).iter().sum()
    }

    /// Accounts below what they may never be below.
    pub fn below_floor(&self) -> impl Iterator<Item = (Party, i64)> + '_ {
        let below = |party: Party, balance: i64| party.floor().is_some_and(|floor| balance < floor);
        let all = self.0.iter().map(|(party, balance)| (*party, *balance));
        all.filter(move |(party, balance)| below(*party, *balance))
    }
}
