//! Whether what is passed on to the national network holds together.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use domain::hours::{Entry, EntryState};
use domain::network::{Batch, Left, Part, Passed, Record};
use domain::{CommunityId, EntryId, NetworkBatchId};

use super::network::NetworkRef;
use crate::audit::Finding;
use crate::schema::{self, Item, Key, Kind};
use crate::table::{Error, read};

/// What the rules look at.
#[derive(Default)]
pub(crate) struct Network {
    entries: BTreeMap<EntryId, Entry>,
    records: BTreeMap<EntryId, Record>,
    batches: BTreeMap<NetworkBatchId, Batch>,
    parts: BTreeMap<(NetworkBatchId, u32), Part>,
    /// By the partition they lie in.
    refs: BTreeMap<String, EntryId>,
}

impl Network {
    pub(crate) fn keep(&mut self, kind: Kind, item: &Item, key: &Key) -> Result<(), Error> {
        let item = item.clone();
        match kind {
            Kind::Entry => {
                let entry: Entry = read(item)?;
                self.entries.insert(entry.id, entry);
            }
            Kind::NetworkRecord => {
                let record: Record = read(item)?;
                self.records.insert(record.entry, record);
            }
            Kind::NetworkBatch => {
                let batch: Batch = read(item)?;
                self.batches.insert(batch.id, batch);
            }
            Kind::NetworkPart => {
                let part: Part = read(item)?;
                self.parts.insert((part.batch, part.n), part);
            }
            Kind::NetworkRef => {
                let NetworkRef { entry } = read(item)?;
                self.refs.insert(key.pk.clone(), entry);
            }
            _ => {}
        }
        Ok(())
    }

    pub(crate) fn findings(self) -> Vec<Finding> {
        let mut found = Found::default();
        self.records_of_entries(&mut found);
        self.what_left(&mut found);
        self.batches(&mut found);
        self.numbers(&mut found);
        found.0
    }

    /// What counts is on its way, as it is, and what was corrected is not the one that counts.
    fn records_of_entries(&self, found: &mut Found) {
        for entry in self.entries.values() {
            let record = self.records.get(&entry.id);
            if entry.counts() && entry.minutes > 0 && record.is_none() {
                found.add("what counts has its record", entry.id);
            }
            let Some(record) = record else {
                continue;
            };
            let by = match entry.state {
                EntryState::Superseded { by } => Some(by),
                EntryState::Pending | EntryState::Approved | EntryState::Refused { .. } => None,
            };
            let same = (record.person, record.starts, record.minutes);
            let stood = entry.counts() || by.is_some();
            if !stood || same != (entry.person, entry.span.from, entry.minutes) {
                found.add("a record says what its entry says", entry.id);
            }
            if record.superseded_by != by {
                found.add("a record is superseded with its entry", entry.id);
            }
        }
        let lost = |id: &&EntryId| !self.entries.contains_key(*id);
        for id in self.records.keys().filter(lost) {
            found.add("a record is of an entry", id);
        }
    }

    /// What left has its row where it says, in the batch whose answer it waits for or has.
    fn what_left(&self, found: &mut Found) {
        for record in self.records.values() {
            let last = match &record.passed {
                Passed::Waiting => None,
                Passed::Sent { batch }
                | Passed::Accepted { batch, .. }
                | Passed::Rejected { batch, .. } => Some(*batch),
            };
            if last.is_some() && last != record.left.last().map(|left| left.batch) {
                found.add("what left last is what is answered", record.entry);
            }
            let lies = |left: &Left| {
                let part = self.parts.get(&(left.batch, left.part));
                part.is_some_and(|part| part.rows.iter().any(|row| row.entry == record.entry))
            };
            if !record.left.iter().all(lies) {
                found.add("what left has its row", record.entry);
            }
        }
    }

    /// A batch has the parts and rows it counts, each row once, of records that know of it.
    fn batches(&self, found: &mut Found) {
        for batch in self.batches.values() {
            let parts: Vec<&Part> = (0..batch.parts)
                .filter_map(|n| self.parts.get(&(batch.id, n)))
                .collect();
            let rows = || parts.iter().flat_map(|part| &part.rows);
            let once: BTreeSet<EntryId> = rows().map(|row| row.entry).collect();
            let count = rows().count();
            let whole = parts.len() == batch.parts as usize && count == batch.records as usize;
            if !whole || once.len() != count {
                found.add("a batch has the rows it counts", batch.id);
            }
        }
        for part in self.parts.values() {
            let place = Left {
                batch: part.batch,
                part: part.n,
            };
            let known = part.rows.iter().all(|row| {
                let record = self.records.get(&row.entry);
                record.is_some_and(|record| record.left.contains(&place))
            });
            if !known || !self.batches.contains_key(&part.batch) {
                let subject = format!("{} part {}", part.batch, part.n);
                found.add("a row is of a record that left", subject);
            }
        }
    }

    /// A number of the network's is one record's.
    fn numbers(&self, found: &mut Found) {
        let place = |com: CommunityId, external: &str| schema::network_ref(com, external).pk;
        let mut named = 0;
        for record in self.records.values() {
            let Some(external) = record.external() else {
                continue;
            };
            named += 1;
            if self.refs.get(&place(record.community, external)) != Some(&record.entry) {
                found.add("an accepted record is found by its number", record.entry);
            }
        }
        if named != self.refs.len() {
            let subject = format!("{named} accepted, {} numbers", self.refs.len());
            found.add("a number of the network's is one record's", subject);
        }
    }
}

#[derive(Default)]
struct Found(Vec<Finding>);

impl Found {
    fn add(&mut self, rule: &'static str, subject: impl fmt::Display) {
        let subject = subject.to_string();
        self.0.push(Finding { rule, subject });
    }
}
