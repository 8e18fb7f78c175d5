//! What a wearable, a scale or a cuff says of somebody's body: which measure, in which unit, and whether the
//! sensor was on. Nothing here names an illness.
//!
//! Codes: LOINC (loinc.org), units: UCUM (ucum.org), both as HL7 FHIR R4 has them in its vital signs
//! (hl7.org/fhir/R4/observation-vitalsigns.html). A moment at which the button was pressed has no code there,
//! and stands under [`OWN_CODES`].

use std::str::FromStr;

use jiff::Timestamp;
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::access::named;
use crate::limits::{self, Usual};

/// The system of our own codes, in FHIR: the names of [`Metric`], and [`SOS_CODE`].
pub const OWN_CODES: &str = "urn:linli:metric";
/// The emergency button.
pub const SOS_CODE: &str = "sos";
pub const LOINC: &str = "http://loinc.org";

named! {
    /// What is measured.
    Metric {
        /// In `/min`.
        HeartRate = "heart_rate",
        /// In `mm[Hg]`.
        Systolic = "systolic",
        /// In `mm[Hg]`.
        Diastolic = "diastolic",
        /// Oxygen saturation, in `%`.
        Spo2 = "spo2",
        /// In `Cel`; `[degF]` is converted.
        Temperature = "temperature",
        /// In `mmol/L`; `mg/dL` is converted.
        Glucose = "glucose",
        /// Breaths, in `/min`.
        Respiration = "respiration",
    }
}

/// How many mg/dL one mmol/L of glucose is, times ten thousand: it has 180.156 g/mol.
const GLUCOSE_TENTHOUSANDTHS: i64 = 180_156;

impl Metric {
    /// What a code of LOINC stands for. Panels and all others: nothing of their own.
    #[must_use]
    pub fn of_loinc(code: &str) -> Option<Self> {
        Some(match code {
            "8867-4" => Self::HeartRate,
            "8480-6" => Self::Systolic,
            "8462-4" => Self::Diastolic,
            "2708-6" | "59408-5" => Self::Spo2,
            "8310-5" => Self::Temperature,
            // By mass, by substance, and from a fingertip.
            "2339-0" | "15074-8" | "41653-7" => Self::Glucose,
            "9279-1" => Self::Respiration,
            _ => return None,
        })
    }

    /// Its own unit, as UCUM writes it.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Self::HeartRate | Self::Respiration => "/min",
            Self::Systolic | Self::Diastolic => "mm[Hg]",
            Self::Spo2 => "%",
            Self::Temperature => "Cel",
            Self::Glucose => "mmol/L",
        }
    }

    /// A value in its own unit. `None`: a unit that this is not measured in.
    #[must_use]
    pub fn in_own_unit(self, value: Amount, unit: &str) -> Option<Amount> {
        // What stands in braces is a remark (UCUM §12): `{beats}/min` is `/min`.
        let plain = match (unit.strip_prefix('{'), unit.split_once('}')) {
            (Some(_), Some((_, rest))) => rest,
            _ => unit,
        };
        if plain == self.unit() {
            return Some(value);
        }
        let wide = i64::from(value.0);
        let converted = match (self, plain) {
            (Self::Temperature, "[degF]") => (wide - 32_000) * 5 / 9,
            (Self::Glucose, "mg/dL") => wide * 10_000 / GLUCOSE_TENTHOUSANDTHS,
            _ => return None,
        };
        i32::try_from(converted).ok().map(Amount)
    }

    /// The measure by whose name an alert goes: both pressures are one matter.
    #[must_use]
    pub fn lead(self) -> Self {
        match self {
            Self::Diastolic => Self::Systolic,
            Self::HeartRate
            | Self::Systolic
            | Self::Spo2
            | Self::Temperature
            | Self::Glucose
            | Self::Respiration => self,
        }
    }

    /// Where nothing is agreed.
    #[must_use]
    pub fn usual(self) -> Usual {
        match self {
            Self::HeartRate => limits::HEART_RATE,
            Self::Systolic => limits::SYSTOLIC,
            Self::Diastolic => limits::DIASTOLIC,
            Self::Spo2 => limits::SPO2,
            Self::Temperature => limits::TEMPERATURE,
            Self::Glucose => limits::GLUCOSE,
            Self::Respiration => limits::RESPIRATION,
        }
    }
}

/// How much, in thousandths of the measure's unit. A number in JSON, without a float in between.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(i32);

impl Amount {
    #[must_use]
    pub const fn thousandths(value: i32) -> Self {
        Self(value)
    }

    #[must_use]
    pub const fn get(self) -> i32 {
        self.0
    }

    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

/// Not a number, or one far out of everybody's reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoAmount;

impl std::fmt::Display for NoAmount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a number of at most six digits before the point")
    }
}

impl FromStr for Amount {
    type Err = NoAmount;

    /// Decimal, without an exponent. Rounded to thousandths, halves away from zero.
    fn from_str(raw: &str) -> Result<Self, NoAmount> {
        let digits = raw.strip_prefix('-').unwrap_or(raw);
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 6 || !plain(whole) || !plain(part) {
            return Err(NoAmount);
        }
        let whole: i32 = whole.parse().map_err(|_| NoAmount)?;
        let mut four = part.bytes().chain([b'0'; 4]).take(4);
        let part = four.try_fold(0_i32, |sum, digit| {
            Some(sum * 10 + i32::from(digit.checked_sub(b'0')?))
        });
        let value = whole * 1_000 + (part.ok_or(NoAmount)? + 5) / 10;
        Ok(Self(if raw.starts_with('-') { -value } else { value }))
    }
}

impl std::fmt::Display for Amount {
    /// As short as it is: `36.6`, `120`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, part) = (self.0.unsigned_abs() / 1_000, self.0.unsigned_abs() % 1_000);
        let text = match part {
            0 => format!("{sign}{whole}"),
            _ => format!("{sign}{whole}.{part:03}"),
        };
        f.write_str(if part == 0 {
            &text
        } else {
            text.trim_end_matches('0')
        })
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self.0 % 1_000 {
            0 => s.serialize_i32(self.0 / 1_000),
            _ => s.serialize_f64(f64::from(self.0) / 1_000.0),
        }
    }
}

struct AmountVisitor;

impl Visitor<'_> for AmountVisitor {
    type Value = Amount;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a number")
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Amount, E> {
        value.to_string().parse().map_err(E::custom)
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Amount, E> {
        value.to_string().parse().map_err(E::custom)
    }

    /// As it is written, not as it is held: 36.6 is 36600 thousandths.
    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Amount, E> {
        value.to_string().parse().map_err(E::custom)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(AmountVisitor)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Amount {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Measured".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "number" })
    }
}

/// One value of one measure, in its own unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    pub metric: Metric,
    pub value: Amount,
    pub at: Timestamp,
}

impl Reading {
    /// Could be somebody's who lives. 0, and what is absurd, is a sensor that is off.
    #[must_use]
    pub fn is_plausible(&self) -> bool {
        let usual = self.metric.usual();
        (usual.least..=usual.most).contains(&self.value.get())
    }
}

/// What was said once it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observed {
    Reading(Reading),
    /// The emergency button was pressed.
    Sos {
        /// As far as can be told.
        at: Timestamp,
        /// By the device's own clock, right or wrong; absent where it says none.
        said_at: Option<Timestamp>,
    },
}
