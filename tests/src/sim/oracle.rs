//! Which alerts there have to be: at each pass of the sweeper everything that came in so far is sorted, each
//! thing once, and looked at anew. Slow, plain, and made of nothing but the world.

use domain::limits;
use domain::watch::{Passage, Silence};

use super::world::{Fate, HOUR, MINUTE, Second, What, World, window};

/// How an alert was over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// A sign of life came in.
    Withdrawn(Second),
    /// Somebody went there.
    Closed(Second),
}

/// One alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    pub person: usize,
    pub silence: Silence,
    /// The last sign that was known, plus the window.
    pub due: Second,
    pub opened: Second,
    pub over: Option<Over>,
}

/// One alert there has to be.
#[derive(Clone, Copy, Debug)]
pub struct Expected {
    pub told: Told,
    /// A door was dead in between: it is looked at again within minutes, not at once. Until when, at the latest.
    pub latest: Second,
}

#[derive(Default)]
struct Person {
    /// As they came in: when, and how.
    known: Vec<(Second, Passage)>,
    last: Option<(Second, Passage)>,
    /// When they came home, or the door of their home was opened.
    home: Vec<Second>,
    away: Vec<(Second, Second)>,
    open: Option<Expected>,
}

impl Person {
    /// Whether they are away at that moment, as far as is known: being at home ends it, once they have left.
    fn is_away(&self, at: Second) -> bool {
        self.away.iter().any(|(from, until)| {
            let left_by = from + limits::ABSENCE_LEAVING_HOURS * HOUR;
            let mut home = self.home.iter();
            let home = home.any(|seen| left_by < *seen && seen < until);
            *from <= at && at < *until && !home
        })
    }

    /// The silence that is too long by the clock, and since when; nobody's who is away.
    fn overdue(&self, at: Second) -> Option<(Silence, Second)> {
        let (seen, passage) = self.last?;
        let (silence, window) = window(passage);
        let due = seen + window;
        (at >= due && !self.is_away(at)).then_some((silence, due))
    }

    /// One thing more is known. True where it is newer than everything.
    fn learns(&mut self, at: Second, passage: Passage) -> bool {
        let before = self.last;
        self.known.push((at, passage));
        let mut sorted = self.known.clone();
        sorted.sort_by_key(|one| one.0);
        sorted.dedup();
        self.last = sorted.last().copied();
        self.last != before
    }
}

struct Oracle<'w> {
    world: &'w World,
    people: Vec<Person>,
    /// When each door was heard from.
    heard: Vec<Vec<Second>>,
    done: Vec<Expected>,
}

/// All alerts, in the order in which they were over; those that are open last.
#[must_use]
pub fn alerts(world: &World) -> Vec<Expected> {
    let mut oracle = Oracle {
        world,
        people: world.people.iter().map(|_| Person::default()).collect(),
        heard: vec![Vec::new(); world.doors.len()],
        done: Vec::new(),
    };
    for one in &world.happenings {
        oracle.happens(one.at, one.what);
    }
    let open = oracle.people.iter().filter_map(|person| person.open);
    oracle.done.extend(open.collect::<Vec<_>>());
    oracle.done
}

impl Oracle<'_> {
    fn happens(&mut self, at: Second, what: What) {
        match what {
            What::Beats { door } | What::Button { door } => self.heard[door].push(at),
            What::Says { passed, fate } => {
                let one = self.world.passed[passed];
                if fate != Fate::Lost && one.passage != Passage::Exit {
                    self.people[one.person].home.push(one.at);
                }
                if fate != Fate::Lost && self.people[one.person].learns(one.at, one.passage) {
                    match self.people[one.person].overdue(at) {
                        Some(silence) => self.moves(one.person, silence, at),
                        None => self.ends(one.person, Over::Withdrawn(at)),
                    }
                }
                if matches!(fate, Fate::Taken | Fate::Unanswered) {
                    self.heard[one.door].push(at);
                }
            }
            What::Away {
                person,
                from,
                until,
            } => self.people[person].away.push((from, until)),
            What::Well { person } => {
                if self.people[person].learns(at, Passage::Opened) {
                    self.ends(person, Over::Withdrawn(at));
                }
            }
            What::Closes { person } => {
                let open = self.people[person].open;
                if open.is_some_and(|open| open.latest < at) {
                    self.people[person].learns(at, Passage::Opened);
                    self.ends(person, Over::Closed(at));
                }
            }
            What::Sweeps { .. } => {
                for person in 0..self.people.len() {
                    self.look(person, at);
                }
            }
            What::Restarts => {}
        }
    }

    /// What came in late ends nothing where the silence after it is too long by now. Of what had to wait for a door
    /// that was dead nobody knows whether it was opened by then, and so not when it is.
    fn moves(&mut self, person: usize, (silence, due): (Silence, Second), at: Second) {
        if let Some(open) = &mut self.people[person].open {
            (open.told.silence, open.told.due) = (silence, due);
            if open.told.opened < open.latest && at <= open.latest {
                open.latest = Second::MAX;
            }
        }
    }

    fn ends(&mut self, person: usize, over: Over) {
        if let Some(mut expected) = self.people[person].open.take() {
            expected.told.over = Some(over);
            self.done.push(expected);
        }
    }

    fn look(&mut self, who: usize, at: Second) {
        let person = &self.people[who];
        let (Some((seen, passage)), None) = (person.last, &person.open) else {
            return;
        };
        let Some((silence, due)) = person.overdue(at) else {
            return;
        };
        let (_, window) = window(passage);
        let unseen = self.unseen(who, seen, at);
        if at - seen - unseen < window {
            return;
        }
        let latest = match unseen {
            0 => at,
            _ => self.pass_after(at + limits::BLIND_MINUTES * MINUTE),
        };
        let told = Told {
            person: who,
            silence,
            due,
            opened: at,
            over: None,
        };
        self.people[who].open = Some(Expected { told, latest });
    }

    /// The first pass of the sweeper at that moment or later.
    fn pass_after(&self, at: Second) -> Second {
        let passes = |what| matches!(what, What::Sweeps { .. });
        let mut later = self.world.happenings.iter();
        let found = later.find(|one| one.at >= at && passes(one.what));
        found.map_or(Second::MAX, |one| one.at)
    }

    /// How long, between two moments, all of their doors were dead: silent for longer than two heartbeats.
    fn unseen(&self, who: usize, from: Second, to: Second) -> Second {
        let beat = i64::from(self.world.shape.beat_minutes) * MINUTE;
        let mut gaps = Vec::new();
        for door in &self.world.people[who].doors {
            let mut own = Vec::new();
            let mut next = to;
            for heard in self.heard[*door].iter().rev() {
                if next - heard > 2 * beat {
                    own.push((*heard, next));
                }
                next = *heard;
                if next <= from {
                    break;
                }
            }
            gaps.push(own);
        }
        // Of each stretch between two of all their bounds: does it lie in a gap of each door?
        let mut bounds = vec![from, to];
        bounds.extend(gaps.iter().flatten().flat_map(|(a, b)| [*a, *b]));
        bounds.retain(|bound| (from..=to).contains(bound));
        bounds.sort_unstable();
        let stretches = bounds.windows(2).filter(|pair| {
            let (a, b) = (pair[0], pair[1]);
            let lies = |own: &Vec<(Second, Second)>| {
                own.iter().any(|(begin, end)| *begin <= a && b <= *end)
            };
            !gaps.is_empty() && gaps.iter().all(lies)
        });
        stretches.map(|pair| pair[1] - pair[0]).sum()
    }
}
