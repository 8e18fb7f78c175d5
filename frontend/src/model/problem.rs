//! Problems in words, by their code.

use jiff::tz::Offset;
use serde_json::Value;
use wire::Problem;

use super::when;
use crate::i18n::{find, named, texts};
use crate::{api, t};

/// What happened, what is kept, and what to do next.
#[must_use]
pub fn words(problem: &Problem) -> String {
    if api::is_offline(problem) {
        return t!(ui.problem.offline).to_owned();
    }
    let Some(text) = find(texts::problem::ALL, problem.code.as_str()) else {
        return t!(ui.problem.unknown).to_owned();
    };
    text.filled_by(&|name| problem.data.get(name).map(|value| value_words(name, value)))
}

fn value_words(name: &str, value: &Value) -> String {
    match (name, value) {
        ("state", Value::String(state)) => named(texts::market::state::ALL, state),
        ("standing", Value::String(standing)) => named(texts::market::standing::ALL, standing),
        ("retry_after_s", Value::Number(seconds)) => {
            let seconds = seconds.as_u64().and_then(|s| u32::try_from(s).ok());
            when::wait(seconds.unwrap_or(u32::MAX))
        }
        (_, Value::String(raw)) => {
            when::said(raw, Offset::constant(8)).unwrap_or_else(|| raw.clone())
        }
        (_, other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::Code;

    #[test]
    fn a_wait_is_told_as_long_as_it_is() {
        for (seconds, wait) in [
            (45, "45秒"),
            (60, "1分钟"),
            (61, "2分钟"),
            (3_541, "1小时"),
            (86_400, "1天"),
        ] {
            for code in [Code::TooManyCodes, Code::TooManyTries, Code::ResendTooSoon] {
                let problem = Problem::new(code).with("retry_after_s", seconds);
                assert!(words(&problem).contains(wait), "{}", words(&problem));
            }
        }
    }

    #[test]
    fn data_is_put_into_words() {
        let problem = Problem::new(Code::PastCutoff).with("until", "2026-11-24T01:00:00Z");
        assert!(
            words(&problem).contains("11月24日 周二 09:00"),
            "{}",
            words(&problem)
        );
        let problem = Problem::new(Code::NotInState).with("state", "cancelled");
        assert!(words(&problem).contains("已取消"), "{}", words(&problem));
    }
}
