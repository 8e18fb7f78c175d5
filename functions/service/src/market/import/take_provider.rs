//! One row, one transaction: the person if new, their role, their number, their provider file.

use std::sync::Arc;

use domain::access::Role;
use domain::account::with_number;
use domain::availability::Calendar;
use domain::person::{Language, Person, TextSize};
use domain::provider::{Credential, Provider, Standing};
use domain::{CommunityId, PersonId, ProviderId, Refusal, limits};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use store::identity::{Account, account_item, person_item};
use store::market::{provider_item, provider_of_item};
use wire::{Code, Problem};

use super::columns::Columns;
use super::ids;
use super::provider_row::{Paper, Wanted};
use super::providers::decide;
use super::report::Verdict;
use super::seen::{Seen, look};
use crate::ctx::Ctx;
use crate::error::Error;

/// Who imports, where and when; the same for every row.
pub struct Importer {
    pub ctx: Ctx,
    pub columns: Arc<Columns>,
    pub who: Person,
    pub community: CommunityId,
    pub zone: TimeZone,
    pub now: Timestamp,
}

/// Takes a row. Where something changed since it was judged, it is judged again.
pub async fn take(on: Arc<Importer>, wanted: Wanted, seen: Seen) -> Result<Verdict<()>, Error> {
    let mut seen = seen;
    for _ in 0..limits::COMMIT_TRIES {
        match commit(&on, &wanted, &seen).await {
            Ok(()) => return Ok(Verdict::Take(())),
            Err(store::Error::Refused(_)) => {}
            Err(error) => return Err(error.into()),
        }
        let phone = std::slice::from_ref(&wanted.phone);
        let mut again = look(&on.ctx, on.community, phone).await?;
        let Some(now) = again.remove(&wanted.phone) else {
            break;
        };
        match decide(&on.columns, &wanted, &now, on.who.id) {
            Verdict::Take(()) => seen = now,
            other => return Ok(other),
        }
    }
    Err(Problem::new(Code::Busy).into())
}

async fn commit(on: &Importer, wanted: &Wanted, seen: &Seen) -> Result<(), store::Error> {
    let tx = on.ctx.store.tx();
    let (person, tx) = match &seen.person {
        Some(person) => {
            let person = with_role(person.clone());
            let tx = tx.put_next(person_item(&person)?, person.ver)?;
            (person.id, tx)
        }
        None => {
            let person = newcomer(on, wanted);
            let mut tx = tx.put_new(person_item(&person)?, Refusal::Stale)?;
            // A number that leads to another community stays with that.
            if seen.account.is_none() {
                let account = Account {
                    community: on.community,
                    person: person.id,
                };
                let account = account_item(&seen.phone_digest, &account)?;
                tx = tx.put_new(account, Refusal::PhoneTaken)?;
            }
            (person.id, tx)
        }
    };
    let file = file(on, wanted, seen, person);
    tx.put_new(
        provider_of_item(on.community, person, file.id)?,
        Refusal::AlreadyApplied,
    )?
    .put_new(provider_item(&file, &on.zone)?, Refusal::IdReused)?
    .commit()
    .await
}

fn with_role(mut person: Person) -> Person {
    person.roles.push(Role::Provider);
    person.roles.sort_unstable();
    person.roles.dedup();
    person.ver += 1;
    person
}

fn newcomer(on: &Importer, wanted: &Wanted) -> Person {
    let (millis, chance) = on.ctx.fresh(on.now);
    let person = Person {
        id: PersonId::new(millis, chance),
        community: on.community,
        name: wanted.name.clone(),
        phone: None,
        born: None,
        household: None,
        guardian: None,
        roles: vec![Role::Resident, Role::Provider],
        language: Language::Zh,
        text_size: TextSize::Usual,
        created_at: on.now,
        deleted_at: None,
        kept: Vec::new(),
        ver: 1,
    };
    with_number(person, Some(wanted.phone.clone()), &on.who, on.now)
}

fn file(on: &Importer, wanted: &Wanted, seen: &Seen, person: PersonId) -> Provider {
    // A number that was somebody else's before: that id stays theirs.
    let id = if seen.id_taken {
        let (millis, chance) = on.ctx.fresh(on.now);
        ProviderId::new(millis, chance)
    } else {
        seen.id
    };
    let credential = |paper: &Paper| Credential {
        id: ids::credential(id, paper.kind),
        kind: paper.kind,
        number_tail: paper.number_tail.clone(),
        expires: paper.expires,
    };
    Provider {
        id,
        community: on.community,
        person,
        name: wanted.name.clone(),
        intro: wanted.intro.clone(),
        standing: Standing::Applied,
        reason: String::new(),
        credentials: wanted.paper.iter().map(credential).collect(),
        calendar: Calendar {
            weekly: wanted.weekly.clone(),
            ..Calendar::default()
        },
        created_at: on.now,
        expiry_told: None,
        ver: 1,
    }
}
