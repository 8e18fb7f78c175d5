//! Readers' cards. `GetReaderCard`, `RenewReaderCard`: anybody, for themselves or a child they decide
//! for; the desk for anybody. `ListReaderCards`: the desk, to print. A card that is shown is one that is
//! stored. Commands are safe to repeat with the same id.

use domain::library::{Reader, barcode};
use domain::{CommunityId, PersonId, Refusal};
use store::library::Change;
use store::market::Beside;
use wire::library::desk::ListReaderCards;
use wire::library::loans::{CardView, GetReaderCard, RenewReaderCard};
use wire::{Code, Endpoint, Page, Problem};

use super::faces::whose;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome, Who};
use crate::identity::views;
use crate::once::Once;
use crate::points::tries::until_settled;

/// Cards on the sheets of one print.
const PRINTED: usize = 60;

/// Whose card this is, as it was scanned or typed. Refuses: `bad_value` at `pointer` where it is no
/// card, `Missing` where it is nobody's any more.
pub async fn holder(ctx: &Ctx, who: &Who, raw: &str, pointer: &str) -> Result<PersonId, Error> {
    let bad = || Error::invalid(Code::BadValue, pointer);
    let card = barcode::reader_card(raw).ok_or_else(bad)?;
    let found = ctx.store.reader_of_card(who.community.id, &card).await?;
    Ok(found.ok_or(Refusal::Missing)?.person)
}

pub async fn get(call: Call<GetReaderCard>) -> Outcome<GetReaderCard> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let (person, _) = whose(ctx, who, call.query.person, at).await?;
    views::log(ctx, who, person.id, GetReaderCard::NAME, "", at).await?;
    let reader = with_card(ctx, who.community.id, person.id).await?;
    Ok(Answer::new(view(reader, person.name)))
}

fn view(reader: Reader, name: String) -> CardView {
    CardView {
        person: reader.person,
        name,
        card: reader.card.unwrap_or_default(),
    }
}

/// What somebody has, with a card; whoever has none yet gets it now.
async fn with_card(ctx: &Ctx, com: CommunityId, person: PersonId) -> Result<Reader, Error> {
    let give = async || {
        let reader = ctx.store.reader(com, person).await?;
        match reader.card {
            Some(_) => Ok(reader),
            None => change(ctx, com, reader, Beside::default()).await,
        }
    };
    until_settled!(give())
}

/// Gives a reader another card. Refuses: `Stale`.
async fn change(
    ctx: &Ctx,
    com: CommunityId,
    reader: Reader,
    beside: Beside,
) -> Result<Reader, Error> {
    let card = barcode::card(super::intake::number(ctx));
    if ctx.store.reader_of_card(com, &card).await?.is_some() {
        return Err(Refusal::Stale.into());
    }
    let person = reader.person;
    let reader = reader.with_card(card);
    let change = Change {
        readers: vec![reader.clone()],
        lives: Some(person),
        ..Change::default()
    };
    ctx.store.write_library(com, &change, &beside).await?;
    Ok(reader)
}

pub async fn renew(call: Call<RenewReaderCard>) -> Outcome<RenewReaderCard> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let com = who.community.id;
    let (person, _) = whose(ctx, who, call.body.person, at).await?;
    views::log(ctx, who, person.id, RenewReaderCard::NAME, "", at).await?;
    let another = async || -> Result<CardView, Error> {
        let reader = ctx.store.reader(com, person.id).await?;
        let beside = Beside {
            command: once.record(),
            notices: Vec::new(),
        };
        let reader = change(ctx, com, reader, beside).await?;
        Ok(view(reader, person.name.clone()))
    };
    let done = until_settled!(another());
    let again = stored(ctx, com, &person);
    once.end(ctx, done, again).await
}

async fn stored(
    ctx: &Ctx,
    com: CommunityId,
    person: &domain::person::Person,
) -> Result<CardView, Error> {
    let reader = ctx.store.reader(com, person.id).await?;
    Ok(view(reader, person.name.clone()))
}

/// Whoever's card is printed finds it in their log.
pub async fn list(call: Call<ListReaderCards>) -> Outcome<ListReaderCards> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let com = who.community.id;
    let bad = || Error::invalid(Code::BadValue, "?people");
    let said = call.query.people.split(',').map(str::trim);
    let ids = said.filter(|id| !id.is_empty()).map(str::parse);
    let ids: Vec<PersonId> = ids.collect::<Result<_, _>>().map_err(|_| bad())?;
    if ids.len() > PRINTED {
        let problem = Problem::new(Code::BadValue).at("?people");
        return Err(problem.with("max", PRINTED).into());
    }
    let people = ctx.store.people_among(com, &ids).await?;
    let found: Vec<PersonId> = people.iter().map(|person| person.id).collect();
    views::log_all(ctx, who, &found, ListReaderCards::NAME, "", at).await?;
    let mut cards = Vec::with_capacity(people.len());
    for person in people {
        let reader = with_card(ctx, com, person.id).await?;
        cards.push(view(reader, person.name));
    }
    Ok(Answer::new(Page::whole(cards)))
}
