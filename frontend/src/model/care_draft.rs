//! What is typed about somebody at the care desk and not sent yet, as text on this device: each field with the moment it
//! was last written, and none of it for longer than a few days.

use std::collections::BTreeMap;

/// As long as a note may be rewritten: whoever comes back to it later looks at the person anew.
pub const KEPT_MILLIS: u64 = 72 * 3_600_000;

/// By field: when it was last written, in milliseconds since 1970, and what.
pub type Kept = BTreeMap<String, (u64, String)>;

/// Without what is older than it is kept; nothing of what cannot be read.
#[must_use]
pub fn read(raw: &str, now: u64) -> Kept {
    let mut kept: Kept = serde_json::from_str(raw).unwrap_or_default();
    // A clock that was put back makes nothing last longer.
    kept.retain(|_, (at, _)| now.abs_diff(*at) < KEPT_MILLIS);
    kept
}

#[must_use]
pub fn written(kept: &Kept) -> String {
    serde_json::to_string(kept).unwrap_or_default()
}

/// Without the fields of a form that was taken.
#[must_use]
pub fn without(mut kept: Kept, prefix: &str) -> Kept {
    kept.retain(|key, _| !key.starts_with(prefix));
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> Kept {
        Kept::from([
            ("a/facts".to_owned(), (1_000, "坐在门口".to_owned())),
            ("b/facts".to_owned(), (5_000, "在家".to_owned())),
        ])
    }

    #[test]
    fn what_was_written_comes_back_until_its_time_is_over() {
        let raw = written(&two());
        assert_eq!(read(&raw, 6_000), two());
        let later = read(&raw, 1_000 + KEPT_MILLIS);
        assert_eq!(later.keys().collect::<Vec<_>>(), ["b/facts"]);
        assert!(read(&raw, 5_000 + KEPT_MILLIS).is_empty());
        let put_back = written(&Kept::from([(
            "a".to_owned(),
            (9_000 + KEPT_MILLIS, String::new()),
        )]));
        assert!(read(&put_back, 9_000).is_empty());
        assert!(read("no such thing", 0).is_empty() && read("", 0).is_empty());
    }

    #[test]
    fn a_form_that_was_taken_takes_no_other_along() {
        let left = without(two(), "a/");
        assert_eq!(left.keys().collect::<Vec<_>>(), ["b/facts"]);
        assert_eq!(without(two(), "c/"), two());
    }
}
