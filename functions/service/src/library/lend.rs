//! Lend a copy. `CreateLoan`: anybody, for themselves or a child they decide for; at the desk for
//! anybody, by their card. Whoever may sets one rule aside by its name, with a reason. Safe to repeat
//! with the same id.

use domain::access::Act;
use domain::availability::local_day;
use domain::library::{LedgerEvent, Loan, Overridden, decide};
use domain::notice::Topic;
use domain::person::Person;
use domain::{LoanId, Refusal, limits};
use jiff::Timestamp;
use store::library::Change;
use store::market::Beside;
use wire::library::loans::{CreateLoan, CreateLoanBody, LoanView};
use wire::{Code, Endpoint};

use super::faces::{Faces, borrower, whose};
use super::moves::{about, holds, line, told};
use super::scan::find;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome, Who};
use crate::identity::views;
use crate::identity::voice::Voice;
use crate::once::Once;
use crate::parse;
use crate::points::Within;
use crate::points::tries::until_settled;

pub async fn run(call: Call<CreateLoan>) -> Outcome<CreateLoan> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    Ok(Answer::new(
        lend(ctx, who, (at, at), &call.body, once).await?,
    ))
}

/// One loan, as its own call or among those a telephone kept. `done_at`: when the copy was handed out, which
/// is before `at` where there was no line.
pub async fn lend(
    ctx: &Ctx,
    who: &Who,
    (done_at, at): (Timestamp, Timestamp),
    body: &CreateLoanBody,
    once: Once,
) -> Result<LoanView, Error> {
    let done = async {
        let (reader, voice) = reader(ctx, who, at, body).await?;
        let set_aside = set_aside(who, voice, body)?;
        let asked = Asked {
            id: body.id,
            copy: &body.copy,
            reader: &reader,
            voice,
            set_aside: set_aside.as_ref(),
        };
        until_settled!(hand_out(ctx, who, (done_at, at), &asked, &once))
    };
    let done = done.await;
    let again = async {
        let loan = ctx.store.loan(who.community.id, body.id).await?;
        let loan = loan.ok_or(Refusal::Missing)?;
        shown(ctx, who, at, &loan).await
    };
    once.settled(ctx, done, again).await
}

struct Asked<'a> {
    id: LoanId,
    copy: &'a str,
    reader: &'a Person,
    voice: Voice,
    set_aside: Option<&'a Overridden>,
}

/// Whose loan it is to be: by their card, or by their id. Staff's look is written down.
async fn reader(
    ctx: &Ctx,
    who: &Who,
    at: Timestamp,
    body: &CreateLoanBody,
) -> Result<(Person, Voice), Error> {
    let by_card = match &body.card {
        Some(_) if !who.may(Act::LendBooks) => return Err(Refusal::NotAllowed.into()),
        Some(card) => Some(super::cards::holder(ctx, who, card, "/card").await?),
        None => None,
    };
    if let (Some(id), Some(said)) = (by_card, body.reader)
        && id != said
    {
        return Err(Error::invalid(Code::BadValue, "/reader"));
    }
    let (person, voice) = whose(ctx, who, by_card.or(body.reader), at).await?;
    if voice == Voice::Staff {
        views::log(ctx, who, person.id, CreateLoan::NAME, "", at).await?;
    }
    Ok((person, voice))
}

/// The rule that is to be set aside; never for oneself or one's child.
fn set_aside(who: &Who, voice: Voice, body: &CreateLoanBody) -> Result<Option<Overridden>, Error> {
    let Some(said) = &body.r#override else {
        return Ok(None);
    };
    if !who.may(Act::OverrideLoan) || voice != Voice::Staff {
        return Err(Refusal::NotAllowed.into());
    }
    let comment = parse::line(&said.comment, limits::LINE_CHARS, "/override/comment")?;
    Ok(Some(Overridden {
        act: said.act,
        by: who.person.id,
        comment,
    }))
}

async fn hand_out(
    ctx: &Ctx,
    who: &Who,
    (done_at, at): (Timestamp, Timestamp),
    asked: &Asked<'_>,
    once: &Once,
) -> Result<LoanView, Error> {
    let com = who.community.id;
    let today = local_day(at, &who.zone);
    let borrower = borrower(ctx, asked.reader, today).await?;
    let (found, reader, rules) = tokio::try_join!(
        find(ctx, com, asked.copy, "/copy"),
        async { Ok(ctx.store.reader(com, asked.reader.id).await?) },
        async { Ok(ctx.store.library_rules(com).await?) },
    )?;
    if !borrower.agreed {
        return Err(Refusal::LoanConsent.into());
    }
    let title = &found.title;
    let asked_for = decide::Asked {
        id: asked.id,
        title,
        barcode: found.label()?,
        by: who.person.id,
        at,
        today,
        set_aside: asked.set_aside,
    };
    let lent = decide::lend(&found.shelf, &reader, borrower, &asked_for, &rules)?;
    let decide::Lent { out, reader, loan } = lent;
    let loan = Loan {
        lent_at: done_at,
        ..loan
    };
    let within = Within::of(who);
    let next = out.next.as_ref();
    let moved = (out.fulfilled, out.waits_again, next);
    let changed = holds(ctx, &within, title, moved, at).await?;
    let mut notices = changed.told;
    if asked.voice == Voice::Staff {
        let what = (Topic::LoanMade, about(title, Some(loan.due)));
        notices.extend(told(ctx, &within, asked.reader.id, what, at).await?);
    }
    let change = Change {
        shelf: Some(out.shelf),
        readers: vec![reader],
        lines: vec![line(title, &loan.barcode, LedgerEvent::Lent, at)],
        loans: vec![loan.clone()],
        holds: changed.after,
        lives: Some(asked.reader.id),
        rules_ver: Some(rules.ver),
        ..Change::default()
    };
    let beside = Beside {
        command: once.record(),
        notices,
    };
    ctx.store.write_library(com, &change, &beside).await?;
    ctx.relay_bell.notify_one();
    shown(ctx, who, at, &loan).await
}

/// A loan as the caller sees it.
pub async fn shown(ctx: &Ctx, who: &Who, at: Timestamp, loan: &Loan) -> Result<LoanView, Error> {
    let faces = Faces::of_loans(ctx, who, std::slice::from_ref(loan), at).await?;
    Ok(faces.loan(who, loan))
}
