//! What an act at a door says of whoever was identified there.

use domain::watch::{DoorAct, DoorSense, Passage};

/// Does a card that came with it say who passed?
pub fn identifies(act: DoorAct) -> bool {
    match act {
        DoorAct::Entry | DoorAct::Exit | DoorAct::Passed => true,
        DoorAct::ExitButton
        | DoorAct::Opened
        | DoorAct::Closed
        | DoorAct::HeldOpen
        | DoorAct::Forced
        | DoorAct::Denied
        | DoorAct::Heartbeat
        | DoorAct::Other => false,
    }
}

/// Which way somebody went who was identified. Where cards open on the way in alone, a card is a way in.
pub fn passage(act: DoorAct, sense: DoorSense) -> Passage {
    match act {
        DoorAct::Entry => Passage::Entry,
        DoorAct::Exit => Passage::Exit,
        DoorAct::Passed => match sense {
            DoorSense::EntryOnly => Passage::Entry,
            DoorSense::BothWays | DoorSense::HomeDoor | DoorSense::Health => Passage::Opened,
        },
        DoorAct::ExitButton
        | DoorAct::Opened
        | DoorAct::Closed
        | DoorAct::HeldOpen
        | DoorAct::Forced
        | DoorAct::Denied
        | DoorAct::Heartbeat
        | DoorAct::Other => Passage::Opened,
    }
}
