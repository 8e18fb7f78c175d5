//! Kill -9 under many writers, again and again: what was acknowledged is there, nothing is half
//! there, and the database's file is sound. The suite plays it 20 times, or 500 where it has long, as the bench does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use domain::booking::StateName;
use domain::{BookingId, CommandId};
use jiff::Timestamp;
use local::running::DATABASE;
use rusqlite::Connection;
use wire::Code;
use wire::endpoint::None_;
use wire::market::{
    BookingView, CancelBooking, CreateBooking, CreateBookingBody, GetBooking, ListServices,
    ListSlots, ReasonBody, ServicesQuery, SlotsQuery,
};

use crate::chance::Chance;
use crate::client::Client;
use crate::server::{self, Server};

const WRITERS: usize = 32;
/// A round ends in the middle of the work; on a slow machine, after this long.
const ROUND: Duration = Duration::from_secs(5);

/// What one game of kills came to.
#[derive(Debug, Default)]
pub struct Report {
    pub kills: usize,
    pub acknowledged: usize,
    pub unanswered: usize,
    pub slowest_restart: Duration,
}

/// What one writer knows at the end of a round.
#[derive(Default)]
struct Known {
    /// Acknowledged, as it was acknowledged last.
    sure: Vec<BookingView>,
    /// Sent, and no answer came.
    unsure: Vec<(BookingId, StateName)>,
}

/// Panics where a promise is broken.
pub async fn play(kills: usize, seed: u64) -> Report {
    let folder = tempfile::tempdir().expect("a folder");
    let http = reqwest::Client::new();
    let mut chance = Chance::new(seed);
    let mut server = Server::start(folder.path()).await;
    let mut writers = Vec::new();
    for n in 0..WRITERS {
        writers.push(
            server
                .sign_in(&http, &format!("138000000{:02}", n + 1))
                .await,
        );
    }
    let offers = Arc::new(offers(&writers[0]).await);
    let mut report = Report {
        kills,
        ..Report::default()
    };
    for _ in 0..kills {
        let stop = Arc::new(AtomicBool::new(false));
        let answered = Arc::new(AtomicUsize::new(0));
        let tasks: Vec<_> = writers
            .iter()
            .map(|writer| {
                tokio::spawn(write(
                    writer.clone(),
                    offers.clone(),
                    chance.draw(),
                    stop.clone(),
                    answered.clone(),
                ))
            })
            .collect();
        let enough = 8 + chance.below(40);
        let begun = Instant::now();
        while answered.load(Ordering::SeqCst) < enough && begun.elapsed() < ROUND {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        server.kill();
        stop.store(true, Ordering::SeqCst);
        let mut known = Vec::new();
        for task in tasks {
            known.push(task.await.expect("a writer ends"));
        }
        server = Server::start(folder.path()).await;
        report.slowest_restart = report.slowest_restart.max(server.started_in);
        for (writer, known) in writers.iter_mut().zip(known) {
            writer.url.clone_from(&server.url);
            report.acknowledged += known.sure.len();
            report.unanswered += known.unsure.len();
            verify(writer, known).await;
        }
    }
    drop(server);
    let (sound, said) = server::check(folder.path());
    assert!(sound, "{said}");
    let file = Connection::open(folder.path().join(DATABASE)).expect("opens");
    let whole: String = file
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .expect("answers");
    assert_eq!(whole, "ok", "SQLite's own look at its file");
    report
}

/// Everything that can be booked in the next two weeks.
pub async fn offers(who: &Client) -> Vec<CreateBookingBody> {
    let query = ServicesQuery {
        category: None,
        q: None,
        hidden: None,
        cursor: None,
        limit: None,
    };
    let services = who
        .call::<ListServices>((), query, None_ {})
        .await
        .expect("services")
        .items;
    let tomorrow = (Timestamp::now() + jiff::SignedDuration::from_hours(24))
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date();
    let mut offers = Vec::new();
    for service in services {
        let query = SlotsQuery {
            from: tomorrow,
            days: Some(14),
            provider: None,
        };
        let slots = who
            .call::<ListSlots>((service.id,), query, None_ {})
            .await
            .expect("slots")
            .slots;
        offers.extend(slots.into_iter().map(|slot| CreateBookingBody {
            id: BookingId::new(0, 0),
            service: service.id,
            service_ver: None,
            provider: None,
            start: slot.start,
            note: Some("钥匙断了".into()),
            resident: None,
            hold: None,
        }));
    }
    assert!(
        offers.len() > 300,
        "{} offers are too few for a game",
        offers.len()
    );
    offers
}

async fn write(
    who: Client,
    offers: Arc<Vec<CreateBookingBody>>,
    seed: u64,
    stop: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
) -> Known {
    let mut chance = Chance::new(seed);
    let mut known = Known::default();
    while !stop.load(Ordering::SeqCst) {
        let now = u64::try_from(Timestamp::now().as_millisecond()).unwrap_or(0);
        let order = CreateBookingBody {
            id: BookingId::new(now, chance.bits()),
            ..chance.of(&offers).clone()
        };
        let id = order.id;
        let made = match who.try_call::<CreateBooking>((), None_ {}, order).await {
            Ok(Ok(made)) => {
                answered.fetch_add(1, Ordering::SeqCst);
                made
            }
            Ok(Err(_)) => continue,
            Err(_) => {
                known.unsure.push((id, StateName::Accepted));
                break;
            }
        };
        let cancel = ReasonBody {
            id: Some(CommandId::new(now, chance.bits())),
            reason: None,
        };
        if chance.percent(20) {
            known.sure.push(made);
            continue;
        }
        match who.try_call::<CancelBooking>((id,), None_ {}, cancel).await {
            Ok(Ok(cancelled)) => known.sure.push(cancelled),
            // A start so near that the hour of cancelling is past.
            Ok(Err(problem)) if problem.code == Code::PastCutoff => known.sure.push(made),
            Ok(Err(problem)) => panic!("an own booking ahead can be cancelled: {problem:?}"),
            Err(_) => {
                known.unsure.push((id, StateName::Cancelled));
                break;
            }
        }
    }
    known
}

async fn verify(who: &Client, known: Known) {
    for view in known.sure {
        let found = who.call::<GetBooking>((view.id,), None_ {}, None_ {}).await;
        let found = found.unwrap_or_else(|problem| {
            panic!("{} was acknowledged and is lost: {problem:?}", view.id)
        });
        assert_eq!(
            (found.state, found.start, found.ver),
            (view.state, view.start, view.ver),
            "{}",
            view.id
        );
        leave(who, &found).await;
    }
    for (id, wanted) in known.unsure {
        match who.call::<GetBooking>((id,), None_ {}, None_ {}).await {
            Ok(found) => leave(who, &found).await,
            Err(problem) => {
                assert_eq!(problem.status, 404, "{problem:?}");
                assert_ne!(
                    wanted,
                    StateName::Cancelled,
                    "{id} was acknowledged before it was cancelled, and is lost"
                );
            }
        }
    }
}

/// Gives the time back, so that the game does not run out of it.
async fn leave(who: &Client, found: &BookingView) {
    if found.moves.iter().any(|name| name == "CancelBooking") {
        who.call::<CancelBooking>(
            (found.id,),
            None_ {},
            ReasonBody {
                id: None,
                reason: None,
            },
        )
        .await
        .expect("cancelled");
    }
}
