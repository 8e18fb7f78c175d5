//! Small value types that cross every layer: money and minutes of a local day.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Money in fen (1/100 yuan).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Fen(pub i64);

/// A minute of a local day, 00:00 to 24:00, written `HH:MM`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minute(u16);

impl Minute {
    #[must_use]
    pub fn new(minutes: u16) -> Option<Self> {
        (minutes <= 24 * 60).then_some(Self(minutes))
    }

    #[must_use]
    pub fn get(self) -> u16 {
        self.0
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a time of day as HH:MM")]
pub struct BadMinute;

impl FromStr for Minute {
    type Err = BadMinute;
    fn from_str(raw: &str) -> Result<Self, BadMinute> {
        let (hours, minutes) = raw.split_once(':').ok_or(BadMinute)?;
        if hours.len() != 2
            || minutes.len() != 2
            || !raw.bytes().all(|b| b.is_ascii_digit() || b == b':')
        {
            return Err(BadMinute);
        }
        let hours: u16 = hours.parse().map_err(|_| BadMinute)?;
        let minutes: u16 = minutes.parse().map_err(|_| BadMinute)?;
        if minutes > 59 {
            return Err(BadMinute);
        }
        Self::new(hours * 60 + minutes).ok_or(BadMinute)
    }
}

impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl Serialize for Minute {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Minute {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(d)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Minute {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Minute".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^([01][0-9]|2[0-4]):[0-5][0-9]$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_of_a_day() {
        assert_eq!("09:05".parse::<Minute>().map(Minute::get), Ok(545));
        assert_eq!("24:00".parse::<Minute>().map(Minute::get), Ok(1440));
        for bad in ["24:01", "9:05", "09:60", "+9:00", "0905", "", "09:5"] {
            assert!(bad.parse::<Minute>().is_err(), "{bad}");
        }
    }
}
