//! A moment as JSON carries it: RFC 3339 with the offset of the community it belongs to.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
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
        raw.parse()
            .map_err(|Malformed| serde::de::Error::custom(Malformed))
    }
}

/// Not a time as RFC 3339 §5.6 writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a time as RFC 3339 with an offset")
    }
}

/// RFC 3339 and nothing else of ISO 8601; a leap second counts as the one before. Jiff's parser
/// knows much more, and its error texts alone would be a tenth of what a phone downloads.
impl FromStr for Moment {
    type Err = Malformed;

    fn from_str(raw: &str) -> Result<Self, Malformed> {
        parsed(raw.as_bytes()).ok_or(Malformed)
    }
}

fn parsed(raw: &[u8]) -> Option<Moment> {
    let (clock, rest) = raw.split_at_checked(19)?;
    let signs = [clock[4], clock[7], clock[10] | 0x20, clock[13], clock[16]];
    if &signs != b"--t::" {
        return None;
    }
    let two = |at: usize| number(&clock[at..at + 2]).and_then(|n| i8::try_from(n).ok());
    let year = i16::try_from(number(&clock[..4])?).ok()?;
    let date = Date::new(year, two(5)?, two(8)?).ok()?;
    let second = two(17)?;
    let second = if second == 60 { 59 } else { second };
    let (nanos, zone) = fraction(rest)?;
    let time = Time::new(two(11)?, two(14)?, second, nanos).ok()?;
    let offset = zone_offset(zone)?;
    let at = offset.to_timestamp(date.to_datetime(time)).ok()?;
    Some(Moment { at, offset })
}

/// The nanoseconds after the point, if there is one, and what follows.
fn fraction(raw: &[u8]) -> Option<(i32, &[u8])> {
    let [b'.', rest @ ..] = raw else {
        return Some((0, raw));
    };
    let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, zone) = rest.split_at(count);
    let scale = 9_u32.checked_sub(u32::try_from(count).ok()?)?;
    Some((number(digits)? * 10_i32.pow(scale), zone))
}

fn zone_offset(raw: &[u8]) -> Option<Offset> {
    let (sign, hours, minutes) = match raw {
        b"Z" | b"z" => return Some(Offset::UTC),
        [b'+', hours @ .., b':', m, n] => (1, hours, [*m, *n]),
        [b'-', hours @ .., b':', m, n] => (-1, hours, [*m, *n]),
        _ => return None,
    };
    let (hours, minutes) = (
        number(hours).filter(|_| hours.len() == 2)?,
        number(&minutes)?,
    );
    if hours > 23 || minutes > 59 {
        return None;
    }
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

/// Up to nine digits, at least one.
fn number(digits: &[u8]) -> Option<i32> {
    if digits.is_empty() || digits.len() > 9 {
        return None;
    }
    digits.iter().try_fold(0, |sum, byte| {
        byte.is_ascii_digit()
            .then(|| sum * 10 + i32::from(byte - b'0'))
    })
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

    #[test]
    fn only_rfc_3339() {
        for good in [
            "2026-11-24T09:00:00Z",
            "2026-11-24t09:00:00z",
            "2026-11-24T09:00:00.5+08:00",
            "2026-11-24T09:00:00.123456789-09:30",
            "2016-12-31T23:59:60Z",
            "0001-01-01T00:00:00-00:00",
            "2024-02-29T23:59:59+14:00",
        ] {
            let moment: Moment = good.parse().expect(good);
            let at: Timestamp = good.parse().expect(good);
            assert_eq!(moment.at, at, "{good}");
        }
        for bad in [
            "",
            "2026-11-24",
            "2026-11-24T09:00Z",
            "2026-11-24 09:00:00Z",
            "2026-11-24T09:00:00",
            "2026-11-24T09:00:00+08",
            "2026-11-24T09:00:00+0800",
            "2026-11-24T09:00:00+8:00",
            "2026-11-24T09:00:00+24:00",
            "2026-11-24T09:00:00+08:60",
            "2026-11-24T09:00:00.Z",
            "2026-11-24T09:00:00.1234567890Z",
            "2026-11-24T24:00:00Z",
            "2026-02-30T09:00:00Z",
            "2026-13-01T09:00:00Z",
            "2026-11-24T09:00:61Z",
            "+2026-11-24T09:00:00Z",
            "2026-11-24T09:00:00+08:00[Asia/Shanghai]",
            "２０２６-11-24T09:00:00Z",
        ] {
            assert_eq!(bad.parse::<Moment>(), Err(Malformed), "{bad}");
        }
    }

    proptest::proptest! {
        /// Whatever is printed is read again, and as jiff reads it.
        #[test]
        fn printed_and_read(second in -62_135_596_800_i64..253_402_200_000, nanos in 0_i32..1_000_000_000, minutes in -1439_i32..1440) {
            let at = Timestamp::new(second, nanos).expect("in range");
            let moment = Moment { at, offset: Offset::from_seconds(minutes * 60).expect("in range") };
            let printed = moment.to_string();
            if printed.starts_with(|first: char| first.is_ascii_digit()) {
                proptest::prop_assert_eq!(printed.parse::<Moment>(), Ok(moment));
                proptest::prop_assert_eq!(printed.parse::<Timestamp>().expect("jiff reads it"), at);
            }
        }

        #[test]
        fn never_panics(raw in ".{0,40}", cut in 0_usize..30) {
            let _ = raw.parse::<Moment>();
            let text = "2026-11-24T09:00:00.5+08:00";
            let mixed = format!("{}{raw}", text.get(..cut.min(text.len())).unwrap_or(text));
            let _ = mixed.parse::<Moment>();
        }
    }
}
