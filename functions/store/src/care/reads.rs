//! What is asked of cases, files, notes and the team.

use domain::care::{CareFile, CareNodes, Case, Note};
use domain::{AttachmentId, CaseId, CommunityId, NoteId, PersonId};
use jiff::Timestamp;

use super::Attachment;
use crate::schema::{self, Pattern};
use crate::table::{Error, Store, read};

impl Store {
    pub async fn case(&self, com: CommunityId, id: CaseId) -> Result<Option<Case>, Error> {
        self.get(&schema::case(com, id)).await
    }

    /// Absent: nothing is known.
    pub async fn care_file(
        &self,
        com: CommunityId,
        person: PersonId,
    ) -> Result<Option<CareFile>, Error> {
        self.get(&schema::care_file(com, person)).await
    }

    pub async fn attachment(
        &self,
        com: CommunityId,
        person: PersonId,
        id: AttachmentId,
    ) -> Result<Option<Attachment>, Error> {
        self.get(&schema::attachment(com, person, id)).await
    }

    pub async fn note(&self, com: CommunityId, id: NoteId) -> Result<Option<Note>, Error> {
        self.get(&schema::note(com, id)).await
    }

    /// The team; as it usually is, where nobody has said otherwise.
    pub async fn care_nodes(&self, com: CommunityId) -> Result<CareNodes, Error> {
        let nodes: Option<CareNodes> = self.get(&schema::care_nodes(com)).await?;
        Ok(nodes.unwrap_or_default())
    }

    async fn cases(&self, pattern: &Pattern) -> Result<Vec<Case>, Error> {
        let items = self.all(pattern).await?;
        items.into_iter().map(read).collect()
    }

    /// All that are open, as the index has them.
    pub async fn open_cases(&self, com: CommunityId) -> Result<Vec<Case>, Error> {
        self.cases(&schema::open_cases(com)).await
    }

    /// About somebody, the latest first.
    pub async fn cases_of(&self, com: CommunityId, person: PersonId) -> Result<Vec<Case>, Error> {
        self.cases(&schema::cases_of(com, person)).await
    }

    /// Opened between two moments, the second not included.
    pub async fn cases_between(
        &self,
        com: CommunityId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Case>, Error> {
        self.cases(&schema::cases_between(com, from, until)).await
    }

    /// About somebody, the latest first.
    pub async fn notes_of(&self, com: CommunityId, person: PersonId) -> Result<Vec<Note>, Error> {
        let items = self.all(&schema::notes_of(com, person)).await?;
        items.into_iter().map(read).collect()
    }

    /// Files of those who are to be visited by then.
    pub async fn visits_due(
        &self,
        com: CommunityId,
        at: Timestamp,
    ) -> Result<Vec<CareFile>, Error> {
        let items = self.all(&schema::visits_due(com, at)).await?;
        items.into_iter().map(read).collect()
    }
}
