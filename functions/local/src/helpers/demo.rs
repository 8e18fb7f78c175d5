//! Accounts to sign in as, by role, and the second factor of those who need one; doors with their keys, and
//! the cards that open them; what is worn, with its key.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::access::Role;
use domain::watch::DoorSense;
use domain::{CommunityId, DeviceId, PersonId};
use jiff::Timestamp;
use serde::Serialize;
use service::secret::{totp, totp_step};
use service::watch::signature;
use service::{Ctx, Error};
use store::identity::SecondFactor;
use store::schema;

use super::Helpers;
use crate::seed::accounts::ACCOUNTS;

#[derive(Serialize)]
struct Accounts {
    accounts: Vec<Account>,
    devices: Vec<Door>,
}

/// A door, with what `linli sign-event` needs to speak in its name.
#[derive(Serialize)]
struct Door {
    id: DeviceId,
    name: String,
    sense: DoorSense,
    key_ver: u32,
    /// In base64url without padding.
    key: String,
    cards: Vec<Card>,
    /// Whose home it is, or who wears it: of this person are its readings where none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    home_of: Option<PersonId>,
    community_id: CommunityId,
}

#[derive(Serialize)]
struct Card {
    person: PersonId,
    name: String,
    card: String,
}

#[derive(Serialize)]
struct Account {
    person: PersonId,
    role: Role,
    name: String,
    phone: &'static str,
    /// The code of an authenticator app that works now; absent where none is set up, or where all
    /// that could work were used up within the last minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    totp: Option<String>,
    community: String,
    community_id: CommunityId,
}

pub async fn accounts(State(helpers): State<Helpers>) -> Response {
    let now = helpers.ctx.clock.now();
    let mut accounts = Vec::with_capacity(ACCOUNTS.len());
    for (role, phone) in ACCOUNTS {
        match account(&helpers.ctx, *role, phone, now).await {
            Ok(found) => accounts.extend(found),
            Err(error) => return error.into_response(),
        }
    }
    match doors(&helpers.ctx).await {
        Ok(devices) => Json(Accounts { accounts, devices }).into_response(),
        Err(error) => error.into_response(),
    }
}

async fn doors(ctx: &Ctx) -> Result<Vec<Door>, Error> {
    let mut doors = Vec::new();
    for community in ctx.store.communities().await? {
        let com = community.id;
        let devices = ctx.store.devices(com).await?;
        if devices.is_empty() {
            continue;
        }
        let watched = ctx.store.all_watched(com).await?;
        let ids: Vec<PersonId> = watched.iter().map(|one| one.person).collect();
        let people = ctx.store.people_among(com, &ids).await?;
        let name = |id: PersonId| {
            let person = people.iter().find(|person| person.id == id);
            person.map(|person| person.name.clone()).unwrap_or_default()
        };
        for device in devices {
            let mut cards = Vec::new();
            for one in watched.iter().filter(|one| one.doors.contains(&device.id)) {
                cards.extend(one.credentials.iter().map(|card| Card {
                    person: one.person,
                    name: name(one.person),
                    card: card.clone(),
                }));
            }
            let key = signature::key(&ctx.secret, device.id, device.key_ver);
            doors.push(Door {
                id: device.id,
                name: device.name,
                sense: device.sense,
                key_ver: device.key_ver,
                key: URL_SAFE_NO_PAD.encode(key),
                cards,
                home_of: device.home_of,
                community_id: com,
            });
        }
    }
    Ok(doors)
}

/// `None` where the person is not in this store, or no longer.
async fn account(
    ctx: &Ctx,
    role: Role,
    phone: &'static str,
    now: Timestamp,
) -> Result<Option<Account>, Error> {
    let digest = ctx.secret.phone_digest(phone);
    let Some(found) = ctx.store.account(&digest).await? else {
        return Ok(None);
    };
    let (com, id) = (found.community, found.person);
    let person = ctx.store.person(com, id).await?;
    let community = ctx.store.community(com).await?;
    let (Some(person), Some(community)) = (person, community) else {
        return Ok(None);
    };
    let factor: Option<SecondFactor> = ctx.store.get(&schema::second_factor(com, id)).await?;
    let factor = factor.filter(|factor| factor.confirmed);
    Ok(Some(Account {
        person: id,
        role,
        name: person.name,
        phone,
        totp: factor.and_then(|factor| usable(&factor, now)),
        community: community.name,
        community_id: com,
    }))
}

/// The code of this moment; the next one where that was used.
fn usable(factor: &SecondFactor, now: Timestamp) -> Option<String> {
    let step = totp_step(now);
    (step..=step + 1)
        .find(|step| *step > factor.last_step)
        .and_then(|step| totp(&factor.secret, step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_of_this_moment_is_offered_until_it_is_used() {
        let secret = crate::seed::accounts::FIRST_RESIDENT_PHONE.replace(['0', '1', '8'], "A");
        let factor = |last_step| SecondFactor {
            secret: secret.clone(),
            confirmed: true,
            owed: false,
            last_step,
        };
        let code = |step| totp(&secret, step);
        for second_of_step in [0, 10, 29] {
            let now = Timestamp::from_second(1_790_000_010 + second_of_step).expect("in range");
            let step = totp_step(now);
            let offered = |used| usable(&factor(used), now);
            assert_eq!(offered(0), code(step), "{second_of_step}");
            assert_eq!(offered(step - 1), code(step), "{second_of_step}");
            assert_eq!(offered(step), code(step + 1), "{second_of_step}");
            assert_eq!(offered(step + 1), None, "{second_of_step}");
        }
    }
}
