//! Free times. `ListSlots`, everybody signed in; changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use domain::availability::{Cell, cell_at, footprint, free_starts, instant, visit};
use domain::provider::Service;
use domain::units::Minute;
use domain::{CommunityId, ProviderId, Refusal, limits};
use jiff::{SignedDuration, Timestamp};
use store::Store;
use wire::market::{ListSlots, Slot, Slots};
use wire::{Code, Problem};

use crate::ctx::Ctx;
use crate::error::Error;
use crate::http::{Answer, Arrived, Call, Outcome};
use crate::identity::session::Ticket;

const DAYS_USUAL: u8 = 7;

/// The service asked about, read before it is known who asks.
pub type Ahead = Result<Option<Service>, Error>;

pub fn look(
    ctx: &Ctx,
    ticket: &Ticket,
    arrived: &Arrived,
) -> impl Future<Output = Ahead> + Send + use<> {
    let (ctx, community) = (ctx.clone(), ticket.community);
    let path = arrived.path::<ListSlots>();
    async move { Ok(ctx.store.service(community, path?.0).await?) }
}

pub async fn run(call: Call<ListSlots>, service: Ahead) -> Outcome<ListSlots> {
    let (community, zone) = (call.who.community.id, &call.who.zone);
    let days = call.query.days.unwrap_or(DAYS_USUAL);
    if days == 0 || days > limits::SLOT_DAYS {
        return Err(Problem::new(Code::BadValue)
            .at("?days")
            .with("max", limits::SLOT_DAYS)
            .into());
    }
    let service = service?.ok_or(Refusal::Missing)?;
    if service.hidden {
        return Err(Refusal::Missing.into());
    }
    let asked: Vec<ProviderId> = service
        .providers
        .iter()
        .copied()
        .filter(|id| call.query.provider.is_none_or(|p| p == *id))
        .collect();
    if call.query.provider.is_some() && asked.is_empty() {
        return Err(Error::invalid(Code::BadValue, "?provider"));
    }
    let from = call.query.from;
    let first = Minute::new(0)
        .and_then(|midnight| instant(from, midnight, zone))
        .ok_or_else(|| Error::invalid(Code::BadValue, "?from"))?;
    let first = footprint(&service.terms, first).from;
    let last = first
        .checked_add(SignedDuration::from_hours(24 * i64::from(days) + 24 + 2))
        .map_err(|_| Error::invalid(Code::BadValue, "?from"))?;
    let range = cell_at(first)..cell_at(last) + 1;

    let mut free: BTreeMap<Timestamp, Vec<ProviderId>> = BTreeMap::new();
    let store = &call.ctx.store;
    let (providers, mut claims) = tokio::join!(
        store.providers_among(community, &asked),
        claims(store, community, &asked, &range, call.now)
    );
    for provider in providers? {
        let busy = claims.remove(&provider.id).unwrap_or(Ok(BTreeSet::new()))?;
        if !provider.is_bookable(from) {
            continue;
        }
        for start in free_starts(
            &provider.calendar,
            &service.terms,
            zone,
            &busy,
            (from, days),
            call.now,
        ) {
            if provider.is_bookable(domain::availability::local_day(start, zone)) {
                free.entry(start).or_default().push(provider.id);
            }
        }
    }
    let slot = |(start, providers): (Timestamp, Vec<ProviderId>)| Slot {
        start: call.who.moment(start),
        end: call.who.moment(visit(&service.terms, start).until),
        providers,
    };
    Ok(Answer::new(Slots {
        slots: free.into_iter().map(slot).collect(),
    }))
}

/// The claimed cells of each provider, asked for at once.
async fn claims(
    store: &Store,
    community: CommunityId,
    providers: &[ProviderId],
    range: &Range<Cell>,
    at: Timestamp,
) -> BTreeMap<ProviderId, Result<BTreeSet<Cell>, Error>> {
    let reads: Vec<_> = providers
        .iter()
        .map(|id| {
            let (store, id, range) = (store.clone(), *id, range.clone());
            let read = async move { store.busy(community, id, &range, at, None).await };
            (id, tokio::spawn(read))
        })
        .collect();
    let mut claims = BTreeMap::new();
    for (id, read) in reads {
        let cells = read.await.map_err(store::Error::broken);
        let cells = cells.and_then(|cells| cells).map_err(Error::from);
        claims.insert(id, cells);
    }
    claims
}
