//! What stands in an address as somebody scanned or typed it.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

/// A label, an ISBN or a reader's card as it was scanned or typed, right or wrong: a slip is answered
/// as such, and not as a thing that is not there. In an address without anything but letters, digits
/// and hyphens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed(String);

impl Typed {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Typed {
    type Err = Infallible;
    fn from_str(raw: &str) -> Result<Self, Infallible> {
        let plain = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
        let raw = domain::library::barcode::plain(raw);
        Ok(Self(raw.chars().filter(plain).collect()))
    }
}

impl fmt::Display for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Typed {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Typed".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[-0-9A-Za-z]+$" })
    }
}
