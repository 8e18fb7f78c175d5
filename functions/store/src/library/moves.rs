//! What is written together: a shelf, the readers it concerns, their loans and reservations, and the
//! lines of the ledger. Whoever decided on what has changed since is refused as `Stale`.

use domain::library::{Hold, Line, Loan, Reader, Rules, Shelf, Title};
use domain::{CommunityId, PersonId, Refusal, TitleId};

use super::{Leads, LibraryTask, ShelfAudit};
use crate::market::{Beside, lives, outgoing};
use crate::schema::{self, Item, Kind};
use crate::table::{Error, Store, write};
use crate::tx::{Tx, n};

/// Of everything that changes the next version.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub title: Option<Title>,
    /// The ISBN the title had before.
    pub isbn_was: Option<String>,
    pub shelf: Option<Shelf>,
    /// Of copies that are new on the shelf.
    pub labels: Vec<String>,
    pub readers: Vec<Reader>,
    pub loans: Vec<Loan>,
    pub holds: Vec<Hold>,
    pub lines: Vec<Line>,
    pub task: Option<LibraryTask>,
    /// Has to be there, and not leave meanwhile.
    pub lives: Option<PersonId>,
    /// The version of the rules it was decided by, if it was.
    pub rules_ver: Option<u32>,
}

pub fn title_item(title: &Title) -> Result<Item, Error> {
    let key = schema::title(title.community, title.id);
    write(Kind::Title, &key, title, schema::title_places(title))
}

pub fn shelf_item(com: CommunityId, shelf: &Shelf) -> Result<Item, Error> {
    let key = schema::shelf(com, shelf.title);
    write(Kind::Shelf, &key, shelf, schema::shelf_places(com, shelf))
}

pub fn reader_item(com: CommunityId, reader: &Reader) -> Result<Item, Error> {
    let key = schema::reader(com, reader.person);
    let places = schema::reader_places(com, reader.card.as_deref());
    write(Kind::Reader, &key, reader, places)
}

pub fn loan_item(loan: &Loan) -> Result<Item, Error> {
    let key = schema::loan(loan.community, loan.id);
    write(Kind::Loan, &key, loan, schema::loan_places(loan))
}

pub fn hold_item(hold: &Hold) -> Result<Item, Error> {
    let key = schema::hold(hold.community, hold.id);
    write(Kind::Hold, &key, hold, schema::hold_places(hold))
}

/// Lines of one version of a shelf.
pub fn line_items(com: CommunityId, ver: u64, lines: &[Line]) -> Result<Vec<Item>, Error> {
    let item = |(n, line): (usize, &Line)| {
        let key = schema::ledger_line(com, line.at, line.title, ver, n);
        write(Kind::LedgerLine, &key, line, [])
    };
    lines.iter().enumerate().map(item).collect()
}

pub fn task_item(task: &LibraryTask) -> Result<Item, Error> {
    let open = task.state == domain::library::TaskState::Open;
    let places = schema::library_task_places(task.community, task.id, open);
    let key = schema::library_task(task.community, task.id);
    write(Kind::LibraryTask, &key, task, places)
}

pub fn rules_item(com: CommunityId, rules: &Rules) -> Result<Item, Error> {
    let key = schema::library_rules(com, rules.ver);
    write(Kind::LibraryRules, &key, rules, [])
}

pub fn audit_item(audit: &ShelfAudit) -> Result<Item, Error> {
    let key = schema::shelf_audit(audit.community, audit.id);
    write(Kind::ShelfAudit, &key, audit, [])
}

pub fn label_item(com: CommunityId, barcode: &str, title: TitleId) -> Result<Item, Error> {
    let leads = Leads { title };
    write(Kind::CopyOf, &schema::copy_of(com, barcode), &leads, [])
}

pub fn isbn_item(com: CommunityId, isbn: &str, title: TitleId) -> Result<Item, Error> {
    let leads = Leads { title };
    write(Kind::TitleOf, &schema::title_of(com, isbn), &leads, [])
}

impl<'s> Tx<'s> {
    /// The title, and its ISBN for it alone. Refuses: `IsbnTaken`, `Stale`.
    pub(super) fn put_title(self, title: &Title, isbn_was: Option<&str>) -> Result<Self, Error> {
        let com = title.community;
        let mut tx = self;
        if title.isbn.as_deref() != isbn_was {
            if let Some(isbn) = &title.isbn {
                tx = tx.put_new(isbn_item(com, isbn, title.id)?, Refusal::IsbnTaken)?;
            }
            if let Some(was) = isbn_was {
                let key = schema::title_of(com, was);
                tx = tx.delete(&key, None, vec![], Refusal::Stale)?;
            }
        }
        match title.ver {
            1 => tx.put_new(title_item(title)?, Refusal::IdReused),
            ver => tx.put_next(title_item(title)?, ver),
        }
    }

    /// A first version under an id its client made, or the next. Refuses: `IdReused`, `Stale`.
    fn put_named(self, item: Item, ver: u64) -> Result<Self, Error> {
        match ver {
            1 => self.put_new(item, Refusal::IdReused),
            ver => self.put_next(item, ver),
        }
    }

    pub(super) fn put_change(mut self, com: CommunityId, change: &Change) -> Result<Self, Error> {
        if let Some(title) = &change.title {
            self = self.put_title(title, change.isbn_was.as_deref())?;
        }
        for loan in &change.loans {
            self = self.put_named(loan_item(loan)?, loan.ver)?;
        }
        for hold in &change.holds {
            self = self.put_named(hold_item(hold)?, hold.ver)?;
        }
        if let Some(person) = change.lives {
            self = lives(self, com, person)?;
        }
        if let Some(shelf) = &change.shelf {
            self = self.put_version(shelf_item(com, shelf)?, shelf.ver)?;
            for label in &change.labels {
                // Drawn anew the next time.
                self = self.put_new(label_item(com, label, shelf.title)?, Refusal::Stale)?;
            }
            for line in line_items(com, shelf.ver, &change.lines)? {
                self = self.put_new(line, Refusal::Stale)?;
            }
        }
        for reader in &change.readers {
            self = self.put_version(reader_item(com, reader)?, reader.ver)?;
        }
        if let Some(task) = &change.task {
            self = self.put_named(task_item(task)?, task.ver)?;
        }
        if let Some(ver) = change.rules_ver {
            let next = schema::library_rules(com, ver + 1);
            self = self.check(&next, "attribute_not_exists(pk)", vec![], Refusal::Stale)?;
        }
        Ok(self)
    }

    /// The whole stands only if what somebody has and waits for is this version; absent: nothing was
    /// ever stored. Refuses: `Stale`.
    pub fn check_reader(
        self,
        com: CommunityId,
        person: PersonId,
        ver: Option<u64>,
    ) -> Result<Self, Error> {
        let key = schema::reader(com, person);
        match ver {
            None => self.check(&key, "attribute_not_exists(pk)", vec![], Refusal::Stale),
            Some(ver) => self.check(&key, "ver = :ver", vec![(":ver", n(ver))], Refusal::Stale),
        }
    }
}

impl Store {
    /// Everything of one move. Refuses: `IdReused`, `IsbnTaken`, `Missing` (the reader left meanwhile),
    /// `Stale`.
    pub async fn write_library(
        &self,
        com: CommunityId,
        change: &Change,
        beside: &Beside,
    ) -> Result<(), Error> {
        let tx = self.tx().command(beside.command.as_ref())?;
        let tx = tx.put_change(com, change)?;
        outgoing(tx, &beside.notices)?.commit().await
    }

    /// The next version of what the library goes by. Refuses: `Stale`.
    pub async fn put_library_rules(
        &self,
        com: CommunityId,
        rules: &Rules,
        beside: &Beside,
    ) -> Result<(), Error> {
        let tx = self.tx().command(beside.command.as_ref())?;
        let tx = tx.put_new(rules_item(com, rules)?, Refusal::Stale)?;
        tx.commit().await
    }

    /// A count of the shelves, or its next version. Refuses: `IdReused`, `Stale`.
    pub async fn put_shelf_audit(&self, audit: &ShelfAudit, beside: &Beside) -> Result<(), Error> {
        let tx = self.tx().command(beside.command.as_ref())?;
        tx.put_named(audit_item(audit)?, audit.ver)?.commit().await
    }
}
