//! How long somebody who is asked has to answer.

use jiff::Timestamp;

/// Whole minutes until then, the last one counted; none once it is over.
#[must_use]
pub fn minutes_left(until: Timestamp, now: Timestamp) -> Option<u32> {
    let seconds = until.duration_since(now).as_secs();
    let seconds = u32::try_from(seconds).ok().filter(|left| *left > 0)?;
    Some(seconds.div_ceil(60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_minute_counts_and_what_is_over_is_none() {
        let at = |second| Timestamp::from_second(second).expect("in range");
        for (until, left) in [
            (300, Some(5)),
            (299, Some(5)),
            (241, Some(5)),
            (240, Some(4)),
            (1, Some(1)),
            (0, None),
            (-60, None),
        ] {
            assert_eq!(minutes_left(at(until), at(0)), left, "{until}");
        }
    }
}
