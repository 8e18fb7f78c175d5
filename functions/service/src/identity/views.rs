//! The log of who looked at whose personal data. `ListMyViews`: anybody, their own, newest first.

use std::collections::BTreeMap;

use domain::access::{Act, allows};
use domain::{CommunityId, PersonId, ViewId};
use jiff::Timestamp;
use store::identity::View;
use store::schema;
use wire::identity::{self, ListMyViews};

use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome, Who};
use crate::{page, parse};

/// Writes down that `who` looks at the file of `whose`; to be done before the answer is given.
/// `what`: an endpoint's name. Looking at one's own is not written down.
pub async fn log(
    ctx: &Ctx,
    who: &Who,
    whose: PersonId,
    what: &str,
    reason: &str,
    at: Timestamp,
) -> Result<(), Error> {
    log_all(ctx, who, &[whose], what, reason, at).await
}

/// The same for several people at once, at most 100.
pub async fn log_all(
    ctx: &Ctx,
    who: &Who,
    whose: &[PersonId],
    what: &str,
    reason: &str,
    at: Timestamp,
) -> Result<(), Error> {
    let others = whose.iter().filter(|id| **id != who.person.id);
    let lines: Vec<_> = others
        .map(|id| (*id, entry(ctx, who, what, reason, at)))
        .collect();
    if lines.is_empty() {
        return Ok(());
    }
    Ok(ctx.store.log_views(who.community.id, &lines).await?)
}

/// One line of the log, not yet written.
pub(crate) fn entry(ctx: &Ctx, who: &Who, what: &str, reason: &str, at: Timestamp) -> View {
    let roles = &who.person.roles;
    let role = roles.iter().find(|role| allows(Act::SeePeople, **role));
    let (millis, chance) = ctx.fresh(at);
    View {
        id: ViewId::new(millis, chance),
        at,
        viewer: who.person.id,
        viewer_role: role
            .or_else(|| roles.iter().max())
            .copied()
            .unwrap_or(domain::access::Role::Resident),
        what: what.to_owned(),
        reason: reason.to_owned(),
        how: None,
    }
}

pub async fn list_my_views(call: Call<ListMyViews>) -> Outcome<ListMyViews> {
    let who = &call.who;
    let limit = parse::limit(call.query.limit)?;
    let log = schema::of_person(who.community.id, who.person.id, "VIEW#");
    let cursor = call.query.cursor.as_deref();
    let (rows, next) = page::page(&call.ctx.store, &log, limit, cursor).await?;
    let names = viewers(&call.ctx, who.community.id, &rows).await?;
    let row = |view: View| identity::View {
        id: view.id,
        at: who.moment(view.at),
        viewer_name: names.get(&view.viewer).cloned().unwrap_or_default(),
        viewer_role: view.viewer_role,
        what: view.what,
        reason: view.reason,
    };
    Ok(Answer::new(page::wire((rows, next), row)))
}

/// Who they are that looked; those deleted since have no name any more.
pub(super) async fn viewers(
    ctx: &Ctx,
    com: CommunityId,
    views: &[View],
) -> Result<BTreeMap<PersonId, String>, Error> {
    names(ctx, com, views.iter().map(|view| view.viewer).collect()).await
}

/// The names of those among these who are still there.
pub(super) async fn names(
    ctx: &Ctx,
    com: CommunityId,
    mut ids: Vec<PersonId>,
) -> Result<BTreeMap<PersonId, String>, Error> {
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let people = ctx.store.people_among(com, &ids).await?;
    let named = people.into_iter().map(|person| (person.id, person.name));
    Ok(named.collect())
}
