//! Correct a person's file: name, number, birthday, household, guardian. `UpdatePerson`, staff, with a
//! reason that stands in the person's log of views; safe to repeat with the same id. With another number
//! they are signed out everywhere and told so, by a text to the number before as well, as whoever had
//! it cannot read it anywhere else. The file of somebody on staff is for those who give roles: a number
//! opens their sign-in. Whoever set it is kept with it.

use domain::access::Act;
use domain::account::with_number;
use domain::availability::local_day;
use domain::notice::{Data, Topic};
use domain::person::{Household, Person};
use domain::{HouseholdId, Refusal, limits};
use store::identity::{household_item, person_item, view_item};
use store::notify::{Outgoing, To};
use wire::identity::{PersonFile, UpdatePerson};
use wire::{Code, Endpoint};

use super::create_person::{refuse_no_guardian, refuse_unborn, with_account};
use super::people::{Number, file};
use super::rates;
use super::views;
use crate::error::Error;
use crate::http::{Call, Outcome};
use crate::notify::tell::tell;
use crate::once::Once;
use crate::parse;

/// Sessions that end in the transaction; any more end right after it.
const SESSIONS: usize = 80;

pub async fn update_person(call: Call<UpdatePerson>) -> Outcome<UpdatePerson> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = update(&call, &once).await;
    let again = shown(&call);
    once.end(&call.ctx, done, again).await
}

async fn shown(call: &Call<UpdatePerson>) -> Result<PersonFile, Error> {
    let (ctx, who, (id,)) = (&call.ctx, &call.who, call.path);
    let person = ctx.store.living(who.community.id, id).await?;
    file(ctx, who, person, Number::Masked).await
}

async fn update(call: &Call<UpdatePerson>, once: &Once) -> Result<PersonFile, Error> {
    let (ctx, who, (id,), body) = (&call.ctx, &call.who, call.path, &call.body);
    let com = who.community.id;
    let before = ctx.store.living(com, id).await?;
    if before.is_staff() && !who.may(Act::GrantRoles) {
        return Err(Refusal::NotAllowed.into());
    }
    let reason = parse::line(&body.reason, limits::LINE_CHARS, "/reason")?;
    let after = corrected(call, &before)?;
    let new_guardian = after.guardian.filter(|id| before.guardian != Some(*id));
    refuse_no_guardian(ctx, who, new_guardian, local_day(call.now, &who.zone)).await?;
    if before.ver != body.ver {
        return Err(Refusal::Stale.into());
    }

    let mut tx = ctx.store.tx().command(once.record().as_ref())?;
    tx = tx.put_next(person_item(&after)?, after.ver)?;
    if id != who.person.id {
        let view = views::entry(ctx, who, UpdatePerson::NAME, &reason, call.now);
        tx = tx.put_new(view_item(com, id, &view)?, Refusal::Stale)?;
    }
    let moved = before.phone != after.phone;
    if moved && after.phone.is_some() {
        rates::ask_about_number(call).await?;
    }
    if let Some(phone) = before.phone.as_deref().filter(|_| moved) {
        let digest = ctx.secret.phone_digest(phone);
        let account = ctx.store.account(&digest).await?;
        if account.is_some_and(|account| account.person == id) {
            tx = tx.delete_account(&digest, id)?;
        }
    }
    tx = with_account(ctx, tx, &after).await?;
    if let Some(guardian) = new_guardian {
        tx = tx.check_living(com, guardian)?;
    }
    if before.household != after.household {
        if let Some(home) = home(call, before.household).await? {
            let home = home.without(id);
            tx = tx.put_next(household_item(&home)?, home.ver)?;
        }
        if after.household.is_some() {
            let home = home(call, after.household).await?;
            let home = home.ok_or_else(|| Error::invalid(Code::BadValue, "/household"))?;
            let home = home.with(id)?;
            tx = tx.put_next(household_item(&home)?, home.ver)?;
        }
    }
    if moved {
        let sessions = ctx.store.keys_of(com, id, "SESSION#").await?;
        for key in sessions.iter().take(SESSIONS) {
            tx = tx.delete(key, None, vec![], Refusal::Stale)?;
        }
        for told in told(call, &before) {
            tx = tx.put_new(told.item()?, Refusal::Stale)?;
        }
    }
    tx.commit().await?;
    if moved {
        ctx.relay_bell.notify_one();
        // Those opened between our reading and writing.
        ctx.store.end_sessions(com, id).await?;
    }
    file(ctx, who, after, Number::Masked).await
}

/// In the inbox, and to the number before: two rows, each tried until it went out.
fn told(call: &Call<UpdatePerson>, before: &Person) -> Vec<Outgoing> {
    let (com, topic) = (before.community, Topic::NumberChanged);
    let one = || tell(&call.ctx, com, &[before.id], topic, Data::new(), call.now);
    let former = before.phone.clone().map(|phone| To::Former {
        person: before.id,
        phone,
        language: before.language,
    });
    let text = |former| {
        one().map(|row| Outgoing {
            to: vec![former],
            ..row
        })
    };
    one().into_iter().chain(former.and_then(text)).collect()
}

/// The file as the call says it.
fn corrected(call: &Call<UpdatePerson>, before: &Person) -> Result<Person, Error> {
    let body = &call.body;
    let phone = body.phone.as_deref().map(|raw| parse::phone(raw, "/phone"));
    refuse_unborn(body.born, local_day(call.now, &call.who.zone))?;
    if body.guardian == Some(before.id) {
        return Err(Error::invalid(Code::BadValue, "/guardian"));
    }
    let after = Person {
        name: parse::line(&body.name, limits::NAME_CHARS, "/name")?,
        born: body.born,
        household: body.household,
        guardian: body.guardian,
        ver: before.ver + 1,
        ..before.clone()
    };
    let phone = phone.transpose()?;
    Ok(with_number(after, phone, &call.who.person, call.now))
}

async fn home(
    call: &Call<UpdatePerson>,
    id: Option<HouseholdId>,
) -> Result<Option<Household>, Error> {
    match id {
        Some(id) => Ok(call.ctx.store.household(call.who.community.id, id).await?),
        None => Ok(None),
    }
}
