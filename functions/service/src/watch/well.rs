//! "I am well." `SayWell`: anybody who is watched over; safe to repeat with the same id. It is a sign of
//! life: who was asked need not answer, and an open alert is withdrawn, in one transaction.

use domain::Refusal;
use domain::watch::AlertState;
use store::market::Beside;
use store::watch::WatchChange;
use wire::watch::{SayWell, WatchedView};

use super::faces::{alive, said, sign_row};
use super::watched::own;
use crate::error::Error;
use crate::http::{Call, Outcome};
use crate::once::Once;
use crate::points::tries::until_settled;

pub async fn run(call: Call<SayWell>) -> Outcome<SayWell> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = until_settled!(say(&call, &once));
    let again = own(&call);
    once.end(&call.ctx, done, again).await
}

async fn say(call: &Call<SayWell>, once: &Once) -> Result<WatchedView, Error> {
    let (store, at) = (&call.ctx.store, call.now);
    let (com, me) = (call.who.community.id, call.who.person.id);
    let watched = store.watched(com, me).await?.ok_or(Refusal::NotWatched)?;
    let rules = store.watch_rules(com).await?;
    let alert = match watched.alert {
        Some(id) => store.alert(com, id).await?,
        None => None,
    };
    let open = alert.filter(|alert| match alert.state {
        AlertState::Open | AlertState::Acknowledged => true,
        AlertState::Closed | AlertState::Withdrawn => false,
    });
    let sign = said(call.body.id, at);
    let change = WatchChange {
        watched: Some(alive(watched, sign, &rules, at)),
        sign: Some(sign_row(me, sign, at)),
        alert: open.map(|alert| alert.withdraw(at)),
        ..WatchChange::default()
    };
    let beside = Beside {
        command: once.record(),
        notices: Vec::new(),
    };
    store.write_watch(com, &change, &beside).await?;
    own(call).await
}
