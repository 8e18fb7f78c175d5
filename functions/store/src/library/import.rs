//! Files of titles on their way in: what is left to do, and what became of each row. A part is taken
//! in one transaction with its titles and copies, so each row is taken once.

use domain::library::{ImportState, RowOutcome, Wish};
use domain::{CommunityId, LibraryImportId, PersonId, Refusal, TitleId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Change, Leads};
use crate::schema::{self, Item, Key, Kind};
use crate::table::{Error, Store, read, until, write};
use crate::tx::Command;

/// How long the rows of an import can be looked at.
const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);
/// Parts that are written together; they may be large.
const AT_ONCE: usize = 10;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LibraryImport {
    pub id: LibraryImportId,
    pub community: CommunityId,
    pub by: PersonId,
    pub state: ImportState,
    /// How the file was read.
    pub read_as: String,
    /// Of the file.
    pub digest: String,
    pub rows: u32,
    pub parts: u32,
    /// The first that is not taken.
    pub next_part: u32,
    pub taken: u32,
    pub known: u32,
    pub refused: u32,
    pub copies: u32,
    pub made_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    pub ver: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LibraryPart {
    pub n: u32,
    pub rows: Vec<ImportRow>,
    pub ver: u64,
}

/// A row that waits has a wish, one that was looked at an outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRow {
    /// As its file counts.
    pub row: u32,
    pub name: String,
    /// What a row before this one began: more copies than one transaction holds.
    pub goes_on: bool,
    pub wish: Option<Wish>,
    pub outcome: Option<RowOutcome>,
    /// The code of a problem, and the column it is about.
    pub code: Option<String>,
    pub column: Option<String>,
}

fn import_item(import: &LibraryImport) -> Result<Item, Error> {
    let (com, id) = (import.community, import.id);
    let left = import.state == ImportState::Running;
    let places = schema::library_import_places(com, id, left);
    write(
        Kind::LibraryImport,
        &schema::library_import(com, id),
        import,
        places,
    )
}

fn part_item(import: &LibraryImport, part: &LibraryPart) -> Result<Item, Error> {
    let key = schema::library_part(import.community, import.id, part.n);
    let item = write(Kind::LibraryPart, &key, part, [])?;
    Ok(until(item, import.made_at + KEPT))
}

impl Store {
    /// A new import with its rows; it begins once all of them are there. Refuses: `IdReused`.
    pub async fn begin_library_import(
        &self,
        import: &LibraryImport,
        parts: &[LibraryPart],
    ) -> Result<(), Error> {
        for some in parts.chunks(AT_ONCE) {
            let mut tx = self.tx();
            for part in some {
                tx = tx.put_new(part_item(import, part)?, Refusal::IdReused)?;
            }
            match tx.commit().await {
                Ok(()) => {}
                Err(Error::Refused(_)) => self.same_parts(import, some).await?,
                Err(error) => return Err(error),
            }
        }
        let tx = self.tx().put_new(import_item(import)?, Refusal::IdReused)?;
        tx.commit().await
    }

    /// A try before this one wrote them. Refuses: `IdReused` where it was of another file.
    async fn same_parts(&self, import: &LibraryImport, some: &[LibraryPart]) -> Result<(), Error> {
        for part in some {
            let key = schema::library_part(import.community, import.id, part.n);
            let stored: Option<LibraryPart> = self.get(&key).await?;
            if stored.as_ref() != Some(part) {
                return Err(Refusal::IdReused.into());
            }
        }
        Ok(())
    }

    /// Which titles these numbers are of; absent: none of this library.
    pub async fn titles_of_isbns(
        &self,
        com: CommunityId,
        isbns: &[String],
    ) -> Result<Vec<Option<TitleId>>, Error> {
        let keys: Vec<Key> = isbns.iter().map(|one| schema::title_of(com, one)).collect();
        let items = self.get_many(&keys).await?.into_iter();
        let title = |item: Option<Item>| {
            let leads = item.map(read::<Leads>).transpose()?;
            Ok(leads.map(|leads| leads.title))
        };
        items.map(title).collect()
    }

    pub async fn library_import(
        &self,
        com: CommunityId,
        id: LibraryImportId,
    ) -> Result<Option<LibraryImport>, Error> {
        self.get(&schema::library_import(com, id)).await
    }

    pub async fn library_part(
        &self,
        com: CommunityId,
        id: LibraryImportId,
        n: u32,
    ) -> Result<Option<LibraryPart>, Error> {
        self.get(&schema::library_part(com, id, n)).await
    }

    /// The next version of an import. Refuses: `Stale`.
    pub async fn put_library_import(
        &self,
        import: &LibraryImport,
        command: Option<&Command>,
    ) -> Result<(), Error> {
        let tx = self.tx().command(command)?;
        let tx = tx.put_next(import_item(import)?, import.ver)?;
        tx.commit().await
    }

    /// A part with all that comes of it. Refuses: `Stale`, `IsbnTaken`, `IdReused`.
    pub async fn take_library_part(
        &self,
        import: &LibraryImport,
        part: &LibraryPart,
        changes: &[Change],
    ) -> Result<(), Error> {
        let tx = self.tx().put_next(import_item(import)?, import.ver)?;
        let mut tx = tx.put_next(part_item(import, part)?, part.ver)?;
        for change in changes {
            tx = tx.put_change(import.community, change)?;
        }
        tx.commit().await
    }
}
