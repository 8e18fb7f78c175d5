//! All copies of one title, and who waits for one: what is decided of them is decided here.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::rules::Rules;
use crate::access::named;
use crate::{HoldId, LoanId, PersonId, Refusal, TitleId, limits};

mod mark;

pub use mark::{Mark, Marked};

named! {
    CopyState {
        Available = "available",
        OnLoan = "on_loan",
        /// On the pick-up shelf, for whoever waited longest.
        OnHold = "on_hold",
        InRepair = "in_repair",
        /// Was not there when the shelves were counted.
        Missing = "missing",
        Lost = "lost",
        Withdrawn = "withdrawn",
    }
}

/// Whom a copy on the pick-up shelf is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub hold: HoldId,
    pub reader: PersonId,
    pub since: Timestamp,
    /// The last local day.
    pub until: Date,
}

impl Kept {
    /// What was to be fetched by a day on which the library was closed since may still be fetched on the
    /// next open one.
    #[must_use]
    pub fn is_over(&self, rules: &Rules, today: Date) -> bool {
        today > rules.open_from(self.until)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copy {
    pub barcode: String,
    pub state: CopyState,
    /// While it is on loan.
    pub loan: Option<LoanId>,
    pub due: Option<Date>,
    /// While it is on hold.
    pub kept: Option<Kept>,
    pub changed_at: Timestamp,
}

/// One reader's place in the queue. `since`: when they reserved it, which they keep if the copy that
/// was kept for them is taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    pub hold: HoldId,
    pub reader: PersonId,
    pub since: Timestamp,
}

/// All copies of one title and who waits for one, written anew with each change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shelf {
    pub title: TitleId,
    pub copies: Vec<Copy>,
    /// The longest waiting first.
    pub queue: Vec<Waiting>,
    /// 0: not stored yet.
    pub ver: u64,
}

/// A copy that came free, and went to whoever waited longest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    pub barcode: String,
    pub kept: Kept,
}

/// What came of lending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LentOut {
    pub shelf: Shelf,
    /// The reservation that is fulfilled by it: the one the copy was kept for, or the reader's place
    /// in the queue.
    pub fulfilled: Option<HoldId>,
    /// Whoever it was kept for waits again, in the place they had.
    pub waits_again: Option<HoldId>,
    /// Or has another copy kept.
    pub next: Option<Handed>,
}

/// When things happen: the moment, and the last day a copy is kept that comes free now.
#[derive(Clone, Copy, Debug)]
pub struct When {
    pub at: Timestamp,
    pub kept_until: Date,
}

impl Shelf {
    #[must_use]
    pub fn empty(title: TitleId) -> Self {
        Self {
            title,
            copies: Vec::new(),
            queue: Vec::new(),
            ver: 0,
        }
    }

    #[must_use]
    pub fn copy(&self, barcode: &str) -> Option<&Copy> {
        self.copies.iter().find(|copy| copy.barcode == barcode)
    }

    #[must_use]
    pub fn count(&self, state: CopyState) -> usize {
        self.copies
            .iter()
            .filter(|copy| copy.state == state)
            .count()
    }

    /// Those that may be lent or be lent again: neither lost nor withdrawn.
    #[must_use]
    pub fn lendable(&self) -> usize {
        let gone = |copy: &&Copy| matches!(copy.state, CopyState::Lost | CopyState::Withdrawn);
        self.copies.len() - self.copies.iter().filter(gone).count()
    }

    fn next_version(mut self) -> Self {
        self.ver += 1;
        self
    }

    fn at(&self, barcode: &str) -> Result<usize, Refusal> {
        let found = self.copies.iter().position(|copy| copy.barcode == barcode);
        found.ok_or(Refusal::Missing)
    }

    /// Puts a copy where it belongs now: to whoever waited longest, or on the shelf.
    fn pass_on(&mut self, place: usize, when: When) -> Option<Handed> {
        let next = if self.queue.is_empty() {
            None
        } else {
            Some(self.queue.remove(0))
        };
        let copy = &mut self.copies[place];
        copy.loan = None;
        copy.due = None;
        copy.changed_at = when.at;
        copy.kept = next.map(|next| Kept {
            hold: next.hold,
            reader: next.reader,
            since: next.since,
            until: when.kept_until,
        });
        copy.state = match copy.kept {
            Some(_) => CopyState::OnHold,
            None => CopyState::Available,
        };
        copy.kept.map(|kept| Handed {
            barcode: copy.barcode.clone(),
            kept,
        })
    }

    /// Whoever a copy was kept for stands in the queue again, where they stood by their time.
    fn wait_again(&mut self, kept: Kept) {
        let place = self
            .queue
            .iter()
            .position(|other| (other.since, other.hold) > (kept.since, kept.hold))
            .unwrap_or(self.queue.len());
        self.queue.insert(
            place,
            Waiting {
                hold: kept.hold,
                reader: kept.reader,
                since: kept.since,
            },
        );
    }

    /// A free copy goes to whoever waits longest, if there are both.
    fn settle(&mut self, when: When) -> Option<Handed> {
        let free = |copy: &Copy| copy.state == CopyState::Available;
        let place = self.copies.iter().position(free)?;
        if self.queue.is_empty() {
            return None;
        }
        self.pass_on(place, when)
    }

    /// One more copy, for whoever waits if somebody does. Refuses: `TitleFull`.
    pub fn take_in(
        mut self,
        barcode: String,
        when: When,
    ) -> Result<(Self, Option<Handed>), Refusal> {
        if self.copies.len() >= limits::TITLE_COPIES {
            let max = u32::try_from(limits::TITLE_COPIES).unwrap_or(u32::MAX);
            return Err(Refusal::TitleFull { max });
        }
        self.copies.push(Copy {
            barcode,
            state: CopyState::Available,
            loan: None,
            due: None,
            kept: None,
            changed_at: when.at,
        });
        let next = self.pass_on(self.copies.len() - 1, when);
        Ok((self.next_version(), next))
    }

    /// Lends a copy to a reader. `over_hold`: although it is kept for another, who then waits again in
    /// the place they had, or gets a copy that stands on the shelf. Whoever takes another copy than the one
    /// kept for them needs that no more: it goes to the next. Refuses: `Missing`, `OnLoan`, `CopyIs`,
    /// `KeptForOther`.
    pub fn lend(
        mut self,
        barcode: &str,
        reader: PersonId,
        loan: (LoanId, Date),
        over_hold: bool,
        when: When,
    ) -> Result<LentOut, Refusal> {
        let place = self.at(barcode)?;
        let (mut fulfilled, mut put_off) = (None, None);
        let theirs = |copy: &Copy| copy.kept.filter(|kept| kept.reader == reader);
        let elsewhere = self
            .copies
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != place)
            .find_map(|(other, copy)| Some((other, theirs(copy)?.hold)));
        match (self.copies[place].state, self.copies[place].kept) {
            (CopyState::OnLoan, _) => return Err(Refusal::OnLoan),
            (CopyState::Available, _) => {}
            (CopyState::OnHold, Some(kept)) if kept.reader == reader => fulfilled = Some(kept.hold),
            (CopyState::OnHold, Some(kept)) if over_hold && elsewhere.is_none() => {
                put_off = Some(kept);
            }
            (CopyState::OnHold, _) => return Err(Refusal::KeptForOther),
            (
                state @ (CopyState::InRepair
                | CopyState::Missing
                | CopyState::Lost
                | CopyState::Withdrawn),
                _,
            ) => return Err(Refusal::CopyIs { state }),
        }
        if let Some((_, hold)) = elsewhere {
            fulfilled = Some(hold);
        } else if fulfilled.is_none()
            && let Some(own) = self.queue.iter().position(|one| one.reader == reader)
        {
            fulfilled = Some(self.queue.remove(own).hold);
        }
        let copy = &mut self.copies[place];
        copy.state = CopyState::OnLoan;
        copy.loan = Some(loan.0);
        copy.due = Some(loan.1);
        copy.kept = None;
        copy.changed_at = when.at;
        let freed = elsewhere.and_then(|(other, _)| self.pass_on(other, when));
        let (shelf, next, waits_again) = self.after(put_off, when);
        Ok(LentOut {
            shelf,
            fulfilled,
            waits_again,
            next: freed.or(next),
        })
    }

    /// The shelf once somebody's copy was taken away: they wait again, or get one that is free.
    fn after(
        mut self,
        put_off: Option<Kept>,
        when: When,
    ) -> (Self, Option<Handed>, Option<HoldId>) {
        let Some(kept) = put_off else {
            return (self.next_version(), None, None);
        };
        self.wait_again(kept);
        let next = self.settle(when);
        let waits_again = self.before(kept.hold).map(|_| kept.hold);
        (self.next_version(), next, waits_again)
    }

    /// A copy comes back. Answers with the loan that ended, which is none for a copy that was missing or
    /// lost and turns up again, and with whom it is kept for now. Refuses: `Missing`, `NotOnLoan`.
    pub fn give_back(
        mut self,
        barcode: &str,
        when: When,
    ) -> Result<(Self, Option<LoanId>, Option<Handed>), Refusal> {
        let place = self.at(barcode)?;
        let loan = match self.copies[place].state {
            CopyState::OnLoan => self.copies[place].loan,
            CopyState::Missing | CopyState::Lost => None,
            CopyState::Available
            | CopyState::OnHold
            | CopyState::InRepair
            | CopyState::Withdrawn => return Err(Refusal::NotOnLoan),
        };
        let next = self.pass_on(place, when);
        Ok((self.next_version(), loan, next))
    }

    /// The day a copy is due again after its loan was renewed. Refuses: `Missing`, `NotOnLoan`,
    /// `OthersWait`.
    pub fn renew(mut self, barcode: &str, loan: LoanId, due: Date) -> Result<Self, Refusal> {
        let place = self.at(barcode)?;
        if self.copies[place].loan != Some(loan) {
            return Err(Refusal::NotOnLoan);
        }
        self.refuse_waiting()?;
        self.copies[place].due = Some(due);
        Ok(self.next_version())
    }

    /// Refuses: `OthersWait`.
    pub fn refuse_waiting(&self) -> Result<(), Refusal> {
        match u32::try_from(self.queue.len()).unwrap_or(u32::MAX) {
            0 => Ok(()),
            count => Err(Refusal::OthersWait { count }),
        }
    }

    /// That moment, or the one after the last that somebody came: two who come at once, or by two clocks,
    /// still stand in an order, and find their place again by it.
    fn after_all(&self, at: Timestamp) -> Timestamp {
        let kept = self.copies.iter().filter_map(|copy| copy.kept);
        let came = self.queue.iter().map(|one| one.since);
        let last = came.chain(kept.map(|kept| kept.since)).max();
        let next = last.map(|last| last.saturating_add(SignedDuration::from_nanos(1)));
        let next = next.and_then(Result::ok);
        next.map_or(at, |next| next.max(at))
    }

    /// A place at the end of the queue. Refuses: `HoldsFull`; whether there is anything to wait for is
    /// decided before, by [`Shelf::refuse_reserving`].
    pub fn reserve(mut self, waiting: Waiting) -> Result<Self, Refusal> {
        if self.queue.len() >= limits::HOLD_QUEUE {
            let max = u32::try_from(limits::HOLD_QUEUE).unwrap_or(u32::MAX);
            return Err(Refusal::HoldsFull { max });
        }
        let since = self.after_all(waiting.since);
        self.queue.push(Waiting { since, ..waiting });
        Ok(self.next_version())
    }

    /// Refuses: `NothingToReserve`, `AlreadyReserved`, `HasIt` (`has`: the loans the reader has),
    /// `CopiesFree`.
    pub fn refuse_reserving(&self, reader: PersonId, has: &[LoanId]) -> Result<(), Refusal> {
        if self.lendable() == 0 {
            return Err(Refusal::NothingToReserve);
        }
        let own = |copy: &Copy| copy.kept.is_some_and(|kept| kept.reader == reader);
        if self.queue.iter().any(|one| one.reader == reader) || self.copies.iter().any(own) {
            return Err(Refusal::AlreadyReserved);
        }
        let out = |copy: &Copy| copy.loan.is_some_and(|loan| has.contains(&loan));
        if self.copies.iter().any(out) {
            return Err(Refusal::HasIt);
        }
        if self.count(CopyState::Available) > 0 {
            return Err(Refusal::CopiesFree);
        }
        Ok(())
    }

    /// A reservation ends without a loan: it was given up, its reader left, or its copy was not fetched.
    /// The copy goes to the next. Refuses: `Missing`.
    pub fn let_go(mut self, hold: HoldId, when: When) -> Result<(Self, Option<Handed>), Refusal> {
        if let Some(place) = self.queue.iter().position(|one| one.hold == hold) {
            self.queue.remove(place);
            return Ok((self.next_version(), None));
        }
        let kept = |copy: &Copy| copy.kept.is_some_and(|kept| kept.hold == hold);
        let place = self.copies.iter().position(kept).ok_or(Refusal::Missing)?;
        let next = self.pass_on(place, when);
        Ok((self.next_version(), next))
    }

    /// How many wait before it; none once it waits no more.
    #[must_use]
    pub fn before(&self, hold: HoldId) -> Option<usize> {
        self.queue.iter().position(|one| one.hold == hold)
    }
}
