//! What a door says. `RecordDoorEvents`: signed by the device; nothing is looked at before it is known to be
//! that device. A repeat does no harm: numbers that were used are refused one by one, and a sign that is
//! known moves nothing.

use domain::watch::device::When;
use domain::watch::{Device, DoorAct, DoorSense, Passage, Sign};
use domain::{CommunityId, DeviceId, PersonId, Refusal, limits};
use http::HeaderMap;
use jiff::Timestamp;
use wire::watch::{DoorEventBody, DoorEventsView, EventOutcome, RecordDoorEvents};
use wire::{Code, Endpoint, Problem};

use self::acts::{identifies, passage};
use self::heard::{Heard, Told, keep, moment};
use super::arrive::{Arrived, arrive};
use super::signature::{self, Parts};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::points::tries::until_settled;

mod acts;
mod heard;

pub async fn run(call: Call<RecordDoorEvents, ()>) -> Outcome<RecordDoorEvents> {
    let (ctx, at) = (&call.ctx, call.now);
    let signed = verified(&call)?;
    let device = found(ctx, signed.device).await?;
    if !is_good(&device, signed.key_ver) {
        return Err(unsigned());
    }
    if call.body.device != device.id {
        return Err(Error::invalid(Code::BadSignature, "/device"));
    }
    let events = said(&call.body.events)?;
    let outcomes = take(ctx, device, Some(signed.key_ver), &events, at).await?;
    Ok(Answer::new(DoorEventsView { outcomes }))
}

/// Events as they stand in one body. What waited in the device comes with the newest of it, and says nothing
/// of its clock now. Refuses: too many.
pub fn said(events: &[DoorEventBody]) -> Result<Vec<Said>, Error> {
    if events.len() > limits::DOOR_EVENTS {
        let problem = Problem::new(Code::TooMany).at("/events");
        return Err(problem.with("max", limits::DOOR_EVENTS).into());
    }
    let latest = events.iter().map(|event| event.seq).max();
    let said = events.iter().map(|event| Said {
        seq: event.seq,
        at: Some(event.at),
        act: event.act,
        credential: event.credential.clone(),
        live: Some(event.seq) == latest,
    });
    Ok(said.collect())
}

/// Whose signature it is, and by which version of its key.
pub struct Signed {
    pub device: DeviceId,
    pub key_ver: u32,
}

/// Answers the same whatever is wrong, so that nobody learns which doors there are.
pub fn unsigned() -> Error {
    Problem::new(Code::BadSignature).into()
}

/// Asks nothing of the store: whoever has no key costs no more than a hash.
pub fn verified<E: Endpoint>(call: &Call<E, ()>) -> Result<Signed, Error> {
    let header = |name: &str| text(&call.headers, name).ok_or_else(unsigned);
    let device_text = header("x-device")?;
    let device: DeviceId = device_text.parse().map_err(|_| unsigned())?;
    let key_ver: u32 = header("x-key")?.parse().map_err(|_| unsigned())?;
    let timestamp = header("x-timestamp")?;
    if !is_now(timestamp, call.now) {
        return Err(unsigned());
    }
    let parts = Parts {
        method: E::METHOD.as_str(),
        path: E::PATH,
        device: device_text,
        timestamp,
        nonce: header("x-nonce")?,
        body: &call.file,
    };
    let key = signature::key(&call.ctx.secret, device, key_ver);
    match signature::verify(&key, &parts, header("x-signature")?) {
        true => Ok(Signed { device, key_ver }),
        false => Err(unsigned()),
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// `said`: seconds since 1970, or RFC 3339.
fn is_now(said: &str, now: Timestamp) -> bool {
    let seconds = said.parse::<i64>().ok();
    let said = match seconds {
        Some(seconds) => Timestamp::from_second(seconds).ok(),
        None => said.parse::<Timestamp>().ok(),
    };
    said.is_some_and(|said| now.duration_since(said).as_secs().abs() <= limits::SIGNED_MINUTES * 60)
}

/// The newest version of a key is good, and the one before.
pub fn is_good(device: &Device, key_ver: u32) -> bool {
    device.count(key_ver).is_some()
}

/// The device, in whichever community it is: nobody is signed in here.
pub async fn found(ctx: &Ctx, id: DeviceId) -> Result<Device, Error> {
    let device = ctx.store.device_anywhere(id).await?;
    device.ok_or_else(unsigned)
}

/// One event, whoever made the reader.
pub struct Said {
    /// The device's own count, or 0.
    pub seq: u64,
    pub at: Option<Timestamp>,
    pub act: DoorAct,
    pub credential: Option<String>,
    /// It happens now, rather than being sent later.
    pub live: bool,
}

/// Takes events one by one: none harms the others. `key_ver`: what signed them, where numbers count: then
/// none is taken twice, while one that was overtaken on its way is taken. Where the store fails the whole is
/// to be sent again, as the numbers of what was not written may not count as used.
pub async fn take(
    ctx: &Ctx,
    device: Device,
    key_ver: Option<u32>,
    events: &[Said],
    at: Timestamp,
) -> Result<Vec<EventOutcome>, Error> {
    let mut heard = Heard::default();
    let (mut device, mut outcomes) = (device, Vec::new());
    let com = device.community;
    for event in events {
        // What was overtaken on its way says nothing of the device's clock now.
        let mut live = event.live;
        if let Some(ver) = key_ver {
            if !device.takes(ver, event.seq) || !heard.counted.insert(event.seq) {
                outcomes.push(refused(Code::Replayed));
                continue;
            }
            live &= device.count(ver).is_some_and(|known| event.seq > known);
        }
        heard.heard = true;
        if let Some(told) = Told::of(event, key_ver.is_some()).filter(|_| live) {
            device = told.heard(device, at);
            heard.clock.push(told);
        }
        let Some(when) = moment(&device, event, live, at) else {
            outcomes.push(ignored());
            continue;
        };
        if is_theirs(&device, event, when) {
            outcomes.push(ignored());
            continue;
        }
        if event.act.passes() {
            heard.passed.push(when.at());
        }
        if is_of_many(&device) && event.credential.is_some() && identifies(event.act) {
            heard.identified.push(when.at());
            device = device.identified_at(when.at());
        }
        let outcome = match one(ctx, com, &device, (event, when), at).await {
            Ok(Found::Applied) => applied(),
            Ok(Found::Ignored) => ignored(),
            Ok(Found::Unidentified(when)) => {
                heard.unidentified_at = heard.unidentified_at.max(Some(when));
                applied()
            }
            Err(Error::Refused(Refusal::Stale)) => return Err(crate::points::tries::busy()),
            Err(Error::Refused(refusal)) => refused(Problem::from(refusal).code),
            Err(Error::Invalid(problem)) => refused(problem.code),
            Err(error @ (Error::Seen | Error::Failed(_))) => return Err(error),
        };
        outcomes.push(outcome);
    }
    if heard.heard {
        until_settled!(keep(ctx, com, device.id, (&heard, key_ver), at))?;
    }
    Ok(outcomes)
}

/// Where somebody was is not known of the door of one home: that would tell of one person.
fn is_of_many(device: &Device) -> bool {
    matches!(device.sense, DoorSense::BothWays | DoorSense::EntryOnly)
}

/// The magnet of a door of many tells that it was opened right after a card opened it: that was whoever had the card.
fn is_theirs(device: &Device, event: &Said, when: When) -> bool {
    event.act == DoorAct::Opened
        && is_of_many(device)
        && device.opened_for_whoever_was_identified(when.at())
}

enum Found {
    Applied,
    Ignored,
    /// Somebody passed a door of many, and nobody knows who: stands with the door, not with each of its people.
    Unidentified(Timestamp),
}

async fn one(
    ctx: &Ctx,
    com: CommunityId,
    device: &Device,
    (event, when): (&Said, When),
    at: Timestamp,
) -> Result<Found, Error> {
    if device.sense == DoorSense::Health && event.act != DoorAct::Heartbeat {
        return Ok(Found::Ignored);
    }
    match event.credential.as_deref() {
        Some(long) if long.chars().nth(limits::DOOR_FIELD_CHARS).is_some() => {
            return Err(Error::invalid(Code::TooLong, "/credential"));
        }
        Some(card) if identifies(event.act) => {
            return by_card(ctx, com, device, card, (event, when), at).await;
        }
        Some(_) | None => {}
    }
    let (person, passage) = match device.home_of {
        Some(person) if device.sense == DoorSense::HomeDoor => match event.act {
            DoorAct::Opened
            | DoorAct::ExitButton
            | DoorAct::Entry
            | DoorAct::Exit
            | DoorAct::Passed => (person, Passage::Opened),
            DoorAct::HeldOpen | DoorAct::Forced => (person, Passage::Unidentified),
            DoorAct::Heartbeat => return Ok(Found::Applied),
            DoorAct::Closed | DoorAct::Denied | DoorAct::Other => return Ok(Found::Ignored),
        },
        Some(_) | None => return Ok(by_whomever(event.act, when.at())),
    };
    signed(ctx, com, device, (person, passage), (event, when), at).await
}

/// A card that is somebody's own says that they passed. At each home where it is a relative's it says that the one who
/// lives there may have. Unknown cards never become a person.
async fn by_card(
    ctx: &Ctx,
    com: CommunityId,
    device: &Device,
    card: &str,
    (event, when): (&Said, When),
    at: Timestamp,
) -> Result<Found, Error> {
    let mut found = Found::Ignored;
    for of in ctx.store.credentials_of(com, card).await? {
        let passage = match of.own {
            true => passage(event.act, device.sense),
            false => Passage::Unidentified,
        };
        let person = of.person;
        match signed(ctx, com, device, (person, passage), (event, when), at).await? {
            Found::Ignored => {}
            more @ (Found::Applied | Found::Unidentified(_)) => found = more,
        }
    }
    Ok(found)
}

async fn signed(
    ctx: &Ctx,
    com: CommunityId,
    device: &Device,
    (person, passage): (PersonId, Passage),
    (event, when): (&Said, When),
    at: Timestamp,
) -> Result<Found, Error> {
    let sign = Sign {
        at: when.at(),
        seq: event.seq,
        passage,
    };
    let approximate = matches!(when, When::Approximately(_));
    match arrive(ctx, com, device, sign, person, at, approximate).await? {
        Arrived::Applied => Ok(Found::Applied),
        Arrived::Ignored => Ok(Found::Ignored),
    }
}

/// At a door of many, where nobody was identified.
fn by_whomever(act: DoorAct, when: Timestamp) -> Found {
    match act {
        DoorAct::Entry
        | DoorAct::Exit
        | DoorAct::Passed
        | DoorAct::ExitButton
        | DoorAct::Opened
        | DoorAct::HeldOpen
        | DoorAct::Forced => Found::Unidentified(when),
        DoorAct::Heartbeat => Found::Applied,
        DoorAct::Closed | DoorAct::Denied | DoorAct::Other => Found::Ignored,
    }
}

pub fn applied() -> EventOutcome {
    EventOutcome {
        applied: true,
        ignored: false,
        refused: None,
    }
}

pub fn ignored() -> EventOutcome {
    EventOutcome {
        applied: false,
        ignored: true,
        refused: None,
    }
}

pub fn refused(code: Code) -> EventOutcome {
    EventOutcome {
        applied: false,
        ignored: false,
        refused: Some(code),
    }
}
