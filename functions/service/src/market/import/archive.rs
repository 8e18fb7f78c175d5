//! What a workbook would cost to read, before calamine reads it: what its archive unpacks to, and how
//! many shared strings it says it has. Memory for that many is asked for at once, and a process that
//! asks for more than there is ends.
//!
//! Of a sheet's `dimension` nothing is made as long as it is read cell by cell. The reader of archives refuses a part that outgrows the size its directory names, so the sum of
//! these sizes bounds all that follows. The directory is looked for only where that reader cannot
//! find another one: at the very end, without a comment, without the 64-bit form.

use std::io::{BufReader, Cursor};

use domain::limits;
use quick_xml::Reader;
use quick_xml::events::Event;
use wire::Problem;
use zip::ZipArchive;

use super::read::bad_file;

/// The record at the end of an archive.
const END: &[u8] = b"PK\x05\x06";
const END_BYTES: usize = 22;
/// One entry of the directory, without its name and extras.
const ENTRY: &[u8] = b"PK\x01\x02";
const ENTRY_BYTES: usize = 46;
const LOCATOR_64: &[u8] = b"PK\x06\x07";
const LOCATOR_64_BYTES: usize = 20;

/// The end of the name of the part with the shared strings, wherever the workbook lies.
const STRINGS: &str = "sharedstrings.xml";
/// The shortest a shared string can be: `<si/>`.
const STRING_BYTES: u64 = 5;

/// Refuses `bad_file`: `damaged`, or `too_large` unpacked.
pub fn check(bytes: &[u8]) -> Result<(), Problem> {
    let unpacked = unpacked(bytes).ok_or_else(|| bad_file("damaged"))?;
    if unpacked > limits::IMPORT_UNPACKED_BYTES {
        return Err(bad_file("too_large").with("bytes_max", limits::IMPORT_UNPACKED_BYTES));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| bad_file("damaged"))?;
    for i in 0..archive.len() {
        let name = archive.name_for_index(i).and_then(Result::ok);
        if !name.is_some_and(|name| name.to_ascii_lowercase().ends_with(STRINGS)) {
            continue;
        }
        let part = archive.by_index(i).map_err(|_| bad_file("damaged"))?;
        let room = part.size() / STRING_BYTES;
        if strings_claimed(BufReader::new(part)) > room {
            return Err(bad_file("damaged"));
        }
    }
    Ok(())
}

/// How many shared strings a part says it has, found as calamine finds it; 0 where it does not say.
fn strings_claimed(part: impl std::io::BufRead) -> u64 {
    let mut xml = Reader::from_reader(part);
    let config = xml.config_mut();
    config.check_end_names = false;
    config.check_comments = false;
    config.expand_empty_elements = true;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer) {
            Ok(Event::Start(tag)) if tag.local_name().as_ref() == "sst" => {
                let claims = tag.attributes_raw().split("uniqueCount").skip(1);
                return claims.map(number).max().unwrap_or(0);
            }
            Ok(Event::Eof) | Err(_) => return 0,
            Ok(_) => {}
        }
    }
}

/// The digits of ` = "12"`; more than any part has room for where there are too many of them.
fn number(rest: &str) -> u64 {
    let digits = rest.trim_start_matches(|c: char| c.is_whitespace() || "='\"".contains(c));
    let end = digits.find(|c: char| !c.is_ascii_digit());
    match &digits[..end.unwrap_or(digits.len())] {
        "" => 0,
        digits => digits.parse().unwrap_or(u64::MAX),
    }
}

fn unpacked(bytes: &[u8]) -> Option<u64> {
    let end = bytes.len().checked_sub(END_BYTES)?;
    let record = bytes.get(end..)?;
    let comment = word(record, 20)?;
    let long = end
        .checked_sub(LOCATOR_64_BYTES)
        .is_some_and(|at| bytes[at..].starts_with(LOCATOR_64));
    if !record.starts_with(END) || comment != 0 || long {
        return None;
    }
    let (size, start) = (
        long_word(record, 12)? as usize,
        long_word(record, 16)? as usize,
    );
    if start.checked_add(size)? != end {
        return None;
    }
    let mut directory = bytes.get(start..end)?;
    let (mut entries, mut sum) = (0, 0);
    while !directory.is_empty() {
        if !directory.starts_with(ENTRY) {
            return None;
        }
        sum += u64::from(long_word(directory, 24)?);
        entries += 1;
        let extras = [28, 30, 32].into_iter().map(|at| word(directory, at));
        let extras: usize = extras.sum::<Option<usize>>()?;
        directory = directory.get(ENTRY_BYTES + extras..)?;
    }
    (word(record, 10)? == entries).then_some(sum)
}

fn word(bytes: &[u8], at: usize) -> Option<usize> {
    let two = bytes.get(at..at + 2)?.try_into().ok()?;
    Some(usize::from(u16::from_le_bytes(two)))
}

fn long_word(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at + 4)?.try_into().ok()?;
    Some(u32::from_le_bytes(four))
}
