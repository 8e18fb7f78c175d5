//! People as staff see them. `ListPeople`: staff; numbers masked, doors neither shown nor looked for.
//! Also what the files about one person have in common.

use std::collections::BTreeMap;

use domain::availability::local_day;
use domain::person::{Household, Person, masked};
use domain::text::folded;
use domain::{HouseholdId, limits};
use store::schema;
use wire::identity::{
    FindResidents, HouseholdRow, ListPeople, Member, PersonFile, PersonRow, ResidentRow,
};
use wire::{Endpoint, Page};

pub use store::identity::person_item;

use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome, Who};
use crate::identity::{consent, views};
use crate::{page, parse};

pub async fn list_people(call: Call<ListPeople>) -> Outcome<ListPeople> {
    let (ctx, who, query) = (&call.ctx, &call.who, &call.query);
    let com = who.community.id;
    let limit = parse::limit(query.limit)?;
    let wanted = wanted(query.q.as_deref())?;
    let keep = |person: Person| {
        let role = query.role.is_none_or(|role| person.roles.contains(&role));
        let found = role && person.deleted_at.is_none() && answers_to(&person, &wanted);
        found.then_some(person)
    };
    let everybody = schema::people(com);
    let cursor = query.cursor.as_deref();
    let (people, next) = page::sifted(&ctx.store, &everybody, limit, cursor, keep).await?;
    let today = local_day(call.now, &who.zone);
    let row = |person: Person| PersonRow {
        id: person.id,
        child: person.is_child(today),
        phone: person.phone.as_deref().map(masked),
        name: person.name,
        roles: person.roles,
    };
    Ok(Answer::new(page::wire((people, next), row)))
}

/// Whom one may book for: names and doors, a few, and each of them finds it in their log of views.
/// `FindResidents`, those who book for others.
pub async fn find_residents(call: Call<FindResidents>) -> Outcome<FindResidents> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let com = who.community.id;
    let wanted = folded(&parse::line(&call.query.q, limits::QUERY_CHARS, "?q")?);
    let homes = Homes::of_all(ctx.store.households(com).await?);
    let mut people = ctx.store.people(com).await?;
    people.retain(|person| homes.is_called(person, &wanted));
    people.truncate(limits::RESIDENTS_FOUND);
    let ids: Vec<_> = people.iter().map(|person| person.id).collect();
    views::log_all(ctx, who, &ids, FindResidents::NAME, "", at).await?;
    let today = local_day(at, &who.zone);
    let row = |person: Person| ResidentRow {
        id: person.id,
        child: person.is_child(today),
        building: homes.of(&person).map(|home| home.building.clone()),
        room: homes.of(&person).map(|home| home.room.clone()),
        name: person.name,
    };
    let rows = people.into_iter().map(row).collect();
    Ok(Answer::new(Page::whole(rows)))
}

/// What a search looks for, folded; empty where nothing is looked for.
pub(super) fn wanted(raw: Option<&str>) -> Result<String, Error> {
    Ok(folded(&parse::note(raw, limits::QUERY_CHARS, "?q")?))
}

/// Does a building and room answer to a search?
pub(super) fn is_at(household: &Household, wanted: &str) -> bool {
    folded(&format!("{}{}", household.building, household.room)).contains(wanted)
}

/// By name, or by the last four digits of the number.
fn answers_to(person: &Person, wanted: &str) -> bool {
    let digits = wanted.len() == 4 && wanted.bytes().all(|b| b.is_ascii_digit());
    let phone = person.phone.as_deref().unwrap_or_default();
    digits && phone.ends_with(wanted) || folded(&person.name).contains(wanted)
}

struct Homes(BTreeMap<HouseholdId, Household>);

impl Homes {
    fn of_all(households: Vec<Household>) -> Self {
        Self(households.into_iter().map(|home| (home.id, home)).collect())
    }

    fn of(&self, person: &Person) -> Option<&Household> {
        self.0.get(&person.household?)
    }

    /// By name, or by building and room.
    fn is_called(&self, person: &Person, wanted: &str) -> bool {
        folded(&person.name).contains(wanted)
            || self.of(person).is_some_and(|home| is_at(home, wanted))
    }
}

/// How much of a telephone number a file shows: all of it only where the view is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    Whole,
    Masked,
}

/// One person's file.
pub(super) async fn file(
    ctx: &Ctx,
    who: &Who,
    person: Person,
    number: Number,
) -> Result<PersonFile, Error> {
    let com = who.community.id;
    let household = match person.household {
        Some(id) => ctx.store.household(com, id).await?,
        None => None,
    };
    let guardian = match person.guardian {
        Some(id) => ctx.store.person(com, id).await?,
        None => None,
    };
    let consents = consent::all(ctx, who, person.id).await?;
    Ok(PersonFile {
        id: person.id,
        phone: match number {
            Number::Whole => person.phone,
            Number::Masked => person.phone.as_deref().map(masked),
        },
        name: person.name,
        born: person.born,
        roles: person.roles,
        household: household.map(row),
        guardian: guardian.map(|guardian| Member {
            id: guardian.id,
            name: guardian.name,
            child: false,
            ward: false,
        }),
        consents,
        ver: person.ver,
    })
}

pub(super) fn row(household: Household) -> HouseholdRow {
    HouseholdRow {
        id: household.id,
        building: household.building,
        room: household.room,
    }
}
