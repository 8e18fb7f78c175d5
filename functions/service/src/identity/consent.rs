//! What people agreed to. `ListConsents`: anybody, their own. `SetConsent`: anybody, for
//! themselves; safe to repeat with the same id. Each answer is kept; the newest counts.

use domain::consent::Purpose;
use domain::{CommunityId, PersonId, Refusal};
use store::identity::{Consent, consent_item};
use wire::Page;
use wire::identity::{self, ListConsents, SetConsent};

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

pub async fn set_consent(call: Call<SetConsent>) -> Outcome<SetConsent> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = set(&call, &once).await;
    once.end(&call.ctx, done).await
}

async fn set(call: &Call<SetConsent>, once: &Once) -> Result<identity::Consent, Error> {
    let (who, (purpose,), body) = (&call.who, call.path, &call.body);
    let version = purpose.version();
    if body.version != version {
        return Err(Refusal::ConsentStale { version }.into());
    }
    let consent = Consent {
        purpose,
        given: body.given,
        version,
        at: call.now,
    };
    let reply = view(who, purpose, Some(&consent));
    let item = consent_item(who.community.id, who.person.id, &consent)?;
    let tx = call.ctx.store.tx().command(once.record(&reply).as_ref())?;
    tx.put_new(item, Refusal::Stale)?.commit().await?;
    Ok(reply)
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
    }
}
