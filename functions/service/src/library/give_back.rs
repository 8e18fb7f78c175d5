//! Take a copy back. `ReturnCopy`: anybody, their own or their child's; at the desk anybody's.
//! `ReturnMany`: the desk, each copy on its own. Safe to repeat with the same id: a repeat says what came of
//! it the first time, and who waits for the copy now.

use domain::access::Act;
use domain::availability::local_day;
use domain::library::{LedgerEvent, Loan, LoanState, Reader};
use domain::{LoanId, PersonId, Refusal, limits};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::library::Change;
use store::market::Beside;
use wire::library::desk::{ReturnMany, ReturnedMany, ReturnedRow};
use wire::library::loans::{NextView, ReturnCopy, ReturnCopyBody, ReturnView};
use wire::{Code, Problem};

use super::faces::{wards, whose};
use super::moves::{holds, line, when};
use super::scan::{Found, find};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome, Who};
use crate::once::Once;
use crate::points::Within;
use crate::points::tries::until_settled;

pub async fn run(call: Call<ReturnCopy>) -> Outcome<ReturnCopy> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    Ok(Answer::new(
        give_back(ctx, who, (at, at), &call.body, once).await?,
    ))
}

pub async fn many(call: Call<ReturnMany>) -> Outcome<ReturnMany> {
    let (ctx, who, at, body) = (&call.ctx, &call.who, call.now, &call.body);
    let max = limits::RETURNED_AT_ONCE;
    if body.copies.len() > max {
        let problem = Problem::new(Code::TooMany).at("/copies").with("max", max);
        return Err(problem.into());
    }
    let mut rows = Vec::with_capacity(body.copies.len());
    for (n, copy) in body.copies.iter().enumerate() {
        let one = ReturnCopyBody {
            id: body.id,
            copy: copy.clone(),
        };
        let once = Once::of(&call, Some(format!("{}.{n}", body.id)));
        let (returned, problem) = match give_back(ctx, who, (at, at), &one, once).await {
            Ok(returned) => (Some(returned), None),
            Err(error @ Error::Failed(_)) => return Err(error),
            Err(error) => (None, Some(Problem::from(error))),
        };
        rows.push(ReturnedRow {
            copy: copy.clone(),
            returned,
            problem,
        });
    }
    Ok(Answer::new(ReturnedMany { rows }))
}

/// One return, as its own call or among others. `done_at`: when the copy came back, which is before `at`
/// where there was no line; a loan that began since is somebody else's, and is not ended.
pub async fn give_back(
    ctx: &Ctx,
    who: &Who,
    (done_at, at): (Timestamp, Timestamp),
    body: &ReturnCopyBody,
    once: Once,
) -> Result<ReturnView, Error> {
    let done = until_settled!(take(ctx, who, (done_at, at), &body.copy, &once));
    let first = once.clone();
    let again = async {
        let came: Came = serde_json::from_str(&first.came(ctx).await?).unwrap_or_default();
        // Of a return that an earlier version wrote down nothing is known but what was scanned.
        let copy = match came.barcode.is_empty() {
            true => body.copy.as_str(),
            false => came.barcode.as_str(),
        };
        let found = find(ctx, who.community.id, copy, "/copy").await?;
        let next = found.shelf.copy(&came.barcode).and_then(|copy| copy.kept);
        let next = match next {
            Some(kept) => Some(next_view(ctx, who, (kept.hold, kept.reader), kept.until).await?),
            None => None,
        };
        Ok(ReturnView {
            barcode: came.barcode,
            title: found.title.id,
            title_name: found.title.name,
            loan: came.loan,
            was_late: came.was_late,
            next,
        })
    };
    once.settled(ctx, done, again).await
}

async fn next_view(
    ctx: &Ctx,
    who: &Who,
    (hold, reader): (domain::HoldId, PersonId),
    until: jiff::civil::Date,
) -> Result<NextView, Error> {
    let reader_name = match who.may(Act::LendBooks) {
        true => {
            let person = ctx.store.person(who.community.id, reader).await?;
            person.map(|person| person.name).unwrap_or_default()
        }
        false => String::new(),
    };
    Ok(NextView {
        hold,
        reader_name,
        until,
    })
}

/// What a return came to, remembered with its command: the copy forgets whose loan it was on.
#[derive(Default, Serialize, Deserialize)]
struct Came {
    barcode: String,
    loan: Option<LoanId>,
    was_late: bool,
}

/// Which copy, where an ISBN was given: the only one, or the only one of it that the caller has.
async fn which(
    ctx: &Ctx,
    who: &Who,
    at: Timestamp,
    found: &Found,
) -> Result<(String, Option<Loan>), Error> {
    let com = who.community.id;
    let desk = who.may(Act::LendBooks);
    let label = match found.label() {
        Err(Refusal::WhichCopy { copies }) if !desk => {
            let mut theirs = own_loans(ctx, who, at).await?;
            theirs.retain(|loan| loan.title == found.title.id);
            match &theirs[..] {
                [one] => return Ok((one.barcode.clone(), Some(one.clone()))),
                _ => return Err(Refusal::WhichCopy { copies }.into()),
            }
        }
        label => label?.to_owned(),
    };
    let loan = match found.shelf.copy(&label).and_then(|copy| copy.loan) {
        Some(id) => ctx.store.loan(com, id).await?,
        None => None,
    };
    if desk {
        return Ok((label, loan));
    }
    // Somebody else's is not theirs to know of.
    let loan = loan.ok_or(Refusal::Missing)?;
    whose(ctx, who, Some(loan.reader.ok_or(Refusal::Missing)?), at).await?;
    Ok((label, Some(loan)))
}

/// What the caller and their wards have.
async fn own_loans(ctx: &Ctx, who: &Who, at: Timestamp) -> Result<Vec<Loan>, Error> {
    let com = who.community.id;
    let mut people = vec![who.person.id];
    let wards = wards(ctx, who, local_day(at, &who.zone)).await?;
    people.extend(wards.iter().map(|ward| ward.id));
    let readers = ctx.store.readers_among(com, &people).await?;
    let ids: Vec<_> = readers
        .iter()
        .flat_map(|reader| &reader.loans)
        .map(|out| out.loan)
        .collect();
    Ok(ctx.store.loans_among(com, &ids).await?)
}

async fn take(
    ctx: &Ctx,
    who: &Who,
    (done_at, at): (Timestamp, Timestamp),
    copy: &str,
    once: &Once,
) -> Result<ReturnView, Error> {
    let com = who.community.id;
    let (found, rules) = tokio::try_join!(find(ctx, com, copy, "/copy"), async {
        Ok(ctx.store.library_rules(com).await?)
    })?;
    let (label, loan) = which(ctx, who, at, &found).await?;
    if loan.as_ref().is_some_and(|loan| loan.lent_at > done_at) {
        return Err(Refusal::OnLoan.into());
    }
    let title = &found.title;
    let within = Within::of(who);
    let when = when(&within, &rules, at);
    let (shelf, ended, next) = found.shelf.clone().give_back(&label, when)?;
    let loan = match ended {
        Some(id) => Some(loan.filter(|loan| loan.id == id).ok_or(Refusal::Stale)?),
        None => None,
    };
    let changed = holds(ctx, &within, title, (None, None, next.as_ref()), at).await?;
    let reader: Option<Reader> = match loan.as_ref().and_then(|loan| loan.reader) {
        Some(reader) => Some(ctx.store.reader(com, reader).await?),
        None => None,
    };
    let event = match &loan {
        Some(_) => LedgerEvent::Returned,
        None => LedgerEvent::Found,
    };
    let was_late = loan
        .as_ref()
        .is_some_and(|loan| loan.is_late(&rules, local_day(done_at, &who.zone)));
    let id = loan.as_ref().map(|loan| loan.id);
    let readers = reader.zip(id).map(|(reader, id)| reader.without_loan(id));
    let change = Change {
        shelf: Some(shelf),
        readers: readers.into_iter().collect(),
        loans: loan
            .map(|loan| loan.end(LoanState::Returned, at))
            .into_iter()
            .collect(),
        holds: changed.after,
        lines: vec![line(title, &label, event, at)],
        ..Change::default()
    };
    let came = Came {
        barcode: label.clone(),
        loan: id,
        was_late,
    };
    let beside = Beside {
        command: once.record_of(serde_json::to_string(&came).unwrap_or_default()),
        notices: changed.told,
    };
    ctx.store.write_library(com, &change, &beside).await?;
    ctx.relay_bell.notify_one();
    let next = match next {
        Some(next) => {
            let whose = (next.kept.hold, next.kept.reader);
            Some(next_view(ctx, who, whose, next.kept.until).await?)
        }
        None => None,
    };
    Ok(ReturnView {
        barcode: label,
        title: title.id,
        title_name: title.name.clone(),
        loan: id,
        was_late,
        next,
    })
}
