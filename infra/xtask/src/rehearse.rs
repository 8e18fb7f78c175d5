//! `cargo xtask rehearse`: the template brought up on a moto server, and a community served by the functions as they are
//! shipped, on this machine.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

use crate::package::{self, ZIPS};
use crate::setup::pypi;
use crate::steps::{Steps, spent};
use crate::stop::{Done, Stop};
use crate::tool;

const PLAY: &str = "cargo test --workspace --test all rehearsal:: -- --show-output";
const MOTO: &str = "infra/xtask/src/rehearse.py";
const TEMPLATE: &str = "infra/template.yaml";

/// Bring the template up on moto, and play sign-in, booking, redemption, loan and alert through the functions.
#[derive(clap::Args)]
pub struct Options {}

pub fn run(root: &Path, _: &Options) -> Done {
    let mut steps = Steps::of(STEPS);
    play(root, &mut steps)?;
    println!("rehearsed in {}", spent(steps.elapsed()));
    Ok(())
}

/// Steps [`play`] takes.
pub const STEPS: usize = 4;

pub fn play(root: &Path, steps: &mut Steps) -> Done {
    let python = steps.step("moto and the SAM translator, from PyPI", pypi::moto)?;
    let programs = steps.step("the functions, as they are shipped", || {
        package::programs(root)
    })?;
    let aws = steps.step("infra/template.yaml comes up on moto", || {
        Aws::up(root, &python)
    })?;
    steps.step(PLAY, || {
        let mut cargo = tool::cargo(root);
        cargo
            .args(PLAY.split(' ').skip(1))
            .envs(aws.variables())
            .env("LINLI_FUNCTIONS", &programs);
        tool::run(&mut cargo, "the rehearsal failed")?;
        match aws.down()? {
            0 => Err(Stop::because("no short message reached SNS")),
            messages => {
                println!("  {messages} short messages reached SNS");
                Ok(())
            }
        }
    })
}

/// A moto server with the stack on it; gone with the value.
struct Aws {
    child: Child,
    says: BufReader<ChildStdout>,
    /// What is where.
    told: Value,
}

impl Aws {
    fn up(root: &Path, python: &Path) -> Done<Self> {
        let mut child = Command::new(python)
            .current_dir(root)
            .args([MOTO, TEMPLATE, ZIPS])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| Stop::because(format!("moto did not start: {error}")))?;
        let says = child.stdout.take().map(BufReader::new);
        let says = says.ok_or_else(|| Stop::because("moto says nothing"))?;
        let mut aws = Self {
            child,
            says,
            told: Value::Null,
        };
        let mut line = String::new();
        let _ = aws.says.read_line(&mut line);
        aws.told = serde_json::from_str(&line)
            .map_err(|_| Stop::because("the template did not come up on moto"))?;
        Ok(aws)
    }

    /// What the rehearsal reads to find it.
    fn variables(&self) -> [(&'static str, String); 4] {
        [
            ("LINLI_AWS", "url"),
            ("LINLI_AWS_QUEUE", "queue"),
            ("LINLI_AWS_ASIDE", "aside"),
            ("LINLI_AWS_MOST", "most"),
        ]
        .map(|(variable, name)| {
            let told = &self.told[name];
            (
                variable,
                told.as_str()
                    .map_or_else(|| told.to_string(), str::to_owned),
            )
        })
    }

    /// Ends it; how many short messages it was given.
    fn down(mut self) -> Done<u64> {
        drop(self.child.stdin.take());
        let mut rest = String::new();
        let _ = self.says.read_to_string(&mut rest);
        let told: Option<Value> = serde_json::from_str(&rest).ok();
        let messages = told.and_then(|told| told["messages"].as_u64());
        messages.ok_or_else(|| Stop::because("moto did not end as it should"))
    }
}

impl Drop for Aws {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
