//! What becomes of loans and reservations as time passes: reminders, and copies that nobody fetched.
//! The index only nominates; each decision is made again on the item itself.

use domain::Refusal;
use domain::availability::local_day;
use domain::library::{HoldState, Loan, LoanState, Shelf};
use domain::notice::Topic;
use jiff::Timestamp;
use store::library::Change;
use store::market::Beside;
use store::schema::Item;
use store::table::read;

use super::holds::end;
use super::moves::{about, told};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::points::Within;

/// A loan whose reader is to be reminded. Refuses: `Stale`.
pub async fn remind(
    ctx: &Ctx,
    within: &Within<'_>,
    item: Item,
    at: Timestamp,
) -> Result<bool, Error> {
    let nominated: Loan = read(item)?;
    let com = within.community;
    let today = local_day(at, within.zone);
    let loan = ctx.store.loan(com, nominated.id).await?;
    let due = |loan: &Loan| loan.state == LoanState::Open && loan.remind_on() <= today;
    let Some(loan) = loan.filter(due) else {
        return Ok(false);
    };
    let rules = ctx.store.library_rules(com).await?;
    let topic = match loan.is_late(&rules, today) {
        true => Topic::LoanLate,
        false => Topic::LoanDue,
    };
    let title = ctx.store.title(com, loan.title).await?;
    let title = title.ok_or(Refusal::Stale)?;
    let notices = match loan.reader {
        Some(reader) => {
            let what = (topic, about(&title, Some(rules.open_from(loan.due))));
            told(ctx, within, reader, what, at).await?
        }
        None => Vec::new(),
    };
    let change = Change {
        loans: vec![loan.reminded(today)],
        ..Change::default()
    };
    let beside = Beside {
        command: None,
        notices,
    };
    ctx.store.write_library(com, &change, &beside).await?;
    Ok(true)
}

/// A shelf on which something was to be fetched before today: it goes to the next. Refuses: `Stale`.
pub async fn unfetched(
    ctx: &Ctx,
    within: &Within<'_>,
    item: Item,
    at: Timestamp,
) -> Result<bool, Error> {
    let nominated: Shelf = read(item)?;
    let com = within.community;
    let today = local_day(at, within.zone);
    let shelf = ctx.store.shelf(com, nominated.title).await?;
    let rules = ctx.store.library_rules(com).await?;
    let kept = shelf.copies.iter().filter_map(|copy| copy.kept);
    let Some(over) = kept
        .filter(|kept| kept.is_over(&rules, today))
        .min_by_key(|kept| kept.until)
    else {
        return Ok(false);
    };
    let hold = ctx.store.hold(com, over.hold).await?;
    let hold = hold.ok_or(Refusal::Stale)?;
    let title = ctx.store.title(com, shelf.title).await?;
    let title = title.ok_or(Refusal::Stale)?;
    let what = (Topic::HoldExpired, about(&title, None));
    let beside = Beside {
        command: None,
        notices: told(ctx, within, hold.reader, what, at).await?,
    };
    end(ctx, within, hold, HoldState::Expired, beside, at).await?;
    Ok(true)
}
