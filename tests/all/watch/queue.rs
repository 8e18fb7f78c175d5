//! What doors say through a queue, which brings messages twice, late and in any order.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use acceptance::{Chance, TestApp, length};
use domain::watch::{DoorSense, Passage};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use service::watch::queue::{Attributes, Batch, Item, Left, Message, take_all};

use super::people::{
    ADMIN, Door, WORKER, at, device, door, event, fields, grown_ups, id, stored, watch_over,
};

fn message(n: usize, door: &Door, sent: Timestamp, events: &[Value]) -> Message {
    let body = json!({ "device": door.id, "events": events });
    Message {
        message_id: format!("m{n}"),
        body: body.to_string(),
        attributes: Attributes {
            sent_timestamp: Some(sent.as_millisecond().to_string()),
        },
    }
}

fn left(ids: &[&str]) -> Left {
    let item = |id: &&str| Item {
        item_identifier: (*id).to_owned(),
    };
    Left {
        batch_item_failures: ids.iter().map(item).collect(),
    }
}

async fn take(app: &TestApp, records: &[Message]) -> Left {
    let records = records.to_vec();
    take_all(app.ctx(), Batch { records }, Duration::from_secs(60)).await
}

fn seconds(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn poison_in_a_batch_of_a_hundred_fails_alone() {
    let app = TestApp::start().await;
    let (admin, desk) = (at(&app, ADMIN).await, at(&app, WORKER).await);
    let doors = [
        door(&admin, DoorSense::BothWays, None).await,
        door(&admin, DoorSense::BothWays, None).await,
    ];
    let people = grown_ups(&app, 3).await;
    let cards = ["5550001", "5550002", "5550003"];
    for (who, card) in people.iter().zip(cards) {
        let fields = wire::watch::WatchedFields {
            doors: doors.iter().map(|door| door.id).collect(),
            ..fields(&doors[0], &[card])
        };
        watch_over(&desk, who, fields).await;
    }
    let unknown = json!({ "device": domain::DeviceId::new(1, 1), "events": [] }).to_string();
    let beat = |seq: u64| event(seq, app.now(), "heartbeat", None);
    let many: Vec<Value> = (1..=101).map(beat).collect();
    let many = json!({ "device": doors[0].id, "events": many }).to_string();
    let large = json!({ "device": doors[0].id, "events": [], "more": "x".repeat(70_000) });
    let more = json!({ "device": doors[0].id, "events": [], "more": 1 }).to_string();
    let typed = json!({ "device": doors[0].id, "events": [{ "seq": "1" }] }).to_string();
    let poisons = [
        String::new(),
        "{".to_owned(),
        "[]".to_owned(),
        "王".to_owned(),
        unknown,
        many,
        large.to_string(),
        more,
        typed,
    ];
    for (round, poison) in (0..).zip(poisons) {
        app.advance(seconds(200));
        let begin = app.now() - seconds(150);
        let act = |n: i64| if (n / 3) % 2 == 0 { "entry" } else { "exit" };
        let mut batch: Vec<Message> = (0..100)
            .map(|n: usize| {
                let (at, k) = (begin + seconds(n as i64), n as i64);
                let seq = u64::try_from(round * 1_000 + k).expect("a count");
                let said = event(seq, at, act(k), Some(cards[n % 3]));
                message(n, &doors[n % 2], at, &[said])
            })
            .collect();
        batch[37].body = poison.clone();
        // In any order, as a queue brings them.
        batch.reverse();
        batch.swap(3, 71);
        assert_eq!(take(&app, &batch).await, left(&["m37"]), "{poison:.40}");
        let mut known = Vec::new();
        for (n, who) in people.iter().enumerate() {
            let watched = stored(&app, id(who)).await.expect("is watched over");
            let sign = watched.presence.sign.expect("was seen");
            // The last of theirs among the hundred.
            let last = [99_i64, 97, 98][n];
            let passage = match act(last) {
                "entry" => Passage::Entry,
                _ => Passage::Exit,
            };
            let expected = (begin + seconds(last), passage);
            assert_eq!((sign.at, sign.passage), expected, "{n} {poison:.40}");
            known.push(watched);
        }
        // All of it twice, as a queue may do.
        assert_eq!(take(&app, &batch).await, left(&["m37"]), "{poison:.40}");
        for (who, before) in people.iter().zip(known) {
            let watched = stored(&app, id(who)).await.expect("is watched over");
            assert_eq!(watched, before, "{poison:.40}");
        }
    }
    app.stop().await;
}

/// How often the queue brings what was not taken, before it puts it aside.
pub const BROUGHT_MOST: usize = 20;

/// As the queue of `infra/template.yaml` does it: in any order, some twice, and what was not taken again and again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_messages_the_poison_alone_is_put_aside() {
    let app = TestApp::start().await;
    let (admin, desk) = (at(&app, ADMIN).await, at(&app, WORKER).await);
    let doors = [
        door(&admin, DoorSense::BothWays, None).await,
        door(&admin, DoorSense::BothWays, None).await,
    ];
    let people = grown_ups(&app, 3).await;
    let cards = ["5560001", "5560002", "5560003"];
    for (who, card) in people.iter().zip(cards) {
        let fields = wire::watch::WatchedFields {
            doors: doors.iter().map(|door| door.id).collect(),
            ..fields(&doors[0], &[card])
        };
        watch_over(&desk, who, fields).await;
    }
    let count: usize = length::long_or(10_000, 300);
    let long = i64::try_from(count).expect("few");
    app.advance(seconds(long + 200));
    let begin = app.now() - seconds(long + 100);
    let unknown = json!({ "device": domain::DeviceId::new(1, 1), "events": [] });
    let large = json!({ "device": doors[0].id, "events": [], "more": "x".repeat(70_000) });
    let typed = json!({ "device": doors[0].id, "events": [{ "seq": "1" }] });
    let poisons = [
        "{".to_owned(),
        unknown.to_string(),
        large.to_string(),
        typed.to_string(),
    ];
    let passed = |n: usize| {
        let (act, passage) = match (n / 3) % 2 {
            0 => ("entry", Passage::Entry),
            _ => ("exit", Passage::Exit),
        };
        (begin + seconds(n as i64), act, passage)
    };
    // One in a hundred.
    let is_poison = |n: &usize| n % 100 == 37;
    let one = |n: usize| {
        let (at, act, _) = passed(n);
        let said = event(n as u64 + 1, at, act, Some(cards[n % 3]));
        let mut one = message(n, &doors[n % 2], at, &[said]);
        if is_poison(&n) {
            one.body.clone_from(&poisons[n / 100 % poisons.len()]);
        }
        (one, 0)
    };
    let mut queue: VecDeque<(Message, usize)> = (0..count).map(one).collect();
    let mut chance = Chance::new(6);
    for last in (1..count).rev() {
        queue.swap(last, chance.below(last + 1));
    }
    let poison = (0..count).filter(is_poison).map(|n| format!("m{n}"));
    let poison: BTreeSet<String> = poison.collect();
    let mut aside = BTreeSet::new();
    while !queue.is_empty() {
        let batch: Vec<_> = queue.drain(..queue.len().min(100)).collect();
        let records: Vec<Message> = batch.iter().map(|(one, _)| one.clone()).collect();
        let left = take(&app, &records).await.batch_item_failures.into_iter();
        let left: BTreeSet<String> = left.map(|one| one.item_identifier).collect();
        for (one, brought) in batch {
            let id = one.message_id.clone();
            assert_eq!(left.contains(&id), poison.contains(&id), "{id}");
            let brought = brought + 1;
            if left.contains(&id) && brought == BROUGHT_MOST {
                aside.insert(id);
            } else if left.contains(&id) || brought == 1 && chance.percent(5) {
                queue.push_back((one, brought));
            }
        }
    }
    assert_eq!(aside, poison);
    println!(
        "{count} messages, {} of them poison, put aside alone",
        aside.len()
    );
    let com = app.home().await;
    for (n, who) in people.iter().enumerate() {
        let theirs: Vec<usize> = (n..count).step_by(3).filter(|n| !is_poison(n)).collect();
        let watched = stored(&app, id(who)).await.expect("is watched over");
        let sign = watched.presence.sign.expect("was seen");
        let (at, _, passage) = passed(*theirs.last().expect("some"));
        assert_eq!((sign.at, sign.passage), (at, passage));
        let kept = app
            .ctx()
            .store
            .signs_between(com, id(who), begin, app.now());
        assert_eq!(
            kept.await.expect("answers").len(),
            theirs.len(),
            "once each"
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waited_in_the_queue_is_taken_as_of_when_it_was_sent() {
    let app = TestApp::start().await;
    let admin = at(&app, ADMIN).await;
    let door = door(&admin, DoorSense::BothWays, None).await;
    let sent = app.now();
    let beat = message(1, &door, sent, &[event(1, sent, "heartbeat", None)]);
    app.advance(SignedDuration::from_hours(2));
    assert_eq!(take(&app, &[beat]).await, left(&[]));
    let heard = device(&app, &door).await;
    assert_eq!((heard.skew_seconds, heard.heard_at), (0, Some(sent)));
    // A queue whose clock is ahead puts nothing off.
    let ahead = app.now() + SignedDuration::from_hours(1);
    let beat = message(2, &door, ahead, &[event(2, app.now(), "heartbeat", None)]);
    assert_eq!(take(&app, &[beat]).await, left(&[]));
    let heard = device(&app, &door).await;
    assert_eq!((heard.skew_seconds, heard.heard_at), (0, Some(app.now())));
    assert_eq!(heard.seq, 0, "numbers count only where they are signed");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_done_in_time_is_brought_again() {
    let app = TestApp::start().await;
    let admin = at(&app, ADMIN).await;
    let door = door(&admin, DoorSense::BothWays, None).await;
    let beat = |n: usize| {
        let beat = event(n as u64, app.now(), "heartbeat", None);
        message(n, &door, app.now(), &[beat])
    };
    let records = vec![beat(1), beat(2)];
    let none = take_all(
        app.ctx(),
        Batch {
            records: records.clone(),
        },
        Duration::ZERO,
    )
    .await;
    assert_eq!(none, left(&["m1", "m2"]), "answered for, and not lost");
    assert_eq!(device(&app, &door).await.heard_at, None);
    assert_eq!(take(&app, &records).await, left(&[]));
    assert_eq!(device(&app, &door).await.heard_at, Some(app.now()));
    app.stop().await;
}

#[test]
fn a_batch_is_read_and_answered_as_the_queue_has_it() {
    let given = json!({ "Records": [{
        "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d",
        "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
        "body": "{}",
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": "1545082649183",
            "SenderId": "AIDAIENQZJOLO23YVJ4VO",
            "ApproximateFirstReceiveTimestamp": "1545082649185"
        },
        "messageAttributes": {},
        "md5OfBody": "99914b932bd37a50b983c5e7c90ae93b",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:cn-north-1:123456789012:doors",
        "awsRegion": "cn-north-1"
    }] });
    let batch: Batch = serde_json::from_value(given).expect("a batch");
    let message = &batch.records[0];
    assert_eq!(message.message_id, "059f36b4-87a3-44ab-83d2-661975830a7d");
    let sent = message.attributes.sent_timestamp.as_deref();
    assert_eq!((message.body.as_str(), sent), ("{}", Some("1545082649183")));
    let answer = serde_json::to_value(left(&["a", "b"])).expect("an answer");
    let items = json!([{ "itemIdentifier": "a" }, { "itemIdentifier": "b" }]);
    assert_eq!(answer, json!({ "batchItemFailures": items }));
}
