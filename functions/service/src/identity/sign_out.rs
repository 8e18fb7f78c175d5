//! Sign out here or everywhere. `SignOut`, `SignOutEverywhere`, anybody signed in; repeating finds
//! nobody signed in.

use wire::identity::{SignOut, SignOutEverywhere};

use crate::http::{Answer, Call, Outcome};
use crate::identity::session;

pub async fn sign_out(call: Call<SignOut>) -> Outcome<SignOut> {
    let who = &call.who;
    call.ctx
        .store
        .end_session(who.community.id, who.person.id, &who.session_digest)
        .await?;
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
