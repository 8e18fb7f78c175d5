//! This browser is told, or no more; or an account in WeChat. `GetPushKey`, `PutPush`, `PutWechat`, `DeletePush`:
//! anybody, for themselves; repeating leaves the same behind. A browser goes with the session in which it asked,
//! and when its maker's server says that it is gone.
//!
//! Whose number in WeChat it is, is believed: whoever never tapped for the template gets nothing, and what it says
//! names nobody.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{limits, push};
use store::notify::Push;
use wire::notify::{DeletePush, GetPushKey, PushKeyView, PutPush, PutWechat};
use wire::{Code, Endpoint};

use super::push::{seal, vapid};
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::secret;

pub async fn key(call: Call<GetPushKey>) -> Outcome<GetPushKey> {
    let key = vapid::public(&call.ctx.secret);
    Ok(Answer::new(PushKeyView { key }))
}

pub async fn put(call: Call<PutPush>) -> Outcome<PutPush> {
    keep(&call, checked(&call)?).await?;
    Ok(Answer::new(()))
}

pub async fn put_wechat(call: Call<PutWechat>) -> Outcome<PutWechat> {
    let openid = call.body.openid.as_str();
    let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let length = limits::WECHAT_ID_CHARS_LEAST..=limits::WECHAT_ID_CHARS;
    if !length.contains(&openid.len()) || !openid.chars().all(letter) {
        return Err(Error::invalid(Code::BadValue, "/openid"));
    }
    let push = Push {
        id: secret::digest(format!("wechat:{openid}").as_bytes()),
        openid: Some(openid.to_owned()),
        ..blank(&call)
    };
    keep(&call, push).await?;
    Ok(Answer::new(()))
}

/// Of this person and session, and nowhere yet.
fn blank<E: Endpoint>(call: &Call<E>) -> Push {
    let who = &call.who;
    Push {
        community: who.community.id,
        person: who.person.id,
        id: String::new(),
        openid: None,
        endpoint: String::new(),
        p256dh: String::new(),
        auth: String::new(),
        session: who.session_digest.clone(),
        at: call.now,
    }
}

async fn keep<E: Endpoint>(call: &Call<E>, push: Push) -> Result<(), Error> {
    let (store, who) = (&call.ctx.store, &call.who);
    let (com, me) = (who.community.id, who.person.id);
    let mut others = store.pushes(com, me).await?;
    others.retain(|other| other.id != push.id);
    others.sort_by_key(|other| other.at);
    let room = limits::PUSH_BROWSERS - 1;
    let gone = &others[..others.len().saturating_sub(room)];
    Ok(store.put_push(&push, gone).await?)
}

fn checked(call: &Call<PutPush>) -> Result<Push, Error> {
    let body = &call.body;
    let bad = |pointer: &str| Error::invalid(Code::BadValue, pointer);
    let host = push::host(&body.endpoint);
    let known = host.is_some_and(|host| push::is_known(host, &call.ctx.outside.push_services));
    if !known {
        return Err(bad("/endpoint"));
    }
    let raw = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap_or_default();
    let (point, auth) = (raw(&body.p256dh), raw(&body.auth));
    // A secret of the right length tells that it is the point that is wrong.
    if seal::Keys::of(&point, &[0; 16]).is_none() {
        return Err(bad("/p256dh"));
    }
    if seal::Keys::of(&point, &auth).is_none() {
        return Err(bad("/auth"));
    }
    Ok(Push {
        id: secret::digest(body.endpoint.as_bytes()),
        endpoint: body.endpoint.clone(),
        p256dh: body.p256dh.clone(),
        auth: body.auth.clone(),
        ..blank(call)
    })
}

pub async fn delete(call: Call<DeletePush>) -> Outcome<DeletePush> {
    let who = &call.who;
    let session = who.session_digest.as_str();
    let store = &call.ctx.store;
    store
        .forget_pushes_of(who.community.id, who.person.id, session)
        .await?;
    Ok(Answer::new(()))
}
