//! What all moves have in common: when they happen, what becomes of reservations, and who is told.

use domain::availability::local_day;
use domain::library::{Handed, Hold, HoldState, LedgerEvent, Line, Rules, Title, When};
use domain::notice::{Data, Topic};
use domain::{HoldId, PersonId, Refusal};
use jiff::Timestamp;
use jiff::civil::Date;
use store::notify::Outgoing;

use crate::ctx::Ctx;
use crate::error::Error;
use crate::points::{Within, notices};

/// The moment of a move, and the last day a copy is kept that comes free by it.
#[must_use]
pub fn when(within: &Within<'_>, rules: &Rules, at: Timestamp) -> When {
    When {
        at,
        kept_until: rules.kept_until(local_day(at, within.zone)),
    }
}

/// Reservations that a move changed, and the notices about them.
#[derive(Default)]
pub struct Holds {
    pub after: Vec<Hold>,
    pub told: Vec<Outgoing>,
}

/// `fulfilled`: whose book it is now. `again`: whose copy was taken away, and who waits as before.
/// `next`: for whom a copy is kept from now on.
pub async fn holds(
    ctx: &Ctx,
    within: &Within<'_>,
    title: &Title,
    (fulfilled, again, next): (Option<HoldId>, Option<HoldId>, Option<&Handed>),
    at: Timestamp,
) -> Result<Holds, Error> {
    let com = within.community;
    let mut holds = Holds::default();
    let stored = async |id: HoldId| -> Result<Hold, Error> {
        Ok(ctx.store.hold(com, id).await?.ok_or(Refusal::Stale)?)
    };
    if let Some(id) = fulfilled {
        let hold = stored(id).await?;
        holds.after.push(hold.now(HoldState::Fulfilled, at));
    }
    if let Some(id) = again {
        let hold = stored(id).await?.now(HoldState::Waiting, at);
        let what = (Topic::HoldAgain, about(title, None));
        holds
            .told
            .extend(notices(ctx, within, &[hold.reader], what, at).await?);
        holds.after.push(hold);
    }
    if let Some(next) = next {
        let until = next.kept.until;
        let hold = stored(next.kept.hold).await?;
        let hold = hold.ready(next.barcode.clone(), until, at);
        let what = (Topic::HoldReady, about(title, Some(until)));
        holds
            .told
            .extend(notices(ctx, within, &[hold.reader], what, at).await?);
        holds.after.push(hold);
    }
    Ok(holds)
}

/// What notices about a book are filled with.
#[must_use]
pub fn about(title: &Title, due: Option<Date>) -> Data {
    let due = due.map(|day| ("due".to_owned(), day.to_string()));
    let name = ("title".to_owned(), title.name.clone());
    [name].into_iter().chain(due).collect()
}

/// One notice to somebody, and to whoever decides for them if they have no telephone.
pub async fn told(
    ctx: &Ctx,
    within: &Within<'_>,
    person: PersonId,
    what: (Topic, Data),
    at: Timestamp,
) -> Result<Vec<Outgoing>, Error> {
    notices(ctx, within, &[person], what, at).await
}

#[must_use]
pub fn line(title: &Title, barcode: &str, event: LedgerEvent, at: Timestamp) -> Line {
    Line {
        at,
        event,
        barcode: barcode.to_owned(),
        title: title.id,
        title_name: title.name.clone(),
        was_out: false,
    }
}
