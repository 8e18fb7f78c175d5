//! What pages of activities show of people and teams, and who may run an activity.

use std::collections::BTreeMap;

use domain::access::Act;
use domain::activity::{Activity, SignUp, Team};
use domain::availability::local_day;
use domain::hours::PresenceName;
use domain::notice::{Data, Topic};
use domain::person::Person;
use domain::{ActivityId, CommunityId, PersonId, Refusal};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use store::notify::Outgoing;
use wire::points::activities::{ActivityView, SignUpView};
use wire::{Endpoint, Moment};

use super::queue;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Call, Who};
use crate::identity::voice;
use crate::notify::tell::tell;

/// Readers of one row of the outbox.
const READERS: usize = 40;

/// Whom a call is about: the caller, a child they decide for, or for those with `act` anybody.
/// Refuses: `Missing`.
pub async fn whose<E: Endpoint>(
    call: &Call<E>,
    person: Option<PersonId>,
    act: Act,
) -> Result<Person, Error> {
    let id = person.unwrap_or(call.who.person.id);
    Ok(voice::of(call, id, act).await?.0)
}

/// An activity with its team. Refuses: `Missing`.
pub async fn activity_and_team(
    ctx: &Ctx,
    who: &Who,
    id: ActivityId,
) -> Result<(Activity, Option<Team>), Error> {
    let com = who.community.id;
    let activity = ctx.store.activity(com, id).await?;
    let activity = activity.ok_or(Refusal::Missing)?;
    let team = match activity.team {
        Some(team) => ctx.store.team(com, team).await?,
        None => None,
    };
    Ok((activity, team))
}

/// May the caller run this activity? Staff who publish may run any.
#[must_use]
pub fn runs(who: &Who, activity: &Activity, team: Option<&Team>) -> bool {
    who.may(Act::PublishActivities) || activity.is_run_by(who.person.id, team)
}

/// An activity for whoever runs it. Refuses: `Missing`, also where it is not the caller's to run.
pub async fn run_by<E: Endpoint>(call: &Call<E>, id: ActivityId) -> Result<Activity, Error> {
    Ok(run_as(call, id).await?.0)
}

/// The same, and whether they run it as staff only: who neither organises it nor leads its team sees
/// people as staff do, and is written down.
pub async fn run_as<E: Endpoint>(
    call: &Call<E>,
    id: ActivityId,
) -> Result<(Activity, bool), Error> {
    let (activity, team) = activity_and_team(&call.ctx, &call.who, id).await?;
    let own = activity.is_run_by(call.who.person.id, team.as_ref());
    match runs(&call.who, &activity, team.as_ref()) {
        true => Ok((activity, !own)),
        false => Err(Refusal::Missing.into()),
    }
}

/// Names of people and teams, read once for a page.
pub struct Faces {
    people: BTreeMap<PersonId, String>,
    teams: Vec<Team>,
}

impl Faces {
    pub async fn of(ctx: &Ctx, who: &Who, activities: &[Activity]) -> Result<Self, Error> {
        let com = who.community.id;
        let mut wanted: Vec<PersonId> = activities.iter().map(|one| one.organiser).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let people = ctx.store.people_among(com, &wanted).await?;
        let teams = match activities.iter().any(|one| one.team.is_some()) {
            true => ctx.store.teams(com).await?,
            false => Vec::new(),
        };
        Ok(Self {
            people: people.into_iter().map(|one| (one.id, one.name)).collect(),
            teams,
        })
    }

    #[must_use]
    pub fn view(
        &self,
        who: &Who,
        activity: &Activity,
        sign_up: Option<SignUpView>,
    ) -> ActivityView {
        let team = self
            .teams
            .iter()
            .find(|team| Some(team.id) == activity.team);
        ActivityView {
            id: activity.id,
            series: activity.series,
            title: activity.title.clone(),
            about: activity.about.clone(),
            for_whom: activity.for_whom.clone(),
            place: activity.place.clone(),
            grid: activity.grid.clone(),
            skills: activity.skills.clone(),
            team: activity.team,
            team_name: team.map(|team| team.name.clone()),
            organiser_name: self
                .people
                .get(&activity.organiser)
                .cloned()
                .unwrap_or_default(),
            starts: who.moment(activity.starts),
            ends: who.moment(activity.ends),
            capacity: activity.capacity,
            going: activity.going,
            waiting: activity.waiting,
            state: activity.state,
            reason: activity.reason.clone(),
            sign_up,
            runs: runs(who, activity, team),
            ver: activity.ver,
        }
    }
}

/// One activity as a reader sees it, with `person`'s part in it.
pub async fn shown(
    ctx: &Ctx,
    who: &Who,
    activity: &Activity,
    sign_up: Option<&SignUp>,
) -> Result<ActivityView, Error> {
    let faces = Faces::of(ctx, who, std::slice::from_ref(activity)).await?;
    let sign_up = match sign_up {
        Some(one) => Some(own_part(ctx, who, activity, one).await?),
        None => None,
    };
    Ok(faces.view(who, activity, sign_up))
}

/// Somebody's part as they see it, with their place in the queue.
pub async fn own_part(
    ctx: &Ctx,
    who: &Who,
    activity: &Activity,
    sign_up: &SignUp,
) -> Result<SignUpView, Error> {
    let queue = queue::place(ctx, activity.community, sign_up).await?;
    Ok(SignUpView {
        queue,
        ..part(who, activity, sign_up)
    })
}

#[must_use]
pub fn part(who: &Who, activity: &Activity, sign_up: &SignUp) -> SignUpView {
    let attendance = activity.attendance(sign_up);
    SignUpView {
        id: sign_up.id,
        activity: activity.id,
        title: activity.title.clone(),
        place: activity.place.clone(),
        starts: who.moment(activity.starts),
        ends: who.moment(activity.ends),
        activity_state: activity.state,
        person: sign_up.person,
        state: sign_up.state,
        moved_up: sign_up.moved_up,
        came: attendance
            .and_then(|one| one.came)
            .map(|mark| who.moment(mark.at)),
        left: attendance
            .and_then(|one| one.left)
            .map(|mark| who.moment(mark.at)),
        presence: attendance.map_or(PresenceName::Expected, |one| one.presence.name()),
        said_left: attendance
            .and_then(|one| one.said)
            .map(|said| who.moment(said.left)),
        queue: None,
        ver: sign_up.ver,
    }
}

/// Where notices are written: a community and its zone, and who moved something, if a person did.
pub struct Within<'a> {
    pub community: CommunityId,
    pub zone: &'a TimeZone,
    pub mover: Option<PersonId>,
}

impl<'a> Within<'a> {
    #[must_use]
    pub fn of(who: &'a Who) -> Self {
        Self {
            community: who.community.id,
            zone: &who.zone,
            mover: Some(who.person.id),
        }
    }
}

/// What notices about an activity are filled with.
#[must_use]
pub fn data(within: &Within<'_>, activity: &Activity) -> Data {
    Data::from([
        ("activity".to_owned(), activity.id.to_string()),
        ("title".into(), activity.title.clone()),
        ("place".into(), activity.place.clone()),
        (
            "start".into(),
            Moment::new(activity.starts, within.zone).to_string(),
        ),
    ])
}

/// Notices for people, and for the guardians of those who have no telephone; the mover is left out.
pub async fn notices(
    ctx: &Ctx,
    within: &Within<'_>,
    people: &[PersonId],
    (topic, data): (Topic, Data),
    at: Timestamp,
) -> Result<Vec<Outgoing>, Error> {
    let com = within.community;
    let today = local_day(at, within.zone);
    let mut readers = Vec::new();
    for person in ctx.store.people_among(com, people).await? {
        if person.phone.is_none() {
            readers.extend(person.guardian_on(today));
        }
        readers.push(person.id);
    }
    readers.retain(|reader| Some(*reader) != within.mover);
    readers.sort_unstable();
    readers.dedup();
    let rows = readers.chunks(READERS);
    Ok(rows
        .filter_map(|some| tell(ctx, com, some, topic, data.clone(), at))
        .collect())
}
