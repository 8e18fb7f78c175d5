//! What is shown at the counter, and typed there.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Without the letters and digits that are read as one another: no 0 O 1 I L, and no U.
const ALPHABET: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_CHARS: usize = 8;

/// What is shown at the counter: eight characters and one that checks them, written `ABCD-EFGH-J`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VoucherCode([u8; CODE_CHARS + 1]);

impl VoucherCode {
    /// `chance`: random bits, of which somewhat more than 39 count.
    #[must_use]
    pub fn new(chance: u128) -> Self {
        let mut left = chance;
        let mut code = [0; CODE_CHARS + 1];
        for place in code.iter_mut().take(CODE_CHARS) {
            let digit = usize::try_from(left % 30).unwrap_or(0);
            *place = ALPHABET[digit];
            left /= 30;
        }
        code[CODE_CHARS] = check(&code[..CODE_CHARS]).unwrap_or(ALPHABET[0]);
        Self(code)
    }

    /// Without its hyphens.
    #[must_use]
    pub fn bare(&self) -> String {
        self.0.iter().map(|byte| char::from(*byte)).collect()
    }
}

fn digit(byte: u8) -> Option<usize> {
    ALPHABET.iter().position(|known| *known == byte)
}

/// Notices any one wrong character and any two neighbours in each other's place, but for one pair:
/// Luhn's way with base 30 (ISO/IEC 7812-1, annex B, for letters as well).
fn check(code: &[u8]) -> Option<u8> {
    let base = ALPHABET.len();
    let mut sum = 0;
    for (step, byte) in code.iter().rev().enumerate() {
        let value = digit(*byte)? * if step % 2 == 0 { 2 } else { 1 };
        sum += value / base + value % base;
    }
    Some(ALPHABET[(base - sum % base) % base])
}

/// Not a code, or mistyped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadVoucherCode;

impl fmt::Display for BadVoucherCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a voucher's code")
    }
}

/// As it is typed: small letters, spaces and hyphens are taken too.
impl FromStr for VoucherCode {
    type Err = BadVoucherCode;
    fn from_str(raw: &str) -> Result<Self, BadVoucherCode> {
        let typed = raw.bytes().filter(|byte| !matches!(byte, b' ' | b'-'));
        let typed: Vec<u8> = typed.map(|byte| byte.to_ascii_uppercase()).collect();
        let code: [u8; CODE_CHARS + 1] = typed.try_into().map_err(|_| BadVoucherCode)?;
        match check(&code[..CODE_CHARS]) {
            Some(right) if right == code[CODE_CHARS] => Ok(Self(code)),
            _ => Err(BadVoucherCode),
        }
    }
}

impl fmt::Display for VoucherCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bare = self.bare();
        write!(f, "{}-{}-{}", &bare[..4], &bare[4..8], &bare[8..])
    }
}

impl fmt::Debug for VoucherCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for VoucherCode {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for VoucherCode {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let raw = std::borrow::Cow::<'de, str>::deserialize(d)?;
        raw.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for VoucherCode {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "VoucherCode".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]$" })
    }
}
