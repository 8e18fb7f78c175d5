//! What a wearable or its gateway says of bodies. `RecordObservations`: signed by the device, as door events are.
//! A repeat does no harm: of one moment, measure and device there is one reading, and one that is known moves
//! nothing. What is not final, not plausible or not looked at is ignored, and nothing of it is kept. What was final
//! may be corrected, or taken back as an error ([`corrected`]).
//!
//! Only devices speak here. What staff measures by hand is no watching over, and has no place in it yet.

use domain::watch::device::{When, effective};
use domain::watch::{Amount, Device, Metric, Observed, Reading};
use domain::{PersonId, limits};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};
use store::watch::ReadingRow;
use wire::watch::{EventOutcome, ObservationBody, ObservationsView, RecordObservations};
use wire::{Code, Problem};

use super::arrive::Arrived;
use super::door_events::{applied, found, ignored, is_good, refused, unsigned, verified};
use super::faces::zone;
use super::{corrected, fhir, health};
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::points::Within;

/// One observation, in whichever form it came.
pub struct Said {
    /// Absent: whoever wears the device.
    pub person: Option<PersonId>,
    pub at: Option<Timestamp>,
    pub what: Vec<What>,
}

pub enum What {
    /// In the measure's own unit.
    Reading {
        metric: Metric,
        value: Amount,
    },
    /// Stands instead of a reading that came before; absent: nothing does.
    Instead {
        metric: Metric,
        value: Option<Amount>,
    },
    Sos,
}

/// Why an observation says nothing.
pub enum Unsaid {
    /// Not final, of nothing that is known here, or without a value.
    Ignored,
    Refused(Code),
}

impl Unsaid {
    fn outcome(self) -> EventOutcome {
        match self {
            Self::Ignored => ignored(),
            Self::Refused(code) => refused(code),
        }
    }
}

pub async fn run(call: Call<RecordObservations, ()>) -> Outcome<RecordObservations> {
    let (ctx, at) = (&call.ctx, call.now);
    if call.file.len() > limits::BODY_BYTES {
        let problem = Problem::new(Code::BodyTooLarge);
        return Err(problem.with("bytes_max", limits::BODY_BYTES).into());
    }
    let signed = verified(&call)?;
    let device = found(ctx, signed.device).await?;
    if !is_good(&device, signed.key_ver) {
        return Err(unsigned());
    }
    if !is_spoken(&call.headers) {
        return Err(Problem::new(Code::WrongContentType).into());
    }
    let said = read(&call.file)?;
    let zone = zone(ctx, device.community).await?;
    let within = Within {
        community: device.community,
        zone: &zone,
        mover: None,
    };
    let mut outcomes = Vec::with_capacity(said.len());
    let mut ready = Vec::new();
    for (place, one) in said.into_iter().enumerate() {
        match one.and_then(|one| placed(one, &device, at)) {
            Ok(one) => {
                outcomes.push(ignored());
                ready.push((place, one));
            }
            Err(unsaid) => outcomes.push(unsaid.outcome()),
        }
    }
    // A device that was without a line sends in whatever order; what happened first counts first.
    ready.sort_by_key(|(_, one)| one.at);
    for (place, one) in &ready {
        let done = take(&call, &within, &device, one).await;
        let outcome = match done {
            Ok(Arrived::Applied) => applied(),
            Ok(Arrived::Ignored) => ignored(),
            Err(Error::Refused(refusal)) => refused(Problem::from(refusal).code),
            Err(Error::Invalid(problem)) => refused(problem.code),
            Err(error @ (Error::Seen | Error::Failed(_))) => return Err(error),
        };
        if let Some(there) = outcomes.get_mut(*place) {
            *there = outcome;
        }
    }
    health::spoke(ctx, device.community, device.id, at).await?;
    Ok(Answer::new(ObservationsView { outcomes }))
}

/// One observation with its person and its moment.
struct Placed {
    person: PersonId,
    at: Timestamp,
    /// By the device's own clock, right or wrong.
    said_at: Option<Timestamp>,
    approximate: bool,
    what: Vec<What>,
}

/// Refuses: `NotFound` where nobody is named and nobody wears the device. A reading that is older than a week says
/// nothing of now; whoever pressed the button calls for help, whatever their device takes the time to be.
fn placed(mut said: Said, device: &Device, received: Timestamp) -> Result<Placed, Unsaid> {
    let person = said.person.or(device.home_of);
    let person = person.ok_or(Unsaid::Refused(Code::NotFound))?;
    let oldest = SignedDuration::from_hours(limits::EVENT_AGE_DAYS * 24);
    let is_old = |at: Timestamp| received.duration_since(at) > oldest;
    if said.at.is_some_and(is_old) {
        said.what.retain(|what| matches!(what, What::Sos));
        if said.what.is_empty() {
            return Err(Unsaid::Ignored);
        }
    }
    let when = match said.at {
        None => When::Approximately(received),
        Some(at) => effective(at, received, device.skew_seconds),
    };
    Ok(Placed {
        person,
        at: when.at(),
        said_at: said.at,
        approximate: matches!(when, When::Approximately(_)),
        what: said.what,
    })
}

/// Each part of it. It counts where one of them does.
async fn take(
    call: &Call<RecordObservations, ()>,
    within: &Within<'_>,
    device: &Device,
    one: &Placed,
) -> Result<Arrived, Error> {
    let (mut arrived, at, said_at) = (Arrived::Ignored, one.at, one.said_at);
    let row = |metric: Option<Metric>, value: Option<Amount>| ReadingRow {
        person: one.person,
        device: device.id,
        at,
        metric,
        value,
        received_at: call.now,
        approximate: one.approximate,
    };
    for what in &one.what {
        let done = match *what {
            What::Sos => {
                let row = row(None, None);
                health::take(&call.ctx, within, &row, Observed::Sos { at, said_at }).await?
            }
            What::Reading { metric, value } => {
                let reading = Reading { metric, value, at };
                if !reading.is_plausible() {
                    continue;
                }
                let row = row(Some(metric), Some(value));
                health::take(&call.ctx, within, &row, Observed::Reading(reading)).await?
            }
            What::Instead { metric, value } => {
                // A sensor that was off: nothing stands instead.
                let value = value.filter(|value| {
                    (Reading {
                        metric,
                        value: *value,
                        at,
                    })
                    .is_plausible()
                });
                let row = row(Some(metric), value);
                corrected::take(&call.ctx, within, (&row, metric)).await?
            }
        };
        if done == Arrived::Applied {
            arrived = Arrived::Applied;
        }
    }
    Ok(arrived)
}

/// JSON, as FHIR calls it or as all others do.
fn is_spoken(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).map(str::trim);
    let known = ["application/json", "application/fhir+json"];
    kind.is_some_and(|kind| known.iter().any(|one| kind.eq_ignore_ascii_case(one)))
}

/// A resource, a bundle of them, or our own form. Each observation is read by itself.
fn read(bytes: &[u8]) -> Result<Vec<Result<Said, Unsaid>>, Error> {
    let whole: Value = serde_json::from_slice(bytes).map_err(|_| Problem::new(Code::BadJson))?;
    if !whole.is_object() {
        return Err(Error::invalid(Code::WrongType, ""));
    }
    match whole.get("resourceType").map(Value::as_str) {
        Some(Some("Observation")) => Ok(vec![fhir::observation(&whole)]),
        Some(Some("Bundle")) => {
            let entries = listed(&whole, "entry")?.iter();
            Ok(entries
                .map(|entry| fhir::observation(&entry["resource"]))
                .collect())
        }
        Some(_) => Err(Error::invalid(Code::BadValue, "/resourceType")),
        None => Ok(listed(&whole, "observations")?.iter().map(own).collect()),
    }
}

/// Refuses: `MissingField`, `WrongType`, `TooMany`.
fn listed<'v>(whole: &'v Value, name: &str) -> Result<&'v [Value], Error> {
    let pointer = format!("/{name}");
    let Some(list) = whole.get(name) else {
        return Err(Error::invalid(Code::MissingField, pointer));
    };
    let Some(list) = list.as_array() else {
        return Err(Error::invalid(Code::WrongType, pointer));
    };
    if list.len() > limits::OBSERVATIONS {
        let problem = Problem::new(Code::TooMany).at(pointer);
        return Err(problem.with("max", limits::OBSERVATIONS).into());
    }
    Ok(list)
}

/// What our own form has. The rest is dropped unread: a gateway may send where somebody was as well.
const OWN: [&str; 6] = ["person", "metric", "value", "unit", "sos", "at"];

fn own(raw: &Value) -> Result<Said, Unsaid> {
    let fields = raw.as_object().ok_or(Unsaid::Refused(Code::WrongType))?;
    let known = fields
        .iter()
        .filter(|(name, _)| OWN.contains(&name.as_str()));
    let known: Map<String, Value> = known
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let body: ObservationBody = serde_json::from_value(Value::Object(known))
        .map_err(|_| Unsaid::Refused(Code::BadValue))?;
    let what = match (body.sos, body.metric, body.value) {
        (true, None, None) => What::Sos,
        (false, Some(metric), Some(value)) => {
            let unit = body.unit.as_deref().unwrap_or(metric.unit());
            let value = metric.in_own_unit(value, unit);
            let value = value.ok_or(Unsaid::Refused(Code::WrongUnit))?;
            What::Reading { metric, value }
        }
        _ => return Err(Unsaid::Refused(Code::BadValue)),
    };
    Ok(Said {
        person: body.person,
        at: Some(body.at),
        what: vec![what],
    })
}
