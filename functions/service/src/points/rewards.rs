//! What points can be redeemed for. `ListRewards`, `GetReward`: everybody signed in.
//! `CreateReward`, `UpdateReward`: social workers and administrators, safe to repeat with the same id.

use domain::access::Act;
use domain::availability::local_day;
use domain::reward::{Price, Reward, RewardState, can_take, spread};
use domain::{PersonId, Refusal, limits};
use jiff::civil::Date;
use store::market::Beside;
use wire::points::rewards::{
    CreateReward, GetReward, ListRewards, RewardPrice, RewardView, UpdateReward,
};
use wire::{Code, Endpoint, Page, Problem};

use super::account::looked_at;
use super::tries::until_settled;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::once::Once;
use crate::parse;

pub async fn list(call: Call<ListRewards>) -> Outcome<ListRewards> {
    let (person, _) = looked_at(&call, call.query.person).await?;
    let all = call.query.closed == Some(true) && call.who.may(Act::RunRewards);
    let today = local_day(call.now, &call.who.zone);
    let mut rewards = call.ctx.store.rewards(call.who.community.id).await?;
    rewards.retain(|reward| all || reward.is_open(today));
    rewards.sort_by(|a, b| (a.points, &a.name, a.id).cmp(&(b.points, &b.name, b.id)));
    let views = views(&call, &rewards, person.id).await?;
    Ok(Answer::new(Page::whole(views)))
}

pub async fn get(call: Call<GetReward>) -> Outcome<GetReward> {
    let (person, _) = looked_at(&call, call.query.person).await?;
    let reward = call.ctx.store.reward(call.who.community.id, call.path.0);
    let reward = reward.await?.ok_or(Refusal::Missing)?;
    Ok(Answer::new(shown(&call, &reward, person.id).await?))
}

pub async fn create(call: Call<CreateReward>) -> Outcome<CreateReward> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = until_settled!(add(&call, &once));
    let again = own(&call, call.body.id);
    once.end(&call.ctx, done, again).await
}

pub async fn update(call: Call<UpdateReward>) -> Outcome<UpdateReward> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = change(&call, &once).await;
    let again = own(&call, call.path.0);
    once.end(&call.ctx, done, again).await
}

async fn add(call: &Call<CreateReward>, once: &Once) -> Result<RewardView, Error> {
    let (store, who, body) = (&call.ctx.store, &call.who, &call.body);
    let set = (who.person.id, call.now);
    let reward = Reward {
        id: body.id,
        community: who.community.id,
        name: parse::line(&body.name, limits::TITLE_CHARS, "/name")?,
        about: parse::note(Some(&body.about), limits::NOTE_CHARS, "/about")?,
        kind: body.kind,
        points: count(body.points, 1, limits::REWARD_POINTS, "/points")?,
        per_person: limit(body.per_person, "/per_person")?,
        per_month: limit(body.per_month, "/per_month")?,
        open_until: body.open_until,
        state: RewardState::Open,
        prices: Vec::new(),
        ver: 1,
    }
    .priced(set);
    let stock = count(body.stock, 0, limits::REWARD_COUNT, "/stock")?;
    if store.reward(reward.community, reward.id).await?.is_some() {
        return Err(Refusal::IdReused.into());
    }
    let after = store.additions(reward.community).await?;
    if store.rewards(reward.community).await?.len() >= limits::REWARDS {
        let max = limits::REWARDS;
        return Err(Refusal::TooManyRewards { max }.into());
    }
    let beside = Beside {
        command: once.record(),
        notices: Vec::new(),
    };
    store
        .create_reward(&reward, &spread(stock), set, Some(after), &beside)
        .await?;
    shown(call, &reward, who.person.id).await
}

async fn change(call: &Call<UpdateReward>, once: &Once) -> Result<RewardView, Error> {
    let (store, who, body) = (&call.ctx.store, &call.who, &call.body);
    let before = store.reward(who.community.id, call.path.0).await?;
    let before = before.ok_or(Refusal::Missing)?;
    let after = Reward {
        name: parse::line(&body.name, limits::TITLE_CHARS, "/name")?,
        about: parse::note(Some(&body.about), limits::NOTE_CHARS, "/about")?,
        kind: body.kind,
        points: count(body.points, 1, limits::REWARD_POINTS, "/points")?,
        per_person: limit(body.per_person, "/per_person")?,
        per_month: limit(body.per_month, "/per_month")?,
        open_until: body.open_until,
        state: body.state,
        ver: before.ver + 1,
        ..before.clone()
    };
    let after = match after.points == before.points {
        true => after,
        false => after.priced((who.person.id, call.now)),
    };
    if body.ver != before.ver {
        return Err(Refusal::Stale.into());
    }
    let beside = Beside {
        command: once.record(),
        notices: Vec::new(),
    };
    store.change_reward(&after, &beside).await?;
    shown(call, &after, who.person.id).await
}

/// A number within its limits, both included.
pub(super) fn count(value: u32, least: u32, most: u32, pointer: &str) -> Result<u32, Error> {
    if (least..=most).contains(&value) {
        return Ok(value);
    }
    let problem = Problem::new(Code::BadValue).at(pointer);
    Err(problem.with("max", most).into())
}

fn limit(value: Option<u32>, pointer: &str) -> Result<Option<u32>, Error> {
    let checked = value.map(|value| count(value, 1, limits::REWARD_COUNT, pointer));
    checked.transpose()
}

/// A reward as the caller sees it for themselves. Refuses: `Missing`.
pub(super) async fn own<E: Endpoint>(
    call: &Call<E>,
    id: domain::RewardId,
) -> Result<RewardView, Error> {
    let reward = call.ctx.store.reward(call.who.community.id, id).await?;
    shown(call, &reward.ok_or(Refusal::Missing)?, call.who.person.id).await
}

/// A reward with what a person has of it.
async fn shown<E: Endpoint>(
    call: &Call<E>,
    reward: &Reward,
    person: domain::PersonId,
) -> Result<RewardView, Error> {
    let views = views(call, std::slice::from_ref(reward), person).await?;
    let view = views.into_iter().next().ok_or(Refusal::Missing)?;
    let prices = prices(call, reward).await?;
    Ok(RewardView { prices, ..view })
}

/// What it took, the newest first; for those who may change it.
async fn prices<E: Endpoint>(call: &Call<E>, reward: &Reward) -> Result<Vec<RewardPrice>, Error> {
    let who = &call.who;
    if !who.may(Act::RunRewards) {
        return Ok(Vec::new());
    }
    let mut ids: Vec<PersonId> = reward.prices.iter().map(|price| price.by).collect();
    ids.sort_unstable();
    ids.dedup();
    let people = call.ctx.store.people_among(who.community.id, &ids).await?;
    let name = |id: PersonId| people.iter().find(|person| person.id == id);
    let row = |price: &Price| RewardPrice {
        points: price.points,
        by_name: name(price.by).map_or_else(String::new, |person| person.name.clone()),
        at: who.moment(price.at),
    };
    Ok(reward.prices.iter().rev().map(row).collect())
}

async fn views<E: Endpoint>(
    call: &Call<E>,
    rewards: &[Reward],
    person: domain::PersonId,
) -> Result<Vec<RewardView>, Error> {
    let (store, com) = (&call.ctx.store, call.who.community.id);
    let today = local_day(call.now, &call.who.zone);
    let ids: Vec<_> = rewards.iter().map(|reward| reward.id).collect();
    let (left, taken, account) = tokio::try_join!(
        store.stock_left(com, &ids),
        store.taken_of(com, person, &ids),
        store.point_account(com, person),
    )?;
    let usable = account.usable(today);
    let rows = rewards.iter().zip(left).zip(taken);
    Ok(rows
        .map(|((reward, left), taken)| RewardView {
            can_take: can_take(reward, &taken, usable, left, today),
            left,
            taken: taken.total,
            ..plain(reward, today)
        })
        .collect())
}

fn plain(reward: &Reward, today: Date) -> RewardView {
    RewardView {
        id: reward.id,
        name: reward.name.clone(),
        about: reward.about.clone(),
        kind: reward.kind,
        points: reward.points,
        per_person: reward.per_person,
        per_month: reward.per_month,
        open_until: reward.open_until,
        state: reward.state,
        open: reward.is_open(today),
        left: 0,
        can_take: 0,
        taken: 0,
        prices: Vec::new(),
        ver: reward.ver,
    }
}
