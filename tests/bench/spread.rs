//! A thousand redemptions a second attempted by different people: how many are done, how long they
//! take, and how many transactions were cancelled because two got in each other's way.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::config::interceptors::BeforeDeserializationInterceptorContextMut;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents, SharedInterceptor};
use aws_sdk_dynamodb::error::BoxError;
use domain::RedemptionId;
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

/// Counts what the store answers with a cancelled transaction.
#[derive(Debug, Default)]
struct Cancelled(AtomicU64);

#[derive(Debug)]
struct Watch(Arc<Cancelled>);

impl Intercept for Watch {
    fn name(&self) -> &'static str {
        "cancelled transactions"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response_mut();
        if response.status().is_success() {
            return Ok(());
        }
        let said = response.body().bytes().unwrap_or_default();
        if String::from_utf8_lossy(said).contains("TransactionCanceled") {
            self.0.0.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }
}

pub async fn run() {
    let folder = tempfile::tempdir().expect("a folder");
    let cancelled = Arc::new(Cancelled::default());
    let watch = SharedInterceptor::new(Watch(cancelled.clone()));
    let town = Town::watched(folder.path(), PEOPLE, Opening::Usual, Some(watch)).await;
    let reward = stocked(&town, 100).await.id;
    let before = cancelled.0.load(Ordering::Relaxed);
    let begun = Instant::now();
    let room = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..PER_SECOND * SECONDS {
        let due = Duration::from_secs(1) * u32::try_from(n).expect("small")
            / u32::try_from(PER_SECOND).expect("small");
        tokio::time::sleep_until((begun + due).into()).await;
        let client = town.clients[n % PEOPLE].clone();
        let place = room.clone().acquire_owned().await.expect("never closed");
        tasks.spawn(async move {
            let _place = place;
            let body = CreateRedemptionBody {
                id: RedemptionId::from_bits(0xd0_0000_0000 + n as u128),
                reward,
                quantity: 1,
                points: None,
                person: None,
                consent: None,
            };
            let asked = Instant::now();
            let made = client.call::<CreateRedemption>((), None_ {}, body).await;
            made.map(|_| asked.elapsed()).map_err(|problem| problem.code)
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
    let cancelled = cancelled.0.load(Ordering::Relaxed) - before;
    println!(
        "{PER_SECOND} redemptions/s attempted by {PEOPLE} people for {SECONDS} s: {} done ({:.0}/s), {refused} refused, {cancelled} transactions cancelled",
        times.len(),
        times.len() as f64 / took
    );
    Times::of(times).line("each of them");
    town.running.stop().await.expect("it stops");
}
