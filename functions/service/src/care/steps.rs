//! What is done about a case. `TakeCase`, `RecordCall`, `OrderVisit`, `LinkResource`, `PlanFollowUp`, `HandOver`:
//! those who work on cases; each is safe to repeat with the same id. Whoever does something has the case from then
//! on, and its alerts; of two at once one has it, and the other is told who.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::{Act, Role};
use domain::care::{Between, Call as Rung, Case, FollowUp, Holder, Link, LinkKind, Visit};
use domain::person::Person;
use domain::{BookingId, HouseholdId, PersonId, Refusal, limits};
use jiff::SignedDuration;
use wire::care::{
    CaseView, HandOver, LinkResource, OrderVisit, PlanFollowUp, RecordCall, TakeCase,
};
use wire::market::{CreateBooking, CreateBookingBody};
use wire::{Code, Endpoint};

use super::cases::shown;
use super::change::{commit, stored};
use crate::error::Error;
use crate::http::{Call, Outcome, Who};
use crate::market::create_booking;
use crate::once::Once;
use crate::parse;
use crate::points::tries::until_settled;

/// The case a call is about, by the first part of its path, as it is after the call.
macro_rules! step {
    ($call:ident, $id:expr, $decide:ident) => {{
        let once = Once::of(&$call, Some($id.to_string()));
        let done = until_settled!(carried(&$call, &once, $call.path.0, $decide(&$call)));
        let again = now(&$call, $call.path.0);
        once.end(&$call.ctx, done, again).await
    }};
}

/// Decides on the case as it is, and writes what it is next.
async fn carried<E: Endpoint>(
    call: &Call<E>,
    once: &Once,
    id: domain::CaseId,
    decided: impl Future<Output = Result<Decided, Error>>,
) -> Result<CaseView, Error> {
    let com = call.who.community.id;
    let before = stored(&call.ctx, com, id).await?;
    let decide = decided.await?;
    let after = decide(before.clone())?;
    commit(call, once, &before, after).await?;
    now(call, id).await
}

/// What becomes of a case, once everything else was read.
type Decided = Box<dyn FnOnce(Case) -> Result<Case, Refusal> + Send>;

async fn now<E: Endpoint>(call: &Call<E>, id: domain::CaseId) -> Result<CaseView, Error> {
    let case = stored(&call.ctx, call.who.community.id, id).await?;
    shown(call, &case).await
}

pub async fn take(call: Call<TakeCase>) -> Outcome<TakeCase> {
    step!(call, call.body.id, taken)
}

async fn taken(call: &Call<TakeCase>) -> Result<Decided, Error> {
    let (me, at, backup) = (call.who.person.id, call.now, call.body.backup);
    if let Some(backup) = backup {
        worker(call, backup, "/backup").await?;
    }
    let team = call.ctx.store.care_nodes(call.who.community.id).await?;
    let to = team.of(&call.who.person.roles);
    Ok(Box::new(move |case: Case| {
        let (work, had) = (case.work.id, case.work.holder(at));
        let taken = case.take(me, backup, at)?;
        // Whoever had it goes on with it: nothing went from one part to another.
        Ok(match had {
            Holder::Person(_) => taken,
            Holder::Station => taken.between(work, Between { from: None, to }, at),
        })
    }))
}

pub async fn call(call: Call<RecordCall>) -> Outcome<RecordCall> {
    step!(call, call.body.id, called)
}

async fn called(call: &Call<RecordCall>) -> Result<Decided, Error> {
    let body = &call.body;
    let rung = Rung {
        id: body.id,
        by: call.who.person.id,
        at: call.now,
        whom: body.whom,
        outcome: body.outcome,
        note: parse::note(Some(&body.note), limits::NOTE_CHARS, "/note")?,
    };
    Ok(Box::new(move |case: Case| case.called(rung)))
}

pub async fn visit(call: Call<OrderVisit>) -> Outcome<OrderVisit> {
    step!(call, call.body.id, ordered)
}

async fn ordered(call: &Call<OrderVisit>) -> Result<Decided, Error> {
    let (me, at, body) = (call.who.person.id, call.now, &call.body);
    let asks = parse::line(&body.asks, limits::NOTE_CHARS, "/asks")?;
    if body.to.len() > limits::VISIT_ASKED {
        return Err(wire::Problem::new(Code::TooMany)
            .at("/to")
            .with("max", limits::VISIT_ASKED)
            .into());
    }
    let com = call.who.community.id;
    let case = stored(&call.ctx, com, call.path.0).await?;
    let to = match body.to.is_empty() {
        true => goers(call, case.person).await?,
        false => {
            for (n, id) in body.to.iter().enumerate() {
                goer(call, *id, &format!("/to/{n}")).await?;
            }
            body.to.clone()
        }
    };
    let visit = Visit::new(body.id, (body.grade, asks), Some(me), at);
    Ok(Box::new(move |case: Case| case.ordered(visit, me, &to, at)))
}

pub async fn follow_up(call: Call<PlanFollowUp>) -> Outcome<PlanFollowUp> {
    step!(call, call.body.id, planned)
}

async fn planned(call: &Call<PlanFollowUp>) -> Result<Decided, Error> {
    let (me, at, body) = (call.who.person.id, call.now, &call.body);
    let what = parse::line(&body.what, limits::NOTE_CHARS, "/what")?;
    let latest = at + SignedDuration::from_hours(24 * limits::FOLLOW_UP_DAYS);
    if body.due <= at || body.due > latest {
        return Err(Error::invalid(Code::BadValue, "/due"));
    }
    let owner = body.owner.unwrap_or(me);
    if owner != me {
        let person = call.ctx.store.living(call.who.community.id, owner).await?;
        if !person.may(Act::Care) && !goes(&person) {
            return Err(Error::invalid(Code::BadValue, "/owner"));
        }
    }
    let plan = FollowUp::new(body.id, what, body.due, (me, owner), at);
    Ok(Box::new(move |case: Case| case.planned(plan)))
}

pub async fn hand_over(call: Call<HandOver>) -> Outcome<HandOver> {
    step!(call, call.body.id, handed)
}

async fn handed(call: &Call<HandOver>) -> Result<Decided, Error> {
    let (me, at, body) = (call.who.person.id, call.now, &call.body);
    let task = call.path.1;
    let reason = parse::line(&body.reason, limits::LINE_CHARS, "/reason")?;
    let com = call.who.community.id;
    let case = stored(&call.ctx, com, call.path.0).await?;
    match case.work.id == task {
        true => worker(call, body.to, "/to").await?,
        false => goer(call, body.to, "/to").await?,
    }
    let to = body.to;
    let (team, other) = tokio::try_join!(
        call.ctx.store.care_nodes(com),
        call.ctx.store.living(com, to)
    )?;
    let between = Between {
        from: team.of(&call.who.person.roles),
        to: team.of(&other.roles),
    };
    Ok(Box::new(move |case: Case| {
        let asked = case.offered(task, (me, to), &reason, at)?;
        Ok(asked.between(task, between, at))
    }))
}

/// A booked service is booked first, under an id that follows from the command's: a repeat books nothing anew.
pub async fn link(call: Call<LinkResource>) -> Outcome<LinkResource> {
    step!(call, call.body.id, linked)
}

async fn linked(call: &Call<LinkResource>) -> Result<Decided, Error> {
    let (me, at, body) = (call.who.person.id, call.now, &call.body);
    let what = parse::line(&body.what, limits::NOTE_CHARS, "/what")?;
    let com = call.who.community.id;
    let case = stored(&call.ctx, com, call.path.0).await?;
    let link = |booking: Option<BookingId>| Link {
        id: body.id,
        by: me,
        at,
        kind: body.kind,
        what: what.clone(),
        booking,
    };
    // Whoever may not link it books nothing.
    case.clone().linked(link(None))?;
    let booking = match (body.kind, body.service, body.start) {
        (LinkKind::Service, Some(_), Some(_)) => Some(book(call, case.person).await?),
        (_, None, None) => None,
        (LinkKind::Service, None, Some(_)) => {
            return Err(Error::invalid(Code::BadValue, "/service"));
        }
        (_, Some(_) | None, _) => return Err(Error::invalid(Code::BadValue, "/start")),
    };
    let link = link(booking);
    Ok(Box::new(move |case: Case| case.linked(link)))
}

/// Books as the desk books for a resident.
async fn book(call: &Call<LinkResource>, resident: PersonId) -> Result<BookingId, Error> {
    let body = &call.body;
    let (Some(service), Some(start)) = (body.service, body.start) else {
        return Err(Error::invalid(Code::BadValue, "/service"));
    };
    let id = BookingId::from_bits(body.id.bits());
    let who = Who {
        person: call.who.person.clone(),
        community: call.who.community.clone(),
        zone: call.who.zone.clone(),
        session: call.who.session.clone(),
        session_digest: call.who.session_digest.clone(),
    };
    let booked: Call<CreateBooking> = Call {
        ctx: call.ctx.clone(),
        now: call.now,
        who,
        path: (),
        query: wire::endpoint::None_ {},
        body: CreateBookingBody {
            id,
            service,
            service_ver: None,
            provider: body.provider,
            start,
            note: None,
            resident: Some(resident),
            hold: None,
        },
        file: call.file.clone(),
        headers: call.headers.clone(),
        address: call.address,
    };
    create_booking::run(booked, None).await?;
    Ok(id)
}

/// Refuses: `Missing`; whoever does not work on cases, at `pointer`.
async fn worker<E: Endpoint>(call: &Call<E>, id: PersonId, pointer: &str) -> Result<(), Error> {
    let person = call.ctx.store.living(call.who.community.id, id).await?;
    match person.may(Act::Care) {
        true => Ok(()),
        false => Err(Error::invalid(Code::BadValue, pointer)),
    }
}

/// Goes to people's doors.
fn goes(person: &Person) -> bool {
    let goes = |role: &Role| {
        matches!(
            role,
            Role::GridWorker | Role::BuildingHead | Role::Volunteer
        )
    };
    person.roles.iter().any(goes)
}

/// Refuses: `Missing`; whoever goes nowhere, at `pointer`.
async fn goer<E: Endpoint>(call: &Call<E>, id: PersonId, pointer: &str) -> Result<(), Error> {
    let person = call.ctx.store.living(call.who.community.id, id).await?;
    match goes(&person) || person.may(Act::Care) {
        true => Ok(()),
        false => Err(Error::invalid(Code::BadValue, pointer)),
    }
}

/// Who goes where nobody is named: those of the same building first, of them and of the others grid workers, building
/// heads, volunteers. The head of another building is not told whom it is about. Where there are none, whoever orders it
/// goes.
async fn goers<E: Endpoint>(call: &Call<E>, about: PersonId) -> Result<Vec<PersonId>, Error> {
    let (store, com) = (&call.ctx.store, call.who.community.id);
    let people = store.people(com).await?;
    let mut goers: Vec<(Role, &Person)> = Vec::new();
    for role in [Role::GridWorker, Role::BuildingHead, Role::Volunteer] {
        for one in people.iter().filter(|one| one.roles.contains(&role)) {
            if one.id != about && !goers.iter().any(|(_, known)| known.id == one.id) {
                goers.push((role, one));
            }
        }
    }
    let about = people.iter().find(|one| one.id == about);
    let doors = goers.iter().map(|(_, one)| *one).chain(about);
    let doors: BTreeSet<HouseholdId> = doors.filter_map(|one| one.household).collect();
    let doors: Vec<HouseholdId> = doors.into_iter().collect();
    let homes = match doors.is_empty() {
        true => Vec::new(),
        false => store.households_among(com, &doors).await?,
    };
    let buildings: BTreeMap<HouseholdId, String> = homes
        .into_iter()
        .map(|home| (home.id, home.building))
        .collect();
    let building = |one: &Person| one.household.and_then(|home| buildings.get(&home));
    let near = about.and_then(building);
    let is_near = |one: &Person| near.is_some() && building(one) == near;
    let heads_another = |one: &Person| near.is_some() && building(one).is_some() && !is_near(one);
    goers.retain(|(role, one)| *role != Role::BuildingHead || !heads_another(one));
    goers.sort_by_key(|(_, one)| !is_near(one));
    let ids = goers.into_iter().map(|(_, one)| one.id);
    Ok(ids.take(limits::VISIT_ASKED).collect())
}
