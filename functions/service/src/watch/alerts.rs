//! Silences, calls for help and readings that somebody looks after. `ListAlerts`, `GetAlert`,
//! `AcknowledgeAlert`, `CloseAlert`: those who watch. Commands are safe to repeat with the same id; of two at
//! once one has it, and the other is told who.
//!
//! Opening the list is a look at each of those on it, and written down as one. A page that stays open asks every few
//! seconds by the tag of the last answer (`If-None-Match`): that is the same look going on, and it is told with one
//! read of one item that nothing is other ([`Tag`]).

use domain::watch::{Alert, AlertState, Rules, Watched};
use domain::{AlertId, PersonId, Refusal, limits};
use http::header;
use jiff::Timestamp;
use store::market::Beside;
use store::schema;
use store::watch::{HealthChange, WatchChange};
use wire::watch::{AcknowledgeAlert, AlertView, CloseAlert, GetAlert, ListAlerts};
use wire::{Code, Endpoint, Page};

use super::faces::{alert_view, alive, names, of_alerts, said, sign_row, told_view};
use super::tag::Tag;
use crate::care::sees;
use crate::error::Error;
use crate::http::{Answer, BACKGROUND, Call, Outcome};
use crate::identity::views;
use crate::once::Once;
use crate::points::tries::until_settled;
use crate::{page, parse};

pub async fn list(call: Call<ListAlerts>) -> Outcome<ListAlerts> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let com = who.community.id;
    let limit = parse::limit(call.query.limit)?;
    let first = call.query.all != Some(true) && call.query.cursor.is_none();
    let tag = match first {
        true => Some(Tag::now(ctx.store.alert_changes(com).await?, limit, at)),
        false => None,
    };
    let known = call.headers.get(header::IF_NONE_MATCH);
    let known = known.and_then(|known| known.to_str().ok());
    let tag = match tag.map(|tag| tag.after(known)) {
        Some(Tag::Same(text)) => return Ok(Answer::unchanged(text)),
        Some(Tag::Other(text)) => Some(text),
        None => None,
    };
    let pattern = match call.query.all {
        Some(true) => schema::all_alerts(com),
        Some(false) | None => schema::open_alerts(com),
    };
    let cursor = call.query.cursor.as_deref();
    let (alerts, cursor) = page::page::<Alert>(&ctx.store, &pattern, limit, cursor).await?;
    if !goes_on(&call) {
        let mut people: Vec<PersonId> = alerts.iter().map(|alert| alert.person).collect();
        people.sort_unstable();
        people.dedup();
        views::log_all(ctx, who, &people, ListAlerts::NAME, "", at).await?;
    }
    let names = names(ctx, com, of_alerts(&alerts)).await?;
    let sees = sees(ctx, who).await?;
    let view = |alert: &Alert| alert_view(who, &sees, alert, &names, at);
    let items = alerts.iter().map(view).collect();
    let answer = Answer::new(Page { items, cursor });
    Ok(match tag {
        Some(text) => answer.tagged(text),
        None => answer,
    })
}

/// A page that is open asks again: by the tag of its last answer, or, by itself, for what follows on that.
fn goes_on(call: &Call<ListAlerts>) -> bool {
    let follows = call.query.cursor.is_some() && call.headers.contains_key(BACKGROUND);
    follows || call.headers.contains_key(header::IF_NONE_MATCH)
}

pub async fn get(call: Call<GetAlert>) -> Outcome<GetAlert> {
    Ok(Answer::new(stored(&call, call.path.0).await?))
}

/// An alert as it is now, with who was told of it; the look is written down. Refuses: `Missing`.
async fn stored<E: Endpoint>(call: &Call<E>, id: AlertId) -> Result<AlertView, Error> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let com = who.community.id;
    let alert = ctx.store.alert(com, id).await?.ok_or(Refusal::Missing)?;
    views::log(ctx, who, alert.person, E::NAME, "", at).await?;
    let names = names(ctx, com, of_alerts(std::slice::from_ref(&alert))).await?;
    let sees = sees(ctx, who).await?;
    let told = ctx.store.told_of(&alert, at).await?;
    Ok(AlertView {
        told: told.into_iter().map(|one| told_view(who, one)).collect(),
        ..alert_view(who, &sees, &alert, &names, at)
    })
}

pub async fn acknowledge(call: Call<AcknowledgeAlert>) -> Outcome<AcknowledgeAlert> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = until_settled!(take_on(&call, &once));
    let again = stored(&call, call.path.0);
    once.end(&call.ctx, done, again).await
}

async fn take_on(call: &Call<AcknowledgeAlert>, once: &Once) -> Result<AlertView, Error> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let (com, id) = (who.community.id, call.path.0);
    let alert = ctx.store.alert(com, id).await?.ok_or(Refusal::Missing)?;
    let rules = ctx.store.watch_rules(com).await?;
    let alert = alert.acknowledge(who.person.id, &rules, at)?;
    let change = WatchChange {
        alert: Some(alert),
        ..WatchChange::default()
    };
    ctx.store.write_watch(com, &change, &beside(once)).await?;
    stored(call, id).await
}

pub async fn close(call: Call<CloseAlert>) -> Outcome<CloseAlert> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = until_settled!(finish(&call, &once));
    let again = stored(&call, call.path.0);
    once.end(&call.ctx, done, again).await
}

/// Somebody was seen, or it would not be closed: their silence begins anew from then.
async fn finish(call: &Call<CloseAlert>, once: &Once) -> Result<AlertView, Error> {
    let (ctx, who, body, at) = (&call.ctx, &call.who, &call.body, call.now);
    let (com, id) = (who.community.id, call.path.0);
    let comment = parse::note(Some(&body.comment), limits::NOTE_CHARS, "/comment")?;
    let before = ctx.store.alert(com, id).await?.ok_or(Refusal::Missing)?;
    let person = before.person;
    let alert = before.close(who.person.id, (body.reason, comment), at)?;
    debug_assert!(alert.state == AlertState::Closed);
    if alert.cause.silence().is_none() {
        // What a body said: the next reading, press or window counts anew, and nothing is said of doors.
        let vitals = ctx.store.vitals(com, person).await?;
        let open = vitals.filter(|one| one.open.iter().any(|open| open.alert == id));
        let change = HealthChange {
            vitals: open.map(|one| one.closed(id, at)),
            alerts: vec![alert],
            ..HealthChange::default()
        };
        ctx.store.write_health(com, &change, &beside(once)).await?;
        return stored(call, id).await;
    }
    let watched = ctx.store.watched(com, person).await?;
    // Of whom another alert is open by now is not made quiet by closing this one.
    let watched = watched.filter(|watched| watched.alert.is_none_or(|open| open == id));
    let rules = ctx.store.watch_rules(com).await?;
    let seen_at = seen(watched.as_ref(), &rules, body.seen_at, at)?;
    let sign = said(body.id, seen_at);
    let change = WatchChange {
        sign: watched.as_ref().map(|_| sign_row(person, sign, at)),
        watched: watched.map(|watched| alive(watched, sign, &rules, at)),
        alert: Some(alert),
        ..WatchChange::default()
    };
    ctx.store.write_watch(com, &change, &beside(once)).await?;
    stored(call, id).await
}

/// When they were seen, as was said. Refuses what lies ahead, what is no later than what the doors saw, and
/// what is so long ago that the silence would be too long again at once.
pub fn seen(
    watched: Option<&Watched>,
    rules: &Rules,
    said: Option<Timestamp>,
    at: Timestamp,
) -> Result<Timestamp, Error> {
    let Some(said) = said else { return Ok(at) };
    let bad = || Err(Error::invalid(Code::BadValue, "/seen_at"));
    if said > at {
        return bad();
    }
    let Some(watched) = watched else {
        return Ok(said);
    };
    let known = watched.presence.sign.is_some_and(|sign| sign.at >= said);
    let window = watched.windows(rules).of(domain::watch::Silence::NoExit);
    match known || at.duration_since(said) >= window {
        true => bad(),
        false => Ok(said),
    }
}

fn beside(once: &Once) -> Beside {
    Beside {
        command: once.record(),
        notices: Vec::new(),
    }
}
