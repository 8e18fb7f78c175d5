//! What the network answers, and what corrections do to what it knows.

use std::collections::BTreeSet;

use acceptance::TestApp;
use acceptance::network::{put_hour, put_number};
use domain::EntryId;
use domain::network::RecordState;
use jiff::SignedDuration;
use serde_json::json;

use super::super::attendance::at_hand;
use super::{
    HOME, LIN, batch_id, bytes, column, drained, exported, give_number, hand_in, lines, listed,
    make, ok, rows, sound, standing, told,
};

#[tokio::test]
async fn answers_are_taken_row_by_row_and_once() {
    let app = TestApp::start().await;
    let (home, wang, lin) = (
        app.home().await,
        app.resident().await,
        at_hand(&app, LIN).await,
    );
    drained(&lin).await;
    let me = wang.id.expect("signed in");
    put_number(&app, home, me, "SJ230102000001").await;
    let mut ids: Vec<EntryId> = Vec::new();
    for n in 0..6 {
        let from = app.now() - SignedDuration::from_hours(30 + 2 * n);
        ids.push(put_hour(&app, home, me, from).await.id);
    }
    let batch = make(&lin, batch_id(&app)).await.json();
    let id = &batch["id"];
    let file = format!(
        "记录编号,外部编号,退回原因\n{},CV-1,\n{},,编号不存在\n{},,\n{},CV-4,重复\n{},CV-1,\n{},CV-6,\n{},CV-7,\nhrs_x,CV-8,\n{},CV 9,\n",
        ids[0],
        ids[1],
        ids[2],
        ids[3],
        ids[4],
        ids[0],
        EntryId::new(1, 1),
        ids[5],
    );
    let want = [
        (2, "taken", ""),
        (3, "taken", ""),
        (4, "refused", "empty_text"),
        (5, "refused", "bad_value"),
        (6, "refused", "row_twice"),
        (7, "refused", "row_twice"),
        (8, "refused", "not_found"),
        (9, "refused", "bad_value"),
        (10, "refused", "bad_value"),
    ];
    let check = hand_in(&lin, id, "check", &file).await;
    assert_eq!(rows(&check), told(&want));
    assert_eq!(
        standing(&wang, ids[0]).await["state"],
        "sent",
        "a check takes nothing"
    );
    let take = hand_in(&lin, id, "take", &file).await;
    assert_eq!(rows(&take), told(&want));
    let now = standing(&wang, ids[0]).await;
    assert_eq!(
        (&now["state"], &now["external"]),
        (&json!("accepted"), &json!("CV-1"))
    );
    let now = standing(&wang, ids[1]).await;
    assert_eq!(
        (&now["state"], &now["reason"]),
        (&json!("rejected"), &json!("编号不存在"))
    );
    for untouched in &ids[2..] {
        assert_eq!(
            standing(&wang, untouched).await["state"],
            "sent",
            "nothing half taken"
        );
    }

    // The same file again changes nothing.
    let before = exported(&app).await;
    let kept = |lines: &[String]| -> BTreeSet<String> {
        let passed = lines
            .iter()
            .filter(|line| line.contains("\"kind\":\"Network"));
        passed.cloned().collect()
    };
    let again = hand_in(&lin, id, "take", &file).await;
    let known: Vec<_> = rows(&again).into_iter().take(2).collect();
    assert_eq!(known, told(&[(2, "known", ""), (3, "known", "")]));
    assert_eq!(again.json()["taken"], 0);
    assert_eq!(kept(&exported(&app).await), kept(&before));

    // Another answer to what was answered, and a number that is another's.
    let other = format!(
        "记录编号,外部编号,退回原因\n{},CV-99,\n{},,别的\n{},CV-1,\n",
        ids[0], ids[1], ids[2]
    );
    let refused = hand_in(&lin, id, "take", &other).await;
    let differs = [
        (2, "refused", "differs"),
        (3, "refused", "differs"),
        (4, "refused", "differs"),
    ];
    assert_eq!(rows(&refused), told(&differs));
    let standing = &ok(
        &lin,
        "GET",
        &format!("{HOME}/batches/{}", id.as_str().expect("an id")),
        json!({}),
        200,
    )
    .await["standing"];
    assert_eq!(
        *standing,
        json!({ "unanswered": 4, "accepted": 1, "rejected": 1, "superseded": 0 })
    );

    // What was sent back is put right, and leaves anew; the old file stays as it was.
    let first = bytes(&lin, id, "csv").await;
    let rejected = listed(&lin, RecordState::Rejected).await;
    let row = rejected.iter().find(|row| row["entry"] == json!(ids[1]));
    assert_eq!(row.expect("it is listed")["reason"], "编号不存在");
    assert_eq!(give_number(&app, &wang, "SJ230102000002").await.status, 200);
    let path = format!("{HOME}/records/{}/again", ids[1]);
    let body = json!({ "id": app.command() });
    let queued = ok(&lin, "POST", &path, body.clone(), 200).await;
    assert_eq!(
        (&queued["state"], &queued["needs_number"]),
        (&json!("waiting"), &json!(false))
    );
    assert_eq!(
        ok(&lin, "POST", &path, body, 200).await,
        queued,
        "the same again"
    );
    let body = json!({ "id": app.command() }).to_string();
    assert_eq!(lin.raw("POST", &path, Some(body)).await.code(), "record_is");
    let second = make(&lin, batch_id(&app)).await.json();
    let sheet = lines(&lin, &second["id"]).await;
    assert_eq!(sheet[1][column("志愿者统一编号")], "SJ230102000002");
    assert!(bytes(&lin, id, "csv").await == first, "byte for byte");
    let late = rows(&hand_in(&lin, id, "take", &file).await);
    assert_eq!(
        late[1],
        (3, "refused".to_owned(), "differs".to_owned()),
        "answered to the file before"
    );

    // The file itself, filled in, is a file of answers.
    let mut filled = sheet.clone();
    filled[1][column("外部编号")] = "CV-2".into();
    let text: Vec<String> = filled.iter().map(|line| line.join(",")).collect();
    let taken = hand_in(&lin, &second["id"], "take", &text.join("\r\n")).await;
    assert_eq!(rows(&taken), told(&[(2, "taken", "")]));
    sound(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn a_correction_supersedes_what_was_accepted_and_says_so() {
    let app = TestApp::start().await;
    let (home, wang) = (app.home().await, app.resident().await);
    let (lin, station) = (at_hand(&app, LIN).await, at_hand(&app, "13800000221").await);
    drained(&lin).await;
    let me = wang.id.expect("signed in");
    put_number(&app, home, me, "SJ230102000001").await;
    let from = app.now() - SignedDuration::from_hours(30);
    let entry = put_hour(&app, home, me, from).await;
    let batch = make(&lin, batch_id(&app)).await.json();
    let answer = format!("记录编号,外部编号\n{},CV-1\n", entry.id);
    assert_eq!(
        hand_in(&lin, &batch["id"], "take", &answer).await.json()["taken"],
        1
    );
    let mut last = entry.id;
    for (minutes, kind) in [(30, "revised"), (0, "voided")] {
        let new = EntryId::new(app.millis(), app.chance());
        let fix = json!({ "id": new, "minutes": minutes, "reason": "更正" });
        ok(&lin, "POST", &format!("/v1/hours/{last}/correct"), fix, 201).await;
        assert!(standing(&wang, new).await.is_null(), "not before it counts");
        let yes = json!({ "id": app.command() });
        ok(
            &station,
            "POST",
            &format!("/v1/hours/{new}/approve"),
            yes,
            200,
        )
        .await;
        assert_eq!(standing(&wang, last).await["state"], "superseded");
        assert_eq!(standing(&wang, new).await["state"], "waiting");
        let made = make(&lin, batch_id(&app)).await.json();
        let sheet = lines(&lin, &made["id"]).await;
        assert_eq!(sheet.len(), 2);
        assert_eq!(sheet[1][column("状态")], kind);
        assert_eq!(sheet[1][column("更正的记录编号")], last.to_string());
        let external = if minutes == 30 { "CV-1" } else { "CV-2" };
        assert_eq!(sheet[1][column("更正的外部编号")], external);
        let answer = format!("记录编号,外部编号\n{new},CV-2\n");
        if minutes == 30 {
            assert_eq!(
                hand_in(&lin, &made["id"], "take", &answer).await.json()["taken"],
                1
            );
        }
        last = new;
    }
    sound(&app).await;
    app.stop().await;
}
