//! What the desk knows of somebody (动态档案): how often they are visited and why, whom to ring, and which case is
//! open. What of it a role sees.
//!
//! The tier says how often to go there, and nothing else; it has no order among people. Source: a provincial
//! opinion's 高风险 (weekly), 重点 (monthly), 一般 (quarterly), with a step of two weeks between the first two.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::access::{Role, named};
use crate::consent::Purpose;
use crate::watch::Grade;
use crate::{CaseId, CommunityId, PersonId, limits};

named! {
    /// How often somebody is visited.
    Tier { Green = "green", Yellow = "yellow", Orange = "orange", Red = "red" }
}

impl Tier {
    /// Days between two visits.
    #[must_use]
    pub fn visit_days(self) -> i64 {
        match self {
            Self::Red => limits::VISIT_DAYS_RED,
            Self::Orange => limits::VISIT_DAYS_ORANGE,
            Self::Yellow => limits::VISIT_DAYS_YELLOW,
            Self::Green => limits::VISIT_DAYS_GREEN,
        }
    }

    /// How soon somebody is looked after when they are silent, where nothing else was agreed with them.
    #[must_use]
    pub fn grade(self) -> Grade {
        match self {
            Self::Red => Grade::AtOnce,
            Self::Orange | Self::Yellow | Self::Green => Grade::AskFirst,
        }
    }
}

named! {
    /// Why somebody is visited as often as they are.
    Factor {
        /// Eighty or older, and alone.
        Alone80 = "alone_80",
        Dementia = "dementia",
        SevereIllness = "severe_illness",
        RecentFall = "recent_fall",
        RecentDischarge = "recent_discharge",
        RecentLoss = "recent_loss",
        Alone = "alone",
        Chronic = "chronic",
        LowIncome = "low_income",
        Carer = "carer",
    }
}

impl Factor {
    #[must_use]
    pub fn tier(self) -> Tier {
        match self {
            Self::Alone80 | Self::Dementia | Self::SevereIllness => Tier::Red,
            Self::RecentFall | Self::RecentDischarge | Self::RecentLoss => Tier::Orange,
            Self::Alone | Self::Chronic | Self::LowIncome | Self::Carer => Tier::Yellow,
        }
    }

    /// How much it says for going there.
    #[must_use]
    pub fn weight(self) -> u32 {
        match self.tier() {
            Tier::Red => limits::FACTOR_WEIGHT_RED,
            Tier::Orange => limits::FACTOR_WEIGHT_ORANGE,
            Tier::Yellow => limits::FACTOR_WEIGHT_YELLOW,
            Tier::Green => 0,
        }
    }
}

/// How much all the reasons of one person say for going there. For whoever sees the reasons, beside them: it is stored
/// nowhere, and nothing is put in order by it.
#[must_use]
pub fn weight(factors: &[Factor]) -> u32 {
    factors.iter().map(|factor| factor.weight()).sum()
}

named! {
    /// A part of what is known of somebody.
    Field {
        Name = "name",
        /// Building and door.
        Room = "room",
        /// What is to be done there.
        Task = "task",
        Phone = "phone",
        Household = "household",
        Contacts = "contacts",
        Tier = "tier",
        /// Conditions, and what bodies say.
        Health = "health",
        /// Cases, alerts and visits.
        History = "history",
        Notes = "notes",
    }
}

/// That somebody agreed to this is shown to whoever sees these fields: of readings of a body, with health.
#[must_use]
pub fn consent_seen(sees: &BTreeSet<Field>, purpose: Purpose) -> bool {
    let field = match purpose {
        Purpose::WatchHealth => Field::Health,
        Purpose::SmsNotices
        | Purpose::ShareContact
        | Purpose::BorrowBooks
        | Purpose::WatchDoors => Field::History,
    };
    sees.contains(&field)
}

/// What one role may see at most.
#[must_use]
pub fn seen_by(role: Role) -> &'static [Field] {
    match role {
        Role::BuildingHead | Role::Volunteer => &[Field::Name, Field::Room, Field::Task],
        Role::GridWorker => &[
            Field::Name,
            Field::Room,
            Field::Task,
            Field::Phone,
            Field::Contacts,
        ],
        Role::Station => &[
            Field::Name,
            Field::Room,
            Field::Task,
            Field::Phone,
            Field::Household,
            Field::Contacts,
            Field::Tier,
            Field::History,
        ],
        Role::SocialWorker | Role::Admin => Field::ALL,
        Role::Resident | Role::Provider | Role::DeskHelper | Role::Librarian => &[],
    }
}

/// What somebody with these roles may see at most.
#[must_use]
pub fn seen_with(roles: &[Role]) -> BTreeSet<Field> {
    let all = roles.iter().flat_map(|role| seen_by(*role).iter().copied());
    all.collect()
}

/// Somebody to ring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Contact {
    pub name: String,
    /// What they are to the person, in words.
    pub relation: String,
    pub phone: String,
    /// May be told how the person is, and not only be asked.
    pub may_be_told: bool,
    /// Has a key.
    pub has_key: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CareFile {
    pub community: CommunityId,
    pub person: PersonId,
    pub factors: Vec<Factor>,
    /// When the factors last changed, and by whom.
    pub changed_at: Timestamp,
    pub changed_by: Option<PersonId>,
    pub conditions: String,
    pub contacts: Vec<Contact>,
    /// The one case that is open.
    pub case: Option<CaseId>,
    /// When somebody of the team last saw them.
    pub visited_at: Option<Timestamp>,
    /// Visited by the tier; else only known, as a case of theirs was opened.
    pub visited: bool,
    pub ver: u64,
}

impl CareFile {
    #[must_use]
    pub fn new(community: CommunityId, person: PersonId, at: Timestamp) -> Self {
        Self {
            community,
            person,
            factors: Vec::new(),
            changed_at: at,
            changed_by: None,
            conditions: String::new(),
            contacts: Vec::new(),
            case: None,
            visited_at: None,
            visited: false,
            ver: 0,
        }
    }

    /// The most frequent that any of the reasons asks for.
    #[must_use]
    pub fn tier(&self) -> Tier {
        let tiers = self.factors.iter().map(|factor| factor.tier());
        tiers.max().unwrap_or(Tier::Green)
    }

    /// When they are to be visited next; none where nobody agreed to. After a change that makes somebody red it is
    /// a day at most.
    #[must_use]
    pub fn visit_due(&self) -> Option<Timestamp> {
        if !self.visited {
            return None;
        }
        let tier = self.tier();
        let from = self.visited_at.unwrap_or(self.changed_at);
        let days = |days: i64| SignedDuration::from_hours(24 * days);
        let due = from.checked_add(days(tier.visit_days())).unwrap_or(from);
        let soon = self.changed_at.checked_add(days(1)).unwrap_or(due);
        let fresh = tier == Tier::Red && self.visited_at.is_none_or(|at| at < self.changed_at);
        Some(if fresh { due.min(soon) } else { due })
    }

    /// Somebody saw them. Itself where that is known.
    #[must_use]
    pub fn seen(mut self, at: Timestamp) -> Self {
        self.visited_at = self.visited_at.max(Some(at));
        self
    }

    #[must_use]
    pub fn with_case(mut self, case: Option<CaseId>) -> Self {
        self.case = case;
        self
    }

    #[must_use]
    pub fn next(mut self) -> Self {
        self.ver += 1;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + hours * 3_600).expect("a moment")
    }

    #[test]
    fn the_tier_is_the_most_frequent_reason_and_a_fresh_red_is_a_day() {
        let file = CareFile::new(CommunityId::new(1, 1), PersonId::new(1, 2), at(0));
        assert_eq!((file.tier(), file.visit_due()), (Tier::Green, None));
        let with = |factors: &[Factor], visited_at| CareFile {
            factors: factors.to_vec(),
            visited: true,
            visited_at,
            ..file.clone()
        };
        let rows = [
            (vec![], None, Tier::Green, 90 * 24),
            (vec![Factor::Alone], None, Tier::Yellow, 30 * 24),
            (
                vec![Factor::Alone, Factor::RecentFall],
                None,
                Tier::Orange,
                14 * 24,
            ),
            (vec![Factor::Dementia, Factor::Alone], None, Tier::Red, 24),
            (vec![Factor::Dementia], Some(at(5)), Tier::Red, 5 + 7 * 24),
        ];
        for (factors, visited_at, tier, hours) in rows {
            let file = with(&factors, visited_at);
            assert_eq!(file.tier(), tier, "{factors:?}");
            assert_eq!(file.visit_due(), Some(at(hours)), "{factors:?}");
        }
    }

    #[test]
    fn what_reasons_say_together_is_the_sum_of_each() {
        let rows: [(&[Factor], u32); 4] = [
            (&[], 0),
            (&[Factor::Alone], 1),
            (&[Factor::Alone, Factor::RecentFall], 3),
            (&[Factor::Dementia, Factor::RecentFall, Factor::Chronic], 7),
        ];
        for (factors, want) in rows {
            assert_eq!(weight(factors), want, "{factors:?}");
        }
    }

    #[test]
    fn a_building_head_and_a_volunteer_see_name_door_and_task() {
        let words = |roles: &[Role]| {
            let seen = seen_with(roles);
            let words: Vec<_> = seen.iter().map(|field| field.as_str()).collect();
            words.join(" ")
        };
        let rows = [
            (Role::Resident, ""),
            (Role::Volunteer, "name room task"),
            (Role::Provider, ""),
            (Role::BuildingHead, "name room task"),
            (Role::GridWorker, "name room task phone contacts"),
            (Role::DeskHelper, ""),
            (Role::Librarian, ""),
            (
                Role::Station,
                "name room task phone household contacts tier history",
            ),
            (
                Role::SocialWorker,
                "name room task phone household contacts tier health history notes",
            ),
            (
                Role::Admin,
                "name room task phone household contacts tier health history notes",
            ),
        ];
        for (role, seen) in rows {
            assert_eq!(words(&[role]), seen, "{role}");
        }
        let both = words(&[Role::Volunteer, Role::GridWorker]);
        assert_eq!(both, "name room task phone contacts");
    }
}
