//! Data that earlier programs wrote, brought up to date by this one: `functions/local/tests/earlier/README.md` says which
//! programs, and what was done with them.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use local::data::{FORMAT, KEPT};
use local::running::{DATABASE, Opened};
use local::{Begin, Options, Place, Running};
use reqwest::{Client, Method, StatusCode};
use rusqlite::Connection;
use serde_json::{Value, json};
use service::notify::relay;
use store::schema::{Kind, VERSION};
use store::{audit, upgrade};
use zip::ZipArchive;

/// What one of them wrote.
struct Old {
    /// In `functions/local/tests/earlier`.
    file: &'static str,
    format: u32,
    /// A moment after it was stopped.
    at: &'static str,
    /// Each with who made it, where they read it, and what it is of.
    made: [(&'static str, &'static str, &'static str); 3],
}

const RESIDENT: &str = "13800000001";
const VOLUNTEER: &str = "13800000301";
/// Of a relative of somebody who is watched over.
const CARD: &str = "7700000001";

const FORMAT_3: Old = Old {
    file: "format-3.zip",
    format: 3,
    at: "2026-11-28T16:00:00Z",
    made: [
        (
            RESIDENT,
            "/v1/bookings/bkg_01M8H907T6AQ7N67KY5ARGKQG5",
            "service",
        ),
        (
            RESIDENT,
            "/v1/library/loans/lon_01M8H9082Q4VQ2GX53TP1MWD60",
            "title",
        ),
        (
            VOLUNTEER,
            "/v1/redemptions/rdm_01M8H908WJ84VJF9J1EDBZ4ZQ1",
            "reward",
        ),
    ],
};

const FORMAT_5: Old = Old {
    file: "format-5.backup",
    format: 5,
    at: "2026-11-28T16:00:00Z",
    made: [
        (
            RESIDENT,
            "/v1/bookings/bkg_01M8H90TG1FQ69Z7ENP8166095",
            "service",
        ),
        (
            RESIDENT,
            "/v1/library/loans/lon_01M8H90V0YNNJWAJ193S8M8A78",
            "title",
        ),
        (
            VOLUNTEER,
            "/v1/redemptions/rdm_01M8H90WJ6KX4V21TB5RHP8W5Y",
            "reward",
        ),
    ],
};

fn linli(args: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_linli"))
        .args(args)
        .arg("--data")
        .arg(folder)
        .env("RUST_LOG", "error")
        .output()
        .expect("linli runs")
}

fn succeeds(args: &[&str], folder: &Path) {
    let output = linli(args, folder);
    let said = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success(), "{args:?}: {said}");
}

impl Old {
    fn path(&self) -> PathBuf {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/earlier");
        data.join(self.file)
    }

    /// Lays it out as a folder. What is a backup of Linli is restored as one.
    fn lay_out(&self, data: &Path) {
        if self.file.ends_with(".backup") {
            let path = self.path().to_string_lossy().into_owned();
            succeeds(&["restore", "--from", &path], data);
            return;
        }
        fs::create_dir(data).expect("a folder");
        let file = File::open(self.path()).expect("it is there");
        let mut zip = ZipArchive::new(file).expect("an archive");
        for name in KEPT {
            let Ok(mut from) = zip.by_name(name) else {
                continue;
            };
            let mut to = File::create(data.join(name)).expect("a file");
            io::copy(&mut from, &mut to).expect("written");
        }
    }

    fn options(&self, data: &Path) -> Options {
        Options {
            place: Place::Folder(data.into()),
            clock: Begin::StandingAt(self.at.parse().expect("a moment")),
            loops: false,
            ..Options::default()
        }
    }
}

/// Attributes of an item, its document taken apart.
type Fields = BTreeMap<String, Value>;
type Items = BTreeMap<(String, String), Fields>;

/// All that lies in a folder that nobody serves, as its database has it.
fn items(data: &Path) -> Items {
    let database = Connection::open(data.join(DATABASE)).expect("it opens");
    let mut asked = database
        .prepare("SELECT item_json FROM linli")
        .expect("a table");
    let rows = asked.query_map([], |row| row.get::<_, String>(0));
    let rows = rows.expect("it answers");
    rows.map(|row| taken_apart(&row.expect("a row"))).collect()
}

fn taken_apart(row: &str) -> ((String, String), Fields) {
    let mut fields: Fields = serde_json::from_str(row).expect("an item");
    if let Some(document) = fields.get_mut("doc") {
        let parsed = serde_json::from_str(text(document)).expect("a document");
        *document = parsed;
    }
    let key = (text(&fields["pk"]).into(), text(&fields["sk"]).into());
    (key, fields)
}

fn text(attribute: &Value) -> &str {
    attribute["S"].as_str().expect("a text")
}

fn kind(fields: &Fields) -> Kind {
    Kind::parse(text(&fields["kind"])).expect("a kind")
}

/// What the upgrade writes to items of a kind. Places of the index are computed; of an alert it goes on telling.
fn written(format: u32, kind: Kind) -> &'static [&'static str] {
    if format >= 5 {
        return &["sv"];
    }
    match kind {
        Kind::Person => &["sv", "g2pk", "g2sk"],
        Kind::Watched => &["sv", "g2pk", "g2sk", "g3pk", "g3sk"],
        Kind::Device => &["sv", "dpk", "dsk"],
        Kind::Alert => &["sv", "dpk", "dsk", "ver", "doc"],
        Kind::AlertMark => &["sv", "changed"],
        _ => &["sv"],
    }
}

/// Of a document the upgrade writes to.
const TOLD_AGAIN: [&str; 2] = ["ladder", "ver"];

fn without(fields: &Fields, left_out: &[&str]) -> Fields {
    let mut fields = fields.clone();
    fields.retain(|name, _| !left_out.contains(&name.as_str()));
    fields
}

fn document_without(fields: &Fields, left_out: &[&str]) -> Value {
    let mut document = fields["doc"].clone();
    let own = document.as_object_mut().expect("fields");
    own.retain(|name, _| !left_out.contains(&name.as_str()));
    document
}

/// Nothing is lost, and nothing was written to but what is meant to be.
fn is_kept(old: &Old, before: &Items, after: &Items) {
    for (key, was) in before {
        // A relative's card stood in the place that is its owner's now.
        let moves = kind(was) == Kind::CredentialOf && key.1 == "OF" && was["own"]["BOOL"] == false;
        let aside = || format!("RELATIVE#{}", text(&was["person"]));
        let sk = if moves { aside() } else { key.1.clone() };
        let moving: &[&str] = if moves { &["sk"] } else { &[] };
        let is = after.get(&(key.0.clone(), sk));
        let is = is.unwrap_or_else(|| panic!("{key:?} is lost"));
        let may = [written(old.format, kind(was)), moving].concat();
        assert_eq!(without(is, &may), without(was, &may), "{key:?}");
        if may.contains(&"doc") {
            let [is, was] = [is, was].map(|fields| document_without(fields, &TOLD_AGAIN));
            assert_eq!(is, was, "{key:?}");
        }
    }
    for (key, is) in after {
        assert_eq!(is["sv"]["N"], VERSION.to_string(), "{key:?}");
        let derived = matches!(
            kind(is),
            Kind::DeviceOf
                | Kind::WatchedCount
                | Kind::Case
                | Kind::CareFile
                | Kind::AlertMark
                | Kind::CredentialOf
        );
        let known = before.contains_key(key) || (old.format < 5 && derived);
        assert!(known, "{key:?} is new");
    }
}

/// Every alert that is open is told of until somebody has it, and one case lists it, which is its person's.
fn is_cared_for(items: &Items) {
    let of = |wanted: Kind| items.values().filter(move |one| kind(one) == wanted);
    let mut open = 0;
    for alert in of(Kind::Alert).map(|one| &one["doc"]) {
        if !matches!(alert["state"].as_str(), Some("open" | "acknowledged")) {
            continue;
        }
        open += 1;
        let ladder = &alert["ladder"];
        let goes_on = ladder["next_at"].is_string() || ladder["left"].is_string();
        assert!(goes_on, "nobody is told of {alert} any more");
        let lists = |case: &&Value| {
            let mut listed = case["alerts"].as_array().into_iter().flatten();
            listed.any(|one| one["id"] == alert["id"])
        };
        let cases = of(Kind::Case).map(|one| &one["doc"]);
        let cases: Vec<&Value> = cases.filter(lists).collect();
        assert_eq!(cases.len(), 1, "{alert}");
        let file = of(Kind::CareFile).map(|one| &one["doc"]);
        let mut theirs = file.filter(|file| file["person"] == alert["person"]);
        let names = theirs.next().map(|file| &file["case"]);
        assert_eq!(names, Some(&cases[0]["id"]), "{alert}");
    }
    assert!(open > 0, "no game: no alert is open");
}

/// A relative's card leads to the home that lists it, and is free for its owner.
fn the_card_is_the_relatives(items: &Items) {
    let card = format!("#CREDENTIAL#{CARD}");
    let leads = items.keys().filter(|(pk, _)| pk.ends_with(&card));
    let leads: Vec<&String> = leads.map(|(_, sk)| sk).collect();
    assert_eq!(leads.len(), 1, "{leads:?}");
    assert!(leads[0].starts_with("RELATIVE#"), "{leads:?}");
}

/// Somebody with a browser.
struct Who {
    http: Client,
    url: String,
    cookie: String,
}

impl Who {
    fn nobody(running: &Running) -> Self {
        Self {
            http: Client::new(),
            url: running.url(),
            cookie: String::new(),
        }
    }

    async fn sign_in(running: &Running, phone: &str) -> Self {
        let mut who = Self::nobody(running);
        let codes = Some(json!({ "phone": phone }));
        let sent = who.call(Method::POST, "/v1/auth/codes", codes).await;
        assert_eq!(sent.status(), StatusCode::ACCEPTED);
        relay::settle(running.ctx()).await.expect("it was sent");
        let outbox = format!("/_local/outbox.json?to={phone}");
        let outbox: Value = who.read(&outbox).await;
        let mut messages = outbox["messages"].as_array().into_iter().flatten();
        let newest = messages.find_map(|message| message["code"].as_str());
        let body = json!({ "phone": phone, "code": newest.expect("a code") });
        let signed_in = who
            .call(Method::POST, "/v1/auth/sessions", Some(body))
            .await;
        assert_eq!(signed_in.status(), StatusCode::CREATED);
        let cookie = signed_in.headers().get("set-cookie").expect("a session");
        let cookie = cookie.to_str().expect("text").split(';').next();
        cookie.expect("its value").clone_into(&mut who.cookie);
        who
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> reqwest::Response {
        let asked = self.http.request(method, format!("{}{path}", self.url));
        let asked = asked.header("cookie", &self.cookie);
        let asked = match body {
            Some(body) => asked.json(&body),
            None => asked,
        };
        asked.send().await.expect("it answers")
    }

    async fn read(&self, path: &str) -> Value {
        let answer = self.call(Method::GET, path, None).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.json().await.expect("is JSON")
    }
}

/// Who made something with the earlier program signs in and reads it.
async fn is_read(old: &Old, data: &Path, before: &Items) {
    let running = Running::start(old.options(data)).await.expect("it starts");
    for phone in [RESIDENT, VOLUNTEER] {
        let who = Who::sign_in(&running, phone).await;
        let theirs = old.made.iter().filter(|(whose, ..)| *whose == phone);
        for (_, path, what) in theirs {
            let view = who.read(path).await;
            let id = path.rsplit('/').next().expect("an id");
            let mut stored = before.values().filter_map(|one| one.get("doc"));
            // The command that made it has its id as well.
            let stored = stored.find(|one| one["id"] == id && one[*what].is_string());
            let stored = stored.expect("it was written");
            for name in ["id", *what] {
                assert_eq!(view[name], stored[name], "{path}: {name}");
            }
        }
    }
    let minute = Some(json!({ "advance": "PT1M" }));
    let nobody = Who::nobody(&running);
    let swept = nobody.call(Method::POST, "/_local/clock", minute).await;
    assert_eq!(swept.status(), StatusCode::OK);
    running.stop().await.expect("it stops");
}

/// The first sweeper told of every alert that nobody had.
fn goes_on(before: &Items, after: &Items) {
    let alerts = before.iter().filter(|(_, one)| kind(one) == Kind::Alert);
    let open = alerts.filter(|(_, one)| one["doc"]["state"] == "open");
    let mut told = 0;
    for (key, was) in open {
        let [was, is] = [was, &after[key]].map(|one| &one["doc"]["ladder"]["next_at"]);
        assert!(is.as_str() > was.as_str(), "{key:?}: {was}, {is}");
        told += 1;
    }
    assert!(told > 0, "no game: nobody was waited for");
}

async fn is_brought_up(old: &Old) -> Items {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let place = |name: &str| temporary.path().join(name);
    let data = place("data");
    old.lay_out(&data);
    let mark = || fs::read_to_string(data.join("format")).expect("marked");
    assert_eq!(mark().trim(), old.format.to_string());
    let before = items(&data);
    assert!(before.len() > 1_000, "the demo is larger");
    let says = before.values().any(|one| one.contains_key("sv"));
    assert!(!says, "of those days no item said its version");

    let opened = Opened::open(&old.options(&data)).await.expect("it opens");
    let now = opened.ctx.clock.now();
    let found = audit::check(&opened.ctx.store, now).await.expect("checked");
    assert!(found.is_empty(), "{found:#?}");
    opened.close().await.expect("it closes");
    assert_eq!(mark(), FORMAT.to_string());
    let after = items(&data);
    is_kept(old, &before, &after);
    is_cared_for(&after);
    the_card_is_the_relatives(&after);

    let again = Opened::open(&old.options(&data)).await.expect("it opens");
    again.close().await.expect("it closes");
    assert!(items(&data) == after, "a second time nothing is written");
    // As where the first time was cut short.
    let again = Opened::open(&old.options(&data)).await.expect("it opens");
    let brought = upgrade::bring_up(&again.ctx.store, old.format).await;
    brought.expect("brought up");
    again.close().await.expect("it closes");
    assert!(items(&data) == after, "what is done again changes nothing");

    succeeds(&["check"], &data);
    let backup = place("backup").to_string_lossy().into_owned();
    succeeds(&["backup", "--to", &backup], &data);
    succeeds(&["restore", "--from", &backup], &place("restored"));
    assert!(items(&place("restored")) == after, "it comes back as it is");
    is_read(old, &place("restored"), &before).await;
    goes_on(&after, &items(&place("restored")));
    after
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_program_of_format_3_wrote_is_brought_up_and_read() {
    let after = is_brought_up(&FORMAT_3).await;
    let cases = after.values().filter(|one| kind(one) == Kind::Case);
    assert!(
        cases.count() > 0,
        "it knew no cases, and its alerts have some"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_program_of_format_5_wrote_is_brought_up_and_read() {
    is_brought_up(&FORMAT_5).await;
}
