//! What was typed about how somebody's body is looked at, and how a value is said.

use domain::limits;
use domain::watch::{Amount, Measure, Metric};
use wire::{Code, Problem};

use super::watch::{hours, span};
use crate::t;

/// One measure as it is typed: bounds in its own unit, the window in hours. What is empty is not agreed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    pub low: String,
    pub high: String,
    pub margin: String,
    pub window: String,
}

impl Typed {
    #[must_use]
    pub fn of(measure: &Measure) -> Self {
        let bound = |bound: Option<Amount>| bound.map(|bound| bound.to_string());
        Self {
            low: bound(measure.low).unwrap_or_default(),
            high: bound(measure.high).unwrap_or_default(),
            margin: measure.margin.to_string(),
            window: measure.window_minutes.map(hours).unwrap_or_default(),
        }
    }

    /// What it says, or the first of `/low`, `/high`, `/margin` and `/window` that is wrong.
    pub fn read(&self, metric: Metric) -> Result<Measure, Problem> {
        let wrong = |pointer: &str| Problem::new(Code::BadValue).at(pointer);
        let usual = metric.usual();
        let bound = |raw: &str, pointer: &str| -> Result<Option<Amount>, Problem> {
            let raw = raw.trim();
            if raw.is_empty() {
                return Ok(None);
            }
            let amount = raw.parse::<Amount>().ok();
            let reached = |amount: &Amount| (usual.least..=usual.most).contains(&amount.get());
            let amount = amount.filter(reached);
            amount.map(Some).ok_or_else(|| wrong(pointer))
        };
        let (low, high) = (bound(&self.low, "/low")?, bound(&self.high, "/high")?);
        let margin = match self.margin.trim() {
            "" => Err(Problem::new(Code::MissingField).at("/margin")),
            raw => raw.parse::<Amount>().map_err(|_| wrong("/margin")),
        }?;
        let window_minutes = match self.window.trim() {
            "" => None,
            raw => {
                let (least, most) = (limits::NO_READING_MINUTES_LEAST, limits::NO_READING_MINUTES);
                let minutes = span(raw).filter(|minutes| (least..=most).contains(minutes));
                Some(minutes.ok_or_else(|| wrong("/window"))?)
            }
        };
        let measure = Measure {
            metric,
            low,
            high,
            margin,
            window_minutes,
        };
        // Each is right by itself, and there is no room between the bounds.
        match measure.is_sound() {
            true => Ok(measure),
            false => Err(wrong("/margin")),
        }
    }
}

/// The unit as people write it.
#[must_use]
pub fn unit(metric: Metric) -> &'static str {
    match metric {
        Metric::HeartRate | Metric::Respiration => t!(watch.unit.per_minute),
        Metric::Systolic | Metric::Diastolic => "mmHg",
        Metric::Spo2 => "%",
        Metric::Temperature => "°C",
        Metric::Glucose => "mmol/L",
    }
}

/// `36.6 °C`.
#[must_use]
pub fn value(metric: Metric, value: Amount) -> String {
    format!("{value} {}", unit(metric))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_usual_is_read_as_it_is_shown() {
        for metric in Metric::ALL {
            let usual = Measure::usual(*metric);
            let typed = Typed::of(&usual);
            assert_eq!(typed.read(*metric), Ok(usual), "{metric}");
            let with_window = Measure {
                window_minutes: Some(1_470),
                ..usual
            };
            let typed = Typed::of(&with_window);
            assert_eq!(typed.window, "24:30");
            assert_eq!(typed.read(*metric), Ok(with_window), "{metric}");
        }
    }

    #[test]
    fn what_nobody_could_look_after_is_refused_at_its_place() {
        let typed = |low: &str, high: &str, margin: &str, window: &str| Typed {
            low: low.into(),
            high: high.into(),
            margin: margin.into(),
            window: window.into(),
        };
        for (typed, pointer) in [
            (typed("ten", "120", "5", ""), "/low"),
            (typed("0", "120", "5", ""), "/low"),
            (typed("50", "9000", "5", ""), "/high"),
            (typed("50", "120", "", ""), "/margin"),
            (typed("50", "120", "-1", ""), "/margin"),
            (typed("50", "55", "5", ""), "/margin"),
            (typed("120", "50", "0", ""), "/margin"),
            (typed("50", "120", "5", "0:29"), "/window"),
            (typed("50", "120", "5", "337"), "/window"),
            (typed("50", "120", "5", "a day"), "/window"),
        ] {
            let problem = typed.read(Metric::HeartRate).expect_err("refused");
            assert_eq!(problem.pointer.as_deref(), Some(pointer), "{typed:?}");
        }
        let open = typed(" ", "", "5", " 24 ").read(Metric::HeartRate);
        let open = open.expect("neither bound is agreed");
        let read = (open.low, open.high, open.window_minutes);
        assert_eq!(read, (None, None, Some(1_440)));
    }

    #[test]
    fn a_value_has_its_unit() {
        let warm = Amount::thousandths(36_600);
        assert_eq!(value(Metric::Temperature, warm), "36.6 °C");
    }
}
