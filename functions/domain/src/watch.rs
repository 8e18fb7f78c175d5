//! Door events of people who live alone, and the silence that becomes an alert; and what a wearable says of
//! their body.
//!
//! Read [`presence`] (what is known of somebody), [`rules`] and [`absence`] (what they and the community
//! agreed on), [`deadline`] (when silence is too long, and what is decided then), [`question`] (who may say
//! that they are well), [`device`] (how far a door can be trusted), [`clock`] (what its time is worth),
//! [`ways`] (what it does not say of itself), [`unheard`] (who and what was never seen at all), [`lag`]
//! (whether what doors say comes in), [`window`] (which of its numbers were taken), [`event`] (what it says),
//! [`escalation`] (who is told, and who after them) and [`replay`] (the same rules over a log). Then
//! [`observation`] (what is measured), [`vitals`] (what becomes of it) and [`press`] (the button).
//!
//! Source of the two outer limits, 48 hours without going out and 72 hours without coming home: the case
//! study's community. Other cities use far shorter ones, so both can be shortened.

pub mod absence;
pub mod alert;
pub mod clock;
pub mod deadline;
pub mod device;
pub mod escalation;
pub mod event;
pub mod lag;
pub mod observation;
pub mod presence;
pub mod press;
pub mod question;
pub mod replay;
pub mod rules;
pub mod unheard;
pub mod vitals;
pub mod watched;
pub mod ways;
pub mod window;

pub use absence::{Absence, AbsenceKind};
pub use alert::{Alert, AlertReason, AlertState, Cause, Seen, SeenHow};
pub use clock::Clock;
pub use deadline::{Ask, Coverage, Decision, Outage, Overdue, decide, together};
pub use device::{Device, DoorSense, Liveness};
pub use escalation::{Ladder, Reach, Step};
pub use event::{DoorAct, DoorEvent};
pub use observation::{Amount, Metric, Observed, Reading};
pub use presence::{Passage, Presence, Sign, Whereabouts};
pub use press::Press;
pub use question::Question;
pub use rules::{Grade, Rules, Windows};
pub use vitals::{Lapse, Measure, Turn, Vitals};
pub use watched::Watched;
pub use ways::{Way, WayOf, Ways};

use crate::access::named;

named! {
    /// Which silence.
    Silence {
        /// Has not gone out.
        NoExit = "no_exit",
        /// Has not come home.
        NoReturn = "no_return",
    }
}

named! {
    /// How surely it is known.
    Confidence {
        /// The person was identified, and every way past is watched.
        Identified = "identified",
        /// Somebody may have passed without being identified since.
        Inferred = "inferred",
    }
}
