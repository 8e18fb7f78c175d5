//! The team (1+5+N), and the number that puts its people through. `GetCareNodes`: those who work on cases.
//! `PutCareNodes`, `PutCareRelay`: administrators; each is safe to repeat with the same id.

use domain::care::node::relay;
use domain::care::{CareNodes, Node};
use domain::limits;
use store::care::CareChange;
use wire::care::{CareNodesView, GetCareNodes, PutCareNodes, PutCareRelay};
use wire::{Code, Endpoint};

use super::change::write;
use crate::error::Error;
use crate::http::{Answer, Call, Outcome};
use crate::once::Once;
use crate::parse;
use crate::watch::faces::names;

pub async fn get(call: Call<GetCareNodes>) -> Outcome<GetCareNodes> {
    Ok(Answer::new(shown(&call).await?))
}

async fn shown<E: Endpoint>(call: &Call<E>) -> Result<CareNodesView, Error> {
    let (ctx, who) = (&call.ctx, &call.who);
    let com = who.community.id;
    let team = ctx.store.care_nodes(com).await?;
    let names = names(ctx, com, team.by.into_iter().collect()).await?;
    let by = team.by.and_then(|by| names.get(&by));
    Ok(CareNodesView {
        by_name: by.cloned().unwrap_or_default(),
        at: team.at.map(|at| who.moment(at)),
        ver: team.ver,
        nodes: team.nodes,
        relay: team.relay,
    })
}

pub async fn put(call: Call<PutCareNodes>) -> Outcome<PutCareNodes> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = kept(&call, &once).await;
    let again = shown(&call);
    once.end(&call.ctx, done, again).await
}

async fn kept(call: &Call<PutCareNodes>, once: &Once) -> Result<CareNodesView, Error> {
    let (ctx, body) = (&call.ctx, &call.body);
    let com = call.who.community.id;
    let mut nodes = Vec::new();
    for (n, node) in body.nodes.iter().enumerate() {
        let place = format!("/nodes/{n}/name");
        let name = parse::line(&node.name, limits::NAME_CHARS, &place)?;
        nodes.push(Node {
            name,
            ..node.clone()
        });
    }
    let before = ctx.store.care_nodes(com).await?;
    let after = CareNodes {
        nodes,
        relay: before.relay,
        by: Some(call.who.person.id),
        at: Some(call.now),
        ver: before.ver + 1,
    };
    if !after.holds() {
        return Err(Error::invalid(Code::BadValue, "/nodes"));
    }
    if before.ver != body.ver {
        return Err(Error::invalid(Code::Stale, "/ver"));
    }
    let change = CareChange {
        nodes: Some(after),
        ..CareChange::default()
    };
    write(ctx, com, &change, once, Vec::new()).await?;
    shown(call).await
}

pub async fn put_relay(call: Call<PutCareRelay>) -> Outcome<PutCareRelay> {
    let once = Once::of(&call, Some(call.body.id.to_string()));
    let done = connected(&call, &once).await;
    let again = shown(&call);
    once.end(&call.ctx, done, again).await
}

async fn connected(call: &Call<PutCareRelay>, once: &Once) -> Result<CareNodesView, Error> {
    let (ctx, body) = (&call.ctx, &call.body);
    let com = call.who.community.id;
    let through = match body.relay.trim() {
        "" => None,
        raw => {
            let bad = || Error::invalid(Code::BadValue, "/relay");
            Some(relay(raw).ok_or_else(bad)?)
        }
    };
    let before = ctx.store.care_nodes(com).await?;
    if before.ver != body.ver {
        return Err(Error::invalid(Code::Stale, "/ver"));
    }
    let change = CareChange {
        nodes: Some(CareNodes {
            relay: through,
            by: Some(call.who.person.id),
            at: Some(call.now),
            ver: before.ver + 1,
            ..before
        }),
        ..CareChange::default()
    };
    write(ctx, com, &change, once, Vec::new()).await?;
    shown(call).await
}
