//! Who goes. `SignUp` and `Withdraw`: anybody, for themselves or a child they decide for; those who
//! book for others, for anybody. `ListSignUps` and `RemoveSignUp`: whoever runs the activity.
//! `ListMySignUps`: one's own. Commands are safe to repeat with the same id.
//!
//! A place that becomes free goes to the first who waits and has the time, in the same transaction.

use domain::access::Act;
use domain::activity::{self, Activity, ActivityState, SignUpState, Volunteer};
use domain::activity as rules;
use domain::availability::Span;
use domain::hours::Presence;
use domain::notice::Topic;
use domain::{ActivityId, CommunityId, PersonId, Refusal, limits};
use jiff::Timestamp;
use store::Failure;
use store::market::Beside;
use store::notify::Outgoing;
use store::points::activities::Turn;
use store::schema;
use store::table::read;
use wire::points::activities::{
    ListMySignUps, ListSignUps, RemoveSignUp, SignUp, SignUpRow, SignUpView, Withdraw,
};
use wire::{Endpoint, Page};

use super::faces::{Within, data, notices, part, run_by, whose};
use super::volunteers::fresh;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome, Who};
use crate::once::Once;
use crate::{page, parse};

/// How often a change is decided again because somebody else's came between.
pub(super) const TRIES: u32 = 12;

/// What lies between two decisions: up to 5 ms, doubled each time, at most 160 ms.
pub(super) async fn pause(ctx: &Ctx, attempt: u32) {
    let longest = 5_u64 << attempt.min(5);
    let share = u64::try_from(ctx.ids.bits() & 0xffff).unwrap_or(0);
    let millis = longest * share / 0xffff;
    tokio::time::sleep(std::time::Duration::from_millis(millis)).await;
}

/// It met somebody else's change on every try.
pub(super) fn busy() -> Error {
    Error::Failed(Failure {
        retryable: true,
        context: "an activity changed on every try".into(),
    })
}

/// Decides again, from what is stored then, while others change the same.
macro_rules! again_while_stale {
    ($ctx:expr, $try:expr) => {{
        let mut done = $try.await;
        for attempt in 0..TRIES {
            if !matches!(done, Err(Error::Refused(Refusal::Stale))) {
                break;
            }
            pause($ctx, attempt).await;
            done = $try.await;
        }
        match done {
            Err(Error::Refused(Refusal::Stale)) => Err(busy()),
            done => done,
        }
    }};
}
pub(super) use again_while_stale;

pub async fn sign_up(call: Call<SignUp>) -> Outcome<SignUp> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let person = whose(&call, call.body.person, Act::BookForOthers).await?;
    let done = again_while_stale!(&call.ctx, join(&call, &once, person.id));
    let again = own_part(&call, call.path.0, person.id);
    once.end(&call.ctx, done, again).await
}

pub async fn withdraw(call: Call<Withdraw>) -> Outcome<Withdraw> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let person = whose(&call, call.body.person, Act::BookForOthers).await?;
    let done = again_while_stale!(&call.ctx, give_back(&call, &once, person.id));
    let again = own_part(&call, call.path.0, person.id);
    once.end(&call.ctx, done, again).await
}

pub async fn remove(call: Call<RemoveSignUp>) -> Outcome<RemoveSignUp> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let (id, person) = call.path;
    run_by(&call, id).await?;
    let done = again_while_stale!(&call.ctx, take_off(&call, &once, person));
    let again = one_row(&call, id, person);
    once.end(&call.ctx, done, again).await
}

/// A person's part as it is stored. Refuses: `Missing`.
async fn own_part<E: Endpoint>(
    call: &Call<E>,
    id: ActivityId,
    person: PersonId,
) -> Result<SignUpView, Error> {
    let found = call.ctx.store.part(call.who.community.id, id, person).await?;
    let (Some(activity), Some(sign_up), _) = found else {
        return Err(Refusal::Missing.into());
    };
    Ok(part(&call.who, &activity, &sign_up))
}

async fn join(call: &Call<SignUp>, once: &Once, person: PersonId) -> Result<SignUpView, Error> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let com = who.community.id;
    let (activity, was, volunteer) = ctx.store.part(com, call.path.0, person).await?;
    let activity = activity.ok_or(Refusal::Missing)?;
    let before = volunteer.unwrap_or_else(|| fresh(ctx, person));
    let names = (call.body.id, who.person.id);
    let decide = |volunteer: Volunteer| {
        rules::sign_up(activity.clone(), volunteer, was.as_ref(), names, at)
    };
    let ver = before.ver + 1;
    let mut volunteer = before;
    let decided = loop {
        match decide(volunteer.clone()) {
            // What was called off takes nobody's time.
            Err(Refusal::SignUpOverlaps { activity: other })
                if is_called_off(ctx, com, other).await? =>
            {
                volunteer = volunteer.not_going_to(other);
            }
            done => break done?,
        }
    };
    let (activity, volunteer, sign_up) = decided;
    let volunteer = Volunteer { ver, ..volunteer };
    let told = match person == who.person.id {
        true => Vec::new(),
        false => {
            let within = Within::of(who);
            let what = (Topic::ActivitySignedUp, data(&within, &activity));
            notices(ctx, &within, &[person], what, at).await?
        }
    };
    let reply = part(who, &activity, &sign_up);
    let turns = [Turn { volunteer, sign_up }];
    commit(call, once, &activity, &turns, told).await?;
    Ok(reply)
}

async fn is_called_off(ctx: &Ctx, com: CommunityId, id: ActivityId) -> Result<bool, Error> {
    let activity = ctx.store.activity(com, id).await?;
    Ok(activity.is_none_or(|activity| activity.state == ActivityState::Cancelled))
}

async fn give_back(
    call: &Call<Withdraw>,
    once: &Once,
    person: PersonId,
) -> Result<SignUpView, Error> {
    let left = leave(call, call.path.0, person, SignUpState::Withdrawn).await?;
    let reply = part(&call.who, &left.activity, &left.turns[0].sign_up);
    commit(call, once, &left.activity, &left.turns, left.told).await?;
    Ok(reply)
}

async fn take_off(
    call: &Call<RemoveSignUp>,
    once: &Once,
    person: PersonId,
) -> Result<SignUpRow, Error> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let reason = parse::line(&call.body.reason, limits::LINE_CHARS, "/reason")?;
    let mut left = leave(call, call.path.0, person, SignUpState::Removed).await?;
    let mut words = data(&Within::of(who), &left.activity);
    words.insert("reason".into(), reason);
    let what = (Topic::ActivityRemoved, words);
    let told = notices(ctx, &Within::of(who), &[person], what, at).await?;
    left.told.extend(told);
    let named = ctx.store.living(who.community.id, person).await?;
    let reply = row(who, &left.activity, &left.turns[0].sign_up, named.name);
    commit(call, once, &left.activity, &left.turns, left.told).await?;
    Ok(reply)
}

/// An activity without somebody, with whoever moves up in their place.
struct Left {
    activity: Activity,
    turns: Vec<Turn>,
    told: Vec<Outgoing>,
}

async fn leave<E: Endpoint>(
    call: &Call<E>,
    id: ActivityId,
    person: PersonId,
    state: SignUpState,
) -> Result<Left, Error> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let (activity, sign_up, volunteer) = ctx.store.part(who.community.id, id, person).await?;
    let activity = activity.ok_or(Refusal::Missing)?;
    let sign_up = sign_up.ok_or(Refusal::NotSignedUp)?;
    let volunteer = volunteer.unwrap_or_else(|| fresh(ctx, person));
    let ver = activity.ver + 1;
    let (activity, volunteer, sign_up) = rules::leave(activity, volunteer, sign_up, state, at)?;
    let mut left = Left {
        activity,
        turns: vec![Turn { volunteer, sign_up }],
        told: Vec::new(),
    };
    if let Some((after, turn)) = next_up(ctx, &left.activity, at).await? {
        let within = Within::of(who);
        let what = (Topic::ActivityMovedUp, data(&within, &after));
        left.told = notices(ctx, &within, &[turn.sign_up.person], what, at).await?;
        left.activity = after;
        left.turns.push(turn);
    }
    left.activity.ver = ver;
    Ok(left)
}

/// The first who waits and has the time, with the place that is free; nothing where nobody is.
async fn next_up(
    ctx: &Ctx,
    activity: &Activity,
    at: Timestamp,
) -> Result<Option<(Activity, Turn)>, Error> {
    if activity.is_full() || activity.waiting == 0 {
        return Ok(None);
    }
    let com = activity.community;
    let mut queue = ctx.store.sign_ups(com, activity.id).await?;
    queue.retain(|one| one.state == SignUpState::Waiting);
    queue.sort_by_key(|one| (one.queued_at, one.id));
    for sign_up in queue {
        let person = sign_up.person;
        let Some(volunteer) = ctx.store.volunteer(com, person).await? else {
            continue;
        };
        let moved = rules::move_up(activity, volunteer, sign_up, at);
        if let Some((activity, volunteer, sign_up)) = moved {
            let turn = Turn { volunteer, sign_up };
            return Ok(Some((activity, turn)));
        }
    }
    Ok(None)
}

async fn commit<E: Endpoint>(
    call: &Call<E>,
    once: &Once,
    activity: &Activity,
    turns: &[Turn],
    notices: Vec<Outgoing>,
) -> Result<(), Error> {
    let beside = Beside {
        command: once.record(),
        notices,
    };
    let store = &call.ctx.store;
    store.change_activity(activity, turns, &beside).await?;
    call.ctx.relay_bell.notify_one();
    Ok(())
}

/// Gives back everything that somebody who leaves the community signed up for and that is still to come.
pub async fn leave_all<E: Endpoint>(call: &Call<E>, person: PersonId) -> Result<(), Error> {
    let (ctx, com) = (&call.ctx, call.who.community.id);
    for item in ctx.store.all(&schema::sign_ups_of(com, person)).await? {
        let sign_up: activity::SignUp = read(item)?;
        let open = matches!(sign_up.state, SignUpState::Going | SignUpState::Waiting);
        if !open || sign_up.starts <= call.now {
            continue;
        }
        let done = again_while_stale!(ctx, give_up(call, sign_up.activity, person));
        match done {
            // It ended some other way.
            Ok(()) | Err(Error::Refused(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

async fn give_up<E: Endpoint>(
    call: &Call<E>,
    id: ActivityId,
    person: PersonId,
) -> Result<(), Error> {
    let left = leave(call, id, person, SignUpState::Withdrawn).await?;
    let beside = Beside {
        command: None,
        notices: left.told,
    };
    let store = &call.ctx.store;
    Ok(store.change_activity(&left.activity, &left.turns, &beside).await?)
}

/// Gives the free places of one activity to those who wait, one transaction each, until there is nobody
/// more. Answers how many.
pub async fn fill(
    ctx: &Ctx,
    within: &Within<'_>,
    id: ActivityId,
    at: Timestamp,
) -> Result<usize, Error> {
    let (com, mut moved) = (within.community, 0);
    for attempt in 0..u32::from(limits::ACTIVITY_PEOPLE) + TRIES {
        let Some(activity) = ctx.store.activity(com, id).await? else {
            break;
        };
        if !activity.unfilled {
            break;
        }
        let (after, turns, told) = match next_up(ctx, &activity, at).await? {
            Some((after, turn)) => {
                let what = (Topic::ActivityMovedUp, data(within, &after));
                let told = notices(ctx, within, &[turn.sign_up.person], what, at).await?;
                (after, vec![turn], told)
            }
            None => {
                let after = Activity {
                    unfilled: false,
                    ver: activity.ver + 1,
                    ..activity
                };
                (after, Vec::new(), Vec::new())
            }
        };
        let beside = Beside {
            command: None,
            notices: told,
        };
        match ctx.store.change_activity(&after, &turns, &beside).await {
            Ok(()) => moved += turns.len(),
            Err(store::Error::Refused(Refusal::Stale | Refusal::Missing)) => {
                pause(ctx, attempt.min(TRIES)).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(moved)
}

/// The same for every activity of a community that was left half-way.
pub async fn fill_all(ctx: &Ctx, within: &Within<'_>, at: Timestamp) -> Result<usize, Error> {
    let mut moved = 0;
    let unfilled = schema::unfilled(within.community);
    for item in ctx.store.all(&unfilled).await? {
        let activity: Activity = read(item)?;
        moved += fill(ctx, within, activity.id, at).await?;
    }
    Ok(moved)
}

pub async fn list(call: Call<ListSignUps>) -> Outcome<ListSignUps> {
    let activity = run_by(&call, call.path.0).await?;
    let (ctx, who) = (&call.ctx, &call.who);
    let com = who.community.id;
    let mut found = ctx.store.sign_ups(com, activity.id).await?;
    found.retain(|one| matches!(one.state, SignUpState::Going | SignUpState::Waiting));
    found.sort_by_key(|one| (one.state, one.queued_at, one.id));
    let ids: Vec<PersonId> = found.iter().map(|one| one.person).collect();
    let people = ctx.store.people_among(com, &ids).await?;
    let name = |id: PersonId| {
        let person = people.iter().find(|person| person.id == id);
        person.map(|person| person.name.clone()).unwrap_or_default()
    };
    let rows = found.iter();
    let rows = rows.map(|one| row(who, &activity, one, name(one.person)));
    Ok(Answer::new(Page::whole(rows.collect())))
}

async fn one_row<E: Endpoint>(
    call: &Call<E>,
    id: ActivityId,
    person: PersonId,
) -> Result<SignUpRow, Error> {
    let com = call.who.community.id;
    let found = call.ctx.store.part(com, id, person).await?;
    let (Some(activity), Some(sign_up), _) = found else {
        return Err(Refusal::Missing.into());
    };
    let named = call.ctx.store.person(com, person).await?;
    let name = named.map(|person| person.name).unwrap_or_default();
    Ok(row(&call.who, &activity, &sign_up, name))
}

fn row(who: &Who, activity: &Activity, sign_up: &activity::SignUp, name: String) -> SignUpRow {
    let seen = part(who, activity, sign_up);
    let presence = sign_up.attendance.map(|one| one.presence);
    let minutes = match presence {
        Some(Presence::Settled { minutes, .. }) => Some(minutes),
        Some(Presence::Out | Presence::Review { .. }) => {
            let attended = sign_up.attendance.and_then(|one| one.attended());
            attended.map(Span::minutes)
        }
        Some(Presence::Expected | Presence::In | Presence::NoShow { .. }) | None => None,
    };
    SignUpRow {
        id: sign_up.id,
        person: sign_up.person,
        name,
        state: sign_up.state,
        came: seen.came,
        left: seen.left,
        forgotten: matches!(presence, Some(Presence::Review { .. })),
        missed: matches!(presence, Some(Presence::NoShow { .. })),
        minutes,
        settled: matches!(presence, Some(Presence::Settled { .. })),
    }
}

pub async fn mine(call: Call<ListMySignUps>) -> Outcome<ListMySignUps> {
    let person = whose(&call, call.query.person, Act::BookForOthers).await?;
    let (ctx, who) = (&call.ctx, &call.who);
    let com = who.community.id;
    let limit = parse::limit(call.query.limit)?;
    let pattern = schema::sign_ups_of(com, person.id);
    let cursor = call.query.cursor.as_deref();
    let (found, cursor) =
        page::page::<activity::SignUp>(&ctx.store, &pattern, limit, cursor).await?;
    let ids: Vec<ActivityId> = found.iter().map(|one| one.activity).collect();
    let activities = ctx.store.activities_among(com, &ids).await?;
    let view = |one: &activity::SignUp| {
        let activity = activities.iter().find(|other| other.id == one.activity)?;
        Some(part(who, activity, one))
    };
    Ok(Answer::new(Page {
        items: found.iter().filter_map(view).collect(),
        cursor,
    }))
}
