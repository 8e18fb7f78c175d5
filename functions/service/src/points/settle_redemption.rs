//! Hand over what a voucher stands for. `SettleRedemption`: those at the counter, but neither the
//! person, who decides for them, nor who redeemed it for them, nor whoever may be one of these by who
//! set up their accounts; only by its code, which whoever fetches
//! it shows. Safe to repeat with the same id.

use std::iter;

use domain::Refusal;
use domain::ledger::spend;
use domain::notice::Topic;
use domain::reward::{Event, VoucherCode};
use store::market::Beside;
use store::points::rewards::Turnover;
use wire::points::rewards::{RedemptionView, SettleRedemption};

use super::entries::hand;
use super::tries::until_settled;
use super::vouchers;
use crate::error::Error;
use crate::http::{Call, Outcome};
use crate::once::Once;

pub async fn run(call: Call<SettleRedemption>) -> Outcome<SettleRedemption> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = until_settled!(settle(&call, &once));
    let again = vouchers::own(&call, call.path.0);
    once.end(&call.ctx, done, again).await
}

/// Refuses: `Missing`, `VoucherWrong`, `OwnVoucher`, `VoucherIs`, `VoucherLapsed`, `OneHand`, `Stale`.
async fn settle(call: &Call<SettleRedemption>, once: &Once) -> Result<RedemptionView, Error> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let com = who.community.id;
    let before = ctx.store.redemption(com, call.path.0).await?;
    let before = before.ok_or(Refusal::Missing)?;
    if call.body.code.parse::<VoucherCode>() != Ok(before.code) {
        return Err(Refusal::VoucherWrong.into());
    }
    let hand = hand(call, before.person, iter::once(before.by)).await?;
    let event = Event::Settle {
        by: hand.person,
        speaks: hand.speaks,
        shared: hand.shared,
    };
    let redemption = before.apply(event, at)?;
    let account = ctx.store.point_account(com, redemption.person).await?;
    let posting = spend(&account, &redemption.hold, redemption.about(), at);
    let told = vouchers::notice(ctx, who, &redemption, Topic::VoucherSettled, at).await?;
    let beside = Beside {
        command: once.record(),
        notices: told.into_iter().collect(),
    };
    let ended = Turnover {
        redemption,
        posting,
        taken: None,
    };
    ctx.store.end_redemption(&ended, &beside).await?;
    ctx.relay_bell.notify_one();
    vouchers::shown(call, &ended.redemption).await
}
