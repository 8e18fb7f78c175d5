//! The rules on paper: what the service does with `domain`, over a table of three kinds that takes a write
//! only where nothing changed since it was read. What is written stays, whatever becomes of who wrote it:
//! sweepers go step by step in any order, and may die, or not learn that their write was taken.

use std::collections::{BTreeMap, BTreeSet};

use domain::watch::device::effective;
use domain::watch::{
    Absence, AbsenceKind, Alert, AlertReason, AlertState, Coverage, Decision, Device, DoorSense,
    Ladder, Liveness, Overdue, Passage, Presence, Rules, Seen, SeenHow, Sign, Watched, decide,
    together,
};
use domain::{AbsenceId, AlertId, CommunityId, DeviceId, PersonId, limits};
use jiff::{SignedDuration, Timestamp};

use super::oracle::{Over, Told};
use super::world::{Fate, Second, What, World};
use crate::chance::Chance;
use crate::homes::{enrolled, hung};

/// Where the seconds of a world begin.
const BEGINNING: i64 = 1_790_000_000;

fn moment(at: Second) -> Timestamp {
    Timestamp::from_second(BEGINNING + at).expect("a moment")
}

fn second(at: Timestamp) -> Second {
    at.as_second() - BEGINNING
}

/// One transaction: the version of each is the one after what was read.
#[derive(Clone, Default)]
struct Change {
    watched: Option<(usize, Watched)>,
    device: Option<(usize, Device)>,
    alert: Option<Alert>,
}

/// Somebody was faster.
struct Stale;

struct Table {
    watched: Vec<Watched>,
    devices: Vec<Device>,
    alerts: BTreeMap<AlertId, Alert>,
}

impl Table {
    fn write(&mut self, change: Change) -> Result<(), Stale> {
        let alert = change.alert.as_ref().is_none_or(|alert| {
            let stored = self.alerts.get(&alert.id);
            stored.map_or(0, |stored| stored.ver) + 1 == alert.ver
        });
        let watched = change
            .watched
            .as_ref()
            .is_none_or(|(i, next)| self.watched[*i].ver + 1 == next.ver);
        let device = change
            .device
            .as_ref()
            .is_none_or(|(i, next)| self.devices[*i].ver + 1 == next.ver);
        if !(alert && watched && device) {
            return Err(Stale);
        }
        if let Some(alert) = change.alert {
            self.alerts.insert(alert.id, alert);
        }
        if let Some((i, next)) = change.watched {
            self.watched[i] = next;
        }
        if let Some((i, next)) = change.device {
            self.devices[i] = next.settled();
        }
        Ok(())
    }
}

#[derive(Clone, Copy)]
enum Due {
    Door(usize),
    Person(usize),
}

/// One sweeper on its way through what was due when it began.
struct Sweeper {
    at: Timestamp,
    due: Vec<Due>,
    /// Decided, and not yet written.
    hand: Option<Change>,
}

/// Who plays a world on paper.
pub struct Paper<'w> {
    world: &'w World,
    rules: Rules,
    table: Table,
    chance: Chance,
    /// Whose alert is closed, and when.
    closes: BTreeSet<(usize, Second)>,
    /// What does not hold, if anything.
    broken: Vec<String>,
}

/// The alerts of a world as the rules have them. `closes`: which of those that look after people found an
/// alert. Refuses what never may be, whatever the alerts are.
pub fn play(world: &World, closes: BTreeSet<(usize, Second)>) -> Result<Vec<Told>, String> {
    let rules = Rules::default();
    let com = CommunityId::from_bits(1);
    let mut paper = Paper {
        world,
        table: Table {
            watched: (0..world.people.len())
                .map(|i| watched(world, com, i).rearmed(&rules, moment(0)))
                .collect(),
            devices: (0..world.doors.len())
                .map(|i| device(world, com, i))
                .collect(),
            alerts: BTreeMap::new(),
        },
        rules,
        chance: Chance::new(world.seed ^ 0x5eed),
        closes,
        broken: Vec::new(),
    };
    for one in &world.happenings {
        paper.happens(one.at, one.what);
        if let Some(broken) = paper.broken.pop() {
            return Err(format!("at {} after {:?}: {broken}", one.at, one.what));
        }
    }
    Ok(paper.told())
}

fn person(i: usize) -> PersonId {
    PersonId::from_bits(i as u128 + 1)
}

fn door(i: usize) -> DeviceId {
    DeviceId::from_bits(i as u128 + 1)
}

fn device(world: &World, com: CommunityId, i: usize) -> Device {
    Device {
        sense: world.doors[i].sense,
        home_of: world.doors[i].home_of.map(person),
        heartbeat_minutes: world.shape.beat_minutes,
        ..hung(com, door(i))
    }
}

fn watched(world: &World, com: CommunityId, i: usize) -> Watched {
    let dweller = &world.people[i];
    let doors = dweller.doors.iter().map(|i| door(*i)).collect();
    Watched {
        grade: dweller.grade,
        ..enrolled(com, person(i), doors, moment(0))
    }
}

impl Paper<'_> {
    fn happens(&mut self, at: Second, what: What) {
        match what {
            What::Beats { door } => self.beats(door, at),
            What::Button { door } => self.hears(door, at, Some(moment(at))),
            What::Says { passed, fate } => self.says(passed, fate, at),
            What::Away {
                person,
                from,
                until,
            } => self.leaves(person, (from, until), at),
            What::Well { person } => self.lives(person, at, None),
            What::Closes { person } => {
                if self.closes.contains(&(person, at)) {
                    self.lives(person, at, Some(AlertReason::Other));
                }
            }
            What::Sweeps { harmed } => {
                self.sweeps(moment(at), harmed);
                if harmed {
                    self.sweeps(moment(at), false);
                }
                self.holds(at);
            }
            // Nothing is kept outside of the table.
            What::Restarts => {}
        }
    }

    fn write(&mut self, change: Change) {
        if self.table.write(change).is_err() {
            self.broken.push("a change met nobody and was stale".into());
        }
    }

    fn beats(&mut self, door: usize, at: Second) {
        let said = moment(at - self.world.doors[door].skew);
        let before = self.table.devices[door].clone().heard(moment(at));
        let next = Device {
            ver: before.ver + 1,
            ..before.clocked(said, moment(at))
        };
        self.write(Change {
            device: Some((door, next)),
            ..Change::default()
        });
    }

    fn hears(&mut self, door: usize, at: Second, unidentified: Option<Timestamp>) {
        let before = self.table.devices[door].clone().heard(moment(at));
        let next = Device {
            unidentified_at: before.unidentified_at.max(unidentified),
            ver: before.ver + 1,
            ..before
        };
        self.write(Change {
            device: Some((door, next)),
            ..Change::default()
        });
    }

    fn says(&mut self, passed: usize, fate: Fate, at: Second) {
        if fate == Fate::Lost {
            return;
        }
        let one = self.world.passed[passed];
        let said = moment(one.at - self.world.doors[one.door].skew);
        let skew = self.table.devices[one.door].skew_seconds;
        let sign = Sign {
            at: effective(said, moment(at), skew).at(),
            seq: one.serial,
            passage: one.passage,
        };
        self.arrives(one.person, one.door, sign, moment(at));
        if fate != Fate::HalfTaken {
            self.hears(one.door, at, None);
        }
    }

    fn arrives(&mut self, i: usize, at_door: usize, sign: Sign, at: Timestamp) {
        let before = self.table.watched[i].clone();
        let presence = before.presence_after(door(at_door), sign);
        if presence == before.presence {
            return;
        }
        let proves = presence.sign != before.presence.sign;
        let open = before.alert.filter(|_| proves);
        let alert = open.and_then(|id| self.table.alerts.get(&id).cloned());
        let watched = before.passed(door(at_door), sign, &self.rules, at);
        let how = SeenHow::Identified;
        let seen = Seen {
            at: sign.at,
            how,
            came_at: at,
        };
        let silence = watched.overdue(&self.rules, at);
        let alert = alert.map(|alert| match silence {
            Some(silence) => alert.moved(silence, seen),
            None => alert.withdrawn_by(seen, at),
        });
        let goes_on = |alert: &Alert| alert.state == AlertState::Open;
        let watched = match proves && !alert.as_ref().is_some_and(goes_on) {
            true => Watched {
                alert: None,
                ..watched
            }
            .rearmed(&self.rules, at),
            false => watched,
        };
        self.write(Change {
            watched: Some((i, watched)),
            alert,
            device: None,
        });
    }

    fn leaves(&mut self, i: usize, (from, until): (Second, Second), at: Second) {
        let before = self.table.watched[i].clone();
        let mut absences = before.absences.clone();
        let home = before.presence.entered_at;
        absences.retain(|one| one.ends(home) > moment(at));
        absences.push(Absence {
            id: AbsenceId::from_bits(u128::from(before.ver)),
            kind: AbsenceKind::Family,
            from: moment(from),
            until: moment(until),
        });
        absences.sort_by_key(|one| (one.from, one.id));
        let next = Watched {
            absences,
            ver: before.ver + 1,
            ..before
        };
        self.write(Change {
            watched: Some((i, next.rearmed(&self.rules, moment(at)))),
            ..Change::default()
        });
    }

    /// Said to be well by themselves, or by who closes the alert about them.
    fn lives(&mut self, i: usize, at: Second, closed: Option<AlertReason>) {
        let before = self.table.watched[i].clone();
        let open = before.alert.and_then(|id| self.table.alerts.get(&id));
        let alert = match (open.cloned(), closed) {
            (Some(alert), Some(reason)) => {
                let said = (reason, String::new());
                match alert.close(person(i), said, moment(at)) {
                    Ok(alert) => Some(alert),
                    Err(refusal) => {
                        self.broken.push(format!("not closed: {refusal:?}"));
                        return;
                    }
                }
            }
            (Some(alert), None) => Some(alert.withdraw(moment(at))),
            (None, None) => None,
            (None, Some(_)) => {
                self.broken.push(format!("no alert is open about {i}"));
                return;
            }
        };
        let ver = before.ver + 1;
        let sign = Sign {
            at: moment(at),
            seq: 0,
            passage: Passage::Opened,
        };
        let quiet = Watched {
            asked: 0,
            alert: None,
            ..before
        };
        let alive = quiet.with(sign, &self.rules, moment(at));
        let next = Watched {
            ver,
            ..alive.rearmed(&self.rules, moment(at))
        };
        self.write(Change {
            watched: Some((i, next)),
            alert,
            device: None,
        });
    }

    /// Two at once, in steps of any order. What is harmed ends early, or writes without learning of it.
    fn sweeps(&mut self, at: Timestamp, harmed: bool) {
        let mut both = [self.sweeper(at), self.sweeper(at)];
        let crash = harmed.then(|| self.chance.below(6));
        let mut steps = 0;
        while both
            .iter()
            .any(|one| one.hand.is_some() || !one.due.is_empty())
        {
            let which = self.chance.below(2);
            if crash == Some(steps) {
                both[which].due.clear();
                both[which].hand = None;
            }
            steps += 1;
            self.step(&mut both[which], harmed);
        }
    }

    fn sweeper(&self, at: Timestamp) -> Sweeper {
        let doors = (0..self.table.devices.len()).filter(|i| {
            let one = &self.table.devices[*i];
            one.dead_at().is_some_and(|dead| dead <= at) && !one.known_dead()
        });
        let people = (0..self.table.watched.len()).filter(|i| {
            let one = &self.table.watched[*i];
            one.alert.is_none() && one.armed.is_some_and(|armed| armed <= at)
        });
        let mut due: Vec<Due> = doors
            .map(Due::Door)
            .chain(people.map(Due::Person))
            .collect();
        due.reverse();
        Sweeper {
            at,
            due,
            hand: None,
        }
    }

    fn step(&mut self, sweeper: &mut Sweeper, harmed: bool) {
        if let Some(change) = sweeper.hand.take() {
            match harmed.then(|| self.chance.below(10)) {
                // Throttled on every try.
                Some(0 | 1) => {}
                // Written, and the answer is lost: the second try finds itself.
                Some(2 | 3) => {
                    let _ = self.table.write(change.clone());
                    let _ = self.table.write(change);
                }
                Some(_) | None => {
                    let _ = self.table.write(change);
                }
            }
            return;
        }
        sweeper.hand = match sweeper.due.pop() {
            Some(Due::Door(i)) => {
                let silent = self.table.devices[i].clone().fell_silent(sweeper.at);
                silent.map(|device| Change {
                    device: Some((i, device)),
                    ..Change::default()
                })
            }
            Some(Due::Person(i)) => self.decided(i, sweeper.at),
            None => None,
        };
    }

    fn decided(&self, i: usize, at: Timestamp) -> Option<Change> {
        let before = self.table.watched[i].clone();
        let due = before.armed.is_some_and(|armed| armed <= at);
        if before.alert.is_some() || !due {
            return None;
        }
        let doors = self.world.people[i].doors.iter();
        let doors: Vec<&Device> = doors.map(|door| &self.table.devices[*door]).collect();
        let outages: Vec<_> = doors.iter().map(|door| door.outages(at)).collect();
        let outages = together(&outages);
        let unsure = doors.iter().filter_map(|door| door.unidentified_at).max();
        let presence = Presence {
            unsure_at: before.presence.unsure_at.max(unsure),
            ..before.presence
        };
        let decision = decide(
            &presence,
            before.windows(&self.rules),
            &before.absences,
            &Coverage {
                outages: &outages,
                unidentified_exits: doors.iter().any(|door| door.sense != DoorSense::BothWays),
                late: doors.iter().any(|door| door.liveness(at) == Liveness::Late),
            },
            before.asking(&self.rules),
            at,
        );
        let until = match decision {
            Some(Decision::Rest { until } | Decision::Blind { until }) => until,
            Some(Decision::Ask { until, .. }) => {
                let mut next = before.rests(until);
                next.asked = next.asked.saturating_add(1);
                return Some(Change {
                    watched: Some((i, next)),
                    ..Change::default()
                });
            }
            Some(Decision::Alert(found)) => return Some(opened(i, before, &found, at)),
            None => at + SignedDuration::from_hours(limits::NEVER_HEARD_HOURS),
        };
        let mut next = before.rests(until);
        let home = next.presence.entered_at;
        next.absences.retain(|one| one.ends(home) > at);
        Some(Change {
            watched: Some((i, next)),
            ..Change::default()
        })
    }

    /// What is true after each pass, whatever the alerts are.
    fn holds(&mut self, at: Second) {
        for (i, one) in self.table.watched.iter().enumerate() {
            let alert = one.alert.and_then(|id| self.table.alerts.get(&id));
            let fine = match (one.alert, alert) {
                (None, _) => one.armed.is_some_and(|armed| armed > moment(at)),
                (Some(_), None) => false,
                (Some(_), Some(alert)) => alert.state == AlertState::Open && one.armed.is_none(),
            };
            if !fine {
                let (armed, alert) = (one.armed, one.alert);
                let broken = format!("nobody looks after {i}: armed {armed:?}, alert {alert:?}");
                self.broken.push(broken);
            }
        }
    }

    fn told(&self) -> Vec<Told> {
        let told = |alert: &Alert| Told {
            person: usize::try_from(alert.person.bits()).expect("few") - 1,
            silence: alert.cause.silence().expect("doors alone"),
            due: second(alert.due),
            opened: second(alert.opened_at),
            over: over(alert),
        };
        self.table.alerts.values().map(told).collect()
    }
}

fn over(alert: &Alert) -> Option<Over> {
    let at = second(alert.closed_at?);
    Some(match alert.state {
        AlertState::Closed => Over::Closed(at),
        AlertState::Open | AlertState::Acknowledged | AlertState::Withdrawn => Over::Withdrawn(at),
    })
}

/// The alert and its person, in one transaction.
fn opened(i: usize, before: Watched, found: &Overdue, at: Timestamp) -> Change {
    let id = AlertId::from_bits(((i as u128 + 1) << 64) + u128::from(before.ver));
    let alert = Alert {
        id,
        community: before.community,
        person: before.person,
        cause: found.silence.into(),
        metric: None,
        due: found.due,
        opened_at: at,
        confidence: found.confidence,
        unconfirmed: found.unconfirmed,
        state: AlertState::Open,
        owner: None,
        lease_until: None,
        ladder: Ladder::default(),
        reason: None,
        closed_by: None,
        closed_at: None,
        comment: String::new(),
        seen: None,
        rules_ver: 0,
        ver: 1,
    };
    let mut next = before.rests(at);
    next.alert = Some(id);
    next.armed = None;
    Change {
        watched: Some((i, next)),
        alert: Some(alert),
        device: None,
    }
}
