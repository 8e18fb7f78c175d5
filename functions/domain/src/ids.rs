//! Typed ids, one registry: a three-letter prefix, an underscore, a ULID. Parsed once; a wrong
//! prefix is a parse error. They are made by the client that sends the command.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use ulid::Ulid;

/// Why a string is not an id of the wanted kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an id of the form {prefix}_ULID")]
pub struct BadId {
    pub prefix: &'static str,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Ulid);

        impl $name {
            pub const PREFIX: &'static str = $prefix;

            /// From a time in milliseconds and 80 bits of chance, both supplied by the caller.
            #[must_use]
            pub fn new(millis: u64, random: u128) -> Self {
                Self(Ulid::from_parts(millis, random))
            }

            /// The 128 bits behind the id: a stable source for spreading and for deriving.
            #[must_use]
            pub fn bits(self) -> u128 {
                self.0.into()
            }

            /// An id of this kind that is the same whenever `bits` is the same.
            #[must_use]
            pub fn from_bits(bits: u128) -> Self {
                Self(Ulid::from(bits))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}_{}", $prefix, self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = BadId;
            fn from_str(raw: &str) -> Result<Self, BadId> {
                raw.strip_prefix(concat!($prefix, "_"))
                    .filter(|ulid| ulid.len() == 26 && !ulid.bytes().any(|b| b.is_ascii_lowercase()))
                    .and_then(|ulid| Ulid::from_string(ulid).ok())
                    .filter(|ulid| raw.ends_with(&ulid.to_string()))
                    .map(Self)
                    .ok_or(BadId { prefix: $prefix })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let raw = std::borrow::Cow::<'de, str>::deserialize(d)?;
                raw.parse().map_err(serde::de::Error::custom)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "type": "string",
                    "pattern": concat!("^", $prefix, "_[0-7][0-9A-HJKMNP-TV-Z]{25}$"),
                })
            }
        }
    )+};
}

ids! {
    /// Being away, as was said beforehand.
    AbsenceId = "abs",
    ActivityId = "act",
    /// A silence that somebody looks after.
    AlertId = "alt",
    /// A picture or a document of a case.
    AttachmentId = "att",
    /// A count of the library's shelves.
    AuditId = "aud",
    BookingId = "bkg",
    /// What somebody does about an alert, or about a word.
    CaseId = "cas",
    /// Names one move of a thing that exists, so that a retry is recognised.
    CommandId = "cmd",
    CommunityId = "com",
    CredentialId = "crd",
    /// A reader or a magnet at a door.
    DeviceId = "dev",
    /// A record of service time.
    EntryId = "hrs",
    FeedbackId = "fbk",
    /// A reservation of a title.
    HoldId = "hld",
    HouseholdId = "hsh",
    /// What two desks did to one copy.
    LibraryTaskId = "ltk",
    /// A file of titles that is being taken.
    LibraryImportId = "lim",
    LoanId = "lon",
    MessageId = "msg",
    /// Service time that left for the national network together.
    NetworkBatchId = "nwb",
    /// What was written about somebody in a case.
    NoteId = "nte",
    PersonId = "per",
    ProviderId = "prv",
    RedemptionId = "rdm",
    RewardId = "rwd",
    /// Activities that were published together, one for each date.
    SeriesId = "ser",
    ServiceId = "svc",
    SignUpId = "sgn",
    /// Something to do in a case.
    TaskId = "tsk",
    TeamId = "tea",
    TitleId = "ttl",
    TransferId = "trf",
    ViewId = "vew",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_text_and_refuses_other_kinds() {
        let id = BookingId::new(1_790_000_000_000, 7);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert!(id.to_string().parse::<ServiceId>().is_err());
        assert!(id.to_string().to_lowercase().parse::<BookingId>().is_err());
        assert!("bkg_".parse::<BookingId>().is_err());
        assert!(
            "bkg_ZZZZZZZZZZZZZZZZZZZZZZZZZZ"
                .parse::<BookingId>()
                .is_err()
        );
    }
}
