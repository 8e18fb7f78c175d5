//! `cargo xtask cost`: what Linli would cost on AWS in a month, from the units that what happens takes of the table
//! (`infra/units.txt`), how often it happens, and stated prices. The latter two are lists in this file; nothing else is
//! known here.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::stop::{About, Done, Stop};
use crate::tool;

/// Print what a month costs at three sizes, and what each key takes.
#[derive(clap::Args)]
pub struct Options {
    /// Write it into its document instead.
    #[arg(long)]
    write: bool,
    /// Measure the units first, write them down, and then the document.
    #[arg(long)]
    measure: bool,
}

const DOCUMENT: &str = "infra/docs/COST.md";
const UNITS: &str = "infra/units.txt";
const MEASURE: &str = "cargo test --workspace --test all units:: -- --show-output";
const BEGIN: &str = "<!-- computed by cargo xtask cost -->\n";
const END: &str = "<!-- to here -->\n";

const SIZES: [(&str, f64); 3] = [("1 k", 1e3), ("100 k", 1e5), ("10 M", 1e7)];
const RESIDENTS_OF_A_COMMUNITY: f64 = 5_000.0;
const MINUTES_OF_A_MONTH: f64 = 43_800.0;

/// What one thing takes of the table, as [`UNITS`] has it.
#[derive(Clone, Debug, PartialEq)]
struct Taken {
    name: String,
    read: f64,
    written: f64,
    /// How that is known.
    how: String,
}

struct Units(Vec<Taken>);

impl Units {
    fn read(root: &Path) -> Done<Self> {
        let file = root.join(UNITS);
        let text = fs::read_to_string(&file).about(&file)?;
        let units = Self::parse(&text)
            .ok_or_else(|| Stop::because(format!("a line of {UNITS} does not read")))?;
        let named = USES.iter().map(|one| one.name).chain([PASS]);
        for name in named {
            if !units.0.iter().any(|one| one.name == name) {
                return Err(Stop::because(format!("{UNITS} does not know {name}")));
            }
        }
        Ok(units)
    }

    fn parse(text: &str) -> Option<Self> {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let taken = |line: &str| {
            let mut parts = line.split(" | ");
            let (name, read, written) = (parts.next()?, parts.next()?, parts.next()?);
            Some(Taken {
                name: name.to_owned(),
                read: read.parse().ok()?,
                written: written.parse().ok()?,
                how: parts.next()?.to_owned(),
            })
        };
        lines.map(taken).collect::<Option<Vec<_>>>().map(Self)
    }

    /// [`Units::read`] knows all that is asked for.
    fn of(&self, name: &str) -> &Taken {
        let found = self.0.iter().find(|one| one.name == name);
        found.expect("it was looked for when they were read")
    }
}

/// Something that happens, and how often for each resident in a month.
struct Use {
    name: &'static str,
    /// Times in a month, of one resident on average.
    times: f64,
    /// Calls of the API it takes.
    calls: f64,
}

const fn happens(name: &'static str, times: f64, calls: f64) -> Use {
    Use { name, times, calls }
}

/// Of those who live alone and agreed to be watched over, one resident in fifty; their doors speak 4 times a day and
/// say every quarter of an hour that they are alive.
const WATCHED: f64 = 0.02;

const SIGN_IN: &str = "a sign-in with its code";
const USES: [Use; 9] = [
    happens("a call that reads", 30.0, 1.0),
    happens(SIGN_IN, 0.3, 2.0),
    happens("a booking: asked for, agreed, finished", 0.2, 5.0),
    happens("service time: signed up, in, out, confirmed", 0.1, 5.0),
    happens("a redemption: reserved and fetched", 0.05, 3.0),
    happens("a book: lent and brought back", 0.2, 2.0),
    happens("a notice into an inbox", 1.5, 0.0),
    happens(
        "a door event of somebody watched over",
        WATCHED * 122.0,
        0.0,
    ),
    happens("a door saying that it is alive", WATCHED * 2_920.0, 0.0),
];
/// The last of [`USES`] come through the queue.
const QUEUED: usize = 2;

/// Of sweeper and relay.
const PASS: &str = "a pass over a community where nothing is due";
const PASS_QUERIES: f64 = 25.0;
const QUERY_SECONDS: f64 = 0.004;
const CALL_SECONDS: f64 = 0.015;
const MEMORY_GB: f64 = 0.5;
/// Of the table with its indexes, of one resident.
const STORED_KB: f64 = 60.0;
/// Of log lines, of one call.
const LOGGED_KB: f64 = 0.6;
/// Of the apps, in a month of one resident: their files are kept by the browser.
const SITE_KB: f64 = 600.0;
/// Messages of doors that one call of the function takes.
const MESSAGES_OF_A_CALL: f64 = 10.0;
/// Seconds after which a pass ends itself (`functions/domain/src/limits.rs`): it is called anew each minute, and runs
/// once at a time.
const PASS_SECONDS: f64 = 40.0;

/// Calls in a second that the API takes, unless somebody says otherwise.
const CALLS_PER_SECOND: f64 = 300.0;
/// Figures that alarms look at, and figures of our own, each of its function.
const LOOKED_AT: f64 = 38.0;
const TOLD: f64 = 41.0;

/// Dollars in us-east-1, on demand, without what is free at first. Looked up by hand; another region differs.
mod price {
    pub const READ: f64 = 0.125 / 1e6;
    pub const WRITE: f64 = 0.625 / 1e6;
    /// Of a gigabyte in a month: stored, and kept for every second of the last 35 days.
    pub const STORED: f64 = 0.25 + 0.20;
    pub const LAMBDA_CALL: f64 = 0.20 / 1e6;
    pub const LAMBDA_GB_SECOND: f64 = 0.000_016_666_7;
    pub const API_CALL: f64 = 1.00 / 1e6;
    pub const SQS_REQUEST: f64 = 0.40 / 1e6;
    /// A message, the rule it meets, and what the rule does.
    pub const IOT_MESSAGE: f64 = (1.00 + 0.15 + 0.15) / 1e6;
    pub const SITE_GB: f64 = 0.085;
    pub const SITE_REQUEST: f64 = 1.00 / 1e6;
    pub const LOGGED_GB: f64 = 0.50;
    /// One key, what alarms look at, figures of our own, a dashboard.
    pub const FIXED: f64 = 1.00 + super::LOOKED_AT * 0.10 + super::TOLD * 0.30 + 3.00;
    /// A short message to a telephone in China; the one price here that providers set.
    pub const SMS: f64 = 0.035;
}

/// What a month costs: each part with its name.
fn month(residents: f64, units: &Units) -> Vec<(&'static str, f64)> {
    let communities = (residents / RESIDENTS_OF_A_COMMUNITY).ceil();
    let passes = communities * MINUTES_OF_A_MONTH;
    let sum = |of: &dyn Fn(&Use) -> f64| -> f64 {
        let each = USES.iter().map(|one| one.times * of(one));
        residents * each.sum::<f64>()
    };
    let pass = units.of(PASS);
    let queued = &USES[USES.len() - QUEUED..];
    let messages = residents * queued.iter().map(|one| one.times).sum::<f64>();
    let taken = messages / MESSAGES_OF_A_CALL;
    let calls = sum(&|one| one.calls);
    let pass_seconds = passes * PASS_QUERIES * QUERY_SECONDS;
    let seconds = calls * CALL_SECONDS + pass_seconds + taken * CALL_SECONDS * MESSAGES_OF_A_CALL;
    let started = calls + 2.0 * MINUTES_OF_A_MONTH + taken;
    vec![
        (
            "table: reads",
            (sum(&|one| units.of(one.name).read) + passes * pass.read) * price::READ,
        ),
        (
            "table: writes",
            (sum(&|one| units.of(one.name).written) + passes * pass.written) * price::WRITE,
        ),
        (
            "table: stored, with every second of 35 days",
            residents * STORED_KB / 1e6 * price::STORED,
        ),
        (
            "functions",
            started * price::LAMBDA_CALL + seconds * MEMORY_GB * price::LAMBDA_GB_SECOND,
        ),
        ("API", calls * price::API_CALL),
        (
            "doors: broker and queue",
            messages * price::IOT_MESSAGE + (messages + 2.0 * taken) * price::SQS_REQUEST,
        ),
        (
            "apps",
            residents * SITE_KB / 1e6 * price::SITE_GB + calls * price::SITE_REQUEST,
        ),
        ("logs", (calls + taken) * LOGGED_KB / 1e6 * price::LOGGED_GB),
        ("key, alarms, figures", price::FIXED),
    ]
}

/// Calls of the API in a second of the busiest minute.
fn busiest_calls(residents: f64) -> f64 {
    let calls: f64 = USES.iter().map(|one| one.times * one.calls).sum();
    residents * calls / (MINUTES_OF_A_MONTH * 60.0) * BUSIEST
}

fn short_messages(residents: f64) -> f64 {
    let codes = USES.iter().find(|one| one.name == SIGN_IN);
    codes.map_or(0.0, |codes| residents * codes.times * price::SMS)
}

/// Who writes under one key, and what that may take. A partition takes 1,000 units of writing in a second, whatever
/// is paid for.
struct Hot {
    key: &'static str,
    what: &'static str,
    each: Each,
    /// Writes in a second of a community of [`RESIDENTS_OF_A_COMMUNITY`], in its busiest minute; absent: as often as
    /// that happens in an average one, [`BUSIEST`] times over.
    busiest: Option<f64>,
}

/// Units of one write there.
enum Each {
    Counted(f64),
    /// All that this takes, wherever it writes: no less than what it writes under the key.
    Of(&'static str),
}

impl Hot {
    fn each(&self, units: &Units) -> f64 {
        match self.each {
            Each::Counted(each) => each,
            Each::Of(name) => units.of(name).written,
        }
    }

    fn busiest(&self) -> f64 {
        let times = || match self.each {
            Each::Counted(_) => None,
            Each::Of(name) => USES.iter().find(|one| one.name == name),
        };
        self.busiest.unwrap_or_else(|| {
            let times = times().map_or(0.0, |one| one.times);
            RESIDENTS_OF_A_COMMUNITY * times / (MINUTES_OF_A_MONTH * 60.0) * BUSIEST
        })
    }
}

const fn hot(key: &'static str, what: &'static str, each: Each, busiest: Option<f64>) -> Hot {
    Hot {
        key,
        what,
        each,
        busiest,
    }
}

/// How much more happens in the busiest minute than in an average one. Assumed.
const BUSIEST: f64 = 60.0;
const KEY_UNITS: f64 = 1_000.0;

const HOTS: [Hot; 11] = [
    hot(
        "com#P#per",
        "one person's own: sessions, inbox, points, signs",
        Each::Counted(8.0),
        Some(1.0),
    ),
    hot(
        "com#V#prv",
        "a provider's day, claimed by bookings",
        Each::Counted(2.0),
        Some(2.0),
    ),
    hot(
        "com#R#rwd",
        "parts of a reward's stock, eight of them",
        Each::Counted(2.0),
        Some(20.0),
    ),
    hot(
        "com#L#ttl",
        "a title's shelf",
        Each::Counted(4.0),
        Some(2.0),
    ),
    hot(
        "com#OUTBOX",
        "a community's notices, in and out",
        Each::Of("a notice into an inbox"),
        Some(40.0),
    ),
    hot(
        "com#DUE#N (due)",
        "the same by when they are due",
        Each::Of("a notice into an inbox"),
        Some(40.0),
    ),
    hot(
        "com#WATCHED (gsi1)",
        "everybody watched over, at each event",
        Each::Of("a door event of somebody watched over"),
        None,
    ),
    hot(
        "com#DOORS",
        "doors that say they are alive",
        Each::Of("a door saying that it is alive"),
        None,
    ),
    hot(
        "com#SWEEP",
        "one item that every change of an alert counts up",
        Each::Counted(2.0),
        Some(0.5),
    ),
    hot(
        "com#HOURS#W (gsi3)",
        "service time that waits",
        Each::Counted(2.0),
        Some(5.0),
    ),
    hot(
        "com#LEDGER",
        "the library's lines",
        Each::Of("a book: lent and brought back"),
        None,
    ),
];

/// The tables, as the document has them.
fn computed(units: &Units) -> String {
    let mut said = String::new();
    let mut line = |text: String| {
        let _ = writeln!(said, "{text}");
    };
    line("| in a month, dollars | 1 k residents | 100 k | 10 M |".into());
    line("|---|---|---|---|".into());
    let months = SIZES.map(|(_, residents)| month(residents, units));
    for (i, (part, _)) in months[0].iter().enumerate() {
        let cells = months.each_ref().map(|month| dollars(month[i].1));
        line(format!("| {part} | {} |", cells.join(" | ")));
    }
    let totals = months
        .each_ref()
        .map(|month| month.iter().map(|(_, cost)| cost).sum::<f64>());
    line(format!("| **all** | {} |", totals.map(dollars).join(" | ")));
    let each: Vec<String> = totals
        .iter()
        .zip(SIZES)
        .map(|(total, (_, residents))| format!("{:.4}", total / residents))
        .collect();
    line(format!("| for each resident | {} |", each.join(" | ")));
    let texts = SIZES.map(|(_, residents)| dollars(short_messages(residents)));
    line(format!(
        "| beside it: short messages | {} |",
        texts.join(" | ")
    ));
    line(String::new());

    line("| what happens | times a month of a resident | read units | write units | dollars of the table for a million | units are |".into());
    line("|---|---|---|---|---|---|".into());
    for one in &USES {
        let taken = units.of(one.name);
        let million = (taken.read * price::READ + taken.written * price::WRITE) * 1e6;
        line(format!(
            "| {} | {:.2} | {:.1} | {:.1} | {:.2} | {} |",
            one.name, one.times, taken.read, taken.written, million, taken.how
        ));
    }
    line(String::new());

    line("| key | what is written there | units each, at most | writes/s in the busiest minute | of what a partition takes | residents in one community until it is full |".into());
    line("|---|---|---|---|---|---|".into());
    for hot in &HOTS {
        let (each, busiest) = (hot.each(units), hot.busiest());
        let part = each * busiest / KEY_UNITS;
        let full = match grows(hot.key) {
            true => grouped(RESIDENTS_OF_A_COMMUNITY / part),
            false => "does not grow with them".into(),
        };
        line(format!(
            "| {} | {} | {:.1} | {:.2} | {:.2} % | {full} |",
            hot.key,
            hot.what,
            each,
            busiest,
            part * 100.0
        ));
    }
    line(String::new());

    let calls = SIZES
        .map(|(size, residents)| format!("{} of {size}", grouped(busiest_calls(residents).ceil())));
    line(format!(
        "Calls of the API in a second of the busiest minute: {} residents. The {CALLS_PER_SECOND:.0} that it takes are enough for {}.",
        calls.join(", "),
        grouped((CALLS_PER_SECOND / busiest_calls(1.0)).floor())
    ));
    line(String::new());

    let community = PASS_QUERIES * QUERY_SECONDS;
    line(format!(
        "A pass over a community where nothing is due takes {PASS_QUERIES:.0} questions and {community:.2} s; of {} communities it fits into its {PASS_SECONDS:.0} s.",
        grouped((PASS_SECONDS / community).floor())
    ));
    said
}

/// Is more written under it where more people live?
fn grows(key: &str) -> bool {
    !["com#P#per", "com#V#prv", "com#R#rwd", "com#L#ttl"].contains(&key)
}

fn dollars(amount: f64) -> String {
    match amount {
        small if small < 100.0 => format!("{small:.2}"),
        large => grouped(large),
    }
}

/// A whole number with commas.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut said = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            said.push(',');
        }
        said.push(digit);
    }
    said
}

pub fn run(root: &Path, options: &Options) -> Done {
    if options.measure {
        let mut cargo = tool::cargo(root);
        cargo
            .args(MEASURE.split(' ').skip(1))
            .env("LINLI_UNITS", "write");
        tool::run(&mut cargo, "the units were not measured")?;
    }
    let computed = computed(&Units::read(root)?);
    if !(options.write || options.measure) {
        print!("{computed}");
        return Ok(());
    }
    let file = root.join(DOCUMENT);
    let text = fs::read_to_string(&file).about(&file)?;
    let next = replaced(&text, &computed)
        .ok_or_else(|| Stop::because(format!("{DOCUMENT} has no place for it")))?;
    fs::write(&file, next).about(&file)
}

/// The document with other tables in it.
fn replaced(text: &str, computed: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{computed}\n{END}{after}"))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
    }

    fn units() -> Units {
        Units::read(&root()).expect("every thing is there")
    }

    #[test]
    fn a_line_of_the_units_reads_or_all_of_them_do_not() {
        let units = Units::parse("# words\na thing | 1.50 | 2.00 | measured\n").expect("reads");
        let taken = units.of("a thing");
        assert_eq!(
            (taken.read, taken.written, taken.how.as_str()),
            (1.5, 2.0, "measured")
        );
        for other in [
            "a thing",
            "a thing | 1.5 | 2.0",
            "a thing | one | 2.0 | measured",
            "",
        ] {
            assert_eq!(
                Units::parse(&format!("{other}\n")).map(|units| units.0),
                None,
                "{other}"
            );
        }
    }

    #[test]
    fn the_document_has_what_is_computed() {
        let text = fs::read_to_string(root().join(DOCUMENT)).expect("it is there");
        let next = replaced(&text, &computed(&units())).expect("it has a place for it");
        assert!(text == next, "cargo xtask cost --write");
    }

    #[test]
    fn alarms_and_figures_are_as_many_as_are_paid_for() {
        let template = fs::read_to_string(root().join("infra/template.yaml"));
        let template = template.expect("it is there");
        let looked_at = template.lines().map(str::trim);
        let looked_at = looked_at.filter(|line| line.starts_with("MetricName: "));
        assert_eq!(looked_at.count().to_string(), LOOKED_AT.to_string());
        let limit =
            format!("  CallsPerSecond:\n    Type: Number\n    Default: {CALLS_PER_SECOND}\n");
        assert!(template.contains(&limit), "{limit}");

        let told = |file: &str| {
            let file = root().join("functions/lambda/src").join(file);
            let source = fs::read_to_string(file).expect("it is there");
            source.matches("count(\"").count() + source.matches("since(begun)").count()
        };
        let parts = root().join("functions/service/src/router.rs");
        let parts = fs::read_to_string(parts).expect("it is there");
        let functions = parts.matches(": &[Routes] = ").count();
        let all = functions * told("edge.rs")
            + told("bin/relay.rs")
            + told("bin/sweeper.rs")
            + told("bin/door_events.rs");
        assert_eq!(all.to_string(), TOLD.to_string());
    }

    #[test]
    fn a_pass_ends_where_its_limit_says() {
        let limits = root().join("functions/domain/src/limits.rs");
        let limits = fs::read_to_string(limits).expect("it is there");
        let limit = format!("pub const SWEEP_SECONDS: u64 = {PASS_SECONDS:.0};");
        assert!(limits.contains(&limit), "{limit}");
    }

    #[test]
    fn ten_times_as_many_cost_no_more_than_ten_times_as_much() {
        let units = units();
        let total = |residents: f64| {
            month(residents, &units)
                .iter()
                .map(|(_, cost)| cost)
                .sum::<f64>()
        };
        for residents in [1e4, 1e5, 1e6] {
            let (some, many) = (total(residents), total(residents * 10.0));
            assert!(many > some && many <= some * 10.0, "{some} {many}");
        }
    }

    #[test]
    fn numbers_have_commas() {
        let said = [0.0, 999.0, 1_000.0, 1_234_567.4].map(grouped);
        assert_eq!(said, ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(dollars(99.994), "99.99");
        assert_eq!(dollars(1_000.0), "1,000");
    }
}
