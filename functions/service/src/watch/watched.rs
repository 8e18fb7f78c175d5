//! Who is watched over. `ListWatched`, `GetWatched`: those who watch; each look is written down for whom it
//! was at. `CreateWatched`, `UpdateWatched`: the same, of people who agreed; safe to repeat with the same id.
//! `GetMyWatch`: anybody, of themselves.

use std::collections::BTreeSet;

use domain::watch::{DoorSense, Grade, Presence, Rules, Watched, Windows};
use domain::{CommunityId, PersonId, Refusal, limits};
use store::market::Beside;
use store::watch::{CredentialOf, WatchChange};
use wire::watch::{
    CreateWatched, GetMyWatch, GetWatched, ListWatched, UpdateWatched, WatchedFields, WatchedView,
};
use wire::{Code, Endpoint, Page, Problem};

use super::faces::{Doors, fields, names, reason, refuse_unasked, watched_view};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::identity::views;
use crate::once::Once;
use crate::parse;

/// Where somebody stands in the list: since when they are silent, whoever was never seen first.
type Place = (i64, PersonId);

fn place(watched: &Watched) -> Place {
    let sign = watched.presence.sign;
    let seen = sign.map_or(i64::MIN, |sign| sign.at.as_millisecond());
    (seen, watched.person)
}

fn cursor(raw: &str) -> Result<Place, Error> {
    let place = || -> Option<Place> {
        let (seen, person) = raw.split_once('~')?;
        Some((seen.parse().ok()?, person.parse().ok()?))
    };
    place().ok_or_else(|| Error::invalid(Code::BadCursor, "?cursor"))
}

pub async fn list(call: Call<ListWatched>) -> Outcome<ListWatched> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let com = who.community.id;
    let reason = reason(&call.query.reason)?;
    let limit = parse::limit(call.query.limit)?;
    let after = call.query.cursor.as_deref().map(cursor).transpose()?;
    let (mut all, rules) =
        tokio::try_join!(ctx.store.all_watched(com), ctx.store.watch_rules(com))?;
    let doors = Doors::of(ctx, com).await?;
    if let Some(blind) = call.query.blind {
        all.retain(|one| doors.blind(one, at) == blind);
    }
    all.sort_by_key(place);
    all.retain(|one| after.is_none_or(|after| place(one) > after));
    let more = all.len() > limit;
    all.truncate(limit);
    let people: Vec<PersonId> = all.iter().map(|one| one.person).collect();
    views::log_all(ctx, who, &people, ListWatched::NAME, &reason, at).await?;
    let names = names(ctx, com, people).await?;
    let last = all.last().map(place).filter(|_| more);
    let view = |one: &Watched| {
        let name = names.get(&one.person).cloned().unwrap_or_default();
        watched_view(who, one, (name, &doors, &rules), None, at)
    };
    Ok(Answer::new(Page {
        items: all.iter().map(view).collect(),
        cursor: last.map(|(seen, person)| format!("{seen}~{person}")),
    }))
}

pub async fn get(call: Call<GetWatched>) -> Outcome<GetWatched> {
    let (ctx, who, id) = (&call.ctx, &call.who, call.path.0);
    let reason = reason(&call.query.reason)?;
    let com = who.community.id;
    ctx.store.living(com, id).await?;
    let watched = ctx.store.watched(com, id).await?.ok_or(Refusal::Missing)?;
    views::log(ctx, who, id, GetWatched::NAME, &reason, call.now).await?;
    let fields = Some(fields(&watched));
    Ok(Answer::new(shown(&call, &watched, fields).await?))
}

/// Which cards are theirs is no matter of the person's: they have them.
pub async fn mine(call: Call<GetMyWatch>) -> Outcome<GetMyWatch> {
    Ok(Answer::new(own(&call).await?))
}

/// How it stands with the caller. Refuses: `NotWatched`.
pub async fn own<E: Endpoint>(call: &Call<E>) -> Result<WatchedView, Error> {
    let (com, me) = (call.who.community.id, call.who.person.id);
    let watched = call.ctx.store.watched(com, me).await?;
    let watched = watched.ok_or(Refusal::NotWatched)?;
    let fields = WatchedFields {
        credentials: Vec::new(),
        relatives_credentials: Vec::new(),
        ..fields(&watched)
    };
    shown(call, &watched, Some(fields)).await
}

async fn shown<E: Endpoint>(
    call: &Call<E>,
    watched: &Watched,
    fields: Option<WatchedFields>,
) -> Result<WatchedView, Error> {
    let (ctx, who) = (&call.ctx, &call.who);
    let com = who.community.id;
    let rules = ctx.store.watch_rules(com).await?;
    let doors = Doors::among(ctx, com, &watched.doors).await?;
    let mut names = names(ctx, com, vec![watched.person]).await?;
    let name = names.remove(&watched.person).unwrap_or_default();
    let with = (name, &doors, &rules);
    Ok(watched_view(who, watched, with, fields, call.now))
}

/// What a command was about, as it is now. Refuses: `Missing`.
async fn stored<E: Endpoint>(call: &Call<E>, id: PersonId) -> Result<WatchedView, Error> {
    let (ctx, who) = (&call.ctx, &call.who);
    let watched = ctx.store.watched(who.community.id, id).await?;
    let watched = watched.ok_or(Refusal::Missing)?;
    views::log(ctx, who, id, E::NAME, "", call.now).await?;
    let fields = Some(fields(&watched));
    shown(call, &watched, fields).await
}

pub async fn create(call: Call<CreateWatched>) -> Outcome<CreateWatched> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = begin(&call, &once).await;
    let again = stored(&call, call.body.person);
    once.end(&call.ctx, done, again).await
}

async fn begin(call: &Call<CreateWatched>, once: &Once) -> Result<WatchedView, Error> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let (com, id) = (who.community.id, call.body.person);
    ctx.store.living(com, id).await?;
    refuse_unasked(ctx, com, id).await?;
    if ctx.store.watched(com, id).await?.is_some() {
        return Err(Refusal::AlreadyWatched.into());
    }
    let said = checked(ctx, com, id, &call.body.fields).await?;
    let grade = match said.grade {
        Some(grade) => grade,
        None => usual_grade(ctx, com, id).await?,
    };
    let rules = ctx.store.watch_rules(com).await?;
    let watched = Watched {
        person: id,
        community: com,
        since: at,
        by: who.person.id,
        doors: said.doors,
        credentials: said.credentials,
        relatives_credentials: said.relatives_credentials,
        grade,
        own: said.own,
        relative: said.relative,
        relative_reports: said.relative_reports,
        presence: Presence::default(),
        absences: Vec::new(),
        asked: 0,
        unseen_told_at: None,
        alert: None,
        armed: None,
        rules_ver: rules.ver,
        ver: 1,
    };
    write(call, None, watched.rearmed(&rules, at), once).await?;
    told_of_windows(call, id, None, said.own).await?;
    stored(call, id).await
}

/// Where none was agreed: as their file has it.
async fn usual_grade(ctx: &Ctx, com: CommunityId, person: PersonId) -> Result<Grade, Error> {
    let file = ctx.store.care_file(com, person).await?;
    Ok(file.map_or(Grade::AskFirst, |file| file.tier().grade()))
}

pub async fn update(call: Call<UpdateWatched>) -> Outcome<UpdateWatched> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = change(&call, &once).await;
    let again = stored(&call, call.path.0);
    once.end(&call.ctx, done, again).await
}

async fn change(call: &Call<UpdateWatched>, once: &Once) -> Result<WatchedView, Error> {
    let (ctx, com, id) = (&call.ctx, call.who.community.id, call.path.0);
    let before = ctx.store.watched(com, id).await?.ok_or(Refusal::Missing)?;
    if call.body.ver != before.ver {
        return Err(Refusal::Stale.into());
    }
    refuse_unasked(ctx, com, id).await?;
    let said = checked(ctx, com, id, &call.body.fields).await?;
    let rules: Rules = ctx.store.watch_rules(com).await?;
    let after = Watched {
        doors: said.doors,
        credentials: said.credentials,
        relatives_credentials: said.relatives_credentials,
        grade: said.grade.unwrap_or(before.grade),
        own: said.own,
        relative: said.relative,
        relative_reports: said.relative_reports,
        ver: before.ver + 1,
        ..before.clone()
    };
    let after = after.rearmed(&rules, call.now);
    write(call, Some(&before), after, once).await?;
    told_of_windows(call, id, before.own, said.own).await?;
    stored(call, id).await
}

/// Windows of somebody's own have their versions in the log of views, for the person to read: who set them, when,
/// and what they were before.
async fn told_of_windows<E: Endpoint>(
    call: &Call<E>,
    person: PersonId,
    before: Option<Windows>,
    after: Option<Windows>,
) -> Result<(), Error> {
    if before == after {
        return Ok(());
    }
    let change = format!("{} → {}", in_hours(before), in_hours(after));
    views::log(&call.ctx, &call.who, person, E::NAME, &change, call.now).await
}

/// As in `48 h / 72 h`; a dash for the community's.
fn in_hours(windows: Option<Windows>) -> String {
    let Some(windows) = windows else {
        return "–".into();
    };
    let hours = |minutes: u32| format!("{} h", f64::from(minutes) / 60.0);
    let (exit, back) = (windows.no_exit_minutes, windows.no_return_minutes);
    format!("{} / {}", hours(exit), hours(back))
}

/// Writes them with their cards. Whoever took their consent back meanwhile is forgotten again.
async fn write<E: Endpoint>(
    call: &Call<E>,
    before: Option<&Watched>,
    after: Watched,
    once: &Once,
) -> Result<(), Error> {
    let (ctx, com, id) = (&call.ctx, call.who.community.id, after.person);
    let of = |card: &String, own: bool| (card.clone(), CredentialOf { person: id, own });
    let own = after.credentials.iter().map(|card| of(card, true));
    let others = after.relatives_credentials.iter();
    let credentials: Vec<_> = own.chain(others.map(|card| of(card, false))).collect();
    let credentials_gone = match before {
        Some(before) => ctx.store.cards_of(com, before).await?,
        None => Vec::new(),
    };
    let change = WatchChange {
        watched: Some(after),
        credentials,
        credentials_gone,
        ..WatchChange::default()
    };
    let beside = Beside {
        command: once.record(),
        notices: Vec::new(),
    };
    ctx.store.write_watch(com, &change, &beside).await?;
    let agreed = refuse_unasked(ctx, com, id).await;
    if matches!(agreed, Err(Error::Refused(Refusal::WatchConsent))) {
        ctx.store.forget_watched(com, id).await?;
    }
    agreed
}

fn few(count: usize, max: usize, pointer: &str) -> Result<(), Error> {
    if count <= max {
        return Ok(());
    }
    let problem = Problem::new(Code::TooMany).at(pointer);
    Err(problem.with("max", max).into())
}

/// In order, or refused at its place. Refuses: `Missing` for a door or a relative of elsewhere,
/// `CredentialTaken`, `WatchWindow`.
async fn checked(
    ctx: &Ctx,
    com: CommunityId,
    person: PersonId,
    said: &WatchedFields,
) -> Result<WatchedFields, Error> {
    few(said.doors.len(), limits::WATCH_DOORS, "/fields/doors")?;
    let mut doors = said.doors.clone();
    doors.sort_unstable();
    doors.dedup();
    let mut all = BTreeSet::new();
    let credentials = cards(&said.credentials, "/fields/credentials", &mut all)?;
    let others = &said.relatives_credentials;
    let relatives_credentials = cards(others, "/fields/relatives_credentials", &mut all)?;
    if doors.is_empty() && credentials.is_empty() {
        // Nothing would ever lead to them.
        return Err(Error::invalid(Code::BadValue, "/fields/doors"));
    }
    if let Some(own) = said.own {
        let windows = ctx.store.watch_rules(com).await?.windows;
        let fits = own.refuse_extreme();
        if let Err(refusal) = fits.and_then(|()| windows.refuse_looser(own)) {
            return Err(Problem::from(refusal).at("/fields/own").into());
        }
    }
    if said.relative == Some(person) {
        return Err(Error::invalid(Code::BadValue, "/fields/relative"));
    }
    if let Some(relative) = said.relative {
        ctx.store.living(com, relative).await?;
    }
    if !doors.is_empty() {
        let found = ctx.store.devices_among(com, &doors).await?;
        let mut there = found.iter().flatten();
        let health = there.any(|door| door.sense == DoorSense::Health);
        if health || found.iter().flatten().count() < doors.len() {
            return Err(Refusal::Missing.into());
        }
    }
    // A relative's may be somebody's own, or be known at other homes as well.
    for card in &credentials {
        let of = ctx.store.credential(com, card).await?;
        if of.is_some_and(|of| of.person != person) {
            return Err(Refusal::CredentialTaken.into());
        }
    }
    Ok(WatchedFields {
        doors,
        credentials,
        relatives_credentials,
        grade: said.grade,
        own: said.own,
        relative: said.relative,
        relative_reports: said.relative_reports && said.relative.is_some(),
    })
}

/// Each card once, among both kinds.
fn cards(said: &[String], at: &str, all: &mut BTreeSet<String>) -> Result<Vec<String>, Error> {
    few(said.len(), limits::WATCH_CREDENTIALS, at)?;
    let mut cards = Vec::with_capacity(said.len());
    for (i, raw) in said.iter().enumerate() {
        let place = format!("{at}/{i}");
        let card = parse::line(raw, limits::DOOR_FIELD_CHARS, &place)?;
        if !all.insert(card.clone()) {
            return Err(Error::invalid(Code::BadValue, place));
        }
        cards.push(card);
    }
    Ok(cards)
}
