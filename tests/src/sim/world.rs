//! What happens at the doors of a community, from a seed: habits, absences, silences; and on the way from the
//! doors to the server: doubles, delays, wrong clocks, dead readers, calls that are lost.

use domain::limits;
use domain::watch::{DoorSense, Grade, Passage, Silence, Windows};

use crate::chance::Chance;

/// Seconds since the beginning.
pub type Second = i64;

pub const MINUTE: Second = 60;
pub const HOUR: Second = 60 * MINUTE;
pub const DAY: Second = 24 * HOUR;

/// How late what a door saw may come in, its line being dead aside.
const LATE: Second = 72 * HOUR;
/// The longest a reader is dead.
const DEAD: Second = 80 * HOUR;
/// An event of this age is still taken at its word.
const OLDEST: Second = limits::EVENT_AGE_DAYS * DAY - HOUR;

/// How large a world is.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    pub people: usize,
    pub days: i64,
    /// Between two heartbeats of a door.
    pub beat_minutes: u32,
    /// Between two passes of the sweeper, those at a deadline aside.
    pub sweep: Second,
}

impl Shape {
    /// For what costs nothing.
    pub const MONTH: Self = Self {
        people: 12,
        days: 30,
        beat_minutes: 120,
        sweep: 10 * MINUTE,
    };
    /// For a whole Linli.
    pub const WEEK: Self = Self {
        people: 5,
        days: 9,
        beat_minutes: 720,
        sweep: 6 * HOUR,
    };
}

/// A time in which nobody hears of a reader.
#[derive(Clone, Copy, Debug)]
pub struct Dead {
    pub from: Second,
    pub until: Second,
    /// Its line is dead, not itself: what it sees it sends afterwards.
    pub keeps: bool,
}

#[derive(Clone, Debug)]
pub struct Door {
    pub sense: DoorSense,
    pub home_of: Option<usize>,
    /// How far its clock is behind.
    pub skew: Second,
    pub dead: Vec<Dead>,
}

impl Door {
    fn dead_at(&self, at: Second) -> Option<&Dead> {
        self.dead
            .iter()
            .find(|dead| dead.from <= at && at < dead.until)
    }

    /// When it can say something that it has to say at that moment.
    fn speaks(&self, at: Second) -> Second {
        self.dead_at(at).map_or(at, |dead| dead.until + 2 * MINUTE)
    }
}

#[derive(Clone, Debug)]
pub struct Dweller {
    pub doors: Vec<usize>,
    pub grade: Grade,
}

/// Somebody went through a door, and was identified there.
#[derive(Clone, Copy, Debug)]
pub struct Passed {
    pub person: usize,
    pub door: usize,
    /// When, by the sun. Even, and another moment for each of a person.
    pub at: Second,
    pub passage: Passage,
    pub serial: u64,
    /// When it first comes in; absent: the door was dead, and forgot it.
    pub comes: Option<Second>,
}

/// What becomes of a call of a door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Taken,
    /// It is lost on the way; the door sends it again.
    Lost,
    /// The server dies after it wrote the sign; the door sends it again.
    HalfTaken,
    /// All was written, and the answer is lost; the door sends it again.
    Unanswered,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Beats {
        door: usize,
    },
    /// `passed`: which of the passages.
    Says {
        passed: usize,
        fate: Fate,
    },
    /// Somebody unknown pressed the button.
    Button {
        door: usize,
    },
    /// It is said of somebody that they are away.
    Away {
        person: usize,
        from: Second,
        until: Second,
    },
    /// "I am well."
    Well {
        person: usize,
    },
    /// Whoever looks after an open alert about this person has seen them.
    Closes {
        person: usize,
    },
    /// Two sweepers at once. `harmed`: with throttles, lost replies and a crash, and then once more.
    Sweeps {
        harmed: bool,
    },
    Restarts,
}

impl What {
    /// What happens first of what happens in the same second.
    fn rank(self) -> u8 {
        match self {
            Self::Beats { .. } => 0,
            Self::Restarts => 1,
            Self::Says { .. } | Self::Button { .. } => 2,
            Self::Away { .. } | Self::Well { .. } => 3,
            Self::Sweeps { .. } => 4,
            Self::Closes { .. } => 5,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Happening {
    pub at: Second,
    pub what: What,
}

#[derive(Clone, Debug)]
pub struct World {
    pub seed: u64,
    pub shape: Shape,
    pub doors: Vec<Door>,
    pub people: Vec<Dweller>,
    pub passed: Vec<Passed>,
    /// In their order.
    pub happenings: Vec<Happening>,
}

/// How long somebody may be silent, by how they passed last.
#[must_use]
pub fn window(passage: Passage) -> (Silence, Second) {
    let silence = match passage {
        Passage::Exit => Silence::NoReturn,
        Passage::Entry | Passage::Opened | Passage::Unidentified => Silence::NoExit,
    };
    (silence, Windows::OUTER.of(silence).as_secs())
}

struct Maker {
    chance: Chance,
    shape: Shape,
    end: Second,
    doors: Vec<Door>,
    people: Vec<Dweller>,
    passed: Vec<Passed>,
    happenings: Vec<Happening>,
    /// Everything comes in any order within [`LATE`].
    shuffled: bool,
}

impl World {
    #[must_use]
    pub fn of(seed: u64, shape: Shape) -> Self {
        let mut chance = Chance::new(seed);
        let shuffled = chance.percent(25);
        let mut maker = Maker {
            chance,
            shape,
            end: shape.days * DAY,
            doors: Vec::new(),
            people: Vec::new(),
            passed: Vec::new(),
            happenings: Vec::new(),
            shuffled,
        };
        maker.hang();
        maker.settle_in();
        for person in 0..shape.people {
            maker.live(person);
        }
        for passed in 0..maker.passed.len() {
            maker.send(passed);
        }
        maker.beat();
        maker.look_after();
        maker.sweep();
        let Maker {
            doors,
            people,
            passed,
            mut happenings,
            ..
        } = maker;
        happenings.sort_by_key(|one| (one.at, one.what.rank()));
        Self {
            seed,
            shape,
            doors,
            people,
            passed,
            happenings,
        }
    }
}

impl Maker {
    fn between(&mut self, least: Second, most: Second) -> Second {
        let span = usize::try_from(most - least + 1).expect("least is not above most");
        least + i64::try_from(self.chance.below(span)).expect("it came from there")
    }

    fn happens(&mut self, at: Second, what: What) {
        if (0..=self.end).contains(&at) {
            self.happenings.push(Happening { at, what });
        }
    }

    /// Two doors that tell who goes in and out, one that tells only who comes in, and one of a home.
    fn hang(&mut self) {
        let last = self.shape.people - 1;
        for (sense, home_of) in [
            (DoorSense::BothWays, None),
            (DoorSense::BothWays, None),
            (DoorSense::EntryOnly, None),
            (DoorSense::HomeDoor, Some(last)),
        ] {
            let some = self.between(-10 * MINUTE, 10 * MINUTE);
            let skew = *self.chance.of(&[0, 600, -600, DAY, -DAY, some]);
            let mut dead = Vec::new();
            let mut from = self.between(3 * HOUR, self.end);
            while from < self.end && dead.len() < 3 {
                let until = from + self.between(HOUR, DEAD);
                let keeps = self.chance.percent(50);
                dead.push(Dead { from, until, keeps });
                from = until + self.between(2 * DAY, 12 * DAY);
            }
            if self.chance.percent(25) {
                dead.clear();
            }
            self.doors.push(Door {
                sense,
                home_of,
                skew,
                dead,
            });
        }
    }

    fn settle_in(&mut self) {
        for person in 0..self.shape.people {
            let doors = match person % 4 {
                _ if person + 1 == self.shape.people => vec![3],
                0 => vec![0],
                1 => vec![0, 1],
                2 => vec![2],
                _ => vec![1, 2],
            };
            let grade = match self.chance.percent(50) {
                true => Grade::AskFirst,
                false => Grade::AtOnce,
            };
            self.people.push(Dweller { doors, grade });
        }
    }

    fn live(&mut self, person: usize) {
        let mut at = self.between(HOUR, 12 * HOUR);
        let mut home = true;
        loop {
            self.passes(person, at, home);
            let begun = at;
            at += self.stays(home);
            home = !home;
            if !home && self.chance.percent(7) {
                // Away for days, as was said before or right after they left.
                let said = (at + self.between(-3 * HOUR, HOUR)).max(begun) | 1;
                let from = at - self.between(0, HOUR);
                let until = at + self.between(DAY, 6 * DAY);
                self.happens(
                    said,
                    What::Away {
                        person,
                        from,
                        until,
                    },
                );
                self.passes(person, at, home);
                home = true;
                at = match self.chance.below(10) {
                    // Home earlier than was said: that ends it.
                    0..6 => at + self.between(4 * HOUR, until - at - HOUR),
                    6..9 => until + self.between(HOUR, 80 * HOUR),
                    _ => until + self.between(80 * HOUR, 120 * HOUR),
                } & !1;
            }
            if at >= self.end {
                return;
            }
        }
    }

    fn stays(&mut self, home: bool) -> Second {
        let (least, most, window) = match home {
            true => (2 * HOUR, 20 * HOUR, 48 * HOUR),
            false => (HOUR, 8 * HOUR, 72 * HOUR),
        };
        let stay = match self.chance.below(100) {
            0..4 => self.between(window + HOUR, window + 60 * HOUR),
            // So near the window that a minute decides.
            4..8 => window + self.between(-2 * MINUTE, 2 * MINUTE),
            8..14 => self.between(most, window),
            _ => self.between(least, most),
        };
        (stay & !1).max(2)
    }

    /// By one of their doors; out of some nobody sees who goes.
    fn passes(&mut self, person: usize, at: Second, inwards: bool) {
        let at = at & !1;
        if at >= self.end {
            return;
        }
        let door = *self.chance.of(&self.people[person].doors.clone());
        let passage = match (self.doors[door].sense, inwards) {
            (DoorSense::HomeDoor, _) => Passage::Opened,
            (_, true) => Passage::Entry,
            (DoorSense::BothWays, false) => Passage::Exit,
            (DoorSense::EntryOnly | DoorSense::Health, false) => {
                if self.doors[door].dead_at(at).is_none() {
                    self.happens(at, What::Button { door });
                }
                return;
            }
        };
        let comes = self.comes(door, at);
        let serial = self.passed.len() as u64 + 1;
        self.passed.push(Passed {
            person,
            door,
            at,
            passage,
            serial,
            comes,
        });
    }

    fn comes(&mut self, door: usize, at: Second) -> Option<Second> {
        if let Some(dead) = self.doors[door].dead_at(at).copied() {
            let after = dead.until + self.between(2 * MINUTE, HOUR);
            return dead.keeps.then_some(after);
        }
        let late = match self.chance.below(20) {
            _ if self.shuffled => self.between(0, LATE),
            0..15 => 0,
            15..18 => self.between(0, HOUR),
            _ => self.between(0, LATE),
        };
        Some(self.doors[door].speaks(at + late))
    }

    /// Once, and in a fifth of all cases once more; what was not acknowledged is sent again.
    fn send(&mut self, passed: usize) {
        let Passed {
            door, at, comes, ..
        } = self.passed[passed];
        let Some(comes) = comes else { return };
        assert!(comes - at <= OLDEST, "too old to be taken at its word");
        let fate = match self.chance.below(100) {
            0..4 => Fate::Lost,
            4..7 => Fate::HalfTaken,
            7..10 => Fate::Unanswered,
            _ => Fate::Taken,
        };
        self.happens(comes, What::Says { passed, fate });
        let taken = What::Says {
            passed,
            fate: Fate::Taken,
        };
        let again = comes + self.between(MINUTE, 10 * MINUTE);
        let again = self.doors[door].speaks(again);
        if fate != Fate::Taken {
            let again = again.min(at + OLDEST);
            let is_heard = self.doors[door].dead_at(again).is_none();
            if is_heard {
                self.happens(again, taken);
            } else if let Some(last) = self.happenings.last_mut()
                && last.what == (What::Says { passed, fate })
            {
                // Its last chance lies in another outage, too: it is heard the first time.
                last.what = taken;
            }
        }
        if self.chance.percent(20) {
            let later = comes + self.between(0, LATE);
            let twice = self.doors[door].speaks(later);
            if twice - at <= OLDEST {
                self.happens(twice, taken);
            }
        }
    }

    fn beat(&mut self) {
        let beat = i64::from(self.shape.beat_minutes) * MINUTE;
        for door in 0..self.doors.len() {
            let back: Vec<Second> = self.doors[door].dead.iter().map(|one| one.until).collect();
            let usual = (0..).map(|n| n * beat).take_while(|at| *at <= self.end);
            let all: Vec<Second> = usual.chain(back).collect();
            for at in all {
                if self.doors[door].dead_at(at).is_none() {
                    self.happens(at, What::Beats { door });
                }
            }
        }
    }

    fn look_after(&mut self) {
        for person in 0..self.shape.people {
            for _ in 0..2 {
                // Other moments than those of doors, and than those below.
                let at = (self.between(HOUR, self.end) & !3) | 1;
                self.happens(at, What::Well { person });
            }
            for day in 1..self.shape.days {
                if self.chance.percent(40) {
                    let at = (day * DAY + self.between(0, 9 * HOUR)) | 3;
                    self.happens(at, What::Closes { person });
                }
            }
        }
        for _ in 0..2 {
            let at = self.between(HOUR, self.end);
            self.happens(at, What::Restarts);
        }
    }

    /// At steady intervals, and around each deadline and each end of an absence; not at all while the sweeper
    /// is down, or its clock leaps over a time.
    fn sweep(&mut self) {
        let mut times: Vec<Second> = (0..)
            .map(|n| n * self.shape.sweep)
            .take_while(|at| *at <= self.end)
            .collect();
        for one in self.passed.iter().filter(|one| one.comes.is_some()) {
            let due = one.at + window(one.passage).1;
            let mut later = self
                .passed
                .iter()
                .filter(|other| other.person == one.person && one.at < other.at && other.at < due);
            if later.next().is_none() {
                times.extend([due - 1, due]);
            }
        }
        for one in &self.happenings {
            if let What::Away { until, .. } = one.what {
                times.extend([until - 1, until]);
            }
        }
        let mut down = Vec::new();
        for long in [HOUR, 25 * HOUR, HOUR] {
            let from = self.between(DAY, self.end);
            down.push(from..from + long);
        }
        times.sort_unstable();
        times.dedup();
        times.retain(|at| !down.iter().any(|span| span.contains(at)));
        for at in times {
            let harmed = self.chance.percent(15);
            self.happens(at, What::Sweeps { harmed });
        }
    }
}
