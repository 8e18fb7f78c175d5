//! Take the network's answers to a batch. `AnswerNetworkBatch`, those who pass on; safe to repeat:
//! what was answered is known then. A row is taken whole or not at all, and no row waits for another.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::network::Record;
use domain::network::compare::Answer as Said;
use domain::{EntryId, NetworkBatchId, Refusal, limits};
use jiff::Timestamp;
use wire::Code;
use wire::market::ImportMode;
use wire::points::network::AnswerNetworkBatch;

use super::batches::parts_and_records;
use super::connector::{Came, EXTERNAL, RECORD, connector};
use super::stored;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::market::import::columns::Columns;
use crate::market::import::report::{Judged, Verdict, checked, report, taken};

pub async fn take(call: Call<AnswerNetworkBatch>) -> Outcome<AnswerNetworkBatch> {
    let batch = stored(&call, call.path.0).await?;
    if !batch.closed {
        return Err(Refusal::BatchOpen.into());
    }
    let came = connector().answers(call.file.clone()).await?;
    let (_, records) = parts_and_records(&call, &batch).await?;
    let rows = judge(&call, &came, records).await?;
    let rows = match call.query.mode.unwrap_or(ImportMode::Check) {
        ImportMode::Check => checked(rows),
        ImportMode::Take => {
            let taking = |(record, said)| {
                let (ctx, columns) = (call.ctx.clone(), Arc::clone(&came.columns));
                write(ctx, columns, (record, said, batch.id), call.now)
            };
            taken(rows, taking).await?
        }
    };
    Ok(Answer::new(report(came.read_as, rows)))
}

type Todo = (Record, Said);

async fn judge(
    call: &Call<AnswerNetworkBatch>,
    came: &Came<(EntryId, Said)>,
    records: Vec<Record>,
) -> Result<Vec<Judged<Todo>>, Error> {
    let (columns, batch) = (&came.columns, call.path.0);
    let records: BTreeMap<EntryId, Record> = records
        .into_iter()
        .map(|record| (record.entry, record))
        .collect();
    let owners = owners(call, came).await?;
    let (mut seen, mut numbers) = (BTreeSet::new(), BTreeSet::new());
    let mut rows = Vec::with_capacity(came.lines.len());
    for line in &came.lines {
        let refused = |column, code| Verdict::Refused(columns.flaw(column, code));
        let verdict = match &line.said {
            Err(flaw) => Verdict::Refused(flaw.clone()),
            Ok((id, _)) if !records.contains_key(id) => refused(&RECORD, Code::NotFound),
            Ok((id, _)) if !seen.insert(*id) => refused(&RECORD, Code::RowTwice),
            Ok((id, said)) => {
                let external = match said {
                    Said::Accepted { external } => Some(external.clone()),
                    Said::Rejected { .. } => None,
                };
                let owner = external.as_ref().and_then(|external| owners.get(external));
                if external.is_some_and(|external| !numbers.insert(external)) {
                    refused(&EXTERNAL, Code::RowTwice)
                } else if owner.is_some_and(|owner| owner != id) {
                    refused(&EXTERNAL, Code::Differs)
                } else {
                    let record = records[id].clone();
                    match record.clone().apply(said.clone().to(batch), call.now) {
                        Ok(after) if after == record => Verdict::Known,
                        Ok(_) => Verdict::Take((record, said.clone())),
                        Err(_) => refused(&EXTERNAL, Code::Differs),
                    }
                }
            }
        };
        rows.push(Judged {
            row: line.row,
            name: line.name.clone(),
            verdict,
        });
    }
    Ok(rows)
}

/// Which records have the numbers in this file already.
async fn owners(
    call: &Call<AnswerNetworkBatch>,
    came: &Came<(EntryId, Said)>,
) -> Result<BTreeMap<String, EntryId>, Error> {
    let lines = came.lines.iter().flat_map(|line| &line.said);
    let externals: BTreeSet<String> = lines
        .filter_map(|(_, said)| match said {
            Said::Accepted { external } => Some(external.clone()),
            Said::Rejected { .. } => None,
        })
        .collect();
    let externals: Vec<String> = externals.into_iter().collect();
    let com = call.who.community.id;
    let owners = call.ctx.store.network_refs(com, &externals).await?;
    let owned = externals.into_iter().zip(owners);
    Ok(owned
        .filter_map(|(external, owner)| Some((external, owner?)))
        .collect())
}

/// Writes one answer on the record as it is by now.
async fn write(
    ctx: Ctx,
    columns: Arc<Columns>,
    (mut record, said, batch): (Record, Said, NetworkBatchId),
    at: Timestamp,
) -> Result<Verdict<()>, Error> {
    let differs = || Verdict::Refused(columns.flaw(&EXTERNAL, Code::Differs));
    for _ in 0..limits::COMMIT_TRIES {
        let after = match record.clone().apply(said.clone().to(batch), at) {
            Ok(after) if after == record => return Ok(Verdict::Known),
            Ok(after) => after,
            Err(_) => return Ok(differs()),
        };
        match ctx.store.write_record(&after, after.external(), None).await {
            Ok(()) => return Ok(Verdict::Take(())),
            Err(store::Error::Refused(Refusal::AnswerDiffers)) => return Ok(differs()),
            Err(store::Error::Refused(Refusal::Stale)) => {
                let now = ctx
                    .store
                    .network_record(record.community, record.entry)
                    .await?;
                record = now.ok_or(Refusal::Missing)?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(Refusal::Stale.into())
}
