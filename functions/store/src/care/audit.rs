//! Whether cases and the files that name them hold together: nobody's case is lost, and nobody is left unwatched.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use domain::care::{CareFile, CareNodes, Case, Left, Note};
use domain::{AttachmentId, CaseId, NoteId, PersonId};

use super::Attachment;
use crate::audit::Finding;
use crate::schema::{Item, Key, Kind};
use crate::table::{Error, read};

/// What the rules look at. A community is known by the beginning of its keys.
#[derive(Default)]
pub(crate) struct Desk {
    cases: BTreeMap<(String, CaseId), Case>,
    files: BTreeMap<(String, PersonId), CareFile>,
    notes: BTreeMap<(String, NoteId), Note>,
    attachments: BTreeSet<(String, PersonId, AttachmentId)>,
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

impl Desk {
    pub fn keep(&mut self, kind: Kind, item: &Item, key: &Key) -> Result<(), Error> {
        let com = key.pk.split('#').next().unwrap_or_default().to_owned();
        match kind {
            Kind::Case => {
                let case: Case = read(item.clone())?;
                self.cases.insert((com, case.id), case);
            }
            Kind::CareFile => {
                let file: CareFile = read(item.clone())?;
                self.files.insert((com, file.person), file);
            }
            Kind::Note => {
                let note: Note = read(item.clone())?;
                self.notes.insert((com, note.id), note);
            }
            Kind::Attachment => {
                let one: Attachment = read(item.clone())?;
                self.attachments.insert((com, one.person, one.id));
            }
            Kind::CareNodes => {
                read::<CareNodes>(item.clone())?;
            }
            _ => {}
        }
        Ok(())
    }

    pub fn findings(&self) -> Vec<Finding> {
        let mut found = Found(Vec::new());
        for ((com, id), case) in &self.cases {
            let file = self.files.get(&(com.clone(), case.person));
            let named = file.is_some_and(|file| file.case == Some(*id));
            let rule = "an open case is the one of its person's file, and no other is";
            found.unless(named == case.is_open(), rule, id);
            let open = case.tasks().any(|task| task.is_open());
            found.unless(
                open == case.is_open(),
                "a case is open while it has a task",
                id,
            );
            let called = case.due().is_some() || case.is_alerted() || !case.is_open();
            found.unless(called, "somebody is told again of an open case", id);
            if let Some(Left::Case(into)) = case.closing.as_ref().map(|one| one.left) {
                let other = self.cases.get(&(com.clone(), into));
                let leads = other
                    .is_some_and(|other| other.merged.contains(id) && other.person == case.person);
                found.unless(
                    leads,
                    "a case that became part of another is listed there",
                    id,
                );
            }
        }
        for ((com, person), file) in &self.files {
            if let Some(id) = file.case {
                let case = self.cases.get(&(com.clone(), id));
                let theirs = case.is_some_and(|case| case.person == *person);
                found.unless(theirs, "the case of a file is there", person);
            }
        }
        let mut listed = BTreeSet::new();
        for ((com, _), case) in &self.cases {
            let ids = case.files.iter().map(|file| file.id);
            listed.extend(ids.map(|id| (com.clone(), case.person, id)));
        }
        let rule = "what is attached is listed by a case, and what is listed is there";
        for (_, person, id) in listed.symmetric_difference(&self.attachments) {
            found.unless(false, rule, format!("{person} {id}"));
        }
        for ((com, id), note) in &self.notes {
            let case = self.cases.get(&(com.clone(), note.case));
            let about = case.is_some_and(|case| case.person == note.person);
            found.unless(about, "a note is about the person of its case", id);
        }
        found.0
    }
}
