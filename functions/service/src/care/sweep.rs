//! What becomes of cases as time passes: the next is asked, a lease lapses to the backup and then to the station, a
//! missed follow-up becomes a visit, what nobody has is told of again. The index only nominates; each case is decided
//! again, and written on condition that it is the same still.

use domain::care::Case;
use domain::{CommunityId, Refusal, limits};
use jiff::Timestamp;
use store::care::CareChange;
use store::market::Beside;
use store::schema::{self, Item};
use store::table::{key_of, read};

use super::change::notices;
use crate::ctx::Ctx;
use crate::error::Error;

/// Read at once.
const PAGE: usize = 200;

/// Everything of one community that is due now. Answers how much was done. What fails is logged and passed over, and
/// is nominated again the next time.
pub async fn pass(ctx: &Ctx, com: CommunityId, at: Timestamp) -> usize {
    let (done, _) = passed(ctx, com, at).await;
    done
}

/// The same, and how much failed: single cases, and the rest where it could not be nominated.
pub(crate) async fn passed(ctx: &Ctx, com: CommunityId, at: Timestamp) -> (usize, usize) {
    let due = schema::due_cases(com, at);
    let (mut done, mut failed, mut seen, mut place) = (0, 0, 0, None);
    loop {
        let (items, next) = match ctx.store.page(&due, PAGE, place).await {
            Ok(page) => page,
            Err(error) => {
                unsettled(&due.pk, &error.into());
                return (done, failed + 1);
            }
        };
        seen += items.len();
        for item in items {
            let key = key_of(&item);
            match one(ctx, com, item, at).await {
                Ok(moved) => done += usize::from(moved),
                // Somebody was faster.
                Err(Error::Refused(Refusal::Stale)) => {}
                Err(error) => {
                    unsettled(&format!("{} {}", key.pk, key.sk), &error);
                    failed += 1;
                }
            }
        }
        place = next;
        if place.is_none() || seen >= limits::CASES_SWEPT {
            return (done, failed);
        }
    }
}

fn unsettled(subject: &str, error: &Error) {
    tracing::error!(subject, "What was due could not be settled: {error:?}");
}

async fn one(ctx: &Ctx, com: CommunityId, item: Item, at: Timestamp) -> Result<bool, Error> {
    let nominated: Case = read(item)?;
    let found = ctx.store.case(com, nominated.id).await?;
    let Some((after, told)) = found.and_then(|case| case.passed(at)) else {
        return Ok(false);
    };
    let notices = notices(ctx, &after, &told, at).await?;
    let change = CareChange {
        cases: vec![after],
        ..CareChange::default()
    };
    let beside = Beside {
        command: None,
        notices,
    };
    ctx.store.write_care(com, &change, &beside).await?;
    Ok(true)
}
