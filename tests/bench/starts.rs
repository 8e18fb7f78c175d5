//! From the start of each function for AWS until it asks for its first event, with a table that answers at once, beside
//! a function that does nothing; in turns, so that they meet the same machine.

use std::sync::Arc;
use std::time::Duration;

use acceptance::rehearsal::{self, dynamo};
use local::{Options, Running};
use service::ctx::SystemIds;

use crate::Times;

/// `functions/lambda/examples/hello.rs`.
const HELLO: &str = "hello";
const NAMES: [&str; 12] = [
    HELLO,
    "activities",
    "care",
    "door_events",
    "found",
    "identity",
    "library",
    "market",
    "points",
    "relay",
    "sweeper",
    "watch",
];
const ROUNDS: usize = 20;
const RATIO_AIM: f64 = 2.0;
const RSS_AIM_MB: f64 = 40.0;

pub async fn run() {
    let running = Running::start(Options {
        seed: true,
        loops: false,
        ids: Arc::new(SystemIds),
        ..Options::default()
    })
    .await
    .expect("it starts");
    let database = dynamo::serve(running.door()).await;
    let logs = tempfile::tempdir().expect("a folder");
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); NAMES.len()];
    let mut most_kib = [0; NAMES.len()];
    for _ in 0..ROUNDS {
        for (n, name) in NAMES.iter().enumerate() {
            let log = logs.path().join(name);
            let function = rehearsal::alone(&database, name, &log).await;
            times[n].push(function.asked_after().await);
            most_kib[n] = most_kib[n].max(function.rss_kib());
            function.stop();
        }
    }
    let times: Vec<Times> = times.into_iter().map(Times::of).collect();
    let bare = times[0].at(0.5);
    for ((name, times), kib) in NAMES.iter().zip(&times).zip(most_kib) {
        let (ratio, mb) = (times.at(0.5) / bare, f64::from(kib) / 1_024.0);
        let met = *name == HELLO || ratio <= RATIO_AIM && mb <= RSS_AIM_MB;
        let verdict = if met { "met" } else { "missed" };
        println!(
            "{name}: first poll p50 {:.1} ms, p99 {:.1} ms, {ratio:.2} times a hello, {mb:.1} MB resident (aims {RATIO_AIM} times, {RSS_AIM_MB} MB: {verdict})",
            times.at(0.5),
            times.at(0.99),
        );
    }
    running.stop().await.expect("it stops");
}
