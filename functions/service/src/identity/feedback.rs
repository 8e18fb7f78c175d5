//! What is wrong or could be better. `SendFeedback`: anybody, safe to repeat with the same id.
//! `ListFeedback`: staff, newest first.

use domain::{Refusal, limits};
use store::identity::{Feedback, feedback_item};
use store::schema;
use wire::identity::{FeedbackView, ListFeedback, SendFeedback};

use crate::error::Error;
use crate::http::{Answer, Call, Outcome, Who};
use crate::once::Once;
use crate::{page, parse};

pub async fn send_feedback(call: Call<SendFeedback>) -> Outcome<SendFeedback> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = send(&call, &once).await;
    let again = sent(&call);
    once.end(&call.ctx, done, again).await
}

async fn sent(call: &Call<SendFeedback>) -> Result<FeedbackView, Error> {
    let key = schema::feedback(call.who.community.id, call.body.id);
    let sent: Option<Feedback> = call.ctx.store.get(&key).await?;
    Ok(view(&call.who, sent.ok_or(Refusal::Missing)?))
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
    };
    let item = feedback_item(&feedback)?;
    let tx = call.ctx.store.tx().command(once.record().as_ref())?;
    tx.put_new(item, Refusal::IdReused)?.commit().await?;
    Ok(view(who, feedback))
}

pub async fn list_feedback(call: Call<ListFeedback>) -> Outcome<ListFeedback> {
    let who = &call.who;
    let limit = parse::limit(call.query.limit)?;
    let all = schema::feedbacks(who.community.id);
    let cursor = call.query.cursor.as_deref();
    let rows = page::page(&call.ctx.store, &all, limit, cursor).await?;
    Ok(Answer::new(page::wire(rows, |row| view(who, row))))
}

fn view(who: &Who, feedback: Feedback) -> FeedbackView {
    FeedbackView {
        id: feedback.id,
        at: who.moment(feedback.at),
        text: feedback.text,
        page: feedback.page,
        from: feedback.from,
    }
}
