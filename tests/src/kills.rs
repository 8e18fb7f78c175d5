//! A `linli` killed in the middle: of giving back what ended, and of people who redeem.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use domain::reward::RedemptionState;
use domain::{CommandId, CommunityId, EntryId, PersonId, RedemptionId, RewardId, limits};
use jiff::{SignedDuration, Timestamp};
use local::{Begin, Options, Place, Running};
use store::Store;
use wire::endpoint::None_;
use wire::points::rewards::{
    CancelRedemption, CancelRedemptionBody, CreateRedemption, CreateRedemptionBody, GetRedemption,
    RedemptionView,
};

use crate::chance::Chance;
use crate::client::Client;
use crate::points::grant_on;
use crate::redemptions::{put_reward, put_voucher, stored};
use crate::server::{self, Server};

/// A running Linli without its loops, in this process, on data that nobody serves.
async fn begin(folder: &Path) -> Running {
    let options = Options {
        place: Place::Folder(folder.to_owned()),
        seed: true,
        clock: Begin::Now,
        loops: false,
        ..Options::default()
    };
    Running::start(options).await.expect("it starts")
}

async fn home(running: &Running) -> CommunityId {
    let digest = running.ctx().secret.phone_digest("13800000001");
    let found = running.ctx().store.account(&digest).await.expect("answers");
    found.expect("the demo resident").community
}

/// Vouchers that end on `days` days, `each` on each of them, and a process whose sweeper is killed at
/// its work, day by day. Panics where points or goods come back not at all, or twice. Answers how many
/// of the kills fell between the first and the last voucher of a day.
pub async fn expiry_under_kills(days: u32, each: u32, seed: u64) -> usize {
    let folder = tempfile::tempdir().expect("a folder");
    let vouchers = Vouchers::reserve(folder.path(), days, each).await;
    let mut chance = Chance::new(seed);
    let (mut halfway, mut done) = (0, 0);
    for day in 1..=days {
        let hours = if day == 1 {
            24 * limits::VOUCHER_DAYS + 1
        } else {
            24
        };
        let running = begin(folder.path()).await;
        let moved = running.clock().advance(SignedDuration::from_hours(hours));
        moved.expect("the clock moves").expect("forward");
        running.stop().await.expect("it stops");
        let mut patience = 40;
        while done < day * each {
            let server = Server::start(folder.path()).await;
            tokio::time::sleep(Duration::from_millis(chance.draw() % patience)).await;
            server.kill();
            patience += 20;
            let running = begin(folder.path()).await;
            let now = vouchers.over(&running.ctx().store).await;
            running.stop().await.expect("it stops");
            assert!((done..=day * each).contains(&now), "{now} after {done}");
            halfway += usize::from(now > done && now < day * each);
            done = now;
        }
    }
    let (sound, said) = server::check(folder.path());
    assert!(sound, "{said}");
    let running = begin(folder.path()).await;
    vouchers.are_back(&running.ctx().store).await;
    running.stop().await.expect("it stops");
    halfway
}

/// What some people have reserved, and the points they have besides.
struct Vouchers {
    community: CommunityId,
    people: BTreeMap<PersonId, u32>,
    count: u32,
}

impl Vouchers {
    /// Of one point each, made on so many days one after the other. By people who have no others.
    async fn reserve(folder: &Path, days: u32, each: u32) -> Self {
        let running = begin(folder).await;
        let store = &running.ctx().store;
        let com = home(&running).await;
        let mut people = BTreeMap::new();
        for person in store.people(com).await.expect("people") {
            if people.len() < 20 && stored(store, com, person.id).await.is_empty() {
                let account = store.point_account(com, person.id).await.expect("answers");
                people.insert(person.id, account.available);
            }
        }
        let count = days * each;
        let reward = put_reward(store, com, reward_id(), count, Timestamp::now()).await;
        let begun = Timestamp::now();
        for (n, person) in (0..count).zip(people.keys().copied().cycle()) {
            let at = begun + SignedDuration::from_hours(24 * i64::from(n / each));
            put_voucher(store, person, &reward, u128::from(n), at).await;
        }
        running.stop().await.expect("it stops");
        Self {
            community: com,
            people,
            count,
        }
    }

    /// How many of them are over.
    async fn over(&self, store: &Store) -> u32 {
        let mut over = 0;
        for person in self.people.keys() {
            let rows = stored(store, self.community, *person).await.into_values();
            over += rows
                .filter(|row| row.state == RedemptionState::Expired)
                .count();
        }
        u32::try_from(over).expect("few")
    }

    /// Panics unless every point and every piece is back, once.
    async fn are_back(&self, store: &Store) {
        for (person, before) in &self.people {
            let account = store
                .point_account(self.community, *person)
                .await
                .expect("answers");
            let rows = stored(store, self.community, *person).await.len();
            let points = (account.available as usize, account.reserved);
            assert_eq!(points, (*before as usize + rows, 0), "{person}");
        }
        let left = store.stock_left(self.community, &[reward_id()]).await;
        assert_eq!(
            left.expect("answers"),
            [self.count],
            "every piece is back, once"
        );
    }
}

fn reward_id() -> RewardId {
    RewardId::new(1, 1)
}

/// What a game of kills under people who redeem came to.
#[derive(Debug, Default)]
pub struct Report {
    pub acknowledged: usize,
    pub unanswered: usize,
}

const REDEEMERS: usize = 8;
/// A round ends in the middle of the work; on a slow machine, after this long.
const ROUND: Duration = Duration::from_secs(5);

/// What one of them knows at the end of a round.
#[derive(Default)]
struct Known {
    /// As it was acknowledged last.
    sure: Vec<RedemptionView>,
    /// Sent, and no answer came.
    unsure: Vec<RedemptionId>,
}

/// People who redeem and call off, and a process that is killed under them. Panics where something
/// acknowledged is lost, or points and stock do not add up.
pub async fn redeeming_under_kills(kills: usize, seed: u64) -> Report {
    const STOCK: u32 = 10_000;
    let folder = tempfile::tempdir().expect("a folder");
    let phones: Vec<String> = (1..=REDEEMERS)
        .map(|n| format!("138000000{n:02}"))
        .collect();
    let com = endowed(folder.path(), &phones, STOCK).await;
    let (http, mut chance) = (reqwest::Client::new(), Chance::new(seed));
    let mut server = Server::start(folder.path()).await;
    let mut clients = Vec::new();
    for phone in &phones {
        clients.push(server.sign_in(&http, phone).await);
    }
    let mut report = Report::default();
    for _ in 0..kills {
        let stop = Arc::new(AtomicBool::new(false));
        let answered = Arc::new(AtomicUsize::new(0));
        let play = |client: &Client| {
            let (stop, answered) = (stop.clone(), answered.clone());
            tokio::spawn(redeem(client.clone(), chance.draw(), stop, answered))
        };
        let tasks: Vec<_> = clients.iter().map(play).collect();
        let (enough, begun) = (5 + chance.below(30), Instant::now());
        while answered.load(Ordering::SeqCst) < enough && begun.elapsed() < ROUND {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        server.kill();
        stop.store(true, Ordering::SeqCst);
        let mut known = Vec::new();
        for task in tasks {
            known.push(task.await.expect("it ends"));
        }
        server = Server::start(folder.path()).await;
        for (client, known) in clients.iter_mut().zip(known) {
            client.url.clone_from(&server.url);
            report.acknowledged += known.sure.len();
            report.unanswered += known.unsure.len();
            verify(client, known).await;
        }
    }
    server.kill();
    let (sound, said) = server::check(folder.path());
    assert!(sound, "{said}");
    let running = begin(folder.path()).await;
    let store = &running.ctx().store;
    let mut kept = 0;
    for person in store.people(com).await.expect("people") {
        let rows = stored(store, com, person.id).await.into_values();
        let rows = rows.filter(|row| row.reward == reward_id());
        kept += rows
            .filter(|row| row.state == RedemptionState::Reserved)
            .count();
    }
    let left = store
        .stock_left(com, &[reward_id()])
        .await
        .expect("answers");
    assert_eq!(
        left[0] as usize + kept,
        STOCK as usize,
        "every piece is left or reserved"
    );
    running.stop().await.expect("it stops");
    report
}

/// A community whose people with these numbers have plenty of points for a reward of one point.
async fn endowed(folder: &Path, phones: &[String], stock: u32) -> CommunityId {
    let running = begin(folder).await;
    let store = &running.ctx().store;
    let (com, at) = (home(&running).await, Timestamp::now());
    put_reward(store, com, reward_id(), stock, at).await;
    let day = at.to_zoned(jiff::tz::TimeZone::UTC).date();
    for (n, phone) in (0..).zip(phones) {
        let digest = running.ctx().secret.phone_digest(phone);
        let account = store.account(&digest).await.expect("answers");
        let whose = (com, account.expect("of the demo").person);
        grant_on(store, whose, 2_000, None, (day, at), EntryId::new(3, n)).await;
    }
    running.stop().await.expect("it stops");
    com
}

async fn redeem(
    who: Client,
    seed: u64,
    stop: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
) -> Known {
    let (mut chance, mut known) = (Chance::new(seed), Known::default());
    while !stop.load(Ordering::SeqCst) {
        let now = u64::try_from(Timestamp::now().as_millisecond()).unwrap_or(0);
        let order = CreateRedemptionBody {
            id: RedemptionId::new(now, chance.bits()),
            reward: reward_id(),
            quantity: 1,
            points: Some(1),
            person: None,
            consent: None,
        };
        let id = order.id;
        let made = match who.try_call::<CreateRedemption>((), None_ {}, order).await {
            Ok(Ok(made)) => made,
            // One person may not ask for more in a minute.
            Ok(Err(problem)) if problem.retryable => break,
            Ok(Err(problem)) => panic!("there are points and stock: {problem:?}"),
            Err(_) => {
                known.unsure.push(id);
                break;
            }
        };
        answered.fetch_add(1, Ordering::SeqCst);
        if chance.percent(50) {
            known.sure.push(made);
            continue;
        }
        let body = CancelRedemptionBody {
            id: CommandId::new(now, chance.bits()),
            reason: None,
        };
        match who
            .try_call::<CancelRedemption>((id,), None_ {}, body)
            .await
        {
            Ok(Ok(off)) => known.sure.push(off),
            Ok(Err(problem)) if problem.retryable => known.sure.push(made),
            Ok(Err(problem)) => panic!("one's own can be called off: {problem:?}"),
            Err(_) => {
                known.unsure.push(id);
                break;
            }
        }
    }
    known
}

/// What was acknowledged is as it was; what was not answered is whole, or not there.
async fn verify(who: &Client, known: Known) {
    for view in known.sure {
        let found = who
            .call::<GetRedemption>((view.id,), None_ {}, None_ {})
            .await;
        let found = found.unwrap_or_else(|problem| panic!("{} is lost: {problem:?}", view.id));
        assert_eq!(
            (found.state, found.ver, found.code),
            (view.state, view.ver, view.code)
        );
    }
    for id in known.unsure {
        if let Err(problem) = who.call::<GetRedemption>((id,), None_ {}, None_ {}).await {
            assert_eq!(problem.status, 404, "{problem:?}");
        }
    }
}
