//! The household one belongs to. `GetHousehold`: anybody. `AddChild`: adults who live in one, as
//! the child's guardian; safe to repeat with the same id.

use domain::access::Role;
use domain::availability::local_day;
use domain::person::{Household, Person, TextSize, is_under_age};
use domain::{Refusal, limits};
use jiff::Timestamp;
use store::identity::{household_item, person_item};
use wire::Code;
use wire::identity::{AddChild, GetHousehold, HouseholdView, Member};

use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome, Who};
use crate::once::Once;
use crate::parse;

pub async fn get_household(call: Call<GetHousehold>) -> Outcome<GetHousehold> {
    let now = call.now;
    Ok(Answer::new(shown(&call.ctx, &call.who, now).await?))
}

async fn shown(ctx: &Ctx, who: &Who, now: Timestamp) -> Result<HouseholdView, Error> {
    let household = own(ctx, who).await?;
    let people = ctx
        .store
        .people_among(who.community.id, &household.people)
        .await?;
    Ok(view(who, household, people, now))
}

pub async fn add_child(call: Call<AddChild>) -> Outcome<AddChild> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let mut done = add(&call, &once).await;
    for _ in 1..limits::COMMIT_TRIES {
        // Somebody else changed the household between our reading and writing.
        if !matches!(done, Err(Error::Refused(Refusal::Stale))) {
            break;
        }
        done = add(&call, &once).await;
    }
    let again = shown(&call.ctx, &call.who, call.now);
    once.end(&call.ctx, done, again).await
}

async fn add(call: &Call<AddChild>, once: &Once) -> Result<HouseholdView, Error> {
    let (ctx, who, body) = (&call.ctx, &call.who, &call.body);
    let today = local_day(call.now, &who.zone);
    if who.person.is_child(today) {
        return Err(Refusal::NotAllowed.into());
    }
    if body.born > today || !is_under_age(body.born, today) {
        return Err(Error::invalid(Code::BadValue, "/born"));
    }
    let before = own(ctx, who).await?;
    let child = Person {
        id: body.id,
        community: who.community.id,
        name: parse::line(&body.name, limits::NAME_CHARS, "/name")?,
        phone: None,
        born: Some(body.born),
        household: Some(before.id),
        guardian: Some(who.person.id),
        roles: vec![Role::Resident],
        language: who.person.language,
        text_size: TextSize::Usual,
        created_at: call.now,
        deleted_at: None,
        kept: Vec::new(),
        ver: 1,
    };
    let household = before.with(child.id)?;
    let mut people = ctx
        .store
        .people_among(who.community.id, &household.people)
        .await?;
    people.push(child.clone());
    let (home_item, ver) = (household_item(&household)?, household.ver);
    let reply = view(who, household, people, call.now);

    let tx = ctx.store.tx().command(once.record().as_ref())?;
    let tx = tx.put_new(person_item(&child)?, Refusal::IdReused)?;
    let tx = tx.check_living(who.community.id, who.person.id)?;
    tx.put_next(home_item, ver)?.commit().await?;
    Ok(reply)
}

async fn own(ctx: &Ctx, who: &Who) -> Result<Household, Error> {
    let id = who.person.household.ok_or(Refusal::Missing)?;
    let household = ctx.store.household(who.community.id, id).await?;
    Ok(household.ok_or(Refusal::Missing)?)
}

fn view(who: &Who, household: Household, people: Vec<Person>, now: Timestamp) -> HouseholdView {
    let today = local_day(now, &who.zone);
    let member = |person: Person| Member {
        id: person.id,
        child: person.is_child(today),
        ward: person.guardian_on(today) == Some(who.person.id),
        name: person.name,
    };
    HouseholdView {
        id: household.id,
        building: household.building,
        room: household.room,
        people: people.into_iter().map(member).collect(),
    }
}
