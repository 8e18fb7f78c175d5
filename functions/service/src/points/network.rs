//! Service time and the national network. Read [`pass_on`] (files that leave), [`answers`] (what
//! comes back), [`reconcile`] (the network's list of a month); [`connector`] is the way out and in.

mod answers;
mod batches;
mod connector;
mod pass_on;
mod reconcile;
mod records;
mod summary;
pub(crate) mod xlsx;

use axum::Router;
use domain::network::{Batch, Month};
use domain::{CommunityId, NetworkBatchId, Refusal};
use jiff::Timestamp;
use wire::points::network::{
    AnswerNetworkBatch, CreateNetworkBatch, GetNetwork, GetNetworkBatch, GetNetworkFile,
    ListNetworkBatches, ListNetworkRecords, ReconcileNetwork, RequeueNetworkRecord,
};
use wire::{Code, Endpoint};

use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Call, Who, mount};

pub(super) use records::standings;

pub(super) fn routes(router: Router<Ctx>) -> Router<Ctx> {
    let router = mount::<GetNetwork, _, _>(router, summary::get);
    let router = mount::<ListNetworkRecords, _, _>(router, records::list);
    let router = mount::<RequeueNetworkRecord, _, _>(router, records::again);
    let router = mount::<ListNetworkBatches, _, _>(router, batches::list);
    let router = mount::<CreateNetworkBatch, _, _>(router, pass_on::create);
    let router = mount::<GetNetworkBatch, _, _>(router, batches::get);
    let router = mount::<GetNetworkFile, _, _>(router, batches::file);
    let router = mount::<AnswerNetworkBatch, _, _>(router, answers::take);
    mount::<ReconcileNetwork, _, _>(router, reconcile::run)
}

/// A batch of this community. Refuses: `Missing`.
async fn stored<E: Endpoint>(call: &Call<E>, id: NetworkBatchId) -> Result<Batch, Error> {
    let com: CommunityId = call.who.community.id;
    let batch = call.ctx.store.network_batch(com, id).await?;
    Ok(batch.ok_or(Refusal::Missing)?)
}

/// The moments of a month in the community's zone; `field` names it where there are none.
fn span(who: &Who, month: Month, field: &str) -> Result<(Timestamp, Timestamp), Error> {
    let bad = || Error::invalid(Code::BadValue, field);
    month.span(&who.zone).ok_or_else(bad)
}
