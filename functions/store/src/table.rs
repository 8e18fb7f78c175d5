//! Reading: one item, several, one page of a question. And making the table itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, DeleteRequest, GlobalSecondaryIndex,
    KeySchemaElement, KeyType, KeysAndAttributes, Projection, ProjectionType, PutRequest,
    ScalarAttributeType, TimeToLiveSpecification, TimeToLiveStatus, WriteRequest,
};
use domain::{Refusal, limits};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::budget::Budget;
use crate::schema::{
    BESIDE_DOCUMENT, DOCUMENT, INDEXES, Item, KIND, Key, Kind, PK, Pattern, Range, SCHEMA, SK, TTL,
    VERSION,
};

/// The one table. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) client: Client,
    pub(crate) table: String,
    pub(crate) budget: Arc<Budget>,
}

/// Refused is not failed: the rules saying no is an answer, a broken dependency is an incident.
#[derive(Debug)]
pub enum Error {
    Refused(Refusal),
    /// The command was carried out before; its record holds the first answer.
    Seen,
    Failed(Failure),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// What went wrong with a machine. No `Display`: it cannot reach a client.
#[derive(Debug)]
pub struct Failure {
    pub retryable: bool,
    pub context: String,
}

impl Error {
    /// A failure of ours: an item that does not read back as what was written.
    pub fn broken(context: impl std::fmt::Display) -> Self {
        Self::Failed(Failure {
            retryable: false,
            context: context.to_string(),
        })
    }
}

impl<E: ProvideErrorMetadata + std::fmt::Debug, R: std::fmt::Debug> From<SdkError<E, R>> for Error {
    fn from(error: SdkError<E, R>) -> Self {
        let code = error
            .as_service_error()
            .and_then(|e| e.code())
            .unwrap_or_default();
        let throttled = code.contains("Throttl")
            || code.contains("LimitExceeded")
            || code.contains("ProvisionedThroughput");
        let transport = matches!(
            error,
            SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_)
        );
        let server = matches!(
            code,
            "InternalServerError" | "ServiceUnavailable" | "TransactionInProgressException"
        );
        Self::Failed(Failure {
            retryable: throttled || transport || server,
            context: format!("{error:?}"),
        })
    }
}

/// Where a page ended: the keys of its last item, in the table and in the index asked.
pub type Place = Item;

impl Pattern {
    /// Names of the hash and range key it looks at.
    fn attributes(&self) -> (&'static str, &'static str) {
        let index = self
            .index
            .and_then(|name| INDEXES.iter().find(|(index, _, _)| *index == name));
        index.map_or((PK, SK), |(_, hash, range)| (*hash, *range))
    }

    /// Where an item or a place stands in the order of this question.
    #[must_use]
    pub fn sort_key<'i>(&self, item: &'i Item) -> &'i str {
        text(item, self.attributes().1)
    }

    fn place_names(&self) -> Vec<&'static str> {
        let (hash, range) = self.attributes();
        let mut names = vec![PK, SK, hash, range];
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The place right after an item that answers this question.
    #[must_use]
    pub fn place_of(&self, item: &Item) -> Place {
        self.place_names()
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), item.get(name)?.clone())))
            .collect()
    }

    /// A place as text, for a caller to bring back.
    #[must_use]
    pub fn place_text(&self, place: &Place) -> BTreeMap<String, String> {
        self.place_names()
            .into_iter()
            .map(|name| (name.to_owned(), text(place, name).to_owned()))
            .collect()
    }

    /// A place brought back; `None` unless it lies in this partition and range.
    #[must_use]
    pub fn place(&self, fields: &BTreeMap<String, String>) -> Option<Place> {
        let names = self.place_names();
        let (hash, range) = self.attributes();
        let known =
            fields.len() == names.len() && names.iter().all(|name| fields.contains_key(*name));
        let here = known && fields[hash] == self.pk && self.range.contains(&fields[range]);
        let filled = fields.values().all(|value| !value.is_empty());
        (here && filled).then(|| {
            let own = |(name, value): (&String, &String)| {
                (name.clone(), AttributeValue::S(value.clone()))
            };
            fields.iter().map(own).collect()
        })
    }
}

impl Range {
    fn contains(&self, key: &str) -> bool {
        match self {
            Self::All => true,
            Self::Prefix(prefix) => key.starts_with(prefix.as_str()),
            Self::Between(from, to) => from.as_str() <= key && key <= to.as_str(),
            Self::UpTo(to) => key <= to.as_str(),
        }
    }
}

impl Store {
    #[must_use]
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self {
            client,
            table: table.into(),
            budget: Arc::default(),
        }
    }

    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    #[must_use]
    pub fn table(&self) -> &str {
        &self.table
    }

    /// Makes the table with its indexes and its time to live, as far as they are not there.
    pub async fn create_table(&self) -> Result<(), Error> {
        let described = self.client.describe_table().table_name(&self.table);
        if described.send().await.is_err() {
            self.create().await?;
        }
        let told = self
            .client
            .describe_time_to_live()
            .table_name(&self.table)
            .send()
            .await?;
        let status = told
            .time_to_live_description
            .and_then(|told| told.time_to_live_status);
        match status {
            Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling) => Ok(()),
            _ => self.enable_ttl().await,
        }
    }

    /// A table that stands already is as good: a first try's reply may have been lost.
    async fn create(&self) -> Result<(), Error> {
        let mut request = self
            .client
            .create_table()
            .table_name(&self.table)
            .billing_mode(BillingMode::PayPerRequest);
        for name in [PK, SK]
            .into_iter()
            .chain(INDEXES.iter().flat_map(|(_, hash, range)| [*hash, *range]))
        {
            request = request.attribute_definitions(
                AttributeDefinition::builder()
                    .attribute_name(name)
                    .attribute_type(ScalarAttributeType::S)
                    .build()
                    .map_err(Error::broken)?,
            );
        }
        for element in keys(PK, SK)? {
            request = request.key_schema(element);
        }
        for (name, hash, range) in INDEXES {
            let index = GlobalSecondaryIndex::builder()
                .index_name(*name)
                .set_key_schema(Some(keys(hash, range)?))
                .projection(
                    Projection::builder()
                        .projection_type(ProjectionType::All)
                        .build(),
                )
                .build()
                .map_err(Error::broken)?;
            request = request.global_secondary_indexes(index);
        }
        match request.send().await {
            Err(error) if error.code() != Some("ResourceInUseException") => Err(error.into()),
            _ => Ok(()),
        }
    }

    async fn enable_ttl(&self) -> Result<(), Error> {
        let ttl = TimeToLiveSpecification::builder()
            .enabled(true)
            .attribute_name(TTL)
            .build()
            .map_err(Error::broken)?;
        let enabled = self
            .client
            .update_time_to_live()
            .table_name(&self.table)
            .time_to_live_specification(ttl)
            .send()
            .await;
        match enabled {
            Err(error) if error.code() != Some("ValidationException") => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Deletes the table with everything in it, if it is there.
    pub async fn delete_table(&self) -> Result<(), Error> {
        let deleted = self.client.delete_table().table_name(&self.table);
        match deleted.send().await {
            Err(error) if error.code() != Some("ResourceNotFoundException") => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// One item, read consistently.
    pub async fn get<T: DeserializeOwned>(&self, key: &Key) -> Result<Option<T>, Error> {
        self.get_item(key).await?.map(read).transpose()
    }

    pub(crate) async fn get_item(&self, key: &Key) -> Result<Option<Item>, Error> {
        let reply = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key.attributes()))
            .consistent_read(true)
            .send()
            .await?;
        Ok(reply.item)
    }

    /// Several items in one trip, read consistently, in the order of the keys.
    pub async fn get_many(&self, wanted: &[Key]) -> Result<Vec<Option<Item>>, Error> {
        let mut found: Vec<Option<Item>> = vec![None; wanted.len()];
        for chunk in (0..wanted.len()).collect::<Vec<_>>().chunks(100) {
            let mut keys: Vec<Item> = Vec::new();
            for i in chunk {
                let key = wanted[*i].attributes();
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
            let mut pending = Some(keys);
            let mut tries = 0;
            while let Some(keys) = pending.take().filter(|keys| !keys.is_empty()) {
                if tries == limits::COMMIT_TRIES {
                    return Err(Error::Failed(Failure {
                        retryable: true,
                        context: "a batch was not read on any try".into(),
                    }));
                }
                if tries > 0 {
                    tokio::time::sleep(crate::tx::pause(tries)).await;
                }
                tries += 1;
                let request = KeysAndAttributes::builder()
                    .set_keys(Some(keys))
                    .consistent_read(true)
                    .build()
                    .map_err(Error::broken)?;
                let reply = self
                    .client
                    .batch_get_item()
                    .request_items(&self.table, request)
                    .send()
                    .await?;
                for item in reply
                    .responses
                    .unwrap_or_default()
                    .remove(&self.table)
                    .unwrap_or_default()
                {
                    for i in chunk {
                        if text(&item, PK) == wanted[*i].pk && text(&item, SK) == wanted[*i].sk {
                            found[*i] = Some(item.clone());
                        }
                    }
                }
                pending = reply
                    .unprocessed_keys
                    .unwrap_or_default()
                    .remove(&self.table)
                    .map(|left| left.keys);
            }
        }
        Ok(found)
    }

    /// One page of a question. The table is read consistently, an index as it is.
    pub async fn page(
        &self,
        pattern: &Pattern,
        limit: usize,
        after: Option<Place>,
    ) -> Result<(Vec<Item>, Option<Place>), Error> {
        self.page_of(pattern, limit, after, None).await
    }

    pub(crate) async fn page_of(
        &self,
        pattern: &Pattern,
        limit: usize,
        after: Option<Place>,
        only: Option<&str>,
    ) -> Result<(Vec<Item>, Option<Place>), Error> {
        let (hash, range) = pattern.attributes();
        let mut request = self
            .client
            .query()
            .table_name(&self.table)
            .set_index_name(pattern.index.map(Into::into))
            .scan_index_forward(!pattern.newest_first)
            .consistent_read(pattern.index.is_none())
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .set_exclusive_start_key(after)
            .set_projection_expression(only.map(Into::into))
            .expression_attribute_names("#h", hash)
            .expression_attribute_values(":h", AttributeValue::S(pattern.pk.clone()));
        let condition = match &pattern.range {
            Range::All => "#h = :h".to_owned(),
            Range::Prefix(prefix) if prefix.is_empty() => "#h = :h".to_owned(),
            Range::Prefix(prefix) => {
                request = request
                    .expression_attribute_names("#r", range)
                    .expression_attribute_values(":a", AttributeValue::S(prefix.clone()));
                "#h = :h AND begins_with(#r, :a)".to_owned()
            }
            Range::Between(from, to) => {
                request = request
                    .expression_attribute_names("#r", range)
                    .expression_attribute_values(":a", AttributeValue::S(from.clone()))
                    .expression_attribute_values(":b", AttributeValue::S(to.clone()));
                "#h = :h AND #r BETWEEN :a AND :b".to_owned()
            }
            Range::UpTo(to) => {
                request = request
                    .expression_attribute_names("#r", range)
                    .expression_attribute_values(":a", AttributeValue::S(to.clone()));
                "#h = :h AND #r <= :a".to_owned()
            }
        };
        let reply = request.key_condition_expression(condition).send().await?;
        Ok((reply.items.unwrap_or_default(), reply.last_evaluated_key))
    }

    /// Everything that answers a question, however many pages it takes.
    pub async fn all(&self, pattern: &Pattern) -> Result<Vec<Item>, Error> {
        self.all_of(pattern, None).await
    }

    pub(crate) async fn all_of(
        &self,
        pattern: &Pattern,
        only: Option<&str>,
    ) -> Result<Vec<Item>, Error> {
        let (mut items, mut place) = self.page_of(pattern, 1_000, None, only).await?;
        while let Some(after) = place {
            let (more, next) = self.page_of(pattern, 1_000, Some(after), only).await?;
            items.extend(more);
            place = next;
        }
        Ok(items)
    }
}

fn keys(hash: &str, range: &str) -> Result<Vec<KeySchemaElement>, Error> {
    [(hash, KeyType::Hash), (range, KeyType::Range)]
        .into_iter()
        .map(|(name, kind)| {
            KeySchemaElement::builder()
                .attribute_name(name)
                .key_type(kind)
                .build()
                .map_err(Error::broken)
        })
        .collect()
}

impl Store {
    /// Writes items as they are, 25 at a time, each by itself: for what may be written twice.
    pub async fn put_all(&self, items: Vec<Item>) -> Result<(), Error> {
        let puts = items
            .into_iter()
            .map(|item| {
                let put = PutRequest::builder().set_item(Some(item)).build();
                put.map(|put| WriteRequest::builder().put_request(put).build())
            })
            .collect::<Result<Vec<_>, _>>()
            .map_err(Error::broken)?;
        self.write_all(puts).await
    }

    /// Deletes items, 25 at a time, each by itself: for what may be deleted twice.
    pub async fn delete_all(&self, keys: &[Key]) -> Result<(), Error> {
        let deletes = keys
            .iter()
            .map(|key| {
                let delete = DeleteRequest::builder()
                    .set_key(Some(key.attributes()))
                    .build();
                delete.map(|delete| WriteRequest::builder().delete_request(delete).build())
            })
            .collect::<Result<Vec<_>, _>>()
            .map_err(Error::broken)?;
        self.write_all(deletes).await
    }

    async fn write_all(&self, requests: Vec<WriteRequest>) -> Result<(), Error> {
        for chunk in requests.chunks(25) {
            let mut pending = chunk.to_vec();
            let mut tries = 0;
            while !pending.is_empty() {
                if tries == limits::COMMIT_TRIES {
                    return Err(Error::Failed(Failure {
                        retryable: true,
                        context: "a batch was not taken on any try".into(),
                    }));
                }
                if tries > 0 {
                    tokio::time::sleep(crate::tx::pause(tries)).await;
                }
                tries += 1;
                let reply = self
                    .client
                    .batch_write_item()
                    .request_items(&self.table, pending)
                    .send()
                    .await?;
                pending = reply
                    .unprocessed_items
                    .unwrap_or_default()
                    .remove(&self.table)
                    .unwrap_or_default();
            }
        }
        Ok(())
    }
}

/// The key an item lies under.
#[must_use]
pub fn key_of(item: &Item) -> Key {
    Key {
        pk: text(item, PK).to_owned(),
        sk: text(item, SK).to_owned(),
    }
}

/// What kind of item it is; `None` where the schema does not know it.
#[must_use]
pub fn kind_of(item: &Item) -> Option<Kind> {
    Kind::parse(text(item, KIND))
}

/// The version that wrote it; 0 where it does not say one.
#[must_use]
pub fn version_of(item: &Item) -> u32 {
    let version = item.get(SCHEMA).and_then(|version| version.as_n().ok());
    version
        .and_then(|version| version.parse().ok())
        .unwrap_or(0)
}

/// An item as JSON, every field and every other attribute in it. A field that is called like an
/// attribute of the table stands as `doc.name`.
pub fn json(mut item: Item) -> Result<serde_json::Value, Error> {
    let document = item.remove(DOCUMENT);
    let mut fields: serde_json::Map<_, _> = serde_dynamo::from_item(item).map_err(Error::broken)?;
    if let Some(AttributeValue::S(document)) = document {
        let own: serde_json::Map<_, _> = serde_json::from_str(&document).map_err(Error::broken)?;
        for (name, value) in own {
            let taken = fields.contains_key(&name) && !BESIDE_DOCUMENT.contains(&name.as_str());
            let name = if taken {
                format!("{DOCUMENT}.{name}")
            } else {
                name
            };
            fields.insert(name, value);
        }
    }
    Ok(fields.into())
}

/// An item back as what was written. What is said of one that does not read back names its kind and the
/// place in its text: words of serde's would quote what people wrote.
pub fn read<T: DeserializeOwned>(item: Item) -> Result<T, Error> {
    let kind = text(&item, KIND).to_owned();
    match item.get(DOCUMENT) {
        Some(AttributeValue::S(document)) => serde_json::from_str(document).map_err(|error| {
            let (why, column) = (error.classify(), error.column());
            Error::broken(format!("a {kind} does not read back: {why:?} at {column}"))
        }),
        _ => serde_dynamo::from_item(item)
            .map_err(|_| Error::broken(format!("a {kind} does not read back"))),
    }
}

/// The attributes a value is stored in, places and key aside.
fn attributes<T: Serialize>(kind: Kind, value: &T) -> Result<Item, Error> {
    let mut item: Item = if kind.is_document() {
        let fields = serde_json::to_value(value).map_err(Error::broken)?;
        let beside: BTreeMap<&str, &serde_json::Value> = BESIDE_DOCUMENT
            .iter()
            .filter_map(|name| Some((*name, fields.get(*name)?)))
            .collect();
        let mut item: Item = serde_dynamo::to_item(beside).map_err(Error::broken)?;
        item.insert(DOCUMENT.into(), AttributeValue::S(fields.to_string()));
        item
    } else {
        serde_dynamo::to_item(value).map_err(Error::broken)?
    };
    item.retain(|_, value| !value.is_null());
    Ok(item)
}

/// The item of a document with another value in it, where it was and in the same indexes.
pub(crate) fn rewritten<T: Serialize>(
    mut item: Item,
    kind: Kind,
    value: &T,
) -> Result<Item, Error> {
    item.retain(|name, _| !BESIDE_DOCUMENT.contains(&name.as_str()));
    item.extend(attributes(kind, value)?);
    item.insert(SCHEMA.into(), AttributeValue::N(VERSION.to_string()));
    Ok(item)
}

/// A value as an item: its fields, its place, its kind and version, and its places in the indexes.
pub fn write<T: Serialize>(
    kind: Kind,
    key: &Key,
    value: &T,
    places: impl IntoIterator<Item = (&'static str, String)>,
) -> Result<Item, Error> {
    let mut item = attributes(kind, value)?;
    item.extend(key.attributes());
    item.insert(KIND.into(), AttributeValue::S(kind.as_str().into()));
    item.insert(SCHEMA.into(), AttributeValue::N(VERSION.to_string()));
    item.extend(
        places
            .into_iter()
            .map(|(name, value)| (name.to_owned(), AttributeValue::S(value))),
    );
    Ok(item)
}

/// Garbage from then on.
pub(crate) fn until(mut item: Item, gone: Timestamp) -> Item {
    item.insert(TTL.into(), AttributeValue::N(gone.as_second().to_string()));
    item
}

/// Past its time, whether or not it was taken away yet.
#[must_use]
pub fn is_garbage(item: &Item, at: Timestamp) -> bool {
    let gone = item.get(TTL).and_then(|gone| gone.as_n().ok());
    let gone = gone.and_then(|gone| gone.parse::<i64>().ok());
    gone.is_some_and(|gone| gone <= at.as_second())
}

/// A text attribute, empty where absent.
#[must_use]
pub fn text<'a>(item: &'a Item, name: &str) -> &'a str {
    item.get(name)
        .and_then(|value| value.as_s().ok())
        .map_or("", String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_does_not_read_back_nothing_is_quoted() {
        let item = Item::from([
            (KIND.to_owned(), AttributeValue::S("person".into())),
            (
                DOCUMENT.to_owned(),
                AttributeValue::S(r#"{"floor":"王阿姨"}"#.into()),
            ),
        ]);
        let Err(Error::Failed(failure)) = read::<BTreeMap<String, u32>>(item) else {
            panic!("a name is no number");
        };
        let said = failure.context;
        assert!(
            said.contains("person") && !said.contains("王阿姨"),
            "{said}"
        );
    }
}
