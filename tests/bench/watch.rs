//! Silence among many: decisions a second without a store, a log of a million events replayed, events a second with
//! a store and what they cost, and passes of the sweeper among ever more who are watched.

mod due;
mod ingest;

use std::hint::black_box;
use std::time::Instant;

use acceptance::chance::Chance;
use domain::watch::device::effective;
use domain::watch::replay::replay;
use domain::watch::{Coverage, Passage, Rules, Sign, Watched, Windows, decide};
use domain::{CommunityId, DeviceId};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use service::watch::log::{Log, Names};

const PEOPLE: usize = 1_000;
const EVENTS: usize = 5_000_000;
/// Between two events of anybody, in seconds: of one person every five hours and a half.
const APART: i64 = 20;
const AIM: f64 = 2.0;
/// Lines of a log, and within how many seconds they are replayed.
const LOGGED: usize = 1_000_000;
const LOG_AIM: f64 = 5.0;

pub async fn run() {
    decisions();
    replays();
    ingest::run().await;
    ingest::cost().await;
    due::run().await;
}

/// On one core: an event moves what is known and the deadline, and is decided on.
fn decisions() {
    let rules = Rules::default();
    let start = Timestamp::from_second(1_790_000_000).expect("a moment");
    let (com, door) = (CommunityId::from_bits(1), DeviceId::from_bits(1));
    let person = |n| Some(due::watched(com, n, door, start));
    let mut people: Vec<Option<Watched>> = (0..PEOPLE).map(person).collect();
    let behind = SignedDuration::from_mins(10);
    let mut received = start;
    let begun = Instant::now();
    for n in 0..EVENTS {
        received += SignedDuration::from_secs(APART);
        let said = black_box(received - behind);
        let sign = Sign {
            at: effective(said, received, behind.as_secs()).at(),
            seq: n as u64,
            passage: [Passage::Entry, Passage::Exit][n / PEOPLE % 2],
        };
        let slot = &mut people[n % PEOPLE];
        let one = slot.take().expect("is put back");
        let one = one.with(sign, &rules, received);
        black_box(decide(
            &one.presence,
            one.windows(&rules),
            &one.absences,
            &Coverage::default(),
            one.asking(&rules),
            received,
        ));
        *slot = Some(one);
    }
    #[expect(clippy::cast_precision_loss, reason = "five million")]
    let millions = EVENTS as f64 / 1_000_000.0 / begun.elapsed().as_secs_f64();
    let verdict = if millions >= AIM { "met" } else { "missed" };
    println!("decisions: {millions:.1} million events/s on one core (aim {AIM}: {verdict})");
}

/// A log in any order, read and replayed as `linli backtest` does it.
fn replays() {
    let start = Timestamp::from_second(1_790_000_000).expect("a moment");
    let mut order: Vec<usize> = (0..LOGGED).collect();
    let mut chance = Chance::new(9);
    for last in (1..LOGGED).rev() {
        order.swap(last, chance.below(last + 1));
    }
    let mut text = "person,device,direction,time\n".to_owned();
    let mut to = start;
    for n in order {
        let seconds = i64::try_from(n).expect("few") * APART;
        let at = start + SignedDuration::from_secs(seconds);
        let way = ["in", "out"][n / PEOPLE % 2];
        text.push_str(&format!("p{},d1,{way},{at}\n", n % PEOPLE));
        to = to.max(at);
    }
    let begun = Instant::now();
    let (mut log, mut names) = (Log::default(), Names::default());
    log.events(&text, &mut names, &TimeZone::UTC);
    assert_eq!((log.lines.len(), log.flaws.len()), (LOGGED, 0));
    let alerts = replay(log.lines, &log.absences, Windows::OUTER, to);
    let seconds = begun.elapsed().as_secs_f64();
    let verdict = if seconds <= LOG_AIM { "met" } else { "missed" };
    println!(
        "a log of {LOGGED} events, shuffled: read and replayed in {seconds:.1} s, {} alerts (aim {LOG_AIM} s: {verdict})",
        alerts.len()
    );
}
