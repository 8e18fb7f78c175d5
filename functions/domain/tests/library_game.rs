//! One title played at random against a model that knows less: a list of who has which copy, a line of
//! people in the order they came, and of each copy's last loan the day it is due and how often it was renewed.

use std::collections::BTreeMap;

use domain::library::{
    CopyState, Handed, ItemKind, Loan, LoanRule, LoanState, Mark, ReaderKind, Rules, Shelf,
    Waiting, When, decide,
};
use domain::{CommunityId, HoldId, LoanId, PersonId, Refusal, TitleId};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp, ToSpan};
use proptest::prelude::Rng;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

const COPIES: u64 = 5;
const READERS: u64 = 12;
const LOAN_DAYS: i64 = 4;
const RENEWALS: u32 = 2;
const DAY_SECONDS: i64 = 24 * 60 * 60;
/// Steps in which people reserve, and then as many in which they do not.
const SEASON_STEPS: u32 = 500;

/// Where a copy is, as the model has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Shelf,
    With(u64),
    KeptFor(u64),
    Away(CopyState),
}

/// The last loan of a copy, in days since the game began. `over`: how it ended.
#[derive(Clone, Copy, Debug)]
struct Term {
    due: i64,
    renewals: u32,
    over: Option<LoanState>,
}

/// `line`: who waits, and when they came.
#[derive(Default)]
struct Model {
    terms: BTreeMap<String, Term>,
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

    fn renew(&self, term: Term, today: i64) -> Result<Term, Refusal> {
        let due = calendar(term.due);
        let waiting = u32::try_from(self.line.len()).expect("few");
        match term.over {
            Some(state) => Err(Refusal::LoanIs { state }),
            None if waiting > 0 => Err(Refusal::OthersWait { count: waiting }),
            None if today > term.due => Err(Refusal::LoanLate { due }),
            None if term.renewals == RENEWALS => Err(Refusal::NoMoreRenewals { max: RENEWALS }),
            None if today + LOAN_DAYS == term.due => Err(Refusal::RenewsNothing { due }),
            None => Ok(Term {
                due: today + LOAN_DAYS,
                renewals: term.renewals + 1,
                ..term
            }),
        }
    }
}

fn calendar(day: i64) -> Date {
    date(2026, 1, 1).saturating_add(day.days())
}

fn rules() -> Rules {
    let all = LoanRule {
        reader: None,
        item: None,
        days: u32::try_from(LOAN_DAYS).expect("few"),
        loans: 5,
        renewals: RENEWALS,
    };
    Rules {
        rules: vec![all],
        ..Rules::default()
    }
}

struct Game {
    shelf: Shelf,
    rules: Rules,
    model: Model,
    /// The last loan of each copy.
    slips: BTreeMap<String, Loan>,
    loans: BTreeMap<LoanId, u64>,
    holds: BTreeMap<u64, HoldId>,
    now: i64,
    done: u64,
    refused: u64,
    /// What came of renewing, and how often.
    renewing: BTreeMap<String, u64>,
}

impl Game {
    fn new() -> Self {
        Self {
            shelf: Shelf::empty(TitleId::new(1, 1)),
            rules: rules(),
            model: Model::default(),
            slips: BTreeMap::new(),
            loans: BTreeMap::new(),
            holds: BTreeMap::new(),
            now: 0,
            done: 0,
            refused: 0,
            renewing: BTreeMap::new(),
        }
    }

    fn when(&self) -> When {
        When {
            at: Timestamp::UNIX_EPOCH + SignedDuration::from_secs(self.now),
            kept_until: date(2026, 12, 1),
        }
    }

    fn today(&self) -> i64 {
        self.now / DAY_SECONDS
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
        let due = self.today() + LOAN_DAYS;
        let named = (loan, calendar(due));
        let got = self
            .shelf
            .clone()
            .lend(copy, Self::person(reader), named, over, self.when());
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
        let slip = self.slip(loan, copy, reader);
        self.slips.insert(copy.to_owned(), slip);
        let term = Term {
            due,
            renewals: 0,
            over: None,
        };
        self.model.terms.insert(copy.to_owned(), term);
        self.done += 1;
    }

    fn slip(&self, id: LoanId, copy: &str, reader: u64) -> Loan {
        Loan {
            id,
            community: CommunityId::new(1, 1),
            barcode: copy.to_owned(),
            title: self.shelf.title,
            item: ItemKind::Book,
            reader: Some(Self::person(reader)),
            by: Some(Self::person(reader)),
            state: LoanState::Open,
            lent_at: self.when().at,
            due: calendar(self.today() + LOAN_DAYS),
            renewals: 0,
            ended_at: None,
            overridden: None,
            reminded_on: None,
            rules_ver: 0,
            ver: 1,
        }
    }

    fn ended(&mut self, copy: &str, state: LoanState) {
        let at = self.when().at;
        let slip = self.slips.get_mut(copy).expect("it was lent");
        *slip = slip.clone().end(state, at);
        let term = self.model.terms.get_mut(copy).expect("it was lent");
        term.over = Some(state);
    }

    /// Keeps the copy longer; its last loan, whether or not that is over.
    fn renew(&mut self, copy: &str) {
        let Some(slip) = self.slips.get(copy) else {
            return;
        };
        let today = calendar(self.today());
        let adult = ReaderKind::Adult;
        let got = decide::renew(slip, &self.shelf, adult, &self.rules, today);
        let want = self.model.renew(self.model.terms[copy], self.today());
        let got_term = got.as_ref().map(|loan| (loan.due, loan.renewals));
        let want_term = want
            .as_ref()
            .map(|term| (calendar(term.due), term.renewals));
        assert_eq!(got_term, want_term, "renew {copy}");
        let heard = match &want {
            Ok(_) => "renewed".to_owned(),
            Err(refusal) => format!("{refusal:?}"),
        };
        let word = heard.split(' ').next().unwrap_or_default().to_owned();
        *self.renewing.entry(word).or_default() += 1;
        let (Ok(loan), Ok(term)) = (got, want) else {
            let over = self.model.terms[copy].over.is_some();
            let (id, due) = (self.slips[copy].id, self.slips[copy].due);
            let asked = self.shelf.clone().renew(copy, id, due);
            assert!(!over || asked == Err(Refusal::NotOnLoan), "{copy}");
            self.refused += 1;
            return;
        };
        let shelf = self.shelf.clone().renew(copy, loan.id, loan.due);
        self.shelf = shelf.expect("it is out, and nobody waits");
        self.slips.insert(copy.to_owned(), loan);
        self.model.terms.insert(copy.to_owned(), term);
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
        if want.is_some() {
            self.ended(copy, LoanState::Returned);
        }
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
            self.ended(copy, LoanState::Lost);
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
            let term = self.model.terms.get(&copy.barcode);
            let due = term.filter(|_| want == CopyState::OnLoan);
            assert_eq!(copy.due, due.map(|term| calendar(term.due)));
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

fn play(seed: u8, steps: u32) -> Game {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut game = Game::new();
    for step in 0..steps {
        let mut pick = |below: u64| runner.rng().next_u64() % below;
        game.now += i64::try_from(1 + pick(3)).expect("small");
        if pick(8) == 0 {
            game.now += DAY_SECONDS;
        }
        let busy = step % (2 * SEASON_STEPS) < SEASON_STEPS;
        let copy = format!("c{}", pick(COPIES));
        let reader = pick(READERS);
        match pick(25) {
            0..7 => game.lend(&copy, reader, pick(8) == 0),
            7..12 => game.give_back(&copy),
            12..15 if busy => game.reserve(reader),
            12..16 => game.let_go(reader),
            16 => game.take_in(&copy),
            17..22 => game.renew(&copy),
            _ => {
                let marks = u64::try_from(Mark::ALL.len()).expect("few");
                let mark = usize::try_from(pick(marks)).expect("few");
                game.mark(&copy, Mark::ALL[mark]);
            }
        }
        game.agree();
    }
    game
}

#[test]
fn a_million_steps_go_as_the_model_has_them() {
    let (mut done, mut refused) = (0, 0);
    let mut renewing: BTreeMap<String, u64> = BTreeMap::new();
    for seed in 0..20 {
        let game = play(seed, 50_000);
        done += game.done;
        refused += game.refused;
        for (heard, count) in game.renewing {
            *renewing.entry(heard).or_default() += count;
        }
    }
    assert!(
        done > 150_000 && refused > 150_000,
        "{done} done, {refused} refused"
    );
    let all = [
        "LoanIs",
        "LoanLate",
        "NoMoreRenewals",
        "OthersWait",
        "RenewsNothing",
        "renewed",
    ];
    let heard: Vec<&str> = renewing.keys().map(String::as_str).collect();
    assert_eq!(heard, all);
    assert!(renewing.values().all(|count| *count > 500), "{renewing:?}");
}
