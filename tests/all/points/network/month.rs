//! The network's list of a month held against ours.

use acceptance::TestApp;
use domain::EntryId;
use domain::network::Month;
use serde_json::{Value, json};

use super::super::attendance::at_hand;
use super::{CSV, HOME, LIN, batch_id, drained, exported, hand_in, make, many, standing};

#[tokio::test]
async fn a_month_is_compared_line_by_line_and_nothing_is_changed() {
    let app = TestApp::start().await;
    let (wang, lin) = (app.resident().await, at_hand(&app, LIN).await);
    drained(&lin).await;
    let ids = many(&app, 5).await;
    let batch = make(&lin, batch_id(&app)).await.json();
    let answers: String = ids[..4]
        .iter()
        .enumerate()
        .map(|(n, id)| format!("{id},CV-{n}\n"))
        .collect();
    let taken = hand_in(
        &lin,
        &batch["id"],
        "take",
        &format!("记录编号,外部编号\n{answers}"),
    )
    .await;
    assert_eq!(taken.json()["taken"], 4, "{}", taken.body);
    let zone = jiff::tz::TimeZone::get("Asia/Shanghai").expect("a zone");
    let month = Month::of(zone.to_datetime(app.now()).date());
    let list = format!(
        "外部编号,记录编号,服务时间（小时）\nCV-0,,1.0\nCV-1,,0.9\nCV-9,{},1.0\nCV-77,,2\n没有,,\n",
        ids[2]
    );
    let before = exported(&app).await.len();
    let path = format!("{HOME}/reconciliation?month={month}");
    let headers = [("content-type", CSV)];
    let raw = lin
        .raw_with("POST", &path, &headers, list.into_bytes())
        .await;
    assert_eq!(raw.status, 200, "{}", raw.body);
    let found = raw.json();
    let differences: Vec<(String, Value, Value)> = found["differences"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|one| {
            (
                one["what"].as_str().expect("a word").to_owned(),
                one["row"].clone(),
                one["entry"].clone(),
            )
        })
        .collect();
    let ours = |id: &str| ids.iter().any(|one| one.to_string() == id);
    let (mine, others): (Vec<_>, Vec<_>) = differences
        .into_iter()
        .partition(|(what, _, entry)| what != "only_ours" || entry.as_str().is_some_and(ours));
    // The demo's own service has left as well, and stands in no list.
    let ours = found["ours"].as_u64().expect("a count");
    assert_eq!(ours, 5 + others.len() as u64, "{others:?}");
    assert_eq!(found["found"].as_u64(), Some(5 + others.len() as u64));
    let row = |what: &str, row: Value, id: Option<EntryId>| (what.to_owned(), row, json!(id));
    let mut mine = mine;
    mine.sort_by_key(|(what, row, entry)| (what.clone(), row.as_u64(), entry.to_string()));
    let mut lacking = [ids[3], ids[4]];
    lacking.sort();
    let want = [
        row("external", json!(4), Some(ids[2])),
        row("minutes", json!(3), Some(ids[1])),
        row("only_ours", Value::Null, Some(lacking[0])),
        row("only_ours", Value::Null, Some(lacking[1])),
        row("only_theirs", json!(5), None),
    ];
    assert_eq!(mine, want);
    assert_eq!(
        (
            found["theirs"].as_u64(),
            found["unread"].as_array().map(Vec::len)
        ),
        (Some(4), Some(1))
    );
    assert_eq!(exported(&app).await.len(), before, "nothing is kept");
    assert_eq!(standing(&wang, ids[0]).await["state"], "accepted");
    let path = format!("{HOME}/reconciliation?month=2026-13");
    let bad = lin.raw_with("POST", &path, &headers, Vec::new()).await;
    assert_eq!(
        (bad.code(), bad.json()["pointer"].clone()),
        ("bad_value".into(), json!("?month"))
    );
    app.stop().await;
}
