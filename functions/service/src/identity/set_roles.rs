//! Give and take roles. `SetRoles`, admins; safe to repeat with the same id. They count from the
//! person's next call on. The answer is kept with the command, so its number is masked.

use domain::access::Role;
use domain::account;
use domain::{CommunityId, PersonId, Refusal};
use store::identity::person_item;
use wire::identity::{PersonFile, SetRoles};

use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Call, Outcome};
use crate::identity::people::{Number, file};
use crate::once::Once;

pub async fn set_roles(call: Call<SetRoles>) -> Outcome<SetRoles> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = set(&call, &once).await;
    once.end(&call.ctx, done).await
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
    let after = account::set_roles(before, &body.roles, others.len() + usize::from(was_admin))?;
    let reply = file(ctx, who, after.clone(), Number::Masked).await?;

    let mut tx = ctx.store.tx().command(once.record(&reply).as_ref())?;
    tx = tx.put_next(person_item(&after)?, after.ver)?;
    if was_admin && !after.roles.contains(&Role::Admin) {
        let other = others.first().ok_or(Refusal::LastAdmin)?;
        tx = tx.check_admin(com, *other)?;
    }
    tx.commit().await?;
    Ok(reply)
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
