//! What a telephone or a desk did without a line. `ReplayLibrary`: everybody signed in, each entry as its
//! own call would be. Entries are carried out in their order; each is remembered under its own id, so
//! that it counts once, whether it is sent again here or went through before the line was lost.
//!
//! A book that was lent without a line is in somebody's hands, and one that was brought back stands on a
//! shelf. Where either cannot be written down any more, a task says so, once, and somebody at the desk sorts
//! it out.

use domain::access::Act;
use domain::library::{TaskKind, TaskState};
use domain::{LibraryTaskId, PersonId, Refusal, limits};
use jiff::{SignedDuration, Timestamp};
use store::library::{Change, LibraryTask};
use store::market::Beside;
use wire::library::loans::{
    CreateLoan, CreateLoanBody, RenewLoan, RenewLoanBody, ReplayEntry, ReplayLibrary,
    ReplayOutcome, ReplayView, ReturnCopy, ReturnCopyBody,
};
use wire::{Code, Problem};

use super::faces::whose;
use super::give_back::give_back;
use super::lend::lend;
use super::renew::renew;
use super::scan::find;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::once::Once;

pub async fn run(call: Call<ReplayLibrary>) -> Outcome<ReplayLibrary> {
    let max = limits::KEPT_STEPS;
    if call.body.entries.len() > max {
        let problem = Problem::new(Code::TooMany).at("/entries").with("max", max);
        return Err(problem.into());
    }
    let mut outcomes = Vec::with_capacity(call.body.entries.len());
    for entry in &call.body.entries {
        outcomes.push(one(&call, entry).await?);
    }
    Ok(Answer::new(ReplayView { outcomes }))
}

fn nothing() -> ReplayOutcome {
    ReplayOutcome {
        loan: None,
        returned: None,
        problem: None,
        task: None,
    }
}

async fn one(call: &Call<ReplayLibrary>, entry: &ReplayEntry) -> Result<ReplayOutcome, Error> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    // By the device's own clock, which may be anywhere.
    let behind = call.body.sent_at.map(|sent| at.duration_since(sent.at));
    let said = entry.at.at.checked_add(behind.unwrap_or_default());
    let earliest = at - SignedDuration::from_hours(limits::KEPT_HOURS);
    let done_at = said.unwrap_or(entry.at.at).clamp(earliest, at);
    let mut outcome = nothing();
    let problem = match (&entry.lend, &entry.give_back, &entry.renew) {
        (Some(body), None, None) => {
            let once = Once::among::<CreateLoan, _>(call, &(), body, Some(body.id.to_string()));
            match lend(ctx, who, (done_at, at), body, once).await {
                Ok(loan) => {
                    outcome.loan = Some(loan);
                    return Ok(outcome);
                }
                Err(Error::Refused(refusal)) => {
                    let problem = Problem::from(refusal);
                    if LEFT_OUT.contains(&problem.code) {
                        let left = Left::lent(body, done_at);
                        outcome.task = looked_at(task(call, &left, problem.code).await)?;
                    }
                    problem
                }
                Err(error) => refused(error)?,
            }
        }
        (None, Some(body), None) => {
            let once = Once::among::<ReturnCopy, _>(call, &(), body, Some(body.id.to_string()));
            match give_back(ctx, who, (done_at, at), body, once).await {
                Ok(returned) => {
                    outcome.returned = Some(returned);
                    return Ok(outcome);
                }
                Err(error) => {
                    let problem = refused(error)?;
                    if LEFT_BACK.contains(&problem.code) {
                        let left = Left::returned(body, done_at);
                        outcome.task = looked_at(task(call, &left, problem.code).await)?;
                    }
                    problem
                }
            }
        }
        (None, None, Some(said)) => {
            let body = RenewLoanBody { id: said.id };
            let path = (said.loan,);
            let once = Once::among::<RenewLoan, _>(call, &path, &body, Some(said.id.to_string()));
            match renew(ctx, who, at, said.loan, once).await {
                Ok(loan) => {
                    outcome.loan = Some(loan);
                    return Ok(outcome);
                }
                Err(error) => refused(error)?,
            }
        }
        _ => Problem::new(Code::BadValue),
    };
    outcome.problem = Some(problem);
    Ok(outcome)
}

/// A no is an answer to this entry; a broken machine ends the call, and all is sent again.
fn refused(error: Error) -> Result<Problem, Error> {
    match error {
        Error::Failed(_) => Err(error),
        error => Ok(Problem::from(error)),
    }
}

/// Why a loan is not written down although somebody took the book along.
pub const LEFT_OUT: [Code; 10] = [
    Code::OnLoan,
    Code::KeptForOther,
    Code::CopyIs,
    Code::NotLent,
    Code::ReaderLate,
    Code::LoanLimit,
    Code::LoanMost,
    Code::LoanConsent,
    Code::WhichCopy,
    Code::NotFound,
];

/// Why a return is not written down although the book was brought back.
pub const LEFT_BACK: [Code; 2] = [Code::OnLoan, Code::WhichCopy];

/// A step that could not be written down.
struct Left<'a> {
    id: u128,
    kind: TaskKind,
    copy: &'a str,
    card: Option<&'a String>,
    reader: Option<PersonId>,
    done_at: Timestamp,
}

impl<'a> Left<'a> {
    fn lent(body: &'a CreateLoanBody, done_at: Timestamp) -> Self {
        Self {
            id: body.id.bits(),
            kind: TaskKind::Lent,
            copy: &body.copy,
            card: body.card.as_ref(),
            reader: body.reader,
            done_at,
        }
    }

    fn returned(body: &'a ReturnCopyBody, done_at: Timestamp) -> Self {
        Self {
            id: body.id.bits(),
            kind: TaskKind::Returned,
            copy: &body.copy,
            card: None,
            reader: None,
            done_at,
        }
    }
}

/// Where nobody can be asked about it, the answer to the step says why.
fn looked_at(made: Result<Option<LibraryTaskId>, Error>) -> Result<Option<LibraryTaskId>, Error> {
    match made {
        Err(error @ Error::Failed(_)) => Err(error),
        made => Ok(made.unwrap_or_default()),
    }
}

/// The task about a step; the same for the same step.
async fn task(
    call: &Call<ReplayLibrary>,
    left: &Left<'_>,
    why: Code,
) -> Result<Option<LibraryTaskId>, Error> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let com = who.community.id;
    let id = LibraryTaskId::from_bits(left.id);
    if ctx.store.library_task(com, id).await?.is_some() {
        return Ok(Some(id));
    }
    let found = find(ctx, com, left.copy, "/copy").await?;
    // An ISBN that several copies have is what there is to go by.
    let label = found.label().unwrap_or(left.copy.trim()).to_owned();
    let stands = found.shelf.copy(&label).and_then(|copy| copy.loan);
    let by_card = match left.card {
        // A card that was replaced since names nobody any more; the desk knows whom it asked.
        Some(card) if who.may(Act::LendBooks) => {
            match super::cards::holder(ctx, who, card, "/card").await {
                Err(Error::Refused(Refusal::Missing)) => None,
                found => Some(found?),
            }
        }
        Some(_) => return Ok(None),
        // Whoever takes books back at the desk does not know whose they are.
        None if left.kind == TaskKind::Returned && who.may(Act::LendBooks) => None,
        None => Some(left.reader.unwrap_or(who.person.id)),
    };
    let reader = match by_card {
        // Who has left meanwhile, or is not theirs to lend to any more: the desk knows whom it asked.
        Some(id) => match whose(ctx, who, Some(id), at).await {
            Ok((person, _)) => Some(person.id),
            Err(Error::Refused(Refusal::Missing)) => None,
            Err(error) => return Err(error),
        },
        None => None,
    };
    let task = LibraryTask {
        id,
        community: com,
        barcode: label,
        title: found.title.id,
        kind: left.kind,
        state: TaskState::Open,
        why: why.as_str().to_owned(),
        done_at: left.done_at,
        by: Some(who.person.id),
        reader,
        stands,
        made_at: at,
        settled_by: None,
        comment: String::new(),
        ver: 1,
    };
    let change = Change {
        task: Some(task),
        lives: reader,
        ..Change::default()
    };
    match ctx
        .store
        .write_library(com, &change, &Beside::default())
        .await
    {
        // Two that sent the same at once.
        Ok(()) | Err(store::Error::Refused(Refusal::IdReused)) => Ok(Some(id)),
        Err(error) => Err(error.into()),
    }
}
