//! The months by which service time is passed on and compared.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::availability::instant;
use crate::units::Minute;

/// A month of a year, written `YYYY-MM`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i16,
    month: i8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a month as YYYY-MM")]
pub struct BadMonth;

impl Month {
    #[must_use]
    pub fn of(day: Date) -> Self {
        Self {
            year: day.year(),
            month: day.month(),
        }
    }

    /// Its first moment, and that of the next one; `None` where the zone has no such moment.
    #[must_use]
    pub fn span(self, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
        let first = Date::new(self.year, self.month, 1).ok()?;
        let next = first.last_of_month().tomorrow().ok()?;
        let midnight = |day| instant(day, Minute::new(0)?, zone);
        Some((midnight(first)?, midnight(next)?))
    }
}

impl FromStr for Month {
    type Err = BadMonth;
    fn from_str(raw: &str) -> Result<Self, BadMonth> {
        let (year, month) = raw.split_once('-').ok_or(BadMonth)?;
        let digits = raw.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        if year.len() != 4 || month.len() != 2 || !digits {
            return Err(BadMonth);
        }
        let (year, month) = (year.parse(), month.parse());
        let (year, month) = (year.map_err(|_| BadMonth)?, month.map_err(|_| BadMonth)?);
        match (2000..=2999).contains(&year) && (1..=12).contains(&month) {
            true => Ok(Self { year, month }),
            false => Err(BadMonth),
        }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(d)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Month {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Month".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^2[0-9]{3}-(0[1-9]|1[0-2])$" })
    }
}
