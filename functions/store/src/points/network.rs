//! Service time on its way into the national network: its records, the batches that left, and what is
//! written together. A record is written with its entry ([`Store::write_hours`]).

use domain::hours::Entry;
use domain::network::sheet::Row;
use domain::network::{Batch, Part, Record, counted};
use domain::{CommunityId, EntryId, NetworkBatchId, PersonId, Refusal, limits};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::schema::{self, Item, Key, Kind};
use crate::table::{Error, Store, read, write};
use crate::tx::{Command, Tx};

/// Whose record goes by a number of the network's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkRef {
    pub entry: EntryId,
}

fn key_of_record(record: &Record) -> Key {
    let Record {
        community, person, ..
    } = *record;
    schema::network_record(community, person, record.starts, record.entry)
}

pub fn record_item(record: &Record) -> Result<Item, Error> {
    let places = schema::network_record_places(record);
    write(Kind::NetworkRecord, &key_of_record(record), record, places)
}

fn ref_item(com: CommunityId, external: &str, entry: EntryId) -> Result<Item, Error> {
    let key = schema::network_ref(com, external);
    write(Kind::NetworkRef, &key, &NetworkRef { entry }, [])
}

fn batch_item(batch: &Batch) -> Result<Item, Error> {
    let key = schema::network_batch(batch.community, batch.id);
    write(Kind::NetworkBatch, &key, batch, [])
}

fn part_item(com: CommunityId, part: &Part) -> Result<Item, Error> {
    let key = schema::network_part(com, part.batch, part.n);
    write(Kind::NetworkPart, &key, part, [])
}

impl Tx<'_> {
    /// A new record, or its next version. Refuses: `Stale`.
    pub(super) fn put_record(self, record: &Record) -> Result<Self, Error> {
        self.put_version(record_item(record)?, record.ver)
    }
}

impl Store {
    /// What an entry that counts from now on does to the outbox; nothing while it does not count.
    pub(super) async fn passing(
        &self,
        entry: &Entry,
        superseded: Option<&Entry>,
    ) -> Result<Vec<Record>, Error> {
        if !entry.counts() {
            return Ok(Vec::new());
        }
        let before = match superseded {
            Some(before) => self.record_of(before).await?,
            None => None,
        };
        let (new, before) = counted(entry, before)?;
        Ok(new.into_iter().chain(before).collect())
    }

    /// The record of an entry.
    pub async fn record_of(&self, entry: &Entry) -> Result<Option<Record>, Error> {
        let starts = entry.span.from;
        let key = schema::network_record(entry.community, entry.person, starts, entry.id);
        self.get(&key).await
    }

    /// The record of an entry that is known by its id only.
    pub async fn network_record(
        &self,
        com: CommunityId,
        id: EntryId,
    ) -> Result<Option<Record>, Error> {
        match self.entry(com, id).await? {
            Some(entry) => self.record_of(&entry).await,
            None => Ok(None),
        }
    }

    /// Several records in one trip, those there are, read consistently.
    pub async fn network_records_among(
        &self,
        com: CommunityId,
        wanted: impl IntoIterator<Item = (PersonId, Timestamp, EntryId)>,
    ) -> Result<Vec<Record>, Error> {
        let key = |(person, starts, id)| schema::network_record(com, person, starts, id);
        let keys: Vec<Key> = wanted.into_iter().map(key).collect();
        let items = self.get_many(&keys).await?;
        items.into_iter().flatten().map(read).collect()
    }

    /// Everybody's records of what began between two moments, the first included.
    pub async fn network_records_between(
        &self,
        com: CommunityId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Record>, Error> {
        let items = self.all(&schema::network_records(com, from, until)).await?;
        items.into_iter().map(read).collect()
    }

    /// Which records go by these numbers of the network's.
    pub async fn network_refs(
        &self,
        com: CommunityId,
        externals: &[String],
    ) -> Result<Vec<Option<EntryId>>, Error> {
        let keys: Vec<Key> = externals
            .iter()
            .map(|external| schema::network_ref(com, external))
            .collect();
        let items = self.get_many(&keys).await?;
        let entry = |item: Option<Item>| item.map(read::<NetworkRef>).transpose();
        let found = items.into_iter().map(entry);
        found.map(|one| Ok(one?.map(|one| one.entry))).collect()
    }

    pub async fn network_batch(
        &self,
        com: CommunityId,
        id: NetworkBatchId,
    ) -> Result<Option<Batch>, Error> {
        self.get(&schema::network_batch(com, id)).await
    }

    /// All parts of a batch, in their order.
    pub async fn network_parts(
        &self,
        com: CommunityId,
        id: NetworkBatchId,
    ) -> Result<Vec<Part>, Error> {
        let items = self.all(&schema::network_parts(com, id)).await?;
        items.into_iter().map(read).collect()
    }

    /// Writes one more part of a batch with its records, all of them the next version.
    /// Refuses: `Stale`.
    pub async fn send_part(
        &self,
        batch: &Batch,
        part: &Part,
        records: &[Record],
    ) -> Result<(), Error> {
        let mut tx = self
            .tx()
            .put_version(batch_item(batch)?, batch.ver)?
            .put_version(part_item(batch.community, part)?, part.ver)?;
        for record in records {
            tx = tx.put_record(record)?;
        }
        tx.commit().await
    }

    /// Closes a batch. Refuses: `Stale`.
    pub async fn close_batch(&self, batch: &Batch, command: Option<&Command>) -> Result<(), Error> {
        let tx = self.tx().command(command)?;
        tx.put_version(batch_item(batch)?, batch.ver)?
            .commit()
            .await
    }

    /// Writes the next version of a record. `external`: the number of the network's it has from now on.
    /// Refuses: `Stale`; `AnswerDiffers` where that number is another record's.
    pub async fn write_record(
        &self,
        record: &Record,
        external: Option<&str>,
        command: Option<&Command>,
    ) -> Result<(), Error> {
        let mut tx = self.tx().command(command)?.put_record(record)?;
        if let Some(external) = external {
            let item = ref_item(record.community, external, record.entry)?;
            tx = tx.put_new(item, Refusal::AnswerDiffers)?;
        }
        tx.commit().await
    }

    /// Somebody's rows in what left, as they left.
    pub async fn rows_of(&self, records: &[Record]) -> Result<Vec<Row>, Error> {
        let mut keys: Vec<Key> = Vec::new();
        for record in records {
            let left = record.left.iter();
            keys.extend(
                left.map(|one| schema::network_part(record.community, one.batch, one.part)),
            );
        }
        keys.sort_by(|a, b| (&a.pk, &a.sk).cmp(&(&b.pk, &b.sk)));
        keys.dedup();
        let mut rows = Vec::new();
        for item in self.get_many(&keys).await?.into_iter().flatten() {
            let part: Part = read(item)?;
            let own = |row: &Row| records.iter().any(|record| record.entry == row.entry);
            rows.extend(part.rows.into_iter().filter(own));
        }
        Ok(rows)
    }

    /// Nothing more of a record leaves, and what left tells no more whose it was. For somebody who
    /// left the community. Safe to repeat.
    pub async fn silence_record(
        &self,
        com: CommunityId,
        record: &Record,
        at: Timestamp,
    ) -> Result<(), Error> {
        let key = key_of_record(record);
        for _ in 0..limits::COMMIT_TRIES {
            let Some(now) = self.get::<Record>(&key).await? else {
                return Ok(());
            };
            for left in &now.left {
                self.silence_part(com, (left.batch, left.part), now.person)
                    .await?;
            }
            let Some(after) = now.left_alone(at) else {
                return Ok(());
            };
            match self.tx().put_record(&after)?.commit().await {
                // It left just now: its new row is looked at as well.
                Err(Error::Refused(Refusal::Stale)) => {}
                Err(error) => return Err(error),
                // What it leaves from here on it does not leave any more.
                Ok(()) => return Ok(()),
            }
        }
        Err(Refusal::Stale.into())
    }

    async fn silence_part(
        &self,
        com: CommunityId,
        (batch, n): (NetworkBatchId, u32),
        person: PersonId,
    ) -> Result<(), Error> {
        for _ in 0..limits::COMMIT_TRIES {
            let part: Option<Part> = self.get(&schema::network_part(com, batch, n)).await?;
            let Some(after) = part.and_then(|part| part.without(person)) else {
                return Ok(());
            };
            let tx = self.tx().put_version(part_item(com, &after)?, after.ver)?;
            match tx.commit().await {
                Err(Error::Refused(Refusal::Stale)) => {}
                done => return done,
            }
        }
        Err(Refusal::Stale.into())
    }

    /// Takes the name of somebody who left out of what they made or signed. Safe to repeat.
    pub async fn silence_batches(&self, com: CommunityId, person: PersonId) -> Result<(), Error> {
        for item in self.all(&schema::network_batches(com)).await? {
            let batch: Batch = read(item)?;
            let Some(after) = batch.without(person) else {
                continue;
            };
            let tx = self.tx().put_version(batch_item(&after)?, after.ver)?;
            match tx.commit().await {
                // It is being made: the next time, a minute later.
                Ok(()) | Err(Error::Refused(Refusal::Stale)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
