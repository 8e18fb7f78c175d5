//! A mixed load at a steady rate against a `linli` process: who comes, comes, however slow it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use acceptance::Chance;
use acceptance::client::Client;
use acceptance::server::Server;
use domain::BookingId;
use jiff::Timestamp;
use tokio::sync::Mutex;
use wire::endpoint::None_;
use wire::identity::GetMe;
use wire::market::{
    BookingsQuery, CancelBooking, CreateBooking, CreateBookingBody, ListBookings, ListServices,
    ListSlots, ReasonBody, ServicesQuery, SlotsQuery,
};

use crate::Times;

const PER_SECOND: u32 = 300;
const SECONDS: u32 = 60;
const PEOPLE: usize = 36;

pub async fn run() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(folder.path()).await;
    let http = reqwest::Client::new();
    let mut people = Vec::new();
    for n in 0..PEOPLE {
        people.push(
            server
                .sign_in(&http, &format!("138000000{:02}", n + 1))
                .await,
        );
    }
    let game = Arc::new(Game::new(people).await);
    let begun = Instant::now();
    let mut tasks = Vec::new();
    let mut chance = Chance::new(9);
    for n in 0..PER_SECOND * SECONDS {
        tokio::time::sleep_until((begun + Duration::from_secs(1) * n / PER_SECOND).into()).await;
        tasks.push(tokio::spawn(step(game.clone(), chance.draw())));
    }
    let mut times = Vec::new();
    for task in tasks {
        times.push(task.await.expect("a call ends"));
    }
    let times = Times::of(times);
    times.line(&format!(
        "mixed load, {PER_SECOND} requests/s for {SECONDS} s"
    ));
    println!(
        "errors: {}, refusals: {}",
        game.errors.load(Ordering::Relaxed),
        game.refusals.load(Ordering::Relaxed)
    );
    println!(
        "resident memory of linli: {:.0} MB",
        server.rss_kib() as f64 / 1_024.0
    );
}

struct Game {
    people: Vec<Client>,
    offers: Vec<CreateBookingBody>,
    made: Mutex<Vec<(usize, BookingId)>>,
    errors: AtomicUsize,
    refusals: AtomicUsize,
}

impl Game {
    async fn new(people: Vec<Client>) -> Self {
        let offers = acceptance::crash::offers(&people[0]).await;
        Self {
            people,
            offers,
            made: Mutex::default(),
            errors: AtomicUsize::new(0),
            refusals: AtomicUsize::new(0),
        }
    }

    fn count(&self, status: Option<u16>) {
        match status {
            Some(500..) => self.errors.fetch_add(1, Ordering::Relaxed),
            Some(_) => self.refusals.fetch_add(1, Ordering::Relaxed),
            None => 0,
        };
    }
}

/// One call of somebody: mostly looking, a tenth booking, some cancelling. Timed from its start.
async fn step(game: Arc<Game>, seed: u64) -> Duration {
    let mut chance = Chance::new(seed);
    let n = chance.below(game.people.len());
    let who = &game.people[n];
    let offer = chance.of(&game.offers).clone();
    let begun = Instant::now();
    let outcome = match chance.below(100) {
        0..35 => {
            let from = offer.start.local().date();
            let query = SlotsQuery {
                from,
                days: Some(7),
                provider: None,
            };
            who.call::<ListSlots>((offer.service,), query, None_ {})
                .await
                .err()
        }
        35..60 => {
            let query = ServicesQuery {
                category: None,
                q: None,
                hidden: None,
                cursor: None,
                limit: None,
            };
            who.call::<ListServices>((), query, None_ {}).await.err()
        }
        60..75 => {
            let query = BookingsQuery {
                part: None,
                day: None,
                open: Some(true),
                cursor: None,
                limit: None,
            };
            who.call::<ListBookings>((), query, None_ {}).await.err()
        }
        75..85 => who.call::<GetMe>((), None_ {}, None_ {}).await.err(),
        85..95 => {
            let now = u64::try_from(Timestamp::now().as_millisecond()).unwrap_or(0);
            let id = BookingId::new(now, chance.bits());
            match who
                .call::<CreateBooking>((), None_ {}, CreateBookingBody { id, ..offer })
                .await
            {
                Ok(_) => {
                    game.made.lock().await.push((n, id));
                    None
                }
                Err(problem) => Some(problem),
            }
        }
        _ => {
            let mine = game.made.lock().await.pop();
            match mine {
                Some((n, id)) => game.people[n]
                    .call::<CancelBooking>(
                        (id,),
                        None_ {},
                        ReasonBody {
                            id: None,
                            reason: None,
                        },
                    )
                    .await
                    .err(),
                None => None,
            }
        }
    };
    let took = begun.elapsed();
    game.count(outcome.map(|problem| problem.status));
    took
}
