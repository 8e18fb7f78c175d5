//! A data folder in one file, and back: a ZIP archive of what [`KEPT`] names, and a manifest that says what
//! has to be in it. Either way ends with a look at what was written.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::data::{FORMAT, KEPT, OLDEST, own_file, readable};
use crate::running::DATABASE;
use crate::snapshot::{Snapshot, Tally, hexadecimal};
use crate::stop::{About, Stop};

const MANIFEST: &str = "manifest.json";

/// What an archive says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of `linli` that wrote it.
    pub linli: String,
    /// How its items are formed.
    pub format: u32,
    pub made_at: Timestamp,
    pub items: u64,
    /// Of all items, as [`Tally::digest`] has it.
    pub digest: String,
    /// SHA-256 of each file, in hexadecimal.
    pub files: BTreeMap<String, String>,
}

impl Manifest {
    fn tally(&self) -> Tally {
        Tally {
            items: self.items,
            digest: self.digest.clone(),
        }
    }
}

/// Writes the data folder into a new file for its owner's eyes, also while a `linli` serves it, and reads it
/// back. It holds the server's secret and everybody's data. The file is there whole or not at all.
pub async fn pack(data: &Path, to: &Path) -> Result<Manifest, Stop> {
    if to.exists() {
        return Err(Stop::because(format!(
            "{} is there already; choose another file",
            to.display()
        )));
    }
    let snapshot = Snapshot::of(data).await?;
    let tally = Tally::of(&snapshot.path().join(DATABASE)).await?;
    let mut manifest = Manifest {
        linli: env!("CARGO_PKG_VERSION").to_owned(),
        format: snapshot.format(),
        made_at: Timestamp::now(),
        items: tally.items,
        digest: tally.digest,
        files: BTreeMap::new(),
    };
    let fresh = beside(to, "new");
    let fresh = Scratch(fresh);
    write(snapshot.path(), &fresh.0, &mut manifest)?;
    let found = Archive::open(&fresh.0)?;
    found.unpack(|_| Ok(Box::new(io::sink())))?;
    fs::rename(&fresh.0, to).about(to)?;
    Ok(manifest)
}

/// Lays an archive out as a data folder, which may not hold anything yet, and compares what lies there with the
/// manifest. The folder is there whole or not at all.
pub async fn unpack(from: &Path, data: &Path) -> Result<Manifest, Stop> {
    let archive = Archive::open(from)?;
    let holds_something = match fs::read_dir(data) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => return Err(error).about(data),
    };
    if holds_something {
        return Err(Stop::because(format!(
            "{} is not empty; a backup goes into a folder of its own",
            data.display()
        )));
    }
    let fresh = Scratch(beside(data, "new"));
    let mut folder = DirBuilder::new();
    folder.recursive(true).mode(0o700);
    folder.create(&fresh.0).about(&fresh.0)?;
    let manifest = archive.unpack(|name| {
        let path = fresh.0.join(name);
        let file = own_file().create_new(true).open(&path).about(&path)?;
        Ok(Box::new(Synced(BufWriter::new(file))))
    })?;
    if Tally::of(&fresh.0.join(DATABASE)).await? != manifest.tally() {
        return Err(damaged(from, "its items are not those that were saved"));
    }
    // Over an empty folder, or where there is none.
    fs::rename(&fresh.0, data).about(data)?;
    Ok(manifest)
}

fn write(snapshot: &Path, to: &Path, manifest: &mut Manifest) -> Result<(), Stop> {
    let file = own_file().create_new(true).open(to).about(to)?;
    let mut zip = ZipWriter::new(BufWriter::new(file));
    let options = SimpleFileOptions::default().large_file(true);
    for name in KEPT {
        let path = snapshot.join(name);
        if !path.is_file() {
            continue;
        }
        zip.start_file(name, options).map_err(not_written)?;
        let from = BufReader::new(File::open(&path).about(&path)?);
        let digest = copy(from, &mut zip).about(&path)?;
        manifest.files.insert(name.to_owned(), digest);
    }
    zip.start_file(MANIFEST, options).map_err(not_written)?;
    let text = serde_json::to_vec_pretty(manifest)
        .map_err(|error| Stop::because(format!("the manifest: {error}")))?;
    zip.write_all(&text).about(to)?;
    let mut file = zip.finish().map_err(not_written)?;
    file.flush().about(to)?;
    file.get_ref().sync_all().about(to)
}

/// Copies all of it; its SHA-256 in hexadecimal.
fn copy(mut from: impl Read, to: &mut dyn Write) -> io::Result<String> {
    let mut digest = Sha256::new();
    let mut bytes = vec![0; 64 * 1024];
    loop {
        let read = from.read(&mut bytes)?;
        if read == 0 {
            return Ok(hexadecimal(&digest.finalize()));
        }
        digest.update(&bytes[..read]);
        to.write_all(&bytes[..read])?;
    }
}

struct Archive {
    path: PathBuf,
    zip: ZipArchive<BufReader<File>>,
    manifest: Manifest,
}

impl Archive {
    /// Refuses what is no backup of Linli, or one of a format that cannot be read here.
    fn open(path: &Path) -> Result<Self, Stop> {
        let no_backup = |_: ZipError| damaged(path, "it is no backup of Linli");
        let file = BufReader::new(File::open(path).about(path)?);
        let mut zip = ZipArchive::new(file).map_err(no_backup)?;
        let mut text = String::new();
        let entry = zip.by_name(MANIFEST).map_err(no_backup)?;
        // A manifest is a page of text.
        entry.take(1 << 20).read_to_string(&mut text).about(path)?;
        let manifest: Manifest = serde_json::from_str(&text)
            .map_err(|error| damaged(path, &format!("its manifest does not read: {error}")))?;
        if !readable(&manifest.format) {
            return Err(Stop::because(format!(
                "{} was written by another version of Linli (format {}, this one reads {OLDEST} to {FORMAT})",
                path.display(),
                manifest.format
            )));
        }
        let known = |name: &String| KEPT.contains(&name.as_str());
        let whole = [DATABASE, "secret", "format"]
            .iter()
            .all(|name| manifest.files.contains_key(*name));
        if !whole || !manifest.files.keys().all(known) {
            return Err(damaged(path, "it does not hold what a backup holds"));
        }
        Ok(Self {
            path: path.to_owned(),
            zip,
            manifest,
        })
    }

    /// Hands every file to where `place` says, and compares it with the manifest.
    fn unpack(
        mut self,
        mut place: impl FnMut(&str) -> Result<Box<dyn Write>, Stop>,
    ) -> Result<Manifest, Stop> {
        for (name, wanted) in &self.manifest.files {
            let missing = |_: ZipError| damaged(&self.path, &format!("it has no {name}"));
            let entry = self.zip.by_name(name).map_err(missing)?;
            let mut to = place(name)?;
            let found = copy(entry, &mut *to).and_then(|found| to.flush().map(|()| found));
            let found = found.map_err(|error| damaged(&self.path, &format!("{name}: {error}")))?;
            if found != *wanted {
                return Err(damaged(
                    &self.path,
                    &format!("{name} is not as it was saved"),
                ));
            }
        }
        Ok(self.manifest)
    }
}

fn damaged(path: &Path, why: &str) -> Stop {
    Stop::because(format!("{} cannot be used: {why}", path.display()))
}

fn not_written(error: ZipError) -> Stop {
    Stop::because(format!("the backup could not be written: {error}"))
}

/// On the same disk, so that it can be moved over; of this process alone.
fn beside(path: &Path, what: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{what}-{}", process::id()));
    path.with_file_name(name)
}

/// A file or folder that is gone when the value is dropped, unless it was moved away.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = match self.0.is_dir() {
            true => fs::remove_dir_all(&self.0),
            false => fs::remove_file(&self.0),
        };
    }
}

/// Flushed to the disk.
struct Synced(BufWriter<File>);

impl Write for Synced {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()?;
        self.0.get_ref().sync_all()
    }
}
