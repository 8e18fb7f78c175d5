//! Files that left. `ListNetworkBatches`, `GetNetworkBatch`, `GetNetworkFile`: those who pass on.
//! Whoever is named in a file finds it in their log of views, each time it is fetched.

use std::collections::{BTreeMap, BTreeSet};

use domain::network::{Batch, Part, Passed, Record};
use domain::{PersonId, Refusal};
use store::schema;
use wire::Endpoint;
use wire::points::network::{
    BatchStanding, GetNetworkBatch, GetNetworkFile, ListNetworkBatches, NetworkBatchView,
};

use super::connector::connector;
use super::stored;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::identity::views;
use crate::{page, parse};

/// People whose logs are written together.
const LOGGED: usize = 100;

pub async fn list(call: Call<ListNetworkBatches>) -> Outcome<ListNetworkBatches> {
    let limit = parse::limit(call.query.limit)?;
    let pattern = schema::network_batches(call.who.community.id);
    let cursor = call.query.cursor.as_deref();
    let (rows, cursor) = page::page::<Batch>(&call.ctx.store, &pattern, limit, cursor).await?;
    let makers: Vec<PersonId> = rows.iter().map(|batch| batch.by).collect();
    let names = names(&call, &makers).await?;
    let view = |batch: Batch| view(&call, &batch, &names, None);
    Ok(Answer::new(page::wire((rows, cursor), view)))
}

pub async fn get(call: Call<GetNetworkBatch>) -> Outcome<GetNetworkBatch> {
    let batch = stored(&call, call.path.0).await?;
    Ok(Answer::new(whole(&call, &batch).await?))
}

/// A batch, and how its records stand.
pub(super) async fn whole<E: Endpoint>(
    call: &Call<E>,
    batch: &Batch,
) -> Result<NetworkBatchView, Error> {
    let (_, records) = parts_and_records(call, batch).await?;
    let names = names(call, &[batch.by]).await?;
    Ok(view(call, batch, &names, Some(standing(batch, &records))))
}

/// The parts of a batch, and the records in them as they are by now.
pub(super) async fn parts_and_records<E: Endpoint>(
    call: &Call<E>,
    batch: &Batch,
) -> Result<(Vec<Part>, Vec<Record>), Error> {
    let (store, com) = (&call.ctx.store, call.who.community.id);
    let parts = store.network_parts(com, batch.id).await?;
    let rows = parts.iter().flat_map(|part| &part.rows);
    let keys = rows.map(|row| (row.person, row.starts, row.entry));
    let records = store.network_records_among(com, keys).await?;
    Ok((parts, records))
}

fn standing(batch: &Batch, records: &[Record]) -> BatchStanding {
    let mut standing = BatchStanding {
        unanswered: 0,
        accepted: 0,
        rejected: 0,
        superseded: 0,
    };
    for record in records {
        let (count, of) = match &record.passed {
            Passed::Waiting => continue,
            Passed::Sent { batch } => (&mut standing.unanswered, batch),
            Passed::Accepted { batch, .. } => (&mut standing.accepted, batch),
            Passed::Rejected { batch, .. } => (&mut standing.rejected, batch),
        };
        if *of == batch.id {
            *count += 1;
            standing.superseded += u32::from(record.superseded_by.is_some());
        }
    }
    standing
}

async fn names<E: Endpoint>(
    call: &Call<E>,
    ids: &[PersonId],
) -> Result<BTreeMap<PersonId, String>, Error> {
    let ids: Vec<PersonId> = ids
        .iter()
        .copied()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let people = call
        .ctx
        .store
        .people_among(call.who.community.id, &ids)
        .await?;
    Ok(people.into_iter().map(|one| (one.id, one.name)).collect())
}

fn view<E: Endpoint>(
    call: &Call<E>,
    batch: &Batch,
    names: &BTreeMap<PersonId, String>,
    standing: Option<BatchStanding>,
) -> NetworkBatchView {
    NetworkBatchView {
        id: batch.id,
        month: batch.month,
        records: batch.records,
        made_at: call.who.moment(batch.at),
        made_by_name: names.get(&batch.by).cloned().unwrap_or_default(),
        closed: batch.closed,
        standing,
    }
}

pub async fn file(call: Call<GetNetworkFile>) -> Outcome<GetNetworkFile> {
    let (ctx, who) = (&call.ctx, &call.who);
    let batch = stored(&call, call.path.0).await?;
    if !batch.closed {
        return Err(Refusal::BatchOpen.into());
    }
    let parts = ctx.store.network_parts(who.community.id, batch.id).await?;
    let rows = parts.iter().flat_map(|part| &part.rows);
    let whose: BTreeSet<PersonId> = rows.map(|row| row.person).collect();
    let whose: Vec<PersonId> = whose.into_iter().collect();
    let reason = batch.id.to_string();
    for some in whose.chunks(LOGGED) {
        views::log_all(ctx, who, some, GetNetworkFile::NAME, &reason, call.now).await?;
    }
    let form = call.query.format.unwrap_or_default();
    Ok(Answer::sheet(connector().hand_over(&batch, &parts, form)?))
}
