//! Who one is, and one's own settings. `GetMe`: anybody signed in, also before the second factor.
//! `UpdateMe`: anybody; safe to repeat, the last one counts.

use domain::access::Act;
use domain::person::{Person, masked};
use domain::{Refusal, limits};
use jiff::Timestamp;
use store::identity::person_item;
use store::notify::Message;
use store::schema;
use wire::identity::{CommunityView, GetMe, Me, UpdateMe};

use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome, Who};
use crate::page;

/// Unread notices are counted up to here.
const UNREAD_MAX: usize = 99;

pub async fn get_me(call: Call<GetMe>) -> Outcome<GetMe> {
    Ok(Answer::new(
        me(&call.ctx, &call.who, &call.who.person, call.now).await?,
    ))
}

pub async fn update_me(call: Call<UpdateMe>) -> Outcome<UpdateMe> {
    let (ctx, who, body) = (&call.ctx, &call.who, &call.body);
    for _ in 0..limits::COMMIT_TRIES {
        let person = ctx.store.living(who.community.id, who.person.id).await?;
        let person = Person {
            language: body.language.unwrap_or(person.language),
            text_size: body.text_size.unwrap_or(person.text_size),
            ver: person.ver + 1,
            ..person
        };
        let tx = ctx.store.tx();
        match tx
            .put_next(person_item(&person)?, person.ver)?
            .commit()
            .await
        {
            Err(store::Error::Refused(Refusal::Stale)) => {}
            done => {
                done?;
                return Ok(Answer::new(me(ctx, who, &person, call.now).await?));
            }
        }
    }
    Err(Refusal::Stale.into())
}

async fn me(ctx: &Ctx, who: &Who, person: &Person, at: Timestamp) -> Result<Me, Error> {
    let community = who.community.as_ref().clone();
    Ok(Me {
        id: person.id,
        name: person.name.clone(),
        phone: person.phone.as_deref().map(masked),
        roles: person.roles.clone(),
        acts: acts(person),
        language: person.language,
        text_size: person.text_size,
        second_factor: who.session.second_factor,
        community: CommunityView {
            id: community.id,
            name: community.name,
            name_en: community.name_en,
            zone: community.zone,
            phone: community.phone,
        },
        unread: unread(ctx, person, at).await?,
    })
}

/// What these roles allow, beside what is open to everybody.
fn acts(person: &Person) -> Vec<Act> {
    let all = Act::ALL.iter().copied();
    all.filter(|act| *act != Act::Public && person.may(*act))
        .collect()
}

async fn unread(ctx: &Ctx, person: &Person, at: Timestamp) -> Result<u32, Error> {
    let inbox = schema::of_person(person.community, person.id, "MSG#");
    let unread = |message: Message| (!message.read && message.is_kept(at)).then_some(());
    let (rows, _) = page::sifted(&ctx.store, &inbox, UNREAD_MAX, None, unread).await?;
    Ok(u32::try_from(rows.len()).unwrap_or(u32::MAX))
}
