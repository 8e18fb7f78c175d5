//! The log of who looked at whose personal data. `ListMyViews`: anybody, their own, newest first.

use domain::access::{Act, allows};
use domain::{PersonId, ViewId};
use jiff::Timestamp;
use store::identity::{View, view_item};
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
    if whose == who.person.id {
        return Ok(());
    }
    let view = entry(ctx, who, what, reason, at);
    let item = view_item(who.community.id, whose, &view)?;
    Ok(ctx.store.put_all(vec![item]).await?)
}

/// One line of the log, not yet written.
pub(super) fn entry(ctx: &Ctx, who: &Who, what: &str, reason: &str, at: Timestamp) -> View {
    let roles = &who.person.roles;
    let role = roles.iter().find(|role| allows(Act::SeePeople, **role));
    let (millis, chance) = ctx.fresh(at);
    View {
        id: ViewId::new(millis, chance),
        at,
        viewer: who.person.id,
        viewer_name: who.person.name.clone(),
        viewer_role: role
            .or_else(|| roles.iter().max())
            .copied()
            .unwrap_or(domain::access::Role::Resident),
        what: what.to_owned(),
        reason: reason.to_owned(),
    }
}

pub async fn list_my_views(call: Call<ListMyViews>) -> Outcome<ListMyViews> {
    let who = &call.who;
    let limit = parse::limit(call.query.limit)?;
    let log = schema::of_person(who.community.id, who.person.id, "VIEW#");
    let cursor = call.query.cursor.as_deref();
    let rows = page::page(&call.ctx.store, &log, limit, cursor).await?;
    Ok(Answer::new(page::wire(rows, |view: View| identity::View {
        id: view.id,
        at: who.moment(view.at),
        viewer_name: view.viewer_name,
        viewer_role: view.viewer_role,
        what: view.what,
        reason: view.reason,
    })))
}
