//! `cargo xtask prove`: a test that never fails shows nothing. Guarantees are broken on purpose in a copy of what is
//! committed, and the test of each has to notice.
//!
//! All of [`BREAKS`] are made at once, so that the copy is built once: none may be in the way of another's test, and
//! none lies on a way that every test goes, such as signing in.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::steps::{Steps, spent};
use crate::stop::{About, Done, Stop};
use crate::tool;

/// Break each of some guarantees in a copy, and see that its test fails.
#[derive(clap::Args)]
pub struct Options {}

/// Where the copy lies.
const COPY: &str = "target/prove";
/// Packages that are broken, or made of such.
const OURS: [&str; 8] = [
    "acceptance",
    "domain",
    "frontend",
    "lambda",
    "local",
    "service",
    "store",
    "wire",
];

/// The program that a test is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    /// Tests beside the code.
    Lib,
    /// A target of its own, by its name.
    Target(&'static str),
}

/// A file, what stands there, once, and what stands there instead.
type Edit = (&'static str, &'static str, &'static str);

struct Break {
    /// A heading of the document of guarantees, or how one begins.
    area: &'static str,
    /// What does not hold any more, in words.
    broken: &'static str,
    edits: &'static [Edit],
    /// The test that fails then, its file and its program.
    test: &'static str,
    shown: &'static str,
    of: Of,
}

const BREAKS: [Break; 26] = [
    Break {
        area: "Bookings",
        broken: "a cell is claimed whoever has it",
        edits: &[(
            "functions/store/src/claims.rs",
            "(attribute_not_exists(b{quarter:02}) OR f{quarter:02} < :now)",
            "(attribute_not_exists(b{quarter:02}) OR attribute_exists(b{quarter:02}) OR f{quarter:02} < :now)",
        )],
        test: "market::race::of_200_clients_at_one_slot_one_wins",
        shown: "tests/all/market/race.rs",
        of: Of::Target("all"),
    },
    Break {
        area: "Bookings",
        broken: "the same id with other words counts as a repeat",
        edits: &[(
            "functions/service/src/once.rs",
            "Some(first) if first.digest == self.digest => again.await,",
            "Some(first) if !first.digest.is_empty() => again.await,",
        )],
        test: "market::create_booking::the_same_command_counts_once_and_another_body_is_refused",
        shown: "tests/all/market/create_booking.rs",
        of: Of::Target("all"),
    },
    Break {
        area: "Free times",
        broken: "a start is taken a day further ahead than it is offered",
        edits: &[(
            "functions/domain/src/availability.rs",
            "if start > latest {",
            "if start > latest + SignedDuration::from_hours(24) {",
        )],
        test: "a_start_is_refused_with_the_bound_it_breaks",
        shown: "functions/domain/tests/availability.rs",
        of: Of::Target("availability"),
    },
    Break {
        area: "Activities",
        broken: "an activity is full one place too late",
        edits: &[(
            "functions/domain/src/activity.rs",
            "self.going >= self.capacity",
            "self.going > self.capacity",
        )],
        test: "no_place_is_given_twice_and_nobody_is_in_two_places",
        shown: "functions/domain/tests/activity.rs",
        of: Of::Target("activity"),
    },
    Break {
        area: "Service time",
        broken: "nobody is behind an account they set up",
        edits: &[(
            "functions/domain/src/hands.rs",
            "let others = others.filter(move |(_, until)| *until > at);",
            "let others = others.filter(move |(_, until)| *until > at && *until == Timestamp::MIN);",
        )],
        test: "one_hand_is_not_two",
        shown: "functions/domain/tests/hands.rs",
        of: Of::Target("hands"),
    },
    Break {
        area: "The national network",
        broken: "a cell that begins with a full-width sign of equality stays a formula",
        edits: &[(
            "functions/domain/src/network/sheet.rs",
            "Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')",
            "Some('=' | '+' | '-' | '@' | '＋' | '－' | '＠')",
        )],
        test: "files::no_cell_is_a_formula_and_every_cell_stays_one",
        shown: "functions/domain/tests/network/files.rs",
        of: Of::Target("network"),
    },
    Break {
        area: "Points and rewards",
        broken: "an account, and what somebody has of a reward, is written whatever became of it meanwhile",
        edits: &[
            (
                "functions/store/src/points/ledger.rs",
                "tx = tx.put_version(account_item(account)?, account.ver)?;",
                "tx = tx.put_any(account_item(account)?)?;",
            ),
            (
                "functions/store/src/points/rewards.rs",
                "put_new(voucher, Refusal::Stale)?;
        if let Some(taken) = &made.taken {
            tx = tx.put_version(taken_item(com, person, taken)?, taken.ver)?;",
                "put_new(voucher, Refusal::Stale)?;
        if let Some(taken) = &made.taken {
            tx = tx.put_any(taken_item(com, person, taken)?)?;",
            ),
        ],
        test: "points::throng::a_balance_for_400_gives_exactly_400_under_faults_and_repeats",
        shown: "tests/all/points/throng.rs",
        of: Of::Target("all"),
    },
    Break {
        area: "The library",
        broken: "a shelf and its lines are written whatever was lent meanwhile",
        edits: &[
            (
                "functions/store/src/library/moves.rs",
                "self = self.put_version(shelf_item(com, shelf)?, shelf.ver)?;",
                "self = self.put_any(shelf_item(com, shelf)?)?;",
            ),
            (
                "functions/store/src/library/moves.rs",
                "self = self.put_new(line, Refusal::Stale)?;",
                "self = self.put_any(line)?;",
            ),
        ],
        test: "library::rush::of_a_hundred_scans_of_one_copy_one_is_a_loan",
        shown: "tests/all/library/rush.rs",
        of: Of::Target("all"),
    },
    Break {
        area: "Silence",
        broken: "at its very deadline a silence is still waited for",
        edits: &[(
            "functions/domain/src/watch/deadline.rs",
            "if at < reached {",
            "if at < reached || (at == reached && asking.lead.is_some()) {",
        )],
        test: "the_person_is_asked_then_a_relative_and_silence_alerts_on_the_minute",
        shown: "functions/domain/tests/watch.rs",
        of: Of::Target("watch"),
    },
    Break {
        area: "Silence",
        broken: "a time in which a door was dead counts as silence",
        edits: &[(
            "functions/domain/src/watch/deadline.rs",
            "let seen = at.duration_since(sign.at) - unseen;",
            "let seen = at.duration_since(sign.at) - unseen.min(SignedDuration::ZERO);",
        )],
        test: "a_dead_door_is_no_silence_and_nobody_behind_it_is_forgotten",
        shown: "functions/domain/tests/watch.rs",
        of: Of::Target("watch"),
    },
    Break {
        area: "Silence",
        broken: "whoever has an open alert is moved on with all the others",
        edits: &[(
            "functions/service/src/watch/together.rs",
            "one.alert.is_none() && one.absences.is_empty()",
            "one.absences.is_empty()",
        )],
        test: "watch::together::what_comes_together_does_what_it_does_one_by_one",
        shown: "tests/all/watch/together.rs",
        of: Of::Target("all"),
    },
    Break {
        area: "Silence",
        broken: "of alerts that are opened together all wait where one of them moved meanwhile",
        edits: &[(
            "functions/store/src/watch/opening.rs",
            "Err(_) => self.open_alert(com, &opened[place]).await,",
            "Err(_) => Err(Error::Refused(domain::Refusal::Stale)),",
        )],
        test: "watch::opening::whoever_moved_meanwhile_is_left_and_all_others_are_opened_in_a_few_trips",
        shown: "tests/all/watch/opening.rs",
        of: Of::Target("all"),
    },
    Break {
        area: "Silence",
        broken: "an alert that somebody took on calls others all the same",
        edits: &[(
            "functions/domain/src/watch/alert.rs",
            "            return Err(Refusal::AlertTaken { owner });
        }
        self.state = AlertState::Acknowledged;
        self.owner = Some(who);
        self.lease_until = Some(self.leased(rules, at));
        self.ladder = self.ladder.paused(at);
",
            "            return Err(Refusal::AlertTaken { owner });
        }
        self.owner = Some(who);
        self.lease_until = Some(self.leased(rules, at));
",
        )],
        test: "one_step_after_the_other_and_then_the_last_until_somebody_has_it",
        shown: "functions/domain/tests/watch_ladder.rs",
        of: Of::Target("watch_ladder"),
    },
    Break {
        area: "The care desk",
        broken: "what somebody has is taken from them",
        edits: &[(
            "functions/domain/src/care/task.rs",
            "Holder::Person(owner) if owner != who => return",
            "Holder::Person(owner) if owner != who && self.ended_at.is_some() => return",
        )],
        test: "a_lease_goes_to_the_backup_and_then_to_the_station",
        shown: "functions/domain/tests/care.rs",
        of: Of::Target("care"),
    },
    Break {
        area: "The care desk",
        broken: "a volunteer sees a telephone number",
        edits: &[(
            "functions/domain/src/care/file.rs",
            "Role::BuildingHead | Role::Volunteer => &[Field::Name, Field::Room, Field::Task],",
            "Role::BuildingHead | Role::Volunteer => &[Field::Name, Field::Room, Field::Task, Field::Phone],",
        )],
        test: "what_each_role_sees_of_a_person",
        shown: "functions/domain/tests/care_desk.rs",
        of: Of::Target("care_desk"),
    },
    Break {
        area: "The care desk",
        broken: "a document keeps who made it",
        edits: &[(
            "functions/domain/src/care/attachment/pdf.rs",
            "without_texts(bytes);",
            "without_texts(&mut bytes[..0]);",
        )],
        test: "care::attachment::pdf::tests::who_made_it_when_and_with_what_is_gone_and_all_else_stays_in_its_place",
        shown: "functions/domain/src/care/attachment/pdf.rs",
        of: Of::Lib,
    },
    Break {
        area: "Who may do what",
        broken: "a desk helper reads what somebody borrowed before",
        edits: &[(
            "functions/domain/src/access.rs",
            "Act::ReadHistory => matches!(role, Librarian | Admin),",
            "Act::ReadHistory => matches!(role, DeskHelper | Librarian | Admin),",
        )],
        test: "access::tests::the_table",
        shown: "functions/domain/src/access.rs",
        of: Of::Lib,
    },
    Break {
        area: "Signing in",
        broken: "a code still works when its five minutes are over",
        edits: &[(
            "functions/domain/src/sign_in.rs",
            "at < self.sent_at + SignedDuration::from_secs(limits::CODE_SECONDS);",
            "at <= self.sent_at + SignedDuration::from_secs(limits::CODE_SECONDS);",
        )],
        test: "sign_in::tests::a_code_works_once_within_five_minutes_and_five_tries",
        shown: "functions/domain/src/sign_in.rs",
        of: Of::Lib,
    },
    Break {
        area: "Messages",
        broken: "a text that failed counts as delivered",
        edits: &[(
            "functions/service/src/notify/relay.rs",
            "(Self::Failed, _) | (_, Self::Failed) => Self::Failed,",
            "(Self::Failed, _) | (_, Self::Failed) => Self::Delivered,",
        )],
        test: "notify::channel::a_channel_that_recovers_sends_once",
        shown: "tests/all/notify/channel.rs",
        of: Of::Target("all"),
    },
    Break {
        area: "Data",
        broken: "what does not read back is quoted, into the log",
        edits: &[(
            "functions/store/src/table.rs",
            "            let (why, column) = (error.classify(), error.column());
            Error::broken(format!(\"a {kind} does not read back: {why:?} at {column}\"))",
            "            Error::broken(format!(\"a {kind} does not read back: {error}\"))",
        )],
        test: "table::tests::of_what_does_not_read_back_nothing_is_quoted",
        shown: "functions/store/src/table.rs",
        of: Of::Lib,
    },
    Break {
        area: "Data",
        broken: "a line of the log of views may say something else than its link",
        edits: &[(
            "functions/store/src/identity/looks.rs",
            "if !follows || !self.says(com, link) {",
            "if !follows && !self.says(com, link) {",
        )],
        test: "care::looks::a_line_that_was_changed_or_taken_away_is_found",
        shown: "tests/all/care/looks.rs",
        of: Of::Target("all"),
    },
    Break {
        area: "Imports",
        broken: "one decimal of a price counts as fen",
        edits: &[(
            "functions/service/src/market/import/values.rs",
            "let cents = if part.len() == 1 { cents * 10 } else { cents };",
            "let cents = if part.len() > 2 { cents * 10 } else { cents };",
        )],
        test: "market::import::tests::values::yuan_are_fen_exactly",
        shown: "functions/service/src/market/import/tests/values.rs",
        of: Of::Lib,
    },
    Break {
        area: "Words and form",
        broken: "a problem is told in Chinese to whoever reads English",
        edits: &[(
            "frontend/locales/en/problem.json",
            "\"slot_taken\": \"Somebody was faster. Please choose another time.\"",
            "\"slot_taken\": \"这个时间刚被别人约走了，请另选一个。\"",
        )],
        test: "i18n::tests::every_problem_has_words_in_both_languages",
        shown: "frontend/src/i18n.rs",
        of: Of::Lib,
    },
    Break {
        area: "On AWS",
        broken: "what doors say may look through every index",
        edits: &[(
            "infra/template.yaml",
            "[!GetAtt Table.Arn, !Sub \"${Table.Arn}/index/gsi2\"]",
            "[!GetAtt Table.Arn, !Sub \"${Table.Arn}/index/*\"]",
        )],
        test: "cloud::rights::what_doors_say_may_do_what_it_takes_and_nothing_else",
        shown: "tests/all/cloud/rights.rs",
        of: Of::Target("all"),
    },
    Break {
        area: "Under strain",
        broken: "each call pays for one more try",
        edits: &[(
            "functions/store/src/budget.rs",
            "Some((left + RETRY_TENTHS).min(RETRY_RESERVE * WHOLE));",
            "Some((left + RETRY_TENTHS + WHOLE).min(RETRY_RESERVE * WHOLE));",
        )],
        test: "budget::tests::of_a_long_storm_no_more_than_three_tenths_are_tried_again",
        shown: "functions/store/src/budget.rs",
        of: Of::Lib,
    },
    Break {
        area: "In a browser",
        broken: "where a device's clock was put back, what was typed about somebody lasts longer",
        edits: &[(
            "frontend/src/model/care_draft.rs",
            "now.abs_diff(*at) < KEPT_MILLIS",
            "now.saturating_sub(*at) < KEPT_MILLIS",
        )],
        test: "model::care_draft::tests::what_was_written_comes_back_until_its_time_is_over",
        shown: "frontend/src/model/care_draft.rs",
        of: Of::Lib,
    },
];

impl Of {
    fn arguments(self) -> Vec<&'static str> {
        match self {
            Self::Lib => vec!["--lib"],
            Self::Target(name) => vec!["--test", name],
        }
    }
}

/// What a test came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Came {
    Failed,
    Passed,
    /// It did not run to its end.
    Neither,
}

/// Of what a test program printed.
fn came(printed: &str, test: &str) -> Came {
    let Some((_, after)) = printed.split_once(&format!("test {test} ... ")) else {
        return Came::Neither;
    };
    match after {
        failed if failed.starts_with("FAILED") => Came::Failed,
        passed if passed.starts_with("ok") => Came::Passed,
        _ => Came::Neither,
    }
}

pub fn run(root: &Path, _: &Options) -> Done {
    let mut steps = Steps::of(STEPS);
    play(root, &mut steps)?;
    println!("all {} noticed in {}", BREAKS.len(), spent(steps.elapsed()));
    Ok(())
}

/// Steps [`play`] takes.
pub const STEPS: usize = 3;

pub fn play(root: &Path, steps: &mut Steps) -> Done {
    let copy = steps.step("a copy of what is committed, broken", || {
        let copy = Worktree::of(root)?;
        BREAKS.iter().try_for_each(|one| one.make(&copy.folder))?;
        Ok(copy)
    })?;
    steps.step("its tests are built", || {
        let mut build = copy.tests(&targets());
        build.arg("--no-run");
        tool::run(&mut build, "what is broken does not build")
    })?;
    steps.step("each test notices", || {
        BREAKS.iter().try_for_each(|one| copy.is_noticed(one))
    })
}

/// Every program that a test of these is in, once.
fn targets() -> Vec<&'static str> {
    let mut seen: Vec<Of> = Vec::new();
    for one in &BREAKS {
        if !seen.contains(&one.of) {
            seen.push(one.of);
        }
    }
    seen.into_iter().flat_map(Of::arguments).collect()
}

impl Break {
    fn make(&self, copy: &Path) -> Done {
        for (path, from, to) in self.edits {
            let file = copy.join(path);
            let text = fs::read_to_string(&file).about(&file)?;
            if text.matches(from).count() != 1 {
                return Err(Stop::because(format!(
                    "{path} does not have once what is broken there: {}",
                    self.broken
                )));
            }
            fs::write(&file, text.replacen(from, to, 1)).about(&file)?;
        }
        Ok(())
    }
}

/// A worktree of what is committed; gone with the value.
struct Worktree {
    root: PathBuf,
    folder: PathBuf,
    /// Where everything else is built, so that dependencies are not built again.
    built: PathBuf,
}

impl Worktree {
    fn of(root: &Path) -> Done<Self> {
        let built = env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
        let copy = Self {
            root: root.to_owned(),
            folder: root.join(COPY),
            built: root.join(built.unwrap_or_else(|| "target".into())),
        };
        copy.remove();
        let mut git = copy.git();
        git.args([
            "worktree", "add", "--force", "--detach", "--quiet", COPY, "HEAD",
        ]);
        tool::run(&mut git, "git makes no worktree of what is committed")?;
        Ok(copy)
    }

    fn git(&self) -> Command {
        let mut git = Command::new("git");
        git.current_dir(&self.root);
        git
    }

    /// What is left of one before, too.
    fn remove(&self) {
        if self.folder.exists() {
            let mut git = self.git();
            git.args(["worktree", "remove", "--force", COPY]);
            let _ = tool::answer(&mut git);
            let _ = tool::remove(&self.folder);
        }
        let mut git = self.git();
        git.args(["worktree", "prune"]);
        let _ = tool::answer(&mut git);
    }

    /// The same packages each time, so that nothing is built again with other features.
    fn tests(&self, targets: &[&str]) -> Command {
        let mut cargo = tool::cargo(&self.folder);
        cargo
            .args(["test", "--workspace"])
            .args(targets)
            .env("CARGO_TARGET_DIR", &self.built)
            .env("INSTA_UPDATE", "no");
        cargo
    }

    fn is_noticed(&self, one: &Break) -> Done {
        let mut cargo = self.tests(&one.of.arguments());
        cargo.args(["--no-fail-fast", "--", "--exact", one.test]);
        let done = cargo
            .output()
            .map_err(|error| Stop::because(format!("cargo did not start: {error}")))?;
        match came(&String::from_utf8_lossy(&done.stdout), one.test) {
            Came::Failed => {
                println!("  {}: {}: noticed by {}", one.area, one.broken, one.shown);
                Ok(())
            }
            Came::Passed => Err(Stop::because(format!(
                "{} passes, though {}",
                one.test, one.broken
            ))),
            Came::Neither => Err(Stop::because(format!("{} does not run", one.test))),
        }
    }
}

impl Drop for Worktree {
    /// To Cargo a crate of the copy is the crate itself, and newer: what was built of it would be taken for ours.
    fn drop(&mut self) {
        let mut cargo = tool::cargo(&self.root);
        cargo.args(["clean", "--offline", "--quiet"]);
        cargo.args(OURS.iter().flat_map(|name| ["--package", name]));
        cargo.env("CARGO_TARGET_DIR", &self.built);
        if let Err(stop) = tool::run(&mut cargo, "what was built broken is still there") {
            println!("  {stop}: take {} away", self.built.display());
        }
        self.remove();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str) -> String {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../..")
            .join(path);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    fn name(one: &Break) -> &'static str {
        one.test.rsplit("::").next().unwrap_or(one.test)
    }

    #[test]
    fn what_is_broken_stands_there_once_and_differs() {
        for one in &BREAKS {
            for (path, from, to) in one.edits {
                assert_eq!(read(path).matches(from).count(), 1, "{path}: {from}");
                assert_ne!(from, to);
            }
        }
    }

    #[test]
    fn every_test_exists_in_its_program() {
        for one in &BREAKS {
            let text = read(one.shown);
            assert!(text.contains(&format!("fn {}(", name(one))), "{}", one.test);
            let beside = one.shown.contains("/src/");
            match one.of {
                Of::Lib => assert!(beside, "{}", one.test),
                Of::Target("all") => {
                    let path = one.test.rsplit_once("::").expect("modules").0;
                    let path = format!("tests/all/{}.rs", path.replace("::", "/"));
                    assert_eq!(path, one.shown);
                }
                Of::Target(target) => match one.test.rsplit_once("::") {
                    // A program of several files, each a module.
                    Some((module, _)) => {
                        let file = format!("/tests/{target}/{module}.rs");
                        assert!(one.shown.ends_with(&file), "{}", one.test);
                    }
                    None => {
                        let file = format!("/tests/{target}.rs");
                        assert!(one.shown.ends_with(&file), "{}", one.test);
                    }
                },
            }
        }
    }

    #[test]
    fn the_document_lists_each() {
        let text = read("infra/docs/GUARANTEES.md");
        for one in &BREAKS {
            let row = format!(
                "| {} | {} | `{}` `{}` |",
                one.area,
                one.broken,
                one.shown,
                name(one)
            );
            assert!(text.contains(&row), "there is no row {row}");
        }
    }

    /// Areas that need none, and why.
    const WITHOUT: [(&str, &str); 1] = [(
        "Asked for by number",
        "what is promised there is what other areas promise, with its figure",
    )];

    #[test]
    fn every_area_that_promises_something_has_a_break() {
        let text = read("infra/docs/GUARANTEES.md");
        let mut areas = Vec::new();
        for part in text.split("\n## ").skip(1) {
            let (area, below) = part.split_once('\n').expect("something below");
            if below.lines().any(|line| line.starts_with("| promise | ")) {
                areas.push(area);
            }
        }
        assert!(areas.len() > 15, "{areas:?}");
        for area in &areas {
            let broken = BREAKS.iter().any(|one| area.starts_with(one.area));
            let without = WITHOUT.iter().any(|(name, _)| name == area);
            assert_ne!(broken, without, "{area}");
        }
        for (name, reason) in WITHOUT {
            assert!(areas.contains(&name) && !reason.is_empty(), "{name}");
        }
        for one in &BREAKS {
            let known = areas.iter().any(|area| area.starts_with(one.area));
            assert!(known, "{} is no area", one.area);
        }
    }

    #[test]
    fn what_a_test_came_to_is_read_from_what_is_printed() {
        let printed = |end: &str| format!("running 1 test\ntest a::b ... {end}\n\nfailures:\n");
        assert_eq!(came(&printed("FAILED"), "a::b"), Came::Failed);
        assert_eq!(came(&printed("ok"), "a::b"), Came::Passed);
        assert_eq!(came(&printed("ignored"), "a::b"), Came::Neither);
        assert_eq!(came(&printed("ok"), "b"), Came::Neither);
        assert_eq!(came("running 0 tests\n", "a::b"), Came::Neither);
    }
}
