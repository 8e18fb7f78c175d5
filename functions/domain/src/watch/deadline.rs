//! When silence is too long, and what is decided then. The index only nominates; this decides, on what
//! was just read.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::absence::{Absence, put_off};
use super::presence::{Passage, Presence};
use super::rules::Windows;
use super::{Confidence, Silence};
use crate::limits;

/// A time in which a door was not heard from: from the last thing it said, to the next, if there was one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outage {
    pub from: Timestamp,
    pub to: Option<Timestamp>,
}

/// Outages of several doors as those of one home: it is not seen while all of its doors are dead. In order, and
/// none overlaps another, as those of each door are.
///
/// One dead door among others puts no alert off: a reader that was taken down would hide a silence for good. What
/// it may have missed makes the alert unconfirmed ([`Coverage::late`]), so that a telephone call comes first.
#[must_use]
pub fn together(doors: &[Vec<Outage>]) -> Vec<Outage> {
    let Some((first, others)) = doors.split_first() else {
        return Vec::new();
    };
    let all = |common: Vec<Outage>, next: &Vec<Outage>| both(&common, next);
    others.iter().fold(first.clone(), all)
}

/// When both are out.
fn both(one: &[Outage], other: &[Outage]) -> Vec<Outage> {
    let mut common = Vec::new();
    for a in one {
        for b in other {
            let from = a.from.max(b.from);
            let to = match (a.to, b.to) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (to, None) | (None, to) => to,
            };
            if to.is_none_or(|to| from < to) {
                common.push(Outage { from, to });
            }
        }
    }
    common
}

/// What the doors of one home could see. Outages do not overlap, and are in order.
#[derive(Clone, Copy, Debug, Default)]
pub struct Coverage<'a> {
    pub outages: &'a [Outage],
    /// Out of here somebody may pass without being identified.
    pub unidentified_exits: bool,
    /// A door has missed one heartbeat and may be dead, or was dead since the last sign while others saw.
    pub late: bool,
}

/// A silence that was too long: by which rule, since when it is, and how surely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overdue {
    pub silence: Silence,
    /// The last sign plus the window.
    pub due: Timestamp,
    pub confidence: Confidence,
    /// A door may be dead; a telephone call comes first.
    pub unconfirmed: bool,
}

/// What is to be done about somebody now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nothing before this moment.
    Rest {
        until: Timestamp,
    },
    /// Ask the person, or the relative who may be asked; again something to do at `until`.
    Ask {
        ask: Ask,
        until: Timestamp,
    },
    Alert(Overdue),
    /// The silence is as long as the window, and a door was dead meanwhile: somebody looks, and nothing is
    /// claimed. Again something to do at `until`.
    Blind {
        until: Timestamp,
    },
}

/// Who is asked before somebody is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    Person,
    Relative,
}

/// Who was asked since the last sign, and when to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asking {
    /// How long before the deadline the person is asked; absent: nobody is.
    pub lead: Option<SignedDuration>,
    /// There is a relative who agreed to be asked.
    pub relative: bool,
    pub asked: u8,
}

/// The silence that runs since the last sign of life. Somebody who was never seen has none: that is the
/// doors' matter, not theirs.
#[must_use]
pub fn running(presence: &Presence, windows: Windows) -> Option<(Silence, Timestamp)> {
    let sign = presence.sign?;
    let silence = match sign.passage {
        Passage::Exit => Silence::NoReturn,
        Passage::Entry | Passage::Opened | Passage::Unidentified => Silence::NoExit,
    };
    let due = sign.at.checked_add(windows.of(silence)).ok()?;
    Some((silence, due))
}

/// The moment at which something is to be done about a silence of which nothing was missed.
#[must_use]
pub fn reached(presence: &Presence, windows: Windows, absences: &[Absence]) -> Option<Timestamp> {
    let (_, due) = running(presence, windows)?;
    Some(put_off(absences, presence.entered_at, due))
}

/// Decides about somebody who is watched and of whom no alert is open. Absent where there was never a sign.
#[must_use]
pub fn decide(
    presence: &Presence,
    windows: Windows,
    absences: &[Absence],
    coverage: &Coverage<'_>,
    asking: Asking,
    at: Timestamp,
) -> Option<Decision> {
    let sign = presence.sign?;
    let (silence, due) = running(presence, windows)?;
    let reached = put_off(absences, presence.entered_at, due);
    if at < reached {
        return Some(before(absences, presence, asking, reached, at));
    }
    // An absence that was said only when it was too late for this one settles it too.
    let home_again = put_off(absences, presence.entered_at, at);
    if home_again > at {
        return Some(Decision::Rest { until: home_again });
    }
    let window = windows.of(silence);
    let unseen = unseen(coverage.outages, sign.at, at);
    let seen = at.duration_since(sign.at) - unseen;
    if seen < window {
        let rest = (window - seen).max(SignedDuration::from_mins(limits::BLIND_MINUTES));
        return Some(Decision::Blind {
            until: at.checked_add(rest).ok()?,
        });
    }
    let unseen_way = silence == Silence::NoExit && coverage.unidentified_exits;
    let confidence = match presence.whereabouts().2 {
        Confidence::Identified if !unseen_way => Confidence::Identified,
        Confidence::Identified | Confidence::Inferred => Confidence::Inferred,
    };
    Some(Decision::Alert(Overdue {
        silence,
        due,
        confidence,
        unconfirmed: coverage.late,
    }))
}

/// Before the deadline: who is asked, in their turn. Nobody is asked while they are away.
fn before(
    absences: &[Absence],
    presence: &Presence,
    asking: Asking,
    reached: Timestamp,
    at: Timestamp,
) -> Decision {
    let rest = Decision::Rest { until: reached };
    let Some(lead) = asking.lead else { return rest };
    let back = |by: SignedDuration| reached.checked_sub(by).unwrap_or(reached);
    let turns = [(Ask::Person, back(lead)), (Ask::Relative, back(lead / 2))];
    let turns = &turns[..if asking.relative { 2 } else { 1 }];
    let Some((ask, when)) = turns.get(usize::from(asking.asked)) else {
        return rest;
    };
    let when = put_off(absences, presence.entered_at, *when);
    if when >= reached {
        return rest;
    }
    if at < when {
        return Decision::Rest { until: when };
    }
    let after = turns.get(usize::from(asking.asked) + 1);
    let until = after.map_or(reached, |(_, when)| (*when).max(at));
    Decision::Ask { ask: *ask, until }
}

/// The sweeper has not passed for too long, or never.
#[must_use]
pub fn is_late(swept_at: Option<Timestamp>, at: Timestamp) -> bool {
    let patience = SignedDuration::from_mins(limits::SWEEP_LATE_MINUTES);
    swept_at.is_none_or(|swept| at.duration_since(swept) > patience)
}

/// How much of the time from `from` to `at` lies in outages.
fn unseen(outages: &[Outage], from: Timestamp, at: Timestamp) -> SignedDuration {
    outages.iter().fold(SignedDuration::ZERO, |sum, outage| {
        let begin = outage.from.max(from);
        let end = outage.to.unwrap_or(at).min(at);
        if end > begin {
            sum + end.duration_since(begin)
        } else {
            sum
        }
    })
}
