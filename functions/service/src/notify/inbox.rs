//! One's own notices. `ListInbox`, `ReadMessage`: everybody signed in; reading twice changes nothing.

use store::notify::Message;
use store::schema;
use wire::notify::{InboxMessage, ListInbox, ReadMessage};

use super::names;
use crate::http::{Answer, Call, Outcome};
use crate::{page, parse};

pub async fn list(call: Call<ListInbox>) -> Outcome<ListInbox> {
    let pattern = schema::of_person(call.who.community.id, call.who.person.id, "MSG#");
    let limit = parse::limit(call.query.limit)?;
    let kept = |message: Message| message.is_kept(call.now).then_some(message);
    let cursor = call.query.cursor.as_deref();
    let found = page::sifted(&call.ctx.store, &pattern, limit, cursor, kept).await?;
    let (mut messages, cursor) = found;
    let mut notices: Vec<_> = messages.iter().map(|m| m.notice.clone()).collect();
    names::filled(&call.ctx, call.who.community.id, &mut notices).await?;
    for (message, notice) in messages.iter_mut().zip(notices) {
        message.notice = notice;
    }
    Ok(Answer::new(page::wire((messages, cursor), |message| {
        InboxMessage {
            id: message.id,
            at: call.who.moment(message.at),
            topic: message.notice.topic,
            data: message.notice.data,
            read: message.read,
        }
    })))
}

pub async fn read(call: Call<ReadMessage>) -> Outcome<ReadMessage> {
    call.ctx
        .store
        .mark_read(
            call.who.community.id,
            call.who.person.id,
            call.path.0,
            call.now,
        )
        .await?;
    Ok(Answer::new(()))
}
