//! A mixed load of all contexts at a steady rate against a `linli` process: who comes, comes, however slow it is. Then as
//! much as it takes, from callers who each wait for their answer. `LINLI_BENCH_SECONDS` says for how long the first goes
//! on, if not for a minute. Of the first it is said what it aims at was met, and of both which kinds of calls were refused:
//! a no is quicker than what was asked for.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
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
/// What the steady load aims at: for its calls, and how far memory may have grown at its end.
const P50_AIM_MS: f64 = 2.5;
const P99_AIM_MS: f64 = 10.0;
const GROWN_AIM: f64 = 1.1;
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
        if n > 0 && n.is_multiple_of(PER_SECOND * LOOK_SECONDS) {
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
    let errors = game.tell();
    let megabytes = |kib: Option<&u64>| kib.map_or(0.0, |kib| *kib as f64 / 1_024.0);
    let (first, last) = (megabytes(memory.first()), megabytes(memory.last()));
    println!(
        "resident memory of linli: {first:.0} MB first, {last:.0} MB last, {:.0} MB at most",
        megabytes(memory.iter().max())
    );
    println!(
        "aims: p50 {P50_AIM_MS} ms: {}, p99 {P99_AIM_MS} ms: {}, no errors: {}, memory last at most {GROWN_AIM} times the first: {}",
        verdict(times.at(0.5) <= P50_AIM_MS),
        verdict(times.at(0.99) <= P99_AIM_MS),
        verdict(errors == 0),
        verdict(last <= GROWN_AIM * first)
    );
    full(&game).await;
}

fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "missed" }
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
    kinds: std::sync::Mutex<BTreeMap<&'static str, Kind>>,
}

/// Calls of one kind, and with which status how many of them got a no.
#[derive(Default)]
struct Kind {
    calls: usize,
    noes: BTreeMap<u16, usize>,
}

impl Kind {
    /// Noes of the rules; others are failures.
    fn refused(&self) -> usize {
        self.noes.range(..500).map(|(_, count)| count).sum()
    }

    fn failed(&self) -> usize {
        self.noes.range(500..).map(|(_, count)| count).sum()
    }
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
            kinds: std::sync::Mutex::default(),
        }
    }

    fn count(&self, kind: &'static str, no: Option<u16>) {
        let kinds = self.kinds.lock();
        let mut kinds = kinds.expect("nobody panics while holding it");
        let kind = kinds.entry(kind).or_default();
        kind.calls += 1;
        if let Some(status) = no {
            *kind.noes.entry(status).or_default() += 1;
        }
    }

    /// What got a no, of each kind of call; how many of these were failures. And begins to count anew.
    fn tell(&self) -> usize {
        let kinds = self.kinds.lock();
        let kinds = std::mem::take(&mut *kinds.expect("nobody panics while holding it"));
        let errors: usize = kinds.values().map(Kind::failed).sum();
        let refusals: usize = kinds.values().map(Kind::refused).sum();
        println!("errors: {errors}, refusals: {refusals}");
        for (name, kind) in kinds.iter().filter(|(_, kind)| !kind.noes.is_empty()) {
            let share = 100.0 * kind.refused() as f64 / kind.calls as f64;
            let noes = kind.noes.iter();
            let noes = noes.map(|(status, count)| format!("{count} with {status}"));
            println!(
                "  {name}: {share:.1} % of {} refused ({})",
                kind.calls,
                noes.collect::<Vec<_>>().join(", ")
            );
        }
        errors
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
    let (kind, outcome) = match chance.below(100) {
        0..18 => {
            let from = offer.start.local().date();
            let query = SlotsQuery {
                from,
                days: Some(7),
                provider: None,
            };
            let said = who.call::<ListSlots>((offer.service,), query, None_ {});
            ("free times", status(said.await))
        }
        18..28 => {
            let query = ServicesQuery {
                category: None,
                q: None,
                hidden: None,
                cursor: None,
                limit: None,
            };
            let said = who.call::<ListServices>((), query, None_ {});
            ("services", status(said.await))
        }
        28..36 => {
            let query = BookingsQuery {
                part: None,
                day: None,
                open: Some(true),
                cursor: None,
                limit: None,
            };
            let said = who.call::<ListBookings>((), query, None_ {});
            ("own bookings", status(said.await))
        }
        36..42 => {
            let said = who.call::<GetMe>((), None_ {}, None_ {});
            ("who one is", status(said.await))
        }
        42..47 => {
            let id = BookingId::new(millis(), chance.bits());
            let order = CreateBookingBody { id, ..offer };
            let said = who.call::<CreateBooking>((), None_ {}, order).await;
            if said.is_ok() {
                game.made.lock().await.push((n, id));
            }
            ("to book", status(said))
        }
        47..50 => match game.made.lock().await.pop() {
            Some((n, id)) => {
                let reason = ReasonBody {
                    id: None,
                    reason: None,
                };
                let said = game.people[n].call::<CancelBooking>((id,), None_ {}, reason);
                ("to call off", status(said.await))
            }
            None => ("who one is", looks(who, "/v1/me").await),
        },
        50..58 => ("titles", looks(who, "/v1/library/titles?q=%E6%9C%88").await),
        58..61 => ("loans", looks(who, "/v1/library/loans").await),
        61..66 => ("to borrow", game.borrow_one(n, chance.bits()).await),
        66..71 => ("to bring back", game.bring_one(chance.bits()).await),
        71..76 => ("the inbox", looks(who, "/v1/inbox").await),
        76..79 => (
            "points",
            looks(&game.staff.volunteer, "/v1/points/account").await,
        ),
        79..82 => ("rewards", looks(who, "/v1/rewards").await),
        82..83 => ("to redeem", game.redeem_one(chance.bits()).await),
        83..88 => (
            "the care board",
            looks(&game.staff.worker, "/v1/care/board").await,
        ),
        88..91 => (
            "doors' health",
            looks(&game.staff.worker, "/v1/watch/health").await,
        ),
        _ => (
            "a door's word",
            no(game.door.says(who, chance.bits()).await),
        ),
    };
    let took = begun.elapsed();
    game.count(kind, outcome);
    took
}
