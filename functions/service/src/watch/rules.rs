//! How long a silence may be. `GetWatchRules`, `ListWatchRules`: those who watch. `PutWatchRules`: social workers and
//! administrators, on the version that was read; safe to repeat with the same id. Deadlines are reckoned anew at once,
//! or by the sweeper within its next pass where they are many. Those who see to the doors are told of it, and why.

use std::collections::BTreeMap;

use domain::access::Act;
use domain::notice::{Data, Topic};
use domain::watch::{Rules, Watched, escalation};
use domain::{CommunityId, PersonId, Refusal, limits};
use jiff::Timestamp;
use store::market::Beside;
use store::notify::Outgoing;
use store::schema;
use store::watch::WatchChange;
use wire::watch::{GetWatchRules, ListWatchRules, PutWatchRules, WatchRulesView};
use wire::{Code, Endpoint, Page, Problem};

use super::faces::names;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome, Who};
use crate::notify::tell::tell;
use crate::once::Once;
use crate::points::tries::until_settled;
use crate::{page, parse};

pub async fn get(call: Call<GetWatchRules>) -> Outcome<GetWatchRules> {
    Ok(Answer::new(current(&call).await?))
}

async fn current<E: Endpoint>(call: &Call<E>) -> Result<WatchRulesView, Error> {
    let (ctx, com) = (&call.ctx, call.who.community.id);
    let rules = ctx.store.watch_rules(com).await?;
    let names = names(ctx, com, rules.by.into_iter().collect()).await?;
    Ok(view(&call.who, rules, &names))
}

fn view(who: &Who, rules: Rules, names: &BTreeMap<PersonId, String>) -> WatchRulesView {
    let by = rules.by.and_then(|by| names.get(&by));
    WatchRulesView {
        windows: rules.windows,
        ask_minutes: rules.ask_minutes,
        area_least: rules.area_least,
        lease_minutes: rules.lease_minutes,
        by_name: by.cloned().unwrap_or_default(),
        at: (rules.ver > 0).then(|| who.moment(rules.at)),
        ladder: rules.ladder,
        note: rules.note,
        ver: rules.ver,
    }
}

pub async fn versions(call: Call<ListWatchRules>) -> Outcome<ListWatchRules> {
    let (ctx, com) = (&call.ctx, call.who.community.id);
    let limit = parse::limit(call.query.limit)?;
    let cursor = call.query.cursor.as_deref();
    let pattern = schema::all_watch_rules(com);
    let (rows, cursor) = page::page::<Rules>(&ctx.store, &pattern, limit, cursor).await?;
    let names = names(ctx, com, rows.iter().filter_map(|one| one.by).collect()).await?;
    let items = rows.into_iter().map(|one| view(&call.who, one, &names));
    Ok(Answer::new(Page {
        items: items.collect(),
        cursor,
    }))
}

pub async fn put(call: Call<PutWatchRules>) -> Outcome<PutWatchRules> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = change(&call, &once).await;
    let again = reckoned(&call);
    once.end(&call.ctx, done, again).await
}

async fn change(call: &Call<PutWatchRules>, once: &Once) -> Result<WatchRulesView, Error> {
    let (ctx, com) = (&call.ctx, call.who.community.id);
    let before = ctx.store.watch_rules(com).await?;
    let ver = before.ver;
    let after = checked(call, before)?;
    if call.body.ver != ver {
        return Err(Refusal::Stale.into());
    }
    let notices = told(call, &after).await?;
    let change = WatchChange {
        rules: Some(after),
        ..WatchChange::default()
    };
    let beside = Beside {
        command: once.record(),
        notices,
    };
    ctx.store.write_watch(com, &change, &beside).await?;
    ctx.relay_bell.notify_one();
    reckoned(call).await
}

/// The notice for everybody else who sees to the doors.
async fn told(call: &Call<PutWatchRules>, rules: &Rules) -> Result<Vec<Outgoing>, Error> {
    let (ctx, com, me) = (&call.ctx, call.who.community.id, call.who.person.id);
    let people = ctx.store.people(com).await?;
    let keepers = people
        .iter()
        .filter(|one| one.id != me && one.may(Act::KeepDoors));
    let keepers: Vec<PersonId> = keepers.map(|one| one.id).collect();
    let data = Data::from([
        ("version".to_owned(), rules.ver.to_string()),
        ("note".into(), rules.note.clone()),
    ]);
    let notice = tell(ctx, com, &keepers, Topic::RulesChanged, data, call.now);
    Ok(notice.into_iter().collect())
}

/// The version after that one.
fn checked(call: &Call<PutWatchRules>, before: Rules) -> Result<Rules, Error> {
    let body = &call.body;
    let note = parse::line(&body.note, limits::LINE_CHARS, "/note")?;
    within(body.ask_minutes, 0, limits::ASK_MINUTES, "/ask_minutes")?;
    within(body.area_least, 1, limits::AREA_LEAST, "/area_least")?;
    let most = limits::LEASE_MINUTES;
    within(body.lease_minutes, 1, most, "/lease_minutes")?;
    let ladder = body.ladder.clone().unwrap_or(before.ladder);
    if !escalation::holds(&ladder) {
        return Err(Error::invalid(Code::BadValue, "/ladder"));
    }
    body.windows.refuse_extreme()?;
    Ok(Rules {
        windows: body.windows,
        ask_minutes: body.ask_minutes,
        area_least: body.area_least,
        lease_minutes: body.lease_minutes,
        ladder,
        by: Some(call.who.person.id),
        at: call.now,
        note,
        ver: before.ver.saturating_add(1),
    })
}

fn within(value: u32, least: u32, most: u32, pointer: &str) -> Result<(), Error> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    let problem = Problem::new(Code::BadValue).at(pointer);
    Err(problem.with("max", most).into())
}

/// Those whose deadline was reckoned by an older version, anew: as many as a call has time for. The sweeper goes on
/// with the others.
async fn reckoned(call: &Call<PutWatchRules>) -> Result<WatchRulesView, Error> {
    let (ctx, com) = (&call.ctx, call.who.community.id);
    let rules = ctx.store.watch_rules(com).await?;
    let all = ctx.store.all_watched(com).await?;
    let older = all.iter().filter(|one| one.rules_ver < rules.ver);
    for one in older.take(limits::RECKONED_AT_ONCE) {
        let id = one.person;
        until_settled!(reckon(ctx, com, id, &rules, call.now))?;
    }
    current(call).await
}

/// Whether there was something to reckon. Refuses: `Stale`.
pub(super) async fn reckon(
    ctx: &Ctx,
    com: CommunityId,
    id: PersonId,
    rules: &Rules,
    at: Timestamp,
) -> Result<bool, Error> {
    let watched = ctx.store.watched(com, id).await?;
    let Some(watched) = watched.filter(|one| one.rules_ver < rules.ver) else {
        return Ok(false);
    };
    let next = Watched {
        ver: watched.ver + 1,
        ..watched
    };
    let change = WatchChange {
        watched: Some(next.rearmed(rules, at)),
        ..WatchChange::default()
    };
    ctx.store
        .write_watch(com, &change, &Beside::default())
        .await?;
    Ok(true)
}
