//! Data in one file and back, while a Linli serves it; and data of the release before.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Output};

use aws_sdk_dynamodb::types::AttributeValue;
use domain::watch::{Alert, AlertState, Ladder, Watched};
use jiff::SignedDuration;
use local::data::{FORMAT, OLDEST};
use local::running::{DATABASE, Opened};
use local::snapshot::Tally;
use local::{Options, Place, Running};
use serde_json::{Value, json};
use store::audit;
use store::schema::{self, Item, Key, Kind, SCHEMA, VERSION};
use store::table::{read, version_of};
use store::watch::{CredentialOf, alert_item, credential_item, watched_item};

/// Kinds the release before did not know.
const NEW: [Kind; 16] = [
    Kind::Push,
    Kind::Device,
    Kind::DeviceOf,
    Kind::DoorDay,
    Kind::Watched,
    Kind::CredentialOf,
    Kind::SignRow,
    Kind::AbsenceRow,
    Kind::AbsenceOf,
    Kind::Alert,
    Kind::Vitals,
    Kind::ReadingRow,
    Kind::WatchRules,
    Kind::WatchedCount,
    Kind::SweepMark,
    Kind::AlertMark,
];

fn options(folder: &Path) -> Options {
    Options {
        place: Place::Folder(folder.into()),
        seed: true,
        loops: false,
        ..Options::default()
    }
}

fn linli(args: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_linli"))
        .args(args)
        .arg("--data")
        .arg(folder)
        .env("RUST_LOG", "error")
        .output()
        .expect("linli runs")
}

fn said(output: &Output) -> String {
    let both = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    String::from_utf8_lossy(&both).into_owned()
}

/// Items as `linli export` writes them.
async fn items(opened: &Opened) -> Vec<Value> {
    let mut items = Vec::new();
    let exported = audit::export(&opened.ctx.store, |line| {
        items.push(serde_json::from_str(line).map_err(io::Error::other)?);
        Ok(())
    });
    exported.await.expect("exported");
    items
}

fn kind(item: &Value) -> Option<Kind> {
    Kind::parse(item["kind"].as_str().unwrap_or_default())
}

fn key(item: &Value) -> Key {
    let text = |name: &str| item[name].as_str().expect("a key").to_owned();
    Key {
        pk: text("pk"),
        sk: text("sk"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_taken_while_somebody_writes_is_whole_and_comes_back_the_same() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let place = |name: &str| temporary.path().join(name);
    let running = Running::start(options(&place("data")))
        .await
        .expect("starts");
    let store = running.ctx().store.clone();
    let writer = tokio::spawn(async move {
        for n in 0.. {
            let com = domain::CommunityId::new(1, 1);
            let slug = format!("{n:06}");
            let item = store::table::write(
                Kind::Category,
                &store::schema::category(com, &slug),
                &json!({ "community": com, "slug": slug, "name": slug, "ver": 1 }),
                [],
            );
            let written = store.put_all(vec![item.expect("an item")]).await;
            written.expect("written");
            tokio::task::yield_now().await;
        }
    });
    let file = place("linli.backup").to_string_lossy().into_owned();
    let taken = tokio::task::spawn_blocking({
        let (file, data) = (file.clone(), place("data"));
        move || linli(&["backup", "--to", &file], &data)
    });
    let taken = taken.await.expect("it ends");
    assert!(taken.status.success(), "{}", said(&taken));
    let again = linli(&["backup", "--to", &file], &place("data"));
    assert!(!again.status.success(), "a file that is there is kept");
    writer.abort();
    let _ = writer.await;

    let check = linli(&["check"], &place("data"));
    assert!(check.status.success(), "{}", said(&check));
    let left = fs::read_dir(place("data")).expect("a folder").flatten();
    let copies = left.filter(|entry| entry.file_name().to_string_lossy().contains("snapshot"));
    assert_eq!(copies.count(), 0, "no copy stays behind");
    let phone = running.ctx().secret.phone_digest("13800000001");
    running.stop().await.expect("stops");

    let restored = linli(&["restore", "--from", &file], &place("again"));
    assert!(restored.status.success(), "{}", said(&restored));
    let tally = Tally::of(&place("again").join(DATABASE))
        .await
        .expect("read");
    assert!(said(&taken).contains(&tally.digest), "{}", said(&taken));
    assert!(said(&taken).starts_with(&format!("{} items", tally.items)));
    let refused = linli(&["restore", "--from", &file], &place("again"));
    assert!(
        said(&refused).contains("is not empty"),
        "{}",
        said(&refused)
    );

    let opened = Opened::open(&options(&place("again")))
        .await
        .expect("opens");
    let account = opened.ctx.store.account(&phone).await.expect("answers");
    assert!(account.is_some(), "the secret came with it");
    opened.close().await.expect("closes");
    let check = linli(&["check"], &place("again"));
    assert!(check.status.success(), "{}", said(&check));

    let mut bytes = fs::read(&file).expect("a backup");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    let broken = place("broken.backup");
    fs::write(&broken, bytes).expect("written");
    let broken = broken.to_string_lossy().into_owned();
    let refused = linli(&["restore", "--from", &broken], &place("third"));
    assert!(!refused.status.success(), "{}", said(&refused));
    assert!(
        said(&refused).contains("cannot be used"),
        "{}",
        said(&refused)
    );
    assert!(!place("third").exists(), "nothing half there");
}

#[tokio::test(flavor = "multi_thread")]
async fn data_of_the_release_before_is_brought_up_to_date() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let opened = Opened::open(&options(temporary.path()))
        .await
        .expect("opens");
    let new: Vec<Key> = items(&opened)
        .await
        .iter()
        .filter(|item| kind(item).is_some_and(|kind| NEW.contains(&kind)))
        .map(key)
        .collect();
    assert!(new.len() > 10, "the demo has people who are watched over");
    let store = opened.ctx.store.clone();
    store.delete_all(&new).await.expect("deleted");
    drop(store);
    let before = items(&opened).await;
    opened.close().await.expect("closes");
    let mark = temporary.path().join("format");
    fs::write(&mark, OLDEST.to_string()).expect("written");

    let opened = Opened::open(&options(temporary.path()))
        .await
        .expect("opens");
    let after = items(&opened).await;
    let kept = |item: &&Value| after.contains(item);
    assert_eq!(
        before.iter().filter(kept).count(),
        before.len(),
        "nothing is lost"
    );
    let communities = opened.ctx.store.communities().await.expect("answers");
    for community in &communities {
        let count = opened.ctx.store.watched_count(community.id).await;
        assert_eq!(count.expect("counted"), 0);
    }
    let added = after.len() - before.len();
    assert_eq!(added, communities.len(), "a count for each community");
    opened.close().await.expect("closes");
    let marked = fs::read_to_string(&mark).expect("marked");
    assert_eq!(marked, FORMAT.to_string());
    let check = linli(&["check"], temporary.path());
    assert!(check.status.success(), "{}", said(&check));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_of_another_version_is_noticed_and_an_older_one_is_brought_up() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let opened = Opened::open(&options(temporary.path()))
        .await
        .expect("opens");
    let (store, now) = (&opened.ctx.store, opened.ctx.clock.now());
    let found = audit::check(store, now).await.expect("checked");
    assert!(found.is_empty(), "what is written says so: {found:?}");

    let communities = store.all(&schema::communities()).await.expect("answers");
    let whole = communities.first().expect("the demo has some").clone();
    let says = |version: u32| {
        let mut item = whole.clone();
        item.insert(SCHEMA.into(), AttributeValue::N(version.to_string()));
        item
    };
    let mut silent = whole.clone();
    assert!(silent.remove(SCHEMA).is_some(), "it says its version");
    let stored = async || -> Item {
        let items = store.all(&schema::communities()).await.expect("answers");
        let same = |item: &&Item| item["sk"] == whole["sk"];
        items.iter().find(same).expect("it is there").clone()
    };
    for (item, brought) in [
        (silent, VERSION),
        (says(VERSION - 1), VERSION),
        (says(VERSION + 1), VERSION + 1),
    ] {
        store.put_all(vec![item]).await.expect("written");
        let found = audit::check(store, now).await.expect("checked");
        let rules: Vec<&str> = found.iter().map(|finding| finding.rule).collect();
        assert_eq!(rules, ["the item is of this version"]);
        let older = usize::from(brought == VERSION);
        for written in [older, 0] {
            let done = store::upgrade::bring_up(store, VERSION - 1).await;
            assert_eq!(done.expect("brought up"), written);
        }
        let after = stored().await;
        assert_eq!(version_of(&after), brought, "what is newer is left alone");
        let mut rest = after;
        rest.insert(SCHEMA.into(), whole[SCHEMA].clone());
        assert_eq!(rest, whole, "nothing else was touched");
    }
    opened.close().await.expect("closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn doors_and_counts_that_are_missing_are_added_and_a_second_time_changes_nothing() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let opened = Opened::open(&options(temporary.path()))
        .await
        .expect("opens");
    let before = items(&opened).await;
    let derived = |item: &&Value| matches!(kind(item), Some(Kind::DeviceOf | Kind::WatchedCount));
    let gone: Vec<Key> = before.iter().filter(derived).map(key).collect();
    assert!(gone.len() > 2, "the demo has doors");
    let store = &opened.ctx.store;
    store.delete_all(&gone).await.expect("deleted");
    let now = opened.ctx.clock.now();
    let found = audit::check(store, now).await.expect("checked");
    assert!(!found.is_empty(), "their absence is noticed");
    for _ in 0..2 {
        store::upgrade::bring_up(store, OLDEST)
            .await
            .expect("brought up");
        let found = audit::check(store, now).await.expect("checked");
        assert!(found.is_empty(), "{found:?}");
    }
    let missing = |item: &&Value| !before.contains(item);
    let after = items(&opened).await;
    let counts = after.iter().filter(missing).count();
    assert!(
        counts <= 1,
        "a community where nobody is watched has a count by now"
    );
    opened.close().await.expect("closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_alert_of_before_gets_its_case_and_a_relatives_card_its_place() {
    const CARD: &str = "7700000001";
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let opened = Opened::open(&options(temporary.path()))
        .await
        .expect("opens");
    let store = &opened.ctx.store;
    let mut alerts: Vec<Alert> = Vec::new();
    for community in store.communities().await.expect("answers") {
        let open = schema::open_alerts(community.id);
        let open = store.all(&open).await.expect("answers").into_iter();
        alerts.extend(open.map(|item| read::<Alert>(item).expect("an alert")));
    }
    let states: Vec<AlertState> = alerts.iter().map(|alert| alert.state).collect();
    assert!(states.contains(&AlertState::Open) && states.contains(&AlertState::Acknowledged));

    // As it was before cases, while a last step was told once, and a card led to one home.
    let cared = |item: &&Value| {
        let kinds = [Kind::Case, Kind::CareFile, Kind::Note, Kind::Attachment];
        kind(item).is_some_and(|kind| kinds.contains(&kind))
    };
    let cared: Vec<Key> = items(&opened).await.iter().filter(cared).map(key).collect();
    store.delete_all(&cared).await.expect("deleted");
    let mut older = Vec::new();
    for alert in &alerts {
        let ladder = Ladder {
            next_at: None,
            left: None,
            ..alert.ladder
        };
        let quiet = Alert {
            ladder,
            ..alert.clone()
        };
        older.push(alert_item(&quiet).expect("an item"));
    }
    let com = alerts[0].community;
    let mut watched = store.all_watched(com).await.expect("answers");
    let watched: Watched = watched.remove(0);
    let (person, own) = (watched.person, true);
    let listed = Watched {
        relatives_credentials: vec![CARD.into()],
        ..watched
    };
    older.push(watched_item(&listed).expect("an item"));
    let mut card = credential_item(com, CARD, &CredentialOf { person, own }).expect("an item");
    card.insert("own".into(), AttributeValue::Bool(false));
    older.push(card);
    store.put_all(older).await.expect("written");

    for _ in 0..2 {
        let done = store::upgrade::bring_up(store, OLDEST).await;
        done.expect("brought up");
        for alert in &alerts {
            let now = store.alert(com, alert.id).await.expect("answers");
            let now = now.expect("it is there");
            let (next, left) = (now.ladder.next_at, now.ladder.left);
            match alert.state {
                AlertState::Open => assert_eq!((next, left), (Some(alert.opened_at), None)),
                _ => assert_eq!((next, left), (None, Some(SignedDuration::ZERO))),
            }
            assert_eq!((now.state, now.ver), (alert.state, alert.ver + 1));
            let cases = store.cases_of(com, alert.person).await.expect("answers");
            assert_eq!(cases.len(), 1, "{cases:#?}");
            let lists = cases[0].alerts.iter().any(|one| one.id == alert.id);
            assert!(lists && cases[0].is_open(), "{cases:#?}");
            assert_eq!(cases[0].work.owner.person(), alert.owner, "whose it is");
            let file = store.care_file(com, alert.person).await.expect("answers");
            assert_eq!(file.and_then(|file| file.case), Some(cases[0].id));
        }
        let owner = store.credential(com, CARD).await.expect("answers");
        assert_eq!(owner, None, "its owner may have it");
        let leads = store.credentials_of(com, CARD).await.expect("answers");
        assert_eq!(leads, [CredentialOf { person, own: false }]);
        let found = audit::check(store, opened.ctx.clock.now()).await;
        let found = found.expect("checked");
        assert!(found.is_empty(), "{found:?}");
    }
    opened.close().await.expect("closes");
}
