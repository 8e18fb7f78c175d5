//! Say how a copy is. `MarkCopy`: librarians and administrators; safe to repeat with the same id.

use domain::library::{Handed, LedgerEvent, LoanState, Mark, Title};
use domain::notice::Topic;
use domain::{PersonId, Refusal};
use jiff::Timestamp;
use store::library::Change;
use store::market::Beside;
use wire::library::catalogue::{MarkCopy, MarkedView, PickUpView};
use wire::library::loans::NextView;

use super::faces::copy_view;
use super::moves::{about, holds, line, when};
use super::scan::find;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Call, Outcome, Who};
use crate::once::Once;
use crate::points::tries::until_settled;
use crate::points::{Within, notices};

pub async fn run(call: Call<MarkCopy>) -> Outcome<MarkCopy> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = until_settled!(mark(&call, &once));
    let again = stored(&call, None);
    once.end(&call.ctx, done, again).await
}

/// The copy as it is now. `next`: what is kept since; absent: this copy, where it is.
async fn stored(call: &Call<MarkCopy>, next: Option<Handed>) -> Result<MarkedView, Error> {
    let (ctx, who) = (&call.ctx, &call.who);
    let com = who.community.id;
    let raw = call.path.0.as_str();
    if domain::library::scanned(raw).is_none() {
        return Err(Refusal::Missing.into());
    }
    let found = find(ctx, com, raw, "").await?;
    let copy = found.shelf.copy(found.label()?).ok_or(Refusal::Missing)?;
    let own = copy.kept.map(|kept| Handed {
        barcode: copy.barcode.clone(),
        kept,
    });
    let kept: Vec<Handed> = next.or(own).into_iter().collect();
    let mut pick_up = to_pick_up(ctx, who, kept).await?;
    let reader = ctx.store.reader(com, who.person.id).await?;
    let view = copy_view(who, &found.shelf, copy, &reader);
    Ok(MarkedView {
        barcode: view.barcode,
        title: view.title,
        state: view.state,
        due: view.due,
        loan: view.loan,
        changed_at: view.changed_at,
        ver: view.ver,
        pick_up: pick_up.pop(),
    })
}

/// Copies that go to the pick-up shelf, and for whom, as the desk is told.
pub async fn to_pick_up(ctx: &Ctx, who: &Who, kept: Vec<Handed>) -> Result<Vec<PickUpView>, Error> {
    let readers: Vec<PersonId> = kept.iter().map(|one| one.kept.reader).collect();
    let people = ctx.store.people_among(who.community.id, &readers).await?;
    let name = |id: PersonId| {
        let person = people.iter().find(|person| person.id == id);
        person.map(|person| person.name.clone()).unwrap_or_default()
    };
    let view = |one: Handed| PickUpView {
        barcode: one.barcode,
        next: NextView {
            hold: one.kept.hold,
            reader_name: name(one.kept.reader),
            until: one.kept.until,
        },
    };
    Ok(kept.into_iter().map(view).collect())
}

async fn mark(call: &Call<MarkCopy>, once: &Once) -> Result<MarkedView, Error> {
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
    let (_, next) = carry_out(ctx, &Within::of(who), what, beside, call.now).await?;
    stored(call, next).await
}

/// Marks a copy, and whatever follows from it. Refuses: `CopyIs`, `Stale`.
pub async fn put(
    ctx: &Ctx,
    within: &Within<'_>,
    what: (&Title, &str, Mark),
    beside: Beside,
    at: Timestamp,
) -> Result<LedgerEvent, Error> {
    Ok(carry_out(ctx, within, what, beside, at).await?.0)
}

/// As [`put`]; answers also with the copy that is kept for somebody since.
async fn carry_out(
    ctx: &Ctx,
    within: &Within<'_>,
    (title, label, mark): (&Title, &str, Mark),
    mut beside: Beside,
    at: Timestamp,
) -> Result<(LedgerEvent, Option<Handed>), Error> {
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
    Ok((marked.event, marked.next))
}
