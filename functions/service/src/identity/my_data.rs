//! Everything held about oneself. `GetMyData`, anybody (Personal Information Protection Law, art.
//! 45). It walks every kind of item there is: a new kind does not compile until it is decided here.

use std::collections::BTreeMap;

use domain::booking::Booking;
use serde_json::{Value, json};
use store::notify::{Outgoing, To};
use store::schema::{self, Care, Item, Kind, Pattern};
use store::table::{self, kind_of};
use wire::identity::{GetMyData, MyData};

use crate::error::Error;
use crate::http::{Answer, Call, Outcome};

pub async fn get_my_data(call: Call<GetMyData>) -> Outcome<GetMyData> {
    let search = Search::of(&call).await?;
    let mut records = BTreeMap::new();
    for kind in Kind::ALL {
        let found = search.records(*kind).await?;
        if !found.is_empty() {
            records.insert(kind.as_str().to_owned(), found);
        }
    }
    Ok(Answer::new(MyData {
        made_at: call.who.moment(call.now),
        records,
    }))
}

struct Search<'c> {
    call: &'c Call<GetMyData>,
    /// The person's whole partition.
    own: Vec<Item>,
}

impl<'c> Search<'c> {
    async fn of(call: &'c Call<GetMyData>) -> Result<Self, Error> {
        let me = &call.who.person;
        let partition = schema::of_person(me.community, me.id, "");
        let own = call.ctx.store.all(&partition).await?;
        Ok(Self { call, own })
    }

    async fn records(&self, kind: Kind) -> Result<Vec<Value>, Error> {
        let items = match kind {
            Kind::Community | Kind::Rate | Kind::Category | Kind::Service | Kind::Cell => vec![],
            Kind::Person
            | Kind::Session
            | Kind::SecondFactor
            | Kind::Consent
            | Kind::View
            | Kind::Message
            | Kind::Attempt
            | Kind::Quota
            | Kind::Command
            | Kind::ProviderOf => {
                let of_kind = self.own.iter().filter(|item| kind_of(item) == Some(kind));
                of_kind.cloned().collect()
            }
            Kind::Account => {
                self.one(self.phone_digest().map(|d| schema::account(&d)))
                    .await?
            }
            Kind::Code => {
                self.one(self.phone_digest().map(|d| schema::code(&d)))
                    .await?
            }
            Kind::Household => {
                let me = &self.call.who.person;
                let key = me.household.map(|id| schema::household(me.community, id));
                self.one(key).await?
            }
            Kind::Provider => {
                let key = self
                    .provider()
                    .await?
                    .map(|id| schema::provider(self.com(), id));
                self.one(key).await?
            }
            Kind::Feedback => {
                let written = schema::feedback_of(self.com(), self.call.who.person.id);
                self.call.ctx.store.all(&written).await?
            }
            Kind::Booking => return self.bookings().await,
            Kind::Outbox => return self.outgoing(schema::outboxes(self.com())).await,
            Kind::Stuck => return self.outgoing(schema::stucks(self.com())).await,
        };
        let show = |item| match kind.care() {
            Care::Secret => Ok(held()),
            Care::Personal | Care::Anonymised | Care::Kept(_) | Care::Impersonal => shown(item),
        };
        items.into_iter().map(show).collect()
    }

    fn com(&self) -> domain::CommunityId {
        self.call.who.community.id
    }

    fn phone_digest(&self) -> Option<String> {
        let phone = self.call.who.person.phone.as_deref()?;
        Some(self.call.ctx.secret.phone_digest(phone))
    }

    async fn provider(&self) -> Result<Option<domain::ProviderId>, Error> {
        let me = self.call.who.person.id;
        Ok(self.call.ctx.store.provider_of(self.com(), me).await?)
    }

    async fn one(&self, key: Option<schema::Key>) -> Result<Vec<Item>, Error> {
        let keys: Vec<_> = key.into_iter().collect();
        let found = self.call.ctx.store.get_many(&keys).await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// Those made for oneself, and those one serves as a provider. The other side's review stays
    /// out until both may see both.
    async fn bookings(&self) -> Result<Vec<Value>, Error> {
        let store = &self.call.ctx.store;
        let made = schema::bookings_of_resident(self.com(), self.call.who.person.id);
        let mut sides = vec![(made, "provider_review")];
        if let Some(id) = self.provider().await? {
            sides.push((
                schema::bookings_of_provider(self.com(), id),
                "resident_review",
            ));
        }
        let mut records = Vec::new();
        for (pattern, hidden) in sides {
            for item in store.all(&pattern).await? {
                let booking: Booking = table::read(item.clone())?;
                let mut record = shown(item)?;
                if let Some(fields) = record.as_object_mut()
                    && !booking.reviews_show(self.call.now)
                {
                    fields.remove(hidden);
                }
                records.push(record);
            }
        }
        Ok(records)
    }

    /// What waits to be sent to oneself; that a code waits, but not the code.
    async fn outgoing(&self, pattern: Pattern) -> Result<Vec<Value>, Error> {
        let me = self.call.who.person.id;
        let digest = self.phone_digest();
        let mut records = Vec::new();
        for item in self.call.ctx.store.all(&pattern).await? {
            let row: Outgoing = table::read(item)?;
            let code = row.to.iter().any(|to| match to {
                To::Number { digest: to, .. } => Some(to) == digest.as_ref(),
                To::Person(_) | To::BookedWith { .. } => false,
            });
            if code {
                records.push(held());
            } else if row.is_for(me) {
                records.push(json!({ "id": row.id, "at": row.at, "notice": row.notice }));
            }
        }
        Ok(records)
    }
}

fn held() -> Value {
    json!({ "held": true })
}

/// An item without the table's own attributes.
fn shown(mut item: Item) -> Result<Value, Error> {
    let places = schema::INDEXES
        .iter()
        .flat_map(|(_, hash, range)| [*hash, *range]);
    for name in [schema::PK, schema::SK, schema::KIND, schema::TTL]
        .into_iter()
        .chain(places)
    {
        item.remove(name);
    }
    Ok(table::json(item)?)
}
