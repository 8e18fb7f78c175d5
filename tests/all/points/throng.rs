//! Many at once: one balance, one stock, everything at random, and a sweeper killed at its work.

use std::collections::{BTreeMap, BTreeSet};

use acceptance::app::join_all;
use acceptance::faults::{Faults, Rates};
use acceptance::meetings::{Meetings, is_stock};
use acceptance::{Actor, Chance, TestApp, kills, redemptions};
use domain::reward::RedemptionState;
use domain::{RedemptionId, RewardId, limits};
use serde_json::json;
use wire::Code;

use super::ledger::{SOCIAL_WORKER, STATION, days, explained};
use super::redeem::{cancel, settle};
use crate::market::race::{crowd, nothing_is_wrong};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_balance_for_400_gives_exactly_400_under_faults_and_repeats() {
    let rush = redemptions::rush(64, 60, 400, 3).await;
    println!("{rush:?}");
    assert_eq!((rush.effects, rush.refused), (400, 64 * 60 - 400));
    assert!(rush.repeated > 600 && rush.injected > 1_000, "{rush:?}");
}

/// Minutes: `cargo xtask test --long --only test`
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes; the suite plays it smaller"]
async fn sixty_four_tasks_of_500_at_a_balance_for_1000_give_exactly_1000() {
    let rush = redemptions::rush(64, 500, 1_000, 11).await;
    println!("{rush:?}");
    assert_eq!((rush.effects, rush.refused), (1_000, 31_000));
}

const ASKING: usize = 100;

/// A hundred people want one each of what there are seven of. Answers who heard what.
async fn rush_at_seven(app: &TestApp, faults: Option<&Faults>) -> BTreeMap<&'static str, usize> {
    let lin = app.sign_in(SOCIAL_WORKER).await;
    let reward = lin.reward(5, 7).await.id;
    let actors = crowd(app, ASKING).await;
    for actor in &actors {
        app.grant(actor.id.expect("signed in"), 5).await;
    }
    if let Some(faults) = faults {
        faults.switch(true);
    }
    let calls = actors.iter().map(|actor| async move {
        let order = actor.order(reward, 1);
        for _ in 0..100 {
            match actor.redeem(&order).await {
                Err(problem) if problem.retryable => {}
                Err(problem) => return problem.code.as_str(),
                Ok(_) => return "redeemed",
            }
        }
        panic!("it never recovered")
    });
    let mut heard = BTreeMap::new();
    for said in join_all(calls).await {
        *heard.entry(said).or_default() += 1;
    }
    if let Some(faults) = faults {
        faults.switch(false);
    }
    nothing_is_wrong(app).await;
    heard
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_hundred_at_seven_pieces_seven_get_one() {
    let app = TestApp::start().await;
    let heard = rush_at_seven(&app, None).await;
    assert_eq!(
        heard,
        BTreeMap::from([("out_of_stock", 93), ("redeemed", 7)])
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_hundred_at_seven_pieces_seven_get_one_under_faults_too() {
    let rates = Rates {
        conflict: 20,
        throttle: 5,
        server_error: 3,
        lost_reply: 10,
        timeout: 5,
    };
    let faults = Faults::new(29, rates);
    let app = TestApp::with_faults(faults.interceptor()).await;
    let heard = rush_at_seven(&app, Some(&faults)).await;
    assert_eq!(
        heard,
        BTreeMap::from([("out_of_stock", 93), ("redeemed", 7)])
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sweeper_killed_while_it_gives_back_gives_back_once() {
    let halfway = kills::expiry_under_kills(3, 150, 17).await;
    println!("{halfway} kills between the first and the last voucher of a day");
    assert!(halfway >= 2, "{halfway} kills fell in the middle");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_under_people_who_redeem_nothing_is_lost_and_all_adds_up() {
    let report = kills::redeeming_under_kills(8, 23).await;
    println!("{report:?}");
    assert!(
        report.acknowledged > 60 && report.unanswered > 8,
        "no game: {report:?}"
    );
}

/// Forty people at once, five redemptions each, of three rewards: what their transactions have in
/// common is parts of a stock, and nothing else. Then each of a reward of their own: nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_who_redeem_meet_at_the_stock_and_nowhere_else() {
    let meetings = Meetings::default();
    let app = TestApp::with_faults(meetings.interceptor()).await;
    let lin = app.sign_in(SOCIAL_WORKER).await;
    let mut rewards = Vec::new();
    for points in 1..=3 {
        rewards.push(lin.reward(points, 1_000).await.id);
    }
    let actors = crowd(&app, 40).await;
    for actor in &actors {
        app.grant(actor.id.expect("signed in"), 30).await;
    }
    meetings.forget();
    let rewards = &rewards;
    let calls = actors.iter().map(|actor| async move {
        for n in 0..5 {
            let order = actor.order(rewards[n % 3], 1);
            let made = actor.redeem(&order).await.expect("points and stock");
            if n == 4 {
                cancel(actor, made.id, Some("不要了")).await.expect("off");
            }
        }
    });
    join_all(calls).await;
    {
        let seen = meetings.seen();
        let people: BTreeSet<&String> = seen.whose.values().flatten().collect();
        assert_eq!(
            (people.len(), seen.transactions),
            (40, 240),
            "{}",
            seen.cancelled
        );
        assert!(seen.together > 100, "not at once: {}", seen.together);
        let shared: Vec<_> = seen.shared().filter(|place| !is_stock(place)).collect();
        assert!(shared.is_empty(), "{shared:?}");
        assert!(seen.shared().any(is_stock), "nobody met at all");
        assert_eq!(seen.elsewhere, 0);
    }
    let mut own = Vec::new();
    for _ in &actors {
        own.push(lin.reward(1, 9).await.id);
    }
    meetings.forget();
    let calls = actors.iter().zip(own).map(|(actor, reward)| async move {
        let made = actor.redeem(&actor.order(reward, 2)).await;
        made.expect("points and stock");
    });
    join_all(calls).await;
    {
        let seen = meetings.seen();
        assert_eq!((seen.transactions, seen.shared().count()), (40, 0));
        assert!(seen.together > 20, "not at once: {}", seen.together);
    }
    nothing_is_wrong(&app).await;
    app.stop().await;
}

/// One thing somebody does, against the API.
#[derive(Clone, Debug)]
enum Step {
    Grant(u32),
    Correct { which: usize, points: u32 },
    Redeem { reward: usize, quantity: u32 },
    Cancel(usize),
    Settle(usize),
    Stock { reward: usize, add: i32 },
    Close { reward: usize },
    Pass { days: i64 },
    Sweep,
}

fn draw(chance: &mut Chance) -> Step {
    let small = |n: u64| u32::try_from(n).expect("small");
    match chance.below(20) {
        0..=3 => Step::Grant(small(chance.draw() % 60)),
        4 => Step::Correct {
            which: chance.below(9),
            points: small(chance.draw() % 60),
        },
        5..=10 => Step::Redeem {
            reward: chance.below(3),
            quantity: 1 + small(chance.draw() % 4),
        },
        11..=12 => Step::Cancel(chance.below(9)),
        13..=14 => Step::Settle(chance.below(9)),
        15 => Step::Stock {
            reward: chance.below(3),
            add: i32::try_from(chance.draw() % 12).expect("small") - 4,
        },
        16 => Step::Close {
            reward: chance.below(3),
        },
        17 => Step::Pass {
            days: i64::try_from(chance.draw() % 6).expect("small"),
        },
        _ => Step::Sweep,
    }
}

/// What one person has done so far.
#[derive(Default)]
struct Known {
    /// Granted today, not corrected yet.
    granted: Vec<u32>,
    vouchers: Vec<RedemptionId>,
}

struct Game<'a> {
    app: &'a TestApp,
    lin: Actor<'a>,
    station: Actor<'a>,
    rewards: Vec<RewardId>,
    said: std::sync::Mutex<BTreeMap<String, usize>>,
}

impl Game<'_> {
    fn say(&self, what: impl Into<String>) {
        let mut said = self.said.lock().expect("nobody panics while holding it");
        *said.entry(what.into()).or_default() += 1;
    }

    fn hear<T>(&self, done: &str, answer: &Result<T, wire::Problem>) {
        match answer {
            Ok(_) => self.say(done),
            Err(problem) => {
                assert!(!matches!(problem.code, Code::Failed), "{problem:?}");
                self.say(problem.code.as_str());
            }
        }
    }

    async fn play(&self, who: &Actor<'_>, known: &mut Known, step: Step) {
        let me = who.id.expect("signed in");
        let of = |which: usize| {
            known
                .vouchers
                .get(which % known.vouchers.len().max(1))
                .copied()
        };
        match step {
            Step::Grant(0) | Step::Correct { .. } if known.granted.is_empty() => {
                self.app.grant(me, 7).await;
                known.granted.push(7);
            }
            Step::Grant(points) => {
                self.app.grant(me, points.max(1)).await;
                known.granted.push(points.max(1));
            }
            Step::Correct { which, points } => {
                let before = known.granted.swap_remove(which % known.granted.len());
                self.app.regrant(me, before, points).await;
            }
            Step::Redeem { reward, quantity } => {
                let order = who.order(self.rewards[reward], quantity);
                let made = who.redeem(&order).await;
                self.hear("redeemed", &made);
                if made.is_ok() {
                    assert_eq!(who.redeem(&order).await, made, "the same again");
                    known.vouchers.push(order.id);
                }
            }
            Step::Cancel(which) => {
                if let Some(id) = of(which) {
                    self.hear("cancelled", &cancel(who, id, None).await);
                }
            }
            Step::Settle(which) => {
                if let Some(id) = of(which) {
                    self.hear("settled", &settle(&self.station, id, None).await);
                }
            }
            Step::Stock { reward, add } => {
                let body =
                    json!({ "id": self.app.command(), "add": add, "reason": "盘点" }).to_string();
                let path = format!("/v1/rewards/{}/stock", self.rewards[reward]);
                let raw = self.lin.raw("POST", &path, Some(body)).await;
                assert!(raw.status < 500, "{}", raw.body);
            }
            Step::Close { reward } => {
                let path = format!("/v1/rewards/{}", self.rewards[reward]);
                let now = self.lin.raw("GET", &path, None).await.json();
                let state = if now["state"] == "open" {
                    "closed"
                } else {
                    "open"
                };
                let body = json!({ "id": self.app.command(), "name": now["name"], "kind": "goods",
                    "points": now["points"], "per_month": 9, "state": state, "ver": now["ver"] });
                let raw = self.lin.raw("PUT", &path, Some(body.to_string())).await;
                assert!(raw.status < 500, "{}", raw.body);
            }
            Step::Pass { .. } | Step::Sweep => {
                service::market::sweep::run_once(self.app.ctx())
                    .await
                    .expect("it runs");
            }
        }
    }
}

/// Rounds of people at once, the clock between them: whatever they do, the audit is clean, and every
/// statement explains its account.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_people_do_at_once_it_adds_up() {
    let app = TestApp::start().await;
    let lin = app.sign_in(SOCIAL_WORKER).await;
    let mut rewards = Vec::new();
    for points in [3, 7, 20] {
        rewards.push(lin.reward(points, 9).await.id);
    }
    let actors = crowd(&app, 8).await;
    let mut game = Game {
        app: &app,
        lin,
        station: app.sign_in(STATION).await,
        rewards,
        said: std::sync::Mutex::default(),
    };
    let mut known: Vec<Known> = actors.iter().map(|_| Known::default()).collect();
    let mut chance = Chance::new(41);
    for round in 0..45 {
        let steps: Vec<Step> = actors.iter().map(|_| draw(&mut chance)).collect();
        let passed = steps.iter().find_map(|step| match step {
            Step::Pass { days } => Some(*days),
            _ => None,
        });
        let playing = &game;
        let calls = actors.iter().zip(&mut known).zip(steps);
        join_all(calls.map(|((who, known), step)| playing.play(who, known, step))).await;
        if let Some(passed) = passed.filter(|days| *days > 0) {
            app.advance(days(passed));
            // Sessions of staff end within hours, and what is granted is corrected on its day.
            game.lin = app.sign_in(SOCIAL_WORKER).await;
            game.station = app.sign_in(STATION).await;
            known.iter_mut().for_each(|known| known.granted.clear());
        }
        if round % 9 == 8 {
            nothing_is_wrong(&app).await;
        }
    }
    app.advance(days(limits::VOUCHER_DAYS));
    app.settle().await;
    for (actor, known) in actors.iter().zip(&known) {
        explained(actor).await;
        assert_eq!(actor.points().await.reserved, 0);
        let com = app.home().await;
        let rows = redemptions::stored(&app.ctx().store, com, actor.id.expect("signed in")).await;
        assert_eq!(rows.len(), known.vouchers.len());
        assert!(
            rows.values()
                .all(|row| row.state != RedemptionState::Reserved)
        );
    }
    nothing_is_wrong(&app).await;
    let said = game.said.into_inner().expect("nobody panicked");
    for what in [
        "redeemed",
        "cancelled",
        "settled",
        "points_short",
        "voucher_is",
    ] {
        assert!(said.contains_key(what), "never {what}: {said:?}");
    }
    app.stop().await;
}
