//! Delete oneself. `DeleteMe`, anybody without open bookings. First, in one transaction, nobody
//! can be this person any more; then what is left of them goes, item by item. Should that stop
//! half-way, [`resume`] goes on with it. What is left is decided kind by kind: a new kind does not
//! compile until it is decided here. (Personal Information Protection Law, art. 47.)

use domain::access::Role;
use domain::availability::Calendar;
use domain::booking::Booking;
use domain::person::Person;
use domain::provider::{Provider, Standing};
use domain::{CommunityId, Refusal, limits};
use jiff::{SignedDuration, Timestamp};
use store::Store;
use store::identity::{
    Feedback, Leaver, erased_person_item, feedback_item, household_item, person_item,
};
use store::market::provider_item;
use store::schema::{self, Kind, Pattern};
use store::table::{key_of, kind_of, read};
use wire::Code;
use wire::identity::DeleteMe;

use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::identity::{session, set_roles};
use crate::parse;

/// Sessions that end in the first transaction; any more lead to nobody, and go with the rest.
const SESSIONS: usize = 80;

pub async fn delete_me(call: Call<DeleteMe>) -> Outcome<DeleteMe> {
    let phone = parse::phone(&call.body.phone, "/phone")?;
    if call.who.person.phone.as_ref() != Some(&phone) {
        return Err(Error::invalid(Code::BadValue, "/phone"));
    }
    for _ in 0..limits::COMMIT_TRIES {
        match leave(&call, &phone).await {
            Err(Error::Refused(Refusal::Stale)) => {}
            Err(error) => return Err(error),
            Ok(gone) => {
                erase(&call.ctx.store, &gone).await?;
                return Ok(Answer::new(()).cookie(session::no_cookie()));
            }
        }
    }
    Err(Refusal::Stale.into())
}

/// Goes on with deletions that stopped half-way, a minute ago or longer: those of this minute may
/// still be at work. Answers how many.
pub async fn resume(ctx: &Ctx, com: CommunityId, at: Timestamp) -> Result<usize, Error> {
    let before = at - SignedDuration::from_mins(1);
    let unfinished = ctx.store.unfinished_erasures(com, before).await?;
    for gone in &unfinished {
        erase(&ctx.store, gone).await?;
    }
    Ok(unfinished.len())
}

/// The transaction after which this person is nobody. Refuses: `OpenBookings`, `LastAdmin`,
/// `Stale` where something changed meanwhile.
async fn leave(call: &Call<DeleteMe>, phone: &str) -> Result<Person, Error> {
    let (ctx, who) = (&call.ctx, &call.who);
    let (com, me) = (who.community.id, who.person.id);
    let person = ctx.store.living(com, me).await?;
    let provider = match ctx.store.provider_of(com, me).await? {
        Some(id) => ctx.store.provider(com, id).await?,
        None => None,
    };
    refuse_open_bookings(&ctx.store, &person, provider.as_ref()).await?;
    let digest = ctx.secret.phone_digest(phone);

    let mut tx = ctx.store.tx();
    if person.roles.contains(&Role::Admin) {
        let others = set_roles::other_admins(ctx, com, me).await?;
        tx = tx.check_admin(com, *others.first().ok_or(Refusal::LastAdmin)?)?;
    }
    if let Some(id) = person.household
        && let Some(household) = ctx.store.household(com, id).await?
    {
        let household = household.without(me);
        tx = tx.put_next(household_item(&household)?, household.ver)?;
    }
    if let Some(provider) = provider {
        let provider = closed(provider);
        tx = tx.put_next(provider_item(&provider, &who.zone)?, provider.ver)?;
    }
    let gone = person.tombstone(call.now);
    tx = tx.put_next(erased_person_item(&gone, call.now)?, gone.ver)?;
    tx = tx.delete_account(&digest, me)?;
    let sessions = ctx.store.keys_of(com, me, "SESSION#").await?;
    for key in sessions.iter().take(SESSIONS) {
        tx = tx.delete(key, None, vec![], Refusal::Stale)?;
    }
    tx.commit().await?;
    Ok(gone)
}

async fn refuse_open_bookings(
    store: &Store,
    person: &Person,
    provider: Option<&Provider>,
) -> Result<(), Error> {
    let com = person.community;
    let mut open = 0;
    for pattern in sides(com, person, provider.map(|provider| provider.id)) {
        for item in store.all(&pattern.0).await? {
            open += u32::from(read::<Booking>(item)?.state.is_open());
        }
    }
    match open {
        0 => Ok(()),
        count => Err(Refusal::OpenBookings { count }.into()),
    }
}

fn sides(
    com: CommunityId,
    person: &Person,
    provider: Option<domain::ProviderId>,
) -> Vec<(Pattern, Leaver)> {
    let made = (
        schema::bookings_of_resident(com, person.id),
        Leaver::Resident,
    );
    let served = provider.map(|id| (schema::bookings_of_provider(com, id), Leaver::Provider));
    [Some(made), served].into_iter().flatten().collect()
}

/// A provider's file without its provider: it keeps its id, and nobody can book it.
fn closed(provider: Provider) -> Provider {
    Provider {
        name: String::new(),
        intro: String::new(),
        reason: String::new(),
        standing: Standing::Suspended,
        credentials: Vec::new(),
        calendar: Calendar::default(),
        ver: provider.ver + 1,
        ..provider
    }
}

/// Everything about a deleted person that is not to stay. Safe to repeat.
async fn erase(store: &Store, gone: &Person) -> Result<(), Error> {
    let (com, person) = (gone.community, gone.id);
    let partition = store.all(&schema::of_person(com, person, "")).await?;
    let provider = store.provider_of(com, person).await?;
    let mut garbage = Vec::new();
    for kind in Kind::ALL {
        match kind {
            // Says nothing about a person.
            Kind::Community | Kind::Rate | Kind::Category | Kind::Service | Kind::Cell => {}
            // Went in the transaction that made this person nobody.
            Kind::Account | Kind::Code | Kind::Household | Kind::Provider | Kind::Person => {}
            // Kept, with the reason the schema gives.
            Kind::View => {}
            Kind::Session
            | Kind::SecondFactor
            | Kind::Consent
            | Kind::Message
            | Kind::Attempt
            | Kind::Quota
            | Kind::Command
            | Kind::ProviderOf => {
                let of_kind = partition.iter().filter(|item| kind_of(item) == Some(*kind));
                garbage.extend(of_kind.map(key_of));
            }
            Kind::Booking => {
                for (pattern, leaver) in sides(com, gone, provider) {
                    for item in store.all(&pattern).await? {
                        let booking: Booking = read(item)?;
                        store.anonymise_booking(com, booking.id, leaver).await?;
                    }
                }
            }
            Kind::Feedback => {
                let written = store.all(&schema::feedback_of(com, person)).await?;
                let unsigned = written.into_iter().map(|item| {
                    feedback_item(&Feedback {
                        person: None,
                        from: String::new(),
                        ..read(item)?
                    })
                });
                store.put_all(unsigned.collect::<Result<_, _>>()?).await?;
            }
            Kind::Outbox | Kind::Stuck => store.forget_outgoing(com, person).await?,
        }
    }
    // What leads to the rest goes last.
    store.delete_all(&garbage).await?;
    Ok(store.put_all(vec![person_item(gone)?]).await?)
}
