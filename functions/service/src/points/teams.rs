//! Teams. `ListTeams`: everybody signed in; who belongs to one is for those who do, and those who keep
//! teams. `CreateTeam`, `UpdateTeam`: those who publish activities.
//! Commands are safe to repeat with the same id; a change goes by the version that was read.

use domain::access::Act;
use domain::activity::Team;
use domain::{PersonId, Refusal, TeamId, limits};
use store::market::Beside;
use wire::points::activities::{CreateTeam, ListTeams, TeamMember, TeamView, UpdateTeam};
use wire::{Code, Endpoint, Page, Problem};

use super::tries::until_settled;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::once::Once;
use crate::parse;

pub async fn list(call: Call<ListTeams>) -> Outcome<ListTeams> {
    let mut teams = call.ctx.store.teams(call.who.community.id).await?;
    teams.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Answer::new(Page::whole(views(&call, &teams).await?)))
}

async fn views<E: Endpoint>(call: &Call<E>, teams: &[Team]) -> Result<Vec<TeamView>, Error> {
    let com = call.who.community.id;
    let mut ids: Vec<PersonId> = teams
        .iter()
        .flat_map(|team| team.members.iter().copied().chain([team.lead]))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let people = call.ctx.store.people_among(com, &ids).await?;
    let living = |id: PersonId| {
        let person = people.iter().find(|person| person.id == id);
        person.filter(|person| person.deleted_at.is_none())
    };
    let name = |id: PersonId| living(id).map(|person| person.name.clone());
    let me = call.who.person.id;
    let keeps = call.who.may(Act::PublishActivities);
    let sees = |team: &Team| keeps || team.lead == me || team.members.contains(&me);
    let view = |team: &Team| TeamView {
        id: team.id,
        name: team.name.clone(),
        lead: living(team.lead).map(|lead| lead.id).filter(|_| sees(team)),
        lead_name: name(team.lead).unwrap_or_default(),
        members: team
            .members
            .iter()
            .filter(|_| sees(team))
            .filter_map(|id| {
                Some(TeamMember {
                    person: *id,
                    name: name(*id)?,
                })
            })
            .collect(),
        ver: team.ver,
    };
    Ok(teams.iter().map(view).collect())
}

async fn one<E: Endpoint>(call: &Call<E>, team: &Team) -> Result<TeamView, Error> {
    let found = views(call, std::slice::from_ref(team)).await?;
    Ok(found.into_iter().next().ok_or(Refusal::Missing)?)
}

pub async fn create(call: Call<CreateTeam>) -> Outcome<CreateTeam> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = until_settled!(make(&call, &once));
    let again = stored(&call, call.body.id);
    once.end(&call.ctx, done, again).await
}

async fn stored<E: Endpoint>(call: &Call<E>, id: TeamId) -> Result<TeamView, Error> {
    let team = call.ctx.store.team(call.who.community.id, id).await?;
    one(call, &team.ok_or(Refusal::Missing)?).await
}

async fn make(call: &Call<CreateTeam>, once: &Once) -> Result<TeamView, Error> {
    let (store, com, body) = (&call.ctx.store, call.who.community.id, &call.body);
    let team = Team {
        id: body.id,
        community: com,
        name: parse::line(&body.name, limits::NAME_CHARS, "/name")?,
        lead: body.lead,
        members: checked(call, body.lead, &body.members).await?,
        ver: 1,
    };
    let after = store.additions(com).await?;
    if store.teams(com).await?.len() >= limits::TEAMS {
        let problem = Problem::new(Code::TooMany);
        return Err(problem.with("max", limits::TEAMS).into());
    }
    let beside = Beside {
        command: once.record(),
        notices: Vec::new(),
    };
    store.put_team(&team, Some(after), &beside).await?;
    one(call, &team).await
}

pub async fn update(call: Call<UpdateTeam>) -> Outcome<UpdateTeam> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = change(&call, &once).await;
    let again = stored(&call, call.path.0);
    once.end(&call.ctx, done, again).await
}

async fn change(call: &Call<UpdateTeam>, once: &Once) -> Result<TeamView, Error> {
    let (store, com, body) = (&call.ctx.store, call.who.community.id, &call.body);
    let before = store
        .team(com, call.path.0)
        .await?
        .ok_or(Refusal::Missing)?;
    let after = Team {
        name: parse::line(&body.name, limits::NAME_CHARS, "/name")?,
        lead: body.lead,
        members: checked(call, body.lead, &body.members).await?,
        ver: before.ver + 1,
        ..before
    };
    if before.ver != body.ver {
        return Err(Refusal::Stale.into());
    }
    let beside = Beside {
        command: once.record(),
        notices: Vec::new(),
    };
    store.put_team(&after, None, &beside).await?;
    one(call, &after).await
}

/// Members, each once, the lead among them; all of them people of the community.
async fn checked<E: Endpoint>(
    call: &Call<E>,
    lead: PersonId,
    members: &[PersonId],
) -> Result<Vec<PersonId>, Error> {
    let mut all = members.to_vec();
    all.push(lead);
    all.sort_unstable();
    all.dedup();
    if all.len() > limits::TEAM_PEOPLE {
        let problem = Problem::new(Code::TooMany).at("/members");
        return Err(problem.with("max", limits::TEAM_PEOPLE).into());
    }
    let people = call
        .ctx
        .store
        .people_among(call.who.community.id, &all)
        .await?;
    let lives = |id: &PersonId| {
        let person = people.iter().find(|person| person.id == *id);
        person.is_some_and(|person| person.deleted_at.is_none())
    };
    if !lives(&lead) {
        return Err(Error::invalid(Code::BadValue, "/lead"));
    }
    match all.iter().all(lives) {
        true => Ok(all),
        false => Err(Error::invalid(Code::BadValue, "/members")),
    }
}
