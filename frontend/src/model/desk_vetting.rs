//! What a vetting worker reads off a provider: how long credentials still hold, and which
//! decisions follow from where the provider stands.

use domain::provider::{Decision, Standing};
use jiff::civil::Date;

/// Days before the end from which a credential is worth a word.
pub const SOON_DAYS: i32 = 30;

/// How long a credential still holds. The last day counts as holding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    Expired { days_ago: i32 },
    Today,
    Soon { days: i32 },
    Holds,
}

#[must_use]
pub fn expiry(expires: Date, today: Date) -> Expiry {
    match today.until(expires).map(|span| span.get_days()) {
        Ok(0) => Expiry::Today,
        Ok(days) if days < 0 => Expiry::Expired { days_ago: -days },
        Ok(days) if days <= SOON_DAYS => Expiry::Soon { days },
        Ok(_) | Err(_) => Expiry::Holds,
    }
}

/// What may be decided next.
#[must_use]
pub fn decisions(standing: Standing) -> &'static [Decision] {
    match standing {
        Standing::Applied => &[Decision::Approve, Decision::Reject],
        Standing::Approved => &[Decision::Suspend],
        Standing::Rejected => &[Decision::Approve],
        Standing::Suspended => &[Decision::Reinstate],
    }
}

/// Must the worker say why? The provider reads it.
#[must_use]
pub fn needs_reason(decision: Decision) -> bool {
    matches!(decision, Decision::Reject | Decision::Suspend)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::provider::Provider;
    use domain::{CommunityId, PersonId, ProviderId};
    use jiff::Timestamp;
    use jiff::civil::date;

    #[test]
    fn expiry_in_days() {
        let today = date(2026, 11, 24);
        let rows = [
            (date(2026, 11, 23), Expiry::Expired { days_ago: 1 }),
            (date(2025, 11, 24), Expiry::Expired { days_ago: 365 }),
            (date(2026, 11, 24), Expiry::Today),
            (date(2026, 11, 25), Expiry::Soon { days: 1 }),
            (date(2026, 12, 24), Expiry::Soon { days: 30 }),
            (date(2026, 12, 25), Expiry::Holds),
        ];
        for (expires, wanted) in rows {
            assert_eq!(expiry(expires, today), wanted, "{expires}");
        }
    }

    /// The buttons offered are exactly the decisions the rules take.
    #[test]
    fn decisions_agree_with_the_rules() {
        let today = date(2026, 11, 24);
        let credential = domain::provider::Credential {
            id: domain::CredentialId::from_bits(1),
            kind: domain::provider::CredentialKind::Identity,
            number_tail: String::new(),
            expires: today,
        };
        for standing in Standing::ALL {
            let provider = Provider {
                id: ProviderId::from_bits(1),
                community: CommunityId::from_bits(1),
                person: PersonId::from_bits(1),
                name: "测试".into(),
                intro: String::new(),
                standing: *standing,
                reason: String::new(),
                credentials: vec![credential.clone()],
                calendar: Default::default(),
                created_at: Timestamp::UNIX_EPOCH,
                expiry_told: None,
                ver: 1,
            };
            for decision in Decision::ALL {
                let taken = provider
                    .clone()
                    .decide(*decision, String::new(), today)
                    .is_ok();
                assert_eq!(
                    decisions(*standing).contains(decision),
                    taken,
                    "{standing} {decision}"
                );
            }
        }
    }
}
