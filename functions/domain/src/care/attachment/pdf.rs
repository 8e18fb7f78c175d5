//! A document without what it tells of who made it, when and with what: the texts of its information dictionary, its
//! XMP, and what is told beside the pictures in it. All of that is written over where it lies, so that everything else
//! stays where the document says it is.
//!
//! What is packed is not unpacked: an information dictionary that lies in a packed part is no longer pointed at, so that
//! nothing shows it.

use std::collections::BTreeSet;

/// The number of an object, and its generation.
type Id = (u32, u32);

const BLANK: u8 = b' ';

/// The same document, without that. Done twice it is the same.
pub(super) fn quiet(sent: &[u8]) -> Vec<u8> {
    let mut kept = sent.to_vec();
    let about = references(sent, b"/Info");
    let named: BTreeSet<Id> = about.iter().map(|one| one.id).collect();
    let mut found = BTreeSet::new();
    let mut at = 0;
    while let Some(object) = next_object(sent, at) {
        at = object.end;
        let Some(bytes) = kept.get_mut(object.start..object.end) else {
            break;
        };
        if named.contains(&object.id) {
            found.insert(object.id);
            without_texts(bytes);
        }
        let Some(stream) = stream(bytes) else {
            continue;
        };
        let (words, data) = bytes.split_at_mut(stream.start);
        let data = &mut data[..stream.end - stream.start];
        if is_metadata(words) {
            data.fill(BLANK);
        } else if data.starts_with(&[0xff, 0xd8, 0xff]) {
            without_told(data);
        }
    }
    let packed = about.iter().filter(|one| !found.contains(&one.id));
    for one in packed.chain(&references(sent, b"/Metadata")) {
        kept[one.start..one.end].fill(BLANK);
    }
    kept
}

/// Where one thing points at another.
struct Reference {
    id: Id,
    start: usize,
    end: usize,
}

/// An object, without its number before and its end after.
struct Object {
    id: Id,
    start: usize,
    end: usize,
}

fn find(bytes: &[u8], what: &[u8], from: usize) -> Option<usize> {
    let mut windows = bytes.get(from..)?.windows(what.len());
    windows.position(|some| some == what).map(|at| from + at)
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

/// A number after at least one blank, and where it ends.
fn number(bytes: &[u8], at: usize) -> Option<(u32, usize)> {
    let rest = bytes.get(at..)?;
    let blanks = rest.iter().take_while(|byte| is_blank(**byte)).count();
    let rest = rest.get(blanks..).filter(|_| blanks > 0)?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let digits = rest.get(..digits)?;
    let number = std::str::from_utf8(digits).ok()?.parse().ok()?;
    Some((number, at + blanks + digits.len()))
}

/// The number that ends before one blank or more, and where it begins.
fn number_before(bytes: &[u8], at: usize) -> Option<(u32, usize)> {
    let before = bytes.get(..at)?;
    let blanks = before.iter().rev().take_while(|byte| is_blank(**byte));
    let end = at - blanks.count();
    let digits = before.get(..end).filter(|_| end < at)?;
    let digits = digits.iter().rev().take_while(|byte| byte.is_ascii_digit());
    let start = end - digits.count();
    let number = std::str::from_utf8(before.get(start..end)?).ok()?;
    Some((number.parse().ok()?, start))
}

/// `/Info 12 0 R`, wherever it stands.
fn references(bytes: &[u8], name: &[u8]) -> Vec<Reference> {
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(start) = find(bytes, name, at) {
        at = start + name.len();
        let Some((object, end)) = number(bytes, at) else {
            continue;
        };
        let Some((generation, end)) = number(bytes, end) else {
            continue;
        };
        let rest = bytes.get(end..).unwrap_or_default();
        let blanks = rest.iter().take_while(|byte| is_blank(**byte)).count();
        if rest.get(blanks) == Some(&b'R') {
            let end = end + blanks + 1;
            let id = (object, generation);
            all.push(Reference { id, start, end });
        }
    }
    all
}

/// `12 0 obj … endobj`; one without an end is the last.
fn next_object(bytes: &[u8], from: usize) -> Option<Object> {
    const BEGINS: &[u8] = b"obj";
    let mut at = from;
    while let Some(found) = find(bytes, BEGINS, at) {
        at = found + BEGINS.len();
        let id = number_before(bytes, found).and_then(|(generation, at)| {
            let (object, _) = number_before(bytes, at)?;
            Some((object, generation))
        });
        if let Some(id) = id {
            let end = find(bytes, b"endobj", at).unwrap_or(bytes.len());
            let start = at;
            return Some(Object { id, start, end });
        }
    }
    None
}

/// Where the data of a stream lies in an object.
fn stream(object: &[u8]) -> Option<std::ops::Range<usize>> {
    const BEGINS: &[u8] = b"stream";
    let at = find(object, BEGINS, 0)? + BEGINS.len();
    let start = match object.get(at..)? {
        [b'\r', b'\n', ..] => at + 2,
        [b'\r' | b'\n', ..] => at + 1,
        _ => return None,
    };
    let end = find(object, b"endstream", start).unwrap_or(object.len());
    Some(start..end)
}

/// What stands before a stream says that it is about the document.
fn is_metadata(words: &[u8]) -> bool {
    let mut at = 0;
    while let Some(found) = find(words, b"/Type", at) {
        at = found + b"/Type".len();
        let rest = words.get(at..).unwrap_or_default();
        let blanks = rest.iter().take_while(|byte| is_blank(**byte)).count();
        if rest
            .get(blanks..)
            .is_some_and(|rest| rest.starts_with(b"/Metadata"))
        {
            return true;
        }
    }
    false
}

/// Every text of an object is blank.
fn without_texts(object: &mut [u8]) {
    let mut at = 0;
    while at < object.len() {
        let next = object.get(at + 1).copied();
        at = match (object[at], next) {
            (b'(', _) => blank_brackets(object, at + 1),
            (b'<', Some(b'<')) => at + 2,
            (b'<', _) => {
                let end = find(object, b">", at).unwrap_or(object.len());
                object[at + 1..end].fill(BLANK);
                end + 1
            }
            _ => at + 1,
        };
    }
}

/// Up to the bracket that closes the one before; answers what comes after it.
fn blank_brackets(object: &mut [u8], from: usize) -> usize {
    let (mut at, mut depth) = (from, 1);
    while at < object.len() {
        match object[at] {
            b'\\' => {
                if let Some(next) = object.get_mut(at + 1) {
                    *next = BLANK;
                }
                object[at] = BLANK;
                at += 1;
            }
            b'(' => {
                depth += 1;
                object[at] = BLANK;
            }
            b')' if depth == 1 => return at + 1,
            b')' => {
                depth -= 1;
                object[at] = BLANK;
            }
            _ => object[at] = BLANK,
        }
        at += 1;
    }
    at
}

/// What is told beside a picture is blank, up to where the picture begins.
fn without_told(picture: &mut [u8]) {
    let mut at = 2;
    while let Some(&[0xff, marker, high, low]) = picture.get(at..at + 4) {
        if marker == 0xff {
            at += 1;
            continue;
        }
        let end = at + 2 + usize::from(u16::from_be_bytes([high, low]));
        if matches!(marker, 0x00..=0xbf | 0xd0..=0xda) || end < at + 4 {
            return;
        }
        if let Some(told) = picture
            .get_mut(at + 4..end)
            .filter(|_| super::is_told(marker))
        {
            told.fill(0);
        }
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(parts: &[&[u8]]) -> Vec<u8> {
        let mut all = b"%PDF-1.7\n".to_vec();
        for part in parts {
            all.extend_from_slice(part);
        }
        all
    }

    fn holds(bytes: &[u8], words: &str) -> bool {
        find(bytes, words.as_bytes(), 0).is_some()
    }

    #[test]
    fn who_made_it_when_and_with_what_is_gone_and_all_else_stays_in_its_place() {
        let sent = document(&[
            b"1 0 obj\n<< /Type /Catalog /Metadata 3 0 R /Outlines 4 0 R >>\nendobj\n",
            b"2 0 obj\n<</Author(Li \\(the \\\\ second\\)) /Title (a (b) c)/Producer<4C69> /Trapped /False>>\nendobj\n",
            b"3 0 obj\n<< /Type /Metadata /Subtype /XML /Length 9 >>\nstream\n<x>Li</x>\nendstream\nendobj\n",
            b"4 0 obj\n<< /Title (Chapter) >>\nendobj\n",
            b"5 0 obj\n<< /Length 9 >>\nstream\r\n(Li) Tj 1\r\nendstream\nendobj\n",
            b"trailer\n<< /Root 1 0 R /Info 2 0 R >>\n%%EOF",
        ]);
        let kept = quiet(&sent);
        assert_eq!(kept.len(), sent.len());
        for gone in ["the", "second", "(a", "4C69", "<x>", "/Metadata 3 0 R"] {
            assert!(holds(&sent, gone) && !holds(&kept, gone), "{gone}");
        }
        for stays in [
            "/Outlines 4 0 R",
            "/Author(",
            "/Trapped /False>>",
            "(Chapter)",
            "(Li) Tj 1",
            "/Info 2 0 R",
        ] {
            assert_eq!(
                find(&kept, stays.as_bytes(), 0),
                find(&sent, stays.as_bytes(), 0),
                "{stays}"
            );
        }
        assert_eq!(quiet(&kept), kept);
    }

    #[test]
    fn what_is_packed_is_not_pointed_at() {
        let sent = document(&[
            b"1 0 obj\n<< /Type /ObjStm /N 9 >>\nstream\nx\x9cpacked\nendstream\nendobj\n",
            b"2 0 obj\n<< /Type /XRef /Info 12 0 R /Root 3 0 R >>\nstream\n12\nendstream\nendobj",
        ]);
        let kept = quiet(&sent);
        assert!(!holds(&kept, "/Info") && holds(&kept, "/Root 3 0 R"));
        assert!(holds(&kept, "packed"));
        assert_eq!((kept.len(), quiet(&kept)), (sent.len(), kept.clone()));
    }

    #[test]
    fn a_picture_in_it_does_not_tell_where_it_was_taken() {
        let picture = [
            &[0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2][..],
            &[0xff, 0xe1, 0, 6, b'G', b'P', b'S', 1],
            &[
                0xff, 0xdb, 0, 4, 7, 7, 0xff, 0xda, 0, 4, 8, 8, 0xff, 0xe1, 0, 3, 9,
            ],
        ]
        .concat();
        let begins: &[u8] = b"6 0 obj\n<< /Filter /DCTDecode >>\nstream\n";
        let sent = document(&[begins, &picture, b"\nendstream\nendobj"]);
        let kept = quiet(&sent);
        assert!(holds(&sent, "GPS") && !holds(&kept, "GPS"));
        let quiet_picture = [&picture[..12], &[0, 0, 0, 0], &picture[16..]].concat();
        assert_eq!(
            kept,
            document(&[begins, &quiet_picture, b"\nendstream\nendobj"])
        );
    }

    #[test]
    fn whatever_is_sent_it_comes_to_an_end_and_keeps_its_length() {
        for odd in [
            &b""[..],
            b"obj",
            b"1 0 obj",
            b"99999999999 0 obj (a",
            b"1 0 obj stream",
            b"1 0 obj stream\r",
            b"1 0 obj\n<< /Type /Metadata >> stream\n",
            b"/Info 1 0 R 1 0 obj (a\\",
            b"/Info 1 0 R 1 0 obj <",
            b"/Info",
            b"/Info 1",
            b"/Info 1 0",
            b"1 0 obj stream\n\xff\xd8\xff",
            b"1 0 obj stream\n\xff\xd8\xff\xe1\xff\xff",
            b"1 0 obj stream\n\xff\xd8\xff\xe1\x00\x00",
        ] {
            let sent = document(&[odd]);
            let kept = quiet(&sent);
            assert_eq!((kept.len(), quiet(&kept)), (sent.len(), kept.clone()));
        }
    }
}
