//! Bytes into checked values. Every refusal says which field and why.

use domain::text::{self, BadText};
use domain::{limits, person};
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;
use wire::{Code, Problem};

use crate::error::Error;

/// A JSON object as the contract has it; unknown fields and wrong types are refused with a pointer.
pub fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    let bytes = if bytes.trim_ascii().is_empty() {
        b"{}"
    } else {
        bytes
    };
    let whole: serde_json::Value =
        serde_json::from_slice(bytes).map_err(|_| Problem::new(Code::BadJson))?;
    if !whole.is_object() {
        return Err(Error::invalid(Code::WrongType, ""));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = pointer(error.path());
        explain(&error.inner().to_string(), &path).into()
    })
}

/// The query string as the contract has it.
pub fn query<T: DeserializeOwned>(raw: &str) -> Result<T, Error> {
    let reader = serde_urlencoded::Deserializer::new(form_urlencoded::parse(raw.as_bytes()));
    serde_path_to_error::deserialize(reader).map_err(|error| {
        let path = pointer(error.path());
        let problem = explain(&error.inner().to_string(), &path);
        let pointer = format!(
            "?{}",
            problem
                .pointer
                .as_deref()
                .unwrap_or("")
                .trim_start_matches('/')
        );
        problem.at(pointer).into()
    })
}

fn explain(message: &str, path: &str) -> Problem {
    let named = |prefix: &str| {
        message
            .strip_prefix(prefix)
            .and_then(|rest| rest.split('`').next())
    };
    if let Some(field) = named("unknown field `") {
        let parent = path.strip_suffix(&format!("/{field}")).unwrap_or(path);
        return Problem::new(Code::UnknownField).at(format!("{parent}/{field}"));
    }
    if let Some(field) = named("missing field `") {
        return Problem::new(Code::MissingField).at(format!("{path}/{field}"));
    }
    let code = if message.starts_with("invalid type") {
        Code::WrongType
    } else {
        Code::BadValue
    };
    Problem::new(code).at(path)
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    path.iter()
        .fold(String::new(), |pointer, segment| match segment {
            Segment::Seq { index } => format!("{pointer}/{index}"),
            Segment::Map { key } => {
                format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
            }
            Segment::Enum { .. } | Segment::Unknown => pointer,
        })
}

fn bad_text(bad: BadText, pointer: &str) -> Error {
    match bad {
        BadText::Empty => Error::invalid(Code::EmptyText, pointer),
        BadText::TooLong { chars_max } => Problem::new(Code::TooLong)
            .at(pointer)
            .with("chars_max", chars_max)
            .into(),
        BadText::Control => Error::invalid(Code::BadValue, pointer),
    }
}

/// A text that must say something.
pub fn line(raw: &str, chars_max: usize, pointer: &str) -> Result<String, Error> {
    text::line(raw, chars_max).map_err(|bad| bad_text(bad, pointer))
}

/// A text that may be empty or absent.
pub fn note(raw: Option<&str>, chars_max: usize, pointer: &str) -> Result<String, Error> {
    text::optional(raw.unwrap_or_default(), chars_max).map_err(|bad| bad_text(bad, pointer))
}

/// A second name in English: absent stays absent, empty becomes absent.
pub fn other_name(
    raw: Option<&str>,
    chars_max: usize,
    pointer: &str,
) -> Result<Option<String>, Error> {
    Ok(Some(note(raw, chars_max, pointer)?).filter(|text| !text.is_empty()))
}

/// A telephone number in its one form.
pub fn phone(raw: &str, pointer: &str) -> Result<String, Error> {
    person::phone(raw).ok_or_else(|| Error::invalid(Code::BadValue, pointer))
}

/// Rows on a page: 1 to 100.
pub fn limit(raw: Option<usize>) -> Result<usize, Error> {
    match raw.unwrap_or(limits::PAGE_ROWS_USUAL) {
        rows @ 1..=limits::PAGE_ROWS => Ok(rows),
        _ => Err(Problem::new(Code::BadValue)
            .at("?limit")
            .with("max", limits::PAGE_ROWS)
            .into()),
    }
}
