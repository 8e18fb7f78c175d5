//! Absences that end soon.

use domain::notice::{Data, Topic};
use store::schema::Item;
use store::table::read;
use store::watch::{AbsenceRow, WatchChange};

use super::Sweep;
use crate::error::Error;

impl Sweep<'_> {
    /// An absence that ends soon: its person is told, and whoever said it for them. Once, which is its second
    /// version.
    pub(super) async fn absence(&self, item: Item) -> Result<bool, Error> {
        let nominated: AbsenceRow = read(item)?;
        let (store, com) = (&self.ctx.store, self.within.community);
        let found = store.absence(com, nominated.absence.id).await?;
        let Some(row) = found.filter(|row| row.ended_at.is_none() && row.ver == 1) else {
            return Ok(false);
        };
        let watched = store.watched(com, row.person).await?;
        let holds = watched.is_some_and(|watched| {
            let home = watched.presence.entered_at;
            let mut stand = watched.absences.iter();
            stand.any(|one| one.id == row.absence.id && one.ends(home) > self.at)
        });
        let notices = match holds {
            true => {
                let data = Data::from([
                    ("absence".to_owned(), row.absence.id.to_string()),
                    ("person".into(), row.person.to_string()),
                    ("until".into(), self.moment(row.absence.until)),
                ]);
                self.tell(&[row.person, row.by], Topic::AbsenceEnds, data)
            }
            false => Vec::new(),
        };
        let change = WatchChange {
            absence: Some(AbsenceRow {
                ver: row.ver + 1,
                ..row
            }),
            ..WatchChange::default()
        };
        self.write(&change, notices).await?;
        Ok(holds)
    }
}
