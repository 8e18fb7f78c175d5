//! Say how a copy is. `MarkCopy`: librarians and administrators; safe to repeat with the same id.

use domain::Refusal;
use domain::library::{LedgerEvent, LoanState, Mark, Title};
use domain::notice::Topic;
use jiff::Timestamp;
use store::library::Change;
use store::market::Beside;
use wire::library::catalogue::{CopyView, MarkCopy};

use super::faces::copy_view;
use super::moves::{about, holds, line, when};
use super::scan::find;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Call, Outcome};
use crate::once::Once;
use crate::points::tries::until_settled;
use crate::points::{Within, notices};

pub async fn run(call: Call<MarkCopy>) -> Outcome<MarkCopy> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = until_settled!(mark(&call, &once));
    let again = stored(&call);
    once.end(&call.ctx, done, again).await
}

async fn stored(call: &Call<MarkCopy>) -> Result<CopyView, Error> {
    let (ctx, who) = (&call.ctx, &call.who);
    let com = who.community.id;
    let raw = call.path.0.as_str();
    if domain::library::scanned(raw).is_none() {
        return Err(Refusal::Missing.into());
    }
    let found = find(ctx, com, raw, "").await?;
    let copy = found.shelf.copy(found.label()?).ok_or(Refusal::Missing)?;
    let reader = ctx.store.reader(com, who.person.id).await?;
    Ok(copy_view(who, &found.shelf, copy, &reader))
}

async fn mark(call: &Call<MarkCopy>, once: &Once) -> Result<CopyView, Error> {
    let (ctx, who) = (&call.ctx, &call.who);
    let raw = call.path.0.as_str();
    if domain::library::scanned(raw).is_none() {
        return Err(Refusal::Missing.into());
    }
    let found = find(ctx, who.community.id, raw, "").await?;
    let label = found.label()?.to_owned();
    let beside = Beside {
        command: once.record(),
        notices: Vec::new(),
    };
    let what = (&found.title, &*label, call.body.mark);
    put(ctx, &Within::of(who), what, beside, call.now).await?;
    stored(call).await
}

/// Marks a copy, and whatever follows from it. Refuses: `CopyIs`, `Stale`.
pub async fn put(
    ctx: &Ctx,
    within: &Within<'_>,
    (title, label, mark): (&Title, &str, Mark),
    mut beside: Beside,
    at: Timestamp,
) -> Result<LedgerEvent, Error> {
    let com = within.community;
    let (shelf, rules) =
        tokio::try_join!(ctx.store.shelf(com, title.id), ctx.store.library_rules(com),)?;
    let marked = shelf.mark(label, mark, when(within, &rules, at))?;
    let moved = (None, marked.waits_again, marked.next.as_ref());
    let changed = holds(ctx, within, title, moved, at).await?;
    let mut line = line(title, label, marked.event, at);
    line.was_out = marked.lost_on.is_some();
    let (mut loans, mut readers) = (Vec::new(), Vec::new());
    if let Some(id) = marked.lost_on {
        let loan = ctx.store.loan(com, id).await?.ok_or(Refusal::Stale)?;
        if let Some(reader) = loan.reader {
            let reader = ctx.store.reader(com, reader).await?;
            readers.push(reader.without_loan(id));
        }
        loans.push(loan.end(LoanState::Lost, at));
    }
    beside.notices.extend(changed.told);
    if !marked.in_vain.is_empty() {
        let what = (Topic::HoldNoCopy, about(title, None));
        let told = notices(ctx, within, &marked.in_vain, what, at).await?;
        beside.notices.extend(told);
    }
    let change = Change {
        shelf: Some(marked.shelf),
        readers,
        loans,
        holds: changed.after,
        lines: vec![line],
        ..Change::default()
    };
    ctx.store.write_library(com, &change, &beside).await?;
    ctx.relay_bell.notify_one();
    Ok(marked.event)
}
