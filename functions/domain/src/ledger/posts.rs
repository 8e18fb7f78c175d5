//! One change of an account, transfer by transfer.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::{About, Account, Hold, Lot, Party, Posting, Rule, Transfer, TransferKind};
use crate::{TransferId, limits};

/// An account on its way to the next, and what was posted so far. `cause`: what its transfers come
/// of; their ids are made of it.
pub(super) struct Posts {
    pub account: Account,
    at: Timestamp,
    cause: u128,
    pub transfers: Vec<Transfer>,
}

impl Posts {
    pub fn on(account: &Account, at: Timestamp, cause: u128) -> Self {
        Self {
            account: account.clone(),
            at,
            cause,
            transfers: Vec::new(),
        }
    }

    pub fn done(mut self) -> Posting {
        self.account.ver += 1;
        Posting {
            account: self.account,
            transfers: self.transfers,
        }
    }

    pub fn record(
        &mut self,
        kind: TransferKind,
        (debit, credit): (Party, Party),
        points: u32,
        about: About,
    ) -> TransferId {
        let after = self.account.last + SignedDuration::from_millis(1);
        let at = self.at.max(after);
        // No two transfers of a person share a millisecond, and so none shares an id.
        let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
        let id = TransferId::new(millis, self.cause);
        self.account.last = at;
        self.transfers.push(Transfer {
            id,
            at,
            kind,
            debit,
            credit,
            points,
            pending: None,
            about,
            rule: None,
            expires_on: None,
            owes: 0,
        });
        id
    }

    pub fn end(&mut self, hold: &Hold, kind: TransferKind, parties: (Party, Party), about: About) {
        self.record(kind, parties, hold.points, about);
        if let Some(last) = self.transfers.last_mut() {
            last.pending = Some(hold.transfer);
        }
    }

    pub fn credit(&mut self, points: u32, rule: &Rule, about: About, today: Date) {
        let expires_on = rule.last_day(today);
        let parties = (Party::Issued, Party::Person(self.account.person));
        self.deposit(&[Lot { expires_on, points }]);
        self.record(TransferKind::Posted, parties, points, about);
        if let Some(last) = self.transfers.last_mut() {
            last.rule = Some(rule.ver);
            last.expires_on = expires_on;
        }
        self.pay_owed();
    }

    /// Takes back what was issued, as far as it is there; the rest is owed.
    pub fn take(&mut self, points: u32, rule: &Rule, about: About) {
        let there = points.min(self.account.available);
        self.withdraw(there);
        let parties = (Party::Person(self.account.person), Party::Issued);
        self.record(TransferKind::Posted, parties, there, about);
        let owes = points - there;
        self.account.owed += owes;
        if let Some(last) = self.transfers.last_mut() {
            last.rule = Some(rule.ver);
            last.owes = owes;
        }
    }

    pub fn pay_owed(&mut self) {
        let points = self.account.owed.min(self.account.available);
        if points == 0 {
            return;
        }
        self.withdraw(points);
        self.account.owed -= points;
        let parties = (Party::Person(self.account.person), Party::Issued);
        self.record(TransferKind::Posted, parties, points, About::Owed);
    }

    pub fn expire(&mut self, today: Date) {
        let over = self.account.lots.iter().filter(|lot| lot.is_over(today));
        let over: Vec<Lot> = over.copied().collect();
        for lot in over {
            let Some(last_day) = lot.expires_on else {
                continue;
            };
            self.withdraw(lot.points);
            let parties = (Party::Person(self.account.person), Party::Expired);
            let about = About::Expiry { last_day };
            self.record(TransferKind::Posted, parties, lot.points, about);
        }
    }

    /// Takes points that are there out of the lots, and says out of which.
    pub fn withdraw(&mut self, points: u32) -> Vec<Lot> {
        let mut left = points.min(self.account.available);
        self.account.available -= left;
        let mut taken = Vec::new();
        for lot in &mut self.account.lots {
            let part = left.min(lot.points);
            if part > 0 {
                let expires_on = lot.expires_on;
                taken.push(Lot {
                    expires_on,
                    points: part,
                });
            }
            lot.points -= part;
            left -= part;
        }
        self.account.lots.retain(|lot| lot.points > 0);
        taken
    }

    pub fn deposit(&mut self, lots: &[Lot]) {
        let held = &mut self.account.lots;
        for lot in lots.iter().filter(|lot| lot.points > 0) {
            let same = |other: &&mut Lot| other.expires_on == lot.expires_on;
            match held.iter_mut().find(same) {
                Some(other) => other.points += lot.points,
                None => held.push(*lot),
            }
            self.account.available += lot.points;
        }
        held.sort_by_key(Lot::place);
        // More than any one rule makes: the earliest are good as long as those after them.
        while held.len() > limits::ACCOUNT_LOTS {
            let first = held.remove(0);
            held[0].points += first.points;
        }
    }
}
