//! The children's room: 200 copies of 150 titles, their readers, and who waits for what. All of it comes
//! about by the library's own rules, on the days it is said to have happened.

use std::collections::BTreeMap;

use domain::availability::{Day, Weekly, local_day};
use domain::consent::Purpose;
use domain::isbn::Isbn;
use domain::library::{
    Borrower, ClosedDay, Handed, Hold, HoldState, ItemKind, LedgerEvent, Line, Loan, LoanRule,
    LoanState, Out, Reader, ReaderKind, Rules, Shelf, Title, Waiting, When, barcode, decide,
};
use domain::person::Person;
use domain::units::Minute;
use domain::{HoldId, LoanId, PersonId, TitleId};
use jiff::{Timestamp, ToSpan};
use store::library::{
    hold_item, isbn_item, label_item, line_items, loan_item, reader_item, rules_item, shelf_item,
    title_item,
};

use super::books::{AUTHORS, PUBLISHERS, SHELVES};
use super::ids;
use super::people::Residents;
use super::town::Town;
use crate::stop::Stop;

/// So many titles have a second copy.
const DOUBLE: usize = 50;
/// Below what the numbers of labels and cards are.
const NUMBERS: u128 = 100_000_000;
/// Children whose guardian has agreed.
const AGREED: usize = 10;

/// The room while it is being filled.
struct Room<'t, 'c> {
    town: &'t mut Town<'c>,
    rules: Rules,
    titles: Vec<Title>,
    shelves: BTreeMap<TitleId, Shelf>,
    readers: BTreeMap<PersonId, Reader>,
    kinds: BTreeMap<PersonId, ReaderKind>,
    loans: BTreeMap<LoanId, Loan>,
    holds: BTreeMap<HoldId, Hold>,
    /// By the version of their shelf.
    lines: Vec<(u64, Line)>,
}

pub fn furnish(town: &mut Town, residents: &Residents) -> Result<(), Stop> {
    let mut room = Room {
        rules: rules(town)?,
        town,
        titles: Vec::new(),
        shelves: BTreeMap::new(),
        readers: BTreeMap::new(),
        kinds: BTreeMap::new(),
        loans: BTreeMap::new(),
        holds: BTreeMap::new(),
        lines: Vec::new(),
    };
    room.titles()?;
    room.cards(residents)?;
    room.lending(residents)?;
    room.done()
}

/// Closed on Mondays and on New Year's Day; picture books come back sooner. What a reader's kind is goes
/// before what the book is, so both are said for children.
fn rules(town: &Town) -> Result<Rules, Stop> {
    let all = LoanRule {
        reader: None,
        item: None,
        days: 21,
        loans: 5,
        renewals: 2,
    };
    let children = LoanRule {
        reader: Some(ReaderKind::Child),
        loans: 6,
        ..all
    };
    let pictures = LoanRule {
        item: Some(ItemKind::PictureBook),
        days: 14,
        loans: 4,
        ..all
    };
    let on_the_spot = LoanRule {
        item: Some(ItemKind::Reference),
        days: 0,
        loans: 0,
        renewals: 0,
        ..all
    };
    let of_children = [pictures.clone(), on_the_spot.clone()].map(|rule| LoanRule {
        reader: Some(ReaderKind::Child),
        ..rule
    });
    let minute = |hour: u16| Minute::new(hour * 60).ok_or_else(|| Stop::because("no such hour"));
    let (from, to) = (minute(9)?, minute(17)?);
    let days = [
        Day::Tuesday,
        Day::Wednesday,
        Day::Thursday,
        Day::Friday,
        Day::Saturday,
        Day::Sunday,
    ];
    let new_year = town.today.saturating_add(1.year()).first_of_year();
    Ok(Rules {
        rules: [
            [all, children, pictures, on_the_spot].as_slice(),
            &of_children,
        ]
        .concat(),
        hours: days.map(|day| Weekly { day, from, to }).to_vec(),
        closed: vec![ClosedDay {
            day: new_year,
            reason: "元旦".into(),
        }],
        pick_up_days: 3,
        ver: 1,
    })
}

fn refused(refusal: domain::Refusal) -> Stop {
    Stop::because(format!("the demo's library: {refusal:?}"))
}

impl Room<'_, '_> {
    fn number(&self, kind: &str, name: &str) -> u32 {
        u32::try_from(self.town.chance(kind, name) % NUMBERS).unwrap_or(0)
    }

    fn when(&self, at: Timestamp) -> When {
        let day = local_day(at, &self.town.zone);
        When {
            at,
            kept_until: self.rules.kept_until(day),
        }
    }

    /// Every title with its copies, taken in two months ago.
    fn titles(&mut self) -> Result<(), Stop> {
        let at = self.town.days_ago(60);
        let shelves = SHELVES.iter();
        let all = shelves.flat_map(|shelf| shelf.titles.iter().map(|name| (shelf.class, *name)));
        for (n, (class, name)) in all.enumerate() {
            let title = Title {
                id: TitleId::new(ids::MILLIS, self.town.chance("title", name)),
                community: self.town.id(),
                name: name.into(),
                other_name: String::new(),
                authors: vec![AUTHORS[n % AUTHORS.len()].into()],
                publisher: PUBLISHERS[n % PUBLISHERS.len()].into(),
                published: format!("{}", 2004 + n % 20),
                isbn: (n % 6 != 5).then(|| isbn(n)).transpose()?,
                class: class.into(),
                subjects: Vec::new(),
                about: String::new(),
                kind: kind(class, n),
                changed_at: at,
                ver: 1,
            };
            let mut shelf = Shelf::empty(title.id);
            for copy in 0..1 + usize::from(n % 3 == 0 && n / 3 < DOUBLE) {
                let label = barcode::label(self.number("copy", &format!("{name}|{copy}")));
                let (next, _) = shelf
                    .take_in(label.clone(), self.when(at))
                    .map_err(refused)?;
                shelf = next;
                self.note(&title, shelf.ver, &label, LedgerEvent::TakenIn, at);
            }
            self.shelves.insert(title.id, shelf);
            self.titles.push(title);
        }
        Ok(())
    }

    fn note(&mut self, title: &Title, ver: u64, label: &str, event: LedgerEvent, at: Timestamp) {
        let line = Line {
            at,
            event,
            barcode: label.into(),
            title: title.id,
            title_name: title.name.clone(),
            was_out: false,
        };
        self.lines.push((ver, line));
    }

    /// Most readers have a card; most guardians have agreed.
    fn cards(&mut self, residents: &Residents) -> Result<(), Stop> {
        for (n, child) in residents.children.iter().enumerate() {
            if n < AGREED {
                self.town.agree(child.id, Purpose::BorrowBooks)?;
            }
            self.join(child, ReaderKind::Child);
        }
        for person in [&residents.first]
            .into_iter()
            .chain(&residents.others[..12])
        {
            self.join(person, ReaderKind::Adult);
        }
        Ok(())
    }

    fn join(&mut self, person: &Person, kind: ReaderKind) {
        let card = barcode::card(self.number("reader", &person.name));
        let reader = Reader::new(person.id).with_card(card);
        self.readers.insert(person.id, reader);
        self.kinds.insert(person.id, kind);
    }

    /// Books that came back, books that are out, one of them late, and who waits.
    fn lending(&mut self, residents: &Residents) -> Result<(), Stop> {
        let children: Vec<PersonId> = residents.children.iter().map(|one| one.id).collect();
        let adults: Vec<PersonId> = residents.others.iter().map(|one| one.id).collect();
        let first = residents.first.id;
        for n in 0..24 {
            let reader = match n % 3 {
                0 => adults[n % 12],
                _ => children[n % AGREED],
            };
            let days = 55 - i64::try_from(n).unwrap_or(0);
            let loan = self.lend(40 + n * 3, reader, days)?;
            self.give_back(loan, days - 9)?;
        }
        // Late by now, and told so.
        let late = self.lend(3, adults[1], 31)?;
        let told = self.town.today.saturating_sub(1.day());
        if let Some(loan) = self.loans.get_mut(&late) {
            loan.reminded_on = Some(told);
        }
        // The first resident's came back; her child has one.
        let read = self.lend(36, first, 40)?;
        self.give_back(read, 22)?;
        self.lend(0, children[0], 4)?;
        for n in 0..7 {
            let days = 8 - i64::try_from(n).unwrap_or(0);
            self.lend(7 + n * 2, children[1 + n % (AGREED - 1)], days)?;
        }
        // Two wait for a book that is out; for another, one has it kept.
        self.reserve(7, adults[2], 3)?;
        self.reserve(7, first, 2)?;
        let wanted = self.lend(22, children[3], 10)?;
        self.reserve(22, adults[3], 5)?;
        self.give_back(wanted, 1)
    }

    fn lend(&mut self, title: usize, reader: PersonId, days: i64) -> Result<LoanId, Stop> {
        let at = self.town.days_ago(days);
        let (title, when) = (self.titles[title].clone(), self.when(at));
        let today = local_day(at, &self.town.zone);
        let rule = self.rules.of(self.kinds[&reader], title.kind);
        let due = self.rules.due(&rule, today);
        let place = format!("{}|{reader}|{days}", title.id);
        let id = LoanId::new(ids::MILLIS, self.town.chance("loan", &place));
        let shelf = self.shelves[&title.id].clone();
        let free = shelf
            .copies
            .iter()
            .find(|copy| copy.state == domain::library::CopyState::Available);
        let label = free.map(|copy| copy.barcode.clone());
        let label = label.ok_or_else(|| Stop::because(format!("{} is not there", title.name)))?;
        let out = shelf
            .lend(&label, reader, (id, due), false, when)
            .map_err(refused)?;
        let loan = Loan {
            id,
            community: self.town.id(),
            barcode: label.clone(),
            title: title.id,
            item: title.kind,
            reader: Some(reader),
            by: Some(reader),
            state: LoanState::Open,
            lent_at: at,
            due,
            renewals: 0,
            ended_at: None,
            overridden: None,
            reminded_on: None,
            rules_ver: self.rules.ver,
            ver: 1,
        };
        let has = Out {
            loan: id,
            title: title.id,
            item: title.kind,
            due,
        };
        let before = self.readers[&reader].clone();
        self.readers
            .insert(reader, before.with_loan(has, out.fulfilled));
        self.note(&title, out.shelf.ver, &label, LedgerEvent::Lent, at);
        self.shelves.insert(title.id, out.shelf);
        self.loans.insert(id, loan);
        Ok(id)
    }

    fn give_back(&mut self, id: LoanId, days: i64) -> Result<(), Stop> {
        let at = self.town.days_ago(days);
        let loan = self.loans[&id].clone();
        let title = self.titles.iter().find(|title| title.id == loan.title);
        let title = title.ok_or_else(|| Stop::because("a loan of no title"))?;
        let title = title.clone();
        let shelf = self.shelves[&loan.title].clone();
        let (shelf, _, next) = shelf
            .give_back(&loan.barcode, self.when(at))
            .map_err(refused)?;
        self.note(&title, shelf.ver, &loan.barcode, LedgerEvent::Returned, at);
        if let Some(Handed { barcode, kept }) = next {
            let hold = self.holds[&kept.hold].clone();
            let hold = hold.ready(barcode, kept.until, at);
            self.holds.insert(hold.id, hold);
        }
        if let Some(reader) = loan.reader {
            let before = self.readers[&reader].clone();
            self.readers.insert(reader, before.without_loan(id));
        }
        self.shelves.insert(loan.title, shelf);
        self.loans.insert(id, loan.end(LoanState::Returned, at));
        Ok(())
    }

    fn reserve(&mut self, title: usize, reader: PersonId, days: i64) -> Result<(), Stop> {
        let at = self.town.days_ago(days);
        let (title, item) = (self.titles[title].id, self.titles[title].kind);
        let place = format!("{title}|{reader}");
        let id = HoldId::new(ids::MILLIS, self.town.chance("hold", &place));
        let waiting = Waiting {
            hold: id,
            reader,
            since: at,
        };
        let shelf = self.shelves[&title].clone();
        let who = Borrower {
            kind: self.kinds[&reader],
            agreed: true,
        };
        let before = self.readers[&reader].clone();
        let placed = decide::reserve(shelf, before, (who, item), waiting, &self.rules);
        let (shelf, after) = placed.map_err(refused)?;
        let hold = Hold {
            id,
            community: self.town.id(),
            title,
            reader,
            by: reader,
            state: HoldState::Waiting,
            barcode: None,
            until: None,
            created_at: at,
            changed_at: at,
            ver: 1,
        };
        self.readers.insert(reader, after);
        self.shelves.insert(title, shelf);
        self.holds.insert(id, hold);
        Ok(())
    }

    /// All of it as items. What is due by now is left to the sweeper.
    fn done(self) -> Result<(), Stop> {
        let com = self.town.id();
        let town = self.town;
        town.add(rules_item(com, &self.rules))?;
        for title in &self.titles {
            town.add(title_item(title))?;
            if let Some(isbn) = &title.isbn {
                town.add(isbn_item(com, isbn, title.id))?;
            }
        }
        for shelf in self.shelves.values() {
            town.add(shelf_item(com, shelf))?;
            for copy in &shelf.copies {
                town.add(label_item(com, &copy.barcode, shelf.title))?;
            }
        }
        for reader in self.readers.values() {
            town.add(reader_item(com, reader))?;
        }
        for loan in self.loans.values() {
            town.add(loan_item(loan))?;
        }
        for hold in self.holds.values() {
            town.add(hold_item(hold))?;
        }
        for (ver, line) in self.lines {
            for item in line_items(com, ver, &[line])? {
                town.add(Ok(item))?;
            }
        }
        Ok(())
    }
}

/// A number that no publisher has: its group of numbers is given to nobody.
fn isbn(n: usize) -> Result<String, Stop> {
    let nine = format!("97999{:07}", 2_600_000 + n);
    let check = (0..10).map(|check| format!("{nine}{check}"));
    let mut good = check.filter_map(|raw| raw.parse::<Isbn>().ok());
    let found = good.next().ok_or_else(|| Stop::because("no check digit"))?;
    Ok(found.to_string())
}

fn kind(class: &str, n: usize) -> ItemKind {
    match class {
        "J238" => ItemKind::PictureBook,
        // A dictionary and an atlas are read on the spot.
        "K28" if n.is_multiple_of(10) => ItemKind::Reference,
        _ => ItemKind::Book,
    }
}

const _: () = assert!(DOUBLE * 3 <= 150, "every third title has a second copy");
