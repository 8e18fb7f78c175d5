//! What a file says of time that was attended.

use acceptance::TestApp;
use acceptance::network::put_number;
use jiff::SignedDuration;
use serde_json::json;

use super::super::activities::WORKER;
use super::super::attendance::{
    at_hand, begun, by_code, card, come, door, leave, minutes, scan, settle,
};
use super::super::ledger::STATION;
use super::{LIN, batch_id, column, drained, lines, make, sound};

#[tokio::test]
async fn a_file_says_whom_it_was_for_and_by_what_somebody_was_seen_coming() {
    let app = TestApp::start().await;
    let home = app.home().await;
    drained(&at_hand(&app, LIN).await).await;
    let (wang, other) = (app.resident().await, at_hand(&app, "13800000002").await);
    // A file that a number makes by itself has no card that could be scanned.
    let theirs = card(&wang).await;
    for (who, number) in [(&wang, "SJ230102000001"), (&other, "SJ230102000002")] {
        put_number(&app, home, who.id.expect("signed in"), number).await;
    }
    let (worker, id) = begun(&app, &[&wang, &other]).await;
    let station = at_hand(&app, STATION).await;
    scan(&station, id, &theirs).await.expect("in, by card");
    let code = by_code(&app, &door(&worker, id).await.code);
    come(&other, id, code).await.expect("in, by code");
    app.advance(minutes(60));
    // Sessions of those who work here are short.
    let station = at_hand(&app, STATION).await;
    let worker = at_hand(&app, WORKER).await;
    scan(&station, id, &theirs).await.expect("out");
    let code = by_code(&app, &door(&worker, id).await.code);
    leave(&other, id, code).await.expect("out");
    for who in [&wang, &other] {
        let person = who.id.expect("signed in");
        settle(&worker, id, person, 60).await.expect("settled");
    }
    app.advance(SignedDuration::from_hours(2));
    let lin = at_hand(&app, LIN).await;
    let made = make(&lin, batch_id(&app)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let sheet = lines(&lin, &made.json()["id"]).await;
    let cell = |row: &Vec<String>, heading| row[column(heading)].clone();
    let mut said: Vec<_> = sheet[1..]
        .iter()
        .map(|row| {
            assert_eq!(cell(row, "服务对象"), "独居老人");
            (cell(row, "志愿者统一编号"), cell(row, "记录方式"))
        })
        .collect();
    said.sort();
    assert_eq!(
        json!(said),
        json!([["SJ230102000001", "card"], ["SJ230102000002", "qr"]])
    );
    sound(&app).await;
    app.stop().await;
}
