//! The folder all data lies in: made, locked for one process, and holding the server's secret.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use service::secret::Secret;

use crate::running::DATABASE;
use crate::stop::{About, Stop};

/// How the stored items are formed: the folder says of all of them what each says of itself.
pub const FORMAT: u32 = store::schema::VERSION;
/// The oldest format that is brought up to date when it is opened (`store::upgrade`).
pub const OLDEST: u32 = 3;

/// What a copy of a data folder consists of.
pub const KEPT: [&str; 5] = [DATABASE, "secret", "outbox.jsonl", "clock", "format"];
const LOCK: &str = "lock";

/// Opens for writing, and makes what is not there for its owner's eyes only.
#[must_use]
pub fn own_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).write(true).mode(0o600);
    options
}

/// A data folder this process has to itself until the value is dropped.
pub struct Folder {
    path: PathBuf,
    format: u32,
    _lock: File,
}

impl Folder {
    /// Makes the folder if need be, and takes it. `path`: relative or absolute.
    pub fn open(path: &Path) -> Result<Self, Stop> {
        let mut folder = DirBuilder::new();
        folder.recursive(true).mode(0o700);
        writable(folder.create(path), path)?;
        let path = fs::canonicalize(path).about(path)?;
        let lock_path = path.join(LOCK);
        let lock = writable(own_file().open(&lock_path), &lock_path)?;
        match lock.try_lock() {
            Ok(()) => {
                let folder = Self {
                    format: format_of(&path)?,
                    path,
                    _lock: lock,
                };
                if !folder.file(DATABASE).exists() {
                    folder.mark()?;
                }
                folder.shut()?;
                Ok(folder)
            }
            Err(TryLockError::WouldBlock) => Err(Stop::because(format!(
                "another Linli is using the data in {}; stop it first or choose another --data",
                path.display()
            ))),
            Err(TryLockError::Error(error)) => Err(error).about(&lock_path),
        }
    }

    /// The format of its items as it was found; less than [`FORMAT`] where they are to be brought up to date.
    #[must_use]
    pub fn format(&self) -> u32 {
        self.format
    }

    /// From now on its items are of this format. Written beside and moved over, so that it is never half there.
    pub fn mark(&self) -> Result<(), Stop> {
        let (fresh, mark) = (self.file("format.new"), self.file("format"));
        let mut file = own_file().truncate(true).open(&fresh).about(&fresh)?;
        file.write_all(FORMAT.to_string().as_bytes())
            .about(&fresh)?;
        file.sync_all().about(&fresh)?;
        fs::rename(&fresh, &mark).about(&mark)
    }

    /// Takes away what others could read of our own files that were there before.
    fn shut(&self) -> Result<(), Stop> {
        let beside = ["-wal", "-shm"].map(|what| format!("{DATABASE}{what}"));
        let own = KEPT.iter().copied().chain([LOCK]);
        let named = own.chain(beside.iter().map(String::as_str));
        for path in named.map(|name| self.file(name)) {
            match fs::set_permissions(&path, Permissions::from_mode(0o600)) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(error).about(&path);
                }
                _ => {}
            }
        }
        Ok(())
    }

    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The database's file, made if need be. What SQLite lays beside it takes its mode from it.
    pub fn database(&self) -> Result<PathBuf, Stop> {
        let path = self.file(DATABASE);
        writable(own_file().open(&path), &path)?;
        Ok(path)
    }

    /// The secret of this folder, made on first use and readable by its owner only.
    pub fn secret(&self) -> Result<Secret, Stop> {
        let path = self.file("secret");
        match File::open(&path) {
            Ok(mut file) => read_secret(&mut file, &path),
            Err(error) if error.kind() == ErrorKind::NotFound => self.make_secret(&path),
            Err(error) => Err(error).about(&path),
        }
    }

    fn make_secret(&self, path: &Path) -> Result<Secret, Stop> {
        let mut bytes = [0u8; 32];
        getrandom::fill(&mut bytes)
            .map_err(|error| Stop::because(format!("no random bytes: {error}")))?;
        let fresh = self.file("secret.new");
        let mut file = own_file().truncate(true).open(&fresh).about(&fresh)?;
        file.write_all(&bytes).about(&fresh)?;
        file.sync_all().about(&fresh)?;
        fs::rename(&fresh, path).about(path)?;
        Ok(Secret::new(bytes))
    }
}

/// Says of what could not be opened for writing whose it is to mend.
fn writable<T>(opened: io::Result<T>, path: &Path) -> Result<T, Stop> {
    opened.map_err(|error| {
        Stop::because(format!(
            "{} cannot be written ({error}); let whoever runs Linli write there, or choose another --data",
            path.display()
        ))
    })
}

/// The format of a folder's items; that of a new one is ours. Refuses what cannot be read here: nothing in it
/// is touched.
pub fn format_of(path: &Path) -> Result<u32, Stop> {
    let mark = path.join("format");
    let found = match fs::read_to_string(&mark) {
        Ok(found) => found.trim().to_owned(),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            if !path.join(DATABASE).exists() {
                return Ok(FORMAT);
            }
            "1".to_owned()
        }
        Err(error) => return Err(error).about(&mark),
    };
    let known = found.parse::<u32>().ok().filter(readable);
    known.ok_or_else(|| {
        Stop::because(format!(
            "the data in {} was written by another version of Linli (format {found}, this one reads {OLDEST} to {FORMAT}); \
             start that version, or choose another --data",
            path.display()
        ))
    })
}

/// Can items of that format be read, as they are or brought up to date?
#[must_use]
pub fn readable(format: &u32) -> bool {
    (OLDEST..=FORMAT).contains(format)
}

fn read_secret(file: &mut File, path: &Path) -> Result<Secret, Stop> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).about(path)?;
    let bytes: [u8; 32] = bytes.try_into().map_err(|_| {
        Stop::because(format!(
            "{} is damaged: it should hold 32 bytes",
            path.display()
        ))
    })?;
    Ok(Secret::new(bytes))
}

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn what_cannot_be_written_is_said_to_be_so() {
        let temporary = tempfile::tempdir().expect("a temporary folder");
        let file = temporary.path().join("file");
        fs::write(&file, "theirs").expect("written");
        let locked = temporary.path().join("locked");
        fs::create_dir_all(locked.join(LOCK)).expect("a folder in the way");
        for path in [file.join("data"), file.clone(), locked] {
            let said = Folder::open(&path).err().expect("refused").to_string();
            let named = said.contains(&*path.to_string_lossy());
            let clear = said.contains("cannot be written (") && said.contains("--data");
            assert!(named && clear, "{said}");
        }
        assert_eq!(fs::read_to_string(&file).expect("there"), "theirs");
    }

    #[test]
    fn a_folder_has_one_owner_and_one_secret() {
        let temporary = tempfile::tempdir().expect("a temporary folder");
        let path = temporary.path().join("data");
        let folder = Folder::open(&path).expect("opens");
        assert!(Folder::open(&path).is_err(), "taken");
        let first = folder.secret().expect("made").phone_digest("1");
        assert_eq!(folder.secret().expect("read").phone_digest("1"), first);
        let database = folder.database().expect("made");
        fs::write(&database, "kept").expect("written");
        folder.database().expect("made already");
        assert_eq!(fs::read_to_string(&database).expect("read"), "kept");
        for (name, want) in [(".", 0o700), ("secret", 0o600), (DATABASE, 0o600)] {
            let mode = fs::metadata(path.join(name)).expect("there").permissions();
            assert_eq!(mode.mode() & 0o777, want, "{name}");
        }
        drop(folder);
        for name in [DATABASE, "secret", "outbox.jsonl", "theirs"] {
            let file = path.join(name);
            fs::write(&file, "kept").expect("written");
            let open = Permissions::from_mode(0o644);
            fs::set_permissions(&file, open).expect("set");
        }
        let again = Folder::open(&path).expect("free again");
        for (name, want) in [
            (DATABASE, 0o600),
            ("secret", 0o600),
            ("outbox.jsonl", 0o600),
            ("theirs", 0o644),
        ] {
            let mode = fs::metadata(again.file(name)).expect("there").permissions();
            assert_eq!(mode.mode() & 0o777, want, "{name} as it was found");
        }
    }

    #[test]
    fn data_of_another_version_is_left_alone() {
        let temporary = tempfile::tempdir().expect("a temporary folder");
        let path = temporary.path();
        let refused = || Folder::open(path).err().map(|stop| stop.to_string());
        fs::write(path.join(DATABASE), "older").expect("written");
        let why = refused().expect("an older folder has no mark");
        assert!(why.contains("format 1"), "{why}");
        fs::write(path.join("format"), "99").expect("written");
        let why = refused().expect("a newer one has another");
        assert!(why.contains("format 99"), "{why}");
        for readable in OLDEST..=FORMAT {
            fs::write(path.join("format"), readable.to_string()).expect("written");
            let folder = Folder::open(path).expect("opens");
            assert_eq!(folder.format(), readable, "as it was found");
            folder.mark().expect("marked");
        }
        assert_eq!(format_of(path).expect("marked"), FORMAT);
    }
}
