//! What an archive unpacks to, before anything is unpacked.
//!
//! The reader of archives refuses a part that outgrows the size its directory names, so the sum of
//! these sizes bounds all that follows. The directory is looked for only where that reader cannot
//! find another one: at the very end, without a comment, without the 64-bit form.

use wire::Problem;

use super::read::bad_file;

/// All parts of an archive together, unpacked. The fullest honest sheet has a tenth of it.
const UNPACKED_BYTES: u64 = 32 * 1024 * 1024;

/// The record at the end of an archive.
const END: &[u8] = b"PK\x05\x06";
const END_BYTES: usize = 22;
/// One entry of the directory, without its name and extras.
const ENTRY: &[u8] = b"PK\x01\x02";
const ENTRY_BYTES: usize = 46;
const LOCATOR_64: &[u8] = b"PK\x06\x07";
const LOCATOR_64_BYTES: usize = 20;

/// Refuses `bad_file`: `damaged`, or `too_large` unpacked.
pub fn check(bytes: &[u8]) -> Result<(), Problem> {
    let unpacked = unpacked(bytes).ok_or_else(|| bad_file("damaged"))?;
    if unpacked > UNPACKED_BYTES {
        return Err(bad_file("too_large").with("bytes_max", UNPACKED_BYTES));
    }
    Ok(())
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
