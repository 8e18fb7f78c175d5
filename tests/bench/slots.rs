//! Free times of 14 days for 12 providers whose calendars are a third full.

use std::collections::BTreeMap;
use std::time::Instant;

use domain::{BookingId, ProviderId, limits};
use wire::Moment;
use wire::endpoint::None_;
use wire::market::{CreateBooking, CreateBookingBody, ListSlots, Slots, SlotsQuery};

use crate::Times;
use crate::town::{Opening, PROVIDERS, Town};

const RESIDENTS: usize = 200;
const CALLS: usize = 300;

pub async fn run() {
    measure(Opening::Usual, "with usual hours").await;
    measure(Opening::Always, "who never close").await;
}

async fn measure(opening: Opening, who: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let town = Town::build(folder.path(), RESIDENTS, opening).await;
    let taken = fill_a_third(&town).await;
    let mut times = Vec::new();
    let mut found = 0;
    for n in 0..CALLS {
        let begun = Instant::now();
        let slots = ask(&town, n).await;
        times.push(begun.elapsed());
        found = slots.slots.iter().map(|slot| slot.providers.len()).sum();
    }
    assert!(found > taken, "{found} free times beside {taken} visits");
    Times::of(times).line(&format!(
        "slots of {} days × {PROVIDERS} providers {who}, {taken} visits, {found} free times",
        limits::SLOT_DAYS
    ));
    town.running.stop().await.expect("it stops");
}

async fn ask(town: &Town, n: usize) -> Slots {
    let query = SlotsQuery {
        from: town.zone.to_datetime(town.start(0)).date(),
        days: Some(limits::SLOT_DAYS),
        provider: None,
    };
    town.clients[n % RESIDENTS]
        .call::<ListSlots>((town.service.id,), query, None_ {})
        .await
        .expect("slots")
}

/// Books every third free time of each provider; how many.
async fn fill_a_third(town: &Town) -> usize {
    let mut free: BTreeMap<ProviderId, Vec<Moment>> = BTreeMap::new();
    for slot in ask(town, 0).await.slots {
        for provider in slot.providers {
            free.entry(provider).or_default().push(slot.start);
        }
    }
    let mut taken = 0;
    for (provider, starts) in free {
        for start in starts.into_iter().step_by(3) {
            let body = CreateBookingBody {
                id: BookingId::from_bits(0xb3_0000_0000 + taken as u128),
                service: town.service.id,
                service_ver: None,
                provider: Some(provider),
                start,
                note: None,
                resident: None,
                hold: None,
            };
            town.clients[taken % RESIDENTS]
                .call::<CreateBooking>((), None_ {}, body)
                .await
                .expect("booked");
            taken += 1;
        }
    }
    taken
}
