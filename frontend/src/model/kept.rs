//! What is kept on a telephone without a network, as text.

use serde::Serialize;
use serde::de::DeserializeOwned;
use wire::library::loans::{ReplayEntry, ReplayOutcome};

/// As many as are handed in at once.
pub const KEPT_STEPS: usize = 50;

/// One that cannot be read is let go of, as it was written by another version or by hand; the others stay.
#[must_use]
pub fn read<T: DeserializeOwned>(raw: &str) -> Vec<T> {
    let steps: Vec<serde_json::Value> = serde_json::from_str(raw).unwrap_or_default();
    let step = |step| serde_json::from_value(step).ok();
    steps.into_iter().filter_map(step).collect()
}

#[must_use]
pub fn written<T: Serialize>(entries: &[T]) -> String {
    serde_json::to_string(entries).unwrap_or_else(|_| "[]".to_owned())
}

/// With one more at the end; `None` where there are too many.
#[must_use]
pub fn added<T>(mut entries: Vec<T>, entry: T) -> Option<Vec<T>> {
    if entries.len() >= KEPT_STEPS {
        return None;
    }
    entries.push(entry);
    Some(entries)
}

/// Without those that were answered for good; whatever another window kept meanwhile stays.
#[must_use]
pub fn rest(
    entries: Vec<ReplayEntry>,
    sent: &[ReplayEntry],
    ends: &[ReplayOutcome],
) -> Vec<ReplayEntry> {
    let comes_again = |end: &ReplayOutcome| {
        end.problem
            .as_ref()
            .is_some_and(|problem| problem.retryable)
    };
    let over: Vec<&ReplayEntry> = sent
        .iter()
        .zip(ends)
        .filter(|(_, end)| !comes_again(end))
        .map(|(entry, _)| entry)
        .collect();
    entries
        .into_iter()
        .filter(|entry| !over.contains(&entry))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::CommandId;
    use wire::library::loans::ReturnCopyBody;
    use wire::{Code, Problem};

    fn entry(n: u64) -> ReplayEntry {
        ReplayEntry {
            at: serde_json::from_value("2026-11-24T09:00:00+08:00".into()).expect("a moment"),
            lend: None,
            give_back: Some(ReturnCopyBody {
                id: CommandId::new(n, 7),
                copy: format!("Y{n}"),
            }),
            renew: None,
        }
    }

    #[test]
    fn steps_come_back_as_they_were_in_their_order() {
        let kept = vec![entry(1), entry(2), entry(3)];
        assert_eq!(read::<ReplayEntry>(&written(&kept)), kept);
        assert_eq!(read::<ReplayEntry>("no such thing"), vec![]);
        let odd = written(&kept).replacen('[', r#"[{"at":"yesterday"},7,"#, 1);
        assert_eq!(
            read::<ReplayEntry>(&odd),
            kept,
            "one that cannot be read takes none along"
        );
    }

    fn end(problem: Option<Code>) -> ReplayOutcome {
        ReplayOutcome {
            loan: None,
            returned: None,
            problem: problem.map(Problem::new),
            task: None,
        }
    }

    #[test]
    fn what_was_answered_goes_and_what_may_come_again_stays() {
        let sent = [entry(1), entry(2), entry(3)];
        let ends = [end(None), end(Some(Code::Busy)), end(Some(Code::NotFound))];
        let now = vec![entry(1), entry(2), entry(3), entry(4)];
        assert_eq!(rest(now, &sent, &ends), vec![entry(2), entry(4)]);
    }

    #[test]
    fn there_is_an_end_of_them() {
        let mut kept = Vec::new();
        for n in 0..KEPT_STEPS as u64 {
            kept = added(kept, entry(n)).expect("room");
        }
        assert_eq!(added(kept, entry(99)), None);
    }
}
