//! A FHIR R4 Observation, as far as it counts here: whose, when, which measure, how much, in which unit, and
//! whether it stands. Everything else it may hold, such as where somebody was, who measured, and notes, is not
//! looked at. (hl7.org/fhir/R4/observation.html)

use domain::watch::observation::{LOINC, OWN_CODES, SOS_CODE};
use domain::watch::{Amount, Metric};
use jiff::Timestamp;
use serde_json::Value;
use wire::Code;

use super::observations::{Said, Unsaid, What};

const UCUM: &str = "http://unitsofmeasure.org";

/// Whether a resource stands. What is preliminary, registered or cancelled says nothing.
enum Status {
    /// Counts.
    Final,
    /// Stands instead of one that was final.
    Instead,
    /// Was final, and is an error.
    Wrong,
}

impl Status {
    fn read(raw: &str) -> Option<Self> {
        match raw {
            "final" => Some(Self::Final),
            "amended" | "corrected" => Some(Self::Instead),
            "entered-in-error" => Some(Self::Wrong),
            _ => None,
        }
    }
}

/// One resource. Refuses: `MissingField`, `BadValue`, `NotFound` for a person that cannot be, `WrongUnit`.
pub fn observation(resource: &Value) -> Result<Said, Unsaid> {
    if resource["resourceType"] != "Observation" {
        return Err(Unsaid::Refused(Code::BadValue));
    }
    let status = resource["status"].as_str();
    let status = status.ok_or(Unsaid::Refused(Code::MissingField))?;
    let status = Status::read(status).ok_or(Unsaid::Ignored)?;
    let parts = resource["component"].as_array();
    let parts = parts.map_or(&[][..], Vec::as_slice);
    let mut what = Vec::new();
    for one in [resource].into_iter().chain(parts) {
        what.extend(match status {
            Status::Final => measured(one)?,
            Status::Instead => measured(one)?.and_then(instead),
            Status::Wrong => wrong(one),
        });
    }
    if what.is_empty() {
        return Err(Unsaid::Ignored);
    }
    Ok(Said {
        person: subject(&resource["subject"])?,
        at: moment(resource)?,
        what,
    })
}

/// `Patient/per_…`, by itself or at the end of an address; or an identifier with that value.
fn subject(subject: &Value) -> Result<Option<domain::PersonId>, Unsaid> {
    if subject.is_null() {
        return Ok(None);
    }
    let reference = subject["reference"].as_str();
    let named = reference.and_then(|address| address.rsplit('/').next());
    let named = named.or(subject["identifier"]["value"].as_str());
    let person = named.and_then(|id| id.parse().ok());
    person.map(Some).ok_or(Unsaid::Refused(Code::NotFound))
}

/// When it was measured; of a span its end. A day alone says too little.
fn moment(resource: &Value) -> Result<Option<Timestamp>, Unsaid> {
    let span = &resource["effectivePeriod"];
    let said = [
        &resource["effectiveDateTime"],
        &resource["effectiveInstant"],
        &span["end"],
        &span["start"],
        &resource["issued"],
    ];
    let Some(said) = said.into_iter().find(|one| !one.is_null()) else {
        return Ok(None);
    };
    let at = said.as_str().and_then(|text| text.parse().ok());
    at.map(Some).ok_or(Unsaid::Refused(Code::BadValue))
}

/// Of a resource or one of its components. Absent: nothing that is looked at, or no value.
fn measured(part: &Value) -> Result<Option<What>, Unsaid> {
    let metric = match coded(&part["code"]) {
        None => return Ok(None),
        Some(Coded::Sos) if part["valueBoolean"] == false => return Ok(None),
        Some(Coded::Sos) => return Ok(Some(What::Sos)),
        Some(Coded::Metric(metric)) => metric,
    };
    let quantity = &part["valueQuantity"];
    // "Less than" is not a value, and neither is one that is said to be absent.
    let absent = !part["dataAbsentReason"].is_null() || !quantity["comparator"].is_null();
    let Value::Number(value) = &quantity["value"] else {
        return Ok(None);
    };
    if absent {
        return Ok(None);
    }
    let unit = match quantity["system"].as_str() {
        Some(UCUM) => quantity["code"].as_str(),
        Some(_) => None,
        None => quantity["code"].as_str().or(quantity["unit"].as_str()),
    };
    // Beyond all numbers: a sensor that is off.
    let Ok(value) = value.to_string().parse::<Amount>() else {
        return Ok(None);
    };
    let value = unit.and_then(|unit| metric.in_own_unit(value, unit));
    let value = value.ok_or(Unsaid::Refused(Code::WrongUnit))?;
    Ok(Some(What::Reading { metric, value }))
}

/// A press of the button is not taken back.
fn instead(what: What) -> Option<What> {
    match what {
        What::Reading { metric, value } => Some(What::Instead {
            metric,
            value: Some(value),
        }),
        What::Instead { .. } | What::Sos => None,
    }
}

/// Which measure it was. What it said does not matter any more.
fn wrong(part: &Value) -> Option<What> {
    match coded(&part["code"])? {
        Coded::Metric(metric) => Some(What::Instead {
            metric,
            value: None,
        }),
        Coded::Sos => None,
    }
}

enum Coded {
    Metric(Metric),
    Sos,
}

/// The first of its codes that is known here.
fn coded(concept: &Value) -> Option<Coded> {
    let codings = concept["coding"].as_array()?;
    codings.iter().find_map(|coding| {
        let code = coding["code"].as_str()?;
        match coding["system"].as_str()? {
            LOINC => Metric::of_loinc(code).map(Coded::Metric),
            OWN_CODES if code == SOS_CODE => Some(Coded::Sos),
            OWN_CODES => code.parse().ok().map(Coded::Metric),
            _ => None,
        }
    })
}
