//! One title played at random against a model that knows less: a list of who has which copy, and a
//! line of people in the order they came.

use std::collections::BTreeMap;

use domain::library::{CopyState, Handed, Mark, Shelf, Waiting, When};
use domain::{HoldId, LoanId, PersonId, Refusal, TitleId};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::Rng;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

const COPIES: u64 = 5;
const READERS: u64 = 12;

/// Where a copy is, as the model has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Shelf,
    With(u64),
    KeptFor(u64),
    Away(CopyState),
}

/// `line`: who waits, and when they came.
#[derive(Default)]
struct Model {
    places: BTreeMap<String, Place>,
    line: Vec<(u64, u64)>,
    came: BTreeMap<u64, u64>,
}

impl Model {
    /// A copy comes free: for the first in line, or for the shelf.
    fn free(&mut self, copy: &str) -> Option<u64> {
        self.line.sort_unstable();
        let next = (!self.line.is_empty()).then(|| self.line.remove(0).1);
        let place = next.map_or(Place::Shelf, Place::KeptFor);
        self.places.insert(copy.to_owned(), place);
        next
    }

    fn waits(&self, reader: u64) -> bool {
        self.line.iter().any(|(_, who)| *who == reader)
    }

    fn has(&self, place: Place) -> bool {
        self.places.values().any(|other| *other == place)
    }
}

struct Game {
    shelf: Shelf,
    model: Model,
    loans: BTreeMap<LoanId, u64>,
    holds: BTreeMap<u64, HoldId>,
    now: i64,
    done: u64,
    refused: u64,
}

impl Game {
    fn new() -> Self {
        Self {
            shelf: Shelf::empty(TitleId::new(1, 1)),
            model: Model::default(),
            loans: BTreeMap::new(),
            holds: BTreeMap::new(),
            now: 0,
            done: 0,
            refused: 0,
        }
    }

    fn when(&self) -> When {
        When {
            at: Timestamp::UNIX_EPOCH + SignedDuration::from_secs(self.now),
            kept_until: date(2026, 12, 1),
        }
    }

    fn moment(&self) -> u64 {
        u64::try_from(self.now).expect("forward")
    }

    fn person(n: u64) -> PersonId {
        PersonId::new(1, u128::from(n))
    }

    fn for_whom(next: Option<&Handed>) -> Option<u64> {
        let bits = next?.kept.reader.bits() & u128::from(u64::MAX);
        u64::try_from(bits).ok()
    }

    fn lend(&mut self, copy: &str, reader: u64, over: bool) {
        let loan = LoanId::new(self.moment(), u128::from(reader));
        let due = (loan, date(2026, 12, 24));
        let got = self
            .shelf
            .clone()
            .lend(copy, Self::person(reader), due, over, self.when());
        let place = self.model.places.get(copy).copied();
        let kept = |(other, place): (&String, &Place)| {
            (other != copy && *place == Place::KeptFor(reader)).then(|| other.clone())
        };
        let elsewhere = self.model.places.iter().find_map(kept);
        let want = match place {
            None => Err(Refusal::Missing),
            Some(Place::With(_)) => Err(Refusal::OnLoan),
            Some(Place::Away(state)) => Err(Refusal::CopyIs { state }),
            Some(Place::KeptFor(who)) if who != reader && (!over || elsewhere.is_some()) => {
                Err(Refusal::KeptForOther)
            }
            Some(Place::KeptFor(_) | Place::Shelf) => Ok(()),
        };
        assert_eq!(
            got.as_ref().map(|_| ()).map_err(Clone::clone),
            want,
            "lend {copy} to {reader}"
        );
        let Ok(lent) = got else {
            self.refused += 1;
            return;
        };
        self.shelf = lent.shelf;
        let fulfilled = lent.fulfilled;
        let own = place == Some(Place::KeptFor(reader))
            || elsewhere.is_some()
            || self.model.waits(reader);
        assert_eq!(fulfilled, own.then(|| self.holds[&reader]));
        if own {
            self.holds.remove(&reader);
        }
        self.model.line.retain(|(_, who)| *who != reader);
        self.model
            .places
            .insert(copy.to_owned(), Place::With(reader));
        if let Some(Place::KeptFor(who)) = place
            && who != reader
        {
            self.put_off(who, lent.waits_again, lent.next.as_ref());
        } else if let Some(other) = elsewhere {
            assert_eq!(Self::for_whom(lent.next.as_ref()), self.model.free(&other));
        }
        self.loans.insert(loan, reader);
        self.done += 1;
    }

    /// The copy that was kept for them is gone: they get a free one, or their place in the line.
    fn put_off(&mut self, who: u64, waits_again: Option<HoldId>, next: Option<&Handed>) {
        let free = self
            .model
            .places
            .iter()
            .find(|(_, place)| **place == Place::Shelf)
            .map(|(copy, _)| copy.clone());
        if free.is_some() {
            assert_eq!((Self::for_whom(next), waits_again), (Some(who), None));
            let copy = next.expect("just seen").barcode.clone();
            assert_eq!(
                self.model.places.insert(copy, Place::KeptFor(who)),
                Some(Place::Shelf)
            );
        } else {
            self.model.line.push((self.model.came[&who], who));
            assert_eq!((next, waits_again), (None, self.holds.get(&who).copied()));
        }
    }

    fn give_back(&mut self, copy: &str) {
        let got = self.shelf.clone().give_back(copy, self.when());
        let place = self.model.places.get(copy).copied();
        let want = match place {
            None => Err(Refusal::Missing),
            Some(Place::With(_) | Place::Away(CopyState::Missing | CopyState::Lost)) => Ok(()),
            Some(_) => Err(Refusal::NotOnLoan),
        };
        assert_eq!(
            got.as_ref().map(|_| ()).map_err(Clone::clone),
            want,
            "back {copy}"
        );
        let Ok((shelf, loan, next)) = got else {
            self.refused += 1;
            return;
        };
        self.shelf = shelf;
        let had = loan.and_then(|loan| self.loans.remove(&loan));
        let want = match place {
            Some(Place::With(reader)) => Some(reader),
            _ => None,
        };
        assert_eq!(had, want, "the loan that ends is of whoever had it");
        assert_eq!(Self::for_whom(next.as_ref()), self.model.free(copy));
        self.done += 1;
    }

    fn reserve(&mut self, reader: u64) {
        let waiting = Waiting {
            hold: HoldId::new(self.moment(), u128::from(reader)),
            reader: Self::person(reader),
            since: self.when().at,
        };
        let own: Vec<LoanId> = self
            .loans
            .iter()
            .filter(|(_, who)| **who == reader)
            .map(|(loan, _)| *loan)
            .collect();
        let shelf = self.shelf.clone();
        let asked = shelf.refuse_reserving(waiting.reader, &own);
        let got = asked.and_then(|()| shelf.reserve(waiting));
        let gone =
            |place: &Place| matches!(place, Place::Away(CopyState::Lost | CopyState::Withdrawn));
        let want = if self.model.places.values().all(gone) {
            Err(Refusal::NothingToReserve)
        } else if self.model.waits(reader) || self.model.has(Place::KeptFor(reader)) {
            Err(Refusal::AlreadyReserved)
        } else if self.model.has(Place::With(reader)) {
            Err(Refusal::HasIt)
        } else if self.model.has(Place::Shelf) {
            Err(Refusal::CopiesFree)
        } else {
            Ok(())
        };
        assert_eq!(
            got.as_ref().map(|_| ()).map_err(Clone::clone),
            want,
            "reserve for {reader}"
        );
        let Ok(shelf) = got else {
            self.refused += 1;
            return;
        };
        self.shelf = shelf;
        let came = self.moment();
        self.model.line.push((came, reader));
        self.model.came.insert(reader, came);
        self.holds.insert(reader, waiting.hold);
        self.done += 1;
    }

    fn let_go(&mut self, reader: u64) {
        let Some(hold) = self.holds.get(&reader).copied() else {
            return;
        };
        let (shelf, next) = self
            .shelf
            .clone()
            .let_go(hold, self.when())
            .expect("every open reservation is on the shelf");
        self.shelf = shelf;
        self.holds.remove(&reader);
        let kept = self
            .model
            .places
            .iter()
            .find(|(_, place)| **place == Place::KeptFor(reader))
            .map(|(copy, _)| copy.clone());
        let want = match kept {
            Some(copy) => self.model.free(&copy),
            None => {
                self.model.line.retain(|(_, who)| *who != reader);
                None
            }
        };
        assert_eq!(Self::for_whom(next.as_ref()), want);
        self.done += 1;
    }

    fn mark(&mut self, copy: &str, mark: Mark) {
        let got = self.shelf.clone().mark(copy, mark, self.when());
        let Ok(marked) = got else {
            self.refused += 1;
            return;
        };
        self.shelf = marked.shelf;
        let place = self.model.places[copy];
        if let Place::With(who) = place {
            let lost = marked.lost_on.and_then(|loan| self.loans.remove(&loan));
            assert_eq!(lost, Some(who));
        }
        let away = |state| Place::Away(state);
        let now = match mark {
            Mark::Lost => Some(away(CopyState::Lost)),
            Mark::Missing => Some(away(CopyState::Missing)),
            Mark::Repair => Some(away(CopyState::InRepair)),
            Mark::Withdraw => Some(away(CopyState::Withdrawn)),
            Mark::Found | Mark::Repaired | Mark::Restore => None,
        };
        match now {
            Some(away) => {
                self.model.places.insert(copy.to_owned(), away);
                if let Place::KeptFor(who) = place {
                    self.put_off(who, marked.waits_again, marked.next.as_ref());
                }
            }
            None => assert_eq!(Self::for_whom(marked.next.as_ref()), self.model.free(copy)),
        }
        self.done += 1;
    }

    fn take_in(&mut self, copy: &str) {
        if self.model.places.contains_key(copy) {
            return;
        }
        let (shelf, next) = self
            .shelf
            .clone()
            .take_in(copy.to_owned(), self.when())
            .expect("room");
        self.shelf = shelf;
        assert_eq!(Self::for_whom(next.as_ref()), self.model.free(copy));
        self.done += 1;
    }

    /// What always holds, and that shelf and model say the same.
    fn agree(&mut self) {
        let (mut out, mut kept) = (0, 0);
        for copy in &self.shelf.copies {
            let want = match self.model.places[&copy.barcode] {
                Place::Shelf => CopyState::Available,
                Place::With(_) => CopyState::OnLoan,
                Place::KeptFor(_) => CopyState::OnHold,
                Place::Away(state) => state,
            };
            assert_eq!(copy.state, want, "{}", copy.barcode);
            assert_eq!(copy.loan.is_some(), want == CopyState::OnLoan);
            assert_eq!(copy.due.is_some(), want == CopyState::OnLoan);
            assert_eq!(copy.kept.is_some(), want == CopyState::OnHold);
            out += usize::from(want == CopyState::OnLoan);
            kept += usize::from(want == CopyState::OnHold);
        }
        assert_eq!(
            out,
            self.loans.len(),
            "one open loan for each copy that is out"
        );
        assert_eq!(kept + self.shelf.queue.len(), self.holds.len());
        self.model.line.sort_unstable();
        let line: Vec<PersonId> = self
            .model
            .line
            .iter()
            .map(|(_, who)| Self::person(*who))
            .collect();
        let queue: Vec<PersonId> = self.shelf.queue.iter().map(|one| one.reader).collect();
        assert_eq!(queue, line, "in the order they came");
        let free = self.shelf.count(CopyState::Available);
        assert!(
            free == 0 || queue.is_empty(),
            "nobody waits beside a free copy"
        );
    }
}

fn play(seed: u8, steps: u32) -> (u64, u64) {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut game = Game::new();
    for _ in 0..steps {
        let mut pick = |below: u64| runner.rng().next_u64() % below;
        game.now += i64::try_from(1 + pick(3)).expect("small");
        let copy = format!("c{}", pick(COPIES));
        let reader = pick(READERS);
        match pick(20) {
            0..7 => game.lend(&copy, reader, pick(8) == 0),
            7..12 => game.give_back(&copy),
            12..15 => game.reserve(reader),
            15 => game.let_go(reader),
            16 => game.take_in(&copy),
            _ => {
                let marks = u64::try_from(Mark::ALL.len()).expect("few");
                let mark = usize::try_from(pick(marks)).expect("few");
                game.mark(&copy, Mark::ALL[mark]);
            }
        }
        game.agree();
    }
    (game.done, game.refused)
}

#[test]
fn a_million_steps_go_as_the_model_has_them() {
    let (done, refused) = (0..20)
        .map(|seed| play(seed, 50_000))
        .fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    assert!(
        done > 150_000 && refused > 150_000,
        "{done} done, {refused} refused"
    );
}
