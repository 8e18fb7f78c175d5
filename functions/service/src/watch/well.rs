//! "I am well." `SayWell`: anybody who is watched over; safe to repeat with the same id. `AnswerWell`: whoever was
//! asked, the person or their relative, by the link of a text; once. It is a sign of life: who was asked need not
//! answer, and an open alert is withdrawn, in one transaction.

use domain::watch::{Alert, Question, Seen, SeenHow, Watched};
use domain::{CommandId, CommunityId, Refusal};
use jiff::Timestamp;
use store::Command;
use store::market::Beside;
use store::watch::WatchChange;
use wire::Code;
use wire::watch::{AnswerWell, SayWell, WatchedView};

use super::arrive::told_over;
use super::faces::{alive, said, sign_row};
use super::question;
use super::watched::own;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::once::Once;
use crate::points::tries::until_settled;

pub async fn run(call: Call<SayWell>) -> Outcome<SayWell> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = until_settled!(say(&call, &once));
    let again = own(&call);
    once.end(&call.ctx, done, again).await
}

async fn say(call: &Call<SayWell>, once: &Once) -> Result<WatchedView, Error> {
    let (ctx, who, at) = (&call.ctx, &call.who, call.now);
    let com = who.community.id;
    let watched = ctx.store.watched(com, who.person.id).await?;
    let watched = watched.ok_or(Refusal::NotWatched)?;
    settle(ctx, watched, (call.body.id, at), once.record()).await?;
    own(call).await
}

/// Refuses: `BadValue` where the key is not ours, `AlreadySettled`, `TooLate`.
pub async fn answer(call: Call<AnswerWell, ()>) -> Outcome<AnswerWell> {
    let (ctx, at) = (&call.ctx, call.now);
    let asked = question::read(&ctx.secret, &call.body.key);
    let asked = asked.ok_or_else(|| Error::invalid(Code::BadValue, "/key"))?;
    let done: Result<(), Error> = until_settled!(answered(ctx, &asked, at));
    done?;
    Ok(Answer::new(()))
}

async fn answered(ctx: &Ctx, asked: &Question, at: Timestamp) -> Result<(), Error> {
    let watched = ctx.store.watched(asked.community, asked.person).await?;
    asked.refuse_settled(watched.as_ref(), at)?;
    let watched = watched.ok_or(Refusal::TooLate)?;
    let (millis, chance) = ctx.fresh(at);
    let by = (CommandId::new(millis, chance), at);
    settle(ctx, watched, by, None).await
}

/// Seen or heard of, now; whatever was pending about it is over. Refuses: `Stale`.
async fn settle(
    ctx: &Ctx,
    watched: Watched,
    (command, at): (CommandId, Timestamp),
    record: Option<Command>,
) -> Result<(), Error> {
    let (com, person) = (watched.community, watched.person);
    let rules = ctx.store.watch_rules(com).await?;
    let open = open_alert(ctx, com, &watched).await?;
    let sign = said(command, at);
    let seen = Seen {
        at,
        how: SeenHow::Word,
        came_at: at,
    };
    let over = open.map(|alert| alert.withdrawn_by(seen, at));
    let watched = alive(watched, sign, &rules, at);
    let notices = told_over(ctx, com, over.as_ref(), (&watched, &rules), at).await?;
    let beside = Beside {
        command: record,
        notices,
    };
    let change = WatchChange {
        watched: Some(watched),
        sign: Some(sign_row(person, sign, at)),
        alert: over,
        ..WatchChange::default()
    };
    ctx.store.write_watch(com, &change, &beside).await?;
    if !beside.notices.is_empty() {
        ctx.relay_bell.notify_one();
    }
    Ok(())
}

async fn open_alert(
    ctx: &Ctx,
    com: CommunityId,
    watched: &Watched,
) -> Result<Option<Alert>, Error> {
    let alert = match watched.alert {
        Some(id) => ctx.store.alert(com, id).await?,
        None => None,
    };
    Ok(alert.filter(Alert::is_open))
}
