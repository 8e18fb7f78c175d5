//! What is written with a case: its alerts are whoever's the case is, the file knows when the person was seen, and
//! whoever is asked or has something to do now is told, and so is whoever has a case where a visit found trouble.

use domain::access::Role;
use domain::care::timers::to;
use domain::care::{Case, Found, Holder, Told, ToldTo};
use domain::notice::{Data, Topic};
use domain::person::Person;
use domain::watch::Alert;
use domain::{CaseId, CommunityId, PersonId, Refusal, TaskId};
use jiff::Timestamp;
use store::care::CareChange;
use store::market::Beside;
use store::notify::Outgoing;
use wire::Endpoint;

use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::Call;
use crate::notify::tell::tell;
use crate::once::Once;

/// Refuses: `Missing`.
pub async fn stored(ctx: &Ctx, com: CommunityId, id: CaseId) -> Result<Case, Error> {
    let case = ctx.store.case(com, id).await?;
    Ok(case.ok_or(Refusal::Missing)?)
}

/// Who is on duty: the station and the social workers, or else the administrators.
pub fn on_duty(people: &[Person]) -> Vec<PersonId> {
    let with = |roles: &[Role]| -> Vec<PersonId> {
        let has = people
            .iter()
            .filter(|person| person.roles.iter().any(|role| roles.contains(role)));
        has.map(|person| person.id).collect()
    };
    let duty = with(&[Role::Station, Role::SocialWorker]);
    match duty.is_empty() {
        true => with(&[Role::Admin]),
        false => duty,
    }
}

/// Notices about tasks as they are now.
pub async fn notices(
    ctx: &Ctx,
    case: &Case,
    told: &[Told],
    at: Timestamp,
) -> Result<Vec<Outgoing>, Error> {
    let com = case.community;
    let mut notices = Vec::new();
    for one in told {
        let data = Data::from([
            ("case".to_owned(), case.id.to_string()),
            ("task".into(), one.task.to_string()),
            ("person".into(), case.person.to_string()),
        ]);
        let (readers, topic) = match one.to {
            ToldTo::Asked(person) | ToldTo::Owner(person) => (vec![person], Topic::CareTask),
            ToldTo::Station => (on_duty(&ctx.store.trusted(com).await?), Topic::CareStation),
        };
        notices.extend(tell(ctx, com, &readers, topic, data, at));
    }
    Ok(notices)
}

/// Who has something to do now and had not before; whoever did it themselves is told nothing.
pub fn newly(before: &Case, after: &Case, by: PersonId) -> Vec<Told> {
    let was = |told: &Told| {
        let mut tasks = before.tasks();
        let found = tasks.find(|task| task.id == told.task && task.is_open());
        found.map(to) == Some(told.to)
    };
    let open = after.tasks().filter(|task| task.is_open());
    let told = open.map(|task| Told {
        task: task.id,
        to: to(task),
    });
    let own = [ToldTo::Asked(by), ToldTo::Owner(by)];
    // The alert's own ladder calls the station.
    let called = |told: &Told| {
        told.task == after.work.id && told.to == ToldTo::Station && after.is_alerted()
    };
    told.filter(|told| !was(told) && !own.contains(&told.to) && !called(told))
        .collect()
}

/// Somebody was there now, and not all is well, or nobody opened: whoever has the case goes on with it, or else whoever
/// is on duty, who hear of an emergency in any case. Whoever said it is told nothing.
async fn found(
    ctx: &Ctx,
    (before, after): (&Case, &Case),
    by: PersonId,
    at: Timestamp,
) -> Result<Option<Outgoing>, Error> {
    let known = |task: TaskId| {
        let mut visits = before.visits.iter();
        visits.any(|visit| visit.task.id == task && visit.assessment.is_some())
    };
    let new = after.visits.iter().filter(|visit| !known(visit.task.id));
    let new = new.filter_map(|visit| visit.assessment.as_ref());
    let found: Vec<Found> = new
        .map(|seen| seen.found)
        .filter(|found| *found != Found::Well)
        .collect();
    if found.is_empty() {
        return Ok(None);
    }
    let com = after.community;
    let owner = after.work.holder(at).person();
    let mut readers: Vec<PersonId> = owner.into_iter().collect();
    if readers.is_empty() || found.contains(&Found::Emergency) {
        readers.extend(on_duty(&ctx.store.trusted(com).await?));
    }
    readers.retain(|one| *one != by);
    let data = Data::from([
        ("case".to_owned(), after.id.to_string()),
        ("person".into(), after.person.to_string()),
    ]);
    Ok(tell(ctx, com, &readers, Topic::CareReferral, data, at))
}

/// The alerts of a case that is somebody's, as theirs. What the person does extends both leases.
async fn handed(
    ctx: &Ctx,
    before: &Case,
    after: &mut Case,
    by: PersonId,
    at: Timestamp,
) -> Result<Vec<Alert>, Error> {
    let mut alerts = Vec::new();
    let Holder::Person(owner) = after.work.owner else {
        return Ok(alerts);
    };
    let moved = owner == by || before.work.owner != after.work.owner;
    if !moved || !after.is_open() || !after.is_alerted() {
        return Ok(alerts);
    }
    let com = after.community;
    let rules = ctx.store.watch_rules(com).await?;
    let standing: Vec<_> = after
        .alerts
        .iter()
        .filter(|one| one.over_at.is_none())
        .map(|one| one.id)
        .collect();
    for id in standing {
        let Some(alert) = ctx.store.alert(com, id).await? else {
            continue;
        };
        if let Ok(alert) = alert.handed(owner, &rules, at) {
            after.work.lease_until = alert.lease_until;
            alerts.push(alert);
        }
    }
    Ok(alerts)
}

/// Writes a case as it is next, and rings for those who are told. Refuses: `Stale`.
pub async fn commit<E: Endpoint>(
    call: &Call<E>,
    once: &Once,
    before: &Case,
    mut after: Case,
) -> Result<(), Error> {
    let (ctx, me, at) = (&call.ctx, call.who.person.id, call.now);
    let com = after.community;
    let alerts = handed(ctx, before, &mut after, me, at).await?;
    let seen = after.seen_at.filter(|_| after.seen_at != before.seen_at);
    let file = match seen {
        Some(seen) => {
            let file = ctx.store.care_file(com, after.person).await?;
            file.map(|file| file.seen(seen).next())
        }
        None => None,
    };
    let mut notices = notices(ctx, &after, &newly(before, &after, me), at).await?;
    notices.extend(found(ctx, (before, &after), me, at).await?);
    let change = CareChange {
        cases: vec![after],
        file,
        alerts,
        ..CareChange::default()
    };
    write(ctx, com, &change, once, notices).await
}

pub async fn write(
    ctx: &Ctx,
    com: CommunityId,
    change: &CareChange,
    once: &Once,
    notices: Vec<Outgoing>,
) -> Result<(), Error> {
    let told = !notices.is_empty();
    let beside = Beside {
        command: once.record(),
        notices,
    };
    ctx.store.write_care(com, change, &beside).await?;
    if told {
        ctx.relay_bell.notify_one();
    }
    Ok(())
}
