//! The browser the end-to-end tests drive, and a font that has Chinese.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::stop::{Done, Stop};
use crate::tool;

/// Debian's packages with Chromium, and where they put it. The first is the same browser without windows, which keeps the
/// machine less busy; not every Debian has it.
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
        None => there().or_else(install),
    };
    found.ok_or_else(|| {
        let looked = named.unwrap_or_else(|| PathBuf::from(PACKAGES[1].1));
        Stop::because(format!(
            "the browser tests need {}: install Debian's `chromium` or name another browser in CHROMIUM",
            looked.display()
        ))
    })
}

fn there() -> Option<PathBuf> {
    let mut programs = PACKAGES.iter().map(|(_, program)| PathBuf::from(program));
    programs.find(|program| program.exists())
}

/// The first that can be had; what cannot is said by apt-get.
fn install() -> Option<PathBuf> {
    let mut packages = PACKAGES.iter().map(|(package, _)| *package);
    let installed = |package| tool::can_apt_install() && tool::apt_install(&[package]).is_ok();
    packages
        .find(|package| installed(package))
        .and_then(|_| there())
}

fn has_chinese_font() -> bool {
    Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").exists()
        || tool::answer(Command::new("fc-list").arg(":lang=zh"))
            .is_some_and(|fonts| !fonts.is_empty())
}
