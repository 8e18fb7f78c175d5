//! Free times. `ListSlots`, everybody signed in; changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use domain::availability::{Cell, cell_at, footprint, free_starts, instant, visit};
use domain::provider::Provider;
use domain::units::Minute;
use domain::{ProviderId, Refusal, limits};
use jiff::{SignedDuration, Timestamp};
use wire::market::{ListSlots, Slot, Slots};
use wire::{Code, Problem};

use crate::error::Error;
use crate::http::{Answer, Call, Outcome};

const DAYS_USUAL: u8 = 7;

pub async fn run(call: Call<ListSlots>) -> Outcome<ListSlots> {
    let (community, zone) = (call.who.community.id, &call.who.zone);
    let days = call.query.days.unwrap_or(DAYS_USUAL);
    if days == 0 || days > limits::SLOT_DAYS {
        return Err(Problem::new(Code::BadValue)
            .at("?days")
            .with("max", limits::SLOT_DAYS)
            .into());
    }
    let service = call
        .ctx
        .store
        .service(community, call.path.0)
        .await?
        .ok_or(Refusal::Missing)?;
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
    let providers = call.ctx.store.providers_among(community, &asked).await?;
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
    let open: Vec<Provider> = providers
        .into_iter()
        .filter(|p| p.is_bookable(from))
        .collect();
    for (provider, busy) in open.iter().zip(busy(&call, &open, &range).await) {
        let busy = busy?;
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

/// The claimed cells of several providers, asked for at once.
async fn busy(
    call: &Call<ListSlots>,
    providers: &[Provider],
    range: &Range<Cell>,
) -> Vec<Result<BTreeSet<Cell>, Error>> {
    let mut reads = Vec::with_capacity(providers.len());
    for provider in providers {
        let (store, range) = (call.ctx.store.clone(), range.clone());
        let (community, id, at) = (provider.community, provider.id, call.now);
        reads.push(tokio::spawn(async move {
            store.busy(community, id, &range, at, None).await
        }));
    }
    let mut answers = Vec::with_capacity(reads.len());
    for read in reads {
        let answer = read.await.map_err(store::Error::broken);
        answers.push(answer.and_then(|answer| answer).map_err(Error::from));
    }
    answers
}
