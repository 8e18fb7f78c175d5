//! A copy of a data folder as it was at one moment, also while a `linli` serves it: SQLite reads beside
//! whoever writes, and what is written meanwhile is not in the copy.

use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process;

use dynoxide::Database;
use sha2::{Digest, Sha256};
use store::{Store, audit};

use crate::data::{KEPT, format_of, own_file};
use crate::database::Embedded;
use crate::running::{DATABASE, TABLE};
use crate::stop::{About, Stop};

const PREFIX: &str = "snapshot-";

/// A data folder of its own, gone when the value is dropped. It lies in the one it was taken of, for the
/// same eyes on the same disk.
pub struct Snapshot {
    path: PathBuf,
    format: u32,
}

impl Snapshot {
    /// Refuses where there is no data, or data of a format that cannot be read here.
    pub async fn of(data: &Path) -> Result<Self, Stop> {
        let data = data.to_owned();
        let taken = tokio::task::spawn_blocking(move || take(&data)).await;
        taken.map_err(|error| Stop::because(format!("the copy was cut short: {error}")))?
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    #[must_use]
    pub fn format(&self) -> u32 {
        self.format
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

fn take(data: &Path) -> Result<Snapshot, Stop> {
    let database = data.join(DATABASE);
    if !database.is_file() {
        return Err(Stop::because(format!(
            "there is no data in {}",
            data.display()
        )));
    }
    let format = format_of(data)?;
    forget_cut_short(data)?;
    let path = data.join(format!("{PREFIX}{}", process::id()));
    DirBuilder::new().mode(0o700).create(&path).about(&path)?;
    let snapshot = Snapshot { path, format };
    for name in KEPT.iter().filter(|name| **name != DATABASE) {
        let from = data.join(name);
        match fs::copy(&from, snapshot.path.join(name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).about(&from);
            }
            _ => {}
        }
    }
    // SQLite fills a file that is there and empty, and leaves its mode.
    let copy = snapshot.path.join(DATABASE);
    own_file().open(&copy).about(&copy)?;
    let copied = Database::new(&database.to_string_lossy())
        .and_then(|database| database.vacuum_into(&copy.to_string_lossy()));
    copied.map_err(|error| Stop::because(format!("the database could not be copied: {error}")))?;
    Ok(snapshot)
}

/// A process that was killed could not take its copy away.
fn forget_cut_short(data: &Path) -> Result<(), Stop> {
    for entry in fs::read_dir(data).about(data)? {
        let name = entry.about(data)?.file_name();
        let name = name.to_string_lossy();
        let Some(of) = name.strip_prefix(PREFIX) else {
            continue;
        };
        let path = data.join(name.as_ref());
        if of == process::id().to_string() || !Path::new("/proc").join(of).exists() {
            fs::remove_dir_all(&path).about(&path)?;
        }
    }
    Ok(())
}

/// What a database holds, in two figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    pub items: u64,
    /// SHA-256 of all items, whatever their order, in hexadecimal.
    pub digest: String,
}

impl Tally {
    /// Reads every item of a database that nobody serves.
    pub async fn of(database: &Path) -> Result<Self, Stop> {
        let embedded = Embedded::open(Some(database))?;
        let store = Store::new(embedded.client(None), TABLE);
        let mut digests: Vec<[u8; 32]> = Vec::new();
        let read = audit::forms(&store, |form| digests.push(Sha256::digest(form).into())).await;
        drop(store);
        embedded.close().await?;
        let items = read?;
        digests.sort_unstable();
        Ok(Self {
            items,
            digest: hexadecimal(&Sha256::digest(digests.as_flattened())),
        })
    }
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}
