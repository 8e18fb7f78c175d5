//! Reservations. `CreateHold`, `CancelHold`, `ListHolds`: anybody, for themselves or a child they decide
//! for; at the desk for anybody. `ListPickUps`: the desk. Commands are safe to repeat with the same id.

use domain::access::Act;
use domain::availability::local_day;
use domain::library::{Hold, HoldState, Reader, Waiting, decide};
use domain::{CommunityId, HoldId, PersonId, Refusal};
use jiff::Timestamp;
use store::Store;
use store::library::Change;
use store::market::Beside;
use store::schema;
use store::table::read;
use wire::library::desk::ListPickUps;
use wire::library::loans::{CancelHold, CreateHold, HoldView, ListHolds};
use wire::{Endpoint, Page};

use super::faces::{Faces, borrower, wards, whose};
use super::moves::{holds, when};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome, Who};
use crate::identity::views;
use crate::identity::voice::Voice;
use crate::once::Once;
use crate::points::Within;
use crate::points::tries::until_settled;

pub async fn create(call: Call<CreateHold>) -> Outcome<CreateHold> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = until_settled!(reserve(&call, &once));
    let again = stored(&call, call.body.id);
    once.end(&call.ctx, done, again).await
}

async fn reserve(call: &Call<CreateHold>, once: &Once) -> Result<HoldView, Error> {
    let (ctx, who, at, body) = (&call.ctx, &call.who, call.now, &call.body);
    let com = who.community.id;
    let (person, voice) = whose(ctx, who, body.reader, at).await?;
    if voice == Voice::Staff {
        views::log(ctx, who, person.id, CreateHold::NAME, "", at).await?;
    }
    let today = local_day(at, &who.zone);
    let borrower = borrower(ctx, &person, today).await?;
    let (grounds, rules) = tokio::try_join!(
        ctx.store.borrowing(com, body.title, person.id),
        ctx.store.library_rules(com),
    )?;
    let (title, shelf, reader) = grounds.ok_or(Refusal::Missing)?;
    let place = Waiting {
        hold: body.id,
        reader: person.id,
        since: at,
    };
    let asks = (borrower, title.kind);
    let (shelf, reader) = decide::reserve(shelf, reader, asks, place, &rules)?;
    let hold = Hold {
        id: body.id,
        community: com,
        title: title.id,
        reader: person.id,
        by: who.person.id,
        state: HoldState::Waiting,
        barcode: None,
        until: None,
        created_at: at,
        changed_at: at,
        ver: 1,
    };
    let change = Change {
        shelf: Some(shelf),
        readers: vec![reader],
        holds: vec![hold.clone()],
        lives: Some(person.id),
        ..Change::default()
    };
    let beside = Beside {
        command: once.record(),
        notices: Vec::new(),
    };
    ctx.store.write_library(com, &change, &beside).await?;
    shown(ctx, who, at, &hold).await
}

async fn shown(ctx: &Ctx, who: &Who, at: Timestamp, hold: &Hold) -> Result<HoldView, Error> {
    let faces = Faces::of_holds(ctx, who, std::slice::from_ref(hold), at).await?;
    Ok(faces.hold(who, hold))
}

/// A reservation that the caller may see. Refuses: `Missing`.
async fn theirs<E: Endpoint>(call: &Call<E>, id: HoldId) -> Result<Hold, Error> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let hold = ctx.store.hold(who.community.id, id).await?;
    let hold = hold.ok_or(Refusal::Missing)?;
    let (person, voice) = whose(ctx, who, Some(hold.reader), at).await?;
    if voice == Voice::Staff {
        views::log(ctx, who, person.id, E::NAME, "", at).await?;
    }
    Ok(hold)
}

async fn stored<E: Endpoint>(call: &Call<E>, id: HoldId) -> Result<HoldView, Error> {
    let hold = theirs(call, id).await?;
    shown(&call.ctx, &call.who, call.now, &hold).await
}

pub async fn cancel(call: Call<CancelHold>) -> Outcome<CancelHold> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = until_settled!(give_up(&call, &once));
    let again = stored(&call, call.path.0);
    once.end(&call.ctx, done, again).await
}

async fn give_up(call: &Call<CancelHold>, once: &Once) -> Result<HoldView, Error> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let hold = theirs(call, call.path.0).await?;
    let beside = Beside {
        command: once.record(),
        notices: Vec::new(),
    };
    let hold = end(
        ctx,
        &Within::of(who),
        hold,
        HoldState::Cancelled,
        beside,
        at,
    )
    .await?;
    shown(ctx, who, at, &hold).await
}

/// Ends a reservation without a loan; a copy that was kept for it goes to the next. Refuses: `HoldIs`,
/// `Stale`.
pub async fn end(
    ctx: &Ctx,
    within: &Within<'_>,
    hold: Hold,
    state: HoldState,
    mut beside: Beside,
    at: Timestamp,
) -> Result<Hold, Error> {
    hold.refuse_over()?;
    let com = within.community;
    let (grounds, rules) = tokio::try_join!(
        ctx.store.borrowing(com, hold.title, hold.reader),
        ctx.store.library_rules(com),
    )?;
    let (title, shelf, reader) = grounds.ok_or(Refusal::Missing)?;
    let (shelf, next) = shelf.let_go(hold.id, when(within, &rules, at))?;
    let mut changed = holds(ctx, within, &title, (None, None, next.as_ref()), at).await?;
    let reader = reader.without_hold(hold.id);
    let hold = hold.now(state, at);
    changed.after.push(hold.clone());
    beside.notices.extend(changed.told);
    let change = Change {
        shelf: Some(shelf),
        readers: vec![reader],
        holds: changed.after,
        ..Change::default()
    };
    ctx.store.write_library(com, &change, &beside).await?;
    ctx.relay_bell.notify_one();
    Ok(hold)
}

pub async fn list(call: Call<ListHolds>) -> Outcome<ListHolds> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let com = who.community.id;
    let people: Vec<PersonId> = match call.query.person {
        Some(id) => {
            let (person, _) = whose(ctx, who, Some(id), at).await?;
            views::log(ctx, who, person.id, ListHolds::NAME, "", at).await?;
            vec![person.id]
        }
        None => {
            let wards = wards(ctx, who, local_day(at, &who.zone)).await?;
            let own = [who.person.id].into_iter();
            own.chain(wards.iter().map(|ward| ward.id)).collect()
        }
    };
    let readers = ctx.store.readers_among(com, &people).await?;
    let ids: Vec<HoldId> = readers.into_iter().flat_map(|one| one.holds).collect();
    let mut rows = ctx.store.holds_among(com, &ids).await?;
    rows.retain(Hold::is_open);
    let ready = |hold: &Hold| hold.state != HoldState::Ready;
    rows.sort_by_key(|hold| (ready(hold), hold.created_at, hold.id));
    let faces = Faces::of_holds(ctx, who, &rows, at).await?;
    let items = rows.iter().map(|hold| faces.hold(who, hold)).collect();
    Ok(Answer::new(Page::whole(items)))
}

/// Whoever something is kept for finds the look in their log.
pub async fn pick_ups(call: Call<ListPickUps>) -> Outcome<ListPickUps> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    debug_assert!(who.may(Act::LendBooks));
    let items = ctx.store.all(&schema::pick_ups(who.community.id)).await?;
    let rows: Result<Vec<Hold>, _> = items.into_iter().map(read).collect();
    let rows = rows?;
    let mut people: Vec<PersonId> = rows.iter().map(|hold| hold.reader).collect();
    people.sort_unstable();
    people.dedup();
    for some in people.chunks(100) {
        views::log_all(ctx, who, some, ListPickUps::NAME, "", at).await?;
    }
    let faces = Faces::of_holds(ctx, who, &rows, at).await?;
    let items = rows.iter().map(|hold| faces.hold(who, hold)).collect();
    Ok(Answer::new(Page::whole(items)))
}

/// What somebody has who has no books. Refuses: `OpenLoans`.
pub async fn refuse_open_loans(
    store: &Store,
    com: CommunityId,
    person: PersonId,
) -> Result<Reader, Error> {
    let reader = store.reader(com, person).await?;
    match u32::try_from(reader.loans.len()).unwrap_or(u32::MAX) {
        0 => Ok(reader),
        count => Err(Refusal::OpenLoans { count }.into()),
    }
}

/// Gives up everything that somebody who leaves waits for. Answers with what they have by then.
/// Refuses: `OpenLoans` while they have books.
pub async fn let_go_all(
    ctx: &Ctx,
    within: &Within<'_>,
    person: PersonId,
    at: Timestamp,
) -> Result<Reader, Error> {
    let com = within.community;
    loop {
        let reader = refuse_open_loans(&ctx.store, com, person).await?;
        let Some(id) = reader.holds.first().copied() else {
            return Ok(reader);
        };
        let hold = ctx.store.hold(com, id).await?.ok_or(Refusal::Stale)?;
        let beside = Beside::default();
        end(ctx, within, hold, HoldState::Cancelled, beside, at).await?;
    }
}
