//! What data of an older format lacks is added to it. Each step may be done again: one that was cut short is.

use domain::Refusal;

use crate::identity::person_item;
use crate::schema::VERSION;
use crate::table::{Error, Store, key_of, version_of};
use crate::tx::n;
use crate::watch::{device_item, device_of_item, watched_count_item, watched_item};

/// Brings a table from that format to the present one; how many items were written.
pub async fn bring_up(store: &Store, from: u32) -> Result<usize, Error> {
    let mut written = 0;
    if from < 4 {
        written += to_4(store).await?;
    }
    if from < 5 {
        written += to_5(store).await?;
    }
    if from < 6 {
        written += to_6(store).await?;
    }
    Ok(written)
}

/// Doors are found by their id alone, and those who are watched over are counted.
async fn to_4(store: &Store) -> Result<usize, Error> {
    let mut items = Vec::new();
    for community in store.communities().await? {
        for device in store.devices(community.id).await? {
            items.push(device_of_item(&device)?);
        }
        let watched = store.all_watched(community.id).await?.len();
        let people = u64::try_from(watched).unwrap_or(u64::MAX);
        items.push(watched_count_item(community.id, people)?);
    }
    let written = items.len();
    store.put_all(items).await?;
    Ok(written)
}

/// Who looks after others, who was never seen, what never spoke, and whose relative somebody is, are found by places
/// of the index: each is written again as it is, with its place.
async fn to_5(store: &Store) -> Result<usize, Error> {
    let mut items = Vec::new();
    for community in store.communities().await? {
        for person in store.people(community.id).await? {
            items.push(person_item(&person)?);
        }
        for device in store.devices(community.id).await? {
            items.push(device_item(&device)?);
        }
        for watched in store.all_watched(community.id).await? {
            items.push(watched_item(&watched)?);
        }
    }
    let written = items.len();
    store.put_all(items).await?;
    Ok(written)
}

/// Each item says its version. Page by page, and only what does not say it: begun anew it goes on where it was, and
/// nothing else that others write meanwhile is touched.
async fn to_6(store: &Store) -> Result<usize, Error> {
    let (mut written, mut place) = (0, None);
    loop {
        let (items, next) = store.scan(place).await?;
        for item in items.iter().filter(|item| version_of(item) < VERSION) {
            let values = vec![(":sv", n(VERSION))];
            let there = Some("attribute_exists(pk)");
            let (key, gone) = (key_of(item), Refusal::Missing);
            let tx = store.tx();
            let tx = tx.update(&key, "SET #sv = :sv", there, values, gone)?;
            match tx.commit().await {
                Ok(()) => written += 1,
                Err(Error::Refused(Refusal::Missing)) => {}
                Err(error) => return Err(error),
            }
        }
        place = next;
        if place.is_none() {
            return Ok(written);
        }
    }
}
