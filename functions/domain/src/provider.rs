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
                    || self.minutes % cell != 0,
            ),
            (
                "buffer_before_minutes",
                self.buffer_before_minutes > limits::BUFFER_MINUTES
                    || self.buffer_before_minutes % cell != 0,
            ),
            (
                "buffer_after_minutes",
                self.buffer_after_minutes > limits::BUFFER_MINUTES
                    || self.buffer_after_minutes % cell != 0,
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
