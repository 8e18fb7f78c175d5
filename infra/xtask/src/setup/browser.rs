//! The browser the end-to-end tests drive, and a font that has Chinese.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::stop::{Done, Stop};
use crate::tool;

/// Debian's packages with Chromium, and where they put it. The first is the same browser without windows, and takes a
/// quarter less of the machine; not every Debian has it.
const PACKAGES: [(&str, &str); 2] = [
    (
        "chromium-headless-shell",
        "/usr/bin/chromium-headless-shell",
    ),
    ("chromium", "/usr/bin/chromium"),
];
const FONT: &str = "fonts-noto-cjk";

/// Chromium: the one that `CHROMIUM` names, or Debian's.
pub fn chromium() -> Done<PathBuf> {
    if !has_chinese_font() && tool::can_apt_install() {
        tool::apt_install(&[FONT])?;
    }
    let named = env::var_os("CHROMIUM").map(PathBuf::from);
    let found = match &named {
        Some(program) => Some(program.clone()).filter(|program| program.exists()),
        None => PACKAGES
            .iter()
            .find_map(|(package, program)| debians(package, program)),
    };
    found.ok_or_else(|| {
        let looked = named.unwrap_or_else(|| PathBuf::from(PACKAGES[1].1));
        Stop::because(format!(
            "the browser tests need {}: install Debian's `chromium` or name another browser in CHROMIUM",
            looked.display()
        ))
    })
}

/// Installs it where it is missing and can be had.
fn debians(package: &str, program: &str) -> Option<PathBuf> {
    let program = PathBuf::from(program);
    if !program.exists() && tool::can_apt_install() {
        // What cannot be had is said by apt-get; there may be another.
        let _ = tool::apt_install(&[package]);
    }
    Some(program).filter(|program| program.exists())
}

fn has_chinese_font() -> bool {
    Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").exists()
        || tool::answer(Command::new("fc-list").arg(":lang=zh"))
            .is_some_and(|fonts| !fonts.is_empty())
}
