//! The rules over a log: which alerts there would have been. Nothing here decides; [`decide`] does, at each
//! moment at which it would have been asked.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Silence;
use super::absence::Absence;
use super::deadline::{Asking, Coverage, Decision, Overdue, decide, reached};
use super::presence::{Passage, Presence, Sign};
use super::rules::Windows;
use crate::access::named;

/// One line of a log: who, and how they passed, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged<P> {
    pub person: P,
    pub sign: Sign,
}

named! {
    /// Why an alert was over.
    Ended {
        WentOut = "went_out",
        CameHome = "came_home",
        /// A door was opened, of no direction.
        Opened = "opened",
    }
}

/// One alert there would have been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alerted<P> {
    pub person: P,
    pub silence: Silence,
    /// The last sign plus the window.
    pub due: Timestamp,
    /// When it would have been opened: at `due`, or when the absence over it ended.
    pub opened: Timestamp,
    /// Absent while it is open.
    pub closed: Option<(Timestamp, Ended)>,
}

/// Plays a log of any order, with doubles, up to `to`, and answers in the order of opening.
#[must_use]
pub fn replay<P: Ord + Clone>(
    log: Vec<Logged<P>>,
    absences: &BTreeMap<P, Vec<Absence>>,
    windows: Windows,
    to: Timestamp,
) -> Vec<Alerted<P>> {
    let mut people: BTreeMap<P, Vec<Sign>> = BTreeMap::new();
    for line in log {
        if line.sign.at <= to {
            people.entry(line.person).or_default().push(line.sign);
        }
    }
    let mut alerts = Vec::new();
    for (person, mut signs) in people {
        signs.sort_unstable();
        let away = absences.get(&person).map_or(&[][..], Vec::as_slice);
        one(&person, &signs, away, windows, to, &mut alerts);
    }
    alerts.sort_by(|a, b| (a.opened, &a.person).cmp(&(b.opened, &b.person)));
    alerts
}

fn one<P: Clone>(
    person: &P,
    signs: &[Sign],
    absences: &[Absence],
    windows: Windows,
    to: Timestamp,
    alerts: &mut Vec<Alerted<P>>,
) {
    let mut presence = Presence::default();
    let mut open: Option<Alerted<P>> = None;
    let signs = signs.iter().map(Some).chain([None]);
    for sign in signs {
        let upto = sign.map_or(to, |sign| sign.at);
        if open.is_none()
            && let Some(at) = reached(&presence, windows, absences)
            && (at < upto || sign.is_none() && at <= to)
            && let Some(Decision::Alert(overdue)) = decide(
                &presence,
                windows,
                absences,
                &Coverage::default(),
                Asking::default(),
                at,
            )
        {
            open = Some(alerted(person, overdue, at));
        }
        let Some(sign) = sign else { break };
        presence = presence.with(*sign);
        if let Some(ended) = ended(sign.passage)
            && let Some(mut alert) = open.take()
        {
            alert.closed = Some((sign.at, ended));
            alerts.push(alert);
        }
    }
    alerts.extend(open);
}

fn alerted<P: Clone>(person: &P, overdue: Overdue, at: Timestamp) -> Alerted<P> {
    Alerted {
        person: person.clone(),
        silence: overdue.silence,
        due: overdue.due,
        opened: at,
        closed: None,
    }
}

fn ended(passage: Passage) -> Option<Ended> {
    match passage {
        Passage::Entry => Some(Ended::CameHome),
        Passage::Exit => Some(Ended::WentOut),
        Passage::Opened => Some(Ended::Opened),
        Passage::Unidentified => None,
    }
}
