//! What is wrong or could be better. `SendFeedback`: anybody, safe to repeat with the same id.
//! `ListMyFeedback`: its writer, newest first. `ListFeedback`: staff, newest first. `HandleFeedback`:
//! staff, once, with an answer for the writer if there is one; safe to repeat with the same id.

use std::collections::BTreeMap;

use domain::{FeedbackId, PersonId, Refusal, limits};
use store::identity::{Feedback, Handling, feedback_item};
use store::schema;
use wire::Page;
use wire::identity::{
    FeedbackView, HandleFeedback, HandlingView, ListFeedback, ListMyFeedback, SendFeedback,
};

use super::views;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome, Who};
use crate::once::Once;
use crate::{page, parse};

pub async fn send_feedback(call: Call<SendFeedback>) -> Outcome<SendFeedback> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = send(&call, &once).await;
    let again = stored_view(&call.ctx, &call.who, call.body.id);
    once.end(&call.ctx, done, again).await
}

async fn send(call: &Call<SendFeedback>, once: &Once) -> Result<FeedbackView, Error> {
    let (who, body) = (&call.who, &call.body);
    let feedback = Feedback {
        id: body.id,
        community: who.community.id,
        person: Some(who.person.id),
        from: who.person.name.clone(),
        text: parse::line(&body.text, limits::STORY_CHARS, "/text")?,
        page: parse::note(Some(&body.page), limits::LINE_CHARS, "/page")?,
        at: call.now,
        handled: None,
    };
    let item = feedback_item(&feedback)?;
    let tx = call.ctx.store.tx().command(once.record().as_ref())?;
    tx.put_new(item, Refusal::IdReused)?.commit().await?;
    Ok(view(who, feedback, &BTreeMap::new()))
}

pub async fn list_feedback(call: Call<ListFeedback>) -> Outcome<ListFeedback> {
    let (store, com, query) = (&call.ctx.store, call.who.community.id, &call.query);
    let limit = parse::limit(query.limit)?;
    let cursor = query.cursor.as_deref();
    let rows = match query.handled {
        None => page::page(store, &schema::feedbacks(com), limit, cursor).await?,
        Some(false) => page::page(store, &schema::waiting_feedbacks(com), limit, cursor).await?,
        Some(true) => {
            let keep = |row: Feedback| row.handled.is_some().then_some(row);
            page::sifted(store, &schema::feedbacks(com), limit, cursor, keep).await?
        }
    };
    Ok(Answer::new(named(&call.ctx, &call.who, rows).await?))
}

pub async fn list_my_feedback(call: Call<ListMyFeedback>) -> Outcome<ListMyFeedback> {
    let who = &call.who;
    let limit = parse::limit(call.query.limit)?;
    let own = schema::feedback_of(who.community.id, who.person.id);
    let cursor = call.query.cursor.as_deref();
    let rows = page::page(&call.ctx.store, &own, limit, cursor).await?;
    Ok(Answer::new(named(&call.ctx, who, rows).await?))
}

pub async fn handle_feedback(call: Call<HandleFeedback>) -> Outcome<HandleFeedback> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = handle(&call, &once).await;
    let again = stored_view(&call.ctx, &call.who, call.path.0);
    once.end(&call.ctx, done, again).await
}

async fn handle(call: &Call<HandleFeedback>, once: &Once) -> Result<FeedbackView, Error> {
    let (ctx, who, (id,)) = (&call.ctx, &call.who, call.path);
    let com = who.community.id;
    let answer = parse::note(Some(&call.body.answer), limits::NOTE_CHARS, "/answer")?;
    let before = stored(ctx, who, id).await?;
    let handling = Handling {
        at: call.now,
        by: who.person.id,
        answer,
    };
    let command = once.record();
    let done = ctx
        .store
        .handle_feedback(com, id, &handling, command.as_ref());
    done.await?;
    let after = Feedback {
        handled: Some(handling),
        ..before
    };
    let names = BTreeMap::from([(who.person.id, who.person.name.clone())]);
    Ok(view(who, after, &names))
}

async fn stored(ctx: &Ctx, who: &Who, id: FeedbackId) -> Result<Feedback, Error> {
    let key = schema::feedback(who.community.id, id);
    let stored: Option<Feedback> = ctx.store.get(&key).await?;
    Ok(stored.ok_or(Refusal::Missing)?)
}

async fn stored_view(ctx: &Ctx, who: &Who, id: FeedbackId) -> Result<FeedbackView, Error> {
    let stored = stored(ctx, who, id).await?;
    let names = handlers(ctx, who, std::slice::from_ref(&stored)).await?;
    Ok(view(who, stored, &names))
}

async fn named(
    ctx: &Ctx,
    who: &Who,
    rows: (Vec<Feedback>, Option<String>),
) -> Result<Page<FeedbackView>, Error> {
    let names = handlers(ctx, who, &rows.0).await?;
    Ok(page::wire(rows, |row| view(who, row, &names)))
}

/// The names of those who handled these.
async fn handlers(
    ctx: &Ctx,
    who: &Who,
    rows: &[Feedback],
) -> Result<BTreeMap<PersonId, String>, Error> {
    let handled = rows.iter().filter_map(|row| row.handled.as_ref());
    let ids = handled.map(|handling| handling.by).collect();
    views::names(ctx, who.community.id, ids).await
}

fn view(who: &Who, feedback: Feedback, names: &BTreeMap<PersonId, String>) -> FeedbackView {
    let handled = feedback.handled.map(|handling| HandlingView {
        at: who.moment(handling.at),
        by_name: names.get(&handling.by).cloned().unwrap_or_default(),
        answer: handling.answer,
    });
    FeedbackView {
        id: feedback.id,
        at: who.moment(feedback.at),
        text: feedback.text,
        page: feedback.page,
        from: feedback.from,
        handled,
    }
}
