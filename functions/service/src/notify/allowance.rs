//! What may leave the house as texts in one day: codes, alarms and all other notices each have a share.

use domain::Refusal;
use domain::notice::Topic;
use jiff::{SignedDuration, Timestamp};
use store::notify::Outgoing;

use super::relay::End;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::identity::rates;

/// Counts a text that is about to leave: an alarm among those that are kept for alarms, as long as some are left.
/// Over the day's budget, a notice waits for the next day; a code would be of no use by then.
pub(super) async fn over_budget(
    ctx: &Ctx,
    row: &Outgoing,
    at: Timestamp,
) -> Result<Option<End>, Error> {
    if row.notice.topic.is_alarm() && has_reserve(ctx, row, at).await? {
        return Ok(None);
    }
    let is_code = row.notice.topic == Topic::SignInCode;
    let rates = match is_code {
        true => rates::of_code(row.community),
        false => rates::of_notice(),
    };
    let left = rates.iter().map(|rate| rate.left_seconds(at)).max();
    let left = SignedDuration::from_secs(left.unwrap_or(0));
    let otherwise = Refusal::TooManyCodes {
        retry_after_s: left.as_secs(),
    };
    match ctx.store.spend(&rates, at, otherwise).await {
        Ok(()) => Ok(None),
        Err(store::Error::Refused(_)) => {
            tracing::error!(community = %row.community, is_code, "What may be sent today was sent");
            Ok(Some(match is_code {
                true => End::Dropped,
                false => End::NotBefore(at + left),
            }))
        }
        Err(error) => Err(error.into()),
    }
}

/// Counts one of the texts that are kept for alarms; false where none is left today.
async fn has_reserve(ctx: &Ctx, row: &Outgoing, at: Timestamp) -> Result<bool, Error> {
    let rates = rates::of_alarm(row.community);
    match ctx.store.spend(&rates, at, Refusal::Stale).await {
        Ok(()) => Ok(true),
        Err(store::Error::Refused(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
