//! POST /v1/bookings beside the bare transaction of the same items on the same store, in turns;
//! then as many bookings as 32 clients get through.

use std::time::{Duration, Instant};

use acceptance::app::join_all;
use domain::booking::{Booking, confirmed};
use domain::notice::{Data, Topic};
use domain::provider::Mode;
use domain::{BookingId, CommandId};
use jiff::Timestamp;
use service::notify::tell::tell;
use store::Command;
use store::market::{Beside, DecidedOn};
use wire::Moment;
use wire::endpoint::None_;
use wire::market::{CreateBooking, CreateBookingBody};

use crate::Times;
use crate::town::{Opening, PROVIDERS, Town};

const RESIDENTS: usize = 400;
const PAIRS: usize = 2_000;
const CLIENTS: usize = 32;

pub async fn run() {
    let folder = tempfile::tempdir().expect("a folder");
    let town = Town::build(folder.path(), RESIDENTS, Opening::Always).await;
    let (mut whole, mut bare) = (Vec::new(), Vec::new());
    let warm_up = 100;
    for n in 0..PAIRS + warm_up {
        let begun = Instant::now();
        post(&town, n).await;
        let took = begun.elapsed();
        let begun_bare = transact(&town, n).await;
        if n >= warm_up {
            whole.push(took);
            bare.push(begun_bare);
        }
    }
    let (whole, bare) = (Times::of(whole), Times::of(bare));
    whole.line("POST /v1/bookings");
    bare.line("bare TransactWriteItems of the same items");
    whole.beside(&bare, 1.5);

    let begun = Instant::now();
    let tasks = (0..CLIENTS).map(|client| saturate(&town, client, begun));
    let done: usize = join_all(tasks).await.into_iter().sum();
    println!(
        "saturation, {CLIENTS} clients: {:.0} bookings/s",
        done as f64 / begun.elapsed().as_secs_f64()
    );
    town.running.stop().await.expect("it stops");
}

fn order(town: &Town, n: usize, id: BookingId) -> CreateBookingBody {
    let provider = town.providers[n % (PROVIDERS / 2)].id;
    CreateBookingBody {
        id,
        service: town.service.id,
        service_ver: None,
        provider: Some(provider),
        start: Moment::new(town.start(n / (PROVIDERS / 2)), &town.zone),
        note: Some("钥匙断在里面".into()),
        resident: None,
        hold: None,
    }
}

async fn post(town: &Town, n: usize) {
    let body = order(town, n, BookingId::from_bits(0xb0_0000_0000 + n as u128));
    town.clients[n % RESIDENTS]
        .call::<CreateBooking>((), None_ {}, body)
        .await
        .expect("booked");
}

/// The very items of a booking, for the other half of the providers; only the commit is timed.
async fn transact(town: &Town, n: usize) -> Duration {
    let ctx = town.running.ctx();
    let at = Timestamp::now();
    let (resident, provider) = (
        &town.people[(n + RESIDENTS / 2) % RESIDENTS],
        &town.providers[PROVIDERS / 2 + n % (PROVIDERS / 2)],
    );
    let start = town.start(n / (PROVIDERS / 2));
    let id = BookingId::from_bits(0xb1_0000_0000 + n as u128);
    let booking = Booking {
        id,
        community: town.community,
        service: town.service.id,
        service_name: town.service.name.clone(),
        service_name_en: None,
        provider: provider.id,
        provider_person: provider.person,
        provider_name: provider.name.clone(),
        resident: resident.id,
        booked_by: resident.id,
        start,
        terms: town.service.terms.clone(),
        note: "钥匙断在里面".into(),
        state: confirmed(Mode::OnRequest, start, at),
        reason: String::new(),
        approved: None,
        resident_review: None,
        provider_review: None,
        agreed: None,
        created_at: at,
        since: at,
        changed_at: at,
        ver: 1,
    };
    let command = Command {
        community: town.community,
        person: resident.id,
        id: CommandId::from_bits(0xb1_0000_0000 + n as u128).to_string(),
        digest: "0".repeat(64),
        what: "CreateBooking".into(),
        came: String::new(),
        at,
    };
    let notices = tell(
        ctx,
        town.community,
        &[provider.person],
        Topic::BookingRequested,
        Data::new(),
        at,
    )
    .into_iter()
    .collect();
    let beside = Beside {
        command: Some(command),
        notices,
    };
    let tx = ctx
        .store
        .booking_tx(
            &booking,
            DecidedOn {
                provider: Some(provider.ver),
                service: Some(town.service.ver),
            },
            &town.zone,
            &beside,
        )
        .expect("a transaction");
    let begun = Instant::now();
    tx.commit().await.expect("committed");
    begun.elapsed()
}

const SATURATION: Duration = Duration::from_secs(10);

async fn saturate(town: &Town, client: usize, begun: Instant) -> usize {
    let mut done = 0;
    while begun.elapsed() < SATURATION {
        let n = (PAIRS + 200) / (PROVIDERS / 2) + 1 + done;
        let (provider, nth) = (client % PROVIDERS, n + (client / PROVIDERS) * 1_000);
        let body = CreateBookingBody {
            id: BookingId::from_bits(0xb2_0000_0000 + ((client as u128) << 20) + done as u128),
            provider: Some(town.providers[provider].id),
            start: Moment::new(town.start(nth), &town.zone),
            ..order(town, 0, BookingId::from_bits(0))
        };
        let who = &town.clients[(client * 12 + done % 12) % RESIDENTS];
        match who.call::<CreateBooking>((), None_ {}, body).await {
            Ok(_) => done += 1,
            Err(problem) if matches!(problem.code, wire::Code::QuotaSpent | wire::Code::TooFar) => {
                break;
            }
            Err(problem) => panic!("{problem:?}"),
        }
    }
    done
}
