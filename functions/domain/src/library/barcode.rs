//! What is printed on books and on readers' cards, and what a scanner makes of it.
//!
//! A label of this library is `Y`, eight digits and one that checks them; a card is the same with `R`.
//! Labels that a book brings from elsewhere are kept as they are.

use crate::isbn::Isbn;
use crate::limits;
use crate::text::narrow;

const OF_COPIES: char = 'Y';
const OF_READERS: char = 'R';
/// Characters of a label or a card: the letter, the digits, and the one that checks them.
const CHARS: usize = 10;
const NUMBERS: u32 = 100_000_000;

/// What somebody scanned or typed to name a book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scanned {
    /// One copy.
    Label(String),
    /// A title, of which there may be several copies.
    Isbn(Isbn),
}

/// The label of a copy; of the number the last eight digits count.
#[must_use]
pub fn label(number: u32) -> String {
    written(OF_COPIES, number)
}

/// What stands on a reader's card; of the number the last eight digits count.
#[must_use]
pub fn card(number: u32) -> String {
    written(OF_READERS, number)
}

fn written(letter: char, number: u32) -> String {
    let mut code = format!("{letter}{:08}", number % NUMBERS);
    code.push(check(&code));
    code
}

/// Notices any one wrong character and any two that changed places (ISO/IEC 7064, MOD 11-2); the letter
/// counts.
fn check(code: &str) -> char {
    let values = code.chars().map(|c| c.to_digit(36).unwrap_or(0));
    let sum = values.fold(0, |sum, value| (sum + value) * 2 % 11);
    match (12 - sum) % 11 {
        10 => 'X',
        digit => char::from_digit(digit, 10).unwrap_or('X'),
    }
}

/// Looks like one of ours: the letter and nine more, of which only the last may be an X.
fn ours(code: &str, letter: char) -> bool {
    let rest = code.strip_prefix(letter);
    rest.is_some_and(|rest| {
        let (digits, last) = rest.split_at(rest.len().saturating_sub(1));
        rest.len() == CHARS - 1
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && last
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'X')
    })
}

fn right(code: &str) -> bool {
    let (body, last) = code.split_at(code.len() - 1);
    last.starts_with(check(body))
}

/// What a code says, without the three characters that some scanners put before it (`]E0`, `]C1`,
/// `]Q3`) to say which kind of code it was, and without what stands around it.
#[must_use]
pub fn plain(raw: &str) -> &str {
    let raw = raw.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    let mut chars = raw.chars();
    match (chars.next(), chars.next(), chars.next()) {
        (Some(']'), Some(kind), Some(more))
            if kind.is_ascii_alphabetic() && more.is_ascii_alphanumeric() =>
        {
            chars.as_str().trim_start()
        }
        _ => raw,
    }
}

/// Whether this is a label that this library printed.
#[must_use]
pub fn is_own_label(code: &str) -> bool {
    ours(code, OF_COPIES)
}

/// Large and narrow.
fn said(raw: &str) -> String {
    narrow(plain(raw)).to_ascii_uppercase()
}

/// Also where nothing but its letters and digits are left of it.
fn address(said: &str) -> bool {
    said.starts_with("HTTP")
}

/// Letters and digits alone; of an address what it ends with.
fn letters(said: &str) -> String {
    let mut code: String = said.chars().filter(char::is_ascii_alphanumeric).collect();
    match code.len().checked_sub(CHARS) {
        Some(before) if address(said) => code.split_off(before),
        _ => code,
    }
}

/// A copy's label or a book's number. `None` where it can be neither: one that is damaged names nothing.
#[must_use]
pub fn scanned(raw: &str) -> Option<Scanned> {
    if let Ok(isbn) = Isbn::scanned(plain(raw)) {
        return Some(Scanned::Isbn(isbn));
    }
    let code = copy_label(raw)?;
    let thirteen = code.len() == 13 && code.bytes().all(|byte| byte.is_ascii_digit());
    let book = code.starts_with("978") || code.starts_with("979");
    (!(thirteen && book)).then_some(Scanned::Label(code))
}

/// The label of a copy as it is kept: one of ours with its right last character, or one from elsewhere.
#[must_use]
pub fn copy_label(raw: &str) -> Option<String> {
    let said = said(raw);
    let code = letters(&said);
    if ours(&code, OF_COPIES) {
        return right(&code).then_some(code);
    }
    let sign = |c: char| c.is_ascii_alphanumeric() || c.is_whitespace() || "-_./".contains(c);
    let plain = said.chars().all(sign) && !address(&said) && !ours(&code, OF_READERS);
    let fits = (limits::LABEL_CHARS_LEAST..=limits::LABEL_CHARS).contains(&code.len());
    let numbered = code.bytes().any(|byte| byte.is_ascii_digit());
    (plain && fits && numbered).then_some(code)
}

/// What a reader's card says, with its right last character.
#[must_use]
pub fn reader_card(raw: &str) -> Option<String> {
    let code = letters(&said(raw));
    (ours(&code, OF_READERS) && right(&code)).then_some(code)
}
