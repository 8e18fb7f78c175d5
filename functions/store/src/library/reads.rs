//! What is asked of the library.

use domain::library::{Hold, Line, Loan, Reader, Rules, Shelf, Title};
use domain::{AuditId, CommunityId, HoldId, LibraryTaskId, LoanId, PersonId, TitleId};
use jiff::Timestamp;

use super::{Leads, LibraryTask, ShelfAudit};
use crate::schema::{self, Key};
use crate::table::{Error, Store, key_of, read};

impl Store {
    pub async fn title(&self, com: CommunityId, id: TitleId) -> Result<Option<Title>, Error> {
        self.get(&schema::title(com, id)).await
    }

    /// Those there are, in the order asked for.
    pub async fn titles_among(
        &self,
        com: CommunityId,
        ids: &[TitleId],
    ) -> Result<Vec<Title>, Error> {
        let keys: Vec<Key> = ids.iter().map(|id| schema::title(com, *id)).collect();
        let items = self.get_many(&keys).await?;
        items.into_iter().flatten().map(read).collect()
    }

    /// The shelf of a title, empty if nothing ever stood there.
    pub async fn shelf(&self, com: CommunityId, id: TitleId) -> Result<Shelf, Error> {
        let stored = self.get(&schema::shelf(com, id)).await?;
        Ok(stored.unwrap_or_else(|| Shelf::empty(id)))
    }

    /// One for each, in their order.
    pub async fn shelves_among(
        &self,
        com: CommunityId,
        ids: &[TitleId],
    ) -> Result<Vec<Shelf>, Error> {
        let keys: Vec<Key> = ids.iter().map(|id| schema::shelf(com, *id)).collect();
        let items = self.get_many(&keys).await?.into_iter();
        let shelf = |(item, id): (Option<_>, &TitleId)| {
            let stored = item.map(read).transpose()?;
            Ok(stored.unwrap_or_else(|| Shelf::empty(*id)))
        };
        items.zip(ids).map(shelf).collect()
    }

    /// A title and its shelf, in one trip.
    pub async fn title_and_shelf(
        &self,
        com: CommunityId,
        id: TitleId,
    ) -> Result<Option<(Title, Shelf)>, Error> {
        let keys = [schema::title(com, id), schema::shelf(com, id)];
        let mut found = self.get_many(&keys).await?.into_iter();
        let title: Option<Title> = found.next().flatten().map(read).transpose()?;
        let shelf = found.next().flatten().map(read).transpose()?;
        Ok(title.map(|title| (title, shelf.unwrap_or_else(|| Shelf::empty(id)))))
    }

    /// A title, its shelf and what a reader has, in one trip.
    pub async fn borrowing(
        &self,
        com: CommunityId,
        id: TitleId,
        person: PersonId,
    ) -> Result<Option<(Title, Shelf, Reader)>, Error> {
        let keys = [
            schema::title(com, id),
            schema::shelf(com, id),
            schema::reader(com, person),
        ];
        let mut found = self.get_many(&keys).await?.into_iter();
        let title: Option<Title> = found.next().flatten().map(read).transpose()?;
        let shelf = found.next().flatten().map(read).transpose()?;
        let reader = found.next().flatten().map(read).transpose()?;
        Ok(title.map(|title| {
            let shelf = shelf.unwrap_or_else(|| Shelf::empty(id));
            (title, shelf, reader.unwrap_or_else(|| Reader::new(person)))
        }))
    }

    /// Which title a label is on.
    pub async fn title_of_label(
        &self,
        com: CommunityId,
        barcode: &str,
    ) -> Result<Option<TitleId>, Error> {
        let found: Option<Leads> = self.get(&schema::copy_of(com, barcode)).await?;
        Ok(found.map(|leads| leads.title))
    }

    /// Which titles these labels are on; absent: none of this library.
    pub async fn titles_of_labels(
        &self,
        com: CommunityId,
        barcodes: &[String],
    ) -> Result<Vec<Option<TitleId>>, Error> {
        let keys: Vec<Key> = barcodes
            .iter()
            .map(|one| schema::copy_of(com, one))
            .collect();
        let items = self.get_many(&keys).await?.into_iter();
        let title = |item: Option<_>| Ok(item.map(read::<Leads>).transpose()?.map(|one| one.title));
        items.map(title).collect()
    }

    /// Which title an ISBN is of.
    pub async fn title_of_isbn(
        &self,
        com: CommunityId,
        isbn: &str,
    ) -> Result<Option<TitleId>, Error> {
        let found: Option<Leads> = self.get(&schema::title_of(com, isbn)).await?;
        Ok(found.map(|leads| leads.title))
    }

    /// All labels, each with its title, in the order of their numbers.
    pub async fn all_labels(&self, com: CommunityId) -> Result<Vec<(String, TitleId)>, Error> {
        let items = self.all(&schema::labels(com)).await?;
        let label = |item: crate::schema::Item| {
            let barcode = key_of(&item).sk;
            Ok((barcode, read::<Leads>(item)?.title))
        };
        items.into_iter().map(label).collect()
    }

    /// What somebody has and waits for; nothing if they never did.
    pub async fn reader(&self, com: CommunityId, person: PersonId) -> Result<Reader, Error> {
        let stored = self.get(&schema::reader(com, person)).await?;
        Ok(stored.unwrap_or_else(|| Reader::new(person)))
    }

    /// One for each, in their order.
    pub async fn readers_among(
        &self,
        com: CommunityId,
        people: &[PersonId],
    ) -> Result<Vec<Reader>, Error> {
        let keys: Vec<Key> = people.iter().map(|id| schema::reader(com, *id)).collect();
        let items = self.get_many(&keys).await?.into_iter();
        let reader = |(item, id): (Option<_>, &PersonId)| {
            let stored = item.map(read).transpose()?;
            Ok(stored.unwrap_or_else(|| Reader::new(*id)))
        };
        items.zip(people).map(reader).collect()
    }

    /// Whose card says this, as it is now.
    pub async fn reader_of_card(
        &self,
        com: CommunityId,
        card: &str,
    ) -> Result<Option<Reader>, Error> {
        let (items, _) = self.page(&schema::reader_card(com, card), 2, None).await?;
        for item in items {
            let found: Reader = read(item)?;
            // The index may be behind.
            let now = self.reader(com, found.person).await?;
            if now.card.as_deref() == Some(card) {
                return Ok(Some(now));
            }
        }
        Ok(None)
    }

    pub async fn loan(&self, com: CommunityId, id: LoanId) -> Result<Option<Loan>, Error> {
        self.get(&schema::loan(com, id)).await
    }

    /// Those there are, in the order asked for.
    pub async fn loans_among(&self, com: CommunityId, ids: &[LoanId]) -> Result<Vec<Loan>, Error> {
        let keys: Vec<Key> = ids.iter().map(|id| schema::loan(com, *id)).collect();
        let items = self.get_many(&keys).await?;
        items.into_iter().flatten().map(read).collect()
    }

    pub async fn hold(&self, com: CommunityId, id: HoldId) -> Result<Option<Hold>, Error> {
        self.get(&schema::hold(com, id)).await
    }

    /// Those there are, in the order asked for.
    pub async fn holds_among(&self, com: CommunityId, ids: &[HoldId]) -> Result<Vec<Hold>, Error> {
        let keys: Vec<Key> = ids.iter().map(|id| schema::hold(com, *id)).collect();
        let items = self.get_many(&keys).await?;
        items.into_iter().flatten().map(read).collect()
    }

    /// What the library goes by now.
    pub async fn library_rules(&self, com: CommunityId) -> Result<Rules, Error> {
        let pattern = schema::all_library_rules(com);
        let (items, _) = self.page(&pattern, 1, None).await?;
        let newest = items.into_iter().next().map(read).transpose()?;
        Ok(newest.unwrap_or_default())
    }

    /// Lines of the ledger between two moments, the second not included, in their order.
    pub async fn ledger_lines(
        &self,
        com: CommunityId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Line>, Error> {
        let items = self.all(&schema::ledger_lines(com, from, until)).await?;
        items.into_iter().map(read).collect()
    }

    pub async fn shelf_audit(
        &self,
        com: CommunityId,
        id: AuditId,
    ) -> Result<Option<ShelfAudit>, Error> {
        self.get(&schema::shelf_audit(com, id)).await
    }

    pub async fn library_task(
        &self,
        com: CommunityId,
        id: LibraryTaskId,
    ) -> Result<Option<LibraryTask>, Error> {
        self.get(&schema::library_task(com, id)).await
    }
}
