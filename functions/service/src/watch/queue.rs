//! Door events that come through a queue. A message is what one door said, in the form of the body of
//! `RecordDoorEvents`; nothing is signed, as the queue takes messages from one rule of the broker alone, which
//! writes into `device` under which name the door is connected (`infra/template.yaml`). A queue brings
//! messages twice and in any order: no number is refused, and a sign that is known moves nothing.
//!
//! A message that cannot be taken is named, and harms no other; the queue brings it again, and puts it aside
//! in the end. What is not done when the time is up is brought again, too: were the function ended instead, the
//! queue would count it against every message of the batch.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::{DeviceId, limits};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, timeout_at};
use wire::watch::DoorEventsBody;
use wire::{Code, Problem};

use super::door_events::{found, said, take};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::parse;

/// What a function is called with for a batch of SQS messages.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Batch {
    #[serde(rename = "Records")]
    pub records: Vec<Message>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    pub message_id: String,
    pub body: String,
    #[serde(default)]
    pub attributes: Attributes,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Attributes {
    /// Milliseconds since 1970, as text.
    #[serde(default)]
    pub sent_timestamp: Option<String>,
}

/// The messages that are to be brought again; the others are done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Left {
    pub batch_item_failures: Vec<Item>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    pub item_identifier: String,
}

/// A message that was read.
struct Letter {
    id: String,
    body: DoorEventsBody,
    /// When the queue took it: what waited there says nothing else of a door's clock.
    at: Timestamp,
}

/// Takes messages: those of one door one after the other, doors beside each other. `patience`: how long it may
/// take.
pub async fn take_all(ctx: &Ctx, batch: Batch, patience: Duration) -> Left {
    let (now, until) = (ctx.clock.now(), Instant::now() + patience);
    let mut left = Vec::new();
    let mut doors: BTreeMap<DeviceId, Vec<Letter>> = BTreeMap::new();
    for message in batch.records {
        let id = message.message_id.clone();
        match read(message, now) {
            Ok(letter) => doors.entry(letter.body.device).or_default().push(letter),
            Err(error) => left.push(named(id, error)),
        }
    }
    let begin = |letters: Vec<Letter>| {
        let ids: Vec<String> = letters.iter().map(|one| one.id.clone()).collect();
        (ids, tokio::spawn(of_door(ctx.clone(), letters, until)))
    };
    let doors: Vec<_> = doors.into_values().map(begin).collect();
    for (ids, door) in doors {
        // Which of them are done is not known where it ended early, and twice does no harm.
        left.extend(door.await.unwrap_or_else(|_| again(ids)));
    }
    Left {
        batch_item_failures: left,
    }
}

fn read(message: Message, now: Timestamp) -> Result<Letter, Error> {
    if message.body.len() > limits::BODY_BYTES {
        let problem = Problem::new(Code::BodyTooLarge);
        return Err(problem.with("bytes_max", limits::BODY_BYTES).into());
    }
    let sent = message.attributes.sent_timestamp;
    let sent = sent.and_then(|sent| Timestamp::from_millisecond(sent.parse().ok()?).ok());
    Ok(Letter {
        id: message.message_id,
        body: parse::json(message.body.as_bytes())?,
        at: sent.map_or(now, |sent| sent.min(now)),
    })
}

/// Each in a task of its own, so that a panic ends one message.
async fn of_door(ctx: Ctx, letters: Vec<Letter>, until: Instant) -> Vec<Item> {
    let mut left = Vec::new();
    for letter in letters {
        let id = letter.id.clone();
        if Instant::now() >= until {
            left.push(unfinished(id));
            continue;
        }
        let task = tokio::spawn(one(ctx.clone(), letter));
        let stop = task.abort_handle();
        match timeout_at(until, task).await {
            Ok(Ok(Ok(()))) => {}
            Ok(Ok(Err(error))) => left.push(named(id, error)),
            Ok(Err(_)) => left.extend(again(vec![id])),
            Err(_) => {
                stop.abort();
                left.push(unfinished(id));
            }
        }
    }
    left
}

async fn one(ctx: Ctx, letter: Letter) -> Result<(), Error> {
    let events = said(&letter.body.events)?;
    let device = found(&ctx, letter.body.device).await?;
    take(&ctx, device, None, &events, letter.at).await?;
    Ok(())
}

fn again(ids: Vec<String>) -> Vec<Item> {
    let item = |item_identifier| Item { item_identifier };
    ids.into_iter().map(item).collect()
}

/// To be brought again, as there was no time for it.
fn unfinished(id: String) -> Item {
    tracing::warn!(queued = %id, "A message of a door was not reached in time");
    Item {
        item_identifier: id,
    }
}

/// To be brought again, with its reason in the log, and nothing of what it says.
fn named(id: String, error: Error) -> Item {
    let code = Problem::from(error).code;
    tracing::error!(queued = %id, code = code.as_str(), "A message of a door was not taken");
    Item {
        item_identifier: id,
    }
}
