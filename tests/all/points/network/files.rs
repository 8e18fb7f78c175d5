//! Files that leave: who is in them, and that they stay what they were.

use acceptance::TestApp;
use acceptance::network::{put_hour, put_number};
use domain::PersonId;
use domain::network::Layout;
use domain::network::sheet::headings;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::super::attendance::at_hand;
use super::{
    CARD, HOME, LIN, batch_id, bytes, column, drained, exported, give_number, lines, make, ok,
    sound, standing,
};

#[tokio::test]
async fn without_a_number_it_waits_and_an_identity_cards_is_none() {
    let app = TestApp::start().await;
    let (home, wang, lin) = (
        app.home().await,
        app.resident().await,
        at_hand(&app, LIN).await,
    );
    drained(&lin).await;
    let summary = async || ok(&lin, "GET", HOME, json!({}), 200).await;
    let before = summary().await;
    let me = wang.id.expect("signed in");
    let from = app.now() - SignedDuration::from_hours(30);
    let entry = put_hour(&app, home, me, from).await;
    let now = standing(&wang, entry.id).await;
    assert_eq!(
        (&now["state"], &now["needs_number"]),
        (&json!("waiting"), &json!(true))
    );
    let count = |all: &Value, name: &str| all[name].as_u64().expect("a count");
    let after = summary().await;
    for name in ["without_number", "people_without_number"] {
        assert_eq!(count(&after, name), count(&before, name) + 1, "{name}");
    }
    assert_eq!((count(&after, "ready"), count(&before, "ready")), (0, 0));
    let refused = make(&lin, batch_id(&app)).await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (409, "nothing_to_pass")
    );
    assert_eq!(
        refused.json()["data"]["without_number"],
        after["without_number"]
    );

    let refused = give_number(&app, &wang, CARD).await;
    let told = (refused.code(), refused.json()["pointer"].clone());
    assert_eq!(told, ("identity_card".to_owned(), json!("/unified_number")));
    assert_eq!(give_number(&app, &wang, "sj230102000001").await.status, 200);
    let now = standing(&wang, entry.id).await;
    assert_eq!(
        (&now["state"], &now["needs_number"]),
        (&json!("waiting"), &json!(false))
    );
    assert_eq!(count(&summary().await, "ready"), 1);
    let made = make(&lin, batch_id(&app)).await;
    assert_eq!(
        (made.status, made.json()["records"].as_u64()),
        (201, Some(1)),
        "{}",
        made.body
    );
    assert_eq!(standing(&wang, entry.id).await["state"], "sent");
    for line in exported(&app).await {
        assert!(!line.contains(CARD), "{line}");
    }
    sound(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn a_file_is_the_same_bytes_for_good() {
    let app = TestApp::start().await;
    let (home, wang, lin) = (
        app.home().await,
        app.resident().await,
        at_hand(&app, LIN).await,
    );
    drained(&lin).await;
    let me = wang.id.expect("signed in");
    put_number(&app, home, me, "SJ230102000001").await;
    let from = app.now() - SignedDuration::from_hours(30);
    let entry = put_hour(&app, home, me, from).await;
    let id = batch_id(&app);
    let made = make(&lin, id).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let batch = made.json();
    assert_eq!(
        (&batch["closed"], &batch["standing"]["unanswered"]),
        (&json!(true), &json!(1))
    );
    assert_eq!(make(&lin, id).await.json(), batch, "the same again");
    let other = json!({ "id": id, "month": "2026-01" }).to_string();
    let reused = lin
        .raw("POST", &format!("{HOME}/batches"), Some(other))
        .await;
    assert_eq!(reused.code(), "id_reused");
    assert_eq!(make(&lin, batch_id(&app)).await.code(), "nothing_to_pass");

    let id = &batch["id"];
    let sheet = lines(&lin, id).await;
    assert_eq!(sheet[0], headings(Layout::First));
    assert_eq!(sheet.len(), 2);
    let want = [
        ("记录编号", entry.id.to_string()),
        ("志愿者姓名", "测试·王阿姨".to_owned()),
        ("志愿者统一编号", "SJ230102000001".into()),
        ("服务时间（小时）", "1.0".into()),
        ("服务分钟", "60".into()),
        ("记录方式", "manual".into()),
        ("批次编号", id.as_str().expect("an id").into()),
    ];
    for (heading, want) in want {
        assert_eq!(sheet[1][column(heading)], want, "{heading}");
    }
    assert!(
        !sheet.concat().join(",").contains("13800000001"),
        "no telephone number"
    );

    // Whatever changes later, the file does not.
    let first = (bytes(&lin, id, "csv").await, bytes(&lin, id, "xlsx").await);
    assert_eq!(give_number(&app, &wang, "SJ999999999999").await.status, 200);
    let file = app
        .ctx()
        .store
        .person(home, me)
        .await
        .expect("answers")
        .expect("there");
    let body = json!({ "id": app.command(), "name": "测试·王奶奶", "household": file.household,
        "born": file.born, "phone": file.phone, "reason": "更正", "ver": file.ver });
    let path = format!("/v1/people/{me}");
    ok(&lin, "PUT", &path, body, 200).await;
    app.advance(SignedDuration::from_hours(24 * 400));
    let lin = at_hand(&app, LIN).await;
    let again = (bytes(&lin, id, "csv").await, bytes(&lin, id, "xlsx").await);
    assert!(first == again, "byte for byte");
    assert!(again.1.starts_with(b"PK"));

    // Everybody in it can see who made and fetched it.
    let wang = app.resident().await;
    let views = ok(&wang, "GET", "/v1/me/views?limit=100", json!({}), 200)
        .await
        .to_string();
    for what in ["CreateNetworkBatch", "GetNetworkFile"] {
        assert!(views.contains(what), "{what}: {views}");
    }
    sound(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn whoever_leaves_is_in_no_file_any_more() {
    let app = TestApp::start().await;
    let (home, lin) = (app.home().await, at_hand(&app, LIN).await);
    drained(&lin).await;
    let zhao = crate::coverage::with_role(&app, domain::access::Role::Resident).await;
    let me: PersonId = zhao.id.expect("signed in");
    put_number(&app, home, me, "SJ230102777777").await;
    let hours_ago = |hours| app.now() - SignedDuration::from_hours(hours);
    let sent = put_hour(&app, home, me, hours_ago(30)).await;
    let batch = make(&lin, batch_id(&app)).await.json();
    let refused = make(&lin, batch_id(&app)).await;
    let waiting = refused.json()["data"]["without_number"].clone();
    put_hour(&app, home, me, hours_ago(20)).await;
    let name = lines(&lin, &batch["id"]).await[1][column("志愿者姓名")].clone();
    assert!(!name.is_empty());
    let file = app
        .ctx()
        .store
        .person(home, me)
        .await
        .expect("answers")
        .expect("there");
    let gone = json!({ "phone": file.phone }).to_string();
    assert_eq!(
        zhao.raw("POST", "/v1/me/deletion", Some(gone)).await.status,
        204
    );

    let sheet = lines(&lin, &batch["id"]).await;
    assert_eq!(
        sheet[1][column("记录编号")],
        sent.id.to_string(),
        "that it left stays"
    );
    assert_eq!(sheet[1][column("服务分钟")], "60");
    for heading in ["志愿者姓名", "志愿者统一编号", "活动（项目）名称", "记录人"]
    {
        assert_eq!(sheet[1][column(heading)], "", "{heading}");
    }
    for line in exported(&app).await {
        assert!(
            !line.contains("SJ230102777777") && !line.contains(&name),
            "{line}"
        );
    }
    let refused = make(&lin, batch_id(&app)).await;
    assert_eq!(refused.code(), "nothing_to_pass", "and nothing more leaves");
    let still = refused.json()["data"]["without_number"].clone();
    assert_eq!(still, waiting, "it does not even wait");
    sound(&app).await;
    app.stop().await;
}
