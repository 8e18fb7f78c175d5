//! Ids that follow from what a row names, so that the same row is the same thing next time.

use domain::provider::CredentialKind;
use domain::text::folded;
use domain::{CommunityId, CredentialId, ProviderId, ServiceId};
use sha2::{Digest, Sha256};

/// From the number's keyed digest, not the number: ids are public, and there are few numbers.
#[must_use]
pub fn provider(community: CommunityId, phone_digest: &str) -> ProviderId {
    ProviderId::from_bits(bits("provider", &[&community.to_string(), phone_digest]))
}

/// One credential of each kind comes from files.
#[must_use]
pub fn credential(provider: ProviderId, kind: CredentialKind) -> CredentialId {
    CredentialId::from_bits(bits("credential", &[&provider.to_string(), kind.as_str()]))
}

#[must_use]
pub fn service(community: CommunityId, name: &str) -> ServiceId {
    ServiceId::from_bits(bits("service", &[&community.to_string(), &folded(name)]))
}

fn bits(kind: &str, parts: &[&str]) -> u128 {
    let said = format!("import|{kind}|{}", parts.join("|"));
    let sum: [u8; 32] = Sha256::digest(said.as_bytes()).into();
    sum[..16]
        .iter()
        .fold(0, |bits, byte| bits << 8 | u128::from(*byte))
}
