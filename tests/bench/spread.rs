//! A thousand redemptions a second attempted by different people, of one reward and then each of their
//! own: how many are done, how long they take, how many transactions were cancelled, and, since the
//! embedded store does one after the other, how many would have met: at a part of a stock, and at
//! anything else.

use std::sync::Arc;
use std::time::{Duration, Instant};

use acceptance::meetings::Meetings;
use acceptance::redemptions::put_reward;
use domain::{RedemptionId, RewardId};
use jiff::Timestamp;
use tokio::sync::Semaphore;
use wire::endpoint::None_;
use wire::points::rewards::{CreateRedemption, CreateRedemptionBody};

use super::redemption::stocked;
use crate::Times;
use crate::town::{Opening, Town};

const PEOPLE: usize = 1_000;
const PER_SECOND: usize = 1_000;
const SECONDS: usize = 10;
/// Calls under way at once; a server that is slower than what is attempted keeps the others waiting.
const AT_ONCE: usize = 128;

pub async fn run() {
    let folder = tempfile::tempdir().expect("a folder");
    let meetings = Meetings::default();
    let watch = Some(meetings.interceptor());
    let town = Town::watched(folder.path(), PEOPLE, Opening::Usual, watch).await;
    let one = stocked(&town, 100).await.id;
    round(&town, &meetings, "of one reward", 0xd0, |_| one).await;
    let (store, at) = (&town.running.ctx().store, Timestamp::now());
    for n in 0..PEOPLE {
        put_reward(store, town.community, own(n), 1_000, at).await;
    }
    round(&town, &meetings, "of a reward each", 0xd1, own).await;
    let (at_a_stock, cancelled) = {
        let seen = meetings.seen();
        (seen.at_a_stock, seen.cancelled)
    };
    assert_eq!((at_a_stock, cancelled), (0, 0), "nobody shares");
    town.running.stop().await.expect("it stops");
}

fn own(n: usize) -> RewardId {
    RewardId::new(2, n as u128)
}

/// `reward`: what the n-th person redeems. `series`: of which the ids are made.
async fn round(
    town: &Town,
    meetings: &Meetings,
    what: &str,
    series: u128,
    reward: impl Fn(usize) -> RewardId,
) {
    meetings.forget();
    let begun = Instant::now();
    let room = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..PER_SECOND * SECONDS {
        let due = Duration::from_secs(1) * u32::try_from(n).expect("small")
            / u32::try_from(PER_SECOND).expect("small");
        tokio::time::sleep_until((begun + due).into()).await;
        let client = town.clients[n % PEOPLE].clone();
        let place = room.clone().acquire_owned().await.expect("never closed");
        let body = CreateRedemptionBody {
            id: RedemptionId::from_bits((series << 32) + n as u128),
            reward: reward(n % PEOPLE),
            quantity: 1,
            points: None,
            person: None,
            consent: None,
        };
        tasks.spawn(async move {
            let _place = place;
            let asked = Instant::now();
            let made = client.call::<CreateRedemption>((), None_ {}, body).await;
            made.map(|_| asked.elapsed())
                .map_err(|problem| problem.code)
        });
    }
    let (mut times, mut refused) = (Vec::new(), 0);
    while let Some(done) = tasks.join_next().await {
        match done.expect("a call ends") {
            Ok(took) => times.push(took),
            Err(_) => refused += 1,
        }
    }
    let took = begun.elapsed().as_secs_f64();
    {
        let (done, seen) = (times.len(), meetings.seen());
        println!(
            "{PER_SECOND} redemptions/s {what} attempted by {PEOPLE} people for {SECONDS} s: {done} done ({:.0}/s), {refused} refused, {} transactions cancelled; \
             while another was under way {} began, of which {} had a part of a stock in common with it and {} anything else",
            done as f64 / took,
            seen.cancelled,
            seen.together,
            seen.at_a_stock,
            seen.elsewhere,
        );
        assert_eq!(
            (refused, seen.elsewhere),
            (0, 0),
            "people got in each other's way"
        );
    }
    Times::of(times).line("each of them");
}
