//! The number of a book. Only 978 and 979 with the right last digit count; of what is damaged nothing
//! is made, because a wrong number finds a wrong book.

use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text::narrow;

/// Thirteen digits, the last of which checks the others.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Isbn([u8; DIGITS]);

const DIGITS: usize = 13;
const OLD_DIGITS: usize = 10;
/// Digits of a second, smaller bar beside the number: an edition's, or a price's.
const BESIDE: [usize; 2] = [2, 5];

/// Why a text is no ISBN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadIsbn {
    Empty,
    /// Something else, or too damaged to say: letters, a power of ten, too many digits or too few.
    Shape,
    /// As many digits as there should be, but the last does not go with the others.
    Check,
    /// The number of an article that is no book.
    Other,
}

impl Isbn {
    /// As it is written in a book, in a list, or typed: with hyphens and spaces or without, "ISBN" before
    /// it, a price, a binding or another number behind it, ten digits or thirteen.
    pub fn parse(raw: &str) -> Result<Self, BadIsbn> {
        let text = narrow(raw);
        let text = bare(&text);
        if text.is_empty() {
            return Err(BadIsbn::Empty);
        }
        let (run, rest) = text.split_at(text.find(|c| !part(c)).unwrap_or(text.len()));
        if rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '+' | '%')) {
            return Err(BadIsbn::Shape);
        }
        Self::of_words(run)
    }

    /// As a scanner reads it: thirteen digits, with those of a second bar behind them or without.
    pub fn scanned(raw: &str) -> Result<Self, BadIsbn> {
        let text = narrow(raw);
        let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).collect();
        let more = digits.len().checked_sub(DIGITS);
        let plain = text
            .chars()
            .all(|c| c.is_ascii_digit() || c.is_whitespace());
        match more {
            Some(more) if plain && BESIDE.contains(&more) => Self::of_digits(&digits[..DIGITS]),
            _ => Self::parse(raw),
        }
    }

    /// The number, and behind a space perhaps that of the second bar, or another number.
    fn of_words(run: &str) -> Result<Self, BadIsbn> {
        let whole = digits(run);
        if matches!(whole.len(), OLD_DIGITS | DIGITS) {
            return Self::of_digits(&whole);
        }
        let words = run.char_indices().filter(|(_, c)| c.is_whitespace());
        for (at, _) in words {
            let (first, beside) = (digits(&run[..at]), digits(&run[at..]).len());
            let number = matches!(first.len(), OLD_DIGITS | DIGITS);
            let more = BESIDE.contains(&beside) && first.len() == DIGITS
                || matches!(beside, OLD_DIGITS | DIGITS);
            if number && more {
                return Self::of_digits(&first);
            }
        }
        Err(BadIsbn::Shape)
    }

    fn of_digits(digits: &[u8]) -> Result<Self, BadIsbn> {
        match *digits {
            [ref nine @ .., last] if nine.len() == OLD_DIGITS - 1 => Self::of_ten(nine, last),
            [ref twelve @ .., last] if twelve.len() == DIGITS - 1 => {
                if !digits.iter().all(u8::is_ascii_digit) {
                    return Err(BadIsbn::Shape);
                }
                if last != check(twelve) {
                    return Err(BadIsbn::Check);
                }
                if !digits.starts_with(b"978") && !digits.starts_with(b"979") {
                    return Err(BadIsbn::Other);
                }
                digits.try_into().map(Self).map_err(|_| BadIsbn::Shape)
            }
            _ => Err(BadIsbn::Shape),
        }
    }

    /// Ten digits as books had them until 2006. Those that begin like thirteen are a part of them
    /// rather than a number from Nigeria or Indonesia.
    fn of_ten(nine: &[u8], last: u8) -> Result<Self, BadIsbn> {
        if !nine.iter().all(u8::is_ascii_digit)
            || nine.starts_with(b"978")
            || nine.starts_with(b"979")
        {
            return Err(BadIsbn::Shape);
        }
        if last != check_of_ten(nine) {
            return Err(BadIsbn::Check);
        }
        let mut all = [0; DIGITS];
        all[..3].copy_from_slice(b"978");
        all[3..DIGITS - 1].copy_from_slice(nine);
        all[DIGITS - 1] = check(&all[..DIGITS - 1]);
        Ok(Self(all))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("all of them are digits")
    }
}

/// Without what stands before and around a number: marks that are not seen, a spreadsheet's quotes, the
/// word itself.
fn bare(text: &str) -> &str {
    let around =
        |c: char| c.is_whitespace() || unseen(c) || matches!(c, '\'' | '"' | '=' | '“' | '”');
    let end = |c: char| around(c) || matches!(c, '.' | ',' | ';' | '。');
    let text = text.trim_start_matches(around).trim_end_matches(end);
    for word in [
        "ISBN-13",
        "ISBN-10",
        "ISBN13",
        "ISBN10",
        "ISBN",
        "国际标准书号",
        "标准书号",
        "书号",
    ] {
        let begins = text.get(..word.len());
        if begins.is_some_and(|begins| begins.eq_ignore_ascii_case(word)) {
            let rest = &text[word.len()..];
            // "ISBN10" may be the word and a number that begins with 10.
            if word.ends_with(['0', '3'])
                && rest.starts_with(part)
                && !rest.starts_with(char::is_whitespace)
            {
                continue;
            }
            return rest.trim_start_matches(|c| around(c) || matches!(c, ':' | '：' | '-' | '.'));
        }
    }
    text
}

/// A letter or sign of a number as it is written.
fn part(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, 'X' | 'x') || hyphen(c) || c.is_whitespace() || unseen(c)
}

fn hyphen(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' | '\u{ad}'
    )
}

fn unseen(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn digits(run: &str) -> Vec<u8> {
    let kept = run.bytes().filter(u8::is_ascii_alphanumeric);
    kept.map(|byte| byte.to_ascii_uppercase()).collect()
}

/// What the first twelve digits have as their last.
fn check(twelve: &[u8]) -> u8 {
    let weighed = twelve.iter().zip([1, 3].iter().cycle());
    let sum: u8 = weighed.fold(0, |sum, (digit, by)| (sum + (digit - b'0') * by) % 10);
    b'0' + (10 - sum) % 10
}

/// What the first nine of ten have as their last: a digit, or X.
fn check_of_ten(nine: &[u8]) -> u8 {
    let weighed = nine.iter().zip((2..=10).rev());
    let sum: u32 = weighed
        .map(|(digit, by)| u32::from(digit - b'0') * by)
        .sum();
    match (11 - sum % 11) % 11 {
        10 => b'X',
        digit => b'0' + u8::try_from(digit).unwrap_or(0),
    }
}

impl Deref for Isbn {
    type Target = str;
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Isbn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Isbn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for BadIsbn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected the number of a book")
    }
}

impl FromStr for Isbn {
    type Err = BadIsbn;
    fn from_str(raw: &str) -> Result<Self, BadIsbn> {
        Self::parse(raw)
    }
}

impl Serialize for Isbn {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Isbn {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let raw = std::borrow::Cow::<'de, str>::deserialize(d)?;
        raw.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Isbn {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Isbn".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^97[89][0-9]{10}$" })
    }
}
