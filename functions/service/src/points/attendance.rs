//! Coming and going. `CheckIn` and `CheckOut` by the code at the door, and `SayLeft` where the second was
//! forgotten: anybody who is signed up, or their guardian; `ScanCard` and `MarkMissed`, whoever runs the
//! activity. Safe to repeat with the same command id, also when the code has changed since.

use domain::activity::{self, Activity, SignUp, SignUpState, Volunteer};
use domain::availability::Span;
use domain::hours::{Attendance, Mark, Presence, Said, Sign, Step};
use domain::notice::Topic;
use domain::{ActivityId, CommandId, PersonId, Refusal, limits};
use store::market::Beside;
use store::notify::Outgoing;
use wire::points::hours::{
    AttendanceView, CheckBody, CheckIn, CheckOut, MarkMissed, SayLeft, ScanCard,
};
use wire::{Code, Endpoint};

use super::door;
use super::entries::own_or_ward;
use super::faces::{Within, data, notices, run_as};
use crate::error::Error;
use crate::http::{Call, Outcome, Who};
use crate::identity::views;
use crate::once::Once;

/// How often a move is decided again because somebody else moved first.
const STALE_TRIES: u32 = 5;

pub async fn check_in(call: Call<CheckIn>) -> Outcome<CheckIn> {
    checked(call, Step::Come).await
}

pub async fn check_out(call: Call<CheckOut>) -> Outcome<CheckOut> {
    checked(call, Step::Leave).await
}

async fn checked<E>(call: Call<E>, step: fn(Mark) -> Step) -> Outcome<E>
where
    E: Endpoint<Path = (ActivityId,), Body = CheckBody, Reply = AttendanceView>,
{
    let once = of(&call, call.body.id);
    let person = own_or_ward(&call, call.body.person).await?;
    let mark = mark(&call, Sign::Code);
    let done = async {
        let id = call.path.0;
        let activity = call.ctx.store.activity(call.who.community.id, id).await?;
        let activity = activity.ok_or(Refusal::Missing)?;
        activity.refuse_cancelled()?;
        door::check(&call.ctx.secret, &activity, &call.body.code, call.now)?;
        let step = |_: &SignUp, _: &Attendance| Ok(Some(step(mark)));
        advance(&call, &once, &activity, person.id, step).await
    };
    let done = done.await;
    let again = seen(&call, person.id);
    once.end(&call.ctx, done, again).await
}

/// When somebody left who forgot to check out, by their own word: it makes no hour, and is shown to whoever
/// settles it. Absent: as planned.
pub async fn say(call: Call<SayLeft>) -> Outcome<SayLeft> {
    let once = of(&call, call.body.id);
    let person = own_or_ward(&call, call.body.person).await?.id;
    let (store, com) = (&call.ctx.store, call.who.community.id);
    let moved = |sign_up: &SignUp| sign_up.ver != call.body.ver;
    let step = |sign_up: &SignUp, before: &Attendance| {
        if moved(sign_up) {
            return Err(Refusal::Stale.into());
        }
        let left = call.body.left.map_or(before.planned.until, |left| left.at);
        let step = Step::Say(Said {
            left,
            by: call.who.person.id,
            at: call.now,
        });
        // How it stands is said before what is wrong with the time.
        before.apply(step, call.now)?;
        match before.may_have_left(left) {
            true => Ok(Some(step)),
            false => Err(Error::invalid(Code::BadValue, "/left")),
        }
    };
    let done = async {
        let (activity, sign_up, _) = store.part(com, call.path.0, person).await?;
        let activity = activity.ok_or(Refusal::Missing)?;
        if sign_up.as_ref().is_some_and(moved) {
            return Err(Refusal::Stale.into());
        }
        activity.refuse_cancelled()?;
        advance(&call, &once, &activity, person, step).await
    };
    let done = done.await;
    let again = seen(&call, person);
    once.end(&call.ctx, done, again).await
}

/// In, or out where they are in; who is seen again at once stays in.
pub async fn scan(call: Call<ScanCard>) -> Outcome<ScanCard> {
    let once = of(&call, call.body.id);
    let (activity, as_staff) = run_as(&call, call.path.0).await?;
    let card = activity::card(&call.body.card).ok_or(Refusal::Missing)?;
    let volunteer = call.ctx.store.volunteer_by_card(activity.community, &card);
    let person = volunteer.await?.ok_or(Refusal::Missing)?.person;
    let mark = mark(&call, Sign::Card);
    let step = |_: &SignUp, attendance: &Attendance| {
        Ok(match attendance.presence {
            Presence::In if just_came(attendance, mark) => None,
            Presence::In => Some(Step::Leave(mark)),
            Presence::Expected
            | Presence::Out
            | Presence::Review { .. }
            | Presence::NoShow { .. }
            | Presence::Settled { .. } => Some(Step::Come(mark)),
        })
    };
    let done = match activity.refuse_cancelled() {
        Ok(()) => advance(&call, &once, &activity, person, step).await,
        Err(refusal) => Err(refusal.into()),
    };
    let again = seen(&call, person);
    let answer = once.end(&call.ctx, done, again).await?;
    written_down(&call, as_staff, person).await?;
    Ok(answer)
}

/// Whose coming and going staff are shown finds that in their log.
async fn written_down<E: Endpoint>(
    call: &Call<E>,
    as_staff: bool,
    person: PersonId,
) -> Result<(), Error> {
    if as_staff {
        views::log(&call.ctx, &call.who, person, E::NAME, "", call.now).await?;
    }
    Ok(())
}

fn just_came(attendance: &Attendance, mark: Mark) -> bool {
    let since = |came: Mark| mark.at.duration_since(came.at).as_secs();
    let is_in = attendance.presence == Presence::In;
    let came = attendance.came.filter(|came| came.sign == Sign::Card);
    is_in && came.is_some_and(|came| since(came) < limits::CARD_AGAIN_SECONDS)
}

pub async fn missed(call: Call<MarkMissed>) -> Outcome<MarkMissed> {
    let once = of(&call, call.body.id);
    let (activity, as_staff) = run_as(&call, call.path.0).await?;
    let (person, by) = (call.body.person, call.who.person.id);
    let step = |_: &SignUp, _: &Attendance| Ok(Some(Step::Missed { by }));
    let done = match activity.refuse_cancelled() {
        Ok(()) => advance(&call, &once, &activity, person, step).await,
        Err(refusal) => Err(refusal.into()),
    };
    let again = seen(&call, person);
    let answer = once.end(&call.ctx, done, again).await?;
    written_down(&call, as_staff, person).await?;
    Ok(answer)
}

fn of<E: Endpoint>(call: &Call<E>, id: CommandId) -> Once {
    Once::of(call, Some(id.to_string()))
}

fn mark<E: Endpoint>(call: &Call<E>, sign: Sign) -> Mark {
    Mark {
        at: call.now,
        sign,
        by: call.who.person.id,
    }
}

/// The planned time of an activity.
pub(super) fn planned(activity: &Activity) -> Span {
    Span {
        from: activity.starts,
        until: activity.ends,
    }
}

/// Somebody's place at an activity, and their file. Refuses: `NotSignedUp`.
pub(super) async fn place(
    who: &Who,
    store: &store::Store,
    activity: ActivityId,
    person: PersonId,
) -> Result<(SignUp, Volunteer), Error> {
    let (_, sign_up, volunteer) = store.part(who.community.id, activity, person).await?;
    let sign_up = sign_up.filter(|sign_up| sign_up.state == SignUpState::Going);
    match (sign_up, volunteer) {
        (Some(sign_up), Some(volunteer)) => Ok((sign_up, volunteer)),
        _ => Err(Refusal::NotSignedUp.into()),
    }
}

/// Moves an attendance on. Without a step it stays as it is, and the command is kept all the same: a
/// repeat later on is no step either.
async fn advance<E>(
    call: &Call<E>,
    once: &Once,
    activity: &Activity,
    person: PersonId,
    step: impl Fn(&SignUp, &Attendance) -> Result<Option<Step>, Error>,
) -> Result<AttendanceView, Error>
where
    E: Endpoint<Reply = AttendanceView>,
{
    let store = &call.ctx.store;
    let mut stale = Refusal::Stale.into();
    for _ in 0..STALE_TRIES {
        let (sign_up, volunteer) = place(&call.who, store, activity.id, person).await?;
        let before = sign_up
            .attendance
            .unwrap_or_else(|| Attendance::expected(planned(activity)));
        let after = match step(&sign_up, &before)? {
            Some(step) => before.apply(step, call.now)?,
            None => before,
        };
        let sign_up = SignUp {
            attendance: Some(after),
            ver: sign_up.ver + 1,
            ..sign_up
        };
        let beside = Beside {
            command: once.record(),
            notices: taken_away(call, activity, person, (&before, &after)).await?,
        };
        let com = activity.community;
        let volunteer = volunteer.touched();
        let written = store.write_attendance(com, &sign_up, &volunteer, &beside);
        match written.await.map_err(Error::from) {
            Ok(()) => {
                call.ctx.relay_bell.notify_one();
                return view(call, activity, &sign_up).await;
            }
            Err(error @ Error::Refused(Refusal::Stale)) => stale = error,
            Err(error) => return Err(error),
        }
    }
    Err(stale)
}

/// Somebody who was seen there is told that by somebody's word they were not.
async fn taken_away<E: Endpoint>(
    call: &Call<E>,
    activity: &Activity,
    person: PersonId,
    (before, after): (&Attendance, &Attendance),
) -> Result<Vec<Outgoing>, Error> {
    if before.came.is_none() || before.is_missed() || !after.is_missed() {
        return Ok(Vec::new());
    }
    let within = Within::of(&call.who);
    let what = (Topic::HoursMissed, data(&within, activity));
    notices(&call.ctx, &within, &[person], what, call.now).await
}

/// What a repeated call is about.
async fn seen<E>(call: &Call<E>, person: PersonId) -> Result<AttendanceView, Error>
where
    E: Endpoint<Path = (ActivityId,), Reply = AttendanceView>,
{
    let (store, com) = (&call.ctx.store, call.who.community.id);
    let (activity, sign_up, _) = store.part(com, call.path.0, person).await?;
    let activity = activity.ok_or(Refusal::Missing)?;
    view(call, &activity, &sign_up.ok_or(Refusal::Missing)?).await
}

async fn view<E: Endpoint>(
    call: &Call<E>,
    activity: &Activity,
    sign_up: &SignUp,
) -> Result<AttendanceView, Error> {
    let (who, com) = (&call.who, activity.community);
    let person = call.ctx.store.person(com, sign_up.person).await?;
    let attendance = activity.attendance(sign_up).copied();
    let attendance = attendance.unwrap_or_else(|| Attendance::expected(planned(activity)));
    let entry = match attendance.presence {
        Presence::Settled { entry, .. } => Some(entry),
        Presence::Expected
        | Presence::In
        | Presence::Out
        | Presence::Review { .. }
        | Presence::NoShow { .. } => None,
    };
    Ok(AttendanceView {
        activity: activity.id,
        title: activity.title.clone(),
        person: sign_up.person,
        name: person.map(|person| person.name).unwrap_or_default(),
        state: attendance.presence.name(),
        came_at: attendance.came_at().map(|at| who.moment(at)),
        left_at: attendance.left_at().map(|at| who.moment(at)),
        minutes: attendance.minutes(),
        said_left: attendance.said.map(|said| who.moment(said.left)),
        entry,
    })
}
