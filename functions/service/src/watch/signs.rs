//! Comings and goings. `ListSigns`: those who watch, with a reason that is written down and the person's to
//! read. The latest first.

use domain::{Refusal, limits};
use jiff::{SignedDuration, Timestamp};
use store::schema;
use store::watch::SignRow;
use wire::watch::{ListSigns, SignView};
use wire::{Endpoint, Page};

use super::faces::reason;
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
    let pattern = schema::signs(com, id);
    let cursor = call.query.cursor.as_deref();
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
    Ok(Answer::new(Page { items, cursor }))
}

/// No older than [`limits::EVENT_DAYS`].
fn is_kept(row: &SignRow, at: Timestamp) -> bool {
    at.duration_since(row.sign.at) < SignedDuration::from_hours(24 * limits::EVENT_DAYS)
}
