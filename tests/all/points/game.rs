//! Random play of service and points against the store over a broken network: after every step all
//! of it is added up, and every command is given twice.

use std::collections::BTreeMap;

use acceptance::faults::{Faults, Rates};
use acceptance::points::ByHand;
use acceptance::{Actor, Chance, TestApp};
use domain::hours::Entry;
use domain::person::Person;
use domain::{EntryId, RedemptionId, RewardId};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::attendance::at_hand;
use super::ledger::{SOCIAL_WORKER, STATION, days};
use super::state::{State, Stored, name};
use crate::market::race::nothing_is_wrong;

const ROUGH: Rates = Rates {
    conflict: 8,
    throttle: 4,
    server_error: 2,
    lost_reply: 6,
    timeout: 3,
};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Serve,
    Correct,
    Redeem,
    Cancel,
    Settle,
    Stock,
    Rule,
    Pass,
    Sweep,
}

const STEPS: [Step; 16] = [
    Step::Serve,
    Step::Serve,
    Step::Serve,
    Step::Correct,
    Step::Redeem,
    Step::Redeem,
    Step::Redeem,
    Step::Redeem,
    Step::Redeem,
    Step::Cancel,
    Step::Settle,
    Step::Settle,
    Step::Stock,
    Step::Rule,
    Step::Pass,
    Step::Sweep,
];

struct Game<'a> {
    app: &'a TestApp,
    faults: &'a Faults,
    chance: Chance,
    people: Vec<Person>,
    rewards: Vec<RewardId>,
    /// What was ever put in each stock.
    put_in: Vec<i64>,
    begun: Timestamp,
    /// How often each person has served; each time six hours before the time before.
    served: Vec<i64>,
    said: BTreeMap<String, usize>,
}

impl<'a> Game<'a> {
    async fn begin(app: &'a TestApp, faults: &'a Faults, seed: u64) -> Self {
        let lin = at_hand(app, SOCIAL_WORKER).await;
        let (mut people, mut rewards) = (Vec::new(), Vec::new());
        for _ in 0..3 {
            let id = app.newcomer().await.id.expect("signed in");
            let found = app
                .ctx()
                .store
                .person(app.home().await, id)
                .await
                .expect("answers");
            people.push(found.expect("there"));
        }
        for (place, points) in [2, 5, 11].into_iter().enumerate() {
            let reward = lin.reward_of(points, 12, |mut body| {
                body.name = name(place);
                body.per_month = (place == 1).then_some(4);
                body
            });
            rewards.push(reward.await.id);
        }
        Self {
            app,
            faults,
            chance: Chance::new(seed),
            people,
            rewards,
            put_in: vec![12; 3],
            begun: app.now(),
            served: vec![1; 3],
            said: BTreeMap::new(),
        }
    }

    async fn state(&self) -> State {
        State::of(self.app, &self.people, &self.rewards).await
    }

    fn say(&mut self, what: impl Into<String>) {
        *self.said.entry(what.into()).or_default() += 1;
    }

    async fn player(&self, who: usize) -> Actor<'a> {
        self.app.as_person(&self.people[who]).await
    }

    /// Gives a command over the broken network until there is an answer, and once more after that.
    /// Panics where the second changes anything. Answers with its status and what it said.
    async fn command(
        &mut self,
        who: &Actor<'_>,
        method: &str,
        path: &str,
        body: Value,
    ) -> (u16, Value) {
        let first = self.insist(who, method, path, &body).await;
        let once = self.state().await;
        let second = self.insist(who, method, path, &body).await;
        assert_eq!(first, second, "{path} {body}");
        assert_eq!(self.state().await, once, "the same id again: {path} {body}");
        let said = first.1["code"]
            .as_str()
            .map_or_else(|| path.to_owned(), str::to_owned);
        if first.0 >= 400 {
            self.say(said);
        }
        first
    }

    async fn insist(
        &self,
        who: &Actor<'_>,
        method: &str,
        path: &str,
        body: &Value,
    ) -> (u16, Value) {
        self.faults.switch(true);
        for _ in 0..60 {
            let raw = who.raw(method, path, Some(body.to_string())).await;
            let answer = raw.json();
            if answer["retryable"] != json!(true) {
                self.faults.switch(false);
                assert_ne!(raw.status, 500, "{path} {body}: {}", raw.body);
                return (raw.status, answer);
            }
        }
        panic!("it never recovered")
    }

    fn id(&self, prefix: &str) -> String {
        let fresh = EntryId::new(self.app.millis(), self.app.chance()).to_string();
        format!("{prefix}{}", &fresh[3..])
    }

    async fn approved(&mut self, entry: &str) {
        for phone in [SOCIAL_WORKER, STATION] {
            let staff = at_hand(self.app, phone).await;
            let body = json!({ "id": self.id("cmd") });
            let path = format!("/v1/hours/{entry}/approve");
            let (status, said) = self.command(&staff, "POST", &path, body).await;
            assert_eq!(status, 200, "{said}");
        }
    }

    async fn serve(&mut self, who: usize) {
        let player = self.player(who).await;
        let minutes = 20 + i64::try_from(self.chance.below(280)).expect("few");
        let from = self.begun - SignedDuration::from_hours(self.served[who] * 6);
        self.served[who] += 1;
        let time = ByHand {
            activity: None,
            from,
            minutes,
        };
        let body = serde_json::to_value(player.by_hand(time)).expect("json");
        let entry = body["id"].as_str().expect("an id").to_owned();
        let (status, said) = self.command(&player, "POST", "/v1/hours", body).await;
        assert_eq!(status, 201, "{said}");
        self.approved(&entry).await;
        self.say("served");
    }

    async fn correct(&mut self, who: usize, state: &State) {
        let counts = |entry: &&Entry| entry.counts() && entry.minutes > 20;
        let entries: Vec<Entry> = state.people[who]
            .hours
            .iter()
            .filter(counts)
            .cloned()
            .collect();
        if entries.is_empty() {
            return;
        }
        let entry = self.chance.of(&entries).clone();
        let player = self.player(who).await;
        let minutes = self
            .chance
            .below(usize::try_from(entry.minutes).expect("few"));
        let other = self.id("hrs");
        let body = json!({ "id": other, "minutes": minutes, "reason": "记多了" });
        let path = format!("/v1/hours/{}/dispute", entry.id);
        let (status, said) = self.command(&player, "POST", &path, body).await;
        assert_eq!(status, 201, "{said}");
        self.approved(&other).await;
        self.say("corrected");
    }

    async fn redeem(&mut self, who: usize) {
        let player = self.player(who).await;
        let place = self.chance.below(3);
        let quantity = 1 + self.chance.below(3);
        let shown = [2, 5, 11][place] * quantity + usize::from(self.chance.percent(10));
        let body = json!({ "id": self.id("rdm"), "reward": self.rewards[place],
            "quantity": quantity, "points": shown });
        let (status, _) = self.command(&player, "POST", "/v1/redemptions", body).await;
        if status == 201 {
            self.say("redeemed");
        }
    }

    /// Ends one of somebody's vouchers, whatever has become of it.
    async fn end(&mut self, who: usize, state: &State, verb: &str) {
        let all: Vec<RedemptionId> = state.people[who].redemptions.keys().copied().collect();
        if all.is_empty() {
            return;
        }
        let which = *self.chance.of(&all);
        let path = format!("/v1/redemptions/{which}/{verb}");
        let hand = match verb {
            "cancel" => self.player(who).await,
            _ => at_hand(self.app, STATION).await,
        };
        let mut body = json!({ "id": self.id("cmd") });
        if verb == "settle" {
            body["code"] = json!(state.people[who].redemptions[&which].code);
        }
        if self.command(&hand, "POST", &path, body).await.0 == 200 {
            self.say(verb);
        }
    }

    async fn stock(&mut self) {
        let lin = at_hand(self.app, SOCIAL_WORKER).await;
        let place = self.chance.below(3);
        let add = i64::try_from(self.chance.below(14)).expect("few") - 5;
        let body = json!({ "id": self.id("cmd"), "add": add, "reason": "盘点" });
        let path = format!("/v1/rewards/{}/stock", self.rewards[place]);
        if self.command(&lin, "POST", &path, body).await.0 == 200 {
            self.put_in[place] += add;
            self.say("stock");
        }
    }

    async fn rule(&mut self, state: &State) {
        let lin = at_hand(self.app, SOCIAL_WORKER).await;
        let mut body = json!({ "id": self.id("cmd"), "points_per_hour": 5 + self.chance.below(20),
            "cap_per_activity": 60, "cap_per_day": 80, "ver": state.rule.ver });
        if self.chance.percent(60) {
            body["expire_months"] = json!(1);
        }
        let (status, said) = self.command(&lin, "PUT", "/v1/points/rule", body).await;
        assert_eq!(status, 200, "{said}");
        self.say("rule");
    }

    async fn sweep(&mut self) {
        self.faults.switch(true);
        let swept = service::market::sweep::run_once(self.app.ctx()).await;
        self.faults.switch(false);
        // Under faults it may not even find the communities; it comes again.
        self.say(if swept.is_ok() { "swept" } else { "not swept" });
    }

    async fn play(&mut self, step: Step) {
        let before = self.state().await;
        let who = self.chance.below(3);
        match step {
            Step::Serve => self.serve(who).await,
            Step::Correct => self.correct(who, &before).await,
            Step::Redeem => self.redeem(who).await,
            Step::Cancel => self.end(who, &before, "cancel").await,
            Step::Settle => self.end(who, &before, "settle").await,
            Step::Stock => self.stock().await,
            Step::Rule => self.rule(&before).await,
            Step::Pass => {
                let passed = i64::try_from(1 + self.chance.below(5)).expect("few");
                self.app.advance(days(passed));
            }
            Step::Sweep => self.sweep().await,
        }
        let after = self.state().await;
        after.adds_up(&self.put_in);
        if !matches!(step, Step::Serve | Step::Correct) {
            assert_eq!(
                after.hours(),
                before.hours(),
                "service time stays: {step:?}"
            );
        }
    }
}

/// Plays so many steps. Answers how often what was said.
async fn play(seed: u64, steps: usize) -> BTreeMap<String, usize> {
    let faults = Faults::new(seed, ROUGH);
    let app = TestApp::with_faults(faults.interceptor()).await;
    let mut game = Game::begin(&app, &faults, seed).await;
    for n in 0..steps {
        let step = *game.chance.of(&STEPS);
        game.play(step).await;
        if n % 50 == 49 {
            nothing_is_wrong(&app).await;
        }
    }
    app.advance(days(60));
    app.settle().await;
    let end = game.state().await;
    end.adds_up(&game.put_in);
    let open = |one: &Stored| one.account.reserved;
    assert_eq!(
        end.people.iter().map(open).sum::<u32>(),
        0,
        "nothing is kept for ever"
    );
    nothing_is_wrong(&app).await;
    let said = std::mem::take(&mut game.said);
    println!(
        "seed {seed}: {said:?}, {} faults",
        faults.injected.load(std::sync::atomic::Ordering::Relaxed)
    );
    app.stop().await;
    said
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn points_are_moved_never_made_against_the_store_over_a_broken_network() {
    let (one, two) = tokio::join!(play(20_261_126, 220), play(7, 220));
    for what in [
        "served",
        "corrected",
        "redeemed",
        "cancel",
        "settle",
        "stock",
        "rule",
        "swept",
        "points_short",
        "out_of_stock",
        "price_changed",
        "voucher_is",
        "limit_month",
    ] {
        assert!(
            one.contains_key(what) || two.contains_key(what),
            "never {what}: {one:?} {two:?}"
        );
    }
}
