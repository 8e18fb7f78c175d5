//! Take copies in. `CreateCopies`: librarians and administrators. A title is found by its id or its
//! ISBN, or made from what the book says. The numbers of the labels are drawn here, from the id. Safe to
//! repeat with the same id: a repeat shows the title, and the labels of the copies that came with it.

use domain::isbn::Isbn;
use domain::library::{Handed, LedgerEvent, Title, barcode};
use domain::limits;
use domain::{Refusal, TitleId};
use store::library::Change;
use store::market::Beside;
use wire::library::catalogue::{CreateCopies, IntakeView};
use wire::{Code, Problem};

use super::faces::title_view;
use super::labels::label;
use super::marks::to_pick_up;
use super::moves::{holds, line, when};
use super::titles::checked;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Call, Outcome};
use crate::once::Once;
use crate::points::Within;
use crate::points::tries::until_settled;

pub async fn run(call: Call<CreateCopies>) -> Outcome<CreateCopies> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let most = limits::INTAKE_COPIES;
    if !(1..=most).contains(&call.body.count) {
        let problem = Problem::new(Code::BadValue).at("/count");
        return Err(problem.with("max", most).into());
    }
    let done = until_settled!(take(&call, &once));
    let again = stored(&call);
    once.end(&call.ctx, done, again).await
}

/// Below what numbers of labels and cards are drawn.
const NUMBERS: u128 = 100_000_000;
/// Labels of a call beyond twice as many as it wants: others may have some of them.
const SPARE: usize = 5;

fn below(bits: u128) -> u32 {
    u32::try_from(bits % NUMBERS).unwrap_or(0)
}

/// A number for a label or a card, by chance.
pub fn number(ctx: &Ctx) -> u32 {
    below(ctx.ids.bits())
}

fn wanted(call: &Call<CreateCopies>) -> usize {
    usize::try_from(call.body.count).unwrap_or(1)
}

/// The labels that may come with a call, in their order, the same whenever it is repeated. Twice as many
/// as it wants, as a repeat finds the first of them given.
fn drawn(call: &Call<CreateCopies>) -> Vec<String> {
    let (who, id) = (&call.who, call.body.id);
    let most = 2 * wanted(call) + SPARE;
    let mut labels: Vec<String> = Vec::with_capacity(most);
    let mut n = 0_u32;
    while labels.len() < most {
        let said = format!("{}|{}|{id}|{n}", who.community.id, who.person.id);
        let one = barcode::label(below(call.ctx.secret.bits("label", &said)));
        if !labels.contains(&one) {
            labels.push(one);
        }
        n += 1;
    }
    labels
}

/// Those of the drawn labels that are on this title, or on none: as many as are wanted.
async fn labels(call: &Call<CreateCopies>, on: Option<TitleId>) -> Result<Vec<String>, Error> {
    let (store, com) = (&call.ctx.store, call.who.community.id);
    let drawn = drawn(call);
    let titles = store.titles_of_labels(com, &drawn).await?;
    let fit = drawn.into_iter().zip(titles);
    let fit = fit
        .filter(|(_, title)| *title == on)
        .map(|(label, _)| label);
    Ok(fit.take(wanted(call)).collect())
}

/// Which title it is: one that is there, or the first version of a new one.
async fn title(call: &Call<CreateCopies>) -> Result<(Title, bool), Error> {
    let (store, body) = (&call.ctx.store, &call.body);
    let com = call.who.community.id;
    if let Some(id) = body.title {
        let title = store.title(com, id).await?.ok_or(Refusal::Missing)?;
        return Ok((title, false));
    }
    let isbn = match body.isbn.as_deref() {
        None => None,
        Some(raw) => {
            let bad = || Error::invalid(Code::BadValue, "/isbn");
            Some(raw.parse::<Isbn>().map_err(|_| bad())?.to_string())
        }
    };
    if let Some(isbn) = &isbn
        && let Some(id) = store.title_of_isbn(com, isbn).await?
    {
        let title = store.title(com, id).await?.ok_or(Refusal::Missing)?;
        return Ok((title, false));
    }
    let Some(fields) = &body.fields else {
        return Err(Error::invalid(Code::MissingField, "/fields"));
    };
    let id = TitleId::from_bits(body.id.bits());
    let mut title = checked(fields, (id, com, call.now), "/fields")?;
    title.isbn = isbn.or(title.isbn);
    Ok((title, true))
}

async fn take(call: &Call<CreateCopies>, once: &Once) -> Result<IntakeView, Error> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let com = who.community.id;
    let (title, new_title) = title(call).await?;
    let (before, rules) =
        tokio::try_join!(ctx.store.shelf(com, title.id), ctx.store.library_rules(com),)?;
    let within = Within::of(who);
    let (labels, ver) = (labels(call, None).await?, before.ver + 1);
    if labels.len() < wanted(call) {
        return Err(Refusal::Stale.into());
    }
    let mut shelf = before;
    let mut handed: Vec<Handed> = Vec::new();
    for one in &labels {
        let (next, kept) = shelf.take_in(one.clone(), when(&within, &rules, at))?;
        shelf = next;
        handed.extend(kept);
    }
    // All of them are one move.
    shelf.ver = ver;
    let (mut after, mut notices) = (Vec::new(), Vec::new());
    for next in &handed {
        let changed = holds(ctx, &within, &title, (None, None, Some(next)), at).await?;
        after.extend(changed.after);
        notices.extend(changed.told);
    }
    let lines = labels
        .iter()
        .map(|one| line(&title, one, LedgerEvent::TakenIn, at));
    let change = Change {
        lines: lines.collect(),
        title: new_title.then(|| title.clone()),
        shelf: Some(shelf.clone()),
        labels: labels.clone(),
        holds: after,
        ..Change::default()
    };
    let beside = Beside {
        command: once.record(),
        notices,
    };
    let written = ctx.store.write_library(com, &change, &beside).await;
    written.map_err(|error| match error {
        // Somebody took the same book in at that moment: it is there now.
        store::Error::Refused(Refusal::IsbnTaken) => store::Error::Refused(Refusal::Stale),
        error => error,
    })?;
    ctx.relay_bell.notify_one();
    if new_title {
        ctx.catalogues.put(&title);
    }
    let reader = ctx.store.reader(com, who.person.id).await?;
    Ok(IntakeView {
        labels: labels.iter().map(|one| label(one, &title)).collect(),
        title: title_view(who, &title, &shelf, &reader),
        new_title,
        pick_up: to_pick_up(ctx, who, handed).await?,
    })
}

/// What stands there by now, and the copies that came with the first call.
async fn stored(call: &Call<CreateCopies>) -> Result<IntakeView, Error> {
    let (ctx, who, com) = (&call.ctx, &call.who, call.who.community.id);
    let made = TitleId::from_bits(call.body.id.bits());
    let found = match ctx.store.title(com, made).await? {
        Some(title) => (title, true),
        None => title(call).await?,
    };
    let (title, new_title) = found;
    let (shelf, reader) = tokio::try_join!(
        ctx.store.shelf(com, title.id),
        ctx.store.reader(com, who.person.id),
    )?;
    let labels = labels(call, Some(title.id)).await?;
    let copies = labels.iter().filter_map(|one| shelf.copy(one));
    let kept = copies.filter_map(|copy| {
        let (barcode, kept) = (copy.barcode.clone(), copy.kept?);
        Some(Handed { barcode, kept })
    });
    let kept: Vec<Handed> = kept.collect();
    Ok(IntakeView {
        labels: labels.iter().map(|one| label(one, &title)).collect(),
        title: title_view(who, &title, &shelf, &reader),
        new_title,
        pick_up: to_pick_up(ctx, who, kept).await?,
    })
}
