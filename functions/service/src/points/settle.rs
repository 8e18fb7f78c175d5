//! Attended time becomes service time. `SettleHours`, whoever runs the activity, never for
//! themselves nor for those whose cards they scanned, nor with an account that may be in one hand with
//! theirs; one transaction for each person, so that one's refusal is not another's. The same call
//! again changes nothing. And what becomes of a check-out that was forgotten.

use domain::activity::{Activity, ActivityState, SignUp, Volunteer};
use domain::hours::{Attendance, Claim, Entry, Hand, Presence, Step, asked_at, refuse_twice};
use domain::notice::Topic;
use domain::{CommunityId, EntryId, PersonId, Refusal, limits};
use jiff::Timestamp;
use store::market::Beside;
use store::notify::Outgoing;
use store::points::hours::HoursChange;
use store::schema::Item;
use store::table::read;
use wire::points::hours::{SettleHours, SettleRow, SettledRow, Settlement};
use wire::{Code, Endpoint, Problem};

use super::answers::Worth;
use super::attendance::{place, planned};
use super::entries::hand;
use super::faces::{Within, data, notices, run_as};
use super::sign_ups::{TRIES, again_while_stale, busy, pause};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::identity::views;

pub async fn settle(call: Call<SettleHours>) -> Outcome<SettleHours> {
    let (activity, as_staff) = run_as(&call, call.path.0).await?;
    activity.refuse_cancelled()?;
    let rows = &call.body.rows;
    if rows.len() > limits::SETTLE_ROWS {
        let problem = Problem::new(Code::TooMany).at("/rows");
        return Err(problem.with("max", limits::SETTLE_ROWS).into());
    }
    for (i, row) in rows.iter().enumerate() {
        if !(1..=limits::ENTRY_MINUTES).contains(&row.minutes) {
            let problem = Problem::new(Code::BadValue).at(format!("/rows/{i}/minutes"));
            return Err(problem.with("max", limits::ENTRY_MINUTES).into());
        }
    }
    let mut done = Vec::with_capacity(rows.len());
    for row in rows {
        let settled = again_while_stale!(&call.ctx, one(&call, &activity, row));
        done.push(match settled {
            Ok((entry, points)) => SettledRow {
                person: row.person,
                entry: Some(entry),
                points: Some(points),
                refused: None,
            },
            Err(error @ Error::Failed(_)) => return Err(error),
            Err(error) => SettledRow {
                person: row.person,
                entry: None,
                points: None,
                refused: Some(error.into()),
            },
        });
    }
    call.ctx.relay_bell.notify_one();
    if as_staff {
        let mut seen: Vec<PersonId> = done
            .iter()
            .filter(|row| {
                row.refused
                    .as_ref()
                    .is_none_or(|no| no.code != Code::NotSignedUp)
            })
            .map(|row| row.person)
            .collect();
        seen.sort_unstable();
        seen.dedup();
        views::log_all(&call.ctx, &call.who, &seen, SettleHours::NAME, "", call.now).await?;
    }
    Ok(Answer::new(Settlement { rows: done }))
}

/// The entry that this call makes for somebody: the same when it is repeated.
fn entry_of(call: &Call<SettleHours>, person: PersonId) -> EntryId {
    EntryId::from_bits(call.body.id.bits().rotate_left(1) ^ person.bits())
}

async fn one(
    call: &Call<SettleHours>,
    activity: &Activity,
    row: &SettleRow,
) -> Result<(EntryId, u32), Error> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let (store, com, person) = (&ctx.store, who.community.id, row.person);
    let (sign_up, volunteer) = place(who, store, activity.id, person).await?;
    let attendance = sign_up
        .attendance
        .unwrap_or_else(|| Attendance::expected(planned(activity)));
    let id = entry_of(call, person);
    if let Presence::Settled { entry, minutes } = attendance.presence
        && entry == id
    {
        if minutes != row.minutes {
            return Err(Refusal::IdReused.into());
        }
        let before = store.entry(com, entry).await?;
        return Ok((entry, before.map_or(0, |before| before.points)));
    }
    store.living(com, person).await?;
    // Whoever runs it confirms it, whatever else they may do.
    let by = Hand {
        approves: true,
        ..hand(call, person, attendance.witnesses()).await?
    };
    let claim = Claim {
        id,
        community: com,
        person,
        activity: Some(activity.id),
        what: activity.title.clone(),
        span: planned(activity),
        evidence: String::new(),
    };
    let (entry, settled) = Entry::attended(claim, attendance, row.minutes, by, at)?;
    let others = store.entries_around(com, person, entry.span).await?;
    if let Err(refusal) = refuse_twice(entry.span, &others, None) {
        // It may be what somebody else made of this very attendance since it was read.
        let (now, _) = place(who, store, activity.id, person).await?;
        let moved = now.ver != sign_up.ver;
        return Err(if moved { Refusal::Stale } else { refusal }.into());
    }
    let worth = Worth {
        ctx,
        community: com,
        zone: &who.zone,
        at,
    };
    let (entry, gain) = worth.of(entry, None).await?;
    let points = entry.points;
    let within = Within::of(who);
    let mut words = data(&within, activity);
    words.insert("minutes".into(), row.minutes.to_string());
    words.insert("points".into(), points.to_string());
    let told = notices(ctx, &within, &[person], (Topic::HoursSettled, words), at).await?;
    let change = HoursChange {
        entry,
        volunteer: volunteer.touched(),
        superseded: None,
        sign_up: Some(SignUp {
            attendance: Some(settled),
            ver: sign_up.ver + 1,
            ..sign_up
        }),
        gain: Some(gain),
        outdated: Vec::new(),
    };
    let beside = Beside {
        command: None,
        notices: told,
    };
    store.write_hours(&change, &beside).await?;
    Ok((id, points))
}

/// An attendance that nobody ended in time, or about which both sides are to be asked. Where the
/// activity was called off with people there already, nothing of it stays. Refuses: `Stale`.
pub async fn forgotten(
    ctx: &Ctx,
    within: &Within<'_>,
    item: Item,
    at: Timestamp,
) -> Result<bool, Error> {
    let (store, com) = (&ctx.store, within.community);
    let nominated: SignUp = read(item)?;
    let person = nominated.person;
    let found = store.part(com, nominated.activity, person).await?;
    let (Some(activity), Some(sign_up), Some(volunteer)) = found else {
        return Ok(false);
    };
    let Some(attendance) = sign_up.attendance else {
        return Ok(false);
    };
    if activity.state == ActivityState::Cancelled {
        return put(ctx, com, (sign_up, volunteer), None, Vec::new()).await;
    }
    let asks = matches!(attendance.presence, Presence::Review { .. });
    let step = match asks {
        true => Step::Ask,
        false => Step::Lapse {
            ask_at: asked_at(attendance.planned.until, within.zone),
        },
    };
    let Ok(after) = attendance.apply(step, at) else {
        return Ok(false);
    };
    let mut told = Vec::new();
    if asks {
        let words = data(within, &activity);
        // Who said when they left before is not asked again.
        if attendance.said.is_none() {
            let what = (Topic::HoursForgotten, words.clone());
            told.extend(notices(ctx, within, &[person], what, at).await?);
        }
        let what = (Topic::HoursForgottenBy, words);
        let mut runs = vec![activity.organiser];
        if let Some(team) = activity.team {
            runs.extend(store.team(com, team).await?.map(|team| team.lead));
        }
        told.extend(notices(ctx, within, &runs, what, at).await?);
    }
    put(ctx, com, (sign_up, volunteer), Some(after), told).await
}

/// Refuses: `Stale`.
async fn put(
    ctx: &Ctx,
    com: CommunityId,
    (sign_up, volunteer): (SignUp, Volunteer),
    attendance: Option<Attendance>,
    notices: Vec<Outgoing>,
) -> Result<bool, Error> {
    let sign_up = SignUp {
        attendance,
        ver: sign_up.ver + 1,
        ..sign_up
    };
    let beside = Beside {
        command: None,
        notices,
    };
    let volunteer = volunteer.touched();
    let written = ctx
        .store
        .write_attendance(com, &sign_up, &volunteer, &beside);
    match written.await {
        // They left the community meanwhile.
        Err(store::Error::Refused(Refusal::Missing)) => Ok(false),
        done => Ok(done.map(|()| true)?),
    }
}
