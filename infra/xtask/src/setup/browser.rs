//! The browser the end-to-end tests drive, and a font that has Chinese.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::stop::{Done, Stop};
use crate::tool;

/// Chromium: the one that `CHROMIUM` names, or Debian's.
pub fn chromium() -> Done<PathBuf> {
    let program =
        env::var_os("CHROMIUM").map_or_else(|| PathBuf::from("/usr/bin/chromium"), PathBuf::from);
    let mut missing = Vec::new();
    if !program.exists() {
        missing.push("chromium");
    }
    if !has_chinese_font() {
        missing.push("fonts-noto-cjk");
    }
    if !missing.is_empty() && tool::can_apt_install() {
        tool::apt_install(&missing)?;
    }
    if program.exists() {
        Ok(program)
    } else {
        Err(Stop::because(format!(
            "the browser tests need {}: install Debian's `chromium` or name another browser in CHROMIUM",
            program.display()
        )))
    }
}

fn has_chinese_font() -> bool {
    Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").exists()
        || tool::answer(Command::new("fc-list").arg(":lang=zh"))
            .is_some_and(|fonts| !fonts.is_empty())
}
