//! Providers: their standing with the community, their credentials, and the services they give.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::access::named;
use crate::availability::Calendar;
use crate::units::Fen;
use crate::{CommunityId, CredentialId, PersonId, ProviderId, Refusal, ServiceId, limits};

named! {
    /// Where a provider stands with the community.
    Standing { Applied = "applied", Approved = "approved", Rejected = "rejected", Suspended = "suspended" }
}

named! {
    /// What a social worker decides about a provider.
    Decision { Approve = "approve", Reject = "reject", Suspend = "suspend", Reinstate = "reinstate" }
}

named! {
    CredentialKind {
        Identity = "identity",
        TradeLicence = "trade_licence",
        LocksmithPermit = "locksmith_permit",
        ElectricianPermit = "electrician_permit",
        HealthCertificate = "health_certificate",
        Insurance = "insurance",
        Training = "training",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Credential {
    pub id: CredentialId,
    pub kind: CredentialKind,
    /// The last characters of its number, enough to tell two apart; the paper itself stays with its owner.
    pub number_tail: String,
    /// The last local day on which it holds.
    pub expires: Date,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    pub id: ProviderId,
    pub community: CommunityId,
    pub person: PersonId,
    pub name: String,
    pub intro: String,
    pub standing: Standing,
    /// Said by the social worker with the last decision.
    pub reason: String,
    pub credentials: Vec<Credential>,
    pub calendar: Calendar,
    pub created_at: Timestamp,
    /// The credential expiry last told to the provider and the people booked.
    pub expiry_told: Option<Date>,
    pub ver: u64,
}

impl Provider {
    /// The last local day that may be booked: the earliest expiry of a credential.
    #[must_use]
    pub fn bookable_until(&self) -> Option<Date> {
        self.credentials
            .iter()
            .map(|credential| credential.expires)
            .min()
    }

    /// Approved, and every credential holds on that local day.
    #[must_use]
    pub fn is_bookable(&self, day: Date) -> bool {
        self.standing == Standing::Approved && self.bookable_until().is_some_and(|last| day <= last)
    }

    /// A social worker's decision. `today`: the community's local day.
    /// Refuses: `StandingIs` where the decision does not follow from it, `CredentialsMissing`.
    pub fn decide(self, decision: Decision, reason: String, today: Date) -> Result<Self, Refusal> {
        let standing = match (self.standing, decision) {
            (Standing::Applied | Standing::Rejected, Decision::Approve)
            | (Standing::Suspended, Decision::Reinstate) => Standing::Approved,
            (Standing::Applied, Decision::Reject) => Standing::Rejected,
            (Standing::Approved, Decision::Suspend) => Standing::Suspended,
            (standing @ (Standing::Approved | Standing::Suspended), Decision::Approve)
            | (
                standing @ (Standing::Applied | Standing::Approved | Standing::Rejected),
                Decision::Reinstate,
            )
            | (
                standing @ (Standing::Approved | Standing::Rejected | Standing::Suspended),
                Decision::Reject,
            )
            | (
                standing @ (Standing::Applied | Standing::Rejected | Standing::Suspended),
                Decision::Suspend,
            ) => {
                return Err(Refusal::StandingIs { standing });
            }
        };
        let valid = self.bookable_until().is_some_and(|last| today <= last);
        if standing == Standing::Approved && !valid {
            return Err(Refusal::CredentialsMissing);
        }
        Ok(Self {
            standing,
            reason,
            ver: self.ver + 1,
            ..self
        })
    }
}

named! {
    /// Whether a time is the resident's at once, or the provider answers first.
    Mode { Instant = "instant", OnRequest = "on_request" }
}

/// What a booking is made under; copied into it, so that later changes do not reach back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Terms {
    pub price_from: Fen,
    pub price_to: Fen,
    pub minutes: u16,
    pub buffer_before_minutes: u16,
    pub buffer_after_minutes: u16,
    /// Distance between two offered starts: 15, 30 or 60.
    pub step_minutes: u16,
    pub lead_minutes: u32,
    pub horizon_days: u16,
    /// A resident may cancel or move until this long before the start.
    pub cutoff_minutes: u32,
    pub mode: Mode,
}

impl Terms {
    /// The field that breaks a limit, as the name it has in JSON.
    #[must_use]
    pub fn flaw(&self) -> Option<&'static str> {
        let cell = limits::CELL_MINUTES;
        let rows = [
            ("price_from", self.price_from.0 < 0),
            (
                "price_to",
                self.price_to < self.price_from || self.price_to.0 > limits::PRICE_FEN,
            ),
            (
                "minutes",
                self.minutes < cell
                    || self.minutes > limits::SERVICE_MINUTES
                    || !self.minutes.is_multiple_of(cell),
            ),
            (
                "buffer_before_minutes",
                self.buffer_before_minutes > limits::BUFFER_MINUTES
                    || !self.buffer_before_minutes.is_multiple_of(cell),
            ),
            (
                "buffer_after_minutes",
                self.buffer_after_minutes > limits::BUFFER_MINUTES
                    || !self.buffer_after_minutes.is_multiple_of(cell),
            ),
            ("step_minutes", !matches!(self.step_minutes, 15 | 30 | 60)),
            ("lead_minutes", self.lead_minutes > limits::LEAD_MINUTES),
            (
                "horizon_days",
                self.horizon_days == 0 || self.horizon_days > limits::HORIZON_DAYS,
            ),
            (
                "cutoff_minutes",
                self.cutoff_minutes > limits::CUTOFF_MINUTES,
            ),
        ];
        rows.into_iter()
            .find(|(_, broken)| *broken)
            .map(|(field, _)| field)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    pub id: ServiceId,
    pub community: CommunityId,
    pub category: String,
    pub name: String,
    pub name_en: Option<String>,
    pub about: String,
    pub about_en: Option<String>,
    pub terms: Terms,
    pub providers: Vec<ProviderId>,
    pub hidden: bool,
    pub ver: u64,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;
    use serde_json::json;

    use super::*;

    const TODAY: Date = date(2026, 5, 4);

    /// `standing  credentials  decision -> standing | refused code`
    const DECISIONS: &str = "
        applied    valid      approve    -> approved
        applied    today      approve    -> approved
        applied    expired    approve    -> refused credentials_missing
        applied    one_of_two approve    -> refused credentials_missing
        applied    none       approve    -> refused credentials_missing
        applied    none       reject     -> rejected
        applied    valid      suspend    -> refused standing_is applied
        applied    valid      reinstate  -> refused standing_is applied
        approved   valid      approve    -> refused standing_is approved
        approved   valid      reject     -> refused standing_is approved
        approved   valid      suspend    -> suspended
        approved   expired    suspend    -> suspended
        approved   valid      reinstate  -> refused standing_is approved
        rejected   valid      approve    -> approved
        rejected   expired    approve    -> refused credentials_missing
        rejected   valid      reject     -> refused standing_is rejected
        rejected   valid      suspend    -> refused standing_is rejected
        rejected   none       reinstate  -> refused standing_is rejected
        suspended  none       approve    -> refused standing_is suspended
        suspended  valid      reject     -> refused standing_is suspended
        suspended  valid      suspend    -> refused standing_is suspended
        suspended  valid      reinstate  -> approved
        suspended  today      reinstate  -> approved
        suspended  expired    reinstate  -> refused credentials_missing
    ";

    fn decisions() -> impl Iterator<Item = (Standing, &'static str, Decision, &'static str)> {
        let rows = DECISIONS
            .lines()
            .map(str::trim)
            .filter(|row| !row.is_empty());
        rows.map(|row| {
            let (cause, outcome) = row.split_once(" -> ").expect("an outcome");
            let cells: Vec<&str> = cause.split_whitespace().collect();
            let [standing, credentials, decision] = cells[..] else {
                panic!("three columns in {row}")
            };
            let standing = standing.parse().expect("a standing");
            (
                standing,
                credentials,
                decision.parse().expect("a decision"),
                outcome,
            )
        })
    }

    fn provider(standing: Standing, credentials: &str) -> Provider {
        let (yesterday, tomorrow) = (date(2026, 5, 3), date(2026, 5, 5));
        let expiries = match credentials {
            "valid" => vec![tomorrow],
            "today" => vec![TODAY, tomorrow],
            "expired" => vec![yesterday],
            "one_of_two" => vec![tomorrow, yesterday],
            "none" => vec![],
            other => panic!("`{other}` are no credentials"),
        };
        let credential = |expires| Credential {
            id: CredentialId::new(1, 1),
            kind: CredentialKind::Identity,
            number_tail: "0001".to_owned(),
            expires,
        };
        Provider {
            id: ProviderId::new(1, 2),
            community: CommunityId::new(1, 3),
            person: PersonId::new(1, 4),
            name: "李师傅".to_owned(),
            intro: String::new(),
            standing,
            reason: String::new(),
            credentials: expiries.into_iter().map(credential).collect(),
            calendar: Calendar::default(),
            created_at: Timestamp::UNIX_EPOCH,
            expiry_told: None,
            ver: 7,
        }
    }

    #[test]
    fn decisions_follow_from_the_standing() {
        for (standing, credentials, decision, want) in decisions() {
            let before = provider(standing, credentials);
            let got = match before
                .clone()
                .decide(decision, "证件已核对".to_owned(), TODAY)
            {
                Ok(after) => {
                    let standing = after.standing;
                    let reason = "证件已核对".to_owned();
                    assert_eq!(
                        after,
                        Provider {
                            standing,
                            reason,
                            ver: before.ver + 1,
                            ..before
                        }
                    );
                    standing.to_string()
                }
                Err(Refusal::StandingIs { standing }) => format!("refused standing_is {standing}"),
                Err(Refusal::CredentialsMissing) => "refused credentials_missing".to_owned(),
                Err(other) => panic!("{other:?} is no answer to a decision"),
            };
            assert_eq!(got, want, "{standing} {credentials} {decision}");
        }
    }

    #[test]
    fn every_decision_on_every_standing_has_a_row() {
        let rows: BTreeSet<_> = decisions()
            .map(|(standing, _, decision, _)| (standing, decision))
            .collect();
        assert_eq!(rows.len(), Standing::ALL.len() * Decision::ALL.len());
    }

    #[test]
    fn bookable_while_approved_and_every_credential_holds() {
        let tomorrow = date(2026, 5, 5);
        for (standing, credentials, day, bookable) in [
            (Standing::Approved, "today", TODAY, true),
            (Standing::Approved, "today", tomorrow, false),
            (Standing::Approved, "valid", tomorrow, true),
            (Standing::Approved, "one_of_two", TODAY, false),
            (Standing::Approved, "none", TODAY, false),
            (Standing::Applied, "valid", TODAY, false),
            (Standing::Rejected, "valid", TODAY, false),
            (Standing::Suspended, "valid", TODAY, false),
        ] {
            let provider = provider(standing, credentials);
            assert_eq!(
                provider.is_bookable(day),
                bookable,
                "{standing} {credentials} {day}"
            );
        }
    }

    fn terms() -> Terms {
        Terms {
            price_from: Fen(5_000),
            price_to: Fen(8_000),
            minutes: 60,
            buffer_before_minutes: 0,
            buffer_after_minutes: 0,
            step_minutes: 15,
            lead_minutes: 0,
            horizon_days: 30,
            cutoff_minutes: 0,
            mode: Mode::Instant,
        }
    }

    /// Each field with what it takes, up to its limit, and what it does not.
    #[test]
    fn each_field_of_the_terms_has_its_limits() {
        let cell = i64::from(limits::CELL_MINUTES);
        let (price, visit, buffer) = (
            limits::PRICE_FEN,
            i64::from(limits::SERVICE_MINUTES),
            i64::from(limits::BUFFER_MINUTES),
        );
        let (lead, horizon, cutoff) = (
            limits::LEAD_MINUTES.into(),
            limits::HORIZON_DAYS.into(),
            limits::CUTOFF_MINUTES.into(),
        );
        let rows: [(&str, &[i64], &[i64]); 9] = [
            ("price_from", &[0, 1, 8_000], &[-1]),
            ("price_to", &[5_000, 5_001, price], &[4_999, price + 1]),
            (
                "minutes",
                &[cell, 2 * cell, visit],
                &[0, cell - 1, cell + 1, visit + cell],
            ),
            (
                "buffer_before_minutes",
                &[0, cell, buffer],
                &[1, cell + 1, buffer + cell],
            ),
            (
                "buffer_after_minutes",
                &[0, cell, buffer],
                &[1, cell + 1, buffer + cell],
            ),
            ("step_minutes", &[15, 30, 60], &[0, 1, 14, 45, 61, 120]),
            ("lead_minutes", &[0, lead], &[lead + 1]),
            ("horizon_days", &[1, horizon], &[0, horizon + 1]),
            ("cutoff_minutes", &[0, cutoff], &[cutoff + 1]),
        ];
        let with = |field: &str, value: i64| -> Terms {
            let mut json = serde_json::to_value(terms()).expect("plain data");
            json[field] = json!(value);
            serde_json::from_value(json).expect("a number of its size")
        };
        for (field, taken, refused) in rows {
            for value in taken {
                assert_eq!(with(field, *value).flaw(), None, "{field} {value}");
            }
            for value in refused {
                assert_eq!(with(field, *value).flaw(), Some(field), "{field} {value}");
            }
        }
        let json = serde_json::to_value(terms()).expect("plain data");
        let numbers = json
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(_, value)| value.is_number())
            .count();
        assert_eq!(rows.len(), numbers, "a row for each number");
    }

    #[test]
    fn the_first_flaw_is_named() {
        let all = Terms {
            price_from: Fen(-1),
            price_to: Fen(-2),
            minutes: 0,
            horizon_days: 0,
            ..terms()
        };
        assert_eq!(all.flaw(), Some("price_from"));
        assert_eq!(
            Terms {
                price_from: Fen(9_000),
                ..terms()
            }
            .flaw(),
            Some("price_to")
        );
        assert_eq!(
            Terms {
                price_from: Fen(0),
                price_to: Fen(0),
                ..terms()
            }
            .flaw(),
            None,
            "free of charge"
        );
    }
}
