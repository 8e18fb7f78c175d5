//! Call a redemption off: points and goods go back. `CancelRedemption`: the person, whoever decides
//! for them, and with a reason those at the counter. Safe to repeat with the same id.
//! [`release`] does it for somebody who leaves.

use domain::ledger::{Account, give_back};
use domain::notice::Topic;
use domain::reward::{Event, Redemption, RedemptionState};
use domain::{CommunityId, PersonId, Refusal, limits};
use jiff::Timestamp;
use store::market::Beside;
use store::points::rewards::Turnover;
use store::schema;
use store::table::read;
use wire::points::rewards::{CancelRedemption, RedemptionView};

use super::tries::until_settled;
use super::vouchers;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Call, Outcome};
use crate::identity::voice::Voice;
use crate::once::Once;
use crate::parse;

pub async fn run(call: Call<CancelRedemption>) -> Outcome<CancelRedemption> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = until_settled!(cancel(&call, &once));
    let again = vouchers::own(&call, call.path.0);
    once.end(&call.ctx, done, again).await
}

/// Refuses: `Missing`, `VoucherIs`, `VoucherLapsed`, `Stale`.
async fn cancel(call: &Call<CancelRedemption>, once: &Once) -> Result<RedemptionView, Error> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let before = ctx.store.redemption(who.community.id, call.path.0).await?;
    let before = before.ok_or(Refusal::Missing)?;
    let said = call.body.reason.as_deref();
    let reason = match vouchers::voice_in(call, &before).await? {
        Voice::Own | Voice::Guardian => parse::note(said, limits::LINE_CHARS, "/reason")?,
        Voice::Staff => {
            let said = said.unwrap_or_default();
            parse::line(said, limits::LINE_CHARS, "/reason")?
        }
    };
    let by = who.person.id;
    let redemption = before.apply(Event::Cancel { by, reason }, at)?;
    let told = vouchers::notice(ctx, who, &redemption, Topic::VoucherCancelled, at).await?;
    let beside = Beside {
        command: once.record(),
        notices: told.into_iter().collect(),
    };
    let ended = given_back(ctx, redemption, at).await?;
    ctx.store.end_redemption(&ended, &beside).await?;
    ctx.relay_bell.notify_one();
    vouchers::shown(call, &ended.redemption).await
}

/// What a redemption that nobody got anything for gives back: points, goods, and room in the limits.
pub(super) async fn given_back(
    ctx: &Ctx,
    redemption: Redemption,
    at: Timestamp,
) -> Result<Turnover, Error> {
    let (com, person, reward) = (redemption.community, redemption.person, redemption.reward);
    let (account, taken) = ctx.store.points_and_taken(com, person, reward).await?;
    let lapsed = redemption.state == RedemptionState::Expired;
    let posting = give_back(&account, &redemption.hold, redemption.about(), lapsed, at);
    Ok(Turnover {
        taken: Some(taken.without(redemption.quantity, &redemption.month)),
        redemption,
        posting,
    })
}

/// Calls off every voucher of somebody who leaves. Answers with their points, of which none are kept
/// any more. Refuses: `Stale` where something was redeemed meanwhile.
pub async fn release(
    ctx: &Ctx,
    com: CommunityId,
    person: PersonId,
    at: Timestamp,
) -> Result<Account, Error> {
    for item in ctx.store.all(&schema::redemptions_of(com, person)).await? {
        let nominated: Redemption = read(item)?;
        let Some(before) = ctx.store.redemption(com, nominated.id).await? else {
            continue;
        };
        let event = match before.state {
            RedemptionState::Reserved if at >= before.until => Event::Expire,
            RedemptionState::Reserved => Event::Cancel {
                by: person,
                reason: String::new(),
            },
            RedemptionState::Settled | RedemptionState::Cancelled | RedemptionState::Expired => {
                continue;
            }
        };
        let ended = given_back(ctx, before.apply(event, at)?, at).await?;
        ctx.store.end_redemption(&ended, &Beside::default()).await?;
    }
    let account = ctx.store.point_account(com, person).await?;
    match account.reserved {
        0 => Ok(account),
        _ => Err(Refusal::Stale.into()),
    }
}
