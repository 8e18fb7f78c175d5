//! Add a person, with or without a telephone. `CreatePerson`, staff; safe to repeat with the same
//! id. That it was done stands in the person's log of views, and whoever gave the number is kept with it.
//! Read [`with_account`] for whose a number is.

use domain::access::Role;
use domain::account::with_number;
use domain::availability::local_day;
use domain::person::{Household, Language, Person, TextSize};
use domain::{PersonId, Refusal, limits};
use jiff::civil::Date;
use store::identity::{Account, account_item, household_item, person_item, view_item};
use store::tx::Tx;
use wire::identity::{CreatePerson, PersonFile};
use wire::{Code, Endpoint};

use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Call, Outcome, Who};
use crate::identity::people::{Number, file};
use crate::identity::{rates, views};
use crate::once::Once;
use crate::parse;

pub async fn create_person(call: Call<CreatePerson>) -> Outcome<CreatePerson> {
    if call.body.phone.is_some() {
        rates::ask_about_number(&call).await?;
    }
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let mut done = create(&call, &once).await;
    for _ in 1..limits::COMMIT_TRIES {
        // Somebody else changed the household between our reading and writing.
        if !matches!(done, Err(Error::Refused(Refusal::Stale))) {
            break;
        }
        done = create(&call, &once).await;
    }
    let again = made(&call);
    once.end(&call.ctx, done, again).await
}

async fn made(call: &Call<CreatePerson>) -> Result<PersonFile, Error> {
    let (ctx, who) = (&call.ctx, &call.who);
    let person = ctx.store.living(who.community.id, call.body.id).await?;
    file(ctx, who, person, Number::Masked).await
}

async fn create(call: &Call<CreatePerson>, once: &Once) -> Result<PersonFile, Error> {
    let (ctx, who) = (&call.ctx, &call.who);
    let person = read(call)?;
    let today = local_day(call.now, &who.zone);
    refuse_no_guardian(ctx, who, person.guardian, today).await?;
    let home = home(call).await?;

    let mut tx = ctx.store.tx().command(once.record().as_ref())?;
    tx = tx.put_new(person_item(&person)?, Refusal::IdReused)?;
    let view = views::entry(ctx, who, CreatePerson::NAME, "", call.now);
    tx = tx.put_new(
        view_item(who.community.id, person.id, &view)?,
        Refusal::Stale,
    )?;
    tx = with_account(ctx, tx, &person).await?;
    if let Some(guardian) = person.guardian {
        tx = tx.check_living(who.community.id, guardian)?;
    }
    if let Some(home) = home {
        let home = home.with(person.id)?;
        tx = tx.put_next(household_item(&home)?, home.ver)?;
    }
    tx.commit().await?;
    file(ctx, who, person, Number::Masked).await
}

/// The number leads to this person from now on. One that leads to another community stays with that:
/// it is written into the file here, and the answer tells nothing. Refuses: `PhoneTaken` where it is
/// somebody's of this community, `Stale` where it became somebody's just now.
pub(super) async fn with_account<'s>(
    ctx: &'s Ctx,
    tx: Tx<'s>,
    person: &Person,
) -> Result<Tx<'s>, Error> {
    let Some(phone) = &person.phone else {
        return Ok(tx);
    };
    let digest = ctx.secret.phone_digest(phone);
    match ctx.store.account(&digest).await? {
        Some(account) if account.person == person.id => Ok(tx),
        Some(account) if account.community != person.community => Ok(tx),
        Some(_) => Err(Refusal::PhoneTaken.into()),
        None => {
            let account = Account {
                community: person.community,
                person: person.id,
            };
            Ok(tx.put_new(account_item(&digest, &account)?, Refusal::Stale)?)
        }
    }
}

fn read(call: &Call<CreatePerson>) -> Result<Person, Error> {
    let (who, body) = (&call.who, &call.body);
    refuse_unborn(body.born, local_day(call.now, &who.zone))?;
    let phone = body.phone.as_deref().map(|raw| parse::phone(raw, "/phone"));
    let phone = phone.transpose()?;
    let person = Person {
        id: body.id,
        community: who.community.id,
        name: parse::line(&body.name, limits::NAME_CHARS, "/name")?,
        phone: None,
        born: body.born,
        household: body.household,
        guardian: body.guardian,
        roles: vec![Role::Resident],
        language: Language::Zh,
        text_size: TextSize::Usual,
        created_at: call.now,
        deleted_at: None,
        kept: Vec::new(),
        ver: 1,
    };
    Ok(with_number(person, phone, &who.person, call.now))
}

/// Refuses a birthday yet to come.
pub(super) fn refuse_unborn(born: Option<Date>, today: Date) -> Result<(), Error> {
    match born {
        Some(born) if born > today => Err(Error::invalid(Code::BadValue, "/born")),
        Some(_) | None => Ok(()),
    }
}

/// Refuses a guardian who is not there, or is a child themselves.
pub(super) async fn refuse_no_guardian(
    ctx: &Ctx,
    who: &Who,
    guardian: Option<PersonId>,
    today: Date,
) -> Result<(), Error> {
    let Some(id) = guardian else {
        return Ok(());
    };
    let guardian = ctx.store.person(who.community.id, id).await?;
    match guardian {
        Some(guardian) if guardian.deleted_at.is_none() && !guardian.is_child(today) => Ok(()),
        _ => Err(Error::invalid(Code::BadValue, "/guardian")),
    }
}

async fn home(call: &Call<CreatePerson>) -> Result<Option<Household>, Error> {
    let Some(id) = call.body.household else {
        return Ok(None);
    };
    let home = call.ctx.store.household(call.who.community.id, id).await?;
    let home = home.ok_or_else(|| Error::invalid(Code::BadValue, "/household"))?;
    Ok(Some(home))
}
