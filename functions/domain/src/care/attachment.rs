//! A picture or a document of a case: what it is says its beginning, not its name; and of a picture nothing stays but
//! what is to be seen, so that it does not tell where and with what it was taken. Of a document nothing stays of who made
//! it, when and with what.
//!
//! Sources: ITU-T T.81 (JPEG) annex B, PNG third edition section 5, ISO 32000-1 sections 7.3, 7.5 and 14.3 (PDF).

mod pdf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::access::named;
use crate::{AttachmentId, PersonId};

named! {
    AttachmentForm { Jpeg = "jpeg", Png = "png", Pdf = "pdf" }
}

/// As its case lists it; the bytes lie elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFile {
    pub id: AttachmentId,
    pub form: AttachmentForm,
    /// What is to be seen on it.
    pub about: String,
    pub bytes: u32,
    /// SHA-256 of what was sent, in hexadecimal digits: the same sent again is the same.
    pub sent: String,
    /// Of what is kept.
    pub kept: String,
    pub by: PersonId,
    pub at: Timestamp,
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Chunks of a picture that say how it looks.
const SEEN: [&[u8]; 13] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD",
    b"pHYs", b"cICP", b"iCCP",
];

/// What it is, and what of it is kept. None where it is none of these, or broken.
#[must_use]
pub fn kept(sent: &[u8]) -> Option<(AttachmentForm, Vec<u8>)> {
    if sent.starts_with(&[0xff, 0xd8, 0xff]) {
        return Some((AttachmentForm::Jpeg, jpeg(sent)?));
    }
    if sent.starts_with(PNG) {
        return Some((AttachmentForm::Png, png(sent)?));
    }
    let pdf = sent.starts_with(b"%PDF-");
    pdf.then(|| (AttachmentForm::Pdf, pdf::quiet(sent)))
}

/// Whether a segment of a JPEG tells something beside the picture: JFIF and the colours of Adobe's are needed; the other
/// applications' segments and comments are not.
fn is_told(marker: u8) -> bool {
    matches!(marker, 0xe1..=0xed | 0xef | 0xfe)
}

/// Without what is told beside the picture, up to its end.
fn jpeg(sent: &[u8]) -> Option<Vec<u8>> {
    let mut kept = sent.get(..2)?.to_vec();
    let mut at = 2;
    loop {
        let (first, marker) = (*sent.get(at)?, *sent.get(at + 1)?);
        if first != 0xff {
            return None;
        }
        match marker {
            // Filled up.
            0xff => {
                at += 1;
                continue;
            }
            0xd9 => {
                kept.extend([0xff, 0xd9]);
                return Some(kept);
            }
            0x00..=0xbf | 0xd0..=0xd8 => return None,
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes([*sent.get(at + 2)?, *sent.get(at + 3)?]));
        let segment = sent.get(at..at + 2 + length).filter(|_| length >= 2)?;
        at += segment.len();
        if !is_told(marker) {
            kept.extend(segment);
        }
        if marker == 0xda {
            let length = scan(sent.get(at..)?)?;
            kept.extend(sent.get(at..at + length)?);
            at += length;
        }
    }
}

/// How long it is until the next marker.
fn scan(rest: &[u8]) -> Option<usize> {
    let pairs = rest.windows(2);
    let mut markers = pairs.enumerate().filter(|(_, pair)| {
        let inside = matches!(pair[1], 0x00 | 0xd0..=0xd7);
        pair[0] == 0xff && !inside
    });
    markers.next().map(|(at, _)| at)
}

fn png(sent: &[u8]) -> Option<Vec<u8>> {
    let mut kept = PNG.to_vec();
    let mut at = PNG.len();
    loop {
        let length: [u8; 4] = sent.get(at..at + 4)?.try_into().ok()?;
        let length = usize::try_from(u32::from_be_bytes(length)).ok()?;
        let name = sent.get(at + 4..at + 8)?;
        let end = at.checked_add(length)?.checked_add(12)?;
        let chunk = sent.get(at..end)?;
        if SEEN.contains(&name) {
            kept.extend(chunk);
        }
        if name == b"IEND" {
            return Some(kept);
        }
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len() + 2).expect("short").to_be_bytes();
        [&[0xff, marker][..], &length, data].concat()
    }

    fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
        let length = u32::try_from(data.len()).expect("short").to_be_bytes();
        [&length[..], name, data, &[0; 4]].concat()
    }

    #[test]
    fn a_photograph_keeps_what_is_seen_and_nothing_of_where() {
        let (jfif, table) = (segment(0xe0, b"JFIF\0"), segment(0xdb, &[1; 8]));
        let exif = segment(0xe1, b"Exif\0\0GPS 30.27 120.15");
        let word = segment(0xfe, b"taken at home");
        // Two scans, with a byte that is stuffed and a restart within.
        let scans = [
            segment(0xda, &[1, 2, 3]),
            vec![7, 0xff, 0x00, 8, 0xff, 0xd0, 9],
            segment(0xc4, &[4; 4]),
            segment(0xda, &[5]),
            vec![6, 6],
            vec![0xff, 0xd9],
        ]
        .concat();
        let start = vec![0xff, 0xd8];
        let sent = [
            &start,
            &jfif,
            &exif,
            &table,
            &word,
            &scans,
            &b"GPS".to_vec(),
        ];
        let want = [&start, &jfif, &table, &scans];
        let sent: Vec<u8> = sent.into_iter().flatten().copied().collect();
        let want: Vec<u8> = want.into_iter().flatten().copied().collect();
        assert_eq!(kept(&sent), Some((AttachmentForm::Jpeg, want.clone())));
        assert_eq!(kept(&want), Some((AttachmentForm::Jpeg, want.clone())));
        for end in 3..want.len() - 1 {
            assert_eq!(kept(&want[..end]), None, "cut after {end}");
        }
    }

    #[test]
    fn a_picture_keeps_its_pixels_and_no_words() {
        let seen = [chunk(b"IHDR", &[1; 13]), chunk(b"IDAT", &[2; 9])].concat();
        let words = [chunk(b"tEXt", b"Author\0Li"), chunk(b"eXIf", b"GPS")].concat();
        let end = chunk(b"IEND", b"");
        let sent = [PNG, &words, &seen, &words, &end, b"more"].concat();
        let want = [PNG, &seen, &end].concat();
        assert_eq!(kept(&sent), Some((AttachmentForm::Png, want.clone())));
        for end in PNG.len()..want.len() {
            assert_eq!(kept(&want[..end]), None, "cut after {end}");
        }
    }

    #[test]
    fn what_it_is_says_its_beginning() {
        let pdf = b"%PDF-1.7\n%%EOF".to_vec();
        assert_eq!(kept(&pdf), Some((AttachmentForm::Pdf, pdf.clone())));
        for other in [
            &b""[..],
            b"GIF89a",
            b"<svg>",
            b"PK\x03\x04",
            b"\x7fELF",
            b"<html>",
        ] {
            assert_eq!(kept(other), None);
        }
    }
}
