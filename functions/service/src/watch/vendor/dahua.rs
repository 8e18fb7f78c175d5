//! Dahua: a text that names its event and has the rest as JSON, several in one body, or a list as JSON;
//! either as it is or in parts.

use std::str;

use domain::limits;
use domain::watch::{DoorAct, DoorEvent};
use jiff::Timestamp;
use serde::Deserialize;

use super::text::{Many, Text};
use super::{Flaw, Form, Settings, Told, Vendor, Way, Wrong};
use super::{credential, object, pieces, too_many, word};

pub struct Dahua;

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Body {
    events: Many<Said>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Said {
    code: Text,
    action: Text,
    data: Option<Data>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Data {
    card_no: Text,
    #[serde(rename = "UserID")]
    user_id: Text,
    #[serde(rename = "ReaderID")]
    reader_id: Text,
    door: Text,
    method: Text,
    status: Text,
    #[serde(rename = "Type")]
    way: Text,
    /// Of newer versions, where the other may be the local time counted as if it were UTC.
    #[serde(rename = "RealUTC")]
    real_utc: Text,
    #[serde(rename = "UTC")]
    utc: Text,
    rec_no: Text,
}

impl Vendor for Dahua {
    fn read(
        &self,
        content_type: &str,
        body: &[u8],
        door: &Settings,
    ) -> Result<Vec<DoorEvent>, Flaw> {
        let whole = body;
        let mut events = Vec::new();
        for (part, form, body) in pieces(content_type, whole)? {
            let in_parts = !part.is_empty();
            let (list, said) = match form {
                Form::Json => object(body).map(|body: Body| ("/Events", body.events.0)),
                Form::Text if !in_parts || names_an_event(body) => {
                    text(body).map(|said| ("", said))
                }
                // A picture that does not say so.
                Form::Text | Form::Xml | Form::Picture if in_parts => continue,
                Form::Text | Form::Xml | Form::Picture => Err(Wrong::Unreadable.at("")),
            }
            .map_err(|flaw| flaw.within(&part))?;
            if events.len() + said.len() > limits::DOOR_EVENTS {
                return Err(too_many().at(part + list));
            }
            for (n, said) in said.iter().enumerate() {
                let event = event(said, door);
                events.push(event.map_err(|flaw| flaw.within(&format!("{part}{list}/{n}")))?);
            }
        }
        if events.is_empty() {
            return Err(Wrong::Missing.at("/Events"));
        }
        Ok(events)
    }
}

fn names_an_event(body: &[u8]) -> bool {
    body.starts_with(b"Code=") || is_heartbeat(body)
}

fn is_heartbeat(line: &[u8]) -> bool {
    line.trim_ascii().eq_ignore_ascii_case(b"Heartbeat")
}

/// The events of a text, one after the other, with line breaks inside them or not.
fn text(body: &[u8]) -> Result<Vec<Said>, Flaw> {
    let mut all = Vec::new();
    let mut rest = body.trim_ascii_start();
    while !rest.is_empty() {
        let n = all.len();
        if n == limits::DOOR_EVENTS {
            return Err(too_many().at(""));
        }
        let (said, after) = first(rest).ok_or_else(|| Wrong::Unreadable.at(format!("/{n}")))?;
        all.push(said);
        rest = after.trim_ascii_start();
    }
    Ok(all)
}

/// `Code=…;action=…;index=…;data={…}`, and what comes after it.
fn first(body: &[u8]) -> Option<(Said, &[u8])> {
    const DATA: &[u8] = b";data=";
    let end = body.iter().position(|b| *b == b'\n').unwrap_or(body.len());
    let line = &body[..end];
    let mut said = Said::default();
    if is_heartbeat(line) {
        said.code = Text::of("Heartbeat");
        return Some((said, &body[end..]));
    }
    let data = line.windows(DATA.len()).position(|found| found == DATA);
    let head = str::from_utf8(&line[..data.unwrap_or(end)]).ok()?;
    for pair in head.trim().split(';') {
        let (name, value) = pair.split_once('=')?;
        match name.trim() {
            "Code" => said.code = Text::of(value),
            "action" => said.action = Text::of(value),
            _ => {}
        }
    }
    let Some(data) = data else {
        return Some((said, &body[end..]));
    };
    let from = &body[data + DATA.len()..];
    let mut values = serde_json::Deserializer::from_slice(from).into_iter::<Data>();
    said.data = Some(values.next()?.ok()?);
    Some((said, &from[values.byte_offset()..]))
}

fn event(said: &Said, door: &Settings) -> Result<DoorEvent, Flaw> {
    let none = Data::default();
    let data = said.data.as_ref().unwrap_or(&none);
    let starts = !said.action.is("Stop");
    let (told, raw_code) = match said.code.as_str() {
        "" if said.code.is_long() => (Told::Act(DoorAct::Other), "other".to_owned()),
        "" => return Err(Wrong::Missing.at("/Code")),
        "AccessControl" if said.data.is_none() => return Err(Wrong::Missing.at("/Data")),
        "AccessControl" => (access(data), "AccessControl".to_owned()),
        "DoorStatus" => (Told::Act(door_status(data)), "DoorStatus".to_owned()),
        "BreakIn" if starts => (Told::Act(DoorAct::Forced), "BreakIn".to_owned()),
        "DoorNotClosed" if starts => (Told::Act(DoorAct::HeldOpen), "DoorNotClosed".to_owned()),
        code if ["heartbeat", "keepalive"].contains(&code.to_ascii_lowercase().as_str()) => {
            (Told::Act(DoorAct::Heartbeat), word(&said.code))
        }
        // Duress among them: it tells of a threat, and not of coming and going.
        _ => (Told::Act(DoorAct::Other), word(&said.code)),
    };
    let listed = ("/Data/UserID", &data.user_id);
    let who = match told {
        Told::Passed => credential([listed, ("/Data/CardNo", &data.card_no)])?,
        // The card may be one that nobody here knows.
        Told::Refused => credential([listed])?,
        Told::Act(_) => None,
    };
    let way = match data.way.as_str() {
        "Entry" => Some(Way::In),
        "Exit" => Some(Way::Out),
        _ => None,
    };
    let passed = door.act(way, &data.reader_id, &data.door);
    let (act, credential) = told.decided(passed, who);
    Ok(DoorEvent {
        seq: data.rec_no.number().filter(|seq| *seq > 0),
        at: moment(&data.real_utc).or_else(|| moment(&data.utc)),
        act,
        credential,
        replayed: false,
        raw_code,
    })
}

fn access(data: &Data) -> Told {
    if data.status.number() != Some(1) {
        return Told::Refused;
    }
    match data.method.number() {
        Some(5) => Told::Act(DoorAct::ExitButton),
        // A password, from afar, a key, under duress, a password of the house or of the day: what is named
        // beside them is no person in the list.
        Some(0 | 4 | 12 | 13 | 20 | 46) => Told::Act(DoorAct::Opened),
        _ => Told::Passed,
    }
}

fn door_status(data: &Data) -> DoorAct {
    match data.status.as_str() {
        "Open" => DoorAct::Opened,
        "Close" => DoorAct::Closed,
        _ => DoorAct::Other,
    }
}

/// Seconds since 1970; none of them is a clock that was never set.
fn moment(said: &Text) -> Option<Timestamp> {
    let seconds = said.number().filter(|seconds| *seconds > 0)?;
    Timestamp::from_second(i64::try_from(seconds).ok()?).ok()
}

#[cfg(test)]
pub(super) mod tests;
