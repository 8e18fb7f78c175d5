//! What goes with somebody: the words about them, and what was theirs to do. Cases stay, as the record of what was
//! done.

use domain::care::Case;
use domain::{CaseId, CommunityId, PersonId, Refusal, limits};
use jiff::Timestamp;

use super::moves::case_item;
use crate::schema::{self, Key};
use crate::table::{Error, Store, key_of, read};

impl Store {
    /// The words of cases about somebody go, open ones are over; so do the notes about them. Safe to repeat.
    pub async fn forget_cases(
        &self,
        com: CommunityId,
        person: PersonId,
        at: Timestamp,
    ) -> Result<(), Error> {
        for case in self.cases_of(com, person).await? {
            if !is_bare(&case) {
                let bare = |case: Case| Some(case.without_person(at));
                self.change_case(com, case.id, bare).await?;
            }
        }
        let notes = self.all(&schema::notes_of(com, person)).await?;
        let notes: Vec<Key> = notes.iter().map(key_of).collect();
        self.delete_all(&notes).await
    }

    /// What was somebody's to do is the station's. Safe to repeat.
    pub async fn forget_worker(
        &self,
        com: CommunityId,
        person: PersonId,
        at: Timestamp,
    ) -> Result<(), Error> {
        for item in self.all(&schema::open_cases(com)).await? {
            let case: Case = read(item)?;
            let without = |case: Case| case.without_worker(person, at);
            self.change_case(com, case.id, without).await?;
        }
        Ok(())
    }

    async fn change_case(
        &self,
        com: CommunityId,
        id: CaseId,
        change: impl Fn(Case) -> Option<Case>,
    ) -> Result<(), Error> {
        for _ in 0..limits::COMMIT_TRIES {
            let Some(before) = self.case(com, id).await? else {
                return Ok(());
            };
            let Some(after) = change(before) else {
                return Ok(());
            };
            let tx = self.tx().put_next(case_item(&after)?, after.ver)?;
            match tx.commit().await {
                Err(Error::Refused(Refusal::Stale)) => {}
                done => return done,
            }
        }
        Err(Error::Refused(Refusal::Stale))
    }
}

/// Over, and without words.
fn is_bare(case: &Case) -> bool {
    let bare = case.clone().without_person(case.opened_at);
    !case.is_open()
        && Case {
            ver: case.ver,
            ..bare
        } == *case
}
