//! Send a sign-in code. `SendCode`, anybody; repeating it within a minute is refused. Known and
//! unknown numbers take the same reads, the same writes and get the same answer: whether a message
//! leaves the house is decided later, by the relay, and what a community may send is counted there.

use domain::notice::{Data, Notice, Topic};
use domain::sign_in::{self, Code};
use domain::{CommunityId, MessageId, limits};
use store::notify::{Outgoing, To};
use wire::identity::{CodeSent, SendCode};

use crate::ctx::Ctx;
use crate::http::{Answer, Call, Outcome};
use crate::identity::rates;
use crate::parse;
use crate::secret;

pub async fn send_code(call: Call<SendCode, ()>) -> Outcome<SendCode> {
    let (ctx, at) = (&call.ctx, call.now);
    let phone = parse::phone(&call.body.phone, "/phone")?;
    let digest = ctx.secret.phone_digest(&phone);
    let (last, account) = ctx.store.code_and_account(&digest).await?;
    let communities = ctx.store.communities().await?;

    sign_in::resend(last.as_ref(), at)?;
    let code = Code {
        nonce: secret::token(),
        sent_at: at,
        tries: 0,
        used: false,
    };
    let first = communities.first().map(|community| community.id);
    let community = account.map(|account| account.community).or(first);
    let message = community.map(|community| {
        let to = To::Number {
            digest: digest.clone(),
            phone,
            nonce: code.nonce.clone(),
        };
        message(ctx, community, to, at).item()
    });

    let rates = rates::of_asking(ctx, &digest, call.address);
    let outgoing = message.transpose()?;
    ctx.store
        .send_code(&digest, last.as_ref(), &code, &rates, outgoing)
        .await?;
    ctx.relay_bell.notify_one();
    Ok(Answer::new(CodeSent {
        resend_after_s: limits::CODE_RESEND_SECONDS,
        expires_in_s: limits::CODE_SECONDS,
    }))
}

fn message(ctx: &Ctx, community: CommunityId, to: To, at: jiff::Timestamp) -> Outgoing {
    let (millis, chance) = ctx.fresh(at);
    Outgoing {
        id: MessageId::new(millis, chance),
        community,
        to: vec![to],
        notice: Notice {
            topic: Topic::SignInCode,
            data: Data::new(),
        },
        at,
        attempts: 0,
        postponed: 0,
        next_at: at,
    }
}
