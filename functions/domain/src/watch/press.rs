//! The emergency button. No press is lost to a clock that is wrong, or to a line that was slow: what is not told of
//! a second time opens an alert, unless one is open already.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::alert::Cause;
use super::vitals::{Turn, Vitals};
use crate::{DeviceId, limits};

/// One press, as its device told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Press {
    pub device: DeviceId,
    /// By the device's own clock, right or wrong; absent where it says none.
    pub said_at: Option<Timestamp>,
    /// When it came in, by our clock.
    pub received_at: Timestamp,
}

impl Press {
    /// The same press, told of once more because the answer was lost. After
    /// [`limits::PRESS_REPEAT_MINUTES`] it is another one: a clock that begins anew with each battery, or
    /// stands still, says the same moment of different presses.
    fn repeats(&self, earlier: &Self) -> bool {
        self.said_at.is_some()
            && (self.device, self.said_at) == (earlier.device, earlier.said_at)
            && self.follows(earlier)
    }

    /// Soon enough for the earlier one to be told of again.
    fn follows(&self, earlier: &Self) -> bool {
        let since = self.received_at.duration_since(earlier.received_at);
        since <= SignedDuration::from_mins(limits::PRESS_REPEAT_MINUTES)
    }
}

impl Vitals {
    /// The button was pressed. `pressed_at`: when, as far as can be told. Itself, unchanged, where it is told of
    /// once more.
    #[must_use]
    pub fn pressed(mut self, press: Press, pressed_at: Timestamp) -> (Self, Vec<Turn>) {
        if self.presses.iter().any(|known| press.repeats(known)) {
            return (self, Vec::new());
        }
        self.presses.retain(|known| press.follows(known));
        self.presses.push(press);
        let many = self.presses.len().saturating_sub(limits::PRESSES);
        self.presses.drain(..many);
        self.ver += 1;
        let turn = Turn::Opens {
            cause: Cause::Sos,
            metric: None,
            due: pressed_at,
        };
        let turns = match self.is_open(Cause::Sos, None) {
            true => Vec::new(),
            false => vec![turn],
        };
        (self, turns)
    }
}
