//! What doors said before. `ImportDoorEvents`: administrators. A file of lines as `linli backtest` reads them;
//! `person` is their id or a card of theirs, `device` the id of a door of this community, or nothing. Each
//! line is answered by itself. A repeat does no harm: a sign that is known moves nothing.
//!
//! Lines go the way of everything a door says, with one difference: what was before somebody was watched over
//! is kept, and says nothing of the silence since. What is older than signs are kept is passed over.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use domain::watch::{Passage, Sign, Watched};
use domain::{DeviceId, PersonId, Refusal, limits};
use jiff::{SignedDuration, Timestamp};
use store::watch::{CredentialOf, SignRow};
use wire::watch::{EventOutcome, ImportDoorEvents, ImportDoorEventsView, ImportedLine};
use wire::{Code, Problem};

use super::arrive::{Arrived, arrived, keep};
use super::door_events::{applied, ignored, refused};
use super::faces::no_door;
use super::log::{self, Row, Why};
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};

pub async fn run(call: Call<ImportDoorEvents>) -> Outcome<ImportDoorEvents> {
    let text = str::from_utf8(&call.file).map_err(|_| bad_file("encoding"))?;
    let rows = log::rows(text, &call.who.zone).map_err(|_| bad_file("columns"))?;
    if rows.len() > limits::HISTORY_ROWS {
        let problem = bad_file("too_many_rows");
        return Err(problem.with("max", limits::HISTORY_ROWS).into());
    }
    let mut taking = Taking::of(&call).await?;
    let mut order: Vec<usize> = (0..rows.len()).collect();
    // The latest first: what is known moves once, and the rest is kept.
    order.sort_by_key(|n| Reverse(rows[*n].sign.as_ref().ok().copied().flatten()));
    let mut lines = BTreeMap::new();
    for n in order {
        let row = &rows[n];
        let (column, outcome) = match taking.one(row).await? {
            Ok(outcome) => ("", outcome),
            Err((column, code)) => (column, refused(code)),
        };
        let column = column.to_owned();
        let line = row.line;
        let said = ImportedLine {
            line,
            column,
            outcome,
        };
        lines.insert(n, said);
    }
    let lines: Vec<ImportedLine> = lines.into_values().collect();
    let count = |what: fn(&EventOutcome) -> bool| {
        let some = lines.iter().filter(|line| what(&line.outcome));
        u32::try_from(some.count()).unwrap_or(u32::MAX)
    };
    Ok(Answer::new(ImportDoorEventsView {
        applied: count(|outcome| outcome.applied),
        ignored: count(|outcome| outcome.ignored),
        refused: count(|outcome| outcome.refused.is_some()),
        lines,
    }))
}

/// Nothing of such a file is taken.
fn bad_file(what: &'static str) -> Problem {
    Problem::new(Code::BadFile).with("what", what)
}

/// A line that is not taken: which column is wrong, and how.
type Wrong = (&'static str, Code);

/// What is asked once for all lines.
struct Taking<'c> {
    call: &'c Call<ImportDoorEvents>,
    doors: BTreeSet<DeviceId>,
    oldest: Timestamp,
    cards: BTreeMap<String, Vec<CredentialOf>>,
    people: BTreeMap<PersonId, Option<Watched>>,
}

impl<'c> Taking<'c> {
    async fn of(call: &'c Call<ImportDoorEvents>) -> Result<Self, Error> {
        let doors = call.ctx.store.devices(call.who.community.id).await?;
        let kept = SignedDuration::from_hours(24 * limits::EVENT_DAYS);
        Ok(Self {
            call,
            doors: doors.into_iter().map(|door| door.id).collect(),
            oldest: call.now.checked_sub(kept).unwrap_or(Timestamp::MIN),
            cards: BTreeMap::new(),
            people: BTreeMap::new(),
        })
    }

    /// The outer error ends the file where it is; what was taken stays.
    async fn one(&mut self, row: &Row) -> Result<Result<EventOutcome, Wrong>, Error> {
        let now = self.call.now;
        let sign = match &row.sign {
            Ok(Some(sign)) => *sign,
            Ok(None) => return Ok(Ok(ignored())),
            Err((column, why)) => return Ok(Err((*column, code(*why)))),
        };
        if sign.at > now {
            return Ok(Err(("time", Code::BadValue)));
        }
        let device = match door(&row.device) {
            Some(device) if device == no_door() || self.doors.contains(&device) => device,
            Some(_) | None => return Ok(Err(("device", Code::NotFound))),
        };
        let mut done: Result<EventOutcome, Wrong> = Err(("person", Code::NotWatched));
        for of in self.whose(&row.person).await? {
            let next = self.said_of(&of, device, sign).await?;
            let better = match (&done, &next) {
                (Ok(done), Ok(next)) => next.applied && !done.applied,
                (Err(_), _) => true,
                (Ok(_), Err(_)) => false,
            };
            if better {
                done = next;
            }
        }
        Ok(done)
    }

    /// What it says of one of those to whom it leads.
    async fn said_of(
        &mut self,
        of: &CredentialOf,
        device: DeviceId,
        sign: Sign,
    ) -> Result<Result<EventOutcome, Wrong>, Error> {
        let person = of.person;
        let Some(watched) = self.watched(person).await? else {
            return Ok(Err(("person", Code::NotWatched)));
        };
        if sign.at < self.oldest {
            return Ok(Ok(ignored()));
        }
        let passage = match of.own {
            true => sign.passage,
            false => Passage::Unidentified,
        };
        let before = sign.at < watched.since;
        let Some(passage) = watched.at_door(device, passage) else {
            return Ok(Ok(ignored()));
        };
        let sign = Sign { passage, ..sign };
        self.take((person, device, sign), before).await
    }

    /// `before`: it was before they were watched over.
    async fn take(
        &self,
        (person, device, sign): (PersonId, DeviceId, Sign),
        before: bool,
    ) -> Result<Result<EventOutcome, Wrong>, Error> {
        let (ctx, com) = (&self.call.ctx, self.call.who.community.id);
        let row = SignRow {
            person,
            device,
            sign,
            received_at: self.call.now,
            approximate: false,
        };
        let done = match before {
            true => keep(ctx, com, &row).await,
            false => arrived(ctx, com, &row).await,
        };
        match done {
            Ok(Arrived::Applied) => Ok(Ok(applied())),
            Ok(Arrived::Ignored) => Ok(Ok(ignored())),
            // They took their consent back meanwhile.
            Err(Error::Refused(Refusal::Stale)) => Ok(Err(("person", Code::NotWatched))),
            Err(error) => Err(error),
        }
    }

    /// Whom a line is about, and whether what passed was theirs: an id is.
    async fn whose(&mut self, said: &str) -> Result<Vec<CredentialOf>, Error> {
        if let Ok(person) = said.parse::<PersonId>() {
            return Ok(vec![CredentialOf { person, own: true }]);
        }
        // Nobody has so long a card.
        if said.chars().nth(limits::DOOR_FIELD_CHARS).is_some() {
            return Ok(Vec::new());
        }
        if let Some(known) = self.cards.get(said) {
            return Ok(known.clone());
        }
        let com = self.call.who.community.id;
        let of = self.call.ctx.store.credentials_of(com, said).await?;
        self.cards.insert(said.to_owned(), of.clone());
        Ok(of)
    }

    async fn watched(&mut self, person: PersonId) -> Result<Option<Watched>, Error> {
        if let Some(known) = self.people.get(&person) {
            return Ok(known.clone());
        }
        let com = self.call.who.community.id;
        let found = self.call.ctx.store.watched(com, person).await?;
        self.people.insert(person, found.clone());
        Ok(found)
    }
}

/// Absent where it is no id.
fn door(said: &str) -> Option<DeviceId> {
    match said {
        "" => Some(no_door()),
        said => said.parse().ok(),
    }
}

fn code(why: Why) -> Code {
    match why {
        Why::Missing | Why::NoColumn(_) => Code::MissingField,
        Why::TooLong => Code::TooLong,
        Why::NoTime | Why::NoDirection | Why::Backwards | Why::Unreadable => Code::BadValue,
    }
}
