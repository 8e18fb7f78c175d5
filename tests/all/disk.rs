//! A disk that is full, one that takes nothing, and one that wrote only half: nothing that was acknowledged is lost, and
//! nothing is half there.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use acceptance::Chance;
use acceptance::client::Client;
use acceptance::crash::offers;
use acceptance::disk::Disk;
use acceptance::server::{Server, check, cramped, linli};
use domain::booking::StateName;
use domain::{BookingId, CommandId};
use jiff::Timestamp;
use wire::Code;
use wire::endpoint::None_;
use wire::market::{
    BookingView, CancelBooking, CreateBooking, CreateBookingBody, GetBooking, ReasonBody,
};

/// Room for some transactions: 2 MiB of a write-ahead log.
const BLOCKS: u32 = 4_096;
/// As good as any disk, 1 GiB.
const ROOMY: u32 = 2_097_152;
const BLOCK_BYTES: u64 = 512;
const WAL: &str = "linli.db-wal";
/// Who owns nothing.
const NOBODY: u32 = 65_534;

/// Books and cancels until nothing more is taken, or so often; each booking as it was acknowledged last, and how
/// many calls were refused because of the store.
async fn write(
    who: &Client,
    offers: &[CreateBookingBody],
    chance: &mut Chance,
    most: usize,
) -> (Vec<BookingView>, usize) {
    let (mut acknowledged, mut busy) = (Vec::new(), 0);
    for _ in 0..most {
        if busy == 3 {
            break;
        }
        let now = u64::try_from(Timestamp::now().as_millisecond()).expect("after 1970");
        let order = CreateBookingBody {
            id: BookingId::new(now, chance.bits()),
            ..chance.of(offers).clone()
        };
        let id = order.id;
        let made = match who.call::<CreateBooking>((), None_ {}, order).await {
            Ok(made) => made,
            Err(problem) => {
                if problem.status >= 500 {
                    assert_eq!((problem.code, problem.status), (Code::Busy, 503));
                    busy += 1;
                }
                continue;
            }
        };
        let cancel = ReasonBody {
            id: Some(CommandId::new(now, chance.bits())),
            reason: None,
        };
        match who.call::<CancelBooking>((id,), None_ {}, cancel).await {
            Ok(cancelled) => acknowledged.push(cancelled),
            Err(problem) => {
                if problem.status >= 500 {
                    assert_eq!((problem.code, problem.status), (Code::Busy, 503));
                    busy += 1;
                }
                acknowledged.push(made);
            }
        }
    }
    (acknowledged, busy)
}

async fn all_there(who: &Client, acknowledged: &[BookingView]) {
    for view in acknowledged {
        let found = who.call::<GetBooking>((view.id,), None_ {}, None_ {}).await;
        let found = found.unwrap_or_else(|problem| panic!("{} is lost: {problem:?}", view.id));
        same(&found, view);
    }
}

/// Where nothing can be written down, only what is read without anybody being told somebody's number is there: a look at
/// a number that nobody could read of later is not given.
async fn all_there_without_room(who: &Client, acknowledged: &[BookingView]) {
    let (looks, plain): (Vec<_>, Vec<_>) = acknowledged
        .iter()
        .cloned()
        .partition(|view| view.state == StateName::Accepted);
    all_there(who, &plain).await;
    for view in looks {
        match who.call::<GetBooking>((view.id,), None_ {}, None_ {}).await {
            Ok(found) => same(&found, &view),
            Err(problem) => assert_eq!(problem.code, Code::Busy, "{}: {problem:?}", view.id),
        }
    }
}

fn same(found: &BookingView, view: &BookingView) {
    let (now, then) = ((found.state, found.ver), (view.state, view.ver));
    assert_eq!(now, then, "{}", view.id);
}

fn sound(data: &Path) {
    let (sound, said) = check(data);
    assert!(sound, "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_nothing_is_acknowledged_that_is_not_kept() {
    let temporary = tempfile::tempdir().expect("a folder");
    let data = temporary.path().join("data");
    let http = reqwest::Client::new();
    let server = Server::start(&data).await;
    let mut wang = server.sign_in(&http, "13800000001").await;
    let offers = offers(&wang).await;
    server.end();

    let log = temporary.path().join("log");
    let to = File::create(&log).expect("a log");
    let server = Server::cramped(&data, BLOCKS, to.into()).await;
    wang.url.clone_from(&server.url);
    let mut chance = Chance::new(14);
    let (acknowledged, busy) = write(&wang, &offers, &mut chance, 400).await;
    assert!(!acknowledged.is_empty(), "some room was left");
    assert_eq!(busy, 3, "then there was none, which is told as it is");
    all_there_without_room(&wang, &acknowledged).await;
    server.kill();
    let log = fs::read_to_string(&log).expect("a log");
    assert!(log.contains("ERROR"), "whoever runs it is told: {log}");

    let server = Server::start(&data).await;
    wang.url.clone_from(&server.url);
    all_there(&wang, &acknowledged).await;
    let (more, busy) = write(&wang, &offers, &mut chance, 5).await;
    assert_eq!(busy, 0, "with room again, it goes on");
    all_there(&wang, &more).await;
    server.end();
    sound(&data);

    // Not even room to begin: one sentence, and no process that half works.
    let mut none = cramped(0);
    none.args(["serve", "--port", "0", "--no-open", "--data"]);
    let none = none
        .arg(temporary.path().join("other"))
        .stdin(Stdio::null());
    let none = none.output().expect("it ends");
    assert!(!none.status.success());
    let said = String::from_utf8_lossy(&none.stderr);
    assert!(said.contains("linli: "), "{said}");
}

/// A disk that is only read from one moment to the other, as after an error of its own, and is written again later.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_takes_nothing_any_more_is_told_as_it_is_until_it_does_again() {
    let temporary = tempfile::tempdir().expect("a folder");
    let data = temporary.path().join("data");
    let http = reqwest::Client::new();
    // No log: it would lie on the same disk.
    let server = Server::cramped(&data, ROOMY, Stdio::null()).await;
    let wang = server.sign_in(&http, "13800000001").await;
    let offers = offers(&wang).await;
    let mut chance = Chance::new(15);
    let (mut acknowledged, busy) = write(&wang, &offers, &mut chance, 20).await;
    assert!(!acknowledged.is_empty() && busy == 0, "it begins well");

    server.disk_takes(0);
    let (none, busy) = write(&wang, &offers, &mut chance, 40).await;
    assert_eq!((none.len(), busy), (0, 3), "nothing is acknowledged");
    all_there_without_room(&wang, &acknowledged).await;

    server.disk_takes(u64::from(ROOMY) * BLOCK_BYTES);
    let (more, busy) = write(&wang, &offers, &mut chance, 20).await;
    assert!(!more.is_empty() && busy == 0, "it goes on by itself");
    acknowledged.extend(more);
    all_there(&wang, &acknowledged).await;
    server.kill();

    let server = Server::start(&data).await;
    let wang = Client {
        url: server.url.clone(),
        ..wang
    };
    all_there(&wang, &acknowledged).await;
    server.end();
    sound(&data);
}

/// `linli serve` on data that it cannot write: it ends, and what it says.
fn refused(mut command: Command, data: &Path) -> Option<String> {
    command.args(["serve", "--port", "0", "--no-open", "--data"]);
    let out = command.arg(data).stdin(Stdio::null()).output();
    let out = match out {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => return None,
        out => out.expect("it ends"),
    };
    assert!(!out.status.success(), "{}", data.display());
    Some(String::from_utf8_lossy(&out.stderr).into_owned())
}

/// Says so, and what to do.
fn told(said: &str) {
    let line = said.lines().find(|line| line.starts_with("linli: "));
    let line = line.unwrap_or_else(|| panic!("no sentence: {said}"));
    assert!(line.contains(" cannot be written ("), "{line}");
    assert!(line.contains("choose another --data"), "{line}");
}

/// The file system itself, as an error of its disk leaves it, while everything is open: it has to be mounted anew.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_system_that_is_only_read_from_an_error_on_loses_nothing() {
    let temporary = tempfile::tempdir().expect("a folder");
    let disk = match Disk::new(temporary.path()) {
        Ok(disk) => disk,
        Err(why) => {
            println!("SKIPPED: no disk of its own can be mounted here: {why}");
            return;
        }
    };
    let data = disk.at().join("data");
    let http = reqwest::Client::new();
    let server = Server::on(&disk, &data).await;
    let mut wang = server.sign_in(&http, "13800000001").await;
    let offers = offers(&wang).await;
    let mut chance = Chance::new(16);
    let (acknowledged, busy) = write(&wang, &offers, &mut chance, 20).await;
    assert!(!acknowledged.is_empty() && busy == 0, "it begins well");

    server.disk_fails(&disk);
    let (none, busy) = write(&wang, &offers, &mut chance, 40).await;
    assert_eq!((none.len(), busy), (0, 3), "nothing is acknowledged");
    all_there_without_room(&wang, &acknowledged).await;
    server.kill();

    let said = refused(disk.command("ro", &linli()), &data);
    let said = said.expect("it may be run");
    told(&said);
    assert!(said.contains("Read-only file system"), "{said}");

    let server = Server::on(&disk, &data).await;
    wang.url.clone_from(&server.url);
    all_there(&wang, &acknowledged).await;
    let (more, busy) = write(&wang, &offers, &mut chance, 20).await;
    assert!(!more.is_empty() && busy == 0, "mounted anew, it goes on");
    all_there(&wang, &more).await;
    server.end();
    let (sound, said) = disk.check(&data);
    assert!(sound, "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn data_that_cannot_be_written_ends_it_with_one_sentence() {
    let temporary = tempfile::tempdir().expect("a folder");
    let here = temporary.path();
    let data = here.join("data");
    Server::start(&data).await.end();

    // A file where a folder should be, whoever asks.
    let file = here.join("file");
    fs::write(&file, "").expect("written");
    for path in [file.join("data"), file] {
        let said = refused(Command::new(linli()), &path);
        told(&said.expect("it may be run"));
    }

    // A folder one may only look into. Root may write everywhere, so that nobody asks in its place.
    let mode = |path: &Path, mode: u32| {
        let set = fs::set_permissions(path, Permissions::from_mode(mode));
        set.expect("it is ours");
    };
    let root = fs::metadata(here).expect("there").uid() == 0;
    let command = if root {
        mode(here, 0o755);
        let program = here.join("linli");
        if fs::hard_link(linli(), &program).is_err() {
            fs::copy(linli(), &program).expect("copied");
        }
        let mut command = Command::new(program);
        command.uid(NOBODY).gid(NOBODY).current_dir("/");
        command
    } else {
        Command::new(linli())
    };
    mode(&data, if root { 0o755 } else { 0o500 });
    mode(&data.join("lock"), 0o400);
    match refused(command, &data) {
        Some(said) => told(&said),
        None => {
            println!("SKIPPED: root may not become somebody else here, and may write everywhere");
        }
    }
    mode(&data, 0o700);
    mode(&data.join("lock"), 0o600);
    Server::start(&data).await.end();
    sound(&data);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_was_half_written_costs_no_more_than_its_end() {
    let temporary = tempfile::tempdir().expect("a folder");
    let data = temporary.path().join("data");
    let http = reqwest::Client::new();
    let server = Server::start(&data).await;
    let mut wang = server.sign_in(&http, "13800000001").await;
    let offers = offers(&wang).await;
    let mut chance = Chance::new(41);
    let (acknowledged, _) = write(&wang, &offers, &mut chance, 20).await;
    assert!(acknowledged.len() > 3, "no game: {}", acknowledged.len());
    server.kill();

    // What the disk was given last and never finished.
    let wal = data.join(WAL);
    let whole = fs::metadata(&wal).expect("it was killed").len();
    assert!(whole > 0, "something waits there");
    let rubbish: Vec<u8> = (0..10_000)
        .map(|_| chance.draw().to_le_bytes()[0])
        .collect();
    let mut file = OpenOptions::new().append(true).open(&wal).expect("opens");
    file.write_all(&rubbish).expect("written");
    drop(file);
    let server = Server::start(&data).await;
    wang.url.clone_from(&server.url);
    all_there(&wang, &acknowledged).await;
    let (more, _) = write(&wang, &offers, &mut chance, 20).await;
    server.kill();

    // A disk that lost its last page: of the last change nothing is there, and all of those before.
    let whole = fs::metadata(&wal).expect("it was killed").len();
    let file = OpenOptions::new().write(true).open(&wal).expect("opens");
    file.set_len(whole.saturating_sub(100)).expect("cut");
    drop(file);
    let server = Server::start(&data).await;
    wang.url.clone_from(&server.url);
    all_there(&wang, &acknowledged).await;
    let before = more.len().saturating_sub(1);
    all_there(&wang, &more[..before]).await;
    server.end();
    sound(&data);
}
