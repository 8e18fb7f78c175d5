//! Who goes. `SignUp` and `Withdraw`: anybody, for themselves or a child they decide for; those who
//! book for others, for anybody. `ListSignUps` and `RemoveSignUp`: whoever runs the activity.
//! `ListMySignUps`: one's own. Commands are safe to repeat with the same id.
//!
//! Whoever finds no place waits: see [`super::queue`].

use domain::access::Act;
use domain::activity as rules;
use domain::activity::{self, Activity, SignUpState, Volunteer};
use domain::hours::{Attendance, PresenceName};
use domain::notice::Topic;
use domain::{ActivityId, PersonId, Refusal, limits};
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

use super::faces::{self, Within, activity_and_team, data, notices, part, run_by, runs, whose};
use super::queue::{fill, next_up, without_called_off};
use super::volunteers::fresh;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome, Who};
use crate::identity::views;
use crate::once::Once;
use crate::{page, parse};

/// How often a change is decided again because somebody else's came between.
pub(super) const TRIES: u32 = 12;

/// People whose logs of views are written to together.
const LOGGED: usize = 100;

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
    let found = call
        .ctx
        .store
        .part(call.who.community.id, id, person)
        .await?;
    let (Some(activity), Some(sign_up), _) = found else {
        return Err(Refusal::Missing.into());
    };
    faces::own_part(&call.ctx, &call.who, &activity, &sign_up).await
}

async fn join(call: &Call<SignUp>, once: &Once, person: PersonId) -> Result<SignUpView, Error> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let (com, id) = (who.community.id, call.path.0);
    let mut seen = ctx.store.part(com, id, person).await?;
    if seen.0.as_ref().is_some_and(|one| one.owes_a_place(at)) {
        fill(ctx, &Within::of(who), id, at).await?;
        seen = ctx.store.part(com, id, person).await?;
    }
    let (before, was, volunteer) = seen;
    let before = before.ok_or(Refusal::Missing)?;
    let volunteer = volunteer.unwrap_or_else(|| fresh(ctx, person));
    let names = (call.body.id, who.person.id);
    let decide =
        |volunteer: Volunteer| rules::sign_up(before.clone(), volunteer, was.as_ref(), names, at);
    let decided = match decide(volunteer.clone()) {
        Err(Refusal::SignUpOverlaps { .. } | Refusal::TooManySignUps { .. }) => {
            decide(without_called_off(ctx, com, volunteer).await?)
        }
        decided => decided,
    };
    let (activity, volunteer, sign_up) = decided?;
    let told = match person == who.person.id {
        true => Vec::new(),
        false => {
            let within = Within::of(who);
            let what = (Topic::ActivitySignedUp, data(&within, &activity));
            notices(ctx, &within, &[person], what, at).await?
        }
    };
    let reply = faces::own_part(ctx, who, &activity, &sign_up).await?;
    let turns = [Turn { volunteer, sign_up }];
    commit(call, once, (&before, &activity), &turns, told).await?;
    Ok(reply)
}

async fn give_back(
    call: &Call<Withdraw>,
    once: &Once,
    person: PersonId,
) -> Result<SignUpView, Error> {
    let mut left = leave(call, call.path.0, person, SignUpState::Withdrawn).await?;
    if person != call.who.person.id {
        let within = Within::of(&call.who);
        let what = (Topic::ActivityGivenBack, data(&within, &left.after));
        let told = notices(&call.ctx, &within, &[person], what, call.now).await?;
        left.told.extend(told);
    }
    let reply = part(&call.who, &left.after, &left.turns[0].sign_up);
    commit(
        call,
        once,
        (&left.before, &left.after),
        &left.turns,
        left.told,
    )
    .await?;
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
    left.turns[0].sign_up.reason = reason;
    let mut words = data(&Within::of(who), &left.after);
    words.insert("person".into(), person.to_string());
    let what = (Topic::ActivityRemoved, words);
    let told = notices(ctx, &Within::of(who), &[person], what, at).await?;
    left.told.extend(told);
    let named = ctx.store.living(who.community.id, person).await?;
    let reply = row(who, &left.after, &left.turns[0].sign_up, named.name);
    commit(
        call,
        once,
        (&left.before, &left.after),
        &left.turns,
        left.told,
    )
    .await?;
    Ok(reply)
}

/// An activity with and without somebody, and whoever moves up in their place.
struct Left {
    before: Activity,
    after: Activity,
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
    let (before, sign_up, volunteer) = ctx.store.part(who.community.id, id, person).await?;
    let before = before.ok_or(Refusal::Missing)?;
    let sign_up = sign_up.ok_or(Refusal::NotSignedUp)?;
    let volunteer = volunteer.unwrap_or_else(|| fresh(ctx, person));
    let decided = rules::leave(before.clone(), volunteer, sign_up, state, at)?;
    let (after, volunteer, sign_up) = decided;
    let mut left = Left {
        before,
        after,
        turns: vec![Turn { volunteer, sign_up }],
        told: Vec::new(),
    };
    if let Some((after, turn)) = next_up(ctx, &left.after, Some(person), at).await? {
        let within = Within::of(who);
        let what = (Topic::ActivityMovedUp, data(&within, &after));
        left.told = notices(ctx, &within, &[turn.sign_up.person], what, at).await?;
        left.after = after;
        left.turns.push(turn);
    }
    Ok(left)
}

async fn commit<E: Endpoint>(
    call: &Call<E>,
    once: &Once,
    activity: (&Activity, &Activity),
    turns: &[Turn],
    notices: Vec<Outgoing>,
) -> Result<(), Error> {
    let beside = Beside {
        command: once.record(),
        notices,
    };
    let store = &call.ctx.store;
    store.turn(activity, turns, &beside).await?;
    call.ctx.relay_bell.notify_one();
    Ok(())
}

/// Gives back everything that somebody who leaves the community signed up for and that is still to
/// come. Answers with the version of their file in which nothing of it is left.
pub async fn leave_all<E: Endpoint>(
    call: &Call<E>,
    person: PersonId,
) -> Result<Option<u64>, Error> {
    let (ctx, com) = (&call.ctx, call.who.community.id);
    loop {
        let file = ctx.store.volunteer(com, person).await?;
        let mut open: Vec<(ActivityId, Timestamp)> = Vec::new();
        for item in ctx.store.all(&schema::sign_ups_of(com, person)).await? {
            let one: activity::SignUp = read(item)?;
            if matches!(one.state, SignUpState::Going | SignUpState::Waiting) {
                open.push((one.activity, one.starts));
            }
        }
        // The index may not have the last ones yet.
        let going = file.iter().flat_map(|file| &file.going);
        open.extend(going.map(|one| (one.activity, one.starts)));
        open.sort_unstable();
        open.dedup();
        let mut left = 0;
        for (id, _) in open.into_iter().filter(|(_, starts)| *starts > call.now) {
            let done = again_while_stale!(ctx, give_up(call, id, person));
            match done {
                Ok(()) => left += 1,
                // It ended some other way.
                Err(Error::Refused(_)) => {}
                Err(error) => return Err(error),
            }
        }
        if left == 0 {
            return Ok(file.map(|file| file.ver));
        }
    }
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
    let done = store.turn((&left.before, &left.after), &left.turns, &beside);
    Ok(done.await?)
}

pub async fn list(call: Call<ListSignUps>) -> Outcome<ListSignUps> {
    let (ctx, who) = (&call.ctx, &call.who);
    let com = who.community.id;
    let (activity, team) = activity_and_team(ctx, who, call.path.0).await?;
    if !runs(who, &activity, team.as_ref()) {
        return Err(Refusal::Missing.into());
    }
    let mut found = ctx.store.sign_ups(com, activity.id).await?;
    found.retain(|one| matches!(one.state, SignUpState::Going | SignUpState::Waiting));
    found.sort_by_key(|one| (one.state, one.queued_at, one.id));
    let ids: Vec<PersonId> = found.iter().map(|one| one.person).collect();
    // Whoever neither organises it nor leads its team looks on as staff.
    if !activity.is_run_by(who.person.id, team.as_ref()) {
        for some in ids.chunks(LOGGED) {
            views::log_all(ctx, who, some, ListSignUps::NAME, "", call.now).await?;
        }
    }
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
    let attendance = activity.attendance(sign_up);
    let is = |name| attendance.is_some_and(|one| one.presence.name() == name);
    SignUpRow {
        id: sign_up.id,
        person: sign_up.person,
        name,
        state: sign_up.state,
        came: seen.came,
        left: seen.left,
        forgotten: is(PresenceName::Review),
        missed: is(PresenceName::NoShow),
        minutes: attendance.and_then(Attendance::minutes),
        said_left: seen.said_left,
        said_minutes: attendance.and_then(Attendance::said_minutes),
        settled: is(PresenceName::Settled),
    }
}

pub async fn mine(call: Call<ListMySignUps>) -> Outcome<ListMySignUps> {
    let person = whose(&call, call.query.person, Act::BookForOthers).await?;
    let (ctx, who) = (&call.ctx, &call.who);
    let com = who.community.id;
    let limit = parse::limit(call.query.limit)?;
    views::log(ctx, who, person.id, ListMySignUps::NAME, "", call.now).await?;
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
