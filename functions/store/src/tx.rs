//! Writing: one transaction whose every condition names the refusal it stands for.
//!
//! Cancellation reason *i* becomes step *i*'s refusal, and the first step wins. Conflicts and
//! throttling are tried again with jitter, the latter as long as [`crate::budget`] pays for it; a reply that was lost shows as [`Error::Seen`] on the
//! next try, because the command's own record stands in the same transaction as its effect.
//!
//! In every expression `#word` means the attribute `word`: needed where the word is reserved.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, Put, TransactWriteItem, Update,
};
use domain::{CommunityId, PersonId, Refusal, limits};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::schema::{self, Item, Key, Kind, TTL};
use crate::table::{Error, Failure, Store, write};

/// The record of a command: who gave it, under which id, and what it said, as a digest. What was
/// answered is not kept: it may show others, and is made again from what it was about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Command {
    pub community: CommunityId,
    pub person: PersonId,
    pub id: String,
    /// Of the call and its body, with the server's secret.
    pub digest: String,
    /// An endpoint's name.
    pub what: String,
    /// What came of it, for answers that could not be made again from what is there later.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub came: String,
    pub at: Timestamp,
}

/// What a cancelled step means.
enum Means {
    Refusal(Refusal),
    Seen,
}

pub struct Tx<'s> {
    store: &'s Store,
    items: Vec<TransactWriteItem>,
    means: Vec<Means>,
}

type Values = Vec<(&'static str, AttributeValue)>;

impl Store {
    #[must_use]
    pub fn tx(&self) -> Tx<'_> {
        Tx {
            store: self,
            items: Vec::new(),
            means: Vec::new(),
        }
    }
}

impl Tx<'_> {
    /// The command's record; put first, or a retry reads as the second step's refusal.
    pub fn command(self, command: Option<&Command>) -> Result<Self, Error> {
        let Some(command) = command else {
            return Ok(self);
        };
        let key = schema::command(command.community, command.person, &command.id);
        let mut item = write(Kind::Command, &key, command, [])?;
        let gone = command.at.as_second() + limits::COMMAND_DAYS * 86_400;
        item.insert(TTL.into(), AttributeValue::N(gone.to_string()));
        self.put(item, Some("attribute_not_exists(pk)"), vec![], Means::Seen)
    }

    /// A new item; `otherwise` if its place is taken.
    pub fn put_new(self, item: Item, otherwise: Refusal) -> Result<Self, Error> {
        self.put(
            item,
            Some("attribute_not_exists(pk)"),
            vec![],
            Means::Refusal(otherwise),
        )
    }

    /// An item whatever was there before.
    pub fn put_any(self, item: Item) -> Result<Self, Error> {
        self.put(item, None, vec![], Means::Refusal(Refusal::Stale))
    }

    /// A changed item; `Stale` unless the stored one still has the version before.
    pub fn put_next(self, item: Item, ver: u64) -> Result<Self, Error> {
        let values = vec![(":was", AttributeValue::N((ver - 1).to_string()))];
        self.put(
            item,
            Some("ver = :was"),
            values,
            Means::Refusal(Refusal::Stale),
        )
    }

    pub fn put_if(
        self,
        item: Item,
        condition: &str,
        values: Values,
        otherwise: Refusal,
    ) -> Result<Self, Error> {
        self.put(item, Some(condition), values, Means::Refusal(otherwise))
    }

    fn put(
        self,
        item: Item,
        condition: Option<&str>,
        values: Values,
        means: Means,
    ) -> Result<Self, Error> {
        let put = Put::builder()
            .table_name(&self.store.table)
            .set_item(Some(item))
            .set_condition_expression(condition.map(Into::into))
            .set_expression_attribute_names(named(&[condition.unwrap_or_default()]));
        let put = put
            .set_expression_attribute_values(filled(values))
            .build()
            .map_err(Error::broken)?;
        Ok(self.step(TransactWriteItem::builder().put(put).build(), means))
    }

    pub fn update(
        self,
        key: &Key,
        expression: &str,
        condition: Option<&str>,
        values: Values,
        otherwise: Refusal,
    ) -> Result<Self, Error> {
        let update = Update::builder()
            .table_name(&self.store.table)
            .set_key(Some(key.attributes()))
            .update_expression(expression)
            .set_condition_expression(condition.map(Into::into))
            .set_expression_attribute_names(named(&[expression, condition.unwrap_or_default()]))
            .set_expression_attribute_values(filled(values))
            .build()
            .map_err(Error::broken)?;
        Ok(self.step(
            TransactWriteItem::builder().update(update).build(),
            Means::Refusal(otherwise),
        ))
    }

    pub fn delete(
        self,
        key: &Key,
        condition: Option<&str>,
        values: Values,
        otherwise: Refusal,
    ) -> Result<Self, Error> {
        let delete = Delete::builder()
            .table_name(&self.store.table)
            .set_key(Some(key.attributes()))
            .set_condition_expression(condition.map(Into::into))
            .set_expression_attribute_names(named(&[condition.unwrap_or_default()]))
            .set_expression_attribute_values(filled(values))
            .build()
            .map_err(Error::broken)?;
        Ok(self.step(
            TransactWriteItem::builder().delete(delete).build(),
            Means::Refusal(otherwise),
        ))
    }

    /// Nothing is written there, but the whole stands only if the condition holds.
    pub fn check(
        self,
        key: &Key,
        condition: &str,
        values: Values,
        otherwise: Refusal,
    ) -> Result<Self, Error> {
        let check = ConditionCheck::builder()
            .table_name(&self.store.table)
            .set_key(Some(key.attributes()))
            .condition_expression(condition)
            .set_expression_attribute_names(named(&[condition]))
            .set_expression_attribute_values(filled(values))
            .build()
            .map_err(Error::broken)?;
        Ok(self.step(
            TransactWriteItem::builder().condition_check(check).build(),
            Means::Refusal(otherwise),
        ))
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    /// What stands in the other one as well.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.items.extend(other.items);
        self.means.extend(other.means);
        self
    }

    fn step(mut self, item: TransactWriteItem, means: Means) -> Self {
        self.items.push(item);
        self.means.push(means);
        self
    }

    /// All of it or nothing.
    pub async fn commit(self) -> Result<(), Error> {
        assert!(
            self.items.len() <= 100,
            "DynamoDB takes 100 items per transaction"
        );
        let budget = &self.store.budget;
        budget.first();
        for attempt in 0..limits::COMMIT_TRIES {
            let sent = self
                .store
                .client
                .transact_write_items()
                .set_transact_items(Some(self.items.clone()))
                .send()
                .await;
            match sent {
                Ok(_) => return Ok(()),
                Err(error) => match self.verdict(error) {
                    Verdict::Final(error) => return Err(error),
                    Verdict::Overloaded(error) if !budget.again() => return Err(error),
                    Verdict::Contended | Verdict::Overloaded(_) => {
                        tokio::time::sleep(pause(attempt)).await;
                    }
                },
            }
        }
        Err(Error::Failed(Failure {
            retryable: true,
            context: "the transaction met a conflict on every try".into(),
        }))
    }

    fn verdict<R: std::fmt::Debug>(&self, error: SdkError<TransactWriteItemsError, R>) -> Verdict {
        let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
            error.as_service_error()
        else {
            let error = Error::from(error);
            return match &error {
                Error::Failed(failure) if failure.retryable => Verdict::Overloaded(error),
                _ => Verdict::Final(error),
            };
        };
        let reasons = cancelled.cancellation_reasons();
        let failed = reasons
            .iter()
            .position(|reason| reason.code() == Some("ConditionalCheckFailed"));
        let because = |codes: &[&str]| {
            let mut codes_of = reasons.iter().filter_map(|reason| reason.code());
            codes_of.any(|code| codes.contains(&code))
        };
        let overloaded = &["ThrottlingError", "ProvisionedThroughputExceeded"];
        match failed.and_then(|i| self.means.get(i)) {
            Some(Means::Seen) => Verdict::Final(Error::Seen),
            Some(Means::Refusal(refusal)) => Verdict::Final(Error::Refused(refusal.clone())),
            None if because(&["TransactionConflict"]) => Verdict::Contended,
            None if because(overloaded) => Verdict::Overloaded(Error::Failed(Failure {
                retryable: true,
                context: format!("{cancelled:?}"),
            })),
            None => Verdict::Final(Error::broken(format!("{cancelled:?}"))),
        }
    }
}

enum Verdict {
    /// Others wrote the same.
    Contended,
    /// Nothing is known of it but that it may be tried again.
    Overloaded(Error),
    Final(Error),
}

/// Between zero and 5 ms doubled per attempt, at most 320 ms.
pub(crate) fn pause(attempt: u32) -> Duration {
    let mut chance = [0u8; 2];
    let _ = getrandom::fill(&mut chance);
    let share = f64::from(u16::from_le_bytes(chance)) / f64::from(u16::MAX);
    Duration::from_millis(5 << attempt.min(6)).mul_f64(share)
}

fn filled(values: Values) -> Option<Item> {
    (!values.is_empty()).then(|| {
        values
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    })
}

/// What an update says of the item that it may make; its values are [`made`].
pub(crate) const MAKES: &str = "#kind = :kind, #sv = :sv";

pub(crate) fn made(kind: Kind) -> [(&'static str, AttributeValue); 2] {
    [(":kind", s(kind.as_str())), (":sv", n(schema::VERSION))]
}

/// Every `#word` of the expressions with the attribute it stands for.
pub(crate) fn named(expressions: &[&str]) -> Option<HashMap<String, String>> {
    let words = expressions.iter().flat_map(|expression| {
        expression.split('#').skip(1).map(|rest| {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
            &rest[..end.unwrap_or(rest.len())]
        })
    });
    let names: HashMap<String, String> = words
        .map(|word| (format!("#{word}"), word.to_owned()))
        .collect();
    (!names.is_empty()).then_some(names)
}

pub(crate) fn bool(value: bool) -> AttributeValue {
    AttributeValue::Bool(value)
}

pub(crate) fn s(value: impl std::fmt::Display) -> AttributeValue {
    AttributeValue::S(value.to_string())
}

pub(crate) fn n(value: impl std::fmt::Display) -> AttributeValue {
    AttributeValue::N(value.to_string())
}
