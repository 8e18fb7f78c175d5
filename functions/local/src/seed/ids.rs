//! Ids that are the same on every machine: derived from what they name.

use sha2::{Digest, Sha256};

/// The moment the ids pretend to be from: 2026-01-01, in milliseconds since 1970.
pub const MILLIS: u64 = 1_767_225_600_000;

/// 80 bits that belong to a name within a kind.
#[must_use]
pub fn chance(kind: &str, name: &str) -> u128 {
    bytes(kind, name)[..10]
        .iter()
        .fold(0, |bits, byte| bits << 8 | u128::from(*byte))
}

/// A second factor's secret, in base 32. Of use to nobody outside of a demonstration.
#[must_use]
pub fn second_factor(phone: &str) -> String {
    data_encoding::BASE32_NOPAD.encode(&bytes("second factor", phone)[..20])
}

fn bytes(kind: &str, name: &str) -> [u8; 32] {
    Sha256::digest(format!("linli demo|{kind}|{name}")).into()
}
