//! Loans as they are listed. `ListLoans`, `GetLoan`: one's own and one's wards'; the desk sees what is
//! open, and is written down. What was given back only the reader sees, and whoever decides for them.
//! `ListLent`: the desk.

use domain::access::Act;
use domain::availability::local_day;
use domain::library::{Loan, LoanState};
use domain::{PersonId, Refusal};
use store::schema;
use wire::library::desk::ListLent;
use wire::library::loans::{GetLoan, ListLoans};
use wire::{Endpoint, Page};

use super::faces::{Faces, wards, whose};
use super::lend::shown;
use super::renew::theirs;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::identity::views;
use crate::identity::voice::Voice;
use crate::{page, parse};

pub async fn list(call: Call<ListLoans>) -> Outcome<ListLoans> {
    let limit = parse::limit(call.query.limit)?;
    if call.query.past == Some(true) {
        return past(&call, limit).await;
    }
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let com = who.community.id;
    let people: Vec<PersonId> = match call.query.person {
        Some(id) => {
            let (person, _) = whose(ctx, who, Some(id), at).await?;
            views::log(ctx, who, person.id, ListLoans::NAME, "", at).await?;
            vec![person.id]
        }
        None => {
            let wards = wards(ctx, who, local_day(at, &who.zone)).await?;
            let own = [who.person.id].into_iter();
            own.chain(wards.iter().map(|ward| ward.id)).collect()
        }
    };
    let readers = ctx.store.readers_among(com, &people).await?;
    let out = readers.iter().flat_map(|reader| &reader.loans);
    let ids: Vec<_> = out.map(|out| out.loan).collect();
    let mut loans = ctx.store.loans_among(com, &ids).await?;
    loans.retain(|loan| loan.state == LoanState::Open);
    loans.sort_by_key(|loan| (loan.due, loan.lent_at, loan.id));
    let faces = Faces::of_loans(ctx, who, &loans, at).await?;
    let rows = loans.iter().map(|loan| faces.loan(who, loan));
    Ok(Answer::new(Page::whole(rows.collect())))
}

/// What one person gave back: for them, and whoever decides for them.
async fn past(call: &Call<ListLoans>, limit: usize) -> Outcome<ListLoans> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let (person, voice) = whose(ctx, who, call.query.person, at).await?;
    if voice == Voice::Staff {
        return Err(Refusal::Missing.into());
    }
    let pattern = schema::loans_of(who.community.id, person.id);
    let cursor = call.query.cursor.as_deref();
    let over = |loan: Loan| (loan.state != LoanState::Open).then_some(loan);
    let (loans, cursor) = page::sifted(&ctx.store, &pattern, limit, cursor, over).await?;
    let faces = Faces::of_loans(ctx, who, &loans, at).await?;
    let items = loans.iter().map(|loan| faces.loan(who, loan)).collect();
    Ok(Answer::new(Page { items, cursor }))
}

pub async fn get(call: Call<GetLoan>) -> Outcome<GetLoan> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let loan = theirs(ctx, who, at, call.path.0).await?;
    let reader = loan.reader.ok_or(Refusal::Missing)?;
    views::log(ctx, who, reader, GetLoan::NAME, "", at).await?;
    Ok(Answer::new(shown(ctx, who, at, &loan).await?))
}

/// Whoever has something finds the look in their log.
pub async fn lent(call: Call<ListLent>) -> Outcome<ListLent> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    debug_assert!(who.may(Act::LendBooks));
    let com = who.community.id;
    let limit = parse::limit(call.query.limit)?;
    let pattern = match call.query.late {
        Some(true) => schema::late(com, local_day(at, &who.zone)),
        _ => schema::lent(com),
    };
    let cursor = call.query.cursor.as_deref();
    let (loans, cursor) = page::page::<Loan>(&ctx.store, &pattern, limit, cursor).await?;
    let mut people: Vec<PersonId> = loans.iter().filter_map(|loan| loan.reader).collect();
    people.sort_unstable();
    people.dedup();
    views::log_all(ctx, who, &people, ListLent::NAME, "", at).await?;
    let faces = Faces::of_loans(ctx, who, &loans, at).await?;
    let items = loans.iter().map(|loan| faces.loan(who, loan)).collect();
    Ok::<_, Error>(Answer::new(Page { items, cursor }))
}
