//! Take away a second factor whose authenticator was lost. `ResetSecondFactor`, admins, never their
//! own; safe to repeat with the same id. The person is signed out everywhere, is told, finds who did
//! it and why in their log of views, and sets up a new one at the next sign-in. Whoever did it is kept
//! with the person.

use domain::account::without_second_factor;
use domain::notice::{Data, Topic};
use domain::{Refusal, limits};
use store::market::Beside;
use wire::identity::ResetSecondFactor;

use crate::error::Error;
use crate::http::{Call, Outcome};
use crate::identity::views;
use crate::notify::tell::tell;
use crate::once::Once;
use crate::{parse, secret};

pub async fn reset_second_factor(call: Call<ResetSecondFactor>) -> Outcome<ResetSecondFactor> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let mut done = reset(&call, &once).await;
    for _ in 1..limits::COMMIT_TRIES {
        // Somebody else changed the person between our reading and writing.
        if !matches!(done, Err(Error::Refused(Refusal::Stale))) {
            break;
        }
        done = reset(&call, &once).await;
    }
    once.end(&call.ctx, done, async { Ok(()) }).await
}

async fn reset(call: &Call<ResetSecondFactor>, once: &Once) -> Result<(), Error> {
    let (ctx, who, (id,), at) = (&call.ctx, &call.who, call.path, call.now);
    let com = who.community.id;
    if id == who.person.id {
        return Err(Refusal::NotAllowed.into());
    }
    let person = ctx.store.living(com, id).await?;
    let reason = parse::line(&call.body.reason, limits::LINE_CHARS, "/reason")?;
    let factor = ctx.store.second_factor(com, id).await?;
    if !factor.is_some_and(|factor| factor.confirmed) {
        return Err(Refusal::NotEnrolled.into());
    }
    let view = views::entry(ctx, who, "ResetSecondFactor", &reason, at);
    let data = Data::from([("reason".to_owned(), reason)]);
    let topic = Topic::SecondFactorReset;
    let beside = Beside {
        command: once.record(),
        notices: tell(ctx, com, &[person.id], topic, data, at)
            .into_iter()
            .collect(),
    };
    let unknown = secret::totp_secret();
    ctx.store
        .reset_second_factor(
            &without_second_factor(person, &who.person, at),
            &unknown,
            &view,
            &beside,
        )
        .await?;
    ctx.relay_bell.notify_one();
    Ok(())
}
