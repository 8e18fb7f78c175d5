//! A moment as JSON carries it: RFC 3339 with the offset of the community it belongs to.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    pub at: Timestamp,
    pub offset: Offset,
}

impl Moment {
    #[must_use]
    pub fn new(at: Timestamp, zone: &TimeZone) -> Self {
        Self {
            at,
            offset: zone.to_offset(at),
        }
    }

    /// What a clock on the wall of that community shows.
    #[must_use]
    pub fn local(self) -> DateTime {
        self.offset.to_datetime(self.at)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.at.display_with_offset(self.offset), f)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let raw = std::borrow::Cow::<'de, str>::deserialize(d)?;
        let bad = || serde::de::Error::custom("expected a time as RFC 3339 with an offset");
        let at: Timestamp = raw.parse().map_err(|_| bad())?;
        let pieces = jiff::fmt::temporal::Pieces::parse(raw.as_ref()).map_err(|_| bad())?;
        let offset = pieces.to_numeric_offset().ok_or_else(bad)?;
        Ok(Self { at, offset })
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Moment {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Moment".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date-time" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_keeps_its_offset() {
        let moment: Moment = serde_json::from_str("\"2026-11-24T09:00:00+08:00\"").expect("parses");
        assert_eq!(moment.local().to_string(), "2026-11-24T09:00:00");
        assert_eq!(
            serde_json::to_string(&moment).expect("prints"),
            "\"2026-11-24T09:00:00+08:00\""
        );
        assert!(serde_json::from_str::<Moment>("\"2026-11-24T09:00:00\"").is_err());
        assert!(serde_json::from_str::<Moment>("\"2026-11-24T01:00:00Z\"").is_ok());
    }
}
