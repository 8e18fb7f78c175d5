//! The audit of the ledger: each thing it looks after is spoiled once, and noticed by name.

use acceptance::TestApp;
use acceptance::points::ByHand;
use domain::ledger::{Account, Earned, Party, Transfer, TransferKind};
use domain::reward::{Redemption, RedemptionState, Reward, Taken};
use domain::{CommunityId, PersonId, TransferId};
use jiff::SignedDuration;
use store::points::ledger::{account_item, transfer_item};
use store::points::rewards::{redemption_item, reward_item};
use store::points::stock::{Stock, StockMove, stock_item};
use store::schema::{self, Item, Kind, Pattern};
use store::table::{read, write};

use super::attendance::at_hand;
use super::ledger::{SOCIAL_WORKER, STATION};
use super::redeem::{cancel, settle};
use crate::market::race::nothing_is_wrong;
use crate::spoil::{lose, spoil};

/// A community in which somebody served, redeemed three things, fetched one and called one off.
struct Town<'a> {
    app: &'a TestApp,
    com: CommunityId,
    me: PersonId,
    reward: Reward,
}

impl<'a> Town<'a> {
    async fn build(app: &'a TestApp) -> Self {
        let (lin, station) = (
            at_hand(app, SOCIAL_WORKER).await,
            at_hand(app, STATION).await,
        );
        let one = app.newcomer().await;
        let time = ByHand {
            activity: None,
            from: app.now() - SignedDuration::from_hours(9),
            minutes: 240,
        };
        one.serves(time, [&lin, &station]).await;
        let reward = lin.reward(5, 20).await.id;
        for n in 0..3 {
            let made = one
                .redeem(&one.order(reward, 2))
                .await
                .expect("points and stock");
            match n {
                0 => drop(settle(&station, made.id, None).await.expect("handed over")),
                1 => drop(cancel(&one, made.id, None).await.expect("called off")),
                _ => {}
            }
        }
        let com = app.home().await;
        let reward = app.ctx().store.reward(com, reward).await.expect("answers");
        Self {
            app,
            com,
            me: one.id.expect("signed in"),
            reward: reward.expect("there"),
        }
    }

    async fn mine(&self, prefix: &str) -> Vec<Item> {
        self.all(&schema::of_person(self.com, self.me, prefix))
            .await
    }

    async fn all(&self, pattern: &Pattern) -> Vec<Item> {
        self.app.ctx().store.all(pattern).await.expect("answers")
    }

    async fn transfers(&self) -> Vec<Transfer> {
        let items = self.mine("TRANSFER#").await.into_iter();
        items.map(|item| read(item).expect("a transfer")).collect()
    }

    fn transfer(&self, transfer: &Transfer) -> Item {
        transfer_item(self.com, self.me, transfer).expect("an item")
    }

    async fn spoil(&self, spoiled: Item, rule: &str) {
        spoil(self.app, spoiled, rule).await;
    }

    async fn lose(&self, item: Item, rule: &str) {
        lose(self.app, item, rule).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_spoiled_account_or_transfer_is_noticed() {
    let app = TestApp::start().await;
    let town = Town::build(&app).await;
    nothing_is_wrong(&app).await;
    let account: Account = read(town.mine("POINTS").await.remove(0)).expect("an account");
    let transfers = town.transfers().await;
    let of = |kind: TransferKind| {
        let found = transfers.iter().find(|one| one.kind == kind);
        found.expect("one of each").clone()
    };
    let spoil_account = async |change: fn(&mut Account), rule: &str| {
        let mut spoiled = account.clone();
        change(&mut spoiled);
        town.spoil(account_item(&spoiled).expect("an item"), rule)
            .await;
    };
    spoil_account(
        |one| one.available += 1,
        "an account is what its transfers add up to",
    )
    .await;
    spoil_account(|one| one.available += 1, "all accounts together are zero").await;
    spoil_account(|one| one.reserved -= 1, "all accounts together are zero").await;
    spoil_account(|one| one.lots.clear(), "lots add up to what is available").await;
    spoil_account(|one| one.owed = 3, "what is owed is paid first").await;
    spoil_account(
        |one| one.last = jiff::Timestamp::MAX,
        "an account knows its last transfer",
    )
    .await;
    town.lose(
        account_item(&account).expect("an item"),
        "transfers belong to an account",
    )
    .await;

    let earned = of(TransferKind::Posted);
    town.lose(town.transfer(&earned), "all accounts together are zero")
        .await;
    town.lose(
        town.transfer(&earned),
        "a day earned what its service brought",
    )
    .await;
    town.lose(town.transfer(&earned), "an entry is worth what it brought")
        .await;
    let twice = Transfer {
        id: TransferId::new(1, 1),
        at: earned.at - SignedDuration::from_millis(1),
        ..earned.clone()
    };
    town.spoil(
        town.transfer(&twice),
        "an account is what its transfers add up to",
    )
    .await;
    let others = Transfer {
        credit: Party::Person(PersonId::new(1, 9)),
        ..earned.clone()
    };
    town.spoil(
        town.transfer(&others),
        "a transfer is of the person it lies with",
    )
    .await;
    town.spoil(town.transfer(&others), "no account is below its floor")
        .await;
    let odd = Transfer {
        debit: Party::Spent,
        ..earned.clone()
    };
    town.spoil(
        town.transfer(&odd),
        "a transfer is one that some rule makes",
    )
    .await;
    town.spoil(town.transfer(&odd), "no account is below its floor")
        .await;
    let by_none = Transfer {
        rule: Some(77),
        ..earned
    };
    town.spoil(
        town.transfer(&by_none),
        "a transfer goes by a rule that there is",
    )
    .await;
    for kind in [
        TransferKind::Pending,
        TransferKind::PostPending,
        TransferKind::VoidPending,
    ] {
        let item = town.transfer(&of(kind));
        town.lose(item, "a pending transfer ends as its redemption did")
            .await;
    }
    nothing_is_wrong(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn spoiled_stock_limits_vouchers_and_days_are_noticed() {
    let app = TestApp::start().await;
    let town = Town::build(&app).await;
    let (com, me, reward) = (town.com, town.me, &town.reward);
    let parts = town.all(&schema::stock_of(com, reward.id)).await;
    let part: Stock = read(parts[0].clone()).expect("a part");
    let spoil_part = async |spoiled: Stock, rule: &str| {
        let item = stock_item(com, reward.id, 0, &spoiled).expect("an item");
        town.spoil(item, rule).await;
    };
    let more = Stock {
        left: part.left + 1,
        ..part
    };
    spoil_part(more, "what was in stock is left or taken").await;
    let older = Stock { goes_by: 9, ..part };
    spoil_part(older, "every part of a stock goes by its reward").await;
    town.lose(parts[0].clone(), "every part of a stock goes by its reward")
        .await;
    let moves = town.all(&schema::stock_moves(com, reward.id)).await;
    let first: StockMove = read(moves[0].clone()).expect("a move");
    assert_eq!((first.add, first.reason.as_str()), (20, ""));
    town.lose(moves[0].clone(), "what was in stock is left or taken")
        .await;
    let next = Reward {
        ver: reward.ver + 1,
        ..reward.clone()
    };
    let rule = "every part of a stock goes by its reward";
    town.spoil(reward_item(&next).expect("an item"), rule).await;
    town.lose(
        reward_item(reward).expect("an item"),
        "a redemption is of a reward",
    )
    .await;

    let taken: Taken = read(town.mine("TAKEN#").await.remove(0)).expect("what they have");
    assert_eq!((taken.total, taken.in_month), (4, 4));
    let key = schema::taken(com, me, reward.id);
    for spoiled in [taken.with(1, &taken.month), taken.without(1, &taken.month)] {
        let item = write(Kind::Taken, &key, &spoiled, []).expect("an item");
        town.spoil(item, "limits count what was redeemed").await;
    }
    let earned: Earned = read(town.mine("EARNED#").await.remove(0)).expect("a day");
    let more = Earned {
        points: earned.points + 1,
        ..earned.clone()
    };
    let key = schema::earned(com, me, earned.day);
    let item = write(Kind::Earned, &key, &more, []).expect("an item");
    town.spoil(item, "a day earned what its service brought")
        .await;
    let by_one = Earned {
        by: [(domain::ActivityId::new(1, 1), 1)].into(),
        ..earned
    };
    let item = write(Kind::Earned, &key, &by_one, []).expect("an item");
    town.spoil(item, "a day earned what its service brought")
        .await;

    let rows = acceptance::redemptions::stored(&app.ctx().store, com, me).await;
    let of = |state: RedemptionState| {
        let found = rows.values().find(|row| row.state == state);
        found.expect("one of each").clone()
    };
    let open = of(RedemptionState::Reserved);
    let ended = Redemption {
        state: RedemptionState::Expired,
        ..open.clone()
    };
    let item = redemption_item(&ended).expect("an item");
    town.spoil(item, "a pending transfer ends as its redemption did")
        .await;
    let forgotten = {
        let mut item = redemption_item(&open).expect("an item");
        item.remove("dpk");
        item.remove("dsk");
        item
    };
    town.spoil(forgotten, "what ends stands where it is due")
        .await;
    let less = Redemption {
        shares: vec![],
        ..of(RedemptionState::Settled)
    };
    let item = redemption_item(&less).expect("an item");
    town.spoil(item, "a redemption took what it is for").await;
    let key = schema::voucher(com, open.code);
    let voucher = app
        .ctx()
        .store
        .get_many(&[key])
        .await
        .expect("answers")
        .remove(0);
    town.lose(voucher.expect("its code"), "a code leads to its redemption")
        .await;
    nothing_is_wrong(&app).await;
    app.stop().await;
}
