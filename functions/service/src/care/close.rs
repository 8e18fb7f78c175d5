//! How a case ends, and what it taught. `CloseCase`, `ReopenCase`, `MergeCase`, `ReflectCase`: those who work on
//! cases; each is safe to repeat with the same id. A case is closed together with its alerts, and whoever is watched
//! is watched again; where nobody would know of the person any more it stays open.

use domain::care::{CareFile, Closing, Left, Reflection};
use domain::watch::{Alert, Rules, Watched};
use domain::{AlertId, CaseId, Refusal, limits};
use jiff::Timestamp;
use store::care::CareChange;
use wire::care::{CaseView, CloseCase, MergeCase, ReflectCase, ReopenCase};
use wire::{Code, Endpoint};

use super::cases::shown;
use super::change::{commit, stored, write};
use crate::error::Error;
use crate::http::{Call, Outcome};
use crate::once::Once;
use crate::parse;
use crate::points::tries::until_settled;
use crate::watch::alerts::seen;
use crate::watch::faces::{alive, said, sign_row};

async fn now<E: Endpoint>(call: &Call<E>, id: CaseId) -> Result<CaseView, Error> {
    let case = stored(&call.ctx, call.who.community.id, id).await?;
    shown(call, &case).await
}

pub async fn close(call: Call<CloseCase>) -> Outcome<CloseCase> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = until_settled!(closed(&call, &once));
    let again = now(&call, call.path.0);
    once.end(&call.ctx, done, again).await
}

async fn closed(call: &Call<CloseCase>, once: &Once) -> Result<CaseView, Error> {
    let (ctx, body, at) = (&call.ctx, &call.body, call.now);
    let (com, me) = (call.who.community.id, call.who.person.id);
    let comment = parse::note(Some(&body.comment), limits::NOTE_CHARS, "/comment")?;
    let Some(alert_reason) = body.reason.of_alert() else {
        return Err(Error::invalid(Code::BadValue, "/reason"));
    };
    let case = stored(ctx, com, call.path.0).await?;
    let watched = ctx.store.watched(com, case.person).await?;
    let rules = ctx.store.watch_rules(com).await?;
    let proof = match body.seen_at {
        Some(said) => Some(seen(watched.as_ref(), &rules, Some(said), at)?),
        None => case.seen_at,
    };
    let standing: Vec<AlertId> = case
        .alerts
        .iter()
        .filter(|one| one.over_at.is_none())
        .map(|one| one.id)
        .collect();
    // Whether it can be closed at all comes first; what it leaves is known only then.
    let closing = |left: Left| Closing {
        at,
        by: Some(me),
        reason: body.reason,
        comment: comment.clone(),
        left,
    };
    case.clone().closed(closing(Left::ProofOfLife(at)))?;
    let left = Left::of(watched.as_ref(), proof, at)?;
    let after = case.closed(closing(left))?;
    let mut alerts = Vec::new();
    for id in &standing {
        let Some(alert) = ctx.store.alert(com, *id).await? else {
            continue;
        };
        let ver = alert.ver + 1;
        let word = (alert_reason, comment.clone());
        let over = alert
            .handed(me, &rules, at)
            .and_then(|alert| alert.close(me, word, at));
        // What is over already stays as it ended.
        alerts.extend(over.ok().map(|alert| Alert { ver, ..alert }));
    }
    let vitals = ctx.store.vitals(com, after.person).await?;
    let vitals = vitals.filter(|one| one.open.iter().any(|open| standing.contains(&open.alert)));
    let vitals = vitals.map(|before| {
        let ver = before.ver + 1;
        let closed = standing.iter().fold(before, |one, id| one.closed(*id, at));
        domain::watch::Vitals { ver, ..closed }
    });
    // Of whom an alert is open that is none of this case's is not made quiet by closing it.
    let ours = |one: &Watched| one.alert.is_none_or(|open| standing.contains(&open));
    let watched = watched.filter(ours);
    let sign = proof.map(|proof| said(body.id, proof));
    let watched = watched.and_then(|one| watched_again(one, sign, &rules, at));
    let file = ctx.store.care_file(com, after.person).await?;
    let file = file.unwrap_or_else(|| CareFile::new(com, after.person, at));
    let file = match proof {
        Some(proof) => file.seen(proof),
        None => file,
    };
    let person = after.person;
    let change = CareChange {
        cases: vec![after],
        file: Some(file.with_case(None).next()),
        alerts,
        sign: sign
            .filter(|_| watched.is_some())
            .map(|sign| sign_row(person, sign, at)),
        watched,
        vitals,
        ..CareChange::default()
    };
    write(ctx, com, &change, once, Vec::new()).await?;
    now(call, call.path.0).await
}

/// Seen, the silence begins anew from then; else the person is looked at again at once, or when they come back.
/// None where nothing changes.
fn watched_again(
    before: Watched,
    sign: Option<domain::watch::Sign>,
    rules: &Rules,
    at: Timestamp,
) -> Option<Watched> {
    match sign {
        Some(sign) => Some(alive(before, sign, rules, at)),
        None if before.alert.is_none() => None,
        None => {
            let ver = before.ver + 1;
            let quiet = Watched {
                asked: 0,
                alert: None,
                ..before
            };
            Some(Watched {
                ver,
                ..quiet.rearmed(rules, at)
            })
        }
    }
}

pub async fn reopen(call: Call<ReopenCase>) -> Outcome<ReopenCase> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = until_settled!(reopened(&call, &once));
    let again = now(&call, call.path.0);
    once.end(&call.ctx, done, again).await
}

async fn reopened(call: &Call<ReopenCase>, once: &Once) -> Result<CaseView, Error> {
    let (ctx, at) = (&call.ctx, call.now);
    let (com, me) = (call.who.community.id, call.who.person.id);
    let said = parse::line(&call.body.said, limits::NOTE_CHARS, "/said")?;
    let before = stored(ctx, com, call.path.0).await?;
    let after = before.reopened(me, &said, at)?;
    let file = ctx.store.care_file(com, after.person).await?;
    let file = file.unwrap_or_else(|| CareFile::new(com, after.person, at));
    if file.case.is_some() {
        return Err(Refusal::CaseOpen.into());
    }
    let id = after.id;
    let change = CareChange {
        cases: vec![after],
        file: Some(file.with_case(Some(id)).next()),
        ..CareChange::default()
    };
    write(ctx, com, &change, once, Vec::new()).await?;
    now(call, id).await
}

pub async fn merge(call: Call<MergeCase>) -> Outcome<MergeCase> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = until_settled!(merged(&call, &once));
    let again = now(&call, call.body.into);
    once.end(&call.ctx, done, again).await
}

async fn merged(call: &Call<MergeCase>, once: &Once) -> Result<CaseView, Error> {
    let (ctx, at) = (&call.ctx, call.now);
    let (com, me) = (call.who.community.id, call.who.person.id);
    let into = stored(ctx, com, call.body.into).await?;
    let before = stored(ctx, com, call.path.0).await?;
    let (part, whole) = before.merged_into(into, me, at)?;
    let change = CareChange {
        cases: vec![part, whole],
        ..CareChange::default()
    };
    write(ctx, com, &change, once, Vec::new()).await?;
    now(call, call.body.into).await
}

pub async fn reflect(call: Call<ReflectCase>) -> Outcome<ReflectCase> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = until_settled!(reflected(&call, &once));
    let again = now(&call, call.path.0);
    once.end(&call.ctx, done, again).await
}

async fn reflected(call: &Call<ReflectCase>, once: &Once) -> Result<CaseView, Error> {
    let (ctx, body) = (&call.ctx, &call.body);
    let com = call.who.community.id;
    let lesson = parse::line(&body.lesson, limits::NOTE_CHARS, "/lesson")?;
    let rules = ctx.store.watch_rules(com).await?;
    if body.rules_ver.is_some_and(|ver| ver > rules.ver) {
        return Err(Error::invalid(Code::BadValue, "/rules_ver"));
    }
    let before = stored(ctx, com, call.path.0).await?;
    let reflection = Reflection {
        at: call.now,
        by: call.who.person.id,
        lesson,
        rules_ver: body.rules_ver,
    };
    let after = before.clone().reflected(reflection)?;
    commit(call, once, &before, after).await?;
    now(call, call.path.0).await
}

#[cfg(test)]
mod tests {
    use domain::care::CaseReason;

    #[test]
    fn what_happens_by_itself_is_said_by_nobody() {
        let by_itself = [CaseReason::SignOfLife, CaseReason::Merged, CaseReason::Left];
        for reason in CaseReason::ALL {
            let hand = !by_itself.contains(reason);
            assert_eq!(reason.of_alert().is_some(), hand, "{reason}");
        }
    }
}
