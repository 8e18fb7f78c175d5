//! What goes with a reader: who it was that borrowed. The loans stay, and so do the books.

use domain::{CommunityId, LibraryTaskId, LoanId, PersonId, Refusal, limits};

use super::LibraryTask;
use super::moves::{loan_item, task_item};
use crate::schema;
use crate::table::{Error, Store, read};
use crate::tx::Tx;

impl Store {
    /// Takes out of a loan who had it. Safe to repeat.
    pub async fn anonymise_loan(
        &self,
        com: CommunityId,
        id: LoanId,
        person: PersonId,
    ) -> Result<(), Error> {
        for _ in 0..limits::COMMIT_TRIES {
            let Some(loan) = self.loan(com, id).await? else {
                return Ok(());
            };
            if loan.reader != Some(person) {
                return Ok(());
            }
            let after = loan.without_reader();
            let tx: Tx<'_> = self.tx().put_next(loan_item(&after)?, after.ver)?;
            match tx.commit().await {
                Err(Error::Refused(Refusal::Stale)) => {}
                done => return done,
            }
        }
        Err(Error::Refused(Refusal::Stale))
    }

    /// Takes out of the tasks of two desks who was to have a copy, and who lent it. Safe to repeat.
    pub async fn silence_library_tasks(
        &self,
        com: CommunityId,
        person: PersonId,
    ) -> Result<(), Error> {
        for item in self.all(&schema::library_tasks(com)).await? {
            let task: LibraryTask = read(item)?;
            if names(&task, person) {
                self.silence_library_task(com, task.id, person).await?;
            }
        }
        Ok(())
    }

    async fn silence_library_task(
        &self,
        com: CommunityId,
        id: LibraryTaskId,
        person: PersonId,
    ) -> Result<(), Error> {
        for _ in 0..limits::COMMIT_TRIES {
            let found = self.library_task(com, id).await?;
            let Some(mut task) = found.filter(|task| names(task, person)) else {
                return Ok(());
            };
            if [task.reader, task.settled_by].contains(&Some(person)) {
                task.comment.clear();
            }
            for one in [&mut task.reader, &mut task.by, &mut task.settled_by] {
                *one = one.filter(|one| *one != person);
            }
            task.ver += 1;
            let tx = self.tx().put_next(task_item(&task)?, task.ver)?;
            match tx.commit().await {
                Err(Error::Refused(Refusal::Stale)) => {}
                done => return done,
            }
        }
        Err(Error::Refused(Refusal::Stale))
    }
}

fn names(task: &LibraryTask, person: PersonId) -> bool {
    [task.reader, task.by, task.settled_by].contains(&Some(person))
}
