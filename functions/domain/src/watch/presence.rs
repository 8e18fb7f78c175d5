//! What doors know of one person: three moments, each of which only moves forward. So events may come
//! twice, late and in any order, and leave the same behind.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Confidence;
use crate::access::named;

named! {
    /// How somebody passed.
    Passage {
        /// Identified, inwards.
        Entry = "entry",
        /// Identified, outwards.
        Exit = "exit",
        /// The door of a home where nobody else lives was opened: a sign of life, of no direction.
        Opened = "opened",
        /// Somebody passed who was not identified, or somebody else with a card of this home. Says nothing
        /// of the person but that they may have passed too.
        Unidentified = "unidentified",
    }
}

named! {
    /// Where somebody is, as far as the doors can tell.
    Whereabouts { In = "in", Out = "out", Unknown = "unknown" }
}

impl Passage {
    /// Proves that the person was alive and well enough to open a door.
    #[must_use]
    pub fn is_sign_of_life(self) -> bool {
        matches!(self, Self::Entry | Self::Exit | Self::Opened)
    }
}

/// A moment at which the person themselves passed. Of two at the same moment the one with the larger
/// number of the door's own counting is later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Sign {
    pub at: Timestamp,
    pub seq: u64,
    pub passage: Passage,
}

/// All that is known. Grows by [`Presence::with`] only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// The latest sign of life at a door.
    pub sign: Option<Sign>,
    /// When they last came home, or were at home: where a door tells no direction, it was opened there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered_at: Option<Timestamp>,
    /// When somebody last passed who may have been them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsure_at: Option<Timestamp>,
}

impl Presence {
    /// With one event more; the same if it is known already, or older than what is known.
    #[must_use]
    pub fn with(mut self, sign: Sign) -> Self {
        match sign.passage {
            Passage::Unidentified => self.unsure_at = self.unsure_at.max(Some(sign.at)),
            Passage::Entry => {
                self.entered_at = self.entered_at.max(Some(sign.at));
                self.sign = self.sign.max(Some(sign));
            }
            Passage::Exit | Passage::Opened => self.sign = self.sign.max(Some(sign)),
        }
        self
    }

    /// Where the person is, since when, and how surely. A passage that nobody was identified at makes it
    /// unknown, and never makes anybody be at home.
    #[must_use]
    pub fn whereabouts(&self) -> (Whereabouts, Option<Timestamp>, Confidence) {
        let Some(sign) = self.sign else {
            return (Whereabouts::Unknown, self.unsure_at, Confidence::Inferred);
        };
        if let Some(unsure) = self.unsure_at.filter(|unsure| *unsure > sign.at) {
            return (Whereabouts::Unknown, Some(unsure), Confidence::Inferred);
        }
        match sign.passage {
            Passage::Entry => (Whereabouts::In, Some(sign.at), Confidence::Identified),
            Passage::Exit => (Whereabouts::Out, Some(sign.at), Confidence::Identified),
            Passage::Opened | Passage::Unidentified => {
                (Whereabouts::Unknown, Some(sign.at), Confidence::Inferred)
            }
        }
    }
}
