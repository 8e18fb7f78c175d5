//! What a door says. `RecordDoorEvents`: signed by the device; nothing is looked at before it is known to be
//! that device. A repeat does no harm: numbers that were used are refused one by one, and a sign that is
//! known moves nothing.

use std::collections::BTreeMap;

use domain::watch::device::When;
use domain::watch::{Device, DoorAct, DoorSense, Passage, Sign};
use domain::{CommunityId, DeviceId, PersonId, Refusal, limits};
use http::HeaderMap;
use jiff::Timestamp;
use store::watch::{CredentialOf, SignRow};
use wire::watch::{DoorEventBody, DoorEventsView, EventOutcome, RecordDoorEvents};
use wire::{Code, Endpoint, Problem};

use self::acts::{identifies, passage};
use self::heard::{Heard, Told, keep, moment};
use super::arrive::Arrived;
use super::signature::{self, Parts};
use super::together::all_arrived;
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

/// Takes events, of which none harms the others. `key_ver`: what signed them, where numbers count: then
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
    let (mut device, mut leads, mut signs) = (device, Vec::new(), Vec::new());
    let mut cards = Cards::default();
    let com = device.community;
    for event in events {
        // What was overtaken on its way says nothing of the device's clock now.
        let mut live = event.live;
        if let Some(ver) = key_ver {
            if !device.takes(ver, event.seq) || !heard.counted.insert(event.seq) {
                leads.push(Leads::Nowhere(refused(Code::Replayed)));
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
            leads.push(Leads::Nowhere(ignored()));
            continue;
        };
        if is_theirs(&device, event, when) {
            leads.push(Leads::Nowhere(ignored()));
            continue;
        }
        if event.act.passes() {
            heard.passed.push(when.at());
        }
        if is_of_many(&device) && event.credential.is_some() && identifies(event.act) {
            heard.identified.push(when.at());
            device = device.identified_at(when.at());
        }
        let found = match one(ctx, (com, &device), event, &mut cards).await {
            Ok(Found::Unidentified) => {
                heard.unidentified_at = heard.unidentified_at.max(Some(when.at()));
                Leads::Nowhere(applied())
            }
            Ok(Found::Applied) => Leads::Nowhere(applied()),
            Ok(Found::Ignored) => Leads::Nowhere(ignored()),
            Ok(Found::People(people)) => {
                let row = |(person, passage)| SignRow {
                    person,
                    device: device.id,
                    sign: Sign {
                        at: when.at(),
                        seq: event.seq,
                        passage,
                    },
                    received_at: at,
                    approximate: matches!(when, When::Approximately(_)),
                };
                let before = signs.len();
                signs.extend(people.into_iter().map(row));
                Leads::To(signs.len() - before)
            }
            Err(error) => Leads::Nowhere(refused_by(error)?),
        };
        leads.push(found);
    }
    let mut came = all_arrived(ctx, com, &signs).await?.into_iter();
    let mut outcomes = Vec::with_capacity(leads.len());
    for one in leads {
        outcomes.push(match one {
            Leads::Nowhere(outcome) => outcome,
            Leads::To(people) => together(came.by_ref().take(people))?,
        });
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

/// Where an event leads.
enum Leads {
    /// To nobody: that is what came of it.
    Nowhere(EventOutcome),
    /// To so many people, whose signs stand in their order.
    To(usize),
}

/// What came of an event that led to several people, of each of them.
fn together(came: impl Iterator<Item = Result<Arrived, Error>>) -> Result<EventOutcome, Error> {
    let mut outcome = ignored();
    // Each is taken, so that those of the next event come next.
    for one in came.collect::<Vec<_>>() {
        match one {
            Ok(Arrived::Applied) => outcome = applied(),
            Ok(Arrived::Ignored) => {}
            Err(error) => return refused_by(error),
        }
    }
    Ok(outcome)
}

/// Fails where the whole is to be sent again.
fn refused_by(error: Error) -> Result<EventOutcome, Error> {
    match error {
        Error::Refused(Refusal::Stale) => Err(crate::points::tries::busy()),
        Error::Refused(refusal) => Ok(refused(Problem::from(refusal).code)),
        Error::Invalid(problem) => Ok(refused(problem.code)),
        Error::Seen | Error::Failed(_) => Err(error),
    }
}

enum Found {
    Applied,
    Ignored,
    /// Somebody passed a door of many, and nobody knows who: stands with the door, not with each of its people.
    Unidentified,
    /// It says of each of these that they passed, or may have.
    People(Vec<(PersonId, Passage)>),
}

/// Whose cards were looked up for these events.
type Cards = BTreeMap<String, Vec<CredentialOf>>;

async fn one(
    ctx: &Ctx,
    (com, device): (CommunityId, &Device),
    event: &Said,
    cards: &mut Cards,
) -> Result<Found, Error> {
    if device.sense == DoorSense::Health && event.act != DoorAct::Heartbeat {
        return Ok(Found::Ignored);
    }
    match event.credential.as_deref() {
        Some(long) if long.chars().nth(limits::DOOR_FIELD_CHARS).is_some() => {
            return Err(Error::invalid(Code::TooLong, "/credential"));
        }
        Some(card) if identifies(event.act) => {
            return by_card(ctx, (com, device), (event.act, card), cards).await;
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
        Some(_) | None => return Ok(by_whomever(event.act)),
    };
    Ok(Found::People(vec![(person, passage)]))
}

/// A card that is somebody's own says that they passed. At each home where it is a relative's it says that the one who
/// lives there may have. Unknown cards never become a person.
async fn by_card(
    ctx: &Ctx,
    (com, device): (CommunityId, &Device),
    (act, card): (DoorAct, &str),
    cards: &mut Cards,
) -> Result<Found, Error> {
    if !cards.contains_key(card) {
        let found = ctx.store.credentials_of(com, card).await?;
        cards.insert(card.to_owned(), found);
    }
    let people = cards[card].iter().map(|of| match of.own {
        true => (of.person, passage(act, device.sense)),
        false => (of.person, Passage::Unidentified),
    });
    Ok(Found::People(people.collect()))
}

/// At a door of many, where nobody was identified.
fn by_whomever(act: DoorAct) -> Found {
    match act {
        DoorAct::Entry
        | DoorAct::Exit
        | DoorAct::Passed
        | DoorAct::ExitButton
        | DoorAct::Opened
        | DoorAct::HeldOpen
        | DoorAct::Forced => Found::Unidentified,
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
