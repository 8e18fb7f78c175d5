//! A `linli` of its own process: started, killed, started again on the same data.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use wire::identity::{SignInBody, SignedIn};

use crate::client::Client;
use crate::disk::Disk;

/// `linli` beside this test binary, or where `LINLI_BIN` says.
#[must_use]
pub fn linli() -> PathBuf {
    if let Some(path) = std::env::var_os("LINLI_BIN") {
        return path.into();
    }
    let here = std::env::current_exe().expect("this binary lies somewhere");
    let folder = here
        .parent()
        .and_then(Path::parent)
        .expect("target/PROFILE/deps/");
    folder.join("linli")
}

pub struct Server {
    child: Child,
    pub url: String,
    /// From the start of the process to the first answer.
    pub started_in: Duration,
}

impl Server {
    pub async fn start(data: &Path) -> Self {
        Self::logging(data, "error", Stdio::inherit()).await
    }

    /// `level`: what is logged, as `RUST_LOG` has it; `to`: where.
    pub async fn logging(data: &Path, level: &str, to: Stdio) -> Self {
        Self::begin(Command::new(linli()), data, level, to).await
    }

    /// As on a disk that is full: no file grows beyond so many times 512 bytes. What it says goes to `to`.
    pub async fn cramped(data: &Path, blocks: u32, to: Stdio) -> Self {
        Self::begin(cramped(blocks), data, "error", to).await
    }

    /// On a disk of its own, silent.
    pub async fn on(disk: &Disk, data: &Path) -> Self {
        let command = disk.command("rw", &linli());
        Self::begin(command, data, "error", Stdio::null()).await
    }

    async fn begin(mut command: Command, data: &Path, level: &str, to: Stdio) -> Self {
        let begun = Instant::now();
        let mut child = command
            .args(["serve", "--port", "0", "--no-open", "--data"])
            .arg(data)
            .env("RUST_LOG", level)
            .stdout(Stdio::piped())
            .stderr(to)
            .spawn()
            .expect("linli starts; build it with `cargo build`");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped"))
            .read_line(&mut line)
            .expect("a line");
        let from = line
            .find("http://")
            .unwrap_or_else(|| panic!("no address in {line:?}"));
        let url = line[from..]
            .split('/')
            .take(3)
            .collect::<Vec<_>>()
            .join("/");
        let http = reqwest::Client::new();
        while http
            .get(format!("{url}/v1/health"))
            .send()
            .await
            .map(|r| r.status() != 200)
            .unwrap_or(true)
        {
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "it never answers"
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Self {
            child,
            url,
            started_in: begun.elapsed(),
        }
    }

    /// From now on no file is written beyond so many bytes: with none, the disk takes nothing any more. For one that is
    /// [`Server::cramped`], which such a refusal does not kill.
    pub fn disk_takes(&self, bytes: u64) {
        let (pid, limit) = (self.child.id().to_string(), format!("--fsize={bytes}:"));
        let set = Command::new("prlimit")
            .args(["--pid", &pid, &limit])
            .status();
        let set = set.expect("prlimit, of util-linux");
        assert!(set.success(), "it is ours to limit");
    }

    /// The disk it runs on fails: from now on its file system is only read.
    pub fn disk_fails(&self, disk: &Disk) {
        disk.fails_under(self.child.id());
    }

    /// SIGKILL: nothing is flushed, nothing is closed.
    pub fn kill(mut self) {
        self.child.kill().expect("it was running");
        self.child.wait().expect("it is gone");
    }

    /// SIGTERM: what runs finishes, and the database is closed.
    pub fn end(mut self) {
        let pid = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(told.is_ok_and(|status| status.success()), "it was running");
        self.child.wait().expect("it is gone");
    }

    /// Resident memory in KiB.
    pub fn rss_kib(&self) -> u64 {
        rss_kib(self.child.id()).into()
    }

    /// Signs in with the code of the local outbox, and the second factor of the demo page.
    pub async fn sign_in(&self, http: &reqwest::Client, phone: &str) -> Client {
        let mut client = Client::new(http, &self.url);
        let body = format!(r#"{{"phone":"{phone}"}}"#);
        let sent = client.raw("POST", "/v1/auth/codes", Some(body)).await;
        assert_eq!(sent.status, 202, "{}", sent.body);
        let outbox = client
            .raw("GET", &format!("/_local/outbox.json?to={phone}"), None)
            .await
            .json();
        let messages = outbox["messages"].as_array().cloned().unwrap_or_default();
        let newest = messages.iter().find_map(|message| message["code"].as_str());
        let code = newest.expect("a code").to_owned();
        let body = serde_json::to_string(&SignInBody {
            phone: phone.into(),
            code,
        })
        .expect("json");
        let raw = client.raw("POST", "/v1/auth/sessions", Some(body)).await;
        assert_eq!(raw.status, 201, "{}", raw.body);
        client.cookie = raw.cookie();
        let signed_in: SignedIn =
            serde_json::from_str(&raw.body).expect("the reply of the contract");
        if !signed_in.second_factor.is_settled() {
            let demo = client.raw("GET", "/_local/demo", None).await.json();
            let accounts = demo["accounts"].as_array().cloned().unwrap_or_default();
            let code = accounts
                .iter()
                .find(|a| a["phone"] == phone)
                .and_then(|a| a["totp"].as_str())
                .expect("a second factor")
                .to_owned();
            let raw = client
                .raw(
                    "POST",
                    "/v1/auth/second-factor/verify",
                    Some(format!(r#"{{"code":"{code}"}}"#)),
                )
                .await;
            assert_eq!(raw.status, 200, "{}", raw.body);
        }
        client
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Resident memory of a process in KiB.
#[must_use]
pub fn rss_kib(process: u32) -> u32 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1));
    kib.and_then(|kib| kib.parse().ok()).unwrap_or(0)
}

/// `linli` where no file grows beyond so many times 512 bytes; what would is refused, and kills nobody.
#[must_use]
pub fn cramped(blocks: u32) -> Command {
    let mut shell = Command::new("sh");
    let script = format!(r#"trap '' XFSZ; ulimit -f {blocks}; exec "$0" "$@""#);
    shell.arg("-c").arg(script).arg(linli());
    shell
}

/// `linli check` on data: its status and what it says.
pub fn check(data: &Path) -> (bool, String) {
    checked(Command::new(linli()), data)
}

pub(crate) fn checked(mut linli: Command, data: &Path) -> (bool, String) {
    let out = linli
        .args(["check", "--data"])
        .arg(data)
        .env("RUST_LOG", "error")
        .output()
        .expect("linli runs");
    (
        out.status.success(),
        String::from_utf8_lossy(&out.stdout).into_owned(),
    )
}
