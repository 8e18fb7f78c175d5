//! What reads the template for AWS: cfn-lint from PyPI, in an environment of its own in our cache.

use std::path::PathBuf;
use std::process::Command;

use crate::stop::{Done, Stop};
use crate::tool;

const CFN_LINT: &str = "1.58.0";

pub fn cfn_lint() -> Done<PathBuf> {
    let folder = tool::cache().join(format!("cfn-lint-{CFN_LINT}"));
    let program = folder.join("bin/cfn-lint");
    if !program.exists() {
        println!("  installing cfn-lint {CFN_LINT}; this happens once");
        let python = python()?;
        tool::run(
            Command::new(python).args(["-m", "venv"]).arg(&folder),
            "python3 could not make an environment for cfn-lint",
        )?;
        let wanted = format!("cfn-lint=={CFN_LINT}");
        tool::run(
            Command::new(folder.join("bin/pip")).args(["install", "--quiet", &wanted]),
            "pip could not install cfn-lint",
        )?;
    }
    Ok(program)
}

/// Python with what makes environments, which Debian packages apart.
fn python() -> Done<PathBuf> {
    let has_venv = || {
        let mut python = Command::new("python3");
        tool::answer(python.args(["-c", "import ensurepip, venv"])).is_some()
    };
    if !has_venv() && tool::can_apt_install() {
        tool::apt_install(&["python3-venv"])?;
    }
    if has_venv() {
        return tool::demand("python3", "it makes the environment for cfn-lint");
    }
    Err(Stop::because(
        "cfn-lint needs Python 3 with venv and pip (on Debian: apt-get install python3-venv)",
    ))
}
