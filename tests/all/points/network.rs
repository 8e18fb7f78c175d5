//! Service time on its way into the national network: files that leave, answers that come back, what
//! both sides differ in. Whoever passes on is the social worker; the demo's own records leave first.

mod answers;
mod audit;
mod fields;
mod files;
mod month;
mod rush;

use acceptance::client::Raw;
use acceptance::network::{put_hour, put_number};
use acceptance::{Actor, TestApp};
use domain::network::sheet::headings;
use domain::network::{Layout, RecordState};
use domain::{EntryId, NetworkBatchId};
use jiff::SignedDuration;
use serde_json::{Value, json};

const CSV: &str = "text/csv";
const HOME: &str = "/v1/network";
const LIN: &str = "13800000201";
const CARD: &str = "11010519491231002X";

async fn ok(who: &Actor<'_>, method: &str, path: &str, body: Value, status: u16) -> Value {
    let body = (method != "GET").then(|| body.to_string());
    let raw = who.raw(method, path, body).await;
    assert_eq!(raw.status, status, "{method} {path}: {}", raw.body);
    raw.json()
}

fn batch_id(app: &TestApp) -> NetworkBatchId {
    NetworkBatchId::new(app.millis(), app.chance())
}

async fn make(who: &Actor<'_>, id: NetworkBatchId) -> Raw {
    let path = format!("{HOME}/batches");
    who.raw("POST", &path, Some(json!({ "id": id }).to_string()))
        .await
}

/// Passes on whatever can be, so that a test has only its own.
async fn drained(who: &Actor<'_>) {
    while make(who, batch_id(who.app)).await.status == 201 {}
}

async fn bytes(who: &Actor<'_>, id: &Value, form: &str) -> Vec<u8> {
    let id = id.as_str().expect("an id");
    let url = format!("{}{HOME}/batches/{id}/file?format={form}", who.client.url);
    let cookie = who.client.cookie.clone().expect("signed in");
    let sent = who
        .client
        .http
        .get(url)
        .header("cookie", cookie)
        .send()
        .await;
    let answer = sent.expect("an answer");
    assert_eq!(answer.status().as_u16(), 200);
    let kind = answer.headers()["content-type"]
        .to_str()
        .expect("text")
        .to_owned();
    assert_eq!(kind.starts_with("text/csv"), form == "csv", "{kind}");
    let kept = answer.headers()["content-disposition"]
        .to_str()
        .expect("text")
        .to_owned();
    assert_eq!(kept, format!("attachment; filename=\"{id}.{form}\""));
    answer.bytes().await.expect("a body").to_vec()
}

/// The file as lines of cells; none of these tests' texts need quotes.
async fn lines(who: &Actor<'_>, id: &Value) -> Vec<Vec<String>> {
    let text = String::from_utf8(bytes(who, id, "csv").await).expect("UTF-8");
    let text = text.strip_prefix('\u{feff}').expect("the mark of UTF-8");
    assert!(text.ends_with("\r\n") && !text.contains('"'), "{text}");
    let lines = text.trim_end().split("\r\n");
    lines
        .map(|line| line.split(',').map(str::to_owned).collect())
        .collect()
}

fn column(heading: &str) -> usize {
    let all = headings(Layout::First);
    all.iter()
        .position(|one| *one == heading)
        .expect("a heading")
}

async fn hand_in(who: &Actor<'_>, id: &Value, mode: &str, file: &str) -> Raw {
    let id = id.as_str().expect("an id");
    let path = format!("{HOME}/batches/{id}/answers?mode={mode}");
    let headers = [("content-type", CSV)];
    who.raw_with("POST", &path, &headers, file.as_bytes().to_vec())
        .await
}

/// `(row, outcome, code)` of every row.
fn rows(raw: &Raw) -> Vec<(u64, String, String)> {
    assert_eq!(raw.status, 200, "{}", raw.body);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let report = raw.json();
    let rows = report["rows"].as_array().expect("rows").iter();
    rows.map(|row| {
        (
            row["row"].as_u64().expect("a number"),
            text(&row["outcome"]),
            text(&row["code"]),
        )
    })
    .collect()
}

fn told(rows: &[(u64, &str, &str)]) -> Vec<(u64, String, String)> {
    let row = |(n, outcome, code): &(u64, &str, &str)| (*n, (*outcome).into(), (*code).into());
    rows.iter().map(row).collect()
}

async fn standing(who: &Actor<'_>, entry: impl std::fmt::Display) -> Value {
    let path = format!("/v1/hours/{entry}");
    ok(who, "GET", &path, json!({}), 200).await["network"].clone()
}

async fn listed(who: &Actor<'_>, state: RecordState) -> Vec<Value> {
    let path = format!("{HOME}/records?state={state}&limit=100");
    let page = ok(who, "GET", &path, json!({}), 200).await;
    page["items"].as_array().expect("rows").clone()
}

async fn give_number(app: &TestApp, who: &Actor<'_>, number: &str) -> Raw {
    let ver = ok(who, "GET", "/v1/volunteer", json!({}), 200).await["ver"].clone();
    let body = json!({ "id": app.command(), "skills": [], "unified_number": number, "ver": ver });
    who.raw("PUT", "/v1/volunteer", Some(body.to_string()))
        .await
}

async fn sound(app: &TestApp) {
    let findings = store::audit::check(&app.ctx().store, app.now()).await;
    assert_eq!(findings.expect("answers"), []);
}

async fn exported(app: &TestApp) -> Vec<String> {
    let mut all = Vec::new();
    let line = |line: &str| {
        all.push(line.to_owned());
        Ok(())
    };
    store::audit::export(&app.ctx().store, line)
        .await
        .expect("exported");
    all
}

/// So many hours of the first resident, one after the other, who has a number.
async fn many(app: &TestApp, count: i64) -> Vec<EntryId> {
    let (home, wang) = (app.home().await, app.resident().await);
    let me = wang.id.expect("signed in");
    put_number(app, home, me, "SJ230102000001").await;
    let mut ids = Vec::new();
    for n in 0..count {
        let from = app.now() - SignedDuration::from_hours(10 + 2 * n);
        ids.push(put_hour(app, home, me, from).await.id);
    }
    ids
}

/// The records in a file.
async fn inside(who: &Actor<'_>, id: &Value) -> Vec<String> {
    let lines = lines(who, id).await.into_iter().skip(1);
    lines.map(|line| line[0].clone()).collect()
}
