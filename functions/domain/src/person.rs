//! People and households.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::access::{Act, Role, may, named};
use crate::hands::Kept;
use crate::sign_in::{Factor, SecondFactor};
use crate::{CommunityId, HouseholdId, PersonId, Refusal, limits};

named! {
    /// The language of an app and of the messages sent to its owner.
    Language { Zh = "zh", En = "en" }
}

named! {
    /// How large the app's text is. From `large` on the app is in elder mode.
    TextSize { Usual = "usual", Large = "large", Larger = "larger", Largest = "largest" }
}

/// A place with its own people, services and rules. `zone`: IANA name, the zone of its local days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Community {
    pub id: CommunityId,
    pub name: String,
    pub name_en: Option<String>,
    pub zone: String,
    /// The telephone number of its station, shown wherever the app cannot help further.
    pub phone: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: PersonId,
    pub community: CommunityId,
    pub name: String,
    /// Absent for children and for people without a telephone, who are served through a helper.
    pub phone: Option<String>,
    pub born: Option<Date>,
    pub household: Option<HouseholdId>,
    /// Who decides for a child; see [`Person::guardian_on`].
    pub guardian: Option<PersonId>,
    pub roles: Vec<Role>,
    pub language: Language,
    pub text_size: TextSize,
    pub created_at: Timestamp,
    /// A person deleted on their own wish keeps the id, and who set up the account: nothing of their own.
    pub deleted_at: Option<Timestamp>,
    /// Whose hand the account may be in: see [`crate::hands`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<Kept>,
    pub ver: u64,
}

impl Person {
    #[must_use]
    pub fn may(&self, act: Act) -> bool {
        self.deleted_at.is_none() && may(act, &self.roles)
    }

    #[must_use]
    pub fn is_staff(&self) -> bool {
        self.roles.iter().any(|role| role.is_staff())
    }

    /// Holds a role with the session limits and the second factor of staff.
    #[must_use]
    pub fn is_trusted(&self) -> bool {
        self.roles.iter().any(|role| role.is_trusted())
    }

    /// Signs in with a second factor whether enrolled or not.
    #[must_use]
    pub fn must_enrol(&self) -> bool {
        self.roles.contains(&Role::Admin)
    }

    /// Under age on that local day.
    #[must_use]
    pub fn is_child(&self, today: Date) -> bool {
        self.born.is_some_and(|born| is_under_age(born, today))
    }

    /// Who decides for them on that local day: guardianship ends with childhood.
    #[must_use]
    pub fn guardian_on(&self, today: Date) -> Option<PersonId> {
        self.guardian.filter(|_| self.is_child(today))
    }

    /// What a session of theirs owes.
    #[must_use]
    pub fn owes(&self, factor: Factor) -> SecondFactor {
        match (self.is_trusted(), factor) {
            (true, Factor::Set) => SecondFactor::Verify,
            (true, Factor::Owed) => SecondFactor::Enrol,
            (true, Factor::Unset) if self.must_enrol() => SecondFactor::Enrol,
            (true, Factor::Unset) | (false, _) => SecondFactor::NotNeeded,
        }
    }

    /// Everything that tells who this was is gone; the id stays so that counts and ledgers hold, and who
    /// set up the account so that nobody is a second person with one that left.
    #[must_use]
    pub fn tombstone(self, at: Timestamp) -> Self {
        Self {
            name: String::new(),
            phone: None,
            born: None,
            household: None,
            guardian: None,
            roles: Vec::new(),
            language: Language::Zh,
            text_size: TextSize::Usual,
            deleted_at: Some(at),
            ver: self.ver + 1,
            ..self
        }
    }
}

/// People who live behind one door.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Household {
    pub id: HouseholdId,
    pub community: CommunityId,
    pub building: String,
    pub room: String,
    pub people: Vec<PersonId>,
    pub ver: u64,
}

impl Household {
    /// With one more person. Refuses: `HouseholdFull`.
    pub fn with(mut self, person: PersonId) -> Result<Self, Refusal> {
        if self.people.len() >= limits::HOUSEHOLD_PEOPLE {
            let max = u32::try_from(limits::HOUSEHOLD_PEOPLE).unwrap_or(u32::MAX);
            return Err(Refusal::HouseholdFull { max });
        }
        self.people.push(person);
        self.ver += 1;
        Ok(self)
    }

    #[must_use]
    pub fn without(mut self, person: PersonId) -> Self {
        self.people.retain(|other| *other != person);
        self.ver += 1;
        self
    }
}

/// Is somebody born then under age on that local day?
#[must_use]
pub fn is_under_age(born: Date, today: Date) -> bool {
    let years = today.year() - born.year();
    let had_birthday = (today.month(), today.day()) >= (born.month(), born.day());
    years - i16::from(!had_birthday) < limits::ADULT_YEARS
}

/// A mainland mobile number: 11 digits beginning with 1. `+86`, spaces and hyphens are taken off.
#[must_use]
pub fn phone(raw: &str) -> Option<String> {
    let bare: String = raw.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let bare = bare.strip_prefix("+86").unwrap_or(&bare);
    (bare.len() == 11 && bare.starts_with('1') && bare.bytes().all(|b| b.is_ascii_digit()))
        .then(|| bare.to_owned())
}

/// A number as others see it: `138****0001`.
#[must_use]
pub fn masked(phone: &str) -> String {
    let (head, tail) = (phone.get(..3), phone.get(7..));
    format!("{}****{}", head.unwrap_or(""), tail.unwrap_or(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_holds_twenty() {
        let empty = Household {
            id: HouseholdId::new(1, 1),
            community: CommunityId::new(1, 2),
            building: "1".into(),
            room: "101".into(),
            people: Vec::new(),
            ver: 1,
        };
        let person = |i| PersonId::new(2, i);
        let full = (0..20).try_fold(empty, |household, i| household.with(person(i)));
        let full = full.expect("twenty fit");
        let one_more = full.clone().with(person(20));
        assert_eq!(one_more, Err(Refusal::HouseholdFull { max: 20 }));
        let fewer = full.without(person(3));
        assert!(!fewer.people.contains(&person(3)));
        assert_eq!((fewer.people.len(), fewer.ver), (19, 22));
    }

    #[test]
    fn of_age_on_the_birthday() {
        let born: Date = "2008-03-02".parse().expect("a day");
        let on = |day: &str| is_under_age(born, day.parse().expect("a day"));
        assert!(on("2026-03-01"));
        assert!(!on("2026-03-02"));
        let leap: Date = "2008-02-29".parse().expect("a day");
        assert!(is_under_age(leap, "2026-02-28".parse().expect("a day")));
        assert!(!is_under_age(leap, "2026-03-01".parse().expect("a day")));
    }

    #[test]
    fn phones() {
        assert_eq!(phone("+86 138-0000-0001").as_deref(), Some("13800000001"));
        for bad in [
            "1380000000",
            "23800000001",
            "138000000011",
            "１３８００００００００１",
            "",
        ] {
            assert_eq!(phone(bad), None, "{bad}");
        }
        assert_eq!(masked("13800000001"), "138****0001");
    }
}
