//! What comes from PyPI, each in an environment of its own in our cache: cfn-lint, which reads the template for AWS,
//! moto with the SAM translator, which bring it up here, and cargo-lambda, which builds what it names.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::stop::{About, Done, Stop};
use crate::tool;

const CARGO_LAMBDA: &str = "1.9.2";
/// The compiler of C that cargo-lambda links with.
const ZIG: &str = "0.17.1";
const CFN_LINT: &str = "1.58.0";
const MOTO: &str = "5.2.5";
const TRANSLATOR: &str = "1.115.0";

pub fn cfn_lint() -> Done<PathBuf> {
    let folder = environment(
        &format!("cfn-lint-{CFN_LINT}"),
        &[&format!("cfn-lint=={CFN_LINT}")],
    )?;
    Ok(folder.join("bin/cfn-lint"))
}

/// cargo-lambda, with its linker beside it.
pub fn cargo_lambda() -> Done<PathBuf> {
    let wanted = [
        format!("cargo-lambda=={CARGO_LAMBDA}"),
        format!("ziglang=={ZIG}"),
    ];
    let wanted = wanted.each_ref().map(String::as_str);
    let folder = environment(&format!("cargo-lambda-{CARGO_LAMBDA}-{ZIG}"), &wanted)?;
    Ok(folder.join("bin/cargo-lambda"))
}

/// A Python that has moto and the SAM translator.
pub fn moto() -> Done<PathBuf> {
    let wanted = [
        format!("moto[server]=={MOTO}"),
        format!("aws-sam-translator=={TRANSLATOR}"),
    ];
    let wanted = wanted.each_ref().map(String::as_str);
    let folder = environment(&format!("moto-{MOTO}-{TRANSLATOR}"), &wanted)?;
    Ok(folder.join("bin/python"))
}

/// Where these packages are installed. One that was not finished is made anew.
fn environment(name: &str, wanted: &[&str]) -> Done<PathBuf> {
    let folder = tool::cache().join(name);
    let finished = folder.join("finished");
    if !finished.exists() {
        println!("  installing {}; this happens once", wanted.join(", "));
        let python = python()?;
        tool::run(
            Command::new(python)
                .args(["-m", "venv", "--clear"])
                .arg(&folder),
            &format!("python3 could not make an environment for {name}"),
        )?;
        tool::run(
            Command::new(folder.join("bin/pip"))
                .args(["install", "--quiet"])
                .args(wanted),
            &format!("pip could not install {name}"),
        )?;
        fs::write(&finished, "").about(&finished)?;
    }
    Ok(folder)
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
        return tool::demand("python3", "it makes environments for what comes from PyPI");
    }
    Err(Stop::because(
        "what comes from PyPI needs Python 3 with venv and pip (on Debian: apt-get install python3-venv)",
    ))
}
