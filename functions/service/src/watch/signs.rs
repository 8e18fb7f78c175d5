//! Comings and goings. `ListSigns`: those who watch, with a reason that is written down and the person's to
//! read. The latest first.

use domain::Refusal;
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
    let (rows, cursor) = page::page::<SignRow>(&ctx.store, &pattern, limit, cursor).await?;
    let view = |row: SignRow| SignView {
        at: who.moment(row.sign.at),
        passage: row.sign.passage,
        device: row.device,
        approximate: row.approximate,
    };
    let items = rows.into_iter().map(view).collect();
    Ok(Answer::new(Page { items, cursor }))
}
