//! Which of a device's numbers were taken, so that none is taken twice and one that was overtaken on its way
//! still is. As RFC 4303 (section 3.4.3) has it for packets: below the largest number lies a window in which
//! each is remembered by itself; what is older cannot be told from what was taken, and counts as taken.
//!
//! What is remembered are gaps: bit `n - 1` says that the number `n` below the largest never came. A device
//! that leaves out none has no gaps, and nothing to remember.

use crate::limits;

const WORD: u64 = u64::BITS as u64;

/// Whether a number may be taken. There is no number 0.
#[must_use]
pub fn is_new(largest: u64, gaps: &[u64], number: u64) -> bool {
    match largest.checked_sub(number) {
        None => true,
        Some(back) => number > 0 && is_gap(gaps, back),
    }
}

/// With one number taken: the largest, and the gaps below it.
#[must_use]
pub fn taken(largest: u64, gaps: &[u64], number: u64) -> (u64, Vec<u64>) {
    if let Some(ahead) = number.checked_sub(largest).filter(|ahead| *ahead > 0) {
        let gap = |back: u64| match back.checked_sub(ahead) {
            None => true,
            Some(before) => is_gap(gaps, before),
        };
        return (number, words(gap));
    }
    let filled = largest - number;
    (largest, words(|back| back != filled && is_gap(gaps, back)))
}

fn is_gap(gaps: &[u64], back: u64) -> bool {
    let Some(bit) = back.checked_sub(1) else {
        return false;
    };
    let word = usize::try_from(bit / WORD).ok();
    let word = word.and_then(|place| gaps.get(place));
    word.is_some_and(|word| (word >> (bit % WORD)) & 1 == 1)
}

/// Without the words at the end in which there is no gap.
fn words(gap: impl Fn(u64) -> bool) -> Vec<u64> {
    let first = (1..=limits::SEEN_NUMBERS).step_by(u64::BITS as usize);
    let word = |first: u64| {
        let bits = (0..WORD).filter(|bit| gap(first + bit));
        bits.fold(0_u64, |word, bit| word | (1_u64 << bit))
    };
    let mut words: Vec<u64> = first.map(word).collect();
    while words.last() == Some(&0) {
        words.pop();
    }
    words
}
