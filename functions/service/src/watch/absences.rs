//! Being away, said beforehand. `CreateAbsence`, `ListAbsences`, `EndAbsence`: the person; a relative of theirs
//! who may report for them; those who watch; desk helpers and grid workers, who see and end what they reported
//! themselves. Commands are safe to repeat with the same id.

use domain::access::Act;
use domain::watch::{Absence, Watched};
use domain::{AbsenceId, PersonId, Refusal, limits};
use jiff::Timestamp;
use store::market::Beside;
use store::watch::{AbsenceRow, WatchChange};
use wire::watch::{AbsenceView, CreateAbsence, EndAbsence, ListAbsences};
use wire::{Endpoint, Page};

use super::faces::{absence_view, alive, names, refuse_unasked, said, sign_row};
use super::health;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::identity::views;
use crate::once::Once;
use crate::parse;
use crate::points::tries::until_settled;

/// In whose voice a call about an absence is made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Voice {
    Own,
    Relative,
    Staff,
    /// Whoever notes what they were told, and sees nothing else.
    Reporter,
}

impl Voice {
    /// The look is written down, for the person to read.
    fn is_logged(self) -> bool {
        match self {
            Self::Staff | Self::Reporter => true,
            Self::Own | Self::Relative => false,
        }
    }

    /// Whether `who` sees this absence.
    fn sees(self, row: &AbsenceRow, who: PersonId) -> bool {
        match self {
            Self::Own | Self::Relative | Self::Staff => true,
            Self::Reporter => row.by == who,
        }
    }
}

/// Somebody's file, if they are watched over, and the caller's voice in it.
/// Refuses: `Missing` where they are not the caller's to speak for.
async fn of<E: Endpoint>(
    call: &Call<E>,
    person: PersonId,
) -> Result<(Option<Watched>, Voice), Error> {
    let (ctx, who) = (&call.ctx, &call.who);
    let com = who.community.id;
    if person != who.person.id {
        ctx.store.living(com, person).await?;
    }
    let watched = ctx.store.watched(com, person).await?;
    let relative = watched
        .as_ref()
        .filter(|watched| watched.relative_reports)
        .and_then(|watched| watched.relative);
    let voice = match () {
        () if person == who.person.id => Voice::Own,
        () if relative == Some(who.person.id) => Voice::Relative,
        () if who.may(Act::Watch) => Voice::Staff,
        () if who.may(Act::ReportAbsence) => Voice::Reporter,
        () => return Err(Refusal::Missing.into()),
    };
    Ok((watched, voice))
}

pub async fn create(call: Call<CreateAbsence>) -> Outcome<CreateAbsence> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = until_settled!(begin(&call, &once));
    let again = stored(&call, call.body.id);
    once.end(&call.ctx, done, again).await
}

async fn begin(call: &Call<CreateAbsence>, once: &Once) -> Result<AbsenceView, Error> {
    let (ctx, who, body, at) = (&call.ctx, &call.who, &call.body, call.now);
    let com = who.community.id;
    let person = body.person.unwrap_or(who.person.id);
    let note = parse::note(Some(&body.note), limits::LINE_CHARS, "/note")?;
    let (watched, _) = of(call, person).await?;
    let watched = watched.ok_or(Refusal::NotWatched)?;
    refuse_unasked(ctx, com, person).await?;
    let absence = Absence {
        id: body.id,
        kind: body.kind,
        from: body.from,
        until: body.until,
    };
    absence.refuse_span(at)?;
    let entered_at = watched.presence.entered_at;
    let mut absences = watched.absences.clone();
    absences.retain(|one| one.ends(entered_at) > at);
    if absences.len() >= limits::ABSENCES {
        let max = u32::try_from(limits::ABSENCES).unwrap_or(u32::MAX);
        return Err(Refusal::AbsencesMost { max }.into());
    }
    absences.push(absence);
    absences.sort_by_key(|one| (one.from, one.id));
    let row = AbsenceRow {
        community: com,
        person,
        absence,
        by: who.person.id,
        note,
        ended_at: None,
        ver: 1,
    };
    let rules = ctx.store.watch_rules(com).await?;
    let after = Watched {
        absences,
        ver: watched.ver + 1,
        ..watched
    };
    let change = WatchChange {
        watched: Some(after.rearmed(&rules, at)),
        absence: Some(row),
        ..WatchChange::default()
    };
    let beside = Beside {
        command: once.record(),
        notices: Vec::new(),
    };
    ctx.store.write_watch(com, &change, &beside).await?;
    stored(call, absence.id).await
}

/// An absence that the caller may see, of whom it is, and the caller's voice in it. Refuses: `Missing`.
async fn found<E: Endpoint>(
    call: &Call<E>,
    id: AbsenceId,
) -> Result<(AbsenceRow, Option<Watched>, Voice), Error> {
    let com = call.who.community.id;
    let row = call.ctx.store.absence(com, id).await?;
    let row = row.ok_or(Refusal::Missing)?;
    let (watched, voice) = of(call, row.person).await?;
    match voice.sees(&row, call.who.person.id) {
        true => Ok((row, watched, voice)),
        false => Err(Refusal::Missing.into()),
    }
}

/// An absence of theirs, as the caller may see it now. Refuses: `Missing`.
async fn stored<E: Endpoint>(call: &Call<E>, id: AbsenceId) -> Result<AbsenceView, Error> {
    let (ctx, who) = (&call.ctx, &call.who);
    let com = who.community.id;
    let (row, watched, voice) = found(call, id).await?;
    if voice.is_logged() {
        views::log(ctx, who, row.person, E::NAME, "", call.now).await?;
    }
    let names = names(ctx, com, vec![row.person, row.by]).await?;
    let entered_at = watched.and_then(|watched| watched.presence.entered_at);
    Ok(absence_view(who, &row, entered_at, &names))
}

/// The one that begins last first.
pub async fn list(call: Call<ListAbsences>) -> Outcome<ListAbsences> {
    let (ctx, who) = (&call.ctx, &call.who);
    let com = who.community.id;
    let person = call.query.person.unwrap_or(who.person.id);
    let (watched, voice) = of(&call, person).await?;
    if voice.is_logged() {
        views::log(ctx, who, person, ListAbsences::NAME, "", call.now).await?;
    }
    let mut rows = ctx.store.absences(com, person).await?;
    rows.retain(|row| voice.sees(row, who.person.id));
    rows.sort_by_key(|row| std::cmp::Reverse((row.absence.from, row.absence.id)));
    let mut people: Vec<PersonId> = rows.iter().map(|row| row.by).collect();
    people.push(person);
    let names = names(ctx, com, people).await?;
    let entered_at = watched.and_then(|watched| watched.presence.entered_at);
    let view = |row: &AbsenceRow| absence_view(who, row, entered_at, &names);
    Ok(Answer::new(Page::whole(rows.iter().map(view).collect())))
}

pub async fn end(call: Call<EndAbsence>) -> Outcome<EndAbsence> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = until_settled!(back(&call, &once));
    let again = stored(&call, call.path.0);
    once.end(&call.ctx, done, again).await
}

/// One that is over stays as it is. Whoever says of themselves that they are back gives a sign of life; of
/// whom another says it, the silence is looked at as if they had never been away.
async fn back(call: &Call<EndAbsence>, once: &Once) -> Result<AbsenceView, Error> {
    let (ctx, at, id) = (&call.ctx, call.now, call.path.0);
    let com = call.who.community.id;
    let (row, watched, voice) = found(call, id).await?;
    let entered_at = watched.as_ref().and_then(|one| one.presence.entered_at);
    if is_over(&row, entered_at, at) {
        return stored(call, id).await;
    }
    let rules = ctx.store.watch_rules(com).await?;
    let person = row.person;
    // An open alert is closed by whoever looks after it, or by “I am well”.
    let quiet = watched.as_ref().is_some_and(|one| one.alert.is_none());
    let sign = (voice == Voice::Own && quiet).then(|| said(call.body.id, at));
    let after = watched.map(|watched| {
        let mut absences = watched.absences.clone();
        absences.retain(|one| one.id != id);
        let without = Watched {
            absences,
            ..watched
        };
        match sign {
            Some(sign) => alive(without, sign, &rules, at),
            None => {
                let ver = without.ver + 1;
                Watched { ver, ..without }.rearmed(&rules, at)
            }
        }
    });
    let row = AbsenceRow {
        ended_at: Some(at),
        ver: row.ver + 1,
        ..row
    };
    let change = WatchChange {
        sign: sign.map(|sign| sign_row(person, sign, at)),
        watched: after,
        absence: Some(row),
        ..WatchChange::default()
    };
    let beside = Beside {
        command: once.record(),
        notices: Vec::new(),
    };
    ctx.store.write_watch(com, &change, &beside).await?;
    health::back(ctx, com, person, at).await?;
    stored(call, id).await
}

fn is_over(row: &AbsenceRow, entered_at: Option<Timestamp>, at: Timestamp) -> bool {
    row.ended_at.is_some() || row.absence.ends(entered_at) <= at
}
