//! What data of an older format lacks is added to it. Each step may be done again: one that was cut short is. And each
//! may be done while programs of this version write: what they wrote meanwhile is of it already, and is left alone. Not
//! so an alert: whoever moves one that has no case opens none, so it is decided on again.

use domain::watch::{Alert, AlertState};
use domain::{AlertId, CommunityId, PersonId, Refusal, limits};
use jiff::SignedDuration;

use crate::identity::person_item;
use crate::schema::{self, Item, VERSION};
use crate::table::{Error, Failure, Store, key_of, read, version_of};
use crate::tx::{Tx, bool, n, s};
use crate::watch::{
    alert_item, credential_item, device_item, device_of_item, watched_count_item, watched_item,
};

/// The oldest and the newest version that items say they are of, [`VERSION`] where there are none. 0: of some before the
/// sixth, which say nothing.
pub async fn versions(store: &Store) -> Result<(u32, u32), Error> {
    let (mut oldest, mut newest) = (VERSION, VERSION);
    let mut place = None;
    loop {
        let (items, next) = store.scan(place).await?;
        for version in items.iter().map(version_of) {
            oldest = oldest.min(version);
            newest = newest.max(version);
        }
        place = next;
        if place.is_none() {
            return Ok((oldest, newest));
        }
    }
}

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
    let mut written = 0;
    for community in store.communities().await? {
        for device in store.devices(community.id).await? {
            written += add(store, device_of_item(&device)?).await?;
        }
        let watched = store.all_watched(community.id).await?.len();
        let people = u64::try_from(watched).unwrap_or(u64::MAX);
        written += add(store, watched_count_item(community.id, people)?).await?;
    }
    Ok(written)
}

/// Who looks after others, who was never seen, what never spoke, and whose relative somebody is, are found by places
/// of the index: each is written again as it is, with its place. A relative's card stands beside its owner's, and an
/// alert that is open has a case and is told of until somebody has it.
async fn to_5(store: &Store) -> Result<usize, Error> {
    let mut written = 0;
    for community in store.communities().await? {
        for person in store.people(community.id).await? {
            written += again(store, person_item(&person)?, person.ver).await?;
        }
        for device in store.devices(community.id).await? {
            written += again(store, device_item(&device)?, device.ver).await?;
        }
        for watched in store.all_watched(community.id).await? {
            written += again(store, watched_item(&watched)?, watched.ver).await?;
            for card in &watched.relatives_credentials {
                written += aside(store, community.id, card, watched.person).await?;
            }
        }
        for item in store.all(&schema::open_alerts(community.id)).await? {
            let nominated: Alert = read(item)?;
            written += cared_for(store, community.id, nominated.id).await?;
        }
    }
    Ok(written)
}

/// A card of a relative of theirs, out of the place that is its owner's.
async fn aside(
    store: &Store,
    com: CommunityId,
    card: &str,
    person: PersonId,
) -> Result<usize, Error> {
    let of = store.credential(com, card).await?;
    let Some(of) = of.filter(|of| !of.own && of.person == person) else {
        return Ok(0);
    };
    let same = "#own = :own AND #person = :person";
    let values = vec![(":own", bool(false)), (":person", s(person))];
    let owners = schema::credential(com, card);
    let tx = store.tx().put_any(credential_item(com, card, &of)?)?;
    let tx = tx.delete(&owners, Some(same), values, Refusal::Stale)?;
    unless_written(tx.commit().await)
}

/// With what it lacks, as it is by then; an error where it moves each time, so that the upgrade is said again.
async fn cared_for(store: &Store, com: CommunityId, id: AlertId) -> Result<usize, Error> {
    for _ in 0..limits::COMMIT_TRIES {
        let Some(alert) = store.alert(com, id).await? else {
            return Ok(0);
        };
        let Some(tx) = lacking(store, alert).await? else {
            return Ok(0);
        };
        match tx.commit().await {
            // It moved, or its case did.
            Err(Error::Refused(_)) => {}
            done => return done.map(|()| 1),
        }
    }
    Err(Error::Failed(Failure {
        retryable: true,
        context: format!("{id} moved on every try: the upgrade is to be said again"),
    }))
}

/// The case that an alert opens, or joins, unless one lists it; and that it is told of again, where that had come to an
/// end. Absent where it is over, or lacks nothing.
async fn lacking(store: &Store, alert: Alert) -> Result<Option<Tx<'_>>, Error> {
    if !alert.is_open() {
        return Ok(None);
    }
    let (com, person) = (alert.community, alert.person);
    let cases = store.cases_of(com, person).await?;
    let mut listed = cases.iter().flat_map(|case| &case.alerts);
    let is_listed = listed.any(|one| one.id == alert.id);
    let again = told_again(alert.clone());
    if is_listed && again.is_none() {
        return Ok(None);
    }
    let mut tx = store.tx();
    if !is_listed {
        // As it was opened, then as it is.
        let opened = Alert {
            state: AlertState::Open,
            ver: 1,
            ..alert.clone()
        };
        let file = store.care_file(com, person).await?;
        let joined = store.joined_to(com, file, &[&opened, &alert]).await?;
        tx = tx.put_joined(&joined)?;
    }
    let tx = match again {
        Some(next) => tx.put_next(alert_item(&next)?, next.ver)?,
        None => {
            let same = vec![(":ver", n(alert.ver))];
            let key = schema::alert(com, alert.id);
            tx.check(&key, "ver = :ver", same, Refusal::Stale)?
        }
    };
    Ok(Some(tx.count_alert_change(com)?))
}

/// The last step of an alert was told once: it is told at once again, or as soon as whoever has it lets it go. Absent
/// where more is to come anyway.
fn told_again(mut alert: Alert) -> Option<Alert> {
    let ladder = &mut alert.ladder;
    if ladder.next_at.is_some() || ladder.left.is_some() {
        return None;
    }
    match alert.state {
        AlertState::Open => ladder.next_at = Some(alert.opened_at),
        AlertState::Acknowledged => ladder.left = Some(SignedDuration::ZERO),
        AlertState::Closed | AlertState::Withdrawn => return None,
    }
    alert.ver += 1;
    Some(alert)
}

/// One item more, unless it is there.
async fn add(store: &Store, item: Item) -> Result<usize, Error> {
    let tx = store.tx().put_new(item, Refusal::Stale)?;
    unless_written(tx.commit().await)
}

/// The item of a value that was read, unless it has another by now.
async fn again(store: &Store, item: Item, ver: u64) -> Result<usize, Error> {
    let (same, values) = ("ver = :ver", vec![(":ver", n(ver))]);
    let tx = store.tx().put_if(item, same, values, Refusal::Stale)?;
    unless_written(tx.commit().await)
}

/// How many were written: none, where somebody else did.
fn unless_written(done: Result<(), Error>) -> Result<usize, Error> {
    match done {
        Ok(()) => Ok(1),
        Err(Error::Refused(_)) => Ok(0),
        Err(error) => Err(error),
    }
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
            written += unless_written(tx.commit().await)?;
        }
        place = next;
        if place.is_none() {
            return Ok(written);
        }
    }
}
