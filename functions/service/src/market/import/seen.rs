//! Who the telephone numbers of a file belong to, and which provider files there are.

use std::collections::BTreeMap;

use domain::person::Person;
use domain::provider::Provider;
use domain::{CommunityId, ProviderId};
use store::identity::Account;
use store::market::ProviderOf;
use store::schema::{self, Item, Key};
use store::table::read;

use super::ids;
use crate::ctx::Ctx;
use crate::error::Error;

/// What is known about one number.
#[derive(Clone, Debug)]
pub struct Seen {
    pub phone_digest: String,
    /// The id a provider with this number gets.
    pub id: ProviderId,
    /// Somebody has it, in this community or another.
    pub account: Option<Account>,
    /// The living person of this community who has it.
    pub person: Option<Person>,
    /// Their provider file.
    pub file: Option<Provider>,
    /// That id is in use: theirs, or that of who had the number before.
    pub id_taken: bool,
}

/// Looks up numbers, in a few trips however many there are.
pub async fn look(
    ctx: &Ctx,
    com: CommunityId,
    phones: &[String],
) -> Result<BTreeMap<String, Seen>, Error> {
    let digests: Vec<String> = phones.iter().map(|p| ctx.secret.phone_digest(p)).collect();
    let accounts: Vec<Option<Account>> =
        many(ctx, digests.iter().map(|d| schema::account(d))).await?;
    let ids: Vec<ProviderId> = digests.iter().map(|d| ids::provider(com, d)).collect();
    let taken: Vec<Option<Provider>> =
        many(ctx, ids.iter().map(|id| schema::provider(com, *id))).await?;

    // A number that leads to another community may be written in a file here all the same.
    let owner = |account: &Option<Account>, taken: &Option<Provider>| match account {
        Some(account) if account.community == com => Some(account.person),
        Some(_) => taken.as_ref().map(|file| file.person),
        None => None,
    };
    let owners: Vec<_> = accounts
        .iter()
        .zip(&taken)
        .filter_map(|(account, taken)| owner(account, taken))
        .collect();
    let people: Vec<Option<Person>> = many(
        ctx,
        owners.iter().map(|person| schema::person(com, *person)),
    )
    .await?;
    let files: Vec<Option<ProviderOf>> = many(
        ctx,
        owners
            .iter()
            .map(|person| schema::provider_of(com, *person)),
    )
    .await?;
    let wanted: Vec<ProviderId> = files.iter().flatten().map(|of| of.provider).collect();
    let found = ctx.store.providers_among(com, &wanted).await?;
    let person = |id, phone: &str| {
        people
            .iter()
            .flatten()
            .find(|p| p.id == id && p.deleted_at.is_none() && p.phone.as_deref() == Some(phone))
    };
    let file = |id| found.iter().find(|file| file.person == id);

    let seen = phones.iter().zip(digests).zip(ids).zip(accounts).zip(taken);
    let seen = seen.map(|((((phone, phone_digest), id), account), taken)| {
        let person = owner(&account, &taken).and_then(|owner| person(owner, phone));
        let seen = Seen {
            phone_digest,
            id,
            account,
            person: person.cloned(),
            file: person.and_then(|person| file(person.id)).cloned(),
            id_taken: taken.is_some(),
        };
        (phone.clone(), seen)
    });
    Ok(seen.collect())
}

async fn many<T: serde::de::DeserializeOwned>(
    ctx: &Ctx,
    keys: impl Iterator<Item = Key>,
) -> Result<Vec<Option<T>>, Error> {
    let keys: Vec<Key> = keys.collect();
    let items: Vec<Option<Item>> = ctx.store.get_many(&keys).await?;
    let read = |item: Option<Item>| item.map(read).transpose();
    Ok(items.into_iter().map(read).collect::<Result<_, _>>()?)
}
