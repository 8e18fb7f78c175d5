//! Single records. `ListNetworkRecords`, `RequeueNetworkRecord`: those who pass on; whoever is named
//! finds it in their log of views. A requeue is safe to repeat with the same id. And what an entry's
//! readers are told of it.

use std::collections::BTreeMap;

use domain::hours::Entry;
use domain::network::{Left, Record, RecordState, Step};
use domain::{EntryId, PersonId, Refusal};
use store::schema;
use wire::Endpoint;
use wire::Page;
use wire::points::network::{
    EntryNetwork, ListNetworkRecords, NetworkRecordView, RequeueNetworkRecord,
};

use super::super::sign_ups::{TRIES, again_while_stale, busy, pause};
use super::pass_on::numbers;
use super::span;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::identity::views;
use crate::once::Once;
use crate::{page, parse};

pub async fn list(call: Call<ListNetworkRecords>) -> Outcome<ListNetworkRecords> {
    let (ctx, who, query) = (&call.ctx, &call.who, &call.query);
    let limit = parse::limit(query.limit)?;
    let span = query
        .month
        .map(|month| span(who, month, "?month"))
        .transpose()?;
    let state = query.state.unwrap_or(RecordState::Waiting);
    let pattern = schema::network_state(who.community.id, state, span);
    let cursor = query.cursor.as_deref();
    let (rows, cursor) = page::page::<Record>(&ctx.store, &pattern, limit, cursor).await?;
    let mut whose: Vec<PersonId> = rows.iter().map(|record| record.person).collect();
    whose.sort_unstable();
    whose.dedup();
    views::log_all(ctx, who, &whose, ListNetworkRecords::NAME, "", call.now).await?;
    Ok(Answer::new(Page {
        items: shown(&call, &rows).await?,
        cursor,
    }))
}

async fn shown<E: Endpoint>(
    call: &Call<E>,
    records: &[Record],
) -> Result<Vec<NetworkRecordView>, Error> {
    let (store, com) = (&call.ctx.store, call.who.community.id);
    let mut people: Vec<PersonId> = records.iter().map(|record| record.person).collect();
    people.sort_unstable();
    people.dedup();
    let named = store.people_among(com, &people).await?;
    let named: BTreeMap<PersonId, String> =
        named.into_iter().map(|one| (one.id, one.name)).collect();
    let numbers = numbers(call, waiting(records)).await?;
    let view = |record: &Record| NetworkRecordView {
        entry: record.entry,
        person: record.person,
        person_name: named.get(&record.person).cloned().unwrap_or_default(),
        starts: call.who.moment(record.starts),
        minutes: record.minutes,
        state: record.state(),
        batch: record.left.last().map(|left: &Left| left.batch),
        external: record.external().map(str::to_owned),
        reason: record.reason().map(str::to_owned),
        needs_number: record.waits() && !numbers.contains_key(&record.person),
        revision_of: record.revision_of,
        superseded_by: record.superseded_by,
    };
    Ok(records.iter().map(view).collect())
}

/// Whose records wait.
fn waiting<'a>(records: impl IntoIterator<Item = &'a Record>) -> impl Iterator<Item = PersonId> {
    let waiting = records.into_iter().filter(|record| record.waits());
    waiting.map(|record| record.person)
}

pub async fn again(call: Call<RequeueNetworkRecord>) -> Outcome<RequeueNetworkRecord> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = again_while_stale!(&call.ctx, requeue(&call, &once));
    let again = async { one(&call, &of(&call).await?).await };
    once.end(&call.ctx, done, again).await
}

async fn of(call: &Call<RequeueNetworkRecord>) -> Result<Record, Error> {
    let com = call.who.community.id;
    let record = call.ctx.store.network_record(com, call.path.0).await?;
    Ok(record.ok_or(Refusal::Missing)?)
}

async fn one<E: Endpoint>(call: &Call<E>, record: &Record) -> Result<NetworkRecordView, Error> {
    let found = shown(call, std::slice::from_ref(record)).await?;
    Ok(found.into_iter().next().ok_or(Refusal::Missing)?)
}

async fn requeue(
    call: &Call<RequeueNetworkRecord>,
    once: &Once,
) -> Result<NetworkRecordView, Error> {
    let (ctx, at) = (&call.ctx, call.now);
    let before = of(call).await?;
    let (person, what) = (before.person, RequeueNetworkRecord::NAME);
    views::log(ctx, &call.who, person, what, "", at).await?;
    let after = before.apply(Step::Again, at)?;
    let command = once.record();
    ctx.store
        .write_record(&after, None, command.as_ref())
        .await?;
    one(call, &after).await
}

/// How these entries stand with the network; nothing of those that do not go there.
pub async fn standings<E: Endpoint>(
    call: &Call<E>,
    entries: &[Entry],
) -> Result<BTreeMap<EntryId, EntryNetwork>, Error> {
    let (store, com) = (&call.ctx.store, call.who.community.id);
    let keys: Vec<_> = entries
        .iter()
        .map(|entry| (entry.person, entry.span.from, entry.id))
        .collect();
    let records = store.network_records_among(com, keys).await?;
    let numbers = numbers(call, waiting(&records)).await?;
    let standing = |record: &Record| EntryNetwork {
        state: record.state(),
        needs_number: record.waits() && !numbers.contains_key(&record.person),
        reason: record.reason().map(str::to_owned),
        external: record.external().map(str::to_owned),
    };
    let found = records
        .iter()
        .map(|record| (record.entry, standing(record)));
    Ok(found.collect())
}
