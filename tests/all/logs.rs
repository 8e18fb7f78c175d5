//! What is logged names nobody: no name, no number, nothing that somebody wrote.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::Path;

use acceptance::TestApp;
use acceptance::client::Client;
use acceptance::server::Server;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::person::Person;
use local::running::Opened;
use local::{Options, Place};
use serde_json::{Value, json};
use store::schema::{self, DOCUMENT};
use store::table::read;
use wire::{Method, endpoints};

use crate::watch::people::{ADMIN, WORKER};

/// Written wherever something can be written.
const WROTE: &str = "密语七七三一";

/// Names as they are and without what marks them as invented, numbers, and both as an address has them.
fn words(people: &[Person]) -> Vec<String> {
    let mut words = BTreeSet::from([WROTE.to_owned()]);
    for person in people {
        let bare = person.name.rsplit('·').next().unwrap_or_default();
        words.extend([person.name.clone(), bare.to_owned()]);
        words.extend(person.phone.clone());
    }
    let plain: Vec<String> = words.iter().cloned().collect();
    for word in plain.iter().filter(|word| !word.is_ascii()) {
        let bytes = word.bytes();
        let encoded: String = bytes.map(|byte| format!("%{byte:02X}")).collect();
        let escaped: String = word.chars().flat_map(char::escape_unicode).collect();
        words.extend([encoded, escaped]);
    }
    words
        .into_iter()
        .filter(|word| word.chars().count() > 1)
        .collect()
}

/// Whatever would tell who lives in the demo community.
pub async fn people_named(app: &TestApp) -> Vec<String> {
    words(&app.people().await)
}

/// Panics where a log holds one of the words, and where there is no log.
pub fn nobody_is_named(log: &str, words: &[String]) {
    assert!(words.len() > 100, "{} words are too few", words.len());
    for line in log.lines() {
        let named = words.iter().find(|word| line.contains(word.as_str()));
        assert_eq!(named, None, "named in the log: {line}");
    }
}

/// Everybody of the demo, one of whom does not read back any more: whoever lists people meets it.
async fn spoiled(data: &Path) -> Vec<Person> {
    let options = Options {
        place: Place::Folder(data.into()),
        seed: true,
        ..Options::default()
    };
    let opened = Opened::open(&options).await.expect("opens");
    let store = opened.ctx.store.clone();
    let mut people = Vec::new();
    let mut broken = Vec::new();
    for community in store.communities().await.expect("answers") {
        let items = store.all(&schema::people(community.id)).await;
        for mut item in items.expect("people") {
            let person: Person = read(item.clone()).expect("a person");
            if person.guardian.is_some() && person.phone.is_none() && broken.is_empty() {
                let mut document = serde_json::to_value(&person).expect("JSON");
                document["roles"] = json!(person.name);
                let text = AttributeValue::S(document.to_string());
                item.insert(DOCUMENT.into(), text);
                broken.push(item);
            }
            people.push(person);
        }
    }
    assert_eq!(broken.len(), 1);
    store.put_all(broken).await.expect("written");
    drop(store);
    opened.close().await.expect("closes");
    people
}

/// Every endpoint, asked and told with what is nobody's business, well formed and not.
async fn ask_everything(who: &Client, names: &[&str]) {
    for endpoint in endpoints() {
        let parts = endpoint
            .path
            .split('/')
            .map(|part| match part.starts_with('{') {
                true => "%E5%AF%86",
                false => part,
            });
        let path = parts.collect::<Vec<_>>().join("/");
        if endpoint.method == Method::Delete {
            // Takes no words, and would sign out.
            continue;
        }
        if endpoint.method == Method::Get {
            let name: String = names[0]
                .bytes()
                .map(|byte| format!("%{byte:02X}"))
                .collect();
            for query in [
                String::new(),
                format!("?q={name}"),
                format!("?reason={name}"),
            ] {
                who.raw("GET", &format!("{path}{query}"), None).await;
            }
            continue;
        }
        let body = json!({
            "id": WROTE, "phone": names[1], "name": names[0], "note": WROTE, "reason": WROTE,
            "code": "000000", "text": WROTE,
        });
        let method = endpoint.method.as_str();
        for body in [body.to_string(), format!("{{\"name\": \"{WROTE}")] {
            who.raw(method, &path, Some(body)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_whole_run_logs_no_name_and_no_number() {
    let temporary = tempfile::tempdir().expect("a folder");
    let data = temporary.path().join("data");
    let people = spoiled(&data).await;
    let path = temporary.path().join("log");
    let log = File::create(&path).expect("a log");
    let level = "info,dynoxide=error,aws_smithy_runtime=warn,hyper=warn,service=debug,store=debug,local=debug";
    let server = Server::logging(&data, level, log.into()).await;
    let http = reqwest::Client::new();
    let stranger = Client::new(&http, &server.url);
    let wang = server.sign_in(&http, "13800000001").await;
    let worker = server.sign_in(&http, WORKER).await;
    let admin = server.sign_in(&http, ADMIN).await;
    let named = people.iter().find(|person| person.phone.is_some());
    let named = named.expect("somebody with a telephone");
    let names = [
        named.name.as_str(),
        named.phone.as_deref().unwrap_or_default(),
    ];
    for who in [&stranger, &wang, &worker, &admin] {
        ask_everything(who, &names).await;
    }
    let feedback = json!({ "text": WROTE, "page": "/" }).to_string();
    wang.raw("POST", "/v1/feedback", Some(feedback)).await;
    let mine: Value = wang.raw("GET", "/v1/me/data", None).await.json();
    assert!(!mine.is_null(), "a copy of one's data is JSON or a problem");
    server.kill();
    let log = fs::read_to_string(&path).expect("a log");
    assert!(
        log.contains("does not read back"),
        "failures were logged: {log}"
    );
    let numbered =
        |line: &str| line.contains("does not read back") && line.contains("call{request=");
    assert!(
        log.lines().any(numbered),
        "a failure has its call's number: {log}"
    );
    nobody_is_named(&log, &words(&people));
}
