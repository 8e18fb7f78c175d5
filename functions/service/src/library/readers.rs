//! Readers at the desk. `GetReaderByCard`, `FindReaders`, `GetReader`: those who lend. Each look is
//! written down for whom it was at.

use domain::availability::local_day;
use domain::person::Person;
use domain::text::folded;
use domain::{PersonId, Refusal, limits};
use wire::library::desk::{FindReaders, GetReader, GetReaderByCard, ReaderRow, ReaderView};
use wire::{Code, Endpoint, Page};

use super::cards::holder;
use super::faces::{Faces, borrower, kind};
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::identity::views;
use crate::parse;

pub async fn by_card(call: Call<GetReaderByCard>) -> Outcome<GetReaderByCard> {
    let raw = call.path.0.as_str();
    let found = holder(&call.ctx, &call.who, raw, "").await;
    let id = found.map_err(|error| match error {
        // A slip is no card of anybody's.
        Error::Invalid(_) => Refusal::Missing.into(),
        error => error,
    })?;
    Ok(Answer::new(file(&call, id).await?))
}

pub async fn get(call: Call<GetReader>) -> Outcome<GetReader> {
    Ok(Answer::new(file(&call, call.path.0).await?))
}

/// What somebody has and waits for, and why they may not borrow. Refuses: `Missing`.
async fn file<E: Endpoint>(call: &Call<E>, id: PersonId) -> Result<ReaderView, Error> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let com = who.community.id;
    let today = local_day(at, &who.zone);
    let person = ctx.store.living(com, id).await?;
    views::log(ctx, who, id, E::NAME, "", at).await?;
    let (reader, rules) =
        tokio::try_join!(ctx.store.reader(com, id), ctx.store.library_rules(com))?;
    let borrower = borrower(ctx, &person, today).await?;
    let loans: Vec<_> = reader.loans.iter().map(|out| out.loan).collect();
    let (mut loans, holds) = tokio::try_join!(
        ctx.store.loans_among(com, &loans),
        ctx.store.holds_among(com, &reader.holds),
    )?;
    loans.sort_by_key(|loan| (loan.due, loan.lent_at, loan.id));
    let titles = loans.iter().map(|loan| loan.title);
    let titles = titles.chain(holds.iter().map(|hold| hold.title));
    let guardian = person.guardian_on(today);
    let people = [id].into_iter().chain(guardian);
    let faces = Faces::of(ctx, who, titles, people, at).await?;
    Ok(ReaderView {
        person: id,
        name: person.name,
        kind: borrower.kind,
        guardian_name: guardian.map(|id| faces.name(id)),
        blocks: reader.blocks(borrower, &rules, today),
        left: reader.left(borrower, &rules),
        loans: loans.iter().map(|loan| faces.loan(who, loan)).collect(),
        holds: holds.iter().map(|hold| faces.hold(who, hold)).collect(),
    })
}

pub async fn find(call: Call<FindReaders>) -> Outcome<FindReaders> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let today = local_day(at, &who.zone);
    let wanted = folded(&parse::line(&call.query.q, limits::QUERY_CHARS, "?q")?);
    if wanted.is_empty() {
        return Err(Error::invalid(Code::EmptyText, "?q"));
    }
    let everybody = ctx.store.people(who.community.id).await?;
    let mut people: Vec<&Person> = everybody
        .iter()
        .filter(|person| person.deleted_at.is_none() && folded(&person.name).contains(&wanted))
        .collect();
    people.truncate(limits::RESIDENTS_FOUND);
    let ids: Vec<PersonId> = people.iter().map(|person| person.id).collect();
    views::log_all(ctx, who, &ids, FindReaders::NAME, "", at).await?;
    let row = |person: &&Person| {
        let guardian = person.guardian_on(today);
        let guardian = everybody.iter().find(|other| Some(other.id) == guardian);
        ReaderRow {
            person: person.id,
            name: person.name.clone(),
            kind: kind(person, today),
            guardian_name: guardian.map(|guardian| guardian.name.clone()),
        }
    };
    Ok(Answer::new(Page::whole(people.iter().map(row).collect())))
}
