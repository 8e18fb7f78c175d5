//! `cargo xtask test --engine`: races and transactions on another DynamoDB than the embedded one.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use clap::ValueEnum;

use crate::setup::npm;
use crate::steps::{Steps, spent};
use crate::stop::{Done, Stop};
use crate::tool;

/// Everything where several meet at one item, or a transaction is refused.
const RACES: [&str; 28] = [
    "market::race::",
    "market::throng::",
    "market::offers::",
    "market::create_booking::",
    "points::throng::",
    "points::network::rush::",
    "points::sign_ups::a_hundred_at_seven_places",
    "points::sign_ups::one_person_at_once",
    "points::settle::two_organisers",
    "points::certificates::twenty_one_at_once",
    "points::most::",
    "points::once::",
    "points::redeem::",
    "library::rush::",
    "library::game::",
    "library::replay::",
    "care::way::of_two",
    "care::looks::a_line_that_was_changed",
    "watch::alerts::of_two_at_once",
    "watch::sweep::an_alert_is_opened_on_the_minute",
    "watch::vitals::repeats_and_late_ones",
    "watch::vitals::nothing_for_as_long",
    "watch::disturbances::",
    "watch::queue::",
    "identity::sign_in::guessing_in_parallel",
    "notify::all_of_250",
    "notify::the_same_when_the_relay",
    "faults::a_storm",
];
/// Of these: the games of 20,000 steps, which take this engine an hour; who is killed is a process on a file of its own,
/// with the embedded store; and transactions are counted where none is tried again because another one was under way.
const LEFT_OUT: [&str; 4] = [
    "random_steps",
    "the_same_under_conflicts_throttles",
    "killed",
    "people_who_redeem_meet",
];
/// How long it may take to begin.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    /// AWS's own for laptops; needs Java 17 or newer.
    DynamodbLocal,
}

pub fn run(root: &Path, engine: Engine) -> Done {
    let Engine::DynamodbLocal = engine;
    let mut steps = Steps::of(STEPS);
    play(root, &mut steps)?;
    println!("all green on DynamoDB Local in {}", spent(steps.elapsed()));
    Ok(())
}

/// Steps [`play`] takes.
pub const STEPS: usize = 4;

pub fn play(root: &Path, steps: &mut Steps) -> Done {
    let java = steps.step("Java", java)?;
    let folder = steps.step("DynamoDB Local, from npm", npm::dynamodb_local)?;
    let database = steps.step("DynamoDB Local answers", || Database::start(&java, &folder))?;
    steps.step("races and transactions on DynamoDB Local", || {
        let mut cargo = tool::cargo(root);
        cargo
            .args(["test", "--workspace", "--test", "all", "--"])
            .args(RACES)
            .env("LINLI_DYNAMODB", &database.url)
            .env("INSTA_UPDATE", "no");
        for left_out in LEFT_OUT {
            cargo.args(["--skip", left_out]);
        }
        tool::run(&mut cargo, "DynamoDB Local decided otherwise")
    })
}

fn java() -> Done<PathBuf> {
    if tool::on_path("java").is_none() && tool::can_apt_install() {
        tool::apt_install(&["openjdk-17-jre-headless"])?;
    }
    tool::demand(
        "java",
        "DynamoDB Local runs on Java 17 (on Debian: apt-get install openjdk-17-jre-headless)",
    )
}

/// Gone with the value.
struct Database {
    child: Child,
    url: String,
}

impl Database {
    fn start(java: &Path, folder: &Path) -> Done<Self> {
        let port = free_port()?;
        let child = Command::new(java)
            .current_dir(folder)
            .args(["-Djava.library.path=./DynamoDBLocal_lib", "-jar"])
            .args(["DynamoDBLocal.jar", "-inMemory", "-sharedDb", "-port"])
            .arg(port.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| Stop::because(format!("DynamoDB Local did not start: {error}")))?;
        let mut database = Self {
            child,
            url: format!("http://127.0.0.1:{port}"),
        };
        database.wait(port)?;
        Ok(database)
    }

    fn wait(&mut self, port: u16) -> Done {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let begun = Instant::now();
        while TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_err() {
            let ended = self.child.try_wait().is_ok_and(|ended| ended.is_some());
            if ended || begun.elapsed() > PATIENCE {
                return Err(Stop::because("DynamoDB Local does not answer"));
            }
            thread::sleep(Duration::from_millis(200));
        }
        Ok(())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> Done<u16> {
    let found = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr());
    let found = found.map_err(|error| Stop::because(format!("no port is free: {error}")))?;
    Ok(found.port())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// In a source, marked as tests are.
    fn tests_of(source: &str) -> Vec<&str> {
        let (mut names, mut marked) = (Vec::new(), false);
        for line in source.lines().map(str::trim) {
            marked |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
            let name = line.split_once("fn ").and_then(|(_, rest)| {
                let (name, _) = rest.split_once('(')?;
                marked.then_some(name)
            });
            if let Some(name) = name {
                names.push(name);
                marked = false;
            }
        }
        names
    }

    /// As `cargo test` calls them. `module`: of the folder, and `::` where it has one.
    fn tests_in(folder: &Path, module: &str) -> Vec<String> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.path().is_dir() {
                found.extend(tests_in(&entry.path(), &format!("{module}{name}::")));
                continue;
            }
            let Some(stem) = name.strip_suffix(".rs") else {
                continue;
            };
            let module = match stem {
                "main" | "mod" => module.to_owned(),
                stem => format!("{module}{stem}::"),
            };
            let source = fs::read_to_string(entry.path()).expect("it reads");
            let tests = tests_of(&source).into_iter();
            found.extend(tests.map(|test| format!("{module}{test}")));
        }
        found
    }

    #[test]
    fn every_race_is_still_a_test_that_runs() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let all = tests_in(&root.join("tests/all"), "");
        assert!(all.len() > 300, "only {} tests were found", all.len());
        let named = |test: &String, names: &[&str]| names.iter().any(|name| test.contains(*name));
        for race in RACES {
            let runs = |test: &String| named(test, &[race]) && !named(test, &LEFT_OUT);
            assert!(all.iter().any(runs), "no test is called {race}");
        }
        for left_out in LEFT_OUT {
            let skipped = |test: &String| named(test, &[left_out]) && named(test, &RACES);
            assert!(all.iter().any(skipped), "{left_out} leaves nothing out");
        }
    }

    #[test]
    fn tests_are_told_from_what_stands_between_them() {
        let source = "#[tokio::test(flavor = \"multi_thread\")]\nasync fn one() {\n    two();\n}\n\nfn two() {}\n\n#[test]\n#[ignore]\nfn three() {}\n";
        assert_eq!(tests_of(source), ["one", "three"]);
    }
}
