//! Keep a book longer. `RenewLoan`: the reader, whoever decides for them, and the desk. Safe to repeat
//! with the same id.

use domain::access::Act;
use domain::availability::local_day;
use domain::library::{LedgerEvent, Loan, decide};
use domain::{LoanId, PersonId, Refusal};
use jiff::Timestamp;
use store::library::Change;
use store::market::Beside;
use wire::Endpoint;
use wire::library::loans::{LoanView, RenewLoan};

use super::faces::kind;
use super::lend::shown;
use super::moves::line;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome, Who};
use crate::identity::views;
use crate::once::Once;
use crate::points::tries::until_settled;

pub async fn run(call: Call<RenewLoan>) -> Outcome<RenewLoan> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let (ctx, who, at, id) = (&call.ctx, &call.who, call.now, call.path.0);
    Ok(Answer::new(renew(ctx, who, at, id, once).await?))
}

/// One renewal, as its own call or among others.
pub async fn renew(
    ctx: &Ctx,
    who: &Who,
    at: Timestamp,
    id: LoanId,
    once: Once,
) -> Result<LoanView, Error> {
    let done = until_settled!(keep(ctx, who, at, id, &once));
    let again = async {
        let loan = theirs(ctx, who, at, id).await?;
        shown(ctx, who, at, &loan).await
    };
    once.settled(ctx, done, again).await
}

/// A loan that the caller may see: their own, their ward's, or at the desk anybody's as long as it is
/// open. Refuses: `Missing`.
pub async fn theirs(ctx: &Ctx, who: &Who, at: Timestamp, id: LoanId) -> Result<Loan, Error> {
    let com = who.community.id;
    let loan = ctx.store.loan(com, id).await?.ok_or(Refusal::Missing)?;
    let reader: PersonId = loan.reader.ok_or(Refusal::Missing)?;
    if reader == who.person.id {
        return Ok(loan);
    }
    let person = ctx.store.living(com, reader).await?;
    let guardian = person.guardian_on(local_day(at, &who.zone));
    let open = loan.refuse_over().is_ok();
    if guardian == Some(who.person.id) || open && who.may(Act::LendBooks) {
        return Ok(loan);
    }
    Err(Refusal::Missing.into())
}

async fn keep(
    ctx: &Ctx,
    who: &Who,
    at: Timestamp,
    id: LoanId,
    once: &Once,
) -> Result<LoanView, Error> {
    let com = who.community.id;
    let today = local_day(at, &who.zone);
    let loan = theirs(ctx, who, at, id).await?;
    let reader = loan.reader.ok_or(Refusal::Missing)?;
    views::log(ctx, who, reader, RenewLoan::NAME, "", at).await?;
    loan.refuse_over()?;
    let person = ctx.store.living(com, reader).await?;
    let (grounds, rules) = tokio::try_join!(
        ctx.store.borrowing(com, loan.title, reader),
        ctx.store.library_rules(com),
    )?;
    let (title, shelf, file) = grounds.ok_or(Refusal::Missing)?;
    let loan = decide::renew(&loan, &shelf, kind(&person, today), &rules, today)?;
    let shelf = shelf.renew(&loan.barcode, loan.id, loan.due);
    // Whoever gave it back meanwhile is decided again.
    let shelf = shelf.map_err(|refusal| match refusal {
        Refusal::NotOnLoan => Refusal::Stale,
        other => other,
    })?;
    let change = Change {
        shelf: Some(shelf),
        readers: vec![file.renewed(loan.id, loan.due)],
        lines: vec![line(&title, &loan.barcode, LedgerEvent::Renewed, at)],
        loans: vec![loan.clone()],
        rules_ver: Some(rules.ver),
        ..Change::default()
    };
    let beside = Beside {
        command: once.record(),
        notices: Vec::new(),
    };
    ctx.store.write_library(com, &change, &beside).await?;
    shown(ctx, who, at, &loan).await
}
