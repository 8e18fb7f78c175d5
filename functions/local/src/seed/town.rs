//! A community being filled: people, doors, and the items they become.

use domain::access::Role;
use domain::consent::{How, Purpose};
use domain::person::{Community, Household, Language, Person, TextSize};
use domain::{CommunityId, HouseholdId, PersonId};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use service::Ctx;
use store::identity::{
    Account, Consent, SecondFactor, account_item, consent_item, household_item, person_item,
    second_factor_item,
};
use store::schema::Item;

use super::ids;
use crate::stop::Stop;

const ZONE: &str = "Asia/Shanghai";

pub struct Town<'c> {
    pub ctx: &'c Ctx,
    pub community: Community,
    pub zone: TimeZone,
    pub at: Timestamp,
    pub today: Date,
    items: Vec<Item>,
}

/// Somebody about to move in.
#[derive(Clone, Default)]
pub struct Face {
    pub name: String,
    pub phone: Option<String>,
    pub born: Option<Date>,
    pub roles: Vec<Role>,
    pub guardian: Option<PersonId>,
    pub english: bool,
    pub large_text: bool,
}

impl Face {
    pub fn new(name: impl Into<String>, phone: impl Into<String>, roles: &[Role]) -> Self {
        Self {
            name: name.into(),
            phone: Some(phone.into()),
            roles: roles.to_vec(),
            ..Self::default()
        }
    }
}

impl<'c> Town<'c> {
    pub fn new(
        ctx: &'c Ctx,
        name: &str,
        name_en: &str,
        phone: &str,
        at: Timestamp,
    ) -> Result<Self, Stop> {
        let zone = TimeZone::get(ZONE)
            .map_err(|error| Stop::because(format!("no time zone {ZONE}: {error}")))?;
        let community = Community {
            id: CommunityId::new(ids::MILLIS, ids::chance("community", name)),
            name: name.into(),
            name_en: Some(name_en.into()),
            zone: ZONE.into(),
            phone: phone.into(),
        };
        Ok(Self {
            ctx,
            community,
            today: domain::availability::local_day(at, &zone),
            zone,
            at,
            items: Vec::new(),
        })
    }

    pub fn id(&self) -> CommunityId {
        self.community.id
    }

    pub fn add(&mut self, item: Result<Item, store::Error>) -> Result<(), Stop> {
        self.items.push(item?);
        Ok(())
    }

    /// 80 bits for something of this community.
    pub fn chance(&self, kind: &str, name: &str) -> u128 {
        ids::chance(kind, &format!("{}|{name}", self.community.name))
    }

    /// A number of days before the seeding.
    pub fn days_ago(&self, days: i64) -> Timestamp {
        self.at - SignedDuration::from_hours(24 * days)
    }

    /// People behind one door. A child's guardian is the first of them, wherever none is named.
    pub fn household(
        &mut self,
        building: &str,
        room: &str,
        faces: Vec<Face>,
    ) -> Result<Vec<Person>, Stop> {
        let door = format!("{building}|{room}");
        let id = HouseholdId::new(ids::MILLIS, self.chance("household", &door));
        let people: Vec<Person> = faces
            .into_iter()
            .map(|face| self.person(face, Some(id)))
            .collect::<Result<_, _>>()?;
        let household = Household {
            id,
            community: self.id(),
            building: building.into(),
            room: room.into(),
            people: people.iter().map(|person| person.id).collect(),
            ver: 1,
        };
        self.add(household_item(&household))?;
        Ok(people)
    }

    pub fn person_id(&self, name: &str) -> PersonId {
        PersonId::new(ids::MILLIS, self.chance("person", name))
    }

    pub fn person(&mut self, face: Face, household: Option<HouseholdId>) -> Result<Person, Stop> {
        let mut roles: Vec<Role> = face.roles.iter().copied().chain([Role::Resident]).collect();
        roles.sort_unstable();
        roles.dedup();
        let person = Person {
            id: self.person_id(&face.name),
            community: self.id(),
            name: face.name,
            phone: face.phone,
            born: face.born,
            household,
            guardian: face.guardian,
            roles,
            language: if face.english {
                Language::En
            } else {
                Language::Zh
            },
            text_size: if face.large_text {
                TextSize::Large
            } else {
                TextSize::Usual
            },
            created_at: self.days_ago(60),
            deleted_at: None,
            kept: Vec::new(),
            ver: 1,
        };
        self.add(person_item(&person))?;
        if let Some(phone) = &person.phone {
            let account = Account {
                community: person.community,
                person: person.id,
            };
            let digest = self.ctx.secret.phone_digest(phone);
            self.add(account_item(&digest, &account))?;
        }
        Ok(person)
    }

    /// Gives a staff member the second factor that [`crate::helpers`] tells the codes of.
    pub fn enrol(&mut self, person: &Person) -> Result<(), Stop> {
        let phone = person.phone.as_deref().unwrap_or_default();
        let factor = SecondFactor {
            secret: ids::second_factor(phone),
            confirmed: true,
            last_step: 0,
            owed: false,
        };
        self.add(second_factor_item(person.community, person.id, &factor))
    }

    pub fn agree(&mut self, person: PersonId, purpose: Purpose) -> Result<(), Stop> {
        let consent = Consent {
            purpose,
            given: true,
            version: purpose.version(),
            at: self.days_ago(59),
            how: How::Own,
            by: None,
        };
        let item = consent_item(self.id(), person, &consent);
        self.add(item)
    }

    pub fn done(self) -> (Community, Vec<Item>) {
        (self.community, self.items)
    }
}
