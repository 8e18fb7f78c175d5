//! For whom one may speak. `ListMyWatchPeople`: anybody; those who named the caller as the relative who may
//! say that they are away.

use domain::PersonId;
use wire::Page;
use wire::watch::{ListMyWatchPeople, WatchPersonView};

use super::faces::names;
use crate::http::{Answer, Call, Outcome};

pub async fn list(call: Call<ListMyWatchPeople>) -> Outcome<ListMyWatchPeople> {
    let (ctx, com, me) = (&call.ctx, call.who.community.id, call.who.person.id);
    let watched = ctx.store.watched_of_relative(com, me).await?;
    let theirs = watched
        .iter()
        .filter(|one| one.relative_reports && one.relative == Some(me));
    let ids: Vec<PersonId> = theirs.map(|one| one.person).collect();
    let names = names(ctx, com, ids).await?;
    let view = |(person, name)| WatchPersonView { person, name };
    Ok(Answer::new(Page::whole(
        names.into_iter().map(view).collect(),
    )))
}
