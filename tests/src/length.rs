//! How long games are: a part of it each time, all of it with `cargo xtask test --long`.

use std::env;

const LONG: &str = "LINLI_LONG";

/// So many of `long` as are played now: a fifth, unless all were asked for.
#[must_use]
pub fn of(long: usize) -> usize {
    if env::var_os(LONG).is_some() {
        long
    } else {
        long / 5
    }
}
