//! Cases as they come to be and as they show. `ListCases`, `GetCase`: those who work on cases; whoever is listed or
//! opened finds it in their log of views, of a page that goes on asking by itself once. `CreateCase`: anybody of
//! themselves, of their home and of whoever agreed to their asking; those who go there and the desk of anybody, a
//! building's head of those in it. Safe to repeat with the same id.

use std::collections::BTreeSet;

use domain::access::{Act, Role};
use domain::booking::Booking;
use domain::care::{CareFile, Case, Field, Opening, Source, Told, ToldTo};
use domain::notice::{Data, Topic};
use domain::person::Person;
use domain::watch::absence::put_off;
use domain::{CommunityId, PersonId, Refusal, limits};
use store::care::CareChange;
use store::schema;
use store::table::read;
use wire::care::{CaseMade, CasePersonView, CaseView, CreateCase, GetCase, ListCases, PastService};
use wire::{Endpoint, Page};

use super::change::{notices, on_duty, stored, write};
use super::faces::{self, Faces};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, BACKGROUND, Call, Outcome};
use crate::identity::views;
use crate::notify::tell::tell;
use crate::once::Once;
use crate::points::tries::until_settled;
use crate::{page, parse};

/// Services shown with a case.
const SERVICES: usize = 10;

pub async fn list(call: Call<ListCases>) -> Outcome<ListCases> {
    let (ctx, who, query, at) = (&call.ctx, &call.who, &call.query, call.now);
    let com = who.community.id;
    let limit = parse::limit(query.limit)?;
    let pattern = match (query.person, query.all) {
        (Some(person), _) => schema::cases_of(com, person),
        (None, Some(true)) => schema::all_cases(com),
        (None, Some(false) | None) => schema::open_cases(com),
    };
    let cursor = query.cursor.as_deref();
    let (cases, cursor) = page::page::<Case>(&ctx.store, &pattern, limit, cursor).await?;
    // A page that is open asks again by itself: that is the same look going on.
    if !call.headers.contains_key(BACKGROUND) {
        let people: BTreeSet<PersonId> = cases.iter().map(|case| case.person).collect();
        let people: Vec<PersonId> = people.into_iter().collect();
        views::log_all(ctx, who, &people, ListCases::NAME, "", at).await?;
    }
    let faces = Faces::of(ctx, com, faces::of_rows(&cases)).await?;
    let sees = faces::sees(ctx, who).await?;
    let row = |case: &Case| faces::case_row(who, &sees, case, &faces, at);
    let items = cases.iter().map(row).collect();
    Ok(Answer::new(Page { items, cursor }))
}

pub async fn get(call: Call<GetCase>) -> Outcome<GetCase> {
    let case = stored(&call.ctx, call.who.community.id, call.path.0).await?;
    Ok(Answer::new(shown(&call, &case).await?))
}

/// A case as it is now; the look is written down.
pub async fn shown<E: Endpoint>(call: &Call<E>, case: &Case) -> Result<CaseView, Error> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let com = who.community.id;
    views::log(ctx, who, case.person, E::NAME, "", at).await?;
    let sees = faces::sees(ctx, who).await?;
    let file = ctx.store.care_file(com, case.person).await?;
    let notes = match sees.contains(&Field::Notes) {
        true => ctx.store.notes_of(com, case.person).await?,
        false => Vec::new(),
    };
    let mut ids = faces::of_case(case);
    ids.extend(faces::of_notes(&notes));
    let faces = Faces::of(ctx, com, ids).await?;
    let person = person(call, case, &sees, file.as_ref(), &faces).await?;
    let note = |note| faces::note_view(who, note, &faces, at);
    let closed_before = case.closed_before.iter();
    let files = case.files.iter();
    let files = files.map(|file| faces::file_view(who, file, &faces));
    Ok(CaseView {
        row: faces::case_row(who, &sees, case, &faces, at),
        person: CasePersonView {
            notes: notes.iter().map(note).collect(),
            ..person
        },
        said: case.said.clone(),
        alerts: faces::alerts(who, &sees, case),
        work: faces::task_line(who, &case.work, &faces, at),
        calls: faces::calls(who, case, &faces),
        visits: faces::visits(who, case, &faces, at),
        links: faces::links(who, case, &faces),
        follow_ups: faces::follow_ups(who, case, &faces, at),
        files: match sees.contains(&Field::Notes) {
            true => files.collect(),
            false => Vec::new(),
        },
        between: faces::between(who, case, &faces),
        closing: case
            .closing
            .as_ref()
            .map(|one| faces::closing_view(who, one, &faces)),
        closed_before: closed_before
            .map(|one| faces::closing_view(who, one, &faces))
            .collect(),
        reflections: faces::reflections(who, case, &faces),
        merged: case.merged.clone(),
        sees: sees.into_iter().collect(),
    })
}

/// Who it is about, as far as the caller sees; notes aside.
async fn person<E: Endpoint>(
    call: &Call<E>,
    case: &Case,
    sees: &BTreeSet<Field>,
    file: Option<&CareFile>,
    faces: &Faces,
) -> Result<CasePersonView, Error> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let (com, id) = (who.community.id, case.person);
    let face = faces.person(id);
    let watched = ctx.store.watched(com, id).await?;
    let sign = watched.as_ref().and_then(|one| one.presence.sign);
    let away = watched
        .as_ref()
        .map(|one| put_off(&one.absences, one.presence.entered_at, at));
    let history = sees.contains(&Field::History);
    let cases = match history {
        true => ctx.store.cases_of(com, id).await?,
        false => Vec::new(),
    };
    let mut services = Vec::new();
    if history {
        let booked = schema::bookings_of_resident(com, id);
        let (items, _) = ctx.store.page(&booked, SERVICES, None).await?;
        for item in items {
            let booking: Booking = read(item)?;
            services.push(PastService {
                booking: booking.id,
                service_name: booking.service_name,
                start: who.moment(booking.start),
            });
        }
    }
    let of = |field: Field| file.filter(|_| sees.contains(&field));
    let past = cases.iter().filter(|one| one.id != case.id);
    Ok(CasePersonView {
        phone: face
            .and_then(|face| face.phone.clone())
            .filter(|_| sees.contains(&Field::Phone)),
        born_year: face
            .and_then(|face| face.born)
            .map(|born| born.year())
            .filter(|_| sees.contains(&Field::Household)),
        contacts: of(Field::Contacts)
            .map(|file| file.contacts.clone())
            .unwrap_or_default(),
        tier: of(Field::Tier).map(CareFile::tier),
        factors: of(Field::Health)
            .map(|file| file.factors.clone())
            .unwrap_or_default(),
        conditions: of(Field::Health)
            .map(|file| file.conditions.clone())
            .unwrap_or_default(),
        seen_at: sign.filter(|_| history).map(|sign| who.moment(sign.at)),
        away_until: away
            .filter(|until| *until > at)
            .map(|until| who.moment(until)),
        cases: past.map(|one| faces::past_case(who, one)).collect(),
        services,
        notes: Vec::new(),
    })
}

pub async fn create(call: Call<CreateCase>) -> Outcome<CreateCase> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = until_settled!(open(&call, &once));
    let again = made(&call);
    once.end(&call.ctx, done, again).await
}

async fn made(call: &Call<CreateCase>) -> Result<CaseMade, Error> {
    let (store, com) = (&call.ctx.store, call.who.community.id);
    let person = call.body.person.unwrap_or(call.who.person.id);
    if let Some(case) = store.case(com, call.body.id).await? {
        return Ok(CaseMade {
            id: case.id,
            joined: false,
        });
    }
    let cases = store.cases_of(com, person).await?;
    let newest = cases.first().ok_or(Refusal::Missing)?;
    Ok(CaseMade {
        id: newest.id,
        joined: true,
    })
}

async fn open(call: &Call<CreateCase>, once: &Once) -> Result<CaseMade, Error> {
    let (ctx, who, body, at) = (&call.ctx, &call.who, &call.body, call.now);
    let com = who.community.id;
    let said = parse::line(&body.said, limits::NOTE_CHARS, "/said")?;
    let person = body.person.unwrap_or(who.person.id);
    let source = source(call, person).await?;
    let file = ctx.store.care_file(com, person).await?;
    let open = match file.as_ref().and_then(|file| file.case) {
        Some(id) => ctx.store.case(com, id).await?,
        None => None,
    };
    let duty = on_duty(&ctx.store.trusted(com).await?);
    let duty: Vec<PersonId> = duty
        .into_iter()
        .filter(|one| *one != who.person.id)
        .collect();
    let told = |id: domain::CaseId| {
        let data = Data::from([
            ("case".to_owned(), id.to_string()),
            ("person".into(), person.to_string()),
        ]);
        tell(ctx, com, &duty, Topic::CareReferral, data, at)
    };
    if let Some(case) = open.filter(Case::is_open) {
        let id = case.id;
        let after = case.told(&said)?;
        let owner = after.work.holder(at).person();
        let readers = match owner {
            Some(owner) if owner != who.person.id => {
                let one = Told {
                    task: after.work.id,
                    to: ToldTo::Owner(owner),
                };
                notices(ctx, &after, &[one], at).await?
            }
            Some(_) => Vec::new(),
            None => told(id).into_iter().collect(),
        };
        let change = CareChange {
            cases: vec![after],
            ..CareChange::default()
        };
        write(ctx, com, &change, once, readers).await?;
        return Ok(CaseMade { id, joined: true });
    }
    let case = Case::opened(
        Opening {
            id: body.id,
            community: com,
            person,
            source,
            by: Some(who.person.id),
            said,
        },
        at,
    );
    let id = case.id;
    let file = file.unwrap_or_else(|| CareFile::new(com, person, at));
    let change = CareChange {
        cases: vec![case],
        file: Some(file.with_case(Some(id)).next()),
        ..CareChange::default()
    };
    let notices = told(id).into_iter().collect();
    write(ctx, com, &change, once, notices).await?;
    Ok(CaseMade { id, joined: false })
}

/// As what the caller says it. Refuses: `Missing` where the person is not the caller's to speak of, `OtherBuilding`
/// to the head of another building.
async fn source(call: &Call<CreateCase>, person: PersonId) -> Result<Source, Error> {
    let (ctx, who) = (&call.ctx, &call.who);
    let (com, me) = (who.community.id, &who.person);
    if person == me.id {
        return Ok(Source::Own);
    }
    let other = ctx.store.living(com, person).await?;
    if who.may(Act::Care) {
        return Ok(Source::Staff);
    }
    let head = me.roles.contains(&Role::BuildingHead);
    let theirs = head && same_building(ctx, com, me, &other).await?;
    if theirs || me.roles.contains(&Role::GridWorker) {
        return Ok(Source::GridWorker);
    }
    let home = me.household.is_some() && me.household == other.household;
    if home || other.guardian == Some(me.id) {
        return Ok(Source::Relative);
    }
    let watched = ctx.store.watched(com, person).await?;
    match watched.is_some_and(|watched| watched.relative == Some(me.id)) {
        true => Ok(Source::Relative),
        false if head => Err(Refusal::OtherBuilding.into()),
        false => Err(Refusal::Missing.into()),
    }
}

/// Whether both are of one building, as far as both are known.
async fn same_building(
    ctx: &Ctx,
    com: CommunityId,
    one: &Person,
    other: &Person,
) -> Result<bool, Error> {
    let (Some(one), Some(other)) = (one.household, other.household) else {
        return Ok(true);
    };
    if one == other {
        return Ok(true);
    }
    let homes = ctx.store.households_among(com, &[one, other]).await?;
    let building = |id| {
        let mut homes = homes.iter();
        let home = homes.find(|home| home.id == id);
        home.map(|home| &home.building)
    };
    Ok(match (building(one), building(other)) {
        (Some(one), Some(other)) => one == other,
        (None, _) | (_, None) => true,
    })
}
