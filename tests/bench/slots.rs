//! Free times of 14 days for 12 providers whose calendars are a third full.

use std::time::Instant;

use domain::BookingId;
use wire::Moment;
use wire::endpoint::None_;
use wire::market::{CreateBooking, CreateBookingBody, ListSlots, SlotsQuery};

use crate::Times;
use crate::town::{PROVIDERS, Town};

const RESIDENTS: usize = 200;
const CALLS: usize = 300;

pub async fn run() {
    let folder = tempfile::tempdir().expect("a folder");
    let town = Town::build(folder.path(), RESIDENTS).await;
    for n in 0..RESIDENTS * 15 {
        let body = CreateBookingBody {
            id: BookingId::from_bits(0xb3_0000_0000 + n as u128),
            service: town.service.id,
            service_ver: None,
            provider: Some(town.providers[n % PROVIDERS].id),
            start: Moment::new(town.start(n / PROVIDERS * 3), &town.zone),
            note: None,
            resident: None,
            hold: None,
        };
        town.clients[n % RESIDENTS]
            .call::<CreateBooking>((), None_ {}, body)
            .await
            .expect("booked");
    }
    let from = town.zone.to_datetime(town.start(0)).date();
    let mut times = Vec::new();
    let mut found = 0;
    for n in 0..CALLS {
        let query = SlotsQuery {
            from,
            days: Some(14),
            provider: None,
        };
        let begun = Instant::now();
        let slots = town.clients[n % RESIDENTS]
            .call::<ListSlots>((town.service.id,), query, None_ {})
            .await
            .expect("slots");
        times.push(begun.elapsed());
        found = slots.slots.iter().map(|slot| slot.providers.len()).sum();
    }
    assert!(found > 1_000, "only {found} free times");
    Times::of(times).line(&format!(
        "slots of 14 days × {PROVIDERS} providers, {found} free times"
    ));
    town.running.stop().await.expect("it stops");
}
