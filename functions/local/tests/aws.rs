//! `linli upgrade` and `linli check --table` on a table that is reached as one on AWS is: over HTTP, with credentials
//! from the environment. Here the embedded store answers.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use aws_sdk_dynamodb::types::AttributeValue;
use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::person::Person;
use domain::watch::{Alert, AlertState, Ladder, Rules, Watched};
use domain::{AlertId, CommunityId, PersonId, limits};
use jiff::{SignedDuration, Timestamp};
use local::data::{FORMAT, OLDEST};
use local::database::Door;
use local::running::TABLE;
use local::{Options, Running};
use serde_json::Value;
use store::identity::person_item;
use store::schema::{self, Item, Key, Kind, SCHEMA};
use store::table::{Store, key_of, kind_of, read, version_of};
use store::watch::{CredentialOf, alert_item, credential_item, watched_item};
use tokio::net::TcpListener;

/// The demo community in memory, and nothing that runs by itself.
async fn demo() -> Running {
    let options = Options {
        seed: true,
        loops: false,
        ..Options::default()
    };
    Running::start(options).await.expect("starts")
}

/// Somebody who moves alerts just before what was decided about them arrives.
#[derive(Clone)]
struct Mover {
    store: Store,
    com: CommunityId,
    who: PersonId,
    at: Timestamp,
    /// How often each is still to be moved.
    left: Arc<Mutex<BTreeMap<AlertId, u32>>>,
}

impl Mover {
    fn left(&self) -> MutexGuard<'_, BTreeMap<AlertId, u32>> {
        self.left.lock().expect("nobody panics while holding it")
    }

    /// The one that is to be moved before this is answered.
    fn next(&self, body: &[u8]) -> Option<AlertId> {
        let body: Value = serde_json::from_slice(body).expect("JSON");
        let steps = body["TransactItems"].as_array()?;
        let mut left = self.left();
        let is_next = |id: AlertId| is_about(steps, &schema::alert(self.com, id));
        let mut waiting = left.iter_mut().filter(|(_, times)| **times > 0);
        let (id, times) = waiting.find(|(id, _)| is_next(**id))?;
        *times -= 1;
        Some(*id)
    }

    async fn before(&self, body: &[u8]) {
        let Some(id) = self.next(body) else {
            return;
        };
        let alert = self.store.alert(self.com, id).await.expect("answers");
        let alert = alert.expect("it is there");
        let next = match alert.state {
            AlertState::Open => alert
                .acknowledge(self.who, &Rules::default(), self.at)
                .expect("nobody has it"),
            AlertState::Acknowledged | AlertState::Closed | AlertState::Withdrawn => Alert {
                ver: alert.ver + 1,
                ..alert
            },
        };
        let item = alert_item(&next).expect("an item");
        let tx = self.store.tx().put_next(item, next.ver);
        let moved = tx.expect("a transaction").commit().await;
        moved.expect("nobody else moves it");
    }
}

/// Whether a transaction writes that item as a whole, or looks at it.
fn is_about(steps: &[Value], key: &Key) -> bool {
    let places = steps
        .iter()
        .flat_map(|step| [&step["Put"]["Item"], &step["ConditionCheck"]["Key"]]);
    let mut places = places.map(|place| [&place["pk"]["S"], &place["sk"]["S"]]);
    places.any(|[pk, sk]| *pk == key.pk && *sk == key.sk)
}

/// What is asked of the table, as IAM calls it.
type Asked = Arc<Mutex<BTreeSet<String>>>;

/// A transaction is allowed by what its steps are.
fn actions(operation: &str, body: &[u8]) -> Vec<String> {
    let body: Value = serde_json::from_slice(body).expect("JSON");
    let Some(steps) = body["TransactItems"].as_array() else {
        return vec![operation.to_owned()];
    };
    let steps = steps.iter().filter_map(Value::as_object);
    let kinds = steps.flat_map(|step| step.keys());
    kinds.map(|kind| format!("{kind}Item")).collect()
}

/// What answers, who meddles, and what was asked.
#[derive(Clone)]
struct Served {
    door: Door,
    mover: Option<Mover>,
    asked: Asked,
}

impl Served {
    fn note(&self, operation: &str, body: &[u8]) {
        let mut asked = self.asked.lock().expect("nobody panics while holding it");
        asked.extend(actions(operation, body));
    }
}

/// Answers over HTTP as DynamoDB does; where.
async fn serve(door: Door) -> String {
    serve_as(door, None, Asked::default()).await
}

async fn serve_as(door: Door, mover: Option<Mover>, asked: Asked) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
    let listener = listener.expect("a port is free");
    let address = listener.local_addr().expect("an address");
    let served = Served { door, mover, asked };
    let router = Router::new().fallback(answer).with_state(served);
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

async fn answer(State(served): State<Served>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let signed = parts.headers.contains_key(header::AUTHORIZATION);
    let target = parts.headers.get("x-amz-target");
    let target = target.and_then(|target| target.to_str().ok());
    let operation = target.and_then(|target| target.rsplit('.').next());
    let Some(operation) = operation.filter(|_| signed).map(str::to_owned) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let body = to_bytes(body, 16 << 20).await.expect("a body");
    served.note(&operation, &body);
    if let Some(mover) = &served.mover {
        mover.before(&body).await;
    }
    let answered = served.door.answer(&operation, body.to_vec()).await;
    let (status, json) = answered.expect("the store is open");
    let status = StatusCode::from_u16(status).expect("a status");
    let kind = [(header::CONTENT_TYPE, "application/x-amz-json-1.0")];
    (status, kind, json).into_response()
}

/// `linli` as an operator runs it.
async fn linli(url: &str, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_linli"));
    command
        .args(args)
        .env("RUST_LOG", "error")
        .env("AWS_ENDPOINT_URL_DYNAMODB", url)
        .env("AWS_REGION", "local")
        .env("AWS_ACCESS_KEY_ID", "operator")
        .env("AWS_SECRET_ACCESS_KEY", "operator");
    let run = tokio::task::spawn_blocking(move || command.output());
    run.await.expect("it ends").expect("linli runs")
}

fn said(output: &Output) -> String {
    let both = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    String::from_utf8_lossy(&both).into_owned()
}

/// All there is, by its key.
async fn items(store: &Store) -> BTreeMap<(String, String), Item> {
    let (mut items, mut place) = (BTreeMap::new(), None);
    loop {
        let scan = store.client().scan().table_name(store.table());
        let page = scan.set_exclusive_start_key(place).send().await;
        let page = page.expect("answers");
        for item in page.items.unwrap_or_default() {
            let key = key_of(&item);
            items.insert((key.pk, key.sk), item);
        }
        place = page.last_evaluated_key;
        if place.is_none() {
            return items;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_older_items_is_brought_up_to_date_by_an_operator() {
    let running = demo().await;
    let store = running.ctx().store.clone();
    let url = serve(running.door()).await;
    let check = linli(&url, &["check", "--table", TABLE]).await;
    assert!(check.status.success(), "{}", said(&check));

    // As it was before items said their version, and before doors were found by their id and people by their places.
    let whole = items(&store).await;
    let is_of = |item: &Item| kind_of(item) == Some(Kind::DeviceOf);
    let derived: Vec<_> = whole.values().filter(|item| is_of(item)).collect();
    assert!(derived.len() > 1, "the demo has doors");
    let derived: Vec<_> = derived.into_iter().map(key_of).collect();
    store.delete_all(&derived).await.expect("deleted");
    let mut without_places = 0;
    let mut older = Vec::new();
    for item in whole.values().filter(|item| !is_of(item)) {
        let mut item = item.clone();
        assert!(item.remove(SCHEMA).is_some(), "what is written says it");
        if kind_of(&item) == Some(Kind::Person) {
            let places = ["g2pk", "g2sk"].map(|place| item.remove(place).is_some());
            without_places += usize::from(places == [true, true]);
        }
        older.push(item);
    }
    assert!(without_places > 0, "some look after others");
    store.put_all(older).await.expect("written");
    let check = linli(&url, &["check", "--table", TABLE]).await;
    assert!(!check.status.success(), "an older item is noticed");
    assert!(said(&check).contains("version"), "{}", said(&check));

    let upgrade = linli(&url, &["upgrade", "--table", TABLE]).await;
    assert!(upgrade.status.success(), "{}", said(&upgrade));
    let after = items(&store).await;
    for (key, item) in &whole {
        assert_eq!(after.get(key), Some(item), "{key:?}");
    }
    let more = after.iter().filter(|(key, _)| !whole.contains_key(*key));
    let more: Vec<_> = more.filter_map(|(_, item)| kind_of(item)).collect();
    assert!(
        more.iter().all(|kind| *kind == Kind::WatchedCount),
        "a community where nobody is watched over has a count by now: {more:?}"
    );
    let check = linli(&url, &["check", "--table", TABLE]).await;
    assert!(check.status.success(), "{}", said(&check));
    let again = linli(&url, &["upgrade", "--table", TABLE]).await;
    let told = format!("0 items of {TABLE} were brought to format {FORMAT}.");
    assert!(said(&again).contains(&told), "{}", said(&again));
    assert_eq!(items(&store).await, after, "nothing was touched");
    drop(store);
    running.stop().await.expect("stops");
}

/// A table as it was before cases, and while the last step of an alert was told once: the alerts that are open in it.
async fn without_cases(store: &Store) -> Vec<Alert> {
    let cared = [Kind::Case, Kind::CareFile, Kind::Note, Kind::Attachment];
    let of = |item: &Item, kinds: &[Kind]| kind_of(item).is_some_and(|kind| kinds.contains(&kind));
    let (mut gone, mut older, mut open) = (Vec::new(), Vec::new(), Vec::new());
    for mut item in items(store).await.into_values() {
        if of(&item, &cared) {
            gone.push(key_of(&item));
            continue;
        }
        if of(&item, &[Kind::Alert]) {
            let alert: Alert = read(item.clone()).expect("an alert");
            if alert.is_open() {
                let ladder = Ladder {
                    next_at: None,
                    left: None,
                    ..alert.ladder
                };
                let quiet = Alert { ladder, ..alert };
                item = alert_item(&quiet).expect("an item");
                open.push(quiet);
            }
        }
        assert!(item.remove(SCHEMA).is_some(), "what is written says it");
        older.push(item);
    }
    store.delete_all(&gone).await.expect("deleted");
    store.put_all(older).await.expect("written");
    open
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_that_moves_meanwhile_gets_its_case_or_the_upgrade_says_that_it_failed() {
    let running = demo().await;
    let store = running.ctx().store.clone();
    let alerts = without_cases(&store).await;
    let is_free = |alert: &Alert| alert.state == AlertState::Open;
    assert!(alerts.iter().any(is_free), "no game: nobody waits");
    let mover = Mover {
        store: store.clone(),
        com: alerts[0].community,
        who: alerts.iter().find_map(|alert| alert.owner).expect("one"),
        at: running.ctx().clock.now(),
        left: Arc::default(),
    };
    let each = |times: u32| -> BTreeMap<AlertId, u32> {
        alerts.iter().map(|alert| (alert.id, times)).collect()
    };
    let url = serve_as(running.door(), Some(mover.clone()), Asked::default()).await;
    let often = limits::COMMIT_TRIES * 2;
    *mover.left() = each(often);
    let failed = linli(&url, &["upgrade", "--table", TABLE]).await;
    assert!(!failed.status.success(), "{}", said(&failed));
    let told = said(&failed).contains("moved on every try");
    assert!(told, "{}", said(&failed));
    let tries: u32 = mover.left().values().map(|left| often - left).sum();
    assert_eq!(tries, limits::COMMIT_TRIES, "then it gives up");

    // Said again, and each moves once.
    *mover.left() = each(1);
    let upgrade = linli(&url, &["upgrade", "--table", TABLE]).await;
    assert!(upgrade.status.success(), "{}", said(&upgrade));
    let left: u32 = mover.left().values().sum();
    assert_eq!(left, 0, "each moved");
    for alert in &alerts {
        let (com, person) = (alert.community, alert.person);
        let now = store.alert(com, alert.id).await.expect("answers");
        let now = now.expect("it is there");
        assert_eq!(now.state, AlertState::Acknowledged, "somebody took it on");
        assert!(now.ladder.left.is_some(), "it is told of again");
        let cases = store.cases_of(com, person).await.expect("answers");
        assert_eq!(cases.len(), 1, "{cases:#?}");
        let lists = cases[0].alerts.iter().any(|one| one.id == alert.id);
        assert!(lists && cases[0].is_open(), "{cases:#?}");
        assert_eq!(cases[0].work.owner.person(), now.owner, "whose it is");
        let file = store.care_file(com, person).await.expect("answers");
        assert_eq!(file.and_then(|file| file.case), Some(cases[0].id));
    }
    let check = linli(&url, &["check", "--table", TABLE]).await;
    assert!(check.status.success(), "{}", said(&check));
    drop((store, mover));
    running.stop().await.expect("stops");
}

/// The words of `infra/docs/DEPLOY.md`: what whoever runs `linli` on a table may do with it.
fn allowed() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let deploy = fs::read_to_string(root.join("infra/docs/DEPLOY.md"));
    let deploy = deploy.expect("it is there");
    let (_, after) = deploy.split_once("Whoever runs it needs ").expect("rights");
    let (rights, _) = after.split_once(" of the table").expect("of what");
    let words = rights.split('`').skip(1).step_by(2);
    let words = words.map(|word| word.trim_start_matches("dynamodb:").to_owned());
    words.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_needs_the_rights_that_the_document_names_and_no_others() {
    const CARD: &str = "7700000001";
    let running = demo().await;
    let store = running.ctx().store.clone();
    let alerts = without_cases(&store).await;
    // One that has no case, and is told of all the same.
    let first = alerts[0].clone();
    let ladder = match first.state {
        AlertState::Open => Ladder {
            next_at: Some(first.opened_at),
            ..first.ladder
        },
        AlertState::Acknowledged | AlertState::Closed | AlertState::Withdrawn => Ladder {
            left: Some(SignedDuration::ZERO),
            ..first.ladder
        },
    };
    let com = first.community;
    let told = Alert { ladder, ..first };
    // A relative's card, in the place of its owner's.
    let mut watched = store.all_watched(com).await.expect("answers");
    let watched = Watched {
        relatives_credentials: vec![CARD.into()],
        ..watched.remove(0)
    };
    let of = CredentialOf {
        person: watched.person,
        own: true,
    };
    let mut card = credential_item(com, CARD, &of).expect("an item");
    card.insert("own".into(), AttributeValue::Bool(false));
    let older = [alert_item(&told), watched_item(&watched)];
    let mut older: Vec<Item> = older.map(|item| item.expect("an item")).into();
    older.push(card);
    store.put_all(older).await.expect("written");

    let asked = Asked::default();
    let url = serve_as(running.door(), None, asked.clone()).await;
    for args in [["upgrade", "--table", TABLE], ["check", "--table", TABLE]] {
        let done = linli(&url, &args).await;
        assert!(done.status.success(), "{args:?}: {}", said(&done));
    }
    let asked = asked
        .lock()
        .expect("nobody panics while holding it")
        .clone();
    assert_eq!(allowed(), asked);
    drop(store);
    running.stop().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_a_newer_version_and_one_that_nobody_may_reach_are_left_alone() {
    let running = demo().await;
    let store = running.ctx().store.clone();
    let url = serve(running.door()).await;
    let before = items(&store).await;
    let mut newer = before.values().next().expect("some").clone();
    newer.insert(SCHEMA.into(), AttributeValue::N((FORMAT + 1).to_string()));
    let mut silent = before.values().next_back().expect("some").clone();
    assert!(silent.remove(SCHEMA).is_some(), "what is written says it");
    store.put_all(vec![newer, silent]).await.expect("written");
    let before = items(&store).await;
    let refused = linli(&url, &["upgrade", "--table", TABLE]).await;
    assert!(!refused.status.success(), "{}", said(&refused));
    let told = format!("items of format {}", FORMAT + 1);
    assert!(said(&refused).contains(&told), "{}", said(&refused));
    assert_eq!(items(&store).await, before, "nothing was touched");

    let nowhere = linli(&url, &["upgrade", "--table", "another"]).await;
    assert!(!nowhere.status.success(), "{}", said(&nowhere));
    let both = linli(&url, &["check", "--table", TABLE, "--data", "."]).await;
    assert!(!both.status.success(), "one or the other");
    let mut nobody = Command::new(env!("CARGO_BIN_EXE_linli"));
    nobody.args(["upgrade", "--table", TABLE]);
    for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
        nobody.env_remove(name);
    }
    let nobody = tokio::task::spawn_blocking(move || nobody.output());
    let nobody = nobody.await.expect("it ends").expect("linli runs");
    assert!(!nobody.status.success(), "{}", said(&nobody));
    assert!(said(&nobody).contains("AWS_REGION"), "{}", said(&nobody));
    drop(store);
    running.stop().await.expect("stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_while_a_table_is_brought_up_is_not_undone() {
    let running = demo().await;
    let store = running.ctx().store.clone();
    let communities = store.communities().await.expect("answers");
    let com = communities.first().expect("the demo has some").id;
    let people = store.people(com).await.expect("answers");
    let first = people.into_iter().next().expect("somebody");
    let done = Arc::new(AtomicBool::new(false));
    let writer = tokio::spawn({
        let (store, done) = (store.clone(), done.clone());
        async move {
            let mut person = first;
            while !done.load(Ordering::SeqCst) {
                let next = Person {
                    ver: person.ver + 1,
                    ..person.clone()
                };
                let item = person_item(&next).expect("an item");
                let tx = store.tx().put_next(item, next.ver).expect("a transaction");
                tx.commit().await.expect("nobody else writes them");
                person = next;
            }
            person
        }
    });
    for _ in 0..5 {
        store::upgrade::bring_up(&store, OLDEST)
            .await
            .expect("brought up");
    }
    done.store(true, Ordering::SeqCst);
    let person = writer.await.expect("it ends");
    assert!(person.ver > 10, "{} changes are no game", person.ver);
    let found = store.person(com, person.id).await.expect("answers");
    assert_eq!(found, Some(person));
    let left = items(&store).await;
    assert!(left.values().all(|item| version_of(item) == FORMAT));
    drop(store);
    running.stop().await.expect("stops");
}
