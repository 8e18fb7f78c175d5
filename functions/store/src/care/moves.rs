//! What is written together: cases, the person's file that names the open one, notes, and what a closed case leaves
//! of their watch. Whoever decided on what has changed since is refused as `Stale`.

use domain::care::{CareFile, CareNodes, Case, Note};
use domain::watch::{Alert, Vitals, Watched};
use domain::{AttachmentId, CaseId, CommunityId, PersonId, Refusal};
use serde::{Deserialize, Serialize};

use crate::market::{Beside, lives, outgoing};
use crate::schema::{self, Item, Kind};
use crate::table::{Error, Store, write};
use crate::tx::Tx;
use crate::watch::{SignRow, WatchChange, alert_item, vitals_item};

/// What is written in one transaction. A `ver` of 1 is new, another one follows on the one before.
#[derive(Clone, Debug, Default)]
pub struct CareChange {
    pub cases: Vec<Case>,
    pub file: Option<CareFile>,
    pub note: Option<Note>,
    pub attachment: Option<Attachment>,
    pub nodes: Option<CareNodes>,
    pub alerts: Vec<Alert>,
    pub watched: Option<Watched>,
    pub sign: Option<SignRow>,
    pub vitals: Option<Vitals>,
}

/// What is kept of a picture or a document, as text in base64. Its case says what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub id: AttachmentId,
    pub person: PersonId,
    pub case: CaseId,
    pub data: String,
}

pub fn attachment_item(com: CommunityId, one: &Attachment) -> Result<Item, Error> {
    let key = schema::attachment(com, one.person, one.id);
    write(Kind::Attachment, &key, one, [])
}

pub fn case_item(case: &Case) -> Result<Item, Error> {
    let key = schema::case(case.community, case.id);
    write(Kind::Case, &key, case, schema::case_places(case))
}

pub fn care_file_item(file: &CareFile) -> Result<Item, Error> {
    let key = schema::care_file(file.community, file.person);
    write(Kind::CareFile, &key, file, schema::care_file_places(file))
}

pub fn note_item(note: &Note) -> Result<Item, Error> {
    let key = schema::note(note.community, note.id);
    write(Kind::Note, &key, note, schema::note_places(note))
}

pub fn care_nodes_item(com: CommunityId, nodes: &CareNodes) -> Result<Item, Error> {
    write(Kind::CareNodes, &schema::care_nodes(com), nodes, [])
}

impl Tx<'_> {
    /// A case as it is next. Refuses: `IdReused`, `Stale`.
    pub(crate) fn put_case(self, case: &Case) -> Result<Self, Error> {
        self.put_first_or_next(case_item(case)?, case.ver)
    }

    /// A file as it is next; the first only of somebody who is there.
    /// Refuses: `Stale`, `Missing` (left meanwhile).
    pub(crate) fn put_care_file(self, file: &CareFile) -> Result<Self, Error> {
        let item = care_file_item(file)?;
        match file.ver {
            1 => lives(
                self.put_new(item, Refusal::Stale)?,
                file.community,
                file.person,
            ),
            ver => self.put_next(item, ver),
        }
    }

    fn put_care(mut self, com: CommunityId, change: &CareChange) -> Result<Self, Error> {
        for case in &change.cases {
            self = self.put_case(case)?;
        }
        if let Some(file) = &change.file {
            self = self.put_care_file(file)?;
        }
        if let Some(note) = &change.note {
            self = self.put_first_or_next(note_item(note)?, note.ver)?;
        }
        if let Some(one) = &change.attachment {
            let item = attachment_item(com, one)?;
            self = lives(self.put_new(item, Refusal::IdReused)?, com, one.person)?;
        }
        if let Some(nodes) = &change.nodes {
            let item = care_nodes_item(com, nodes)?;
            self = match nodes.ver {
                1 => self.put_new(item, Refusal::Stale)?,
                ver => self.put_next(item, ver)?,
            };
        }
        for alert in &change.alerts {
            self = self.put_first_or_next(alert_item(alert)?, alert.ver)?;
        }
        if !change.alerts.is_empty() {
            self = self.count_alert_change(com)?;
        }
        if let Some(vitals) = &change.vitals {
            self = self.put_next(vitals_item(vitals)?, vitals.ver)?;
        }
        let watch = WatchChange {
            watched: change.watched.clone(),
            sign: change.sign.clone(),
            ..WatchChange::default()
        };
        self.put_watch(com, &watch)
    }
}

impl Store {
    /// Everything of one move. Refuses: `Missing` (the person left meanwhile), `IdReused`, `Stale`.
    pub async fn write_care(
        &self,
        com: CommunityId,
        change: &CareChange,
        beside: &Beside,
    ) -> Result<(), Error> {
        let tx = self.tx().command(beside.command.as_ref())?;
        let tx = tx.put_care(com, change)?;
        outgoing(tx, &beside.notices)?.commit().await
    }
}
