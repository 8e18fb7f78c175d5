//! Sign in with the code. `SignIn`, anybody; a code opens one session, so a repeat is `code_spent`.
//! An unknown number and a wrong code cannot be told apart.

use domain::Refusal;
use domain::limits;
use domain::sign_in::Factor;
use store::identity::Account;
use wire::identity::{SignIn, SignedIn};

use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::identity::rates;
use crate::identity::session::{self, Ticket};
use crate::parse;
use crate::secret;

pub async fn sign_in(call: Call<SignIn, ()>) -> Outcome<SignIn> {
    let phone = parse::phone(&call.body.phone, "/phone")?;
    if let Some(rate) = rates::of_trying(&call.ctx, call.address) {
        let retry_after_s = rate.left_seconds(call.now);
        let otherwise = Refusal::TooManyTries { retry_after_s };
        call.ctx.store.spend(&[rate], call.now, otherwise).await?;
    }
    // Another try counted between our reading and writing sends us back; each round counts one.
    for _ in 0..=limits::CODE_TRIES {
        match attempt(&call, &phone).await {
            Err(Error::Refused(Refusal::Stale)) => {}
            done => return done,
        }
    }
    Err(Refusal::CodeSpent.into())
}

/// One try, counted before its outcome is told. Refuses: `Stale` where another came between.
async fn attempt(call: &Call<SignIn, ()>, phone: &str) -> Outcome<SignIn> {
    let (ctx, at) = (&call.ctx, call.now);
    let digest = ctx.secret.phone_digest(phone);
    let (code, account) = ctx.store.code_and_account(&digest).await?;
    let before = code.ok_or(Refusal::CodeSpent)?;
    let right = secret::same(
        &ctx.secret.code(&before.nonce, phone),
        call.body.code.trim(),
    );
    let (after, verdict) = before.clone().attempt(right && account.is_some(), at);
    let Some(account) = account.filter(|_| verdict.is_ok()) else {
        if after != before {
            ctx.store.try_code(&digest, &before, &after, None).await?;
        }
        return Err(verdict.err().unwrap_or(Refusal::CodeWrong).into());
    };

    let Account { community, person } = account;
    let factor = ctx.store.second_factor(community, person).await?;
    let factor = factor.map_or(Factor::Unset, |factor| factor.state());
    let person = living(ctx, account).await?;
    let session = session::fresh(&person, factor, at);
    let ticket = Ticket {
        community,
        person: person.id,
        secret: secret::token(),
    };
    let key = secret::digest(ticket.secret.as_bytes());
    ctx.store
        .try_code(
            &digest,
            &before,
            &after,
            Some((community, person.id, &key, &session)),
        )
        .await?;
    let reply = SignedIn {
        person: person.id,
        second_factor: session.second_factor,
    };
    Ok(Answer::new(reply).cookie(ticket.cookie(session.staff)))
}

/// A person deleted a moment ago is as unknown as one who never was.
async fn living(ctx: &Ctx, account: Account) -> Result<domain::person::Person, Error> {
    match ctx.store.living(account.community, account.person).await {
        Err(store::Error::Refused(_)) => Err(Refusal::CodeWrong.into()),
        found => Ok(found?),
    }
}
