//! A disk of its own in a file, with ext4 on it. Whoever runs on it has it mounted in a namespace of their own, which
//! goes with them: nobody else sees it, and nothing stays behind.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::server::{checked, linli};

/// The file has holes: it takes what is written.
const BYTES: u64 = 256 * 1024 * 1024;
/// The disk, where it is mounted, how, and what runs there. It has to be written first, to bring its own log to an end.
const ON_IT: &str = r#"mount -o loop,errors=remount-ro "$0" "$1" && mount -o "remount,$2" "$1" && shift 2 && exec "$@""#;
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Disk {
    image: PathBuf,
    at: PathBuf,
}

impl Disk {
    /// Or why there is none here: only root mounts, and not everywhere.
    pub fn new(folder: &Path) -> Result<Self, String> {
        let disk = Self {
            image: folder.join("disk"),
            at: folder.join("mounted"),
        };
        fs::create_dir(&disk.at).expect("a folder");
        let file = File::create(&disk.image).expect("a file");
        file.set_len(BYTES).expect("holes");
        let mut made = Command::new("mkfs.ext4");
        made.args(["-q", "-F"]).arg(&disk.image);
        succeeds(made)?;
        succeeds(disk.command("rw", Path::new("true")))?;
        Ok(disk)
    }

    /// Where it is mounted, for whoever runs on it.
    #[must_use]
    pub fn at(&self) -> &Path {
        &self.at
    }

    /// A program that runs on it, once nobody else does. `mode`: `rw`, or `ro`, where it is only read.
    #[must_use]
    pub fn command(&self, mode: &str, program: &Path) -> Command {
        self.wait();
        let mut command = Command::new("unshare");
        command.args(["-m", "sh", "-c", ON_IT]);
        command.arg(&self.image).arg(&self.at);
        command.arg(mode).arg(program);
        command
    }

    /// Fails under a running process: from then on its file system is only read, whatever that has open.
    pub fn fails_under(&self, process: u32) {
        let process = process.to_string();
        let mut command = Command::new("nsenter");
        command.args(["--mount", "--target", &process]);
        command.args(["mount", "-o", "remount,abort"]).arg(&self.at);
        succeeds(command).expect("it was mounted there");
    }

    /// `linli check` on data that lies on it: its status and what it says.
    #[must_use]
    pub fn check(&self, data: &Path) -> (bool, String) {
        checked(self.command("rw", &linli()), data)
    }

    /// It is taken off a moment after whoever had it ended.
    fn wait(&self) {
        let begun = Instant::now();
        let mut mounted = Command::new("losetup");
        mounted.arg("-j").arg(&self.image);
        while mounted.output().is_ok_and(|used| !used.stdout.is_empty()) {
            assert!(begun.elapsed() < PATIENCE, "somebody still runs on it");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Or what it said.
fn succeeds(mut command: Command) -> Result<(), String> {
    let out = command.stdin(Stdio::null()).output();
    let out = out.map_err(|error| format!("{command:?}: {error}"))?;
    match out.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&out.stderr).trim().to_owned()),
    }
}
