//! Entries of service time as their readers see them. `ListHours` and `GetHours`: anybody, for
//! themselves or a child they decide for; those who approve, for anybody, who find the look in their
//! log of views. `ListPendingHours`: those who approve. `CreateHours`: anybody, by hand; safe to
//! repeat with the same id.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::Act;
use domain::activity::SignUp;
use domain::availability::{Span, instant, local_day};
use domain::hands::Shared;
use domain::hours::{Claim, Entry, EntryState, EntryStateName, Hand, Presence, refuse_twice};
use domain::person::Person;
use domain::units::Minute;
use domain::{EntryId, PersonId, Refusal, limits};
use jiff::SignedDuration;
use jiff::civil::Date;
use store::market::Beside;
use store::points::hours::HoursChange;
use store::schema::{self, Kind, Pattern};
use store::table::{kind_of, read};
use wire::points::hours::{
    CreateHours, EntryApproval, EntryView, Forgotten, GetHours, ListHours, ListPendingHours,
    PendingHours,
};
use wire::{Code, Endpoint, Page};

use super::network::standings;
use super::sign_ups::{TRIES, again_while_stale, busy, pause};
use super::volunteers::fresh;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::identity::views;
use crate::identity::voice::{self, Voice};
use crate::once::Once;
use crate::{page, parse};

/// The caller, or a child they decide for. Refuses: `Missing`.
pub(super) async fn own_or_ward<E: Endpoint>(
    call: &Call<E>,
    person: Option<PersonId>,
) -> Result<Person, Error> {
    let who = &call.who;
    let id = match person {
        Some(id) if id != who.person.id => id,
        _ => return Ok(who.person.clone()),
    };
    let person = call.ctx.store.living(who.community.id, id).await?;
    let today = local_day(call.now, &who.zone);
    match person.guardian_on(today) == Some(who.person.id) {
        true => Ok(person),
        false => Err(Refusal::Missing.into()),
    }
}

/// The caller's part in somebody's service time. `before`: who had a hand in it before, as it was read.
///
/// Who set up whose account is read after what was done with it, and consistently; as an account is set
/// up before anything is done with it, whoever stands behind a mark or an approval is found, and no
/// condition of the transaction has to say so again. The caller's own is of the read that let them in.
pub(super) async fn hand<E: Endpoint>(
    call: &Call<E>,
    of: PersonId,
    before: impl Iterator<Item = PersonId>,
) -> Result<Hand, Error> {
    let (who, com) = (&call.who, call.who.community.id);
    let me = who.person.id;
    let mut ids: Vec<PersonId> = before.chain([of]).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut concerned = call.ctx.store.people_ever_among(com, &ids).await?;
    let today = local_day(call.now, &who.zone);
    let person = concerned.iter().find(|person| person.id == of);
    let guardian = person.and_then(|person| person.guardian_on(today));
    if let Some(id) = guardian.filter(|id| *id != me && !ids.contains(id)) {
        concerned.extend(call.ctx.store.person(com, id).await?);
    }
    Ok(Hand {
        person: me,
        speaks: guardian == Some(me),
        approves: who.may(Act::ApproveHours),
        shared: Shared::of(&who.person, &concerned, call.now).also(of, guardian),
    })
}

/// An entry of this community. Refuses: `Missing`.
pub(super) async fn stored<E: Endpoint>(call: &Call<E>, id: EntryId) -> Result<Entry, Error> {
    let entry = call.ctx.store.entry(call.who.community.id, id).await?;
    Ok(entry.ok_or(Refusal::Missing)?)
}

pub async fn list(call: Call<ListHours>) -> Outcome<ListHours> {
    let limit = parse::limit(call.query.limit)?;
    let pattern_days = (call.query.from, call.query.until);
    let person = call.query.person.unwrap_or(call.who.person.id);
    let (person, voice) = voice::of(&call, person, Act::ApproveHours).await?;
    let pattern = period(&call, person.id, pattern_days)?;
    if voice == Voice::Staff {
        views::log(
            &call.ctx,
            &call.who,
            person.id,
            ListHours::NAME,
            "",
            call.now,
        )
        .await?;
    }
    let cursor = call.query.cursor.as_deref();
    let (rows, cursor) = page::page::<Entry>(&call.ctx.store, &pattern, limit, cursor).await?;
    Ok(Answer::new(Page {
        items: shown(&call, &rows).await?,
        cursor,
    }))
}

fn period<E: Endpoint>(
    call: &Call<E>,
    person: PersonId,
    (from, until): (Option<Date>, Option<Date>),
) -> Result<Pattern, Error> {
    let com = call.who.community.id;
    let midnight = |day: Date, field: &str| {
        let at = Minute::new(0).and_then(|midnight| instant(day, midnight, &call.who.zone));
        at.ok_or_else(|| Error::invalid(Code::BadValue, field))
    };
    let whole = schema::of_person(com, person, "HOURS#");
    Ok(match (from, until) {
        (None, None) => whole,
        (from, until) => {
            let today = local_day(call.now, &call.who.zone);
            let until = until.unwrap_or(today);
            let from = from.unwrap_or(Date::constant(2000, 1, 1));
            let after = until.tomorrow();
            let after = after.map_err(|_| Error::invalid(Code::BadValue, "?until"))?;
            let (from, until) = (midnight(from, "?from")?, midnight(after, "?until")?);
            if until <= from {
                return Err(Error::invalid(Code::SpanBackwards, "?until"));
            }
            // Both ends of a range belong to it; the next midnight is of the next day.
            let until = until - SignedDuration::from_millis(1);
            schema::entries_of(com, person, from, until)
        }
    })
}

pub async fn get(call: Call<GetHours>) -> Outcome<GetHours> {
    let entry = stored(&call, call.path.0).await?;
    let (_, voice) = voice::of(&call, entry.person, Act::ApproveHours).await?;
    if voice == Voice::Staff {
        views::log(
            &call.ctx,
            &call.who,
            entry.person,
            GetHours::NAME,
            "",
            call.now,
        )
        .await?;
    }
    Ok(Answer::new(one(&call, &entry).await?))
}

/// One entry as the caller sees it.
pub(super) async fn one<E: Endpoint>(call: &Call<E>, entry: &Entry) -> Result<EntryView, Error> {
    let found = shown(call, std::slice::from_ref(entry)).await?;
    Ok(found.into_iter().next().ok_or(Refusal::Missing)?)
}

async fn shown<E: Endpoint>(call: &Call<E>, entries: &[Entry]) -> Result<Vec<EntryView>, Error> {
    let (who, com) = (&call.who, call.who.community.id);
    let mut named: Vec<PersonId> = Vec::new();
    for entry in entries {
        named.extend([entry.person, entry.submitted_by]);
        named.extend(entry.approvals.iter().map(|approval| approval.by));
        if let EntryState::Refused { by, .. } = &entry.state {
            named.push(*by);
        }
    }
    named.sort_unstable();
    named.dedup();
    let mut people = call.ctx.store.people_ever_among(com, &named).await?;
    let today = local_day(call.now, &who.zone);
    let guardians: BTreeSet<PersonId> = people
        .iter()
        .filter_map(|person| person.guardian_on(today))
        .filter(|id| named.binary_search(id).is_err())
        .collect();
    let guardians: Vec<PersonId> = guardians.into_iter().collect();
    people.extend(call.ctx.store.people_ever_among(com, &guardians).await?);
    let shared = Shared::of(&who.person, &people, call.now);
    let people: BTreeMap<PersonId, Person> = people.into_iter().map(|p| (p.id, p)).collect();
    let name = |id: PersonId| people.get(&id).map(|p| p.name.clone()).unwrap_or_default();
    let network = standings(call, entries).await?;
    let view = |entry: &Entry| {
        let guardian = people.get(&entry.person).and_then(|p| p.guardian_on(today));
        let hand = Hand {
            person: who.person.id,
            speaks: guardian == Some(who.person.id),
            approves: who.may(Act::ApproveHours),
            shared: shared.clone().also(entry.person, guardian),
        };
        let refused = match &entry.state {
            EntryState::Refused { by, reason } => Some((name(*by), reason.clone())),
            EntryState::Pending | EntryState::Approved | EntryState::Superseded { .. } => None,
        };
        let superseded_by = match entry.state {
            EntryState::Superseded { by } => Some(by),
            EntryState::Pending | EntryState::Approved | EntryState::Refused { .. } => None,
        };
        let approvals = entry.approvals.iter().map(|approval| EntryApproval {
            by: approval.by,
            by_name: name(approval.by),
            at: who.moment(approval.at),
        });
        let left = limits::MANUAL_APPROVALS.saturating_sub(entry.approvals.len());
        let left = match entry.state.name() {
            EntryStateName::Pending => left,
            EntryStateName::Approved | EntryStateName::Refused | EntryStateName::Superseded => 0,
        };
        EntryView {
            id: entry.id,
            person: entry.person,
            person_name: name(entry.person),
            activity: entry.activity,
            what: entry.what.clone(),
            starts: who.moment(entry.span.from),
            ends: who.moment(entry.span.until),
            minutes: entry.minutes,
            minutes_max: entry.within.minutes(),
            source: entry.source,
            evidence: entry.evidence.clone(),
            reason: entry.reason.clone(),
            submitted_by: entry.submitted_by,
            submitted_by_name: name(entry.submitted_by),
            submitted_at: who.moment(entry.submitted_at),
            approvals: approvals.collect(),
            approvals_left: u32::try_from(left).unwrap_or(u32::MAX),
            state: entry.state.name(),
            refused_by_name: refused.as_ref().map(|(name, _)| name.clone()),
            refused_reason: refused.map(|(_, reason)| reason),
            supersedes: entry.supersedes,
            minutes_before: entry.minutes_before,
            superseded_by,
            rule: entry.rule,
            points: entry.points,
            network: network.get(&entry.id).cloned(),
            moves: moves(entry, &hand),
            ver: entry.ver,
        }
    };
    Ok(entries.iter().map(view).collect())
}

fn moves(entry: &Entry, hand: &Hand) -> Vec<String> {
    let own = hand.person == entry.person || hand.speaks;
    let another = hand.is_another(entry.person);
    let approves = entry.refuse_approval(hand).is_ok();
    let offered: &[&str] = match entry.state.name() {
        EntryStateName::Pending if approves => &["ApproveHours", "RefuseHours"],
        EntryStateName::Pending if another => &["RefuseHours"],
        EntryStateName::Approved if own => &["DisputeHours"],
        EntryStateName::Approved if another => &["CorrectHours"],
        EntryStateName::Pending
        | EntryStateName::Approved
        | EntryStateName::Refused
        | EntryStateName::Superseded => &[],
    };
    offered.iter().map(|name| (*name).to_owned()).collect()
}

pub async fn pending(call: Call<ListPendingHours>) -> Outcome<ListPendingHours> {
    let (ctx, who) = (&call.ctx, &call.who);
    let com = who.community.id;
    let limit = parse::limit(call.query.limit)?;
    let pattern = schema::waiting_hours(com);
    let after = call.query.cursor.as_deref();
    let after = after.map(|raw| page::decode(&pattern, raw)).transpose()?;
    let (items, next) = ctx.store.page(&pattern, limit, after).await?;
    let (mut rows, mut whose, mut entries) = (Vec::new(), Vec::new(), Vec::new());
    for item in items {
        match kind_of(&item) {
            Some(Kind::Entry) => {
                let entry: Entry = read(item)?;
                whose.push(entry.person);
                entries.push(entry);
                rows.push(PendingHours {
                    entry: None,
                    forgotten: None,
                });
            }
            _ => {
                let sign_up: SignUp = read(item)?;
                whose.push(sign_up.person);
                rows.extend(forgotten(&call, &sign_up).await?.map(|row| PendingHours {
                    entry: None,
                    forgotten: Some(row),
                }));
            }
        }
    }
    // In one trip for the names of all.
    let entries = shown(&call, &entries).await?;
    let open = rows.iter_mut().filter(|row| row.forgotten.is_none());
    for (row, entry) in open.zip(entries) {
        row.entry = Some(entry);
    }
    whose.sort_unstable();
    whose.dedup();
    views::log_all(ctx, who, &whose, ListPendingHours::NAME, "", call.now).await?;
    Ok(Answer::new(Page {
        items: rows,
        cursor: next.map(|place| page::encode(&pattern, &place)),
    }))
}

async fn forgotten<E: Endpoint>(
    call: &Call<E>,
    sign_up: &SignUp,
) -> Result<Option<Forgotten>, Error> {
    let (store, com) = (&call.ctx.store, call.who.community.id);
    let Some(attendance) = sign_up.attendance else {
        return Ok(None);
    };
    let waits = matches!(attendance.presence, Presence::Review { .. });
    let (Some(came), true) = (attendance.came, waits) else {
        return Ok(None);
    };
    let Some(activity) = store.activity(com, sign_up.activity).await? else {
        return Ok(None);
    };
    let person = store.person(com, sign_up.person).await?;
    let Some(person) = person.filter(|person| person.deleted_at.is_none()) else {
        return Ok(None);
    };
    Ok(Some(Forgotten {
        activity: activity.id,
        title: activity.title,
        person: sign_up.person,
        name: person.name,
        came_at: call.who.moment(came.at),
        ended_at: call.who.moment(attendance.planned.until),
        minutes: attendance.attended().map_or(0, Span::minutes),
        said_left: attendance.said.map(|said| call.who.moment(said.left)),
        said_minutes: attendance.said_minutes(),
    }))
}

pub async fn create(call: Call<CreateHours>) -> Outcome<CreateHours> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let person = call.body.person.unwrap_or(call.who.person.id);
    let (person, voice) = voice::of(&call, person, Act::ApproveHours).await?;
    if voice == Voice::Staff {
        let name = CreateHours::NAME;
        views::log(&call.ctx, &call.who, person.id, name, "", call.now).await?;
    }
    let done = again_while_stale!(&call.ctx, write_down(&call, &once, person.id));
    let again = async { one(&call, &stored(&call, call.body.id).await?).await };
    once.end(&call.ctx, done, again).await
}

async fn write_down(
    call: &Call<CreateHours>,
    once: &Once,
    person: PersonId,
) -> Result<EntryView, Error> {
    let (ctx, body, at) = (&call.ctx, &call.body, call.now);
    let com = call.who.community.id;
    let span = Span {
        from: body.starts.at,
        until: body.ends.at,
    };
    if span.until <= span.from {
        return Err(Error::invalid(Code::SpanBackwards, "/ends"));
    }
    if span.minutes() == 0 {
        return Err(Error::invalid(Code::BadValue, "/ends"));
    }
    let what = match body.activity {
        None => parse::line(&body.what, limits::TITLE_CHARS, "/what")?,
        Some(id) => {
            let bad = || Error::invalid(Code::BadValue, "/activity");
            let activity = ctx.store.activity(com, id).await?.ok_or_else(bad)?;
            if span.from < activity.starts {
                return Err(Error::invalid(Code::BadValue, "/starts"));
            }
            if span.until > activity.ends {
                return Err(Error::invalid(Code::BadValue, "/ends"));
            }
            activity.title
        }
    };
    let claim = Claim {
        id: body.id,
        community: com,
        person,
        activity: body.activity,
        what,
        span,
        evidence: parse::note(Some(&body.evidence), limits::NOTE_CHARS, "/evidence")?,
    };
    // Read first: what changes after it makes the whole stale.
    let volunteer = ctx.store.volunteer(com, person).await?;
    let volunteer = volunteer.unwrap_or_else(|| fresh(ctx, person));
    let hand = hand(call, person, std::iter::empty()).await?;
    let entry = Entry::manual(claim, hand, at)?;
    let others = ctx.store.entries_around(com, person, span).await?;
    refuse_twice(span, &others, None)?;
    let change = HoursChange {
        volunteer: volunteer.with_entry(&entry)?,
        entry,
        superseded: None,
        sign_up: None,
        gain: None,
        outdated: Vec::new(),
    };
    let beside = Beside {
        command: once.record(),
        notices: Vec::new(),
    };
    ctx.store.write_hours(&change, &beside).await?;
    one(call, &change.entry).await
}
