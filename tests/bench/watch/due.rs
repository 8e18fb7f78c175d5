//! A pass of the sweeper with as many due among ever more who are watched: how long it takes, and what it
//! consumes; how late an alert is where the sweeper passes each minute while doors speak; how long a sweeper that
//! was down takes; and the same question asked of SQLite as one filter over all rows.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use acceptance::capacity::{Capacity, Consumed};
use acceptance::chance::{Chance, SeededIds};
use acceptance::homes::{enrolled, hung};
use domain::watch::{Alert, Device, Passage, Presence, Rules, Sign, Watched};
use domain::{CommunityId, DeviceId, PersonId};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use local::{Begin, Options, Place, Running};
use rusqlite::Connection;
use service::Ctx;
use service::points::Within;
use service::watch::arrive::arrive;
use service::watch::sweep::{Turn, pass, pass_within};
use store::schema;
use store::table::read;
use store::watch::{device_item, watched_count_item, watched_item};

use crate::Times;

/// Due in each pass that is measured.
const DUE: usize = 100;
/// Passes by the clock, and one that is counted.
const PASSES: usize = 12;
/// Between two of them: all are over before anybody else is called to the first alerts.
const BETWEEN: SignedDuration = SignedDuration::from_secs(15);
/// Due over [`SPREAD`], for how late alerts are.
const LATE: usize = 600;
const SPREAD: SignedDuration = SignedDuration::from_mins(10);
/// Signs a second meanwhile, by our clock, and how many seconds two passes are apart by it.
const SIGNS: u32 = 200;
const APART: u32 = 2;
/// Other numbers of both.
const SIGNS_ASKED: &str = "LINLI_BENCH_SIGNS";
const APART_ASKED: &str = "LINLI_BENCH_APART";
/// One in so many is due where the sweeper was down.
const DOWN: usize = 50;
const DOORS: usize = 10;
/// At a time into the store.
const CHUNK: usize = 1_000;
/// Whose moments are chosen; all others are due hours later.
const FIRST: usize = DUE * PASSES + LATE;
const SIZES: [usize; 3] = [10_000, 100_000, 1_000_000];
/// The largest size; a million takes minutes and some gigabytes of disk.
const MOST: &str = "LINLI_BENCH_WATCHED";
/// How much more or less than at the smallest size.
const AIM: f64 = 0.1;

pub struct Measured {
    size: usize,
    pass: Times,
    /// As many people written as were due, each by itself on condition of the version before, after each pass.
    bare: Times,
    consumed: Consumed,
    idle: Duration,
    late: Times,
    signs: Signs,
    down: Down,
    sql: Times,
}

/// What doors said while the sweeper passed.
struct Signs {
    aim: u32,
    took: Times,
    seconds: f64,
}

/// A sweeper that was down.
struct Down {
    due: usize,
    passes: usize,
    took: Duration,
}

pub async fn run() {
    let most = std::env::var(MOST).map_or(SIZES[1], |most| most.parse().expect("a number"));
    let mut first: Option<Measured> = None;
    for size in SIZES.into_iter().filter(|size| *size <= most) {
        let measured = one(size).await;
        measured.print();
        if let Some(first) = &first {
            measured.beside(first);
        }
        first = first.or(Some(measured));
    }
    if most < SIZES[2] {
        println!("{MOST}=1000000 also asks a million");
    }
}

impl Measured {
    fn print(&self) {
        println!(
            "{} watched, {DUE} due: a pass {:.0} ms at p50 ({:.2} times {DUE} bare conditional writes, {:.0} ms), {:.0} read units and {:.0} write units in {} calls; nobody due: {:.1} ms; \
             SQLite over all rows: {:.1} ms at p50, due or not",
            self.size,
            self.pass.at(0.5),
            self.pass.at(0.5) / self.bare.at(0.5),
            self.bare.at(0.5),
            self.consumed.read,
            self.consumed.written,
            self.consumed.calls,
            self.idle.as_secs_f64() * 1_000.0,
            self.sql.at(0.5),
        );
        println!(
            "{} watched: from the deadline to the alert p50 {:.0} s, p99 {:.0} s of {}, a pass each minute (aim 90 s)",
            self.size,
            self.late.at(0.5) / 1_000.0,
            self.late.at(0.99) / 1_000.0,
            self.late.count(),
        );
        #[expect(clippy::cast_precision_loss, reason = "thousands")]
        let rate = self.signs.took.count() as f64 / self.signs.seconds;
        println!(
            "{} watched: meanwhile {rate:.0} signs/s for {:.0} s (aim {}), each taken within {:.1} ms at p50 and {:.1} ms at p99",
            self.size,
            self.signs.seconds,
            self.signs.aim,
            self.signs.took.at(0.5),
            self.signs.took.at(0.99),
        );
        println!(
            "{} watched: a sweeper that was down opens {} alerts in {:.1} s and {} passes (aim 60 s for 20,000 of a million)",
            self.size,
            self.down.due,
            self.down.took.as_secs_f64(),
            self.down.passes,
        );
    }

    fn beside(&self, first: &Self) {
        let more = |ours: f64, theirs: f64| (ours / theirs - 1.0) * 100.0;
        let rows = [
            ("time", more(self.pass.at(0.5), first.pass.at(0.5))),
            ("bare writes", more(self.bare.at(0.5), first.bare.at(0.5))),
            ("read units", more(self.consumed.read, first.consumed.read)),
            (
                "write units",
                more(self.consumed.written, first.consumed.written),
            ),
            ("SQLite", more(self.sql.at(0.5), first.sql.at(0.5))),
        ];
        for (what, percent) in rows {
            let verdict = match what {
                "SQLite" | "bare writes" => "",
                _ if percent.abs() <= AIM * 100.0 => " (aim 10%: met)",
                _ => " (aim 10%: missed)",
            };
            println!(
                "{what} at {} beside {}: {percent:+.1}%{verdict}",
                self.size, first.size
            );
        }
    }
}

fn apart(passes: usize) -> SignedDuration {
    BETWEEN * i32::try_from(passes).expect("few")
}

fn minutes(minutes: usize) -> SignedDuration {
    SignedDuration::from_mins(i64::try_from(minutes).expect("few"))
}

/// One community, and when it begins.
struct Ground<'a> {
    ctx: &'a Ctx,
    com: CommunityId,
    at: Timestamp,
}

async fn one(size: usize) -> Measured {
    let folder = tempfile::tempdir().expect("a folder");
    let aside = tempfile::tempdir().expect("a folder");
    let at: Timestamp = acceptance::app::MORNING.parse().expect("a timestamp");
    let capacity = Capacity::default();
    let running = Running::start(Options {
        place: Place::Folder(folder.path().to_path_buf()),
        clock: Begin::StandingAt(at),
        loops: false,
        interceptor: Some(capacity.interceptor()),
        ids: Arc::new(SeededIds::new(5)),
        ..Options::default()
    })
    .await
    .expect("it starts");
    let ground = Ground {
        ctx: running.ctx(),
        com: CommunityId::from_bits(0xbe),
        at,
    };
    let dues = dues(size, at);
    let begun = Instant::now();
    ground.fill(&dues).await;
    eprintln!("{size} written in {:.0} s", begun.elapsed().as_secs_f64());

    let (mut times, mut bare) = (Vec::new(), Vec::new());
    for n in 1..PASSES {
        times.push(ground.sweep(at + apart(n), DUE).await);
        bare.push(ground.written(&dues, n).await);
    }
    capacity.begin();
    ground.sweep(at + apart(PASSES), DUE).await;
    let consumed = capacity.end();
    let idle = ground.sweep(at + apart(PASSES), 0).await;
    let (late, signs) = ground.late(size).await;
    let spoken_for = signs.took.count().min(speakers(size));
    let down = ground.down(&dues[..size - spoken_for]).await;
    let measured = Measured {
        size,
        pass: Times::of(times),
        bare: Times::of(bare),
        consumed,
        idle,
        late,
        signs,
        down,
        sql: sql(&aside.path().join("rows.db"), &dues, at),
    };
    running.stop().await.expect("it stops");
    measured
}

/// When each is due: some at each pass that is measured, some over ten minutes in an hour, the others later.
fn dues(size: usize, at: Timestamp) -> Vec<Timestamp> {
    let mut chance = Chance::new(11);
    let mut within = |from: SignedDuration, span: SignedDuration| {
        let seconds = usize::try_from(span.as_secs()).expect("ahead");
        let seconds = i64::try_from(chance.below(seconds)).expect("small");
        at + from + SignedDuration::from_secs(seconds)
    };
    let due = |n: usize| match n / DUE {
        pass if pass < PASSES => at + apart(pass + 1),
        _ if n < FIRST => within(minutes(60), SPREAD),
        _ => within(minutes(120), SignedDuration::from_hours(45)),
    };
    (0..size).map(due).collect()
}

fn door(com: CommunityId, n: usize, at: Timestamp) -> Device {
    Device {
        heartbeat_minutes: 24 * 60,
        heard_at: Some(at),
        ..hung(com, DeviceId::from_bits(n as u128 + 1))
    }
}

pub fn watched(com: CommunityId, n: usize, door: DeviceId, entered: Timestamp) -> Watched {
    let person = PersonId::new(1_790_000_000_000, n as u128);
    let sign = Sign {
        at: entered,
        seq: 1,
        passage: Passage::Entry,
    };
    let watched = Watched {
        credentials: vec![format!("{n:010}")],
        presence: Presence::default().with(sign),
        ..enrolled(com, person, vec![door], entered)
    };
    watched.rearmed(&Rules::default(), entered)
}

impl Ground<'_> {
    async fn fill(&self, dues: &[Timestamp]) {
        let doors: Vec<Device> = (0..DOORS).map(|n| door(self.com, n, self.at)).collect();
        let items = doors.iter().map(|door| device_item(door).expect("an item"));
        let store = &self.ctx.store;
        store.put_all(items.collect()).await.expect("written");
        let people = u64::try_from(dues.len()).expect("fewer");
        let count = watched_count_item(self.com, people).expect("an item");
        store.put_all(vec![count]).await.expect("written");
        for (chunk, dues) in dues.chunks(CHUNK).enumerate() {
            let item = |(n, due): (usize, &Timestamp)| {
                let door = doors[n % DOORS].id;
                let entered = *due - SignedDuration::from_hours(48);
                let one = watched(self.com, chunk * CHUNK + n, door, entered);
                watched_item(&one).expect("an item")
            };
            let items = dues.iter().enumerate().map(item).collect();
            store.put_all(items).await.expect("written");
        }
    }

    /// One pass, which opens as many alerts as are due.
    async fn sweep(&self, at: Timestamp, due: usize) -> Duration {
        let within = Within {
            community: self.com,
            zone: &TimeZone::UTC,
            mover: None,
        };
        let begun = Instant::now();
        let done = pass(self.ctx, &within, at).await.expect("it passes");
        let took = begun.elapsed();
        assert_eq!(done, due, "as many alerts as are due");
        took
    }

    /// As they are, in their next version: people of all parts of the store, others in each round.
    async fn written(&self, dues: &[Timestamp], round: usize) -> Duration {
        let apart = (dues.len() - FIRST) / (DUE * PASSES);
        let next = |n: usize| {
            let n = FIRST + (n * PASSES + round) * apart;
            let entered = dues[n] - SignedDuration::from_hours(48);
            let one = watched(self.com, n, door(self.com, n % DOORS, self.at).id, entered);
            Watched { ver: 2, ..one }
        };
        let people: Vec<Watched> = (0..DUE).map(next).collect();
        let begun = Instant::now();
        for one in people {
            let item = watched_item(&one).expect("an item");
            let tx = self.ctx.store.tx().put_next(item, one.ver);
            tx.expect("a step").commit().await.expect("written");
        }
        begun.elapsed()
    }

    /// A pass each minute, by the clock of the village; how long a pass takes by ours comes on top. Doors speak
    /// meanwhile, of those who are due last.
    async fn late(&self, size: usize) -> (Times, Signs) {
        let begin = self.at + minutes(60);
        let aim = asked(SIGNS_ASKED, SIGNS);
        let apart = Duration::from_secs(asked(APART_ASKED, APART).into());
        // One waits for each of its signs, so that more of them need more.
        let speakers = aim.div_ceil(SIGNS);
        let beat = Duration::from_secs(speakers.into()) / aim;
        let stop = Arc::new(AtomicBool::new(false));
        let said = Arc::new(AtomicUsize::new(0));
        let spoke = Instant::now();
        let doors = (0..speakers).map(|_| {
            let (ctx, com) = (self.ctx.clone(), self.com);
            let (said, stop) = (said.clone(), stop.clone());
            let spoken = async move { speak(&ctx, com, (begin, size), beat, (&said, &stop)).await };
            tokio::spawn(spoken)
        });
        let doors: Vec<_> = doors.collect();
        let mut took = Vec::new();
        for n in 0..=10 {
            let at = begin + minutes(n);
            let within = Within {
                community: self.com,
                zone: &TimeZone::UTC,
                mover: None,
            };
            let begun = Instant::now();
            pass(self.ctx, &within, at).await.expect("it passes");
            let elapsed = begun.elapsed();
            took.push((at, elapsed));
            tokio::time::sleep(apart.saturating_sub(elapsed)).await;
        }
        stop.store(true, Ordering::Relaxed);
        let mut spoken = Vec::new();
        for door in doors {
            spoken.extend(door.await.expect("they speak"));
        }
        let signs = Signs {
            aim,
            took: Times::of(spoken),
            seconds: spoke.elapsed().as_secs_f64(),
        };
        let items = self.ctx.store.all(&schema::all_alerts(self.com)).await;
        let alerts = items.expect("answers").into_iter();
        let alerts = alerts.map(|item| read::<Alert>(item).expect("an alert"));
        let late = alerts.filter(|one| one.due >= begin).map(|one| {
            let pass = took.iter().find(|(at, _)| *at == one.opened_at);
            let (_, took) = pass.expect("one of these passes");
            let waited = one.opened_at.duration_since(one.due);
            Duration::try_from(waited).expect("never early") + *took
        });
        let late: Vec<Duration> = late.collect();
        assert_eq!(late.len(), LATE);
        (Times::of(late), signs)
    }

    /// Everything that fell due since, `dues`: of all of whom no door spoke.
    async fn down(&self, dues: &[Timestamp]) -> Down {
        let mut later: Vec<Timestamp> = dues[FIRST..].to_vec();
        later.sort_unstable();
        let at = later[(later.len() / DOWN).min(later.len() - 1)];
        let due = later.iter().filter(|due| **due <= at).count();
        let within = Within {
            community: self.com,
            zone: &TimeZone::UTC,
            mover: None,
        };
        let turn = Turn::of_seconds(600);
        let mut passes = 1;
        let begun = Instant::now();
        while pass_within(self.ctx, &within, at, turn)
            .await
            .expect("it passes")
            > 0
        {
            passes += 1;
        }
        let took = begun.elapsed();
        let alerts = self.ctx.store.all(&schema::all_alerts(self.com)).await;
        let alerts = alerts.expect("answers").len();
        assert_eq!(alerts, FIRST + due, "each once");
        Down { due, passes, took }
    }
}

/// Of so many people, those for whom doors speak: half of all who are due later, the last ones.
fn speakers(size: usize) -> usize {
    (size - FIRST) / 2
}

/// As many as the environment asks for, or the usual.
fn asked(name: &str, usual: u32) -> u32 {
    std::env::var(name).map_or(usual, |said| said.parse().expect("a number"))
}

/// Until it is to stop, a sign each beat, from the last person backwards. `said`: how many all have begun. Answers how
/// long each took.
async fn speak(
    ctx: &Ctx,
    com: CommunityId,
    (at, size): (Timestamp, usize),
    beat: Duration,
    (said, stop): (&AtomicUsize, &AtomicBool),
) -> Vec<Duration> {
    let doors: Vec<Device> = (0..DOORS).map(|n| door(com, n, at)).collect();
    let all = speakers(size);
    let mut beat = tokio::time::interval(beat);
    let mut took = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        beat.tick().await;
        let nth = said.fetch_add(1, Ordering::Relaxed);
        let n = size - 1 - nth % all;
        let person = PersonId::new(1_790_000_000_000, n as u128);
        let sign = Sign {
            at,
            seq: 2 + (nth / all) as u64,
            passage: Passage::Exit,
        };
        let begun = Instant::now();
        let arrived = arrive(ctx, com, &doors[n % DOORS], sign, person, at, false);
        arrived.await.expect("arrives");
        took.push(begun.elapsed());
    }
    took
}

/// As others ask it: of all rows, how long each is silent.
fn sql(file: &Path, dues: &[Timestamp], at: Timestamp) -> Times {
    let mut rows = Connection::open(file).expect("opens");
    let made = "CREATE TABLE watched (person TEXT PRIMARY KEY, seen_at INTEGER NOT NULL, passage TEXT NOT NULL, alert TEXT)";
    rows.execute(made, []).expect("made");
    let tx = rows.transaction().expect("begins");
    {
        let put = "INSERT INTO watched VALUES (?1, ?2, 'entry', NULL)";
        let mut put = tx.prepare(put).expect("prepared");
        for (n, due) in dues.iter().enumerate() {
            let person = PersonId::new(1_790_000_000_000, n as u128).to_string();
            let seen = due.as_second() - 48 * 3_600;
            put.execute((person, seen)).expect("put");
        }
    }
    tx.commit().expect("written");
    let ask = "SELECT person FROM watched WHERE alert IS NULL AND ?1 - seen_at >= CASE passage WHEN 'exit' THEN 259200 ELSE 172800 END";
    let mut ask = rows.prepare(ask).expect("prepared");
    let now = (at + apart(1)).as_second();
    let mut times = Vec::new();
    for _ in 0..5 {
        let begun = Instant::now();
        let found = ask.query_map([now], |row| row.get::<_, String>(0));
        let found = found.expect("asked").filter(Result::is_ok).count();
        times.push(begun.elapsed());
        assert_eq!(found, DUE);
    }
    Times::of(times)
}
