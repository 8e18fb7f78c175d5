//! Give and take roles. `SetRoles`, admins; safe to repeat with the same id. They count from the
//! person's next call on. That it was done stands in the person's log of views, and whoever gave one is
//! kept with it.

use domain::access::Role;
use domain::account;
use domain::{CommunityId, PersonId, Refusal};
use store::identity::{person_item, view_item};
use wire::Endpoint;
use wire::identity::{PersonFile, SetRoles};

use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Call, Outcome};
use crate::identity::people::{Number, file};
use crate::identity::views;
use crate::once::Once;

pub async fn set_roles(call: Call<SetRoles>) -> Outcome<SetRoles> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = set(&call, &once).await;
    let again = shown(&call);
    once.end(&call.ctx, done, again).await
}

async fn shown(call: &Call<SetRoles>) -> Result<PersonFile, Error> {
    let (ctx, who, (id,)) = (&call.ctx, &call.who, call.path);
    let person = ctx.store.living(who.community.id, id).await?;
    file(ctx, who, person, Number::Masked).await
}

async fn set(call: &Call<SetRoles>, once: &Once) -> Result<PersonFile, Error> {
    let (ctx, who, (id,), body) = (&call.ctx, &call.who, call.path, &call.body);
    let com = who.community.id;
    let before = ctx.store.living(com, id).await?;
    if before.ver != body.ver {
        return Err(Refusal::Stale.into());
    }
    let was_admin = before.roles.contains(&Role::Admin);
    let others = other_admins(ctx, com, id).await?;
    let admins = others.len() + usize::from(was_admin);
    let after = account::set_roles(before, &body.roles, admins, &who.person, call.now)?;

    let mut tx = ctx.store.tx().command(once.record().as_ref())?;
    tx = tx.put_next(person_item(&after)?, after.ver)?;
    if id != who.person.id {
        let view = views::entry(ctx, who, SetRoles::NAME, "", call.now);
        tx = tx.put_new(view_item(com, id, &view)?, Refusal::Stale)?;
    }
    if was_admin && !after.roles.contains(&Role::Admin) {
        let other = others.first().ok_or(Refusal::LastAdmin)?;
        tx = tx.check_admin(com, *other)?;
    }
    tx.commit().await?;
    file(ctx, who, after, Number::Masked).await
}

/// Who else is an admin at this moment. One of them is checked again in the transaction that takes
/// the role away, so that two who leave at once do not leave nobody.
pub(super) async fn other_admins(
    ctx: &Ctx,
    com: CommunityId,
    person: PersonId,
) -> Result<Vec<PersonId>, Error> {
    let listed = ctx.store.people(com).await?;
    let ids: Vec<PersonId> = listed
        .iter()
        .filter(|other| other.id != person && other.roles.contains(&Role::Admin))
        .map(|other| other.id)
        .collect();
    let now = ctx.store.people_among(com, &ids).await?;
    let admins = now
        .iter()
        .filter(|other| other.roles.contains(&Role::Admin));
    Ok(admins.map(|admin| admin.id).collect())
}
