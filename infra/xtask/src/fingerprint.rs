//! One short text for the content of many files, so that an unchanged build can be skipped.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

use crate::stop::{About, Done};

/// Hashes the names and contents of all files under `inputs` (files or folders below `root`) and the text `also`.
/// Build output and anything hidden is left out. Missing inputs count as empty.
pub fn of(root: &Path, inputs: &[&str], also: &str) -> Done<String> {
    let mut files = Vec::new();
    for input in inputs {
        collect(&root.join(input), &mut files)?;
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    hasher.write(also.as_bytes());
    for file in files {
        let content = fs::read(&file).about(&file)?;
        let name = file.strip_prefix(root).unwrap_or(&file);
        hasher.write(name.as_os_str().as_encoded_bytes());
        hasher.write_usize(content.len());
        hasher.write(&content);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// The hash of one content.
pub fn of_bytes(content: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(content);
    format!("{:016x}", hasher.finish())
}

/// All files below `path`, or `path` itself.
pub fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Done {
    if path.is_file() {
        files.push(path.to_path_buf());
    } else if path.is_dir() {
        for entry in fs::read_dir(path).about(path)? {
            let entry = entry.about(path)?;
            let name = entry.file_name();
            let left_out = name.as_encoded_bytes().starts_with(b".")
                || name == "node_modules"
                || name == "target";
            if !left_out {
                collect(&entry.path(), files)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tool;

    fn written(root: &Path, name: &str, content: &str) {
        let file = root.join(name);
        fs::create_dir_all(file.parent().expect("below root")).expect("a writable folder");
        fs::write(file, content).expect("a writable file");
    }

    #[test]
    fn content_and_names_count_and_build_output_does_not() {
        let root = tool::scratch("fingerprint").expect("a writable temporary folder");
        let now = || of(&root, &["src", "gone"], "rustc").expect("readable files");
        written(&root, "src/a.rs", "one");
        let first = now();
        assert_eq!(first, now());
        written(&root, "src/node_modules/b.js", "x");
        written(&root, "src/.hidden", "x");
        assert_eq!(first, now());
        written(&root, "src/a.rs", "two");
        let second = now();
        assert_ne!(first, second);
        fs::rename(root.join("src/a.rs"), root.join("src/b.rs")).expect("a rename");
        assert_ne!(second, now());
        assert_ne!(
            now(),
            of(&root, &["src"], "another rustc").expect("readable files")
        );
        tool::remove(&root).expect("removable");
    }
}
