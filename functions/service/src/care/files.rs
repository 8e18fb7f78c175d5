//! What the desk knows of somebody. `GetCareFile`: those who work on cases, with a reason; what their part of the team
//! does not see is left out. `PutCareFile`: those who keep files. `BreakGlass`: those who go there and the desk,
//! whatever they see else, with a reason; those in charge are told at once. Commands are safe to repeat with the same
//! id. Each look is written down.

use std::collections::BTreeSet;

use domain::access::Role;
use domain::care::file::consent_seen;
use domain::care::{CareFile, Case, Field, Note, timeline};
use domain::notice::{Data, Topic};
use domain::{PersonId, limits};
use store::care::CareChange;
use wire::care::{BreakGlass, CareFileView, ConsentSince, EventView, GetCareFile, PutCareFile};
use wire::{Code, Endpoint, Problem};

use super::change::write;
use super::faces::{self, Faces};
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::identity::views;
use crate::notify::tell::tell;
use crate::once::Once;
use crate::parse;
use crate::watch::faces::reason;

pub async fn get(call: Call<GetCareFile>) -> Outcome<GetCareFile> {
    let reason = reason(&call.query.reason)?;
    let sees = faces::sees(&call.ctx, &call.who).await?;
    Ok(Answer::new(
        looked(&call, call.path.0, &sees, &reason).await?,
    ))
}

/// The same, once the look is written down.
async fn looked<E: Endpoint>(
    call: &Call<E>,
    person: PersonId,
    sees: &BTreeSet<Field>,
    reason: &str,
) -> Result<CareFileView, Error> {
    let (ctx, who) = (&call.ctx, &call.who);
    ctx.store.living(who.community.id, person).await?;
    views::log(ctx, who, person, E::NAME, reason, call.now).await?;
    shown(call, person, sees).await
}

/// As far as the caller sees. Refuses: `Missing`.
async fn shown<E: Endpoint>(
    call: &Call<E>,
    person: PersonId,
    sees: &BTreeSet<Field>,
) -> Result<CareFileView, Error> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let com = who.community.id;
    let face = ctx.store.living(com, person).await?;
    let file = ctx.store.care_file(com, person).await?;
    let ver = file.as_ref().map_or(0, |file| file.ver);
    let file = file.unwrap_or_else(|| CareFile::new(com, person, at));
    let notes = match sees.contains(&Field::Notes) {
        true => ctx.store.notes_of(com, person).await?,
        false => Vec::new(),
    };
    let cases = match sees.contains(&Field::History) {
        true => ctx.store.cases_of(com, person).await?,
        false => Vec::new(),
    };
    let household = match face.household.filter(|_| sees.contains(&Field::Household)) {
        Some(id) => ctx.store.household(com, id).await?,
        None => None,
    };
    let others = household.map(|home| home.people).unwrap_or_default();
    let mut ids = faces::of_notes(&notes);
    ids.extend(others.iter().copied().chain([person]));
    let faces = Faces::of(ctx, com, ids).await?;
    let see = |field: Field| sees.contains(&field);
    let names = others.iter().filter(|one| **one != person);
    let names = names.map(|one| faces.name(*one));
    let tier = Some(file.tier()).filter(|_| see(Field::Tier));
    let moment = |at| who.moment(at);
    Ok(CareFileView {
        person,
        person_name: face.name,
        room: faces.room(person),
        sees: sees.iter().copied().collect(),
        phone: face.phone.filter(|_| see(Field::Phone)),
        household: names.filter(|name| !name.is_empty()).collect(),
        contacts: match see(Field::Contacts) {
            true => file.contacts.clone(),
            false => Vec::new(),
        },
        tier,
        visit_days: tier.map(|tier| tier.visit_days()),
        factors: match see(Field::Health) {
            true => file.factors.clone(),
            false => Vec::new(),
        },
        visited: file.visited && see(Field::Tier),
        visit_due: file.visit_due().filter(|_| see(Field::Tier)).map(moment),
        visited_at: file.visited_at.filter(|_| see(Field::History)).map(moment),
        conditions: match see(Field::Health) {
            true => file.conditions.clone(),
            false => String::new(),
        },
        case: file.case.filter(|_| see(Field::History)),
        cases: cases.iter().map(|one| faces::past_case(who, one)).collect(),
        notes: notes
            .iter()
            .map(|note| faces::note_view(who, note, &faces, at))
            .collect(),
        consents: consents(call, person, sees).await?,
        events: events(call, person, (cases.as_slice(), notes.as_slice()), sees).await?,
        ver,
    })
}

/// What they agreed to and did not take back, as far as the caller sees.
async fn consents<E: Endpoint>(
    call: &Call<E>,
    person: PersonId,
    sees: &BTreeSet<Field>,
) -> Result<Vec<ConsentSince>, Error> {
    let (ctx, who) = (&call.ctx, &call.who);
    let newest = ctx.store.consents(who.community.id, person).await?;
    let given = newest.values().filter(|one| one.given);
    let seen = given.filter(|one| consent_seen(sees, one.purpose));
    let view = seen.map(|one| ConsentSince {
        purpose: one.purpose,
        at: who.moment(one.at),
        current: one.version >= one.purpose.version(),
    });
    Ok(view.collect())
}

/// What happened, the latest first.
async fn events<E: Endpoint>(
    call: &Call<E>,
    person: PersonId,
    (cases, notes): (&[Case], &[Note]),
    sees: &BTreeSet<Field>,
) -> Result<Vec<EventView>, Error> {
    let (ctx, who) = (&call.ctx, &call.who);
    let absences = match sees.contains(&Field::History) {
        true => ctx.store.absences(who.community.id, person).await?,
        false => Vec::new(),
    };
    let absences = absences.iter().map(|row| (row.absence, row.ended_at));
    let absences: Vec<_> = absences.collect();
    let events = timeline(cases, notes, &absences, sees, call.now);
    let view = events.into_iter().map(|event| EventView {
        at: who.moment(event.at),
        kind: event.kind,
        case: event.case,
        alert: event.alert,
        cause: event.cause,
        outcome: event.outcome,
        found: event.found,
        reason: event.reason,
    });
    Ok(view.collect())
}

pub async fn put(call: Call<PutCareFile>) -> Outcome<PutCareFile> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = kept(&call, &once).await;
    let again = own(&call);
    once.end(&call.ctx, done, again).await
}

/// As far as whoever writes it sees.
async fn own(call: &Call<PutCareFile>) -> Result<CareFileView, Error> {
    let sees = faces::sees(&call.ctx, &call.who).await?;
    looked(call, call.path.0, &sees, "").await
}

/// Everything there is.
async fn all<E: Endpoint>(
    call: &Call<E>,
    person: PersonId,
    reason: &str,
) -> Result<CareFileView, Error> {
    let sees: BTreeSet<Field> = Field::ALL.iter().copied().collect();
    looked(call, person, &sees, reason).await
}

async fn kept(call: &Call<PutCareFile>, once: &Once) -> Result<CareFileView, Error> {
    let (ctx, body, at) = (&call.ctx, &call.body, call.now);
    let (com, person) = (call.who.community.id, call.path.0);
    let conditions = parse::note(Some(&body.conditions), limits::STORY_CHARS, "/conditions")?;
    let mut factors = body.factors.clone();
    factors.sort_unstable();
    factors.dedup();
    if body.contacts.len() > limits::CARE_CONTACTS {
        return Err(Problem::new(Code::TooMany)
            .at("/contacts")
            .with("max", limits::CARE_CONTACTS)
            .into());
    }
    let mut contacts = body.contacts.clone();
    for (n, contact) in contacts.iter_mut().enumerate() {
        let place = |field: &str| format!("/contacts/{n}/{field}");
        contact.name = parse::line(&contact.name, limits::NAME_CHARS, &place("name"))?;
        let relation = Some(contact.relation.as_str());
        contact.relation = parse::note(relation, limits::LINE_CHARS, &place("relation"))?;
        contact.phone = parse::phone(&contact.phone, &place("phone"))?;
    }
    ctx.store.living(com, person).await?;
    let before = ctx.store.care_file(com, person).await?;
    let before = before.unwrap_or_else(|| CareFile::new(com, person, at));
    if before.ver != body.ver {
        return Err(Error::invalid(Code::Stale, "/ver"));
    }
    // What one does not see stays as it is.
    let sees = faces::sees(ctx, &call.who).await?;
    let visited = match sees.contains(&Field::Tier) {
        true => body.visited,
        false => before.visited,
    };
    let (factors, conditions) = match sees.contains(&Field::Health) {
        true => (factors, conditions),
        false => (before.factors.clone(), before.conditions.clone()),
    };
    let contacts = match sees.contains(&Field::Contacts) {
        true => contacts,
        false => before.contacts.clone(),
    };
    let changed = before.factors != factors || before.visited != visited;
    let after = CareFile {
        changed_at: if changed { at } else { before.changed_at },
        changed_by: match changed {
            true => Some(call.who.person.id),
            false => before.changed_by,
        },
        factors,
        visited,
        conditions,
        contacts,
        ..before
    };
    let change = CareChange {
        file: Some(after.next()),
        ..CareChange::default()
    };
    write(ctx, com, &change, once, Vec::new()).await?;
    own(call).await
}

pub async fn glass(call: Call<BreakGlass>) -> Outcome<BreakGlass> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = broken(&call, &once).await;
    let again = all(&call, call.path.0, &call.body.reason);
    once.end(&call.ctx, done, again).await
}

/// The notice is written before anything is shown.
async fn broken(call: &Call<BreakGlass>, once: &Once) -> Result<CareFileView, Error> {
    let (ctx, at) = (&call.ctx, call.now);
    let (com, person) = (call.who.community.id, call.path.0);
    let reason = parse::line(&call.body.reason, limits::LINE_CHARS, "/reason")?;
    if reason.chars().count() < limits::REASON_CHARS_LEAST {
        return Err(Error::invalid(Code::BadValue, "/reason"));
    }
    ctx.store.living(com, person).await?;
    let people = ctx.store.people(com).await?;
    let in_charge = people.iter().filter(|one| one.roles.contains(&Role::Admin));
    let in_charge: Vec<PersonId> = in_charge.map(|one| one.id).collect();
    // The notice names nobody: who it was, and why, is read from the log of views.
    let view = views::entry(ctx, &call.who, BreakGlass::NAME, &reason, at);
    let data = Data::from([
        ("person".to_owned(), person.to_string()),
        ("view".into(), view.id.to_string()),
    ]);
    ctx.store.log_views(com, &[(person, view)]).await?;
    let told = tell(ctx, com, &in_charge, Topic::GlassBroken, data, at);
    let change = CareChange::default();
    write(ctx, com, &change, once, told.into_iter().collect()).await?;
    let sees: BTreeSet<Field> = Field::ALL.iter().copied().collect();
    shown(call, person, &sees).await
}
