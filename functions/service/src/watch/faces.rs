//! What pages show of people who are watched over, of doors, absences and alerts; and what a person's word
//! leaves behind.

use std::collections::{BTreeMap, BTreeSet};

use domain::care::{CauseSeen, Field};
use domain::consent::Purpose;
use domain::notice::{Carrier, Topic};
use domain::watch::absence::put_off;
use domain::watch::deadline::reached;
use domain::watch::{Alert, Device, Liveness, Passage, Rules, Sign, Watched};
use domain::{CommandId, CommunityId, DeviceId, PersonId, Refusal, limits};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use store::notify::{Attempt, Told};
use store::watch::{AbsenceRow, SignRow};
use wire::Code;
use wire::watch::{
    AbsenceView, AlertView, DeviceView, OutageView, ToldView, TriedView, WatchedFields, WatchedView,
};

use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::Who;
use crate::parse;

/// Stands for no door: what somebody said of themselves, or staff of them.
#[must_use]
pub fn no_door() -> DeviceId {
    DeviceId::from_bits(0)
}

/// Refuses: `WatchConsent` where somebody does not agree to it now, in the words in force.
pub async fn refuse_unasked(ctx: &Ctx, com: CommunityId, person: PersonId) -> Result<(), Error> {
    match ctx
        .store
        .consents_to(com, person, Purpose::WatchDoors)
        .await?
    {
        true => Ok(()),
        false => Err(Refusal::WatchConsent.into()),
    }
}

/// A reason to look, as it is written down: theirs to read.
pub fn reason(raw: &str) -> Result<String, Error> {
    let reason = parse::line(raw, limits::LINE_CHARS, "?reason")?;
    match reason.chars().count() < limits::REASON_CHARS_LEAST {
        true => Err(Error::invalid(Code::BadValue, "?reason")),
        false => Ok(reason),
    }
}

/// A sign that came by word rather than by a door. `command`: no other one of the moment has its number.
#[must_use]
pub fn said(command: CommandId, at: Timestamp) -> Sign {
    Sign {
        at,
        seq: u64::try_from(command.bits() & 0xffff_ffff).unwrap_or(0),
        passage: Passage::Opened,
    }
}

#[must_use]
pub fn sign_row(person: PersonId, sign: Sign, received_at: Timestamp) -> SignRow {
    SignRow {
        person,
        device: no_door(),
        sign,
        received_at,
        approximate: false,
    }
}

/// Seen or heard of: nobody waits for an answer, no alert is open, and the silence begins anew.
#[must_use]
pub fn alive(watched: Watched, sign: Sign, rules: &Rules, at: Timestamp) -> Watched {
    let ver = watched.ver + 1;
    let quiet = Watched {
        asked: 0,
        alert: None,
        ..watched
    };
    Watched {
        ver,
        ..quiet.with(sign, rules, at).rearmed(rules, at)
    }
}

/// By which the days of a community are counted, and moments are told.
pub async fn zone(ctx: &Ctx, com: CommunityId) -> Result<TimeZone, Error> {
    let community = ctx.store.community(com).await?;
    let zone = community.map_or(Ok(TimeZone::UTC), |here| TimeZone::get(&here.zone));
    Ok(zone.map_err(store::Error::broken)?)
}

/// The names of those among these who are still there.
pub async fn names(
    ctx: &Ctx,
    com: CommunityId,
    mut ids: Vec<PersonId>,
) -> Result<BTreeMap<PersonId, String>, Error> {
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let people = ctx.store.people_among(com, &ids).await?;
    let named = people.into_iter().map(|person| (person.id, person.name));
    Ok(named.collect())
}

fn named(names: &BTreeMap<PersonId, String>, id: Option<PersonId>) -> String {
    let name = id.and_then(|id| names.get(&id));
    name.cloned().unwrap_or_default()
}

/// Doors as they are now: who can be seen, and who may have passed unseen.
pub struct Doors(BTreeMap<DeviceId, Device>);

impl Doors {
    pub async fn of(ctx: &Ctx, com: CommunityId) -> Result<Self, Error> {
        let devices = ctx.store.devices(com).await?;
        let by_id = devices.into_iter().map(|device| (device.id, device));
        Ok(Self(by_id.collect()))
    }

    pub async fn among(ctx: &Ctx, com: CommunityId, ids: &[DeviceId]) -> Result<Self, Error> {
        if ids.is_empty() {
            return Ok(Self(BTreeMap::new()));
        }
        let devices = ctx.store.devices_among(com, ids).await?;
        let there = devices.into_iter().flatten();
        Ok(Self(there.map(|device| (device.id, device)).collect()))
    }

    fn theirs<'d>(&'d self, watched: &'d Watched) -> impl Iterator<Item = &'d Device> {
        watched.doors.iter().filter_map(move |id| self.0.get(id))
    }

    /// A door of theirs is dead, or was never heard; or none has ever seen them, a day after it was agreed.
    #[must_use]
    pub fn blind(&self, watched: &Watched, at: Timestamp) -> bool {
        if watched.is_never_seen(at) {
            return true;
        }
        let mut theirs = self.theirs(watched);
        theirs.any(|door| matches!(door.liveness(at), Liveness::Dead { .. }))
    }

    /// When somebody last passed a door of theirs who was not identified.
    fn unsure_at(&self, watched: &Watched) -> Option<Timestamp> {
        let passed = self.theirs(watched).filter_map(|door| door.unidentified_at);
        passed.max()
    }
}

/// How it stands with somebody. `fields`: what was agreed, where it is to be shown.
#[must_use]
pub fn watched_view(
    who: &Who,
    watched: &Watched,
    (name, doors, rules): (String, &Doors, &Rules),
    fields: Option<WatchedFields>,
    at: Timestamp,
) -> WatchedView {
    let mut presence = watched.presence;
    presence.unsure_at = presence.unsure_at.max(doors.unsure_at(watched));
    let (whereabouts, since, confidence) = presence.whereabouts();
    let moment = |at: Timestamp| who.moment(at);
    let due = reached(&watched.presence, watched.windows(rules), &watched.absences);
    let away = put_off(&watched.absences, watched.presence.entered_at, at);
    WatchedView {
        person: watched.person,
        name,
        whereabouts,
        since: since.map(moment),
        confidence,
        seen_at: watched.presence.sign.map(|sign| moment(sign.at)),
        due: due.map(moment),
        away_until: (away > at).then(|| moment(away)),
        blind: doors.blind(watched, at),
        alert: watched.alert,
        fields,
        ver: watched.ver,
    }
}

#[must_use]
pub fn fields(watched: &Watched) -> WatchedFields {
    WatchedFields {
        doors: watched.doors.clone(),
        credentials: watched.credentials.clone(),
        relatives_credentials: watched.relatives_credentials.clone(),
        grade: Some(watched.grade),
        own: watched.own,
        relative: watched.relative,
        relative_reports: watched.relative_reports,
    }
}

/// `people`: how many have it among their doors.
#[must_use]
pub fn device_view(who: &Who, device: &Device, people: u32, at: Timestamp) -> DeviceView {
    let dead = matches!(device.liveness(at), Liveness::Dead { .. });
    let heard_at = device.heard_at.map(|heard| who.moment(heard));
    // Before its first word it was not there.
    let outages = device.outages(at).into_iter().rev();
    let outages = outages.filter(|outage| outage.from > Timestamp::UNIX_EPOCH);
    let outages = outages
        .take(limits::OUTAGES_SHOWN)
        .map(|outage| OutageView {
            from: who.moment(outage.from),
            to: outage.to.map(|to| who.moment(to)),
        });
    DeviceView {
        id: device.id,
        name: device.name.clone(),
        sense: device.sense,
        home_of: device.home_of,
        heartbeat_minutes: device.heartbeat_minutes,
        heard_at,
        dead_since: heard_at.filter(|_| dead),
        people,
        outages: outages.collect(),
        ways: device.ways.clone(),
        key_ver: device.key_ver,
        ver: device.ver,
    }
}

/// `entered_at`: when the person last came home.
#[must_use]
pub fn absence_view(
    who: &Who,
    row: &AbsenceRow,
    entered_at: Option<Timestamp>,
    names: &BTreeMap<PersonId, String>,
) -> AbsenceView {
    let absence = &row.absence;
    let came_home = absence.ends(entered_at);
    let ended_at = row
        .ended_at
        .or((came_home < absence.until).then_some(came_home));
    AbsenceView {
        id: absence.id,
        person: row.person,
        person_name: named(names, Some(row.person)),
        kind: absence.kind,
        from: who.moment(absence.from),
        until: who.moment(absence.until),
        ended_at: ended_at.map(|at| who.moment(at)),
        by_name: named(names, Some(row.by)),
        note: row.note.clone(),
    }
}

/// Whose names a list of alerts takes.
pub fn of_alerts(alerts: &[Alert]) -> Vec<PersonId> {
    let people = alerts.iter().flat_map(|alert| {
        let others = alert.owner.into_iter().chain(alert.closed_by);
        [alert.person].into_iter().chain(others)
    });
    people.collect()
}

/// That somebody was told of an alert, and what came of it.
#[must_use]
pub fn told_view(who: &Who, told: Told) -> ToldView {
    let tried = |one: Attempt| TriedView {
        way: Carrier::of(&one.channel),
        at: who.moment(one.at),
        sent: one.sent,
        reason: one.reason,
    };
    ToldView {
        name: told.name,
        at: who.moment(told.message.at),
        over: told.message.notice.topic == Topic::AlertOver,
        read: told.message.read,
        tries: told.attempts.into_iter().map(tried).collect(),
    }
}

/// Whose it was is not shown once the lease is over: it is anybody's again. What a body says is a general word to
/// whoever does not see health.
#[must_use]
pub fn alert_view(
    who: &Who,
    sees: &BTreeSet<Field>,
    alert: &Alert,
    names: &BTreeMap<PersonId, String>,
    at: Timestamp,
) -> AlertView {
    let owner = alert.holder(at);
    let lease_until = alert.lease_until.filter(|_| owner.is_some());
    AlertView {
        id: alert.id,
        person: alert.person,
        person_name: named(names, Some(alert.person)),
        cause: CauseSeen::to(sees, alert.cause),
        metric: alert.metric.filter(|_| sees.contains(&Field::Health)),
        due: who.moment(alert.due),
        opened_at: who.moment(alert.opened_at),
        confidence: alert.confidence,
        unconfirmed: alert.unconfirmed,
        state: alert.state,
        owner,
        owner_name: named(names, owner),
        lease_until: lease_until.map(|at| who.moment(at)),
        told_steps: alert.ladder.told,
        next_step_at: alert.ladder.next_at.map(|at| who.moment(at)),
        told: Vec::new(),
        reason: alert.reason,
        closed_by_name: named(names, alert.closed_by),
        closed_at: alert.closed_at.map(|at| who.moment(at)),
        comment: alert.comment.clone(),
        rules_ver: alert.rules_ver,
        seen_at: alert.seen.map(|seen| who.moment(seen.at)),
        seen_how: alert.seen.map(|seen| seen.how),
        ver: alert.ver,
    }
}
