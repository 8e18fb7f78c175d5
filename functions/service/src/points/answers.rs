//! What becomes of an entry. `ApproveHours`, `RefuseHours`, `CorrectHours`: those who approve, never
//! their own, never twice. `DisputeHours`: the person, or their guardian. Safe to repeat with the
//! same id. A correction is another entry; approved, it takes the place of the one before.

use std::iter;

use domain::availability::local_day;
use domain::certificate::Certificate;
use domain::hours::{Entry, Source, refuse_second_correction, refuse_twice};
use domain::ledger::{Gain, Rule, Served, adjust, gain};
use domain::notice::{Data, Topic};
use domain::{CommunityId, EntryId, PersonId, Refusal, limits};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use store::market::Beside;
use store::points::hours::HoursChange;
use wire::points::hours::{
    ApproveHours, CorrectHours, CorrectHoursBody, DisputeHours, EntryView, RefuseHours,
};
use wire::{Code, Endpoint, Problem};

use super::entries::{hand, one, own_or_ward, stored};
use super::faces::{Within, notices};
use super::sign_ups::{TRIES, again_while_stale, busy, pause};
use super::volunteers::fresh;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Call, Outcome};
use crate::identity::views;
use crate::once::Once;
use crate::parse;

pub async fn approve(call: Call<ApproveHours>) -> Outcome<ApproveHours> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = again_while_stale!(&call.ctx, agree(&call, &once));
    let again = as_stored(&call, call.path.0);
    once.end(&call.ctx, done, again).await
}

pub async fn refuse(call: Call<RefuseHours>) -> Outcome<RefuseHours> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = again_while_stale!(&call.ctx, turn_down(&call, &once));
    let again = as_stored(&call, call.path.0);
    once.end(&call.ctx, done, again).await
}

pub async fn dispute(call: Call<DisputeHours>) -> Outcome<DisputeHours> {
    let entry = stored(&call, call.path.0).await?;
    own_or_ward(&call, Some(entry.person)).await?;
    other_minutes(call).await
}

pub async fn correct(call: Call<CorrectHours>) -> Outcome<CorrectHours> {
    let entry = stored(&call, call.path.0).await?;
    let hand = hand(&call, entry.person, iter::empty()).await?;
    if !hand.is_another(entry.person) {
        return Err(Refusal::OwnHours.into());
    }
    let (who, name) = (&call.who, CorrectHours::NAME);
    views::log(&call.ctx, who, entry.person, name, "", call.now).await?;
    other_minutes(call).await
}

async fn other_minutes<E>(call: Call<E>) -> Outcome<E>
where
    E: Endpoint<Path = (EntryId,), Body = CorrectHoursBody, Reply = EntryView>,
{
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = again_while_stale!(&call.ctx, hand_in(&call, &once));
    let again = as_stored(&call, call.body.id);
    once.end(&call.ctx, done, again).await
}

async fn as_stored<E: Endpoint>(call: &Call<E>, id: EntryId) -> Result<EntryView, Error> {
    one(call, &stored(call, id).await?).await
}

/// What somebody's service brings in points: everything read that it is decided on.
pub(super) struct Worth<'a> {
    pub ctx: &'a Ctx,
    pub community: CommunityId,
    pub zone: &'a TimeZone,
    pub at: Timestamp,
}

impl Worth<'_> {
    /// The entry with what it gives, and the points to be written with it. `before`: the entry whose
    /// place it takes.
    pub async fn of(&self, entry: Entry, before: Option<&Entry>) -> Result<(Entry, Gain), Error> {
        let store = &self.ctx.store;
        // Corrections leave the time within which it lies as it is, and so the day whose cap it goes by;
        // of an activity, the day on which it began, also beyond midnight.
        let of = match entry.activity {
            Some(id) => store.activity(self.community, id).await?,
            None => None,
        };
        let begun = of.map_or(entry.within.from, |activity| activity.starts);
        let day = local_day(begun, self.zone);
        let (account, earned) = store.earning(self.community, entry.person, day).await?;
        let rule = self.rule(before).await?;
        let served = Served {
            entry: entry.id,
            activity: entry.activity,
            what: entry.what.clone(),
            minutes: entry.minutes,
            manual: entry.source == Source::Manual,
            day,
        };
        let today = local_day(self.at, self.zone);
        let gain = match before {
            Some(before) => adjust(
                &account,
                earned,
                &rule,
                before.points,
                served,
                today,
                self.at,
            ),
            None => gain(&account, earned, &rule, served, today, self.at),
        };
        let entry = Entry {
            rule: Some(gain.rule),
            points: gain.points,
            ..entry
        };
        Ok((entry, gain))
    }

    /// The rule an entry before went by, else the one in force.
    async fn rule(&self, before: Option<&Entry>) -> Result<Rule, Error> {
        let store = &self.ctx.store;
        if let Some(ver) = before.and_then(|before| before.rule) {
            let found = store.point_rules_among(self.community, &[ver]).await?;
            if let Some(rule) = found.into_iter().find(|rule| rule.ver == ver) {
                return Ok(rule);
            }
        }
        Ok(store.point_rule(self.community).await?)
    }
}

async fn agree(call: &Call<ApproveHours>, once: &Once) -> Result<EntryView, Error> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let com = who.community.id;
    let entry = stored(call, call.path.0).await?;
    let person = entry.person;
    views::log(ctx, who, person, ApproveHours::NAME, "", at).await?;
    let volunteer = ctx.store.volunteer(com, person).await?;
    let volunteer = volunteer.unwrap_or_else(|| fresh(ctx, person));
    let before: Vec<PersonId> = entry.approvals.iter().map(|one| one.by).collect();
    let hand = hand(call, person, before.into_iter()).await?;
    let entry = entry.approve(hand, at)?;
    let mut change = HoursChange {
        volunteer: volunteer.with_entry(&entry)?,
        entry,
        superseded: None,
        sign_up: None,
        gain: None,
        outdated: Vec::new(),
    };
    let mut told = Vec::new();
    if change.entry.counts() {
        let others = ctx
            .store
            .entries_around(com, person, change.entry.span)
            .await?;
        let others: Vec<Entry> = others
            .into_iter()
            .filter(|one| one.id != change.entry.id)
            .collect();
        refuse_twice(change.entry.span, &others, change.entry.supersedes)?;
        let before = match change.entry.supersedes {
            Some(id) => Some(stored(call, id).await?),
            None => None,
        };
        let worth = Worth {
            ctx,
            community: com,
            zone: &who.zone,
            at,
        };
        let (entry, gain) = worth.of(change.entry, before.as_ref()).await?;
        let topic = match before {
            Some(_) => Topic::HoursCorrected,
            None => Topic::HoursApproved,
        };
        if let Some(before) = before {
            change.outdated = outdated(ctx, com, person, before.id, at).await?;
            change.superseded = Some(before.supersede(entry.id, at)?);
        }
        told = tell(call, &entry, topic, "").await?;
        for certificate in &change.outdated {
            let data = Data::from([("number".to_owned(), certificate.number.to_string())]);
            let what = (Topic::CertificateOutdated, data);
            told.extend(notices(ctx, &Within::of(who), &[person], what, at).await?);
        }
        change.entry = entry;
        change.gain = Some(gain);
    }
    write(call, once, &change, told).await
}

/// Certificates that hold, and say what was superseded.
async fn outdated(
    ctx: &Ctx,
    com: CommunityId,
    person: PersonId,
    entry: EntryId,
    at: Timestamp,
) -> Result<Vec<Certificate>, Error> {
    let all = ctx.store.certificates(com, person).await?;
    Ok(all
        .iter()
        .filter_map(|one| one.outdated_by(entry, at))
        .collect())
}

async fn turn_down(call: &Call<RefuseHours>, once: &Once) -> Result<EntryView, Error> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let reason = parse::line(&call.body.reason, limits::LINE_CHARS, "/reason")?;
    let entry = stored(call, call.path.0).await?;
    let person = entry.person;
    views::log(ctx, who, person, RefuseHours::NAME, "", at).await?;
    let volunteer = ctx.store.volunteer(who.community.id, person).await?;
    let volunteer = volunteer.unwrap_or_else(|| fresh(ctx, person));
    let hand = hand(call, person, iter::empty()).await?;
    let entry = entry.refuse(hand, reason.clone(), at)?;
    let told = tell(call, &entry, Topic::HoursRefused, &reason).await?;
    let change = HoursChange {
        volunteer: volunteer.with_entry(&entry)?,
        entry,
        superseded: None,
        sign_up: None,
        gain: None,
        outdated: Vec::new(),
    };
    write(call, once, &change, told).await
}

async fn hand_in<E>(call: &Call<E>, once: &Once) -> Result<EntryView, Error>
where
    E: Endpoint<Path = (EntryId,), Body = CorrectHoursBody, Reply = EntryView>,
{
    let (ctx, who, body, at) = (&call.ctx, &call.who, &call.body, call.now);
    let com = who.community.id;
    let reason = parse::line(&body.reason, limits::LINE_CHARS, "/reason")?;
    if body.minutes > limits::ENTRY_MINUTES {
        let problem = Problem::new(Code::BadValue).at("/minutes");
        return Err(problem.with("max", limits::ENTRY_MINUTES).into());
    }
    let person = stored(call, call.path.0).await?.person;
    let volunteer = ctx.store.volunteer(com, person).await?;
    let volunteer = volunteer.unwrap_or_else(|| fresh(ctx, person));
    // Read after it: what changes meanwhile makes the whole stale.
    let before = stored(call, call.path.0).await?;
    let hand = hand(call, person, iter::empty()).await?;
    let entry = before.corrected(body.id, body.minutes, reason, hand, at)?;
    let others = ctx.store.entries_around(com, person, entry.within).await?;
    refuse_second_correction(before.id, &others)?;
    refuse_twice(entry.span, &others, Some(before.id))?;
    let change = HoursChange {
        volunteer: volunteer.with_entry(&entry)?,
        entry,
        superseded: None,
        sign_up: None,
        gain: None,
        outdated: Vec::new(),
    };
    write(call, once, &change, Vec::new()).await
}

async fn tell<E: Endpoint>(
    call: &Call<E>,
    entry: &Entry,
    topic: Topic,
    reason: &str,
) -> Result<Vec<store::notify::Outgoing>, Error> {
    let data = Data::from([
        ("entry".to_owned(), entry.id.to_string()),
        ("minutes".into(), entry.minutes.to_string()),
        ("reason".into(), reason.to_owned()),
    ]);
    let within = Within::of(&call.who);
    notices(&call.ctx, &within, &[entry.person], (topic, data), call.now).await
}

async fn write<E: Endpoint>(
    call: &Call<E>,
    once: &Once,
    change: &HoursChange,
    notices: Vec<store::notify::Outgoing>,
) -> Result<EntryView, Error> {
    let beside = Beside {
        command: once.record(),
        notices,
    };
    call.ctx.store.write_hours(change, &beside).await?;
    call.ctx.relay_bell.notify_one();
    one(call, &change.entry).await
}
