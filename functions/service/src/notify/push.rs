//! Messages to browsers (Web Push), and to accounts in WeChat: which are worth one, what it says, and what becomes of it. It says that
//! there is something to read, and nothing about anybody; where it leads to stands in it, sealed for the
//! browser alone ([`seal`]), and signed as ours ([`vapid`]).

pub mod seal;
pub mod vapid;

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::notice::{Notice, Topic};
use domain::person::Language;
use domain::{PersonId, limits, push};
use jiff::Timestamp;
use p256::SecretKey;
use serde_json::json;
use store::notify::{Outgoing, Push};

use super::channel::{Gateway, Parcel, Reply};
use super::relay::{End, NO_CHANNEL, note};
use super::wechat::{self, Answered};
use super::words;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::watch::sweep::Turn;

/// As these stand in the log of attempts, before a part of the digest of where it went.
const NAME: &str = "web_push";
const WECHAT: &str = "wechat";
/// Characters of that part.
const PART: usize = 16;
/// The value of a notice that names an alert.
const ALERT: &str = "alert";
/// And a case.
const CASE: &str = "case";

/// Somebody waits for an answer, or must go somewhere: these go to browsers too. Whatever names an alert is one.
#[must_use]
pub fn is_urgent(notice: &Notice) -> bool {
    notice.data.contains_key(ALERT)
        || matches!(
            notice.topic,
            Topic::WatchAsk
                | Topic::WatchAskRelative
                | Topic::WatchAlert
                | Topic::AlertOver
                | Topic::WatchArea
                | Topic::WatchUnseen
                | Topic::DoorDead
                | Topic::DoorsDead
                | Topic::AbsenceEnds
                | Topic::CareTask
                | Topic::CareStation
                | Topic::CareReferral
        )
}

/// Where a notice is read.
fn page(notice: &Notice) -> String {
    if let Some(alert) = notice.data.get(ALERT) {
        return format!("/desk/watch/alerts/{alert}");
    }
    if let Some(over) = notice.data.get("over") {
        return format!("/desk/watch/alerts/{over}");
    }
    match notice.topic {
        Topic::WatchArea | Topic::WatchUnseen | Topic::WatchNeverSeen => "/desk/watch".to_owned(),
        Topic::DoorDead | Topic::DoorsDead | Topic::DoorNeverHeard => {
            "/desk/watch/devices".to_owned()
        }
        Topic::CareTask => "/care/tasks".to_owned(),
        Topic::CareStation | Topic::CareReferral => match notice.data.get(CASE) {
            Some(case) => format!("/desk/care/cases/{case}"),
            None => "/desk/care".to_owned(),
        },
        _ => "/inbox".to_owned(),
    }
}

/// Those of somebody's browsers that asked not too long ago; none where this notice is not for browsers.
pub(super) async fn browsers(
    ctx: &Ctx,
    row: &Outgoing,
    person: PersonId,
    at: Timestamp,
) -> Result<Vec<Push>, Error> {
    if !is_urgent(&row.notice) {
        return Ok(Vec::new());
    }
    let mut browsers = ctx.store.pushes(row.community, person).await?;
    browsers.retain(|browser| browser.is_kept(at));
    Ok(browsers)
}

/// One notice to every browser that does not have it yet, as far as there is time. One that is not there any more is
/// forgotten.
pub(super) async fn send(
    ctx: &Ctx,
    row: &Outgoing,
    (person, language): (PersonId, Language),
    at: Timestamp,
    turn: Turn,
) -> Result<End, Error> {
    let mut end = End::Delivered;
    for browser in browsers(ctx, row, person, at).await? {
        let kind = browser.openid.as_ref().map_or(NAME, |_| WECHAT);
        let name = format!("{kind}:{}", browser.id.get(..PART).unwrap_or_default());
        if row.attempts > 1 && ctx.store.was_sent(row, person, &name).await? {
            continue;
        }
        if turn.is_over() {
            return Ok(end.and(End::NextPass));
        }
        let Some(gateway) = ctx.outside.gateway.as_deref() else {
            let reason = "there is no way to browsers' servers";
            note(ctx, row, person, (NO_CHANNEL, at), Err(reason.into())).await?;
            return Ok(End::Failed);
        };
        let (one, said) = match parcel(ctx, row, (&browser, language), (name.clone(), at)) {
            Some(parcel) => handed_over(gateway, &parcel, browser.openid.is_some()).await,
            // Written when another server was trusted, or with keys that are none.
            None => (End::Delivered, Err("it may not be sent there".into())),
        };
        note(ctx, row, person, (&name, at), said.clone()).await?;
        if one == End::Delivered && said.is_err() {
            ctx.store.forget_pushes(&[browser]).await?;
        }
        end = end.and(one);
    }
    Ok(end)
}

/// Taken; gone, which is not tried again; or not taken this time.
async fn handed_over(
    gateway: &dyn Gateway,
    parcel: &Parcel,
    by_wechat: bool,
) -> (End, Result<(), String>) {
    let patience = Duration::from_secs(limits::SEND_SECONDS);
    match tokio::time::timeout(patience, gateway.post(parcel)).await {
        Ok(Ok(reply)) if by_wechat => of_wechat(&reply),
        Ok(Ok(reply)) => of_browser(reply.status),
        Ok(Err(not)) => (End::Failed, Err(not.reason)),
        Err(_) => (End::Failed, Err("the server did not answer in time".into())),
    }
}

fn of_browser(status: u16) -> (End, Result<(), String>) {
    match status {
        200..=299 => (End::Delivered, Ok(())),
        404 | 410 => (End::Delivered, Err("the browser is gone".into())),
        status => (End::Failed, Err(format!("the server answered {status}"))),
    }
}

fn of_wechat(reply: &Reply) -> (End, Result<(), String>) {
    match wechat::answered(&reply.body) {
        Answered::Taken => (End::Delivered, Ok(())),
        Answered::Gone => (End::Delivered, Err("they did not ask for another".into())),
        Answered::Refused(code) => (End::Failed, Err(format!("the server said {code}"))),
        Answered::Unreadable => (
            End::Failed,
            Err(format!("the server answered {}", reply.status)),
        ),
    }
}

/// The request for one browser, or account. None where it is for a server that is not known, or its keys are none.
fn parcel(
    ctx: &Ctx,
    row: &Outgoing,
    (browser, language): (&Push, Language),
    (channel, at): (String, Timestamp),
) -> Option<Parcel> {
    let (title, body) = words::push(language);
    let id = row.id.to_string();
    if let Some(openid) = &browser.openid {
        let programme = ctx.outside.wechat.as_deref()?;
        let to = page(&row.notice);
        let parcel = wechat::parcel(programme, (&id, openid), (body, &to), at);
        return Some(Parcel { channel, ..parcel });
    }
    let host = push::host(&browser.endpoint)?;
    if !push::is_known(host, &ctx.outside.push_services) {
        return None;
    }
    let raw = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
    let keys = seal::Keys::of(&raw(&browser.p256dh)?, &raw(&browser.auth)?)?;
    let said = json!({ "title": title, "body": body, "open": page(&row.notice), "tag": id });
    let sealed = seal::seal(said.to_string().as_bytes(), &keys, &ours(), salt())?;
    // A later copy takes the place of one that still waits there (RFC 8030, section 5.4).
    let topic = id.rsplit('_').next().unwrap_or_default().to_owned();
    let headers = vec![
        ("authorization", vapid::authorization(&ctx.secret, host, at)),
        ("content-encoding", "aes128gcm".to_owned()),
        ("content-type", "application/octet-stream".to_owned()),
        ("ttl", limits::PUSH_KEPT_SECONDS.to_string()),
        ("urgency", "high".to_owned()),
        ("topic", topic),
    ];
    Some(Parcel {
        id,
        channel,
        url: browser.endpoint.clone(),
        headers,
        body: sealed,
        at,
    })
}

/// A key for one message.
fn ours() -> SecretKey {
    loop {
        let mut bytes = [0u8; 32];
        getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
        if let Ok(key) = SecretKey::from_slice(&bytes) {
            return key;
        }
    }
}

fn salt() -> [u8; 16] {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}
