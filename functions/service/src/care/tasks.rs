//! What those see who go there. `ListTasks`, `AnswerTask`, `ArriveTask`, `AssessTask`, `EndTask`: anybody, of what
//! they are asked to do and have to do, and of visits they may still tell of; each is safe to repeat with the same id.
//! Of the person they see what their part of the team sees, which for building heads and volunteers is the name, the
//! door and the task.

use std::collections::BTreeSet;

use domain::access::Act;
use domain::care::{Assessment, Case, Field, Holder, Task, TaskKind, VisitGrade};
use domain::{CaseId, Refusal, TaskId, limits};
use jiff::Timestamp;
use wire::care::{AnswerTask, ArriveTask, AssessTask, EndTask, ListTasks, TaskView};
use wire::{Endpoint, Page};

use super::change::{commit, stored};
use super::faces::Faces;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::identity::views;
use crate::once::Once;
use crate::parse;
use crate::points::tries::until_settled;

pub async fn list(call: Call<ListTasks>) -> Outcome<ListTasks> {
    Ok(Answer::new(own(&call).await?))
}

/// When their time for a visit ran out, where they may still say what they found and nobody asks them anew.
fn late(task: &Task, who: domain::PersonId, at: Timestamp) -> Option<Timestamp> {
    let visit = task.kind == TaskKind::Visit && !is_for(task, who, at);
    task.late(who, at).filter(|_| visit)
}

/// Theirs, or they are asked.
fn is_for(task: &Task, who: domain::PersonId, at: Timestamp) -> bool {
    let asked = task.offer.as_ref().filter(|offer| at < offer.until);
    let asked = asked.is_some_and(|offer| offer.to == who);
    task.is_open() && (asked || task.owner == Holder::Person(who))
}

/// What to do, how soon, and by when.
fn about(case: &Case, task: TaskId) -> (String, Option<VisitGrade>, Option<Timestamp>) {
    if let Some(visit) = case.visits.iter().find(|visit| visit.task.id == task) {
        return (
            visit.asks.clone(),
            Some(visit.grade),
            visit.task.lease_until,
        );
    }
    let mut later = case.follow_ups.iter();
    if let Some(one) = later.find(|one| one.task.id == task) {
        return (one.what.clone(), None, Some(one.due));
    }
    (String::new(), None, case.work.lease_until)
}

/// Everything the caller is asked to do and has to do. Whoever sees more of a person than the name, the door and the
/// task is written down.
async fn own<E: Endpoint>(call: &Call<E>) -> Result<Page<TaskView>, Error> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let (com, me) = (who.community.id, who.person.id);
    let desk = who.may(Act::Care);
    let cases = ctx.store.open_cases(com).await?;
    let mut mine = Vec::new();
    for case in &cases {
        let own = |task: &&Task| is_for(task, me, at) || late(task, me, at).is_some();
        for task in case.tasks().filter(own) {
            // The case itself is the desk's; whoever does not work there has what is to be done at the door.
            if desk || task.kind != TaskKind::Work {
                mine.push((case, task));
            }
        }
    }
    let people: BTreeSet<_> = mine.iter().map(|(case, _)| case.person).collect();
    let team = ctx.store.care_nodes(com).await?;
    let mut sees = team.sees(&who.person.roles);
    // Whoever was asked by name, whatever they are here, has to know where to go.
    sees.extend([Field::Name, Field::Room, Field::Task]);
    if sees.len() > 3 && !people.is_empty() {
        let people: Vec<_> = people.iter().copied().collect();
        for some in people.chunks(limits::PAGE_ROWS) {
            views::log_all(ctx, who, some, E::NAME, "", at).await?;
        }
    }
    let faces = Faces::of(ctx, com, people).await?;
    let mut items = Vec::new();
    for (case, task) in mine {
        let (asks, grade, until) = about(case, task.id);
        let lapsed = late(task, me, at);
        let until = until.filter(|_| lapsed.is_none());
        let contacts = match sees.contains(&Field::Contacts) {
            true => {
                let file = ctx.store.care_file(com, case.person).await?;
                file.map(|file| file.contacts).unwrap_or_default()
            }
            false => Vec::new(),
        };
        let face = faces.person(case.person);
        let visit = case.visits.iter().find(|visit| visit.task.id == task.id);
        let asked = task.offer.as_ref().filter(|offer| offer.to == me);
        items.push(TaskView {
            case: case.id,
            task: task.id,
            kind: task.kind,
            grade,
            asks,
            person_name: faces.name(case.person),
            room: faces.room(case.person),
            phone: face
                .and_then(|face| face.phone.clone())
                .filter(|_| sees.contains(&Field::Phone)),
            relay: team.relay.clone().filter(|_| !sees.contains(&Field::Phone)),
            contacts,
            answer_until: asked.map(|offer| who.moment(offer.until)),
            until: until.map(|until| who.moment(until)),
            arrived_at: visit
                .and_then(|visit| visit.arrived_at)
                .map(|arrived| who.moment(arrived)),
            overdue: until.is_some_and(|until| until <= at),
            lapsed_at: lapsed.map(|lapsed| who.moment(lapsed)),
        });
    }
    Ok(Page::whole(items))
}

/// A task of the caller's, or any to those who work on cases. Refuses: `Missing`.
async fn mine<E: Endpoint>(call: &Call<E>, id: CaseId, task: TaskId) -> Result<Case, Error> {
    let (who, at) = (&call.who, call.now);
    let case = stored(&call.ctx, who.community.id, id).await?;
    let found = case.tasks().find(|one| one.id == task);
    let found = found.ok_or(Refusal::Missing)?;
    let me = who.person.id;
    let had = found
        .turns
        .iter()
        .any(|turn| turn.who == Some(me) || turn.to == Some(me));
    match who.may(Act::Care) || had || is_for(found, me, at) {
        true => Ok(case),
        false => Err(Refusal::Missing.into()),
    }
}

/// Writes the case as it is next, and answers with what is left to do.
async fn write<E: Endpoint>(
    call: &Call<E>,
    once: &Once,
    (before, after): (&Case, Case),
) -> Result<Page<TaskView>, Error> {
    commit(call, once, before, after).await?;
    own(call).await
}

pub async fn answer(call: Call<AnswerTask>) -> Outcome<AnswerTask> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = until_settled!(answered(&call, &once));
    let again = own(&call);
    once.end(&call.ctx, done, again).await
}

async fn answered(call: &Call<AnswerTask>, once: &Once) -> Result<Page<TaskView>, Error> {
    let (body, at, (id, task)) = (&call.body, call.now, call.path);
    let me = call.who.person.id;
    let reason = match body.accept {
        true => parse::note(Some(&body.reason), limits::LINE_CHARS, "/reason")?,
        false => parse::line(&body.reason, limits::LINE_CHARS, "/reason")?,
    };
    let before = mine(call, id, task).await?;
    let found = before.tasks().find(|one| one.id == task);
    let asked = found.is_some_and(|one| one.offer.as_ref().is_some_and(|offer| offer.to == me));
    // What fell to the station is anybody's there who takes it.
    let takes = body.accept && !asked && call.who.may(Act::Care);
    let falls = found.is_some_and(|one| {
        one.kind != TaskKind::Work && one.holder(at) == Holder::Station && one.offer.is_none()
    });
    let after = match takes && falls {
        true => before.clone().taken(task, me, at)?,
        false => {
            let why = (!body.accept).then_some(reason.as_str());
            before.clone().answered(task, me, why, at)?
        }
    };
    write(call, once, (&before, after)).await
}

pub async fn arrive(call: Call<ArriveTask>) -> Outcome<ArriveTask> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = until_settled!(arrived(&call, &once));
    let again = own(&call);
    once.end(&call.ctx, done, again).await
}

async fn arrived(call: &Call<ArriveTask>, once: &Once) -> Result<Page<TaskView>, Error> {
    let (id, task) = call.path;
    let before = mine(call, id, task).await?;
    let after = before.clone().arrived(task, call.who.person.id, call.now)?;
    write(call, once, (&before, after)).await
}

pub async fn assess(call: Call<AssessTask>) -> Outcome<AssessTask> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = until_settled!(assessed(&call, &once));
    let again = own(&call);
    once.end(&call.ctx, done, again).await
}

async fn assessed(call: &Call<AssessTask>, once: &Once) -> Result<Page<TaskView>, Error> {
    let (body, (id, task)) = (&call.body, call.path);
    let facts = parse::line(&body.facts, limits::NOTE_CHARS, "/facts")?;
    let before = mine(call, id, task).await?;
    let seen = Assessment {
        found: body.found,
        facts,
        emergency: body.emergency,
        by: call.who.person.id,
        at: call.now,
    };
    let after = before.clone().assessed(task, seen)?;
    write(call, once, (&before, after)).await
}

pub async fn end(call: Call<EndTask>) -> Outcome<EndTask> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = until_settled!(ended(&call, &once));
    let again = own(&call);
    once.end(&call.ctx, done, again).await
}

async fn ended(call: &Call<EndTask>, once: &Once) -> Result<Page<TaskView>, Error> {
    let (id, task) = call.path;
    let came = parse::line(&call.body.came, limits::NOTE_CHARS, "/came")?;
    let before = mine(call, id, task).await?;
    let me = call.who.person.id;
    let after = before.clone().followed_up(task, me, came, call.now)?;
    write(call, once, (&before, after)).await
}
