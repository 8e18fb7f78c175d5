//! Communities, the people in them, and their households.

use domain::access::Role;
use domain::person::{Community, Household, Person};
use domain::{CommunityId, HouseholdId, PersonId, Refusal};

use crate::schema::{self, Item, Key, Kind};
use crate::table::{Error, Store, read, write};
use crate::tx::{Tx, n, s};

/// How often something was added to a list of the community that has an end. Beside its document, as
/// it is counted up by itself.
const ADDITIONS: &str = "additions";

/// Read before such a list is counted: what was counted holds for whoever adds the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Additions(u64);

pub fn community_item(community: &Community) -> Result<Item, Error> {
    write(
        Kind::Community,
        &schema::community(community.id),
        community,
        [],
    )
}

/// A deleted person is in no list; only who looks after others is in that of those.
pub fn person_item(person: &Person) -> Result<Item, Error> {
    let (com, id) = (person.community, person.id);
    let is_trusted = person.roles.iter().any(|role| role.is_trusted());
    let trusted = is_trusted.then(|| schema::trusted_place(com, id));
    let places = schema::people_place(com, &person.name, id).into_iter();
    let places = places.chain(trusted.into_iter().flatten());
    let places = places.filter(|_| person.deleted_at.is_none());
    write(
        Kind::Person,
        &schema::person(person.community, person.id),
        person,
        places,
    )
}

pub fn household_item(household: &Household) -> Result<Item, Error> {
    write(
        Kind::Household,
        &schema::household(household.community, household.id),
        household,
        [],
    )
}

impl Store {
    pub async fn community(&self, id: CommunityId) -> Result<Option<Community>, Error> {
        self.get(&schema::community(id)).await
    }

    pub async fn additions(&self, com: CommunityId) -> Result<Additions, Error> {
        let item = self.get_item(&schema::community(com)).await?;
        let count = item.as_ref().and_then(|item| item.get(ADDITIONS));
        let count = count.and_then(|count| count.as_n().ok());
        Ok(Additions(count.map_or(Ok(0), |count| {
            count.parse().map_err(Error::broken)
        })?))
    }

    pub async fn communities(&self) -> Result<Vec<Community>, Error> {
        self.all(&schema::communities())
            .await?
            .into_iter()
            .map(read)
            .collect()
    }

    pub async fn put_community(&self, community: &Community) -> Result<(), Error> {
        self.put_all(vec![community_item(community)?]).await
    }

    /// A person, deleted ones included.
    pub async fn person(&self, com: CommunityId, id: PersonId) -> Result<Option<Person>, Error> {
        self.get(&schema::person(com, id)).await
    }

    /// A person who is not deleted. Refuses: `Missing`.
    pub async fn living(&self, com: CommunityId, id: PersonId) -> Result<Person, Error> {
        let person = self
            .person(com, id)
            .await?
            .filter(|person| person.deleted_at.is_none());
        person.ok_or(Error::Refused(Refusal::Missing))
    }

    /// Those of the ids that exist and are not deleted, in their order.
    pub async fn people_among(
        &self,
        com: CommunityId,
        ids: &[PersonId],
    ) -> Result<Vec<Person>, Error> {
        let mut people = self.people_ever_among(com, ids).await?;
        people.retain(|person| person.deleted_at.is_none());
        Ok(people)
    }

    /// Those of the ids that exist, deleted ones included, in their order.
    pub async fn people_ever_among(
        &self,
        com: CommunityId,
        ids: &[PersonId],
    ) -> Result<Vec<Person>, Error> {
        let keys: Vec<Key> = ids.iter().map(|id| schema::person(com, *id)).collect();
        let found = self.get_many(&keys).await?;
        found.into_iter().flatten().map(read).collect()
    }

    /// Everybody of a community who is not deleted, by name.
    pub async fn people(&self, com: CommunityId) -> Result<Vec<Person>, Error> {
        self.all(&schema::people(com))
            .await?
            .into_iter()
            .map(read)
            .collect()
    }

    /// Staff, and whoever else looks after others ([`Role::is_trusted`]): what is told to one of them is not looked
    /// for among everybody.
    pub async fn trusted(&self, com: CommunityId) -> Result<Vec<Person>, Error> {
        let items = self.all(&schema::trusted(com)).await?;
        items.into_iter().map(read).collect()
    }

    pub async fn household(
        &self,
        com: CommunityId,
        id: HouseholdId,
    ) -> Result<Option<Household>, Error> {
        self.get(&schema::household(com, id)).await
    }

    pub async fn households(&self, com: CommunityId) -> Result<Vec<Household>, Error> {
        self.all(&schema::households(com))
            .await?
            .into_iter()
            .map(read)
            .collect()
    }

    pub async fn households_among(
        &self,
        com: CommunityId,
        ids: &[HouseholdId],
    ) -> Result<Vec<Household>, Error> {
        let keys: Vec<Key> = ids.iter().map(|id| schema::household(com, *id)).collect();
        self.get_many(&keys)
            .await?
            .into_iter()
            .flatten()
            .map(read)
            .collect()
    }
}

impl Tx<'_> {
    /// Only where nothing was added meanwhile to a list of the community that has an end.
    /// Refuses: `Stale`.
    pub fn add_one(self, com: CommunityId, after: Option<Additions>) -> Result<Self, Error> {
        let Some(Additions(was)) = after else {
            return Ok(self);
        };
        let mut values = vec![(":next", n(was + 1))];
        let condition = match was {
            0 => "attribute_exists(pk) AND attribute_not_exists(additions)",
            _ => "additions = :was",
        };
        values.extend((was > 0).then(|| (":was", n(was))));
        let key = schema::community(com);
        let change = "SET additions = :next";
        self.update(&key, change, Some(condition), values, Refusal::Stale)
    }

    /// The whole stands only if this person is not deleted then. Refuses: `Missing`.
    pub fn check_living(self, com: CommunityId, person: PersonId) -> Result<Self, Error> {
        // What is not there is not written, not even as nothing.
        let living = "attribute_exists(pk) AND attribute_not_exists(deleted_at)";
        self.check(
            &schema::person(com, person),
            living,
            vec![],
            Refusal::Missing,
        )
    }

    /// The whole stands only if this person is an admin then.
    pub fn check_admin(self, com: CommunityId, person: PersonId) -> Result<Self, Error> {
        let values = vec![(":admin", s(Role::Admin))];
        self.check(
            &schema::person(com, person),
            "contains(#roles, :admin)",
            values,
            Refusal::LastAdmin,
        )
    }
}
