//! `cargo xtask test`: everything that has to be green before a change is kept.

use std::path::Path;
use std::process::Command;

use clap::ValueEnum;

use crate::e2e::{self, Sizes};
use crate::engine::{self, Engine};
use crate::prove;
use crate::rehearse;
use crate::setup::{self, pypi};
use crate::site;
use crate::steps::{Steps, spent};
use crate::stop::Done;
use crate::supply;
use crate::tool;

/// The tests that are left out unless asked for.
const LONG: &str = "cargo test --workspace --test all -- --ignored --show-output";

/// Set up what is missing and pass every check; stops at the first that fails.
#[derive(clap::Args)]
pub struct Options {
    /// Only this stage and what it needs.
    #[arg(long)]
    only: Option<Stage>,
    /// Everything but the browser tests.
    #[arg(long)]
    no_e2e: bool,
    /// Also the documentation, the tests that take minutes, which the suite plays smaller, and each browser test at both
    /// sizes and in every look; prints what was counted.
    #[arg(long)]
    long: bool,
    /// All there is: what `--long` adds, the rehearsal of AWS, races and transactions on another DynamoDB, and
    /// guarantees broken on purpose.
    #[arg(long, conflicts_with_all = ["only", "engine"])]
    all: bool,
    /// Only the races and transactions, on another DynamoDB than the embedded one.
    #[arg(long)]
    engine: Option<Engine>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Stage {
    /// Formatting.
    Fmt,
    /// Lints, warnings denied.
    Clippy,
    /// Unit and acceptance tests.
    Test,
    /// Documentation, warnings denied.
    Doc,
    /// The template for AWS reads without a remark.
    Template,
    /// What is shipped can be listed, and is made of what it may be made of.
    Supply,
    /// Both wasm apps build.
    Wasm,
    /// The first screen of each app keeps to its limit.
    Size,
    /// Browser tests.
    E2e,
}

pub fn run(root: &Path, options: &Options) -> Done {
    if let Some(engine) = options.engine {
        return engine::run(root, engine);
    }
    let stages = options.stages();
    let with_site = stages.contains(&Stage::Wasm);
    let with_browser = stages.contains(&Stage::E2e);
    let set_up =
        if with_site { setup::STEPS } else { 0 } + if with_browser { e2e::SET_UP_STEPS } else { 0 };
    let played = stages.iter().map(|stage| stage.steps()).sum::<usize>();
    let beside = if options.all {
        rehearse::STEPS + engine::STEPS + prove::STEPS
    } else {
        0
    };
    let long = options.is_long();
    let mut steps = Steps::of(set_up + played + usize::from(long) + beside);

    let kit = if with_site {
        Some(setup::ready(root, &mut steps)?)
    } else {
        None
    };
    let chromium = if with_browser {
        Some(e2e::set_up(root, &mut steps)?)
    } else {
        None
    };
    for stage in stages {
        match (stage, &kit, &chromium) {
            (Stage::Wasm, Some(kit), _) => site::build(root, kit, &mut steps)?,
            (Stage::E2e, _, Some(chromium)) => {
                let sizes = if long { Sizes::Both } else { Sizes::Usual };
                e2e::play(root, chromium, e2e::JOURNEYS, sizes, &mut steps)?
            }
            (Stage::Template, ..) => lint_template(root, &mut steps)?,
            (Stage::Supply, ..) => supply::look(root, false, &mut steps)?,
            (Stage::Size, ..) => steps.step("size of the first screens", || site::weigh(root))?,
            _ => steps.step(stage.command_line(), || {
                cargo(root, stage, stage.command_line(), long)
            })?,
        }
    }
    if long {
        steps.step(LONG, || cargo(root, Stage::Test, LONG, true))?;
    }
    if options.all {
        rehearse::play(root, &mut steps)?;
        engine::play(root, &mut steps)?;
        prove::play(root, &mut steps)?;
    }
    println!("all green in {}", spent(steps.elapsed()));
    Ok(())
}

impl Options {
    fn is_long(&self) -> bool {
        self.long || self.all
    }

    fn stages(&self) -> Vec<Stage> {
        match self.only {
            Some(stage @ (Stage::Size | Stage::E2e)) => vec![Stage::Wasm, stage],
            Some(stage) => vec![stage],
            None => Stage::value_variants()
                .iter()
                .copied()
                .filter(|stage| !(self.no_e2e && *stage == Stage::E2e))
                .filter(|stage| self.is_long() || *stage != Stage::Doc)
                .collect(),
        }
    }
}

impl Stage {
    fn steps(self) -> usize {
        match self {
            Stage::Template => 2,
            Stage::Supply => supply::STEPS,
            Stage::Wasm => site::STEPS,
            Stage::E2e => e2e::PLAY_STEPS,
            Stage::Fmt | Stage::Clippy | Stage::Test | Stage::Doc | Stage::Size => 1,
        }
    }

    /// What a person would type for this stage; empty for the stages Cargo does not run.
    fn command_line(self) -> &'static str {
        match self {
            Stage::Fmt => "cargo fmt --all --check",
            Stage::Clippy => "cargo clippy --workspace --all-targets -- -D warnings",
            Stage::Test => "cargo test --workspace --no-fail-fast",
            Stage::Doc => "cargo doc --workspace --no-deps",
            Stage::Template | Stage::Supply | Stage::Wasm | Stage::Size | Stage::E2e => "",
        }
    }
}

fn lint_template(root: &Path, steps: &mut Steps) -> Done {
    let program = steps.step("cfn-lint", pypi::cfn_lint)?;
    steps.step("cfn-lint infra/template.yaml", || {
        let mut lint = Command::new(program);
        lint.arg(root.join("infra/template.yaml"));
        tool::run(&mut lint, "cfn-lint found something to mend")
    })
}

fn cargo(root: &Path, stage: Stage, line: &str, long: bool) -> Done {
    let mut cargo = tool::cargo(root);
    cargo.args(line.split(' ').skip(1));
    if stage == Stage::Test {
        // A snapshot that differs is a failure, and not a new snapshot.
        cargo.env("INSTA_UPDATE", "no");
        if long {
            cargo.env("LINLI_LONG", "1");
        }
    }
    if stage == Stage::Doc {
        cargo.env(
            "RUSTDOCFLAGS",
            "-D warnings -A rustdoc::private_intra_doc_links",
        );
    }
    tool::run(&mut cargo, &format!("`{line}` found something to mend"))
}
