//! Redeem points. `CreateRedemption`: anybody for themselves or a child they decide for; helpers and
//! staff for somebody who agreed. Points and goods are kept for it in one transaction. Safe to repeat
//! with the same id.

use domain::access::Act;
use domain::availability::local_day;
use domain::ledger::reserve;
use domain::notice::Topic;
use domain::person::Person;
use domain::reward::{
    Redemption, RedemptionState, VoucherCode, first_shard, month_of, plan, refuse,
};
use domain::{Refusal, limits};
use store::market::Beside;
use store::points::rewards::{Grounds, Turnover};
use wire::points::rewards::{CreateRedemption, RedemptionView};
use wire::{Code, Endpoint};

use super::faces::Within;
use super::lapse;
use super::rewards::count;
use super::tries::until_settled;
use super::vouchers;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Arrived, Call, Outcome};
use crate::identity::session::Ticket;
use crate::identity::views;
use crate::identity::voice::{self, Voice};
use crate::once::Once;

/// What was read before it was known who asks.
type Ahead = Result<Option<Grounds>, store::Error>;

/// Reads for a redemption of one's own; nothing where the body cannot be read, or is for another.
pub fn look(
    ctx: &Ctx,
    ticket: &Ticket,
    arrived: &Arrived,
) -> impl Future<Output = Option<Ahead>> + Send + use<> {
    let (ctx, com, person) = (ctx.clone(), ticket.community, ticket.person);
    let body = arrived.body::<CreateRedemption>().ok();
    let own = body.filter(|body| body.person.is_none_or(|id| id == person));
    async move {
        let reward = own?.reward;
        Some(ctx.store.redeeming(com, person, reward).await)
    }
}

pub async fn run(
    call: Call<CreateRedemption>,
    mut ahead: Option<Ahead>,
) -> Outcome<CreateRedemption> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    count(call.body.quantity, 1, limits::REWARD_COUNT, "/quantity")?;
    let (person, voice) = whose(&call).await?;
    let done = until_settled!(redeem(&call, &once, (&person, voice), &mut ahead));
    let again = vouchers::own(&call, call.body.id);
    once.end(&call.ctx, done, again).await
}

/// Whose points they are. Staff say how the person agreed, and are written down.
async fn whose(call: &Call<CreateRedemption>) -> Result<(Person, Voice), Error> {
    let id = call.body.person.unwrap_or(call.who.person.id);
    let (person, voice) = voice::of(call, id, Act::RedeemForOthers).await?;
    if voice == Voice::Staff {
        if call.body.consent.is_none() {
            return Err(Error::invalid(Code::MissingField, "/consent"));
        }
        let what = CreateRedemption::NAME;
        views::log(&call.ctx, &call.who, id, what, "", call.now).await?;
    }
    Ok((person, voice))
}

async fn redeem(
    call: &Call<CreateRedemption>,
    once: &Once,
    (person, voice): (&Person, Voice),
    ahead: &mut Option<Ahead>,
) -> Result<RedemptionView, Error> {
    let (ctx, who, body, at) = (&call.ctx, &call.who, &call.body, call.now);
    let (com, quantity) = (who.community.id, body.quantity);
    let today = local_day(at, &who.zone);
    let grounds = match ahead.take() {
        Some(grounds) => grounds,
        None => ctx.store.redeeming(com, person.id, body.reward).await,
    };
    let grounds = grounds?.ok_or(Refusal::Missing)?;
    let reward = &grounds.reward;
    let points = refuse(reward, &grounds.taken, quantity, body.points, today)?;
    let about = domain::ledger::About::Redemption {
        redemption: body.id,
        reward: reward.id,
        what: reward.name.clone(),
        quantity,
    };
    let (posting, hold) = reserve(&grounds.account, points, about, body.id, today, at)?;
    let shares = plan(&grounds.left, first_shard(person.id), quantity)?;
    let redemption = Redemption {
        id: body.id,
        community: com,
        person: person.id,
        by: who.person.id,
        consent: body.consent.filter(|_| voice == Voice::Staff),
        reward: reward.id,
        name: reward.name.clone(),
        quantity,
        code: VoucherCode::new(ctx.ids.bits()),
        state: RedemptionState::Reserved,
        until: Redemption::until_from(at),
        warned: false,
        hold,
        shares,
        month: month_of(today),
        moved_by: None,
        reason: String::new(),
        created_at: at,
        changed_at: at,
        ver: 1,
    };
    let ended = lapse::ended_meanwhile(ctx, &Within::of(who), &posting, at).await?;
    let told = match voice {
        Voice::Own => None,
        Voice::Guardian | Voice::Staff => {
            vouchers::notice(ctx, who, &redemption, Topic::VoucherMade, at).await?
        }
    };
    let beside = Beside {
        command: once.record(),
        notices: told.into_iter().chain(ended).collect(),
    };
    let taken = grounds.taken.with(quantity, &redemption.month);
    let made = Turnover {
        posting,
        taken: Some(taken),
        redemption,
    };
    ctx.store
        .create_redemption(&made, reward.ver, &beside)
        .await?;
    ctx.relay_bell.notify_one();
    vouchers::shown(call, &made.redemption).await
}
