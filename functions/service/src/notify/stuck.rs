//! Messages that could not be delivered and wait for a person. `ListStuck`, `RetryStuck`,
//! `DismissStuck`: those who handle messages. Trying again and letting go are safe to repeat with
//! the same id; a message that is not there any more is `Missing`, whoever handled it.

use domain::MessageId;
use jiff::Timestamp;
use store::notify::{Outgoing, To};
use store::schema::{self, Item};
use store::table::{key_of, read};
use wire::notify::{DismissStuck, ListStuck, RetryStuck, StuckMessage};

use super::{names, words};
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::once::Once;
use crate::{page, parse};

pub async fn list(call: Call<ListStuck>) -> Outcome<ListStuck> {
    let stucks = schema::stucks(call.who.community.id);
    let limit = parse::limit(call.query.limit)?;
    let cursor = call.query.cursor.as_deref();
    let after = cursor.map(|raw| page::decode(&stucks, raw)).transpose()?;
    let (items, next) = call.ctx.store.page(&stucks, limit, after).await?;
    let mut rows = Vec::new();
    for item in items {
        rows.extend(view(&call, item).await?);
    }
    Ok(Answer::new(wire::Page {
        items: rows,
        cursor: next.map(|place| page::encode(&stucks, &place)),
    }))
}

/// One that cannot be read shows as one that says nothing; `None` if not even its id can be.
async fn view(call: &Call<ListStuck>, item: Item) -> Result<Option<StuckMessage>, Error> {
    let Ok(id) = key_of(&item).sk.parse::<MessageId>() else {
        return Ok(None);
    };
    let Ok(row) = read::<Outgoing>(item) else {
        return Ok(Some(StuckMessage {
            id,
            at: None,
            topic: None,
            data: Default::default(),
            to: Vec::new(),
            attempts: 0,
            tried_at: None,
            reason: String::new(),
        }));
    };
    let (mut to, mut last) = (Vec::new(), None::<(Timestamp, String)>);
    for reader in &row.to {
        let (To::Person(person) | To::Former { person, .. }) = reader else {
            continue;
        };
        let (store, com) = (&call.ctx.store, row.community);
        let name = store.person(com, *person).await?.map(|person| person.name);
        to.extend(name.filter(|name| !name.is_empty()));
        let attempt = store.last_attempt(com, *person, row.id).await?;
        if let Some(attempt) = attempt.filter(|attempt| !attempt.sent) {
            last = Some((attempt.at, attempt.reason)).max(last);
        }
    }
    let (tried_at, reason) = last.unzip();
    let attempts = row.tries();
    let mut notice = [row.notice];
    names::filled(&call.ctx, row.community, &mut notice).await?;
    let [mut notice] = notice;
    // Whoever holds the key of a question answers it.
    notice.data.remove(words::KEY);
    Ok(Some(StuckMessage {
        id,
        at: Some(call.who.moment(row.at)),
        topic: Some(notice.topic),
        data: notice.data,
        to,
        attempts,
        tried_at: tried_at.map(|at| call.who.moment(at)),
        reason: reason.unwrap_or_default(),
    }))
}

pub async fn retry(call: Call<RetryStuck>) -> Outcome<RetryStuck> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let (store, com) = (&call.ctx.store, call.who.community.id);
    let record = once.record();
    let done = store
        .retry_stuck(com, call.path.0, call.now, record.as_ref())
        .await;
    call.ctx.relay_bell.notify_one();
    once.end(&call.ctx, done.map_err(Error::from), async { Ok(()) })
        .await
}

pub async fn dismiss(call: Call<DismissStuck>) -> Outcome<DismissStuck> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let (store, com) = (&call.ctx.store, call.who.community.id);
    let record = once.record();
    let done = store.dismiss_stuck(com, call.path.0, record.as_ref()).await;
    once.end(&call.ctx, done.map_err(Error::from), async { Ok(()) })
        .await
}
