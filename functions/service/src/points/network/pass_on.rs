//! Make a file of what waits. `CreateNetworkBatch`, those who pass on; safe to repeat with the same
//! id, and a repeat finishes what was interrupted. Each part of a batch is one transaction with its records, so
//! that at any moment a record is in the outbox or in exactly one row. The command's record is
//! written when the batch is closed.

use std::collections::{BTreeMap, BTreeSet};

use domain::activity::Activity;
use domain::hours::Entry;
use domain::network::sheet::{Ground, Row, staff_names};
use domain::network::{Batch, Layout, Part, Record, RecordState, Step};
use domain::person::Person;
use domain::{ActivityId, EntryId, PersonId, Refusal, limits};
use store::schema::{self, Pattern};
use store::table::{Place, read};
use wire::Endpoint;
use wire::points::network::CreateNetworkBatch;

use super::super::sign_ups::{TRIES, again_while_stale, busy, pause};
use super::{batches, span, stored};
use crate::error::Error;
use crate::http::{Call, Outcome};
use crate::identity::views;
use crate::once::Once;

/// Rows of the outbox that are looked at together.
const LOOKED: usize = 200;

pub async fn create(call: Call<CreateNetworkBatch>) -> Outcome<CreateNetworkBatch> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = again_while_stale!(&call.ctx, make(&call, &once));
    let done = match done {
        Ok(batch) => batches::whole(&call, &batch).await,
        Err(error) => Err(error),
    };
    let again = async { batches::whole(&call, &stored(&call, call.body.id).await?).await };
    once.end(&call.ctx, done, again).await
}

async fn make(call: &Call<CreateNetworkBatch>, once: &Once) -> Result<Batch, Error> {
    let (ctx, who, body) = (&call.ctx, &call.who, &call.body);
    let com = who.community.id;
    let span = body
        .month
        .map(|month| span(who, month, "/month"))
        .transpose()?;
    let mut batch = match ctx.store.network_batch(com, body.id).await? {
        // Closed, or another one: whose command it was is decided by its record.
        Some(batch) if batch.closed || batch.month != body.month => {
            return Err(Refusal::IdReused.into());
        }
        Some(batch) => batch,
        None => Batch {
            id: body.id,
            community: com,
            month: body.month,
            by: who.person.id,
            at: call.now,
            layout: Layout::First,
            issuer: who.community.name.clone(),
            records: 0,
            parts: 0,
            names: BTreeMap::new(),
            closed: false,
            ver: 0,
        },
    };
    let mut outbox = Outbox {
        pattern: schema::network_state(com, RecordState::Waiting, span),
        place: None,
        end: false,
        found: Vec::new(),
        without_number: 0,
    };
    loop {
        let room = batch.room().min(limits::NETWORK_PART_RECORDS);
        let ready = match room {
            0 => Vec::new(),
            room => outbox.next(call, room).await?,
        };
        if ready.is_empty() {
            let closed = batch.close(outbox.without_number)?;
            ctx.store
                .close_batch(&closed, once.record().as_ref())
                .await?;
            return Ok(closed);
        }
        batch = send(call, batch, ready).await?;
    }
}

/// A record that can leave, with its person's number.
type Ready = (Record, String);

/// What waits, the earliest service first.
struct Outbox {
    pattern: Pattern,
    place: Option<Place>,
    end: bool,
    found: Vec<Ready>,
    without_number: u32,
}

impl Outbox {
    /// The next records that can leave, at most so many; none at the end.
    async fn next(
        &mut self,
        call: &Call<CreateNetworkBatch>,
        max: usize,
    ) -> Result<Vec<Ready>, Error> {
        while self.found.len() < max && !self.end {
            let place = self.place.take();
            let (items, next) = call.ctx.store.page(&self.pattern, LOOKED, place).await?;
            self.end = next.is_none();
            self.place = next;
            let listed = items.into_iter().map(read);
            let listed: Vec<Record> = listed.collect::<Result<_, _>>()?;
            self.look(call, &listed).await?;
        }
        let rest = self.found.split_off(max.min(self.found.len()));
        Ok(std::mem::replace(&mut self.found, rest))
    }

    /// The list may be behind: each is read again.
    async fn look(
        &mut self,
        call: &Call<CreateNetworkBatch>,
        listed: &[Record],
    ) -> Result<(), Error> {
        let (store, com) = (&call.ctx.store, call.who.community.id);
        let keys = listed.iter().map(|one| (one.person, one.starts, one.entry));
        let mut records = store.network_records_among(com, keys).await?;
        records.retain(Record::waits);
        let people = records.iter().map(|record| record.person);
        let numbers = numbers(call, people).await?;
        for record in records {
            match numbers.get(&record.person) {
                Some(number) => self.found.push((record, number.clone())),
                None => self.without_number += 1,
            }
        }
        Ok(())
    }
}

/// The unified numbers of those among these people who have one.
pub(super) async fn numbers<E: Endpoint>(
    call: &Call<E>,
    people: impl Iterator<Item = PersonId>,
) -> Result<BTreeMap<PersonId, String>, Error> {
    let people: Vec<PersonId> = people.collect::<BTreeSet<_>>().into_iter().collect();
    let com = call.who.community.id;
    let files = call.ctx.store.files_among(com, &people).await?;
    let number = |file: domain::activity::Volunteer| Some((file.person, file.unified_number?));
    Ok(files.into_iter().filter_map(number).collect())
}

/// One more part. Everybody in it finds that in their log of views first. Refuses: `Stale`.
async fn send(
    call: &Call<CreateNetworkBatch>,
    batch: Batch,
    ready: Vec<Ready>,
) -> Result<Batch, Error> {
    let (ctx, at) = (&call.ctx, call.now);
    let around = Around::of(call, &ready).await?;
    let mut rows = Vec::with_capacity(ready.len());
    for (record, number) in &ready {
        rows.push(around.row(call, record, number)?);
    }
    let whose: BTreeSet<PersonId> = rows.iter().map(|row| row.person).collect();
    let whose: Vec<PersonId> = whose.into_iter().collect();
    let reason = batch.id.to_string();
    views::log_all(
        ctx,
        &call.who,
        &whose,
        CreateNetworkBatch::NAME,
        &reason,
        at,
    )
    .await?;
    let names = staff_names(&rows, &around.names);
    let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let (batch, n) = batch.grown(count, names);
    let step = |record: Record| {
        let (batch, part) = (batch.id, n);
        record.apply(Step::Send { batch, part }, at)
    };
    let sent = ready.into_iter().map(|(record, _)| step(record));
    let sent: Vec<Record> = sent.collect::<Result<_, _>>()?;
    let part = Part {
        batch: batch.id,
        n,
        rows,
        ver: 1,
    };
    ctx.store.send_part(&batch, &part, &sent).await?;
    Ok(batch)
}

/// What rows are made of, read once for a part.
struct Around {
    entries: BTreeMap<EntryId, Entry>,
    activities: BTreeMap<ActivityId, Activity>,
    names: BTreeMap<PersonId, String>,
    /// Records that others come in the place of.
    before: BTreeMap<EntryId, Record>,
}

impl Around {
    async fn of(call: &Call<CreateNetworkBatch>, ready: &[Ready]) -> Result<Self, Error> {
        let (store, com) = (&call.ctx.store, call.who.community.id);
        let records = || ready.iter().map(|(record, _)| record);
        let keys: Vec<_> = records()
            .map(|record| schema::entry(com, record.person, record.starts, record.entry))
            .collect();
        let items = store.get_many(&keys).await?.into_iter().flatten();
        let entries = items.map(read).collect::<Result<Vec<Entry>, _>>()?;
        let activities: BTreeSet<ActivityId> =
            entries.iter().filter_map(|entry| entry.activity).collect();
        let activities: Vec<ActivityId> = activities.into_iter().collect();
        let activities = store.activities_among(com, &activities).await?;
        let mut people: BTreeSet<PersonId> = records().map(|record| record.person).collect();
        people.extend(activities.iter().map(|activity| activity.organiser));
        for entry in &entries {
            people.insert(entry.submitted_by);
            people.extend(entry.approvals.last().map(|approval| approval.by));
        }
        let people: Vec<PersonId> = people.into_iter().collect();
        let people: Vec<Person> = store.people_among(com, &people).await?;
        let mut before = BTreeMap::new();
        for id in records().filter_map(|record| record.revision_of) {
            let found = store.network_record(com, id).await?;
            before.extend(found.map(|found| (id, found)));
        }
        Ok(Self {
            entries: entries.into_iter().map(|one| (one.id, one)).collect(),
            activities: activities.into_iter().map(|one| (one.id, one)).collect(),
            names: people.into_iter().map(|one| (one.id, one.name)).collect(),
            before,
        })
    }

    fn row(
        &self,
        call: &Call<CreateNetworkBatch>,
        record: &Record,
        number: &str,
    ) -> Result<Row, Error> {
        let lost = || store::Error::broken(format!("{} has no entry", record.entry));
        let entry = self.entries.get(&record.entry).ok_or_else(lost)?;
        let activity = entry.activity.and_then(|id| self.activities.get(&id));
        let before = record.revision_of.and_then(|id| self.before.get(&id));
        let name = self.names.get(&record.person);
        let ground = Ground {
            entry,
            name: name.map_or("", String::as_str),
            number,
            activity,
            before,
            zone: &call.who.zone,
        };
        Ok(Row::of(record, &ground))
    }
}
