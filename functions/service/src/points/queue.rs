//! Those who wait for a place. One that becomes free goes to the first of them who has the time, in the
//! same transaction. Where none of them has, it stays owed: they are asked again with each sweep, with
//! each change, and before somebody new is given it.

use domain::activity as rules;
use domain::activity::{Activity, ActivityState, SignUp, SignUpState, Volunteer};
use domain::notice::Topic;
use domain::{ActivityId, CommunityId, PersonId, Refusal, limits};
use jiff::Timestamp;
use store::market::Beside;
use store::points::activities::Turn;
use store::schema;
use store::table::read;

use super::faces::{Within, data, notices};
use super::sign_ups::{TRIES, pause};
use crate::ctx::Ctx;
use crate::error::Error;

/// Of those who wait, whose files are read together.
const ASKED: usize = 50;

/// What was called off takes nobody's time. The version stays as it was read.
pub(super) async fn without_called_off(
    ctx: &Ctx,
    com: CommunityId,
    mut volunteer: Volunteer,
) -> Result<Volunteer, Error> {
    let ids: Vec<ActivityId> = volunteer.going.iter().map(|one| one.activity).collect();
    let activities = ctx.store.activities_among(com, &ids).await?;
    let stands = |id: ActivityId| {
        let activity = activities.iter().find(|activity| activity.id == id);
        activity.is_some_and(|activity| activity.state != ActivityState::Cancelled)
    };
    volunteer.going.retain(|one| stands(one.activity));
    Ok(volunteer)
}

/// The place of somebody who waits among those who do; 1 is the next. Nothing where they do not.
pub(super) async fn place(
    ctx: &Ctx,
    com: CommunityId,
    sign_up: &SignUp,
) -> Result<Option<u32>, Error> {
    if sign_up.state != SignUpState::Waiting {
        return Ok(None);
    }
    let turn = |one: &SignUp| (one.queued_at, one.id);
    let all = ctx.store.sign_ups(com, sign_up.activity).await?;
    let ahead = all
        .iter()
        .filter(|one| one.state == SignUpState::Waiting && turn(one) < turn(sign_up));
    Ok(u32::try_from(ahead.count() + 1).ok())
}

/// The first who waits and has the time, with the place that is free; nothing where nobody is.
/// `leaves`: is among those stored, and about to go.
pub(super) async fn next_up(
    ctx: &Ctx,
    activity: &Activity,
    leaves: Option<PersonId>,
    at: Timestamp,
) -> Result<Option<(Activity, Turn)>, Error> {
    if !activity.owes_a_place(at) {
        return Ok(None);
    }
    let com = activity.community;
    let mut queue = ctx.store.sign_ups(com, activity.id).await?;
    queue.retain(|one| one.state == SignUpState::Waiting && Some(one.person) != leaves);
    queue.sort_by_key(|one| (one.queued_at, one.id));
    for some in queue.chunks(ASKED) {
        let people: Vec<PersonId> = some.iter().map(|one| one.person).collect();
        let files = ctx.store.files_among(com, &people).await?;
        for sign_up in some {
            let file = files.iter().find(|file| file.person == sign_up.person);
            let Some(volunteer) = file.cloned() else {
                continue;
            };
            let mut moved = rules::move_up(activity, volunteer.clone(), sign_up.clone(), at);
            if moved.is_none() {
                let free = without_called_off(ctx, com, volunteer).await?;
                moved = rules::move_up(activity, free, sign_up.clone(), at);
            }
            if let Some((activity, volunteer, sign_up)) = moved {
                let turn = Turn { volunteer, sign_up };
                return Ok(Some((activity, turn)));
            }
        }
    }
    Ok(None)
}

/// Gives the free places of one activity to those who wait and have the time, one transaction each.
/// Answers how many. While places are owed it stays among those to look at again.
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
        let owes = activity.owes_a_place(at);
        let next = match owes {
            true => next_up(ctx, &activity, None, at).await?,
            false => None,
        };
        if next.is_none() && owes == activity.unfilled {
            break;
        }
        let done = match next {
            Some((after, turn)) => {
                let what = (Topic::ActivityMovedUp, data(within, &after));
                let told = notices(ctx, within, &[turn.sign_up.person], what, at).await?;
                let beside = Beside {
                    command: None,
                    notices: told,
                };
                let done = ctx.store.turn((&activity, &after), &[turn], &beside).await;
                done.map(|()| 1)
            }
            None => ctx.store.keep_in_mind(&activity, owes).await.map(|()| 0),
        };
        match done {
            Ok(some) => moved += some,
            Err(store::Error::Refused(Refusal::Stale | Refusal::Missing)) => {
                pause(ctx, attempt.min(TRIES)).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(moved)
}

/// The same for every activity of a community that owes places, or owed some.
pub async fn fill_all(ctx: &Ctx, within: &Within<'_>, at: Timestamp) -> Result<usize, Error> {
    let (mut moved, mut failed) = (0, None);
    let unfilled = schema::unfilled(within.community);
    for item in ctx.store.all(&unfilled).await? {
        let activity: Activity = read(item)?;
        // One that cannot be read holds up no other.
        match fill(ctx, within, activity.id, at).await {
            Ok(some) => moved += some,
            Err(error) => failed = Some(error),
        }
    }
    failed.map_or(Ok(moved), Err)
}
