//! Activities. `ListActivities` and `GetActivity`: everybody signed in. `CreateActivity`: those who
//! publish; once, or for each date of a series, all or none. `UpdateActivity` and `CancelActivity`:
//! whoever runs it. Commands are safe to repeat with the same id.

use domain::access::Act;
use domain::activity::{
    Activity, ActivityState, Frame, FrameFault, SignUpState, Skill, occurrences,
};
use domain::availability::{instant, local_day};
use domain::notice::Topic;
use domain::units::Minute;
use domain::{ActivityId, PersonId, Refusal, SeriesId, limits};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use store::market::Beside;
use store::schema;
use wire::points::activities::{
    ActivityView, CancelActivity, CreateActivity, CreateActivityBody, GetActivity, ListActivities,
    UpdateActivity, UpdateActivityBody,
};
use wire::{Code, Endpoint, Page, Problem};

use super::faces::{Faces, Within, activity_and_team, data, notices, run_by, shown, whose};
use super::queue::fill;
use super::sign_ups::{TRIES, again_while_stale, busy, pause};
use crate::error::Error;
use crate::http::{Answer, Call, Outcome, Who};
use crate::identity::views;
use crate::once::Once;
use crate::{page, parse};

const DAYS_USUAL: u8 = 14;

pub async fn list(call: Call<ListActivities>) -> Outcome<ListActivities> {
    let (ctx, who, query) = (&call.ctx, &call.who, &call.query);
    let days = query.days.unwrap_or(DAYS_USUAL);
    if days == 0 || days > limits::ACTIVITY_DAYS {
        let problem = Problem::new(Code::BadValue).at("?days");
        return Err(problem.with("max", limits::ACTIVITY_DAYS).into());
    }
    let first = query.from.unwrap_or_else(|| local_day(call.now, &who.zone));
    let bad = || Error::invalid(Code::BadValue, "?from");
    let midnight = |day: Date| instant(day, Minute::new(0)?, &who.zone);
    let last = first
        .checked_add(i64::from(days).days())
        .map_err(|_| bad())?;
    let (from, until) = (
        midnight(first).ok_or_else(bad)?,
        midnight(last).ok_or_else(bad)?,
    );
    let grid = parse::note(query.grid.as_deref(), limits::LINE_CHARS, "?grid")?;
    let limit = parse::limit(query.limit)?;
    let wanted = |activity: &Activity| {
        activity.starts < until
            && (grid.is_empty() || activity.grid == grid)
            && query
                .skill
                .is_none_or(|skill| activity.skills.contains(&skill))
    };
    let pattern = schema::activities(who.community.id, from, until);
    let cursor = query.cursor.as_deref();
    let keep = |activity: Activity| wanted(&activity).then_some(activity);
    let (found, cursor) = page::sifted(&ctx.store, &pattern, limit, cursor, keep).await?;
    let faces = Faces::of(ctx, who, &found).await?;
    let items = found.iter().map(|one| faces.view(who, one, None)).collect();
    Ok(Answer::new(Page { items, cursor }))
}

pub async fn get(call: Call<GetActivity>) -> Outcome<GetActivity> {
    let person = whose(&call, call.query.person, Act::BookForOthers).await?;
    let com = call.who.community.id;
    let found = call.ctx.store.part(com, call.path.0, person.id).await?;
    let activity = found.0.ok_or(Refusal::Missing)?;
    views::log(
        &call.ctx,
        &call.who,
        person.id,
        GetActivity::NAME,
        "",
        call.now,
    )
    .await?;
    let view = shown(&call.ctx, &call.who, &activity, found.1.as_ref()).await?;
    Ok(Answer::new(view))
}

pub async fn create(call: Call<CreateActivity>) -> Outcome<CreateActivity> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = publish(&call, &once).await;
    let again = as_stored(&call, call.body.id);
    once.end(&call.ctx, done, again).await
}

async fn as_stored<E: Endpoint>(call: &Call<E>, id: ActivityId) -> Result<ActivityView, Error> {
    let (activity, _) = activity_and_team(&call.ctx, &call.who, id).await?;
    shown(&call.ctx, &call.who, &activity, None).await
}

/// The words of an activity, checked.
struct Words {
    title: String,
    about: String,
    for_whom: String,
    place: String,
    grid: String,
    skills: Vec<Skill>,
}

impl Words {
    fn of(
        (title, about, for_whom): (&str, &str, &str),
        (place, grid): (&str, &str),
        skills: &[Skill],
    ) -> Result<Self, Error> {
        Ok(Self {
            title: parse::line(title, limits::TITLE_CHARS, "/title")?,
            about: parse::note(Some(about), limits::STORY_CHARS, "/about")?,
            for_whom: parse::note(Some(for_whom), limits::NAME_CHARS, "/for_whom")?,
            place: parse::line(place, limits::LINE_CHARS, "/place")?,
            grid: parse::line(grid, limits::NAME_CHARS, "/grid")?,
            skills: checked_skills(skills)?,
        })
    }
}

/// Skills, each once. Refuses: `TooMany`.
pub(super) fn checked_skills(skills: &[Skill]) -> Result<Vec<Skill>, Error> {
    let mut skills = skills.to_vec();
    skills.sort_unstable();
    skills.dedup();
    if skills.len() > limits::SKILLS {
        let problem = Problem::new(Code::TooMany).at("/skills");
        return Err(problem.with("max", limits::SKILLS).into());
    }
    Ok(skills)
}

async fn publish(call: &Call<CreateActivity>, once: &Once) -> Result<ActivityView, Error> {
    let (ctx, who, body, at) = (&call.ctx, &call.who, &call.body, call.now);
    let com = who.community.id;
    let said = (&*body.title, &*body.about, &*body.for_whom);
    let texts = (said, (&*body.place, &*body.grid));
    let words = Words::of(texts.0, texts.1, &body.skills)?;
    let frame = Frame {
        starts: body.starts.at,
        ends: body.ends.at,
        capacity: body.capacity,
    };
    frame.check(at).map_err(out_of_frame)?;
    if let Some(team) = body.team {
        let known = ctx.store.team(com, team).await?;
        known.ok_or_else(|| Error::invalid(Code::BadValue, "/team"))?;
    }
    let spans = spans(body, frame, who)?;
    let series = body
        .repeat
        .is_some()
        .then(|| SeriesId::from_bits(body.id.bits()));
    let activities: Vec<Activity> = spans
        .into_iter()
        .enumerate()
        .map(|(n, (starts, ends))| Activity {
            id: nth(body.id, n),
            community: com,
            series,
            title: words.title.clone(),
            about: words.about.clone(),
            for_whom: words.for_whom.clone(),
            place: words.place.clone(),
            grid: words.grid.clone(),
            skills: words.skills.clone(),
            team: body.team,
            organiser: who.person.id,
            starts,
            ends,
            capacity: body.capacity,
            going: 0,
            waiting: 0,
            unfilled: false,
            state: ActivityState::Open,
            reason: String::new(),
            created_at: at,
            turns: 0,
            ver: 1,
        })
        .collect();
    let beside = Beside {
        command: once.record(),
        notices: Vec::new(),
    };
    ctx.store.create_activities(&activities, &beside).await?;
    let first = activities.first().ok_or(Refusal::Missing)?;
    shown(ctx, who, first, None).await
}

/// The first has the id of the call; the others are counted on from it, so that a repeat makes the same.
fn nth(id: ActivityId, n: usize) -> ActivityId {
    let on = u128::try_from(n).unwrap_or(0);
    ActivityId::from_bits(id.bits().wrapping_add(on))
}

fn spans(
    body: &CreateActivityBody,
    frame: Frame,
    who: &Who,
) -> Result<Vec<(Timestamp, Timestamp)>, Error> {
    let Some(repeat) = &body.repeat else {
        return Ok(vec![(frame.starts, frame.ends)]);
    };
    if !(2..=limits::SERIES_OCCURRENCES).contains(&repeat.times) {
        let problem = Problem::new(Code::BadValue).at("/repeat/times");
        return Err(problem.with("max", limits::SERIES_OCCURRENCES).into());
    }
    Ok(occurrences(frame, repeat.every, repeat.times, &who.zone))
}

fn out_of_frame((field, fault): (&'static str, FrameFault)) -> Error {
    let code = match fault {
        FrameFault::Backwards => Code::SpanBackwards,
        FrameFault::Outside => Code::BadValue,
    };
    Error::invalid(code, field)
}

pub async fn update(call: Call<UpdateActivity>) -> Outcome<UpdateActivity> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let id = call.path.0;
    let done = change(&call, &once).await;
    if done.is_ok() {
        fill(&call.ctx, &Within::of(&call.who), id, call.now).await?;
    }
    let again = as_stored(&call, id);
    once.end(&call.ctx, done, again).await
}

/// While people come and go it is decided again; not where somebody else changed it.
async fn change(call: &Call<UpdateActivity>, once: &Once) -> Result<ActivityView, Error> {
    for attempt in 0..TRIES {
        if let Some(changed) = try_change(call, once).await? {
            return Ok(changed);
        }
        pause(&call.ctx, attempt).await;
    }
    Err(busy())
}

/// Nothing where somebody came or went meanwhile.
async fn try_change(
    call: &Call<UpdateActivity>,
    once: &Once,
) -> Result<Option<ActivityView>, Error> {
    let (ctx, who, body, at) = (&call.ctx, &call.who, &call.body, call.now);
    let before = run_by(call, call.path.0).await?;
    before.check_open(at)?;
    if before.ver != body.ver {
        return Err(Refusal::Stale.into());
    }
    let said = (&*body.title, &*body.about, &*body.for_whom);
    let texts = (said, (&*body.place, &*body.grid));
    let words = Words::of(texts.0, texts.1, &body.skills)?;
    if body.capacity == 0 || body.capacity > limits::ACTIVITY_PEOPLE {
        let problem = Problem::new(Code::BadValue).at("/capacity");
        return Err(problem.with("max", limits::ACTIVITY_PEOPLE).into());
    }
    if body.capacity < before.going {
        let going = u32::from(before.going);
        return Err(Refusal::PlacesTaken { going }.into());
    }
    let (starts, ends) = times(&before, body, at)?;
    let moved = before.place != words.place;
    let after = Activity {
        starts,
        ends,
        title: words.title,
        about: words.about,
        for_whom: words.for_whom,
        place: words.place,
        grid: words.grid,
        skills: words.skills,
        capacity: body.capacity,
        unfilled: before.waiting > 0 && body.capacity > before.going,
        ver: before.ver + 1,
        ..before
    };
    let told = match moved {
        true => (to_all(call, &after, Topic::ActivityChanged)).await?,
        false => Vec::new(),
    };
    let beside = Beside {
        command: once.record(),
        notices: told,
    };
    match ctx.store.change_activity(&after, &beside).await {
        Err(store::Error::Refused(Refusal::Stale)) => return Ok(None),
        done => done?,
    }
    ctx.relay_bell.notify_one();
    Ok(Some(shown(ctx, who, &after, None).await?))
}

/// The time it shall have. Nobody's time is moved under them. Refuses: `TimeSettled`.
fn times(
    before: &Activity,
    body: &UpdateActivityBody,
    at: Timestamp,
) -> Result<(Timestamp, Timestamp), Error> {
    let starts = body.starts.map_or(before.starts, |moment| moment.at);
    let ends = body.ends.map_or(before.ends, |moment| moment.at);
    if (starts, ends) == (before.starts, before.ends) {
        return Ok((starts, ends));
    }
    let frame = Frame {
        starts,
        ends,
        capacity: body.capacity,
    };
    frame.check(at).map_err(out_of_frame)?;
    match u32::from(before.going) + u32::from(before.waiting) {
        0 => Ok((starts, ends)),
        count => Err(Refusal::TimeSettled { count }.into()),
    }
}

pub async fn cancel(call: Call<CancelActivity>) -> Outcome<CancelActivity> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = again_while_stale!(&call.ctx, call_off(&call, &once));
    let again = as_stored(&call, call.path.0);
    once.end(&call.ctx, done, again).await
}

async fn call_off(call: &Call<CancelActivity>, once: &Once) -> Result<ActivityView, Error> {
    let (ctx, who) = (&call.ctx, &call.who);
    let reason = parse::line(&call.body.reason, limits::LINE_CHARS, "/reason")?;
    let before = run_by(call, call.path.0).await?;
    before.check_open(call.now)?;
    let after = Activity {
        state: ActivityState::Cancelled,
        reason,
        unfilled: false,
        ver: before.ver + 1,
        ..before
    };
    let beside = Beside {
        command: once.record(),
        notices: to_all(call, &after, Topic::ActivityCancelled).await?,
    };
    ctx.store.change_activity(&after, &beside).await?;
    ctx.relay_bell.notify_one();
    shown(ctx, who, &after, None).await
}

/// A notice for everybody who goes or waits.
async fn to_all<E: Endpoint>(
    call: &Call<E>,
    activity: &Activity,
    topic: Topic,
) -> Result<Vec<store::notify::Outgoing>, Error> {
    let (ctx, who) = (&call.ctx, &call.who);
    let found = ctx.store.sign_ups(activity.community, activity.id).await?;
    let in_it = found
        .iter()
        .filter(|one| matches!(one.state, SignUpState::Going | SignUpState::Waiting));
    let people: Vec<PersonId> = in_it.map(|one| one.person).collect();
    let within = Within::of(who);
    let words = data(&within, activity);
    notices(ctx, &within, &people, (topic, words), call.now).await
}
