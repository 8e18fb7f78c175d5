//! Comings and goings, the latest first. `ListSigns`: those who watch, with a reason that is written down and the
//! person's to read. `ListMySigns`: anybody who is watched over, of themselves; all of it is in the copy of their data.

use domain::{PersonId, Refusal, limits};
use jiff::{SignedDuration, Timestamp};
use store::schema;
use store::watch::SignRow;
use wire::watch::{ListMySigns, ListSigns, SignView};
use wire::{Endpoint, Page};

use super::faces::reason;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::identity::views;
use crate::{page, parse};

pub async fn list(call: Call<ListSigns>) -> Outcome<ListSigns> {
    let (ctx, who, id) = (&call.ctx, &call.who, call.path.0);
    let com = who.community.id;
    let reason = reason(&call.query.reason)?;
    let limit = parse::limit(call.query.limit)?;
    ctx.store.living(com, id).await?;
    ctx.store.watched(com, id).await?.ok_or(Refusal::Missing)?;
    views::log(ctx, who, id, ListSigns::NAME, &reason, call.now).await?;
    let cursor = call.query.cursor.as_deref();
    Ok(Answer::new(shown(&call, id, (limit, cursor)).await?))
}

/// Refuses: `NotWatched`.
pub async fn mine(call: Call<ListMySigns>) -> Outcome<ListMySigns> {
    let (com, me) = (call.who.community.id, call.who.person.id);
    let watched = call.ctx.store.watched(com, me).await?;
    watched.ok_or(Refusal::NotWatched)?;
    let few = (limits::SIGNS_OF_ONESELF, None);
    let signs = shown(&call, me, few).await?;
    Ok(Answer::new(Page::whole(signs.items)))
}

async fn shown<E: Endpoint>(
    call: &Call<E>,
    person: PersonId,
    (limit, cursor): (usize, Option<&str>),
) -> Result<Page<SignView>, Error> {
    let (ctx, who) = (&call.ctx, &call.who);
    let pattern = schema::signs(who.community.id, person);
    // The store may take days to throw away what is past its time.
    let kept = |row: SignRow| is_kept(&row, call.now).then_some(row);
    let (rows, cursor) = page::sifted(&ctx.store, &pattern, limit, cursor, kept).await?;
    let view = |row: SignRow| SignView {
        at: who.moment(row.sign.at),
        passage: row.sign.passage,
        device: row.device,
        approximate: row.approximate,
    };
    let items = rows.into_iter().map(view).collect();
    Ok(Page { items, cursor })
}

/// No older than [`limits::EVENT_DAYS`].
fn is_kept(row: &SignRow, at: Timestamp) -> bool {
    at.duration_since(row.sign.at) < SignedDuration::from_hours(24 * limits::EVENT_DAYS)
}
