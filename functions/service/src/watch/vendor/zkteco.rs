//! ZKTeco's push, `POST /iclock/cdata?SN=…&table=rtlog`: a line for each event, of `key=value` between tabs.
//! Whatever the address calls the table, a line says by its keys what it is.

use std::str;

use domain::limits;
use domain::watch::{DoorAct, DoorEvent};

use super::text::Text;
use super::{Flaw, Settings, Told, Vendor, Way, Wrong};
use super::{credential, plain, too_many};

pub struct Zkteco;

#[derive(Debug, Default)]
struct Row {
    time: Text,
    pin: Text,
    cardno: Text,
    eventaddr: Text,
    event: Text,
    inoutstatus: Text,
    index: Text,
    /// What a door is like, and not what happened at it.
    state: bool,
}

impl Vendor for Zkteco {
    fn read(
        &self,
        _content_type: &str,
        body: &[u8],
        door: &Settings,
    ) -> Result<Vec<DoorEvent>, Flaw> {
        let lines = plain(body).split(|b| *b == b'\n').map(<[u8]>::trim_ascii);
        let mut events = Vec::new();
        for line in lines.filter(|line| !line.is_empty()) {
            let n = events.len();
            if n == limits::DOOR_EVENTS {
                return Err(too_many().at(""));
            }
            let event = row(line).and_then(|row| event(&row, door));
            events.push(event.map_err(|flaw| flaw.within(&format!("/{n}")))?);
        }
        if events.is_empty() {
            return Err(Wrong::Missing.at("/0"));
        }
        Ok(events)
    }
}

fn row(line: &[u8]) -> Result<Row, Flaw> {
    let unreadable = || Wrong::Unreadable.at("");
    let line = str::from_utf8(line).map_err(|_| unreadable())?;
    let mut row = Row::default();
    for field in line.split('\t') {
        let (name, value) = field.split_once('=').ok_or_else(unreadable)?;
        let value = Text::of(value);
        match name.trim().to_ascii_lowercase().as_str() {
            "time" => row.time = value,
            "pin" => row.pin = value,
            "cardno" => row.cardno = value,
            "eventaddr" => row.eventaddr = value,
            "event" => row.event = value,
            "inoutstatus" => row.inoutstatus = value,
            "index" => row.index = value,
            "sensor" | "relay" | "alarm" | "door" => row.state = true,
            _ => {}
        }
    }
    Ok(row)
}

fn event(row: &Row, door: &Settings) -> Result<DoorEvent, Flaw> {
    let at = door.moment(&row.time);
    let Some(code) = row.event.number() else {
        return match row.event.as_str() {
            // It is repeated for as long as it lasts. An open door would be a sign of life again and again,
            // so it only tells that the device is there; that the door was opened is an event of its own.
            "" if row.state => Ok(DoorEvent {
                seq: None,
                at,
                act: DoorAct::Heartbeat,
                credential: None,
                replayed: false,
                raw_code: "state".to_owned(),
            }),
            "" => Err(Wrong::Missing.at("/event")),
            _ => Err(Wrong::Unreadable.at("/event")),
        };
    };
    // It follows the number of the event, of which a line that breaks off has but the first digits.
    if row.inoutstatus.as_str().is_empty() {
        return Err(Wrong::Missing.at("/inoutstatus"));
    }
    let told = told(code);
    let who = if told.somebody() {
        credential([("/pin", &row.pin), ("/cardno", &row.cardno)])?
    } else {
        None
    };
    let way = match row.inoutstatus.as_str() {
        "0" => Some(Way::In),
        "1" => Some(Way::Out),
        _ => None,
    };
    let passed = door.act(way, &Text::default(), &row.eventaddr);
    let (act, credential) = told.decided(passed, who);
    Ok(DoorEvent {
        seq: row.index.number(),
        at,
        act,
        credential,
        replayed: false,
        raw_code: code.to_string(),
    })
}

/// What the number of an event means. Openings by a timetable, and those where a second person is still
/// waited for, are nobody's coming or going.
fn told(code: u64) -> Told {
    match code {
        // Card; fingerprint; both.
        0..=3 | 14..=19 | 203 => Told::Passed,
        // Too soon again, at the wrong hours, without a right, the wrong way round, a lock in between.
        20..=25 | 29 | 31 | 33 | 35 => Told::Refused,
        // A card, a password, a finger that nobody knows; the button at the wrong hours.
        27 | 30 | 34 | 36 => Told::Act(DoorAct::Denied),
        // The emergency password; from afar; the magnet.
        4 | 8 | 200 => Told::Act(DoorAct::Opened),
        201 => Told::Act(DoorAct::Closed),
        202 => Told::Act(DoorAct::ExitButton),
        28 => Told::Act(DoorAct::HeldOpen),
        102 => Told::Act(DoorAct::Forced),
        _ => Told::Act(DoorAct::Other),
    }
}

#[cfg(test)]
pub(super) mod tests;
