//! Brotli copies beside the files of a dist folder, and what the first screen weighs with them.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use brotli::enc::BrotliEncoderParams;

use crate::fingerprint;
use crate::parts;
use crate::stop::{About, Done};

/// The page of an app, below its dist folder.
pub const PAGE: &str = "index.html";

/// One file of a first screen. `bytes`: after brotli.
pub struct Weighed {
    pub name: String,
    pub bytes: usize,
}

/// Writes `FILE.br` beside every file of `dist`. Contents pressed before come from `cache`.
pub fn folder(dist: &Path, cache: &Path) -> Done {
    fs::create_dir_all(cache).about(cache)?;
    for file in plain_files(dist)? {
        let content = fs::read(&file).about(&file)?;
        let kept = cache.join(fingerprint::of_bytes(&content));
        if !kept.exists() {
            // Written aside first: a half-written copy must never be taken for a whole one.
            let half = cache.join(format!("{:?}.half", thread::current().id()));
            fs::write(&half, pressed(&content)).about(&half)?;
            fs::rename(&half, &kept).about(&kept)?;
        }
        let copy = beside(&file);
        fs::copy(&kept, &copy).about(&copy)?;
    }
    Ok(())
}

/// What [`first_names`] names, weighed.
pub fn first_screen(dist: &Path, also: &[PathBuf]) -> Done<Vec<Weighed>> {
    let mut files = Vec::new();
    for name in first_names(dist, also)? {
        let copy = beside(&dist.join(&name));
        let bytes = fs::metadata(&copy).about(&copy)?.len();
        files.push(Weighed {
            name,
            bytes: usize::try_from(bytes).unwrap_or(usize::MAX),
        });
    }
    Ok(files)
}

/// The page and every script, style and wasm module it names, the script that brings the parts, and
/// the parts named by `also`: what must arrive before the first screen shows. In order.
pub fn first_names(dist: &Path, also: &[PathBuf]) -> Done<Vec<String>> {
    let index = dist.join(PAGE);
    let page = fs::read_to_string(&index).about(&index)?;
    let mut names = Vec::new();
    for file in plain_files(dist)? {
        let name = file
            .strip_prefix(dist)
            .unwrap_or(&file)
            .to_string_lossy()
            .into_owned();
        let named = is_code(&file) && page.contains(&name);
        let brings_parts = file.file_name().is_some_and(|name| name == parts::LINK);
        if name == PAGE || named || brings_parts || also.contains(&PathBuf::from(&name)) {
            names.push(name);
        }
    }
    Ok(names)
}

fn plain_files(dist: &Path) -> Done<Vec<PathBuf>> {
    let mut files = Vec::new();
    fingerprint::collect(dist, &mut files)?;
    files.retain(|file| file.extension().is_none_or(|kind| kind != "br"));
    files.sort();
    Ok(files)
}

fn is_code(file: &Path) -> bool {
    file.extension()
        .is_some_and(|kind| kind == "js" || kind == "wasm" || kind == "css")
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".br");
    PathBuf::from(name)
}

fn pressed(content: &[u8]) -> Vec<u8> {
    let best = BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: content.len(),
        ..BrotliEncoderParams::default()
    };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &content[..], &mut out, &best).expect("memory takes every byte");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tool;

    #[test]
    fn the_first_screen_is_what_the_page_names() {
        let root = tool::scratch("press").expect("a writable temporary folder");
        let dist = root.join("dist");
        fs::create_dir_all(dist.join("snippets")).expect("a writable folder");
        let page = "<link href=/app.css><script src=/app.js></script><link href=/snippets/s.js>";
        let code = "let x = 1; ".repeat(100);
        for (name, content) in [
            ("index.html", page),
            ("app.js", &code),
            ("app.css", "a{}"),
            ("snippets/s.js", "1"),
            ("worker.js", &code),
            ("snippets/link.js", "2"),
            ("snippets/later.wasm", "3"),
            ("snippets/first.wasm", "4"),
        ] {
            fs::write(dist.join(name), content).expect("a writable file");
        }
        for _again in 0..2 {
            folder(&dist, &root.join("cache")).expect("a writable folder");
        }
        let also = [PathBuf::from("snippets/first.wasm")];
        let files = first_screen(&dist, &also).expect("all were pressed");
        let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        let expected = [
            "app.css",
            "app.js",
            "index.html",
            "snippets/first.wasm",
            "snippets/link.js",
            "snippets/s.js",
        ];
        assert_eq!(names, expected);
        assert!(
            files[1].bytes < 40,
            "repetition presses well, got {}",
            files[1].bytes
        );
        tool::remove(&root).expect("removable");
    }
}
