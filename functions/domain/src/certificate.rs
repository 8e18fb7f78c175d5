//! Certificates of service time: a number, a period, the minutes in it. Whoever is shown one can ask
//! whether it holds, and learns nothing else about the person.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::access::named;
use crate::hours::{Entry, Source};
use crate::{CommunityId, EntryId, PersonId, Refusal, limits};

/// Digits and letters without those that look alike.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a number, the check character not counted: 60 bits that nobody guesses.
const DRAWN: usize = 12;

/// Written `XXXX-XXXX-XXXX-X`; the last is a check character. Reading forgives small letters,
/// hyphens, spaces, and the letters I, L and O.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CertificateNumber([u8; DRAWN]);

impl CertificateNumber {
    /// From 60 bits of chance.
    #[must_use]
    pub fn from_bits(bits: u64) -> Self {
        Self(std::array::from_fn(|i| {
            let place = 5 * (DRAWN - 1 - i);
            u8::try_from(bits >> place & 31).unwrap_or_default()
        }))
    }
}

/// The character that tells a wrong character or two that changed places (Luhn, modulo 32).
fn check(values: &[u8]) -> u8 {
    let twice = |value: u8| {
        let doubled = u32::from(value) * 2;
        doubled / 32 + doubled % 32
    };
    let sum: u32 = values
        .iter()
        .rev()
        .enumerate()
        .map(|(i, value)| {
            if i % 2 == 0 {
                twice(*value)
            } else {
                u32::from(*value)
            }
        })
        .sum();
    u8::try_from((32 - sum % 32) % 32).unwrap_or_default()
}

impl fmt::Display for CertificateNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, value) in self.0.iter().chain([&check(&self.0)]).enumerate() {
            if i > 0 && i % 4 == 0 {
                f.write_str("-")?;
            }
            let letter = ALPHABET.get(usize::from(*value)).copied();
            write!(f, "{}", char::from(letter.unwrap_or(b'?')))?;
        }
        Ok(())
    }
}

impl fmt::Debug for CertificateNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected the number of a certificate")]
pub struct BadNumber;

impl FromStr for CertificateNumber {
    type Err = BadNumber;

    fn from_str(raw: &str) -> Result<Self, BadNumber> {
        let mut values = [0; DRAWN + 1];
        let mut given = raw.bytes().filter(|byte| !matches!(byte, b'-' | b' '));
        for value in &mut values {
            let letter = match given.next().ok_or(BadNumber)?.to_ascii_uppercase() {
                b'O' => b'0',
                b'I' | b'L' => b'1',
                letter => letter,
            };
            let at = ALPHABET.iter().position(|known| *known == letter);
            *value = u8::try_from(at.ok_or(BadNumber)?).map_err(|_| BadNumber)?;
        }
        let (drawn, last) = values.split_at(DRAWN);
        let drawn: [u8; DRAWN] = drawn.try_into().map_err(|_| BadNumber)?;
        if given.next().is_some() || last != [check(&drawn)] {
            return Err(BadNumber);
        }
        Ok(Self(drawn))
    }
}

impl Serialize for CertificateNumber {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CertificateNumber {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let raw = std::borrow::Cow::<'de, str>::deserialize(d)?;
        raw.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for CertificateNumber {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CertificateNumber".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": "^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]$",
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Standing {
    Valid,
    /// An entry in it was corrected since.
    Outdated,
    Revoked {
        by: PersonId,
        reason: String,
    },
}

named! {
    CertificateState {
        Valid = "valid",
        Outdated = "outdated",
        Revoked = "revoked",
    }
}

impl Standing {
    #[must_use]
    pub fn name(&self) -> CertificateState {
        match self {
            Self::Valid => CertificateState::Valid,
            Self::Outdated => CertificateState::Outdated,
            Self::Revoked { .. } => CertificateState::Revoked,
        }
    }
}

/// The person's approved time of the local days `from..=until`, as it was when it was issued.
/// `manual_minutes`: those of `minutes` that were written down by hand. It holds no words of theirs,
/// and no name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    pub number: CertificateNumber,
    pub community: CommunityId,
    pub person: PersonId,
    pub from: Date,
    pub until: Date,
    pub minutes: u32,
    pub manual_minutes: u32,
    pub entries: Vec<EntryId>,
    pub issued_by: PersonId,
    pub issued_at: Timestamp,
    pub standing: Standing,
    pub changed_at: Timestamp,
    pub ver: u64,
}

/// What a certificate is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub number: CertificateNumber,
    pub community: CommunityId,
    pub person: PersonId,
    pub from: Date,
    pub until: Date,
    pub by: PersonId,
}

impl Certificate {
    /// `entries`: the person's whose time begins in the period; only those that count are taken.
    /// `before`: the person's certificates.
    /// Refuses: `NothingToCertify`, `ManyEntries`, `ManyCertificates`.
    pub fn issue(
        wanted: Wanted,
        entries: &[Entry],
        before: &[Self],
        at: Timestamp,
    ) -> Result<Self, Refusal> {
        let counted: Vec<&Entry> = entries
            .iter()
            .filter(|entry| entry.counts() && entry.minutes > 0)
            .collect();
        if counted.is_empty() {
            return Err(Refusal::NothingToCertify);
        }
        if counted.len() > limits::CERTIFICATE_ENTRIES {
            let max = u32::try_from(limits::CERTIFICATE_ENTRIES).unwrap_or(u32::MAX);
            return Err(Refusal::ManyEntries { max });
        }
        let valid = before.iter().filter(|one| one.is_valid()).count();
        if valid >= limits::CERTIFICATES {
            let max = u32::try_from(limits::CERTIFICATES).unwrap_or(u32::MAX);
            return Err(Refusal::ManyCertificates { max });
        }
        let by_hand = counted
            .iter()
            .filter(|entry| entry.source == Source::Manual);
        Ok(Self {
            number: wanted.number,
            community: wanted.community,
            person: wanted.person,
            from: wanted.from,
            until: wanted.until,
            minutes: counted.iter().map(|entry| entry.minutes).sum(),
            manual_minutes: by_hand.map(|entry| entry.minutes).sum(),
            entries: counted.iter().map(|entry| entry.id).collect(),
            issued_by: wanted.by,
            issued_at: at,
            standing: Standing::Valid,
            changed_at: at,
            ver: 1,
        })
    }

    #[must_use]
    pub fn is_valid(&self) -> bool {
        matches!(self.standing, Standing::Valid)
    }

    /// Still holds, and an entry of it was superseded: it does not hold any more. `None` where
    /// nothing changes.
    #[must_use]
    pub fn outdated_by(&self, entry: EntryId, at: Timestamp) -> Option<Self> {
        (self.is_valid() && self.entries.contains(&entry)).then(|| Self {
            standing: Standing::Outdated,
            changed_at: at,
            ver: self.ver + 1,
            ..self.clone()
        })
    }

    /// Taken back, with the reason. Refuses: `AlreadyRevoked`.
    pub fn revoke(self, by: PersonId, reason: String, at: Timestamp) -> Result<Self, Refusal> {
        match self.standing {
            Standing::Revoked { .. } => Err(Refusal::AlreadyRevoked),
            Standing::Valid | Standing::Outdated => Ok(Self {
                standing: Standing::Revoked { by, reason },
                changed_at: at,
                ver: self.ver + 1,
                ..self
            }),
        }
    }
}
