//! What readers of three makers send, as [`DoorEvent`]s.
//!
//! Read [`Vendor`] first, then one maker: [`hikvision`], [`dahua`], [`zkteco`]. [`multipart`] takes bodies
//! apart, [`text`] reads fields that are a number in one version and a text in the next. Of no body more is
//! kept than what a `DoorEvent` has: names, pictures, temperatures and places are passed over unread.
//!
//! Missing on purpose: whose a card is, whether an event is known already, and what the clock is worth.

pub mod dahua;
pub mod hikvision;
pub mod multipart;
mod text;
pub mod zkteco;

use std::collections::BTreeMap;

use domain::limits;
use domain::watch::{DoorAct, DoorEvent, Way, WayOf, Ways};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::de::DeserializeOwned;

use self::text::Text;
use crate::watch::log;

pub use self::dahua::Dahua;
pub use self::hikvision::Hikvision;
pub use self::zkteco::Zkteco;

/// One maker's way of saying things.
pub trait Vendor {
    /// The events of one body, in its order; at least one. All of a body is taken, or nothing.
    /// `content_type`: as the request says, or empty.
    fn read(
        &self,
        content_type: &str,
        body: &[u8],
        door: &Settings,
    ) -> Result<Vec<DoorEvent>, Flaw>;
}

/// What a device does not say of itself.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Of times without an offset.
    pub zone: TimeZone,
    /// By the device's own number of a reader; goes before that of a door.
    pub readers: BTreeMap<u64, Way>,
    /// By the device's own number of a door.
    pub doors: BTreeMap<u64, Way>,
    /// Of readers and doors that are named above nowhere.
    pub usual: Way,
}

impl Settings {
    /// A device of which only the zone is known.
    #[must_use]
    pub fn of(zone: TimeZone) -> Self {
        Self {
            zone,
            readers: BTreeMap::new(),
            doors: BTreeMap::new(),
            usual: Way::Either,
        }
    }

    /// With what is agreed of its readers and doors.
    #[must_use]
    pub fn leading(self, ways: &Ways) -> Self {
        let by_number = |named: &[WayOf]| -> BTreeMap<u64, Way> {
            let ways = named.iter().map(|one| (u64::from(one.number), one.way));
            ways.collect()
        };
        Self {
            readers: by_number(&ways.readers),
            doors: by_number(&ways.doors),
            usual: ways.usual,
            ..self
        }
    }

    /// How somebody passed: as the event itself says, else by its reader, else by its door.
    fn act(&self, said: Option<Way>, reader: &Text, door: &Text) -> DoorAct {
        let by_reader = || self.readers.get(&reader.number()?).copied();
        let by_door = || self.doors.get(&door.number()?).copied();
        match said.or_else(by_reader).or_else(by_door) {
            Some(Way::In) => DoorAct::Entry,
            Some(Way::Out) => DoorAct::Exit,
            Some(Way::Either) => DoorAct::Passed,
            None => match self.usual {
                Way::In => DoorAct::Entry,
                Way::Out => DoorAct::Exit,
                Way::Either => DoorAct::Passed,
            },
        }
    }

    /// Absent where no moment can be read; a day alone is none.
    fn moment(&self, said: &Text) -> Option<Timestamp> {
        let raw = said.as_str();
        let shortest = "2026-11-01T08:00:00".len();
        (raw.len() >= shortest).then(|| log::moment(raw, &self.zone).ok())?
    }
}

/// Why a body was not taken, and where: a pointer into it, of names and numbers of ours alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    pub at: String,
    pub what: Wrong,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    Missing,
    /// Not what this maker sends.
    Unreadable,
    TooLong {
        max: usize,
    },
    TooMany {
        max: usize,
    },
}

impl Wrong {
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Unreadable => "unreadable",
            Self::TooLong { .. } => "too_long",
            Self::TooMany { .. } => "too_many",
        }
    }

    fn at(self, at: impl Into<String>) -> Flaw {
        Flaw {
            at: at.into(),
            what: self,
        }
    }
}

impl Flaw {
    fn within(self, outer: &str) -> Self {
        let Self { at, what } = self;
        let at = format!("{outer}{at}");
        Self { at, what }
    }
}

/// What a maker's code means, before it is known whether a number came with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// Somebody was recognised, and let through.
    Passed,
    /// Somebody was recognised, and not let through.
    Refused,
    /// This, by whomever.
    Act(DoorAct),
}

impl Told {
    /// Whose numbers are worth reading.
    fn somebody(self) -> bool {
        matches!(self, Self::Passed | Self::Refused)
    }

    /// Somebody who was recognised without a number opened the door, and is nobody we know.
    fn decided(self, passed: DoorAct, who: Option<String>) -> (DoorAct, Option<String>) {
        match (self, who) {
            (Self::Passed, Some(who)) => (passed, Some(who)),
            (Self::Passed, None) => (DoorAct::Opened, None),
            (Self::Refused, who) => (DoorAct::Denied, who),
            (Self::Act(act), _) => (act, None),
        }
    }
}

/// The first of these that is a number of somebody; one of zeros is nobody's. Each with its pointer.
/// Refuses what is too long, as a part of it might be somebody else's.
fn credential<const N: usize>(from: [(&str, &Text); N]) -> Result<Option<String>, Flaw> {
    for (at, said) in from {
        if said.is_long() {
            let max = limits::DOOR_FIELD_CHARS;
            return Err(Wrong::TooLong { max }.at(at));
        }
        let raw = said.as_str();
        if !raw.trim_start_matches('0').is_empty() {
            return Ok(Some(raw.to_owned()));
        }
    }
    Ok(None)
}

/// A maker's word for a kind of event, if it is a word.
fn word(said: &Text) -> String {
    let raw = said.as_str();
    let is_word = !raw.is_empty() && raw.bytes().all(|b| b.is_ascii_alphabetic());
    if is_word { raw } else { "other" }.to_owned()
}

fn too_many() -> Wrong {
    let max = limits::DOOR_EVENTS;
    Wrong::TooMany { max }
}

/// What a body is, by how it begins, and else by what it is said to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Json,
    Xml,
    /// A picture, a sound: not looked at.
    Picture,
    Text,
}

impl Form {
    fn of(content_type: &str, body: &[u8]) -> Self {
        let said = content_type.trim().to_ascii_lowercase();
        let dropped = ["image/", "video/", "audio/"];
        if dropped.iter().any(|kind| said.starts_with(kind)) {
            return Self::Picture;
        }
        match plain(body).first() {
            Some(b'{') => Self::Json,
            Some(b'<') => Self::Xml,
            _ if said.contains("json") => Self::Json,
            _ if said.contains("xml") => Self::Xml,
            _ => Self::Text,
        }
    }
}

/// Without the mark of the order of bytes, and blanks at both ends.
fn plain(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(body)
        .trim_ascii()
}

/// An object of JSON; a list that has its fields in their order is none.
fn object<T: DeserializeOwned>(body: &[u8]) -> Result<T, Flaw> {
    let unreadable = || Wrong::Unreadable.at("");
    if !body.starts_with(b"{") {
        return Err(unreadable());
    }
    serde_json::from_slice(body).map_err(|_| unreadable())
}

/// One of a body, with its pointer and its form.
type Piece<'b> = (String, Form, &'b [u8]);

/// Each piece of a body that is no picture; the whole, where it has no parts.
fn pieces<'b>(content_type: &str, body: &'b [u8]) -> Result<Vec<Piece<'b>>, Flaw> {
    let Some(boundary) = multipart::boundary(content_type)? else {
        let form = Form::of(content_type, body);
        return Ok(vec![(String::new(), form, plain(body))]);
    };
    let parts = multipart::parts(body, boundary)?;
    let pieces = parts.iter().enumerate().map(|(n, part)| {
        let form = Form::of(part.content_type, part.body);
        (format!("/parts/{n}"), form, part.body)
    });
    Ok(pieces
        .filter(|(_, form, _)| *form != Form::Picture)
        .map(|(at, form, body)| (at, form, plain(body)))
        .collect())
}

#[cfg(test)]
mod tests;
