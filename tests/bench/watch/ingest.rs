//! Events of doors over HTTP, signed, a hundred at a time, beside as many bare conditional writes of the same
//! items on the same store; and what a million events would cost on DynamoDB.

use std::sync::Arc;
use std::time::Instant;

use acceptance::capacity::{Capacity, READS, WRITES};
use acceptance::chance::SeededIds;
use acceptance::client::Client;
use acceptance::homes::hung;
use domain::watch::{Device, Passage, Sign, Watched};
use domain::{CommunityId, DeviceId, limits};
use jiff::{SignedDuration, Timestamp};
use local::{Begin, Options, Running};
use serde_json::{Value, json};
use service::Ctx;
use service::watch::arrive::arrive;
use service::watch::signature::{self, Parts};
use store::watch::{CredentialOf, credential_item, device_item, device_of_item, watched_item};
use tokio::task::JoinSet;

use super::due::watched;
use crate::town::{Opening, Town};

const DOORS: usize = 4;
/// Of each door, one for each event of a batch.
const PEOPLE: usize = limits::DOOR_EVENTS;
const BATCHES: usize = 10;
const AIM: f64 = 0.7;
const PATH: &str = "/v1/door-events";

pub async fn run() {
    let folder = tempfile::tempdir().expect("a folder");
    let town = Town::build(folder.path(), 1, Opening::Usual).await;
    let (ctx, com) = (town.running.ctx(), town.community);
    let began = Timestamp::now() - SignedDuration::from_hours(2);
    let (doors, _) = settle(ctx, com, 0, began).await;
    let (_, bare) = settle(ctx, com, 1, began).await;

    let mut letters: Vec<Vec<Letter>> = Vec::new();
    for door in &doors {
        let batch = |n| Letter::of(ctx, door, n, began);
        letters.push((0..BATCHES).map(batch).collect());
    }
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for letters in letters {
        let client = town.clients[0].clone();
        tasks.spawn(async move {
            for letter in letters {
                letter.send(&client).await;
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.expect("they are taken");
    }
    let count = u32::try_from(DOORS * PEOPLE * BATCHES).expect("few");
    let ours = f64::from(count) / begun.elapsed().as_secs_f64();

    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for people in bare.chunks(PEOPLE) {
        let (store, people) = (ctx.store.clone(), people.to_vec());
        tasks.spawn(async move {
            for n in 0..BATCHES as u64 {
                for one in &people {
                    let next = Watched {
                        ver: n + 2,
                        ..one.clone()
                    };
                    let item = watched_item(&next).expect("an item");
                    let tx = store.tx().put_next(item, next.ver).expect("a step");
                    tx.commit().await.expect("written");
                }
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.expect("they are written");
    }
    let theirs = f64::from(count) / begun.elapsed().as_secs_f64();
    let ratio = ours / theirs;
    let verdict = if ratio >= AIM { "met" } else { "missed" };
    println!(
        "{count} events of {DOORS} doors, signed, {PEOPLE} at a time: {ours:.0}/s; bare conditional writes: {theirs:.0}/s; \
         ratio {ratio:.2} (aim {AIM}: {verdict})"
    );
    town.running.stop().await.expect("it stops");
}

/// Doors, and people behind them with a card each, who entered at that moment.
async fn settle(
    ctx: &Ctx,
    com: CommunityId,
    series: usize,
    entered: Timestamp,
) -> (Vec<Device>, Vec<Watched>) {
    let doors: Vec<Device> = (0..DOORS).map(|n| door(com, series * DOORS + n)).collect();
    let mut people = Vec::new();
    for (n, door) in doors.iter().enumerate() {
        let first = (series * DOORS + n) * PEOPLE;
        people.extend((first..first + PEOPLE).map(|n| watched(com, n, door.id, entered)));
    }
    let mut items: Vec<_> = doors.iter().map(device_item).collect();
    items.extend(doors.iter().map(device_of_item));
    for one in &people {
        items.push(watched_item(one));
        let of = CredentialOf {
            person: one.person,
            own: true,
        };
        items.push(credential_item(com, &one.credentials[0], &of));
    }
    let items: Result<Vec<_>, _> = items.into_iter().collect();
    let items = items.expect("items");
    ctx.store.put_all(items).await.expect("written");
    (doors, people)
}

fn door(com: CommunityId, n: usize) -> Device {
    Device {
        heartbeat_minutes: 15,
        heard_at: Some(Timestamp::now()),
        ..hung(com, DeviceId::from_bits(0xbe_4000_0000 + n as u128))
    }
}

/// A hundred events, ready to be sent.
struct Letter {
    device: String,
    timestamp: String,
    nonce: String,
    signature: String,
    body: Vec<u8>,
}

impl Letter {
    /// The nth of a door: each of its people once, minutes after the one before.
    fn of(ctx: &Ctx, door: &Device, n: usize, began: Timestamp) -> Self {
        let minutes = i64::try_from(n + 1).expect("few") * 5;
        let at = began + SignedDuration::from_mins(minutes);
        let act = if n.is_multiple_of(2) { "exit" } else { "entry" };
        let first = usize::try_from(door.id.bits() - 0xbe_4000_0000).expect("few") * PEOPLE;
        let event = |i: usize| json!({ "seq": n * PEOPLE + i + 1, "at": at.to_string(), "act": act, "credential": format!("{:010}", first + i) });
        let events: Vec<Value> = (0..PEOPLE).map(event).collect();
        let body = json!({ "device": door.id, "events": events });
        let body = body.to_string().into_bytes();
        let device = door.id.to_string();
        let timestamp = Timestamp::now().as_second().to_string();
        let nonce = format!("{n:x}");
        let key = signature::key(&ctx.secret, door.id, door.key_ver);
        let parts = Parts {
            method: "POST",
            path: PATH,
            device: &device,
            timestamp: &timestamp,
            nonce: &nonce,
            body: &body,
        };
        let signature = signature::sign(&key, &parts);
        Self {
            device,
            timestamp,
            nonce,
            signature,
            body,
        }
    }

    async fn send(self, client: &Client) {
        let headers = [
            ("content-type", "application/json"),
            ("x-device", self.device.as_str()),
            ("x-key", "1"),
            ("x-timestamp", self.timestamp.as_str()),
            ("x-nonce", self.nonce.as_str()),
            ("x-signature", self.signature.as_str()),
        ];
        let raw = client.raw_with("POST", PATH, &headers, self.body).await;
        assert_eq!(raw.status, 200, "{}", raw.body);
        let said = raw.json();
        let outcomes = said["outcomes"].as_array().expect("outcomes");
        let applied = outcomes.iter().filter(|one| one["applied"] == true);
        assert_eq!(applied.count(), PEOPLE, "{}", raw.body);
    }
}

/// Events of somebody who passes a door every six hours, with the look at whose card it is; without the
/// device's own line, which is one for each call.
pub async fn cost() {
    const EACH: usize = 20;
    let at: Timestamp = acceptance::app::MORNING.parse().expect("a timestamp");
    let capacity = Capacity::default();
    let running = Running::start(Options {
        clock: Begin::StandingAt(at),
        loops: false,
        interceptor: Some(capacity.interceptor()),
        ids: Arc::new(SeededIds::new(6)),
        ..Options::default()
    })
    .await
    .expect("it starts");
    let (ctx, com) = (running.ctx(), CommunityId::from_bits(0xbe));
    let (doors, people) = settle(ctx, com, 0, at).await;
    let people = &people[..50];
    capacity.begin();
    for n in 1..=EACH {
        let hours = i64::try_from(n).expect("few") * 6;
        let received = at + SignedDuration::from_hours(hours);
        let sign = Sign {
            at: received,
            seq: n as u64,
            passage: [Passage::Entry, Passage::Exit][n % 2],
        };
        for one in people {
            let of = ctx.store.credential(com, &one.credentials[0]).await;
            let person = of.expect("answers").expect("is somebody's").person;
            let arrived = arrive(ctx, com, &doors[0], sign, person, received, false);
            arrived.await.expect("arrives");
        }
    }
    let consumed = capacity.end();
    let count = f64::from(u32::try_from(EACH * people.len()).expect("few"));
    println!(
        "an event every six hours: {:.2} read units and {:.2} write units; a million events ${:.2} at ${WRITES} and ${READS} a million units (on demand, us-east-1)",
        consumed.read / count,
        consumed.written / count,
        consumed.dollars_per_million(count),
    );
    running.stop().await.expect("it stops");
}
