//! Bodies of several parts, taken apart where they lie: nothing is copied.

use std::str;

use domain::limits;

use super::{Flaw, Wrong};

/// The longest boundary there may be (RFC 2046, 5.1.1).
const BOUNDARY_BYTES: usize = 70;

/// One part; its name is not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<'b> {
    /// Empty where it says none.
    pub content_type: &'b str,
    pub body: &'b [u8],
}

/// What lies between the parts, by the content type; absent where it knows of no parts.
pub fn boundary(content_type: &str) -> Result<Option<&str>, Flaw> {
    let mut pieces = content_type.split(';').map(str::trim);
    let kind = pieces.next().unwrap_or("");
    if !starts_with(kind.as_bytes(), b"multipart/") {
        return Ok(None);
    }
    let named = pieces.find_map(|piece| {
        let (name, value) = piece.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("boundary")
            .then(|| value.trim().trim_matches('"'))
    });
    match named {
        None | Some("") => Err(Wrong::Missing.at("/boundary")),
        Some(long) if long.len() > BOUNDARY_BYTES => {
            let max = BOUNDARY_BYTES;
            Err(Wrong::TooLong { max }.at("/boundary"))
        }
        Some(boundary) => Ok(Some(boundary)),
    }
}

/// The parts in their order. One that breaks off is taken as far as it goes, as the last picture may be
/// cut, and what came before it is whole.
pub fn parts<'b>(body: &'b [u8], boundary: &str) -> Result<Vec<Part<'b>>, Flaw> {
    let mark = format!("--{boundary}");
    let mut parts = Vec::new();
    let mut open = None;
    let mut at = 0;
    loop {
        let line = &body[at..];
        let end = line.iter().position(|b| *b == b'\n');
        let next = end.map_or(body.len(), |end| at + end + 1);
        if let Some(after) = body[at..next].strip_prefix(mark.as_bytes()) {
            let last = after.starts_with(b"--");
            if last || after.trim_ascii().is_empty() {
                if let Some(from) = open.replace(next) {
                    take(&mut parts, &body[from..at])?;
                }
                if last {
                    return Ok(parts);
                }
            }
        }
        if end.is_none() {
            break;
        }
        at = next;
    }
    if let Some(from) = open {
        take(&mut parts, &body[from..])?;
    }
    Ok(parts)
}

/// Takes one part, unless it breaks off before it begins.
fn take<'b>(parts: &mut Vec<Part<'b>>, raw: &'b [u8]) -> Result<(), Flaw> {
    const NAME: &[u8] = b"content-type:";
    let max = limits::DOOR_PARTS;
    if parts.len() == max {
        return Err(Wrong::TooMany { max }.at("/parts"));
    }
    let mut content_type = "";
    let mut rest = raw;
    while let Some(end) = rest.iter().position(|b| *b == b'\n') {
        let line = rest[..end].trim_ascii();
        rest = &rest[end + 1..];
        if line.is_empty() {
            let body = rest.strip_suffix(b"\n").unwrap_or(rest);
            let body = body.strip_suffix(b"\r").unwrap_or(body);
            parts.push(Part { content_type, body });
            return Ok(());
        }
        if starts_with(line, NAME) {
            content_type = str::from_utf8(&line[NAME.len()..]).unwrap_or("").trim();
        }
    }
    Ok(())
}

fn starts_with(bytes: &[u8], prefix: &[u8]) -> bool {
    let begin = bytes.get(..prefix.len());
    begin.is_some_and(|begin| begin.eq_ignore_ascii_case(prefix))
}

#[cfg(test)]
mod tests;
