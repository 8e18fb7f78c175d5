//! Hikvision: JSON, XML, or either among pictures. The device posts to a listening host, or what it says
//! is read from its stream of alerts; both look the same.

use domain::limits;
use domain::watch::{DoorAct, DoorEvent};
use quick_xml::NsReader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;
use quick_xml::name::{Namespace, ResolveResult};
use serde::Deserialize;

use super::text::Text;
use super::{Flaw, Form, Settings, Told, Vendor, Way, Wrong};
use super::{credential, object, pieces, too_many, word};

pub struct Hikvision;

/// Where the elements of an alert come from, after `http://www.`.
const SPACES: [&str; 3] = [
    "hikvision.com/ver20/",
    "isapi.org/ver20/",
    "std-cgi.com/ver20/",
];

const INSIDE: &str = "AccessControllerEvent";

/// What is read of an alert.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Alert {
    event_type: Text,
    date_time: Text,
    #[serde(rename = "AccessControllerEvent")]
    access: Option<Access>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Access {
    major_event_type: Text,
    sub_event_type: Text,
    card_no: Text,
    employee_no_string: Text,
    card_reader_no: Text,
    door_no: Text,
    serial_no: Text,
    attendance_status: Text,
    /// False where it is sent later.
    current_event: Text,
}

impl Vendor for Hikvision {
    fn read(
        &self,
        content_type: &str,
        body: &[u8],
        door: &Settings,
    ) -> Result<Vec<DoorEvent>, Flaw> {
        let whole = body;
        let mut events = Vec::new();
        for (at, form, body) in pieces(content_type, whole)? {
            let alert = match form {
                Form::Json => object(body),
                Form::Xml => xml(body),
                // A part that is neither is a picture that does not say so.
                Form::Text | Form::Picture if !at.is_empty() => continue,
                Form::Text | Form::Picture => Err(Wrong::Unreadable.at("")),
            };
            let event = alert.and_then(|alert| event(&alert, door));
            events.push(event.map_err(|flaw| flaw.within(&at))?);
            if events.len() > limits::DOOR_EVENTS {
                return Err(too_many().at("/parts"));
            }
        }
        if events.is_empty() {
            return Err(Wrong::Missing.at("/parts"));
        }
        Ok(events)
    }
}

fn event(alert: &Alert, door: &Settings) -> Result<DoorEvent, Flaw> {
    let at = door.moment(&alert.date_time);
    let plain = |act, raw_code| DoorEvent {
        seq: None,
        at,
        act,
        credential: None,
        replayed: false,
        raw_code,
    };
    if alert.event_type.is("heartBeat") {
        return Ok(plain(DoorAct::Heartbeat, "heartBeat".to_owned()));
    }
    let Some(access) = &alert.access else {
        return match alert.event_type.as_str() {
            "" => Err(Wrong::Missing.at("/eventType")),
            INSIDE => Err(Wrong::Missing.at("/AccessControllerEvent")),
            _ => Ok(plain(DoorAct::Other, word(&alert.event_type))),
        };
    };
    let code = |at: &str, said: &Text| match said.number() {
        Some(code) => Ok(code),
        None if said.as_str().is_empty() => Err(Wrong::Missing.at(format!("/{INSIDE}/{at}"))),
        None => Err(Wrong::Unreadable.at(format!("/{INSIDE}/{at}"))),
    };
    let major = code("majorEventType", &access.major_event_type)?;
    let sub = code("subEventType", &access.sub_event_type)?;
    let told = told(major, sub);
    let who = if told.somebody() {
        credential([
            (
                "/AccessControllerEvent/employeeNoString",
                &access.employee_no_string,
            ),
            ("/AccessControllerEvent/cardNo", &access.card_no),
        ])?
    } else {
        None
    };
    let way = way(&access.attendance_status);
    let passed = door.act(way, &access.card_reader_no, &access.door_no);
    let (act, credential) = told.decided(passed, who);
    Ok(DoorEvent {
        seq: access.serial_no.number(),
        at,
        act,
        credential,
        replayed: access.current_event.is("false"),
        raw_code: format!("{major}/{sub}"),
    })
}

/// What a pair of codes means. The second alone means other things beside another first.
fn told(major: u64, sub: u64) -> Told {
    match (major, sub) {
        // Card, fingerprint, face, QR code.
        (5, 0x01 | 0x26 | 0x4b | 0x9c) => Told::Passed,
        // A card that is known and has no right.
        (5, 0x06) => Told::Refused,
        // A card that nobody knows; a fingerprint, a face.
        (5, 0x09 | 0x27 | 0x4c) => Told::Act(DoorAct::Denied),
        (5, 0x17) => Told::Act(DoorAct::ExitButton),
        // The magnet; a password, which many may know; from afar.
        (5, 0x19 | 0xb5 | 0x400) => Told::Act(DoorAct::Opened),
        (5, 0x1a) => Told::Act(DoorAct::Closed),
        (5, 0x1b) => Told::Act(DoorAct::Forced),
        (5, 0x1c) => Told::Act(DoorAct::HeldOpen),
        // The lock, 0x15 and 0x16, follows each opening; 0x18 is the button let go.
        _ => Told::Act(DoorAct::Other),
    }
}

/// What somebody chose, or the timetable of the device, at a reader that serves both ways.
fn way(attendance: &Text) -> Option<Way> {
    match attendance.as_str() {
        "checkIn" | "breakIn" | "overtimeIn" => Some(Way::In),
        "checkOut" | "breakOut" | "overtimeOut" => Some(Way::Out),
        _ => None,
    }
}

impl Alert {
    /// The field of an element, by its path below the root.
    fn field(&mut self, path: &[String]) -> Option<&mut Text> {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        Some(match path.as_slice() {
            ["eventType"] => &mut self.event_type,
            ["dateTime"] => &mut self.date_time,
            [INSIDE, name] => {
                let access = self.access.get_or_insert_default();
                match *name {
                    "majorEventType" => &mut access.major_event_type,
                    "subEventType" => &mut access.sub_event_type,
                    "cardNo" => &mut access.card_no,
                    "employeeNoString" => &mut access.employee_no_string,
                    "cardReaderNo" => &mut access.card_reader_no,
                    "doorNo" => &mut access.door_no,
                    "serialNo" => &mut access.serial_no,
                    "attendanceStatus" => &mut access.attendance_status,
                    "currentEvent" => &mut access.current_event,
                    _ => return None,
                }
            }
            _ => return None,
        })
    }
}

/// Bytes that are no text harm only the field they are in: a name may be in an older encoding.
fn xml(body: &[u8]) -> Result<Alert, Flaw> {
    let unreadable = || Wrong::Unreadable.at("");
    let text = String::from_utf8_lossy(body);
    let mut reader = NsReader::from_str(&text);
    let mut alert = Alert::default();
    let mut path: Vec<String> = Vec::new();
    let mut said = String::new();
    loop {
        let (space, event) = reader.read_resolved_event().map_err(|_| unreadable())?;
        match event {
            Event::Start(tag) => {
                let name = tag.local_name();
                if path.is_empty() && !(name.as_ref() == "EventNotificationAlert" && ours(&space)) {
                    return Err(Wrong::Unreadable.at("/EventNotificationAlert"));
                }
                if path.len() == limits::DOOR_DEPTH {
                    return Err(unreadable());
                }
                path.push(name.as_ref().to_owned());
                said.clear();
            }
            Event::End(_) => {
                if let Some(field) = path.get(1..).and_then(|path| alert.field(path)) {
                    *field = Text::of(&said);
                }
                said.clear();
                path.pop();
                if path.is_empty() {
                    return Ok(alert);
                }
            }
            Event::Text(piece) => said.push_str(&piece.xml10_content()),
            Event::CData(piece) => said.push_str(&piece.xml10_content()),
            Event::GeneralRef(named) => {
                let char = named.resolve_char_ref().map_err(|_| unreadable())?;
                said.extend(char);
                said.push_str(resolve_predefined_entity(&named).unwrap_or(""));
            }
            Event::Eof => return Err(unreadable()),
            Event::Empty(_) if path.is_empty() => return Err(unreadable()),
            Event::Empty(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_) => {}
        }
    }
}

/// One of the three, or none said.
fn ours(space: &ResolveResult<'_>) -> bool {
    match space {
        ResolveResult::Unbound => true,
        ResolveResult::Bound(Namespace(space)) => {
            let space = space.strip_prefix("http://www.").unwrap_or("");
            SPACES.iter().any(|known| space.starts_with(known))
        }
        ResolveResult::Unknown(_) => false,
    }
}

#[cfg(test)]
pub(super) mod tests;
