//! The tag of the list of alerts (`ETag`, RFC 9110, section 8.8.3). It is made of one count, which every change
//! of an alert moves in its own transaction, and of the size of the page. Beside the trip that finds out who asks, a
//! 304 costs one consistent read of one item of a few bytes (one read unit), whatever is open; the list costs a query
//! of its alerts and their people.
//!
//! The list itself is read from an index, which may be behind the count. So the first answer after a change is
//! not yet one to rely on: the caller who brings its tag is answered in full again, twice more, and only then
//! told that nothing is other. Names and leases may be other without a change of an alert; a tag is good for five
//! minutes.

use jiff::Timestamp;

/// Answers in full after a change, until the index is believed.
const IN_FULL: u8 = 3;
/// How long a tag is good, in seconds.
const GOOD_SECONDS: i64 = 5 * 60;

/// What the caller is to be answered, with the text of the tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tag {
    /// Nothing is other.
    Same(String),
    /// Here is the list.
    Other(String),
}

/// A tag without the count of answers.
pub struct Now(String);

impl Tag {
    /// `changes`: the count. `limit`: rows of the page.
    #[must_use]
    pub fn now(changes: u64, limit: usize, at: Timestamp) -> Now {
        let window = at.as_second().div_euclid(GOOD_SECONDS);
        Now(format!("{changes}-{limit}-{window}"))
    }
}

impl Now {
    fn text(&self, answers: u8) -> String {
        format!("W/\"{}-{answers}\"", self.0)
    }

    /// `known`: what the caller has, as it stands in `If-None-Match`.
    #[must_use]
    pub fn after(&self, known: Option<&str>) -> Tag {
        let given = (1..=IN_FULL).find(|answers| known == Some(self.text(*answers).as_str()));
        match given {
            Some(IN_FULL) => Tag::Same(self.text(IN_FULL)),
            Some(answers) => Tag::Other(self.text(answers + 1)),
            None => Tag::Other(self.text(1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_other_only_after_three_answers_of_the_same_count() {
        let at = Timestamp::from_second(1_790_000_100).expect("in range");
        let now = |changes| Tag::now(changes, 20, at);
        let mut known: Option<String> = None;
        for _ in 0..3 {
            let Tag::Other(text) = now(7).after(known.as_deref()) else {
                panic!("too early");
            };
            assert_ne!(Some(&text), known.as_ref());
            known = Some(text);
        }
        let text = known.expect("three answers");
        for _ in 0..2 {
            assert_eq!(now(7).after(Some(&text)), Tag::Same(text.clone()));
        }
        let later = at + jiff::SignedDuration::from_secs(GOOD_SECONDS);
        let others = [now(8), Tag::now(7, 21, at), Tag::now(7, 20, later)];
        for other in others {
            let Tag::Other(first) = other.after(Some(&text)) else {
                panic!("another one");
            };
            assert!(first.ends_with("-1\""), "{first}");
        }
        for strange in ["", "*", "W/\"7\"", "\"7-20-0-3\""] {
            assert!(matches!(now(7).after(Some(strange)), Tag::Other(_)));
        }
    }
}
