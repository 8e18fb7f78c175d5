//! What people agreed to. `ListConsents`, `SetConsent`: anybody, for themselves. `ListConsentsOf`:
//! also for those one may book for. `SetConsentOf`: also guardians, and staff who were told. Setting is
//! safe to repeat with the same id. Each answer is kept; the newest counts. Whoever takes back that their
//! doors or their body are watched is forgotten there before they are answered, and once more a minute later, for
//! what was under way meanwhile; should the first time stop half-way, [`resume`] makes up for it.

use domain::access::Act;
use domain::consent::{How, Purpose};
use domain::{CommunityId, PersonId, Refusal};
use jiff::{SignedDuration, Timestamp};
use store::identity::{Consent, Withdrawal, consent_item, view_item, withdrawn_item};
use wire::identity::{self, ListConsents, ListConsentsOf, SetConsent, SetConsentOf};
use wire::{Endpoint, Page};

use super::views;
use super::voice::{self, Voice};
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome, Who};
use crate::once::Once;

/// Does a person agree to this now, in the words in force?
pub async fn is_given(
    ctx: &Ctx,
    com: CommunityId,
    person: PersonId,
    purpose: Purpose,
) -> Result<bool, Error> {
    Ok(ctx.store.consents_to(com, person, purpose).await?)
}

pub async fn list_consents(call: Call<ListConsents>) -> Outcome<ListConsents> {
    let me = call.who.person.id;
    let rows = all(&call.ctx, &call.who, me).await?;
    Ok(Answer::new(Page::whole(rows)))
}

/// Those whom the caller may book for: whoever books sees what a provider will be shown.
pub async fn list_consents_of(call: Call<ListConsentsOf>) -> Outcome<ListConsentsOf> {
    let (who, (id,)) = (&call.who, call.path);
    let person = call.ctx.store.living(who.community.id, id).await?;
    let home = who.person.household.is_some() && person.household == who.person.household;
    if !home && id != who.person.id && !who.may(Act::BookForOthers) {
        voice::of(&call, id, Act::AddPeople).await?;
    }
    let rows = all(&call.ctx, who, id).await?;
    Ok(Answer::new(Page::whole(rows)))
}

pub async fn set_consent(call: Call<SetConsent>) -> Outcome<SetConsent> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let ((purpose,), body, me) = (call.path, &call.body, call.who.person.id);
    let said = Said {
        whose: me,
        purpose,
        given: body.given,
        version: body.version,
        how: How::Own,
        reason: String::new(),
    };
    let done = set(&call, &once, &said).await;
    let again = settled(&call, me, purpose);
    once.end(&call.ctx, done, again).await
}

/// A child's guardian, or those who book for others and were told by the person; the latter say why
/// and how, and both stand in the person's log of views.
pub async fn set_consent_of(call: Call<SetConsentOf>) -> Outcome<SetConsentOf> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let ((id, purpose), body) = (call.path, &call.body);
    let (person, voice) = voice::of(&call, id, Act::BookForOthers).await?;
    let (how, reason) = voice.said(body.how, &body.reason)?;
    let said = Said {
        whose: person.id,
        purpose,
        given: body.given,
        version: body.version,
        how,
        reason,
    };
    debug_assert!(voice != Voice::Own || said.how == How::Own);
    let done = set(&call, &once, &said).await;
    let again = settled(&call, id, purpose);
    once.end(&call.ctx, done, again).await
}

/// One answer, as it was said.
struct Said {
    whose: PersonId,
    purpose: Purpose,
    given: bool,
    version: u32,
    how: How,
    reason: String,
}

async fn set<E: Endpoint>(
    call: &Call<E>,
    once: &Once,
    said: &Said,
) -> Result<identity::Consent, Error> {
    let (ctx, who, purpose) = (&call.ctx, &call.who, said.purpose);
    let (com, me) = (who.community.id, who.person.id);
    let version = purpose.version();
    if said.version != version {
        return Err(Refusal::ConsentStale { version }.into());
    }
    let consent = Consent {
        purpose,
        given: said.given,
        version,
        at: call.now,
        how: said.how,
        by: (said.whose != me).then_some(me),
    };
    let item = match rests_on(purpose) && !said.given {
        true => {
            let person = said.whose;
            withdrawn_item(com, &Withdrawal { person, consent })?
        }
        false => consent_item(com, said.whose, &consent)?,
    };
    let mut tx = ctx.store.tx().command(once.record().as_ref())?;
    tx = tx.put_new(item, Refusal::Stale)?;
    if said.whose != me {
        let mut view = views::entry(ctx, who, E::NAME, &said.reason, call.now);
        view.how = Some(said.how);
        tx = tx.put_new(view_item(com, said.whose, &view)?, Refusal::Stale)?;
    }
    tx.check_living(com, said.whose)?.commit().await?;
    if !said.given {
        forget(ctx, com, said.whose, purpose).await?;
    }
    Ok(view(who, purpose, Some(&consent)))
}

/// Something is kept only as long as the consent holds.
fn rests_on(purpose: Purpose) -> bool {
    match purpose {
        Purpose::WatchDoors | Purpose::WatchHealth => true,
        Purpose::SmsNotices | Purpose::ShareContact | Purpose::BorrowBooks => false,
    }
}

/// Takes away what is left of consents that were taken back a minute ago or longer. Whoever agreed again meanwhile
/// is not forgotten. Answers how many.
pub async fn resume(ctx: &Ctx, com: CommunityId, at: Timestamp) -> Result<usize, Error> {
    let before = at - SignedDuration::from_mins(1);
    let unfinished = ctx.store.unfinished_withdrawals(com, before).await?;
    for withdrawal in &unfinished {
        let (person, purpose) = (withdrawal.person, withdrawal.consent.purpose);
        if !is_given(ctx, com, person, purpose).await? {
            forget(ctx, com, person, purpose).await?;
        }
        ctx.store.finish_withdrawal(com, withdrawal).await?;
    }
    Ok(unfinished.len())
}

/// What rested on the consent goes with it, in the same call.
async fn forget(
    ctx: &Ctx,
    com: CommunityId,
    person: PersonId,
    purpose: Purpose,
) -> Result<(), Error> {
    match purpose {
        Purpose::WatchDoors => Ok(ctx.store.forget_watched(com, person).await?),
        Purpose::WatchHealth => Ok(ctx.store.forget_health(com, person).await?),
        Purpose::SmsNotices | Purpose::ShareContact | Purpose::BorrowBooks => Ok(()),
    }
}

/// A repeat, as the first answer may have been lost before everything was forgotten.
async fn settled<E: Endpoint>(
    call: &Call<E>,
    person: PersonId,
    purpose: Purpose,
) -> Result<identity::Consent, Error> {
    let (ctx, com) = (&call.ctx, call.who.community.id);
    let now = one(call, person, purpose).await?;
    if !now.given {
        forget(ctx, com, person, purpose).await?;
    }
    Ok(now)
}

async fn one<E: Endpoint>(
    call: &Call<E>,
    person: PersonId,
    purpose: Purpose,
) -> Result<identity::Consent, Error> {
    let newest = call.ctx.store.consents(call.who.community.id, person);
    Ok(view(&call.who, purpose, newest.await?.get(&purpose)))
}

/// One row for each purpose, those never asked included.
pub(super) async fn all(
    ctx: &Ctx,
    who: &Who,
    person: PersonId,
) -> Result<Vec<identity::Consent>, Error> {
    let newest = ctx.store.consents(who.community.id, person).await?;
    let row = |purpose: &Purpose| view(who, *purpose, newest.get(purpose));
    Ok(Purpose::ALL.iter().map(row).collect())
}

fn view(who: &Who, purpose: Purpose, newest: Option<&Consent>) -> identity::Consent {
    identity::Consent {
        purpose,
        given: newest.is_some_and(|consent| consent.given),
        version: newest.map(|consent| consent.version),
        current_version: purpose.version(),
        at: newest.map(|consent| who.moment(consent.at)),
        how: newest.map(|consent| consent.how),
    }
}
