//! Figures for CloudWatch, in its embedded metric format: a line of the log that CloudWatch reads figures from. No
//! request is made for it, and it names nobody.

use std::env;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

const NAMESPACE: &str = "Linli";
const DIMENSION: &str = "function";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Count,
    Milliseconds,
}

impl Unit {
    fn as_str(self) -> &'static str {
        match self {
            Self::Count => "Count",
            Self::Milliseconds => "Milliseconds",
        }
    }
}

/// A figure with its name, as `infra/template.yaml` knows it.
pub type Figure = (&'static str, Unit, u64);

/// Milliseconds since then, as a figure.
#[must_use]
pub fn since(begun: Instant) -> Figure {
    let spent = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    ("Milliseconds", Unit::Milliseconds, spent)
}

/// A count as a figure.
#[must_use]
pub fn count(name: &'static str, count: usize) -> Figure {
    (name, Unit::Count, u64::try_from(count).unwrap_or(u64::MAX))
}

/// Writes figures of this function into its log.
pub fn tell(figures: &[Figure]) {
    let function = env::var("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_default();
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map_or(0, |now| now.as_millis());
    let now = u64::try_from(now).unwrap_or(u64::MAX);
    println!("{}", line(&function, now, figures));
}

/// `at`: milliseconds since 1970.
fn line(function: &str, at: u64, figures: &[Figure]) -> Value {
    let metrics: Vec<Value> = figures
        .iter()
        .map(|(name, unit, _)| json!({ "Name": name, "Unit": unit.as_str() }))
        .collect();
    let mut line = json!({
        "_aws": {
            "Timestamp": at,
            "CloudWatchMetrics": [{
                "Namespace": NAMESPACE,
                "Dimensions": [[DIMENSION]],
                "Metrics": metrics,
            }],
        },
    });
    line[DIMENSION] = json!(function);
    for (name, _, value) in figures {
        line[*name] = json!(value);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What CloudWatch reads: each metric is named once in the head, with its figure beside it, and so is each
    /// dimension.
    #[test]
    fn a_line_has_the_form_that_cloudwatch_reads() {
        let figures = [count("Passes", 1), ("Milliseconds", Unit::Milliseconds, 12)];
        let line = line("linli-sweeper", 1_790_000_000_000, &figures);
        let head = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(line["_aws"]["Timestamp"], 1_790_000_000_000_u64);
        assert_eq!(head["Namespace"], "Linli");
        assert_eq!(head["Dimensions"], json!([["function"]]));
        let metrics = json!([
            { "Name": "Passes", "Unit": "Count" },
            { "Name": "Milliseconds", "Unit": "Milliseconds" },
        ]);
        assert_eq!(head["Metrics"], metrics);
        assert_eq!(line["function"], "linli-sweeper");
        assert_eq!(
            (&line["Passes"], &line["Milliseconds"]),
            (&json!(1), &json!(12))
        );
        assert!(!line.to_string().contains('\n'), "a line is one line");
    }
}
