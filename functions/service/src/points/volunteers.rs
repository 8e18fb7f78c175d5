//! One's file as a volunteer. `GetVolunteer`, `PutVolunteer`, `GetCard`, `RenewCard`: anybody, for
//! themselves or a child they decide for; those who book for others, for anybody, which is written
//! down. Commands are safe to repeat with the same id; a change goes by the version that was read.

use domain::access::Act;
use domain::activity::{Volunteer, unified_number};
use domain::network::is_identity_card;
use domain::person::Person;
use domain::{CommunityId, PersonId, Refusal, limits};
use store::market::Beside;
use wire::points::activities::{
    Card, GetCard, GetVolunteer, PutVolunteer, RenewCard, VolunteerView,
};
use wire::{Code, Endpoint};

use super::activities::checked_skills;
use super::faces::whose;
use super::sign_ups::{TRIES, again_while_stale, busy, pause};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::identity::views;
use crate::once::Once;

/// Somebody who has not volunteered yet, with a card of their own.
#[must_use]
pub fn fresh(ctx: &Ctx, person: PersonId) -> Volunteer {
    Volunteer::new(person, drawn(ctx))
}

/// 60 bits of chance in letters and digits.
fn drawn(ctx: &Ctx) -> String {
    let mut bits = ctx.ids.bits();
    let letter = |_| {
        let letter = limits::CARD_LETTERS[usize::try_from(bits & 31).unwrap_or(0)];
        bits >>= 5;
        char::from(letter)
    };
    (0..limits::CARD_CHARS).map(letter).collect()
}

async fn file<E: Endpoint>(
    call: &Call<E>,
    person: Option<PersonId>,
) -> Result<(Person, Volunteer), Error> {
    let person = whose(call, person, Act::BookForOthers).await?;
    if person.id != call.who.person.id {
        views::log(&call.ctx, &call.who, person.id, E::NAME, "", call.now).await?;
    }
    let found = call.ctx.store.volunteer(call.who.community.id, person.id);
    let volunteer = found.await?.unwrap_or_else(|| fresh(&call.ctx, person.id));
    Ok((person, volunteer))
}

fn view(volunteer: &Volunteer) -> VolunteerView {
    VolunteerView {
        person: volunteer.person,
        skills: volunteer.skills.clone(),
        unified_number: volunteer.unified_number.clone(),
        ver: volunteer.ver,
    }
}

pub async fn get(call: Call<GetVolunteer>) -> Outcome<GetVolunteer> {
    let (_, volunteer) = file(&call, call.query.person).await?;
    Ok(Answer::new(view(&volunteer)))
}

pub async fn put(call: Call<PutVolunteer>) -> Outcome<PutVolunteer> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = change(&call, &once).await;
    let again = async { Ok(view(&file(&call, call.body.person).await?.1)) };
    once.end(&call.ctx, done, again).await
}

async fn change(call: &Call<PutVolunteer>, once: &Once) -> Result<VolunteerView, Error> {
    let body = &call.body;
    let (_, before) = file(call, body.person).await?;
    let number = body.unified_number.as_deref().map(str::trim);
    let number = match number.filter(|raw| !raw.is_empty()) {
        None => None,
        Some(raw) if is_identity_card(&raw.to_uppercase()) => {
            return Err(Error::invalid(Code::IdentityCard, "/unified_number"));
        }
        Some(raw) => {
            let bad = || Error::invalid(Code::BadValue, "/unified_number");
            Some(unified_number(raw).ok_or_else(bad)?)
        }
    };
    let skills = checked_skills(&body.skills)?;
    if before.ver != body.ver {
        return Err(Refusal::Stale.into());
    }
    let after = Volunteer {
        skills,
        unified_number: number,
        ver: before.ver + 1,
        ..before
    };
    let beside = Beside {
        command: once.record(),
        notices: Vec::new(),
    };
    let com = call.who.community.id;
    call.ctx
        .store
        .change_volunteer(com, &after, &beside)
        .await?;
    Ok(view(&after))
}

/// A card that is shown is one that is stored: whoever has none yet gets it now.
pub async fn card(call: Call<GetCard>) -> Outcome<GetCard> {
    let (person, volunteer) = file(&call, call.query.person).await?;
    let com = call.who.community.id;
    let volunteer = match volunteer.ver {
        0 => stored(&call.ctx, com, volunteer).await?,
        _ => volunteer,
    };
    Ok(Answer::new(Card {
        card: volunteer.card,
        name: person.name,
    }))
}

async fn stored(ctx: &Ctx, com: CommunityId, new: Volunteer) -> Result<Volunteer, Error> {
    let first = Volunteer { ver: 1, ..new };
    let beside = Beside::default();
    match ctx.store.change_volunteer(com, &first, &beside).await {
        Ok(()) => Ok(first),
        // Somebody else of the household was faster.
        Err(store::Error::Refused(Refusal::Stale)) => {
            let now = ctx.store.volunteer(com, first.person).await?;
            Ok(now.ok_or(Refusal::Missing)?)
        }
        Err(error) => Err(error.into()),
    }
}

pub async fn renew(call: Call<RenewCard>) -> Outcome<RenewCard> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = again_while_stale!(&call.ctx, change_card(&call, &once));
    let again = async {
        let (person, volunteer) = file(&call, call.body.person).await?;
        Ok(Card {
            card: volunteer.card,
            name: person.name,
        })
    };
    once.end(&call.ctx, done, again).await
}

async fn change_card(call: &Call<RenewCard>, once: &Once) -> Result<Card, Error> {
    let (person, before) = file(call, call.body.person).await?;
    let after = Volunteer {
        card: drawn(&call.ctx),
        ver: before.ver + 1,
        ..before
    };
    let beside = Beside {
        command: once.record(),
        notices: Vec::new(),
    };
    let com = call.who.community.id;
    call.ctx
        .store
        .change_volunteer(com, &after, &beside)
        .await?;
    Ok(Card {
        card: after.card,
        name: person.name,
    })
}

const _: () = assert!(
    limits::CARD_CHARS * 5 <= 128,
    "one draw is enough for a card"
);
