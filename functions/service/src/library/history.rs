//! What somebody borrowed before. `GetHistory`: librarians and administrators, with a reason that is
//! written down and theirs to read.

use domain::library::Loan;
use domain::limits;
use store::schema;
use wire::library::desk::GetHistory;
use wire::{Endpoint, Page};

use super::faces::Faces;
use crate::http::{Answer, Call, Outcome};
use crate::identity::views;
use crate::{page, parse};

pub async fn list(call: Call<GetHistory>) -> Outcome<GetHistory> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let com = who.community.id;
    let reason = parse::line(&call.query.reason, limits::LINE_CHARS, "?reason")?;
    let limit = parse::limit(call.query.limit)?;
    let person = ctx.store.living(com, call.path.0).await?;
    views::log(ctx, who, person.id, GetHistory::NAME, &reason, at).await?;
    let pattern = schema::loans_of(com, person.id);
    let cursor = call.query.cursor.as_deref();
    let (loans, cursor) = page::page::<Loan>(&ctx.store, &pattern, limit, cursor).await?;
    let faces = Faces::of_loans(ctx, who, &loans, at).await?;
    let items = loans.iter().map(|loan| faces.loan(who, loan)).collect();
    Ok(Answer::new(Page { items, cursor }))
}
