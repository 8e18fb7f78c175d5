//! A mixed load of all contexts at a steady rate against a `linli` process: who comes, comes, however slow it is. Then as
//! much as it takes, from callers who each wait for their answer. `LINLI_BENCH_SECONDS` says for how long the first goes
//! on, if not for a minute.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use acceptance::Chance;
use acceptance::client::Client;
use acceptance::server::Server;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{BookingId, CommandId, LoanId, RedemptionId};
use jiff::Timestamp;
use serde_json::{Value, json};
use service::watch::signature::{Parts, sign};
use tokio::sync::Mutex;
use wire::Problem;
use wire::endpoint::None_;
use wire::identity::GetMe;
use wire::market::{
    BookingsQuery, CancelBooking, CreateBooking, CreateBookingBody, ListBookings, ListServices,
    ListSlots, ReasonBody, ServicesQuery, SlotsQuery,
};

use crate::Times;

const PER_SECOND: u32 = 300;
const SECONDS: u32 = 60;
/// Between two looks at the memory.
const LOOK_SECONDS: u32 = 10;
const PEOPLE: usize = 36;
/// Callers at once, and for how long, where as much is asked as is answered.
const CALLERS: usize = 64;
const FULL_SECONDS: u64 = 20;

const VOLUNTEER: &str = "13800000301";
const WORKER: &str = "13800000201";
const LIBRARIAN: &str = "13800000241";

pub async fn run() {
    let seconds = std::env::var("LINLI_BENCH_SECONDS");
    let seconds = seconds.ok().and_then(|said| said.parse().ok());
    let seconds = seconds.unwrap_or(SECONDS);
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
    let staff = Staff {
        volunteer: server.sign_in(&http, VOLUNTEER).await,
        worker: server.sign_in(&http, WORKER).await,
        librarian: server.sign_in(&http, LIBRARIAN).await,
    };
    let game = Arc::new(Game::new(people, staff).await);
    let begun = Instant::now();
    let mut tasks = Vec::new();
    let mut memory = Vec::new();
    let mut chance = Chance::new(9);
    for n in 0..PER_SECOND * seconds {
        tokio::time::sleep_until((begun + Duration::from_secs(1) * n / PER_SECOND).into()).await;
        if n.is_multiple_of(PER_SECOND * LOOK_SECONDS) {
            memory.push(server.rss_kib());
        }
        tasks.push(tokio::spawn(step(game.clone(), chance.draw())));
    }
    let mut times = Vec::new();
    for task in tasks {
        times.push(task.await.expect("a call ends"));
    }
    memory.push(server.rss_kib());
    let times = Times::of(times);
    times.line(&format!(
        "mixed load, {PER_SECOND} requests/s for {seconds} s"
    ));
    game.tell();
    let megabytes = |kib: Option<&u64>| kib.map_or(0.0, |kib| *kib as f64 / 1_024.0);
    println!(
        "resident memory of linli: {:.0} MB first, {:.0} MB last, {:.0} MB at most",
        megabytes(memory.first()),
        megabytes(memory.last()),
        megabytes(memory.iter().max())
    );
    full(&game).await;
}

/// Each caller asks again as soon as they are answered.
async fn full(game: &Arc<Game>) {
    let begun = Instant::now();
    let until = begun + Duration::from_secs(FULL_SECONDS);
    let mut callers = Vec::new();
    for n in 0..CALLERS {
        let (game, mut chance) = (game.clone(), Chance::new(100 + n as u64));
        callers.push(tokio::spawn(async move {
            let mut times = Vec::new();
            while Instant::now() < until {
                times.push(step(game.clone(), chance.draw()).await);
            }
            times
        }));
    }
    let mut times = Vec::new();
    for caller in callers {
        times.extend(caller.await.expect("a caller ends"));
    }
    let times = Times::of(times);
    let each = times.count() as f64 / begun.elapsed().as_secs_f64();
    times.line(&format!(
        "at saturation, {CALLERS} callers: {each:.0} requests/s"
    ));
    game.tell();
}

struct Staff {
    volunteer: Client,
    worker: Client,
    librarian: Client,
}

/// A door of the demo, and somebody's card.
struct Door {
    id: String,
    key: Vec<u8>,
    key_ver: String,
    card: String,
    /// Of its last event.
    seq: AtomicU64,
}

impl Door {
    async fn of_the_demo(who: &Client) -> Self {
        let demo = who.raw("GET", "/_local/demo", None).await.json();
        let devices = demo["devices"].as_array().expect("devices");
        let with_card = devices.iter().find(|one| one["cards"][0].is_object());
        let door = with_card.expect("a door that somebody has a card for");
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        Self {
            id: text(&door["id"]),
            key: URL_SAFE_NO_PAD.decode(text(&door["key"])).expect("a key"),
            key_ver: door["key_ver"].to_string(),
            card: text(&door["cards"][0]["card"]),
            seq: AtomicU64::new(millis()),
        }
    }

    /// Somebody comes home.
    async fn says(&self, by: &Client, nonce: u128) -> u16 {
        const PATH: &str = "/v1/door-events";
        let now = Timestamp::now();
        let seq = self.seq.fetch_add(1, Ordering::Relaxed);
        let event = json!({ "seq": seq, "at": now, "act": "entry", "credential": self.card });
        let body = json!({ "device": self.id, "events": [event] }).to_string();
        let (timestamp, nonce) = (now.as_second().to_string(), format!("{nonce:032x}"));
        let parts = Parts {
            method: "POST",
            path: PATH,
            device: &self.id,
            timestamp: &timestamp,
            nonce: &nonce,
            body: body.as_bytes(),
        };
        let signature = sign(&self.key, &parts);
        let headers = [
            ("content-type", "application/json"),
            ("x-device", self.id.as_str()),
            ("x-key", self.key_ver.as_str()),
            ("x-timestamp", timestamp.as_str()),
            ("x-nonce", nonce.as_str()),
            ("x-signature", signature.as_str()),
        ];
        let said = by.raw_with("POST", PATH, &headers, body.into_bytes());
        said.await.status
    }
}

fn millis() -> u64 {
    u64::try_from(Timestamp::now().as_millisecond()).unwrap_or(0)
}

struct Game {
    people: Vec<Client>,
    staff: Staff,
    door: Door,
    reward: String,
    offers: Vec<CreateBookingBody>,
    made: Mutex<Vec<(usize, BookingId)>>,
    /// Labels of books that stand there, and of those that somebody has.
    shelf: Mutex<Vec<String>>,
    lent: Mutex<Vec<(usize, String)>>,
    errors: AtomicUsize,
    refusals: AtomicUsize,
}

impl Game {
    async fn new(people: Vec<Client>, staff: Staff) -> Self {
        let offers = acceptance::crash::offers(&people[0]).await;
        let list = async |who: &Client, path: &str, field: &str| -> Vec<String> {
            let said = who.raw("GET", path, None).await.json();
            let rows = said["items"].as_array().expect("a list");
            let texts = rows.iter().filter_map(|row| row[field].as_str());
            texts.map(str::to_owned).collect()
        };
        let labels = list(&staff.librarian, "/v1/library/labels", "barcode").await;
        let rewards = list(&staff.volunteer, "/v1/rewards", "id").await;
        Self {
            door: Door::of_the_demo(&people[0]).await,
            reward: rewards.into_iter().next().expect("the demo has rewards"),
            people,
            staff,
            offers,
            made: Mutex::default(),
            shelf: Mutex::new(labels),
            lent: Mutex::default(),
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

    /// And begins to count anew.
    fn tell(&self) {
        println!(
            "errors: {}, refusals: {}",
            self.errors.swap(0, Ordering::Relaxed),
            self.refusals.swap(0, Ordering::Relaxed)
        );
    }

    /// Somebody takes a book home. Answers with the status of a no.
    async fn borrow_one(&self, n: usize, bits: u128) -> Option<u16> {
        let label = self.shelf.lock().await.pop();
        let Some(label) = label else {
            return looks(&self.people[n], "/v1/library/loans").await;
        };
        let body = json!({ "id": LoanId::new(millis(), bits), "copy": label }).to_string();
        let said = self.people[n].raw("POST", "/v1/library/loans", Some(body));
        match said.await.status {
            201 => {
                self.lent.lock().await.push((n, label));
                None
            }
            no => {
                self.shelf.lock().await.insert(0, label);
                Some(no)
            }
        }
    }

    async fn bring_one(&self, bits: u128) -> Option<u16> {
        let lent = self.lent.lock().await.pop();
        let Some((n, label)) = lent else {
            return looks(&self.people[0], "/v1/library/loans").await;
        };
        let body = json!({ "id": CommandId::new(millis(), bits), "copy": label }).to_string();
        let said = self.people[n].raw("POST", "/v1/library/returns", Some(body));
        let status = said.await.status;
        self.shelf.lock().await.insert(0, label);
        no(status)
    }

    async fn redeem_one(&self, bits: u128) -> Option<u16> {
        let id = RedemptionId::new(millis(), bits);
        let body = json!({ "id": id, "reward": self.reward, "quantity": 1 }).to_string();
        let said = self
            .staff
            .volunteer
            .raw("POST", "/v1/redemptions", Some(body));
        no(said.await.status)
    }
}

/// The status of an answer that is a no.
fn no(status: u16) -> Option<u16> {
    Some(status).filter(|status| *status >= 400)
}

fn status<T>(answer: Result<T, Problem>) -> Option<u16> {
    answer.err().map(|problem| problem.status)
}

async fn looks(who: &Client, path: &str) -> Option<u16> {
    no(who.raw("GET", path, None).await.status)
}

/// One call of somebody in any of the contexts: half of them in the market, and mostly looking. Timed from its start.
async fn step(game: Arc<Game>, seed: u64) -> Duration {
    let mut chance = Chance::new(seed);
    let n = chance.below(game.people.len());
    let who = &game.people[n];
    let offer = chance.of(&game.offers).clone();
    let begun = Instant::now();
    let outcome = match chance.below(100) {
        0..18 => {
            let from = offer.start.local().date();
            let query = SlotsQuery {
                from,
                days: Some(7),
                provider: None,
            };
            who.call::<ListSlots>((offer.service,), query, None_ {})
                .await
                .err()
                .map(|problem| problem.status)
        }
        18..28 => {
            let query = ServicesQuery {
                category: None,
                q: None,
                hidden: None,
                cursor: None,
                limit: None,
            };
            status(who.call::<ListServices>((), query, None_ {}).await)
        }
        28..36 => {
            let query = BookingsQuery {
                part: None,
                day: None,
                open: Some(true),
                cursor: None,
                limit: None,
            };
            status(who.call::<ListBookings>((), query, None_ {}).await)
        }
        36..42 => status(who.call::<GetMe>((), None_ {}, None_ {}).await),
        42..47 => {
            let id = BookingId::new(millis(), chance.bits());
            match who
                .call::<CreateBooking>((), None_ {}, CreateBookingBody { id, ..offer })
                .await
            {
                Ok(_) => {
                    game.made.lock().await.push((n, id));
                    None
                }
                Err(problem) => Some(problem.status),
            }
        }
        47..50 => {
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
                    .err()
                    .map(|problem| problem.status),
                None => looks(who, "/v1/me").await,
            }
        }
        50..58 => looks(who, "/v1/library/titles?q=%E6%9C%88").await,
        58..61 => looks(who, "/v1/library/loans").await,
        61..66 => game.borrow_one(n, chance.bits()).await,
        66..71 => game.bring_one(chance.bits()).await,
        71..76 => looks(who, "/v1/inbox").await,
        76..79 => looks(&game.staff.volunteer, "/v1/points/account").await,
        79..82 => looks(who, "/v1/rewards").await,
        82..83 => game.redeem_one(chance.bits()).await,
        83..88 => looks(&game.staff.worker, "/v1/care/board").await,
        88..91 => looks(&game.staff.worker, "/v1/watch/health").await,
        _ => no(game.door.says(who, chance.bits()).await),
    };
    let took = begun.elapsed();
    game.count(outcome);
    took
}
