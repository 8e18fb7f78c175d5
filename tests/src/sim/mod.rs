//! Doors, people and the way between them, played from a seed, and the alerts held against an oracle. Read
//! [`world`] (what happens), [`oracle`] (which alerts there have to be), then [`paper`] (the rules over a
//! table of their own); `tests/all/watch/sim.rs` plays the same worlds with a whole Linli.

pub mod oracle;
pub mod paper;
pub mod world;

use std::collections::{BTreeMap, BTreeSet};

use self::oracle::{Expected, Over, Told};
use self::world::{Second, Shape, What, World, window};

/// What a world came to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sum {
    pub passed: usize,
    /// Of what happened: all but the sweeper's passes.
    pub came: usize,
    pub passes: usize,
    pub alerts: usize,
    /// Of these: those that would not have been, had everything come in at once.
    pub late: usize,
    /// Of these: those behind a door that was dead meanwhile.
    pub unseen: usize,
}

impl Sum {
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            came: self.came + other.came,
            passes: self.passes + other.passes,
            alerts: self.alerts + other.alerts,
            late: self.late + other.late,
            unseen: self.unseen + other.unseen,
        }
    }
}

/// The seed of `SEED`, or as many as are named, from the first.
///
/// # Panics
/// Where `SEED` is no number.
#[must_use]
pub fn seeds(count: u64) -> Vec<u64> {
    match std::env::var("SEED") {
        Ok(seed) => vec![seed.parse().expect("SEED is a number")],
        Err(_) => (1..=count).collect(),
    }
}

/// When whoever looks after people found an alert.
#[must_use]
pub fn closes(expected: &[Expected]) -> BTreeSet<(usize, Second)> {
    let closed = |one: &Expected| match one.told.over {
        Some(Over::Closed(at)) => Some((one.told.person, at)),
        Some(Over::Withdrawn(_)) | None => None,
    };
    expected.iter().filter_map(closed).collect()
}

/// Plays a world on paper. The error has the seed.
pub fn check(seed: u64, shape: Shape) -> Result<Sum, String> {
    let world = World::of(seed, shape);
    let expected = oracle::alerts(&world);
    let named = |wrong: String| format!("seed {seed}: {wrong}");
    let found = paper::play(&world, closes(&expected)).map_err(named)?;
    let wrong = differences(&world, &expected, &found);
    match wrong.is_empty() {
        true => Ok(sum(&world, &expected)),
        false => Err(named(wrong.join("\n"))),
    }
}

/// A silence is one person's, and named by when it was too long.
type Name = (usize, Second);

/// In which the alerts are other than those that have to be.
#[must_use]
pub fn differences(world: &World, expected: &[Expected], found: &[Told]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut by_name: BTreeMap<Name, Told> = BTreeMap::new();
    for one in found {
        if by_name.insert((one.person, one.due), *one).is_some() {
            wrong.push(format!("twice: {one:?}"));
        }
        // One that goes on about a later silence was opened for the one before.
        let goes_on = expected.iter().any(|of| {
            let told = of.told;
            let named = (told.person, told.due) == (one.person, one.due);
            named && (told.opened..=of.latest).contains(&one.opened)
        });
        if one.opened < one.due && !goes_on {
            wrong.push(format!("early: {one:?}"));
        }
    }
    for one in expected {
        let told = one.told;
        let Some(found) = by_name.remove(&(told.person, told.due)) else {
            let over = match told.over {
                Some(Over::Withdrawn(at) | Over::Closed(at)) => at,
                None => Second::MAX,
            };
            let is_exact = one.latest == told.opened;
            if is_exact || over > one.latest {
                wrong.push(format!("missed: {one:?}"));
            }
            continue;
        };
        let in_time = (told.opened..=one.latest).contains(&found.opened);
        if !in_time || (found.silence, found.over) != (told.silence, told.over) {
            wrong.push(format!("other: {found:?} for {one:?}"));
        }
    }
    for one in by_name.values() {
        wrong.push(format!("nobody asked for: {one:?}"));
    }
    wrong.extend(unjust(world, found));
    wrong
}

/// Alerts against what was known nowhere yet: somebody passed a door in between, and it came in later. These
/// have to be withdrawn the moment it does.
fn unjust(world: &World, found: &[Told]) -> Vec<String> {
    let mut wrong = Vec::new();
    for one in found.iter().filter(|one| is_late(world, one)) {
        let came = first_proof(world, one);
        match one.over {
            Some(Over::Withdrawn(at)) if came.is_some_and(|came| at <= came) => {}
            Some(Over::Closed(at)) if came.is_none_or(|came| at <= came) => {}
            None if came.is_none() => {}
            Some(_) | None => wrong.push(format!("late, and not withdrawn: {one:?}, {came:?}")),
        }
    }
    wrong
}

/// The last sign that was known when it was opened.
fn sign(told: &Told) -> Second {
    let passage = match told.silence {
        domain::watch::Silence::NoReturn => domain::watch::Passage::Exit,
        domain::watch::Silence::NoExit => domain::watch::Passage::Entry,
    };
    told.due - window(passage).1
}

/// They had passed a door meanwhile, and it was not known.
fn is_late(world: &World, told: &Told) -> bool {
    let mut theirs = world.passed.iter();
    theirs.any(|one| {
        one.person == told.person
            && one.comes.is_some()
            && sign(told) < one.at
            && one.at <= told.opened
    })
}

/// When something newer than the last sign came in after it was opened, or they said that they are well.
fn first_proof(world: &World, told: &Told) -> Option<Second> {
    let later = world.happenings.iter().filter(|one| one.at >= told.opened);
    let mut proofs = later.filter(|one| match one.what {
        What::Says { passed, fate } => {
            let passed = world.passed[passed];
            fate != world::Fate::Lost && passed.person == told.person && passed.at > sign(told)
        }
        What::Well { person } => person == told.person,
        What::Beats { .. }
        | What::Button { .. }
        | What::Away { .. }
        | What::Closes { .. }
        | What::Sweeps { .. }
        | What::Restarts => false,
    });
    proofs.next().map(|one| one.at)
}

#[must_use]
pub fn sum(world: &World, expected: &[Expected]) -> Sum {
    let passes = |one: &&world::Happening| matches!(one.what, What::Sweeps { .. });
    let passes = world.happenings.iter().filter(passes).count();
    let late = expected.iter().filter(|one| is_late(world, &one.told));
    let unseen = expected.iter().filter(|one| one.latest != one.told.opened);
    Sum {
        passed: world.passed.len(),
        came: world.happenings.len() - passes,
        passes,
        alerts: expected.len(),
        late: late.count(),
        unseen: unseen.count(),
    }
}
