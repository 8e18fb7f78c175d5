//! Whether shelves, readers, loans, reservations and the ledger hold together.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use domain::library::{
    CopyState, Hold, HoldState, LedgerEvent, Line, Loan, LoanState, Reader, Shelf, Sums, Title,
};
use domain::{HoldId, LoanId, PersonId, TitleId};

use super::Leads;
use crate::audit::Finding;
use crate::schema::{Item, Key, Kind};
use crate::table::{Error, read};

/// What the rules look at. A community is known by the beginning of its keys.
#[derive(Default)]
pub(crate) struct Library {
    titles: BTreeMap<(String, TitleId), Title>,
    shelves: BTreeMap<(String, TitleId), Shelf>,
    labels: BTreeMap<(String, String), TitleId>,
    isbns: BTreeMap<(String, String), TitleId>,
    readers: BTreeMap<(String, PersonId), Reader>,
    loans: BTreeMap<LoanId, Loan>,
    holds: BTreeMap<HoldId, Hold>,
    sums: BTreeMap<String, Sums>,
    /// How often each copy was lent, less how often that ended.
    out: BTreeMap<(String, String), i64>,
}

fn community(pk: &str) -> String {
    pk.split('#').next().unwrap_or_default().to_owned()
}

struct Found(Vec<Finding>);

impl Found {
    fn unless(&mut self, holds: bool, rule: &'static str, subject: impl fmt::Display) {
        if !holds {
            let subject = subject.to_string();
            self.0.push(Finding { rule, subject });
        }
    }
}

impl Library {
    pub fn keep(&mut self, kind: Kind, item: &Item, key: &Key) -> Result<(), Error> {
        let com = community(&key.pk);
        match kind {
            Kind::Title => {
                let title: Title = read(item.clone())?;
                self.titles.insert((com, title.id), title);
            }
            Kind::Shelf => {
                let shelf: Shelf = read(item.clone())?;
                self.shelves.insert((com, shelf.title), shelf);
            }
            Kind::CopyOf => {
                let leads: Leads = read(item.clone())?;
                self.labels.insert((com, key.sk.clone()), leads.title);
            }
            Kind::TitleOf => {
                let leads: Leads = read(item.clone())?;
                let isbn = key.pk.rsplit('#').next().unwrap_or_default();
                self.isbns.insert((com, isbn.to_owned()), leads.title);
            }
            Kind::Reader => {
                let reader: Reader = read(item.clone())?;
                self.readers.insert((com, reader.person), reader);
            }
            Kind::Loan => {
                let loan: Loan = read(item.clone())?;
                self.loans.insert(loan.id, loan);
            }
            Kind::Hold => {
                let hold: Hold = read(item.clone())?;
                self.holds.insert(hold.id, hold);
            }
            Kind::LedgerLine => {
                let line: Line = read(item.clone())?;
                let sums = self.sums.entry(com.clone()).or_default();
                *sums = sums.with(&line);
                let step = match line.event {
                    LedgerEvent::Lent => 1,
                    LedgerEvent::Returned => -1,
                    LedgerEvent::Lost if line.was_out => -1,
                    _ => 0,
                };
                *self.out.entry((com, line.barcode)).or_default() += step;
            }
            Kind::LibraryRules => {
                read::<domain::library::Rules>(item.clone())?;
            }
            Kind::ShelfAudit => {
                read::<super::ShelfAudit>(item.clone())?;
            }
            Kind::LibraryTask => {
                read::<super::LibraryTask>(item.clone())?;
            }
            _ => {}
        }
        Ok(())
    }

    pub fn findings(&self) -> Vec<Finding> {
        let mut found = Found(Vec::new());
        self.labels_and_isbns(&mut found);
        for ((com, _), shelf) in &self.shelves {
            self.copies(com, shelf, &mut found);
            self.queue(shelf, &mut found);
        }
        self.open_loans(&mut found);
        self.open_holds(&mut found);
        self.readers(&mut found);
        self.ledger(&mut found);
        found.0
    }

    fn labels_and_isbns(&self, found: &mut Found) {
        for ((com, label), title) in &self.labels {
            let shelf = self.shelves.get(&(com.clone(), *title));
            let there = shelf.is_some_and(|shelf| shelf.copy(label).is_some());
            found.unless(there, "a label is on a copy", label);
        }
        for ((com, isbn), title) in &self.isbns {
            let title = self.titles.get(&(com.clone(), *title));
            let there = title.is_some_and(|title| title.isbn.as_ref() == Some(isbn));
            found.unless(there, "an ISBN leads to its title", isbn);
        }
        for ((com, id), title) in &self.titles {
            let Some(isbn) = &title.isbn else { continue };
            let leads = self.isbns.get(&(com.clone(), isbn.clone())) == Some(id);
            found.unless(leads, "a title is found by its ISBN", id);
        }
    }

    fn copies(&self, com: &str, shelf: &Shelf, found: &mut Found) {
        let titled = self.titles.contains_key(&(com.to_owned(), shelf.title));
        found.unless(titled, "a shelf is of a title", shelf.title);
        for copy in &shelf.copies {
            let key = (com.to_owned(), copy.barcode.clone());
            let leads = self.labels.get(&key) == Some(&shelf.title);
            found.unless(leads, "a copy is found by its label", &copy.barcode);
            let loan = copy.loan.and_then(|id| self.loans.get(&id));
            let lent = loan.is_some_and(|loan| {
                loan.state == LoanState::Open
                    && loan.barcode == copy.barcode
                    && loan.title == shelf.title
                    && Some(loan.due) == copy.due
            });
            let out = copy.state == CopyState::OnLoan;
            let sound = lent == out && copy.loan.is_some() == out;
            found.unless(sound, "a copy on loan has its loan", &copy.barcode);
            let kept = copy.kept.and_then(|kept| self.holds.get(&kept.hold));
            let ready = kept.is_some_and(|hold| {
                hold.state == HoldState::Ready && hold.barcode.as_ref() == Some(&copy.barcode)
            });
            let on_hold = copy.state == CopyState::OnHold;
            let sound = ready == on_hold && copy.kept.is_some() == on_hold;
            found.unless(
                sound,
                "a copy that is kept has its reservation",
                &copy.barcode,
            );
        }
    }

    fn queue(&self, shelf: &Shelf, found: &mut Found) {
        let free = shelf.count(CopyState::Available);
        let none = shelf.queue.is_empty() || free == 0;
        found.unless(none, "nothing is free while somebody waits", shelf.title);
        let by_time = shelf.queue.is_sorted_by_key(|waiting| waiting.since);
        found.unless(by_time, "whoever waits longest is first", shelf.title);
        for waiting in &shelf.queue {
            let hold = self.holds.get(&waiting.hold);
            let waits = hold.is_some_and(|hold| {
                hold.state == HoldState::Waiting && hold.reader == waiting.reader
            });
            found.unless(
                waits,
                "a place in a queue has its reservation",
                waiting.hold,
            );
        }
    }

    fn shelf_of(&self, com: impl fmt::Display, title: TitleId) -> Option<&Shelf> {
        self.shelves.get(&(com.to_string(), title))
    }

    fn reader_of(&self, com: impl fmt::Display, person: PersonId) -> Option<&Reader> {
        self.readers.get(&(com.to_string(), person))
    }

    fn open_loans(&self, found: &mut Found) {
        for loan in self
            .loans
            .values()
            .filter(|loan| loan.state == LoanState::Open)
        {
            let shelf = self.shelf_of(loan.community, loan.title);
            let copy = shelf.and_then(|shelf| shelf.copy(&loan.barcode));
            let out = copy.is_some_and(|copy| copy.loan == Some(loan.id));
            found.unless(out, "an open loan has its copy", loan.id);
            let reader = loan
                .reader
                .and_then(|id| self.reader_of(loan.community, id));
            let theirs = reader.is_some_and(|reader| {
                let mut outs = reader.loans.iter();
                outs.any(|out| out.loan == loan.id && out.due == loan.due)
            });
            found.unless(theirs, "an open loan is with its reader", loan.id);
        }
    }

    fn open_holds(&self, found: &mut Found) {
        for hold in self.holds.values().filter(|hold| hold.is_open()) {
            let shelf = self.shelf_of(hold.community, hold.title);
            let stands = shelf.is_some_and(|shelf| {
                let kept = |copy: &domain::library::Copy| {
                    copy.kept.is_some_and(|kept| kept.hold == hold.id)
                };
                match hold.state {
                    HoldState::Ready => shelf.copies.iter().any(kept),
                    _ => shelf.before(hold.id).is_some(),
                }
            });
            found.unless(stands, "an open reservation has its place", hold.id);
            let reader = self.reader_of(hold.community, hold.reader);
            let theirs = reader.is_some_and(|reader| reader.holds.contains(&hold.id));
            found.unless(theirs, "an open reservation is with its reader", hold.id);
        }
    }

    fn readers(&self, found: &mut Found) {
        let mut cards = BTreeSet::new();
        for ((com, person), reader) in &self.readers {
            for out in &reader.loans {
                let loan = self.loans.get(&out.loan);
                let open = loan.is_some_and(|loan| {
                    loan.state == LoanState::Open && loan.reader == Some(*person)
                });
                found.unless(open, "what a reader has is lent to them", out.loan);
            }
            for id in &reader.holds {
                let hold = self.holds.get(id);
                let open = hold.is_some_and(|hold| hold.is_open() && hold.reader == *person);
                found.unless(open, "what a reader waits for is reserved", id);
            }
            if let Some(card) = &reader.card {
                let own = cards.insert((com, card));
                found.unless(own, "a card is one reader's", person);
            }
        }
    }

    /// The lines alone tell how many copies there are, and which are out.
    fn ledger(&self, found: &mut Found) {
        let mut stand: BTreeMap<&String, (i64, i64)> = BTreeMap::new();
        for ((com, _), shelf) in &self.shelves {
            let (copies, out) = stand.entry(com).or_default();
            for copy in &shelf.copies {
                *copies += i64::from(copy.state != CopyState::Withdrawn);
                *out += i64::from(copy.state == CopyState::OnLoan);
                let key = (com.clone(), copy.barcode.clone());
                let lent = self.out.get(&key).copied().unwrap_or(0);
                let is = i64::from(copy.state == CopyState::OnLoan);
                let rule = "the ledger says which copies are out";
                found.unless(lent == is, rule, &copy.barcode);
            }
        }
        for (com, (copies, out)) in stand {
            let sums = self.sums.get(com).copied().unwrap_or_default();
            let same = (sums.copies, sums.out) == (copies, out);
            found.unless(same, "the ledger adds up to what there is", com);
        }
    }
}
