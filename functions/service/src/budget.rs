//! How much one person may ask of this process. It is counted in memory, so that no call waits for
//! the store: of several processes, each counts for itself. What has to hold across all of them is
//! counted in the store ([`crate::identity::rates`]).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domain::access::Act;
use domain::{PersonId, Refusal, limits};
use jiff::Timestamp;
use wire::identity::{FindResidents, GetDataOf, GetMyData};
use wire::library::desk::FindReaders;
use wire::market::ListSlots;
use wire::{Endpoint, Method};

const MINUTE_SECONDS: i64 = 60;
const HOUR_SECONDS: i64 = 60 * MINUTE_SECONDS;
const DAY_SECONDS: i64 = 24 * HOUR_SECONDS;

/// What is counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purse {
    Writes,
    Searches,
    Copies,
}

impl Purse {
    /// What a call is paid from. Those around signing in have limits of their own, and whoever wants
    /// to sign out may.
    fn of<E: Endpoint>() -> Option<Self> {
        match E::NAME {
            ListSlots::NAME | FindResidents::NAME | FindReaders::NAME => Some(Self::Searches),
            GetMyData::NAME | GetDataOf::NAME => Some(Self::Copies),
            _ if E::ACT == Act::SignIn || E::METHOD == Method::Get => None,
            _ => Some(Self::Writes),
        }
    }
}

/// What everybody has left of each purse.
pub struct Budgets {
    writes: Mutex<Vec<Window>>,
    searches: Mutex<Vec<Window>>,
    copies: Mutex<Vec<Window>>,
}

impl Default for Budgets {
    fn default() -> Self {
        let windows = |rows: &[(i64, u32)]| {
            let window = |(seconds, max): &(i64, u32)| Window::new(*seconds, *max);
            Mutex::new(rows.iter().map(window).collect())
        };
        Self {
            writes: windows(&[
                (MINUTE_SECONDS, limits::WRITES_PER_MINUTE_PERSON),
                (DAY_SECONDS, limits::WRITES_PER_DAY_PERSON),
            ]),
            searches: windows(&[
                (MINUTE_SECONDS, limits::SEARCHES_PER_MINUTE_PERSON),
                (DAY_SECONDS, limits::SEARCHES_PER_DAY_PERSON),
            ]),
            copies: windows(&[(HOUR_SECONDS, limits::COPIES_PER_HOUR_PERSON)]),
        }
    }
}

impl Budgets {
    /// Takes one call of this endpoint from what the person has left. Refuses: `TooManyCalls`.
    pub fn spend<E: Endpoint>(&self, who: PersonId, at: Timestamp) -> Result<(), Refusal> {
        match Purse::of::<E>() {
            Some(purse) => self.take(purse, who, at),
            None => Ok(()),
        }
    }

    fn take(&self, purse: Purse, who: PersonId, at: Timestamp) -> Result<(), Refusal> {
        let windows = match purse {
            Purse::Writes => &self.writes,
            Purse::Searches => &self.searches,
            Purse::Copies => &self.copies,
        };
        let mut windows = windows.lock().unwrap_or_else(PoisonError::into_inner);
        for window in windows.iter_mut() {
            window.turn(at);
            window.refuse_spent(who, at)?;
        }
        for window in windows.iter_mut() {
            *window.calls.entry(who).or_default() += 1;
        }
        Ok(())
    }
}

/// The calls of everybody within the present stretch of time. Those before it are forgotten.
struct Window {
    seconds: i64,
    max: u32,
    start: i64,
    calls: HashMap<PersonId, u32>,
}

impl Window {
    fn new(seconds: i64, max: u32) -> Self {
        Self {
            seconds,
            max,
            start: 0,
            calls: HashMap::new(),
        }
    }

    fn turn(&mut self, at: Timestamp) {
        let start = at.as_second().div_euclid(self.seconds) * self.seconds;
        if start != self.start {
            self.start = start;
            self.calls.clear();
        }
    }

    fn refuse_spent(&self, who: PersonId, at: Timestamp) -> Result<(), Refusal> {
        let spent = self.calls.get(&who).copied().unwrap_or(0);
        if spent < self.max {
            return Ok(());
        }
        let retry_after_s = self.start + self.seconds - at.as_second();
        Err(Refusal::TooManyCalls { retry_after_s })
    }
}

#[cfg(test)]
mod tests {
    use wire::identity::{GetMe, SignOut, UpdateMe};
    use wire::market::CreateBooking;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_789_948_800 + seconds).expect("the beginning of a day")
    }

    #[test]
    fn each_call_is_paid_from_the_purse_it_belongs_to() {
        assert_eq!(Purse::of::<CreateBooking>(), Some(Purse::Writes));
        assert_eq!(Purse::of::<UpdateMe>(), Some(Purse::Writes));
        assert_eq!(Purse::of::<ListSlots>(), Some(Purse::Searches));
        assert_eq!(Purse::of::<GetMyData>(), Some(Purse::Copies));
        assert_eq!(Purse::of::<GetMe>(), None);
        assert_eq!(Purse::of::<SignOut>(), None);
    }

    #[test]
    fn a_minutes_budget_is_each_persons_own_and_comes_back() {
        let budgets = Budgets::default();
        let (one, other) = (PersonId::new(1, 1), PersonId::new(1, 2));
        let take = |who, seconds| budgets.take(Purse::Writes, who, at(seconds));
        for _ in 0..limits::WRITES_PER_MINUTE_PERSON {
            assert_eq!(take(one, 10), Ok(()));
        }
        let refused = Err(Refusal::TooManyCalls { retry_after_s: 20 });
        assert_eq!(take(one, 40), refused);
        assert_eq!(take(other, 40), Ok(()));
        assert_eq!(budgets.take(Purse::Searches, one, at(40)), Ok(()));
        assert_eq!(take(one, 60), Ok(()));
    }

    #[test]
    fn a_days_budget_outlasts_the_minutes() {
        let budgets = Budgets::default();
        let who = PersonId::new(1, 1);
        let take = |seconds| budgets.take(Purse::Writes, who, at(seconds));
        let minutes = limits::WRITES_PER_DAY_PERSON.div_ceil(limits::WRITES_PER_MINUTE_PERSON);
        let day = (0..i64::from(minutes)).flat_map(|minute| {
            let calls = 0..limits::WRITES_PER_MINUTE_PERSON;
            calls.map(move |_| minute * MINUTE_SECONDS)
        });
        let taken = day.take_while(|seconds| take(*seconds).is_ok()).count();
        assert_eq!(taken, limits::WRITES_PER_DAY_PERSON as usize);
        let refused = Refusal::TooManyCalls {
            retry_after_s: HOUR_SECONDS,
        };
        assert_eq!(take(23 * HOUR_SECONDS), Err(refused));
        assert_eq!(take(DAY_SECONDS), Ok(()));
    }
}
