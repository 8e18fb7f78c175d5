//! Who looked at whom, and why. `ListLooks`, whom somebody looked at: administrators; the question itself is written
//! down for nobody, as it is about whoever looked. `ListLooksAt`, who looked at somebody: administrators; that is a look
//! at them, and written down.

use domain::PersonId;
use store::identity::{Looked, View, ViewLink};
use store::schema;
use store::table::read;
use wire::care::{ListLooks, ListLooksAt, LookAtView, LookView};
use wire::{Endpoint, Page};

use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::identity::views;
use crate::watch::faces::names;
use crate::{page, parse};

pub async fn list(call: Call<ListLooks>) -> Outcome<ListLooks> {
    Ok(Answer::new(looks(&call).await?))
}

/// A page of links; each stands for the looks that were written together.
async fn looks(call: &Call<ListLooks>) -> Result<Page<LookView>, Error> {
    let (ctx, who, viewer) = (&call.ctx, &call.who, call.path.0);
    let com = who.community.id;
    ctx.store.living(com, viewer).await?;
    let limit = parse::limit(call.query.limit)?;
    let pattern = schema::view_links(com, viewer);
    let cursor = call.query.cursor.as_deref();
    let (links, cursor) = page::page::<ViewLink>(&ctx.store, &pattern, limit, cursor).await?;
    let looked: Vec<Looked> = links.iter().flat_map(|link| link.looked.clone()).collect();
    let keys: Vec<_> = looked
        .iter()
        .map(|one| schema::view(com, one.whose, one.view))
        .collect();
    let lines = ctx.store.get_many(&keys).await?;
    let people: Vec<PersonId> = looked.iter().map(|one| one.whose).collect();
    let names = names(ctx, com, people).await?;
    let mut items = Vec::new();
    for (one, line) in looked.iter().zip(lines) {
        let Some(line) = line else { continue };
        let view: View = read(line)?;
        items.push(LookView {
            at: who.moment(view.at),
            whose: one.whose,
            whose_name: names.get(&one.whose).cloned().unwrap_or_default(),
            what: view.what,
            reason: view.reason,
        });
    }
    Ok(Page { items, cursor })
}

pub async fn list_at(call: Call<ListLooksAt>) -> Outcome<ListLooksAt> {
    Ok(Answer::new(looks_at(&call).await?))
}

async fn looks_at(call: &Call<ListLooksAt>) -> Result<Page<LookAtView>, Error> {
    let (ctx, who, whose) = (&call.ctx, &call.who, call.path.0);
    let com = who.community.id;
    ctx.store.living(com, whose).await?;
    let limit = parse::limit(call.query.limit)?;
    let log = schema::of_person(com, whose, "VIEW#");
    let cursor = call.query.cursor.as_deref();
    let (looks, cursor) = page::page::<View>(&ctx.store, &log, limit, cursor).await?;
    views::log(ctx, who, whose, ListLooksAt::NAME, "", call.now).await?;
    let viewers: Vec<PersonId> = looks.iter().map(|look| look.viewer).collect();
    let names = names(ctx, com, viewers).await?;
    let items = looks.into_iter().map(|look| LookAtView {
        at: who.moment(look.at),
        viewer: look.viewer,
        viewer_name: names.get(&look.viewer).cloned().unwrap_or_default(),
        viewer_role: look.viewer_role,
        what: look.what,
        reason: look.reason,
    });
    Ok(Page {
        items: items.collect(),
        cursor,
    })
}
