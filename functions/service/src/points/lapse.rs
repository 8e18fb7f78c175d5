//! What becomes of vouchers and points as time passes: a warning, then the end. The index only
//! nominates; each decision is made again on the item itself.

use domain::PersonId;
use domain::availability::local_day;
use domain::ledger::{Account, Posting, expire};
use domain::notice::{Data, Topic};
use domain::reward::{Event, Redemption, RedemptionState};
use jiff::Timestamp;
use jiff::civil::Date;
use store::market::Beside;
use store::notify::Outgoing;
use store::schema::Item;
use store::table::read;

use super::cancel_redemption::given_back;
use super::faces::{Within, notices};
use super::vouchers::notice_of_time;
use crate::ctx::Ctx;
use crate::error::Error;

/// A voucher that ends, or soon will: the person is told; what has ended gives points and goods back.
/// Refuses: `Stale`.
pub async fn voucher(
    ctx: &Ctx,
    within: &Within<'_>,
    item: Item,
    at: Timestamp,
) -> Result<bool, Error> {
    let nominated: Redemption = read(item)?;
    let found = ctx.store.redemption(within.community, nominated.id).await?;
    let Some(before) = found.filter(|one| one.state == RedemptionState::Reserved) else {
        return Ok(false);
    };
    if at >= before.until {
        let redemption = before.apply(Event::Expire, at)?;
        let beside = told(ctx, within, &redemption, Topic::VoucherExpired, at).await?;
        let ended = given_back(ctx, redemption, at).await?;
        ctx.store.end_redemption(&ended, &beside).await?;
    } else if !before.warned && at >= before.warn_at() {
        let redemption = before.with_warning();
        let beside = told(ctx, within, &redemption, Topic::VoucherExpiring, at).await?;
        ctx.store.warn_of_redemption(&redemption, &beside).await?;
    } else {
        return Ok(false);
    }
    Ok(true)
}

async fn told(
    ctx: &Ctx,
    within: &Within<'_>,
    redemption: &Redemption,
    topic: Topic,
    at: Timestamp,
) -> Result<Beside, Error> {
    let notice = notice_of_time(ctx, within.zone, redemption, topic, at).await?;
    Ok(Beside {
        command: None,
        notices: notice.into_iter().collect(),
    })
}

/// Points that end, or soon will: the person is told; those that have ended are taken.
/// Refuses: `Stale`.
pub async fn points(
    ctx: &Ctx,
    within: &Within<'_>,
    item: Item,
    at: Timestamp,
) -> Result<bool, Error> {
    let nominated: Account = read(item)?;
    let (com, person) = (within.community, nominated.person);
    let account = ctx.store.point_account(com, person).await?;
    let today = local_day(at, within.zone);
    let (posting, notices) = match expire(&account, today, ctx.ids.bits(), at) {
        Some(posting) => {
            let notices = ended_meanwhile(ctx, within, &posting, at).await?;
            (posting, notices)
        }
        None => {
            let Some((last, lot)) = account.to_warn(today) else {
                return Ok(false);
            };
            let what = (Topic::PointsExpiring, lot.points, last);
            let notices = end_notices(ctx, within, person, what, at).await?;
            let posting = Posting {
                account: account.warned_of(last),
                transfers: Vec::new(),
            };
            (posting, notices)
        }
    };
    let beside = Beside {
        command: None,
        notices,
    };
    ctx.store.change_points(&posting, &beside).await?;
    Ok(true)
}

/// Points that ended before they could be used: the person is told, also where it is they who redeem.
pub(super) async fn ended_meanwhile(
    ctx: &Ctx,
    within: &Within<'_>,
    posting: &Posting,
    at: Timestamp,
) -> Result<Vec<Outgoing>, Error> {
    let Some((gone, last)) = posting.ended() else {
        return Ok(Vec::new());
    };
    let what = (Topic::PointsExpired, gone, last);
    let within = Within {
        mover: None,
        ..*within
    };
    end_notices(ctx, &within, posting.account.person, what, at).await
}

async fn end_notices(
    ctx: &Ctx,
    within: &Within<'_>,
    person: PersonId,
    (topic, points, last): (Topic, u32, Date),
    at: Timestamp,
) -> Result<Vec<Outgoing>, Error> {
    let data = Data::from([
        ("points".to_owned(), points.to_string()),
        ("day".into(), last.to_string()),
    ]);
    notices(ctx, within, &[person], (topic, data), at).await
}
