//! What a door said, whoever made its reader.

use jiff::Timestamp;

use crate::access::named;

named! {
    /// What happened at a door.
    DoorAct {
        /// Somebody was let in.
        Entry = "entry",
        /// Somebody was let out.
        Exit = "exit",
        /// Somebody was identified at a reader that knows no direction.
        Passed = "passed",
        /// The button inside was pressed, by whomever.
        ExitButton = "exit_button",
        /// The door was opened, or opened from afar, by whomever.
        Opened = "opened",
        Closed = "closed",
        /// It stands open for too long.
        HeldOpen = "held_open",
        /// It was opened by force.
        Forced = "forced",
        /// Nobody was let in.
        Denied = "denied",
        /// The device says that it is there.
        Heartbeat = "heartbeat",
        /// Something that tells nothing of anybody's coming and going.
        Other = "other",
    }
}

impl DoorAct {
    /// Somebody passed, or may have.
    #[must_use]
    pub fn passes(self) -> bool {
        match self {
            Self::Entry
            | Self::Exit
            | Self::Passed
            | Self::ExitButton
            | Self::Opened
            | Self::Forced => true,
            Self::Closed | Self::HeldOpen | Self::Denied | Self::Heartbeat | Self::Other => false,
        }
    }
}

/// One event of a device. Pictures, names, temperatures and places are not taken at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoorEvent {
    /// The device's own count, where it has one.
    pub seq: Option<u64>,
    /// By the device's own clock. Absent where it says none that can be read: then when it came in counts.
    pub at: Option<Timestamp>,
    pub act: DoorAct,
    /// The number of the card, or of the person in the device's own list, that was recognised.
    pub credential: Option<String>,
    /// Sent later, as the device had no line.
    pub replayed: bool,
    /// The device's own words for what happened: its codes, and nothing of anybody.
    pub raw_code: String,
}
