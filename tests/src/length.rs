//! How long games are: a part of it each time, all of it with `cargo xtask test --long`.

use std::env;

const LONG: &str = "LINLI_LONG";

/// So many of `long` as are played now: a fifth, unless all were asked for.
#[must_use]
pub fn of(long: usize) -> usize {
    long_or(long, long / 5)
}

/// The same where a fifth of it takes too long as well.
#[must_use]
pub fn long_or<T>(long: T, short: T) -> T {
    if is_long() { long } else { short }
}

#[must_use]
pub fn is_long() -> bool {
    env::var_os(LONG).is_some()
}
