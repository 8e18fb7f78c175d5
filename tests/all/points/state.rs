//! What the store has of some people's points and of some rewards, and whether all of it adds up.

use std::collections::BTreeMap;

use acceptance::{TestApp, redemptions};
use domain::hours::Entry;
use domain::ledger::{Account, Balances, Book, Earned, Party, Rule, Transfer, replay};
use domain::person::Person;
use domain::reward::{Redemption, RedemptionState, Taken};
use domain::{RedemptionId, RewardId};
use store::schema;
use store::table::{read, text};

/// What the store has of one person.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    pub account: Account,
    /// Oldest first.
    transfers: Vec<Transfer>,
    earned: Vec<Earned>,
    taken: Vec<Taken>,
    pub hours: Vec<Entry>,
    pub redemptions: BTreeMap<RedemptionId, Redemption>,
}

/// What the store has of a game.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    pub people: Vec<Stored>,
    /// Of each reward, part by part.
    stock: Vec<Vec<u32>>,
    pub rule: Rule,
}

impl State {
    /// `rewards`: named after their place, see [`name`].
    pub async fn of(app: &TestApp, people: &[Person], rewards: &[RewardId]) -> Self {
        let (store, com) = (&app.ctx().store, app.home().await);
        let mut all = Vec::new();
        for person in people {
            let items = store.all(&schema::of_person(com, person.id, "")).await;
            let items = items.expect("answers");
            let of = |prefix: &'static str| {
                let lies = move |item: &&schema::Item| text(item, schema::SK).starts_with(prefix);
                items.iter().filter(lies).cloned()
            };
            let mut transfers: Vec<Transfer> = of("TRANSFER#").map(thing).collect();
            transfers.sort_by_key(|transfer| transfer.at);
            all.push(Stored {
                account: of("POINTS")
                    .map(thing)
                    .next()
                    .unwrap_or_else(|| Account::new(com, person.id)),
                transfers,
                earned: of("EARNED#").map(thing).collect(),
                taken: of("TAKEN#").map(thing).collect(),
                hours: of("HOURS#").map(thing).collect(),
                redemptions: redemptions::stored(store, com, person.id).await,
            });
        }
        let mut stock = Vec::new();
        for reward in rewards {
            stock.push(store.stock(com, *reward).await.expect("answers"));
        }
        let rule = store.point_rule(com).await.expect("answers");
        Self {
            people: all,
            stock,
            rule,
        }
    }

    pub fn hours(&self) -> Vec<&Vec<Entry>> {
        self.people.iter().map(|one| &one.hours).collect()
    }

    /// Panics where anything does not add up. `put_in`: what was ever put in each stock.
    pub fn adds_up(&self, put_in: &[i64]) {
        let (mut book, mut held) = (Book::default(), 0);
        for one in &self.people {
            let mut so_far = Balances::default();
            for transfer in &one.transfers {
                book.post(transfer);
                let step = replay([transfer]);
                so_far.available += step.available;
                so_far.reserved += step.reserved;
                assert!(
                    so_far.available >= 0 && so_far.reserved >= 0,
                    "below its floor: {transfer:?}"
                );
                assert!(transfer.fits(), "{transfer:?}");
            }
            let account = &one.account;
            assert_eq!(replay(&one.transfers), Balances::from(account));
            let lots: u32 = account.lots.iter().map(|lot| lot.points).sum();
            assert_eq!(lots, account.available);
            let own = i64::from(account.available) + i64::from(account.reserved);
            assert_eq!(book.balance(Party::Person(account.person)), own);
            held += own;
            let reserved = one.redemptions.values();
            let reserved = reserved.filter(|row| row.state == RedemptionState::Reserved);
            let reserved: u32 = reserved.map(|row| row.hold.points).sum();
            assert_eq!(reserved, account.reserved);
            let worth: u32 = one
                .hours
                .iter()
                .filter(|entry| entry.counts())
                .map(|e| e.points)
                .sum();
            let earned: u32 = one.earned.iter().map(|day| day.points).sum();
            assert_eq!(worth, earned, "what counts is what was earned");
        }
        assert_eq!(held + book.outside(), 0, "all accounts together");
        assert_eq!(book.below_floor().count(), 0);
        for (place, (parts, put_in)) in self.stock.iter().zip(put_in).enumerate() {
            let left: i64 = parts.iter().map(|left| i64::from(*left)).sum();
            let rows = self.people.iter().flat_map(|one| one.redemptions.values());
            let out = rows.filter(|row| {
                let kept = [RedemptionState::Reserved, RedemptionState::Settled];
                kept.contains(&row.state) && row.name == name(place)
            });
            let out: i64 = out.map(|row| i64::from(row.quantity)).sum();
            assert_eq!(left + out, *put_in, "stock {place}");
        }
    }
}

/// How the reward in that place is called.
#[must_use]
pub fn name(place: usize) -> String {
    format!("奖品{place}")
}

fn thing<T: serde::de::DeserializeOwned>(item: schema::Item) -> T {
    read(item).expect("reads back")
}
