//! Everything held about somebody. `GetMyData`, anybody; `GetDataOf`, a child's guardian, and staff
//! with a reason, who are written down (Personal Information Protection Law, art. 45). It walks every kind of item there is: a new kind does not compile until it is decided here.

use std::collections::BTreeMap;

use domain::access::Act;
use domain::availability::local_day;
use domain::booking::Booking;
use domain::limits;
use domain::network::{Batch, Record};
use domain::notice::Notice;
use domain::person::Person;
use domain::watch::Watched;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use store::Command;
use store::identity::View;
use store::library::LibraryTask;
use store::market::BookedFor;
use store::notify::{Message, Outgoing, To};
use store::schema::{self, Care, Item, Kind, Pattern};
use store::table::{self, kind_of};
use store::watch::CredentialOf;
use wire::Endpoint;
use wire::identity::{GetDataOf, GetMyData, MyData};

use super::views::{self, viewers};
use super::voice::{self, Voice};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome, Who};
use crate::notify::names;
use crate::parse;

pub async fn get_my_data(call: Call<GetMyData>) -> Outcome<GetMyData> {
    let data = data(&call.ctx, &call.who.person, call.now).await?;
    Ok(Answer::new(wire(&call.who, data, call.now)))
}

pub async fn get_data_of(call: Call<GetDataOf>) -> Outcome<GetDataOf> {
    let (ctx, who, (id,), at) = (&call.ctx, &call.who, call.path, call.now);
    let (person, voice) = voice::of(&call, id, Act::AddPeople).await?;
    let reason = call.query.reason.as_deref().unwrap_or_default();
    let reason = match voice {
        Voice::Staff => parse::line(reason, limits::LINE_CHARS, "?reason")?,
        Voice::Own | Voice::Guardian => parse::note(Some(reason), limits::LINE_CHARS, "?reason")?,
    };
    views::log(ctx, who, id, GetDataOf::NAME, &reason, at).await?;
    let mut records = data(ctx, &person, at).await?;
    let child = person.is_child(local_day(at, &who.zone));
    if voice == Voice::Staff && child && !who.may(Act::ReadHistory) {
        without_reading(&mut records);
    }
    Ok(Answer::new(wire(who, records, at)))
}

/// What a child reads only the library's staff look at, its guardian, and itself.
fn without_reading(records: &mut Records) {
    for kind in [Kind::Reader, Kind::Loan, Kind::Hold, Kind::LibraryTask] {
        records.remove(kind.as_str());
    }
    for kind in [Kind::Message, Kind::Outbox, Kind::Stuck] {
        let tells = |record: &Value| {
            let topic = record["notice"]["topic"].as_str().unwrap_or_default();
            topic.starts_with("loan_") || topic.starts_with("hold_")
        };
        if let Some(rows) = records.get_mut(kind.as_str()) {
            rows.retain(|record| !tells(record));
        }
    }
}

type Records = BTreeMap<String, Vec<Value>>;

fn wire(who: &Who, records: Records, at: Timestamp) -> MyData {
    let made_at = who.moment(at);
    MyData { made_at, records }
}

async fn data(ctx: &Ctx, person: &Person, now: Timestamp) -> Result<Records, Error> {
    let partition = schema::of_person(person.community, person.id, "");
    let mut own = ctx.store.all(&partition).await?;
    own.retain(|item| !table::is_garbage(item, now));
    let search = Search {
        ctx,
        person,
        now,
        own,
    };
    let mut records = BTreeMap::new();
    for kind in Kind::ALL {
        let found = search.records(*kind).await?;
        if !found.is_empty() {
            records.insert(kind.as_str().to_owned(), found);
        }
    }
    Ok(records)
}

struct Search<'c> {
    ctx: &'c Ctx,
    person: &'c Person,
    now: Timestamp,
    /// The person's whole partition.
    own: Vec<Item>,
}

impl Search<'_> {
    async fn records(&self, kind: Kind) -> Result<Vec<Value>, Error> {
        let items = match kind {
            Kind::Community | Kind::Rate | Kind::Category | Kind::Service | Kind::Claims => vec![],
            Kind::Team | Kind::Activity | Kind::EntryOf | Kind::CertificateOf => vec![],
            Kind::NetworkRef => vec![],
            Kind::Title | Kind::Shelf | Kind::CopyOf | Kind::TitleOf | Kind::LedgerLine => vec![],
            Kind::LibraryRules | Kind::ShelfAudit => vec![],
            Kind::LibraryImport | Kind::LibraryPart => vec![],
            Kind::Device | Kind::AbsenceOf | Kind::WatchRules => vec![],
            Kind::WatchedCount | Kind::SweepMark | Kind::DeviceOf => vec![],
            Kind::DoorDay | Kind::AlertMark | Kind::CareNodes => vec![],
            Kind::Case => {
                let about = schema::cases_of(self.com(), self.person.id);
                self.ctx.store.all(&about).await?
            }
            Kind::Note => {
                let about = schema::notes_of(self.com(), self.person.id);
                self.ctx.store.all(&about).await?
            }
            Kind::CredentialOf => {
                let cards = self.cards()?;
                let mut cards = self.ctx.store.get_many(&cards).await?;
                // A relative's may be somebody else's own, who is no matter of the reader's.
                cards.retain(|card| card.as_ref().is_some_and(|card| self.leads_here(card)));
                cards.into_iter().flatten().collect()
            }
            Kind::Alert => {
                let about = schema::alerts_of(self.com(), self.person.id);
                self.ctx.store.all(&about).await?
            }
            Kind::Loan => {
                let lent = schema::loans_of(self.com(), self.person.id);
                self.ctx.store.all(&lent).await?
            }
            Kind::Hold => {
                let reserved = schema::holds_of(self.com(), self.person.id);
                self.ctx.store.all(&reserved).await?
            }
            Kind::LibraryTask => return self.library_tasks().await,
            Kind::NetworkBatch => return self.signed_batches().await,
            Kind::NetworkPart => return self.passed_on().await,
            Kind::SignUp => {
                let signed_up = schema::sign_ups_of(self.com(), self.person.id);
                self.ctx.store.all(&signed_up).await?
            }
            Kind::PointRule | Kind::Reward | Kind::Stock | Kind::StockMove | Kind::Voucher => {
                vec![]
            }
            Kind::Person
            | Kind::Session
            | Kind::SecondFactor
            | Kind::Consent
            | Kind::Attempt
            | Kind::Push
            | Kind::Quota
            | Kind::ProviderOf
            | Kind::Volunteer
            | Kind::Entry
            | Kind::Certificate
            | Kind::NetworkRecord
            | Kind::PointAccount
            | Kind::Transfer
            | Kind::Earned
            | Kind::Taken
            | Kind::Reader
            | Kind::Watched
            | Kind::SignRow
            | Kind::AbsenceRow
            | Kind::Vitals
            | Kind::ReadingRow
            | Kind::ViewLink
            | Kind::ViewHead
            | Kind::CareFile
            | Kind::Attachment => self.of_kind(kind),
            Kind::Redemption => {
                let made = schema::redemptions_of(self.com(), self.person.id);
                self.ctx.store.all(&made).await?
            }
            Kind::View => return self.views().await,
            Kind::Message => return self.messages().await,
            Kind::Command => return self.commands(),
            Kind::BookedFor => return self.booked_for().await,
            Kind::Account => {
                self.one(self.phone_digest().map(|d| schema::account(&d)))
                    .await?
            }
            Kind::Code => {
                self.one(self.phone_digest().map(|d| schema::code(&d)))
                    .await?
            }
            Kind::Household => {
                let me = self.person;
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
                let written = schema::feedback_of(self.com(), self.person.id);
                self.ctx.store.all(&written).await?
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
        self.person.community
    }

    fn of_kind(&self, kind: Kind) -> Vec<Item> {
        let of_kind = self.own.iter().filter(|item| kind_of(item) == Some(kind));
        of_kind.cloned().collect()
    }

    fn read_kind<T: DeserializeOwned>(&self, kind: Kind) -> Result<Vec<T>, Error> {
        let found = self.of_kind(kind).into_iter().map(table::read);
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// With the names of those who looked.
    async fn views(&self) -> Result<Vec<Value>, Error> {
        let views: Vec<View> = self.read_kind(Kind::View)?;
        let names = viewers(self.ctx, self.com(), &views).await?;
        let mut records = Vec::new();
        for (item, view) in self.of_kind(Kind::View).into_iter().zip(views) {
            let mut record = shown(item)?;
            if let (Some(fields), Some(name)) = (record.as_object_mut(), names.get(&view.viewer)) {
                fields.insert("viewer_name".into(), name.as_str().into());
            }
            records.push(record);
        }
        Ok(records)
    }

    /// As they read in the inbox.
    async fn messages(&self) -> Result<Vec<Value>, Error> {
        let messages: Vec<Message> = self.read_kind(Kind::Message)?;
        let mut notices: Vec<_> = messages.iter().map(|m| m.notice.clone()).collect();
        names::filled(self.ctx, self.com(), &mut notices).await?;
        let record = |(message, notice): (Message, Notice)| json!({ "id": message.id, "at": message.at, "notice": notice, "read": message.read });
        Ok(messages.into_iter().zip(notices).map(record).collect())
    }

    /// What was asked for, not what it said: that is the same again in what it was about.
    fn commands(&self) -> Result<Vec<Value>, Error> {
        let commands: Vec<Command> = self.read_kind(Kind::Command)?;
        let record = |one: Command| json!({ "id": one.id, "at": one.at, "what": one.what });
        Ok(commands.into_iter().map(record).collect())
    }

    /// Bookings made for somebody else: what the person said in them, not for whom.
    async fn booked_for(&self) -> Result<Vec<Value>, Error> {
        let mut records = Vec::new();
        for row in self.read_kind::<BookedFor>(Kind::BookedFor)? {
            let booking = self.ctx.store.booking(self.com(), row.booking).await?;
            records.extend(booking.map(|booking| {
                json!({
                    "id": booking.id, "service_name": booking.service_name, "start": booking.start,
                    "note": booking.note, "created_at": booking.created_at,
                })
            }));
        }
        Ok(records)
    }

    /// Files for the national network in which one stands as staff.
    async fn signed_batches(&self) -> Result<Vec<Value>, Error> {
        let me = self.person.id;
        let items = self
            .ctx
            .store
            .all(&schema::network_batches(self.com()))
            .await?;
        let batches = items.into_iter().map(table::read::<Batch>);
        let batches: Vec<Batch> = batches.collect::<Result<_, _>>()?;
        let own = batches
            .iter()
            .filter_map(|batch| Some((batch, batch.names.get(&me)?)));
        let record = |(batch, name): (&Batch, &String)| json!({ "id": batch.id, "at": batch.at, "name": name });
        Ok(own.map(record).collect())
    }

    /// What left about oneself for the national network, as it left.
    async fn passed_on(&self) -> Result<Vec<Value>, Error> {
        let records: Vec<Record> = self.read_kind(Kind::NetworkRecord)?;
        let rows = self.ctx.store.rows_of(&records).await?;
        Ok(rows.into_iter().map(|row| json!(row)).collect())
    }

    /// Books that could not be written down as lent to oneself.
    async fn library_tasks(&self) -> Result<Vec<Value>, Error> {
        let tasks = schema::library_tasks(self.com());
        let mut records = Vec::new();
        for item in self.ctx.store.all(&tasks).await? {
            let task: LibraryTask = table::read(item)?;
            if task.reader == Some(self.person.id) {
                records.push(json!({ "id": task.id, "barcode": task.barcode, "at": task.done_at, "why": task.why }));
            }
        }
        Ok(records)
    }

    /// Where the cards lie that lead to oneself at the doors.
    fn cards(&self) -> Result<Vec<schema::Key>, Error> {
        let watched: Vec<Watched> = self.read_kind(Kind::Watched)?;
        let (com, me) = (self.com(), self.person.id);
        let mut keys = Vec::new();
        for one in &watched {
            let all = one.credentials.iter().chain(&one.relatives_credentials);
            keys.extend(all.map(|card| schema::credential(com, card)));
            let others = one.relatives_credentials.iter();
            keys.extend(others.map(|card| schema::relatives_credential(com, card, me)));
        }
        Ok(keys)
    }

    fn leads_here(&self, card: &Item) -> bool {
        let of = table::read::<CredentialOf>(card.clone());
        of.is_ok_and(|of| of.person == self.person.id)
    }

    fn phone_digest(&self) -> Option<String> {
        let phone = self.person.phone.as_deref()?;
        Some(self.ctx.secret.phone_digest(phone))
    }

    async fn provider(&self) -> Result<Option<domain::ProviderId>, Error> {
        let me = self.person.id;
        Ok(self.ctx.store.provider_of(self.com(), me).await?)
    }

    async fn one(&self, key: Option<schema::Key>) -> Result<Vec<Item>, Error> {
        let keys: Vec<_> = key.into_iter().collect();
        let found = self.ctx.store.get_many(&keys).await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// Those made for oneself, and those one serves as a provider. The other side's review stays
    /// out until both may see both.
    async fn bookings(&self) -> Result<Vec<Value>, Error> {
        let store = &self.ctx.store;
        let made = schema::bookings_of_resident(self.com(), self.person.id);
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
                    && !booking.reviews_show(self.now)
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
        let me = self.person.id;
        let digest = self.phone_digest();
        let mut records = Vec::new();
        for item in self.ctx.store.all(&pattern).await? {
            // One that nobody can read waits for staff to set it aside.
            let Ok(row) = table::read::<Outgoing>(item) else {
                continue;
            };
            let code = row.to.iter().any(|to| match to {
                To::Number { digest: to, .. } => Some(to) == digest.as_ref(),
                To::Person(_) | To::Former { .. } | To::BookedWith { .. } => false,
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
    for name in [
        schema::PK,
        schema::SK,
        schema::KIND,
        schema::SCHEMA,
        schema::TTL,
    ]
    .into_iter()
    .chain(places)
    {
        item.remove(name);
    }
    Ok(table::json(item)?)
}
