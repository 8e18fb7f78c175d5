//! Sign out here or everywhere. `SignOut`, `SignOutEverywhere`, anybody signed in; repeating finds
//! nobody signed in. Browsers that are told of what is urgent are told no more.

use wire::identity::{SignOut, SignOutEverywhere};

use crate::http::{Answer, Call, Outcome};
use crate::identity::session;

pub async fn sign_out(call: Call<SignOut>) -> Outcome<SignOut> {
    let (store, who) = (&call.ctx.store, &call.who);
    let (com, me) = (who.community.id, who.person.id);
    let digest = who.session_digest.as_str();
    // While somebody is signed in, as a second try needs that.
    store.forget_pushes_of(com, me, digest).await?;
    store.end_session(com, me, digest).await?;
    Ok(Answer::new(()).cookie(session::no_cookie()))
}

pub async fn sign_out_everywhere(call: Call<SignOutEverywhere>) -> Outcome<SignOutEverywhere> {
    let who = &call.who;
    call.ctx
        .store
        .end_sessions(who.community.id, who.person.id)
        .await?;
    Ok(Answer::new(()).cookie(session::no_cookie()))
}
