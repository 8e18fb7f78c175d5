//! Large files, interrupted files, and several made at once.

use std::collections::BTreeSet;

use acceptance::app::join_all;
use acceptance::faults::{Faults, Rates};
use acceptance::network::put_part;
use acceptance::{Actor, TestApp};
use domain::{EntryId, limits};
use serde_json::{Value, json};

use super::super::attendance::at_hand;
use super::{HOME, LIN, batch_id, drained, hand_in, inside, make, many, sound};

#[tokio::test]
async fn a_file_takes_500_and_the_next_the_rest() {
    let app = TestApp::start().await;
    let lin = at_hand(&app, LIN).await;
    drained(&lin).await;
    let ids = many(&app, 530).await;
    let (first, second) = (
        make(&lin, batch_id(&app)).await.json(),
        make(&lin, batch_id(&app)).await.json(),
    );
    assert_eq!(
        first["records"].as_u64(),
        Some(limits::NETWORK_BATCH_RECORDS as u64)
    );
    assert_eq!(second["records"], 30);
    let mut found = inside(&lin, &first["id"]).await;
    found.extend(inside(&lin, &second["id"]).await);
    // The earliest service leaves first.
    let want: Vec<String> = ids.iter().rev().map(ToString::to_string).collect();
    assert_eq!(found, want);
    assert_eq!(make(&lin, batch_id(&app)).await.code(), "nothing_to_pass");
    sound(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn a_file_that_was_interrupted_is_finished_by_asking_again() {
    let app = TestApp::start().await;
    let (home, lin) = (app.home().await, at_hand(&app, LIN).await);
    drained(&lin).await;
    let ids = many(&app, 5).await;
    let store = &app.ctx().store;
    let mut first = Vec::new();
    for id in &ids[3..] {
        first.extend(store.entry(home, *id).await.expect("answers"));
    }
    let open = put_part(&app, home, &first).await;
    let id = json!(open.id);
    let path = format!("{HOME}/batches/{}/file", open.id);
    assert_eq!(lin.raw("GET", &path, None).await.code(), "batch_open");
    assert_eq!(
        hand_in(&lin, &id, "take", "记录编号\n").await.code(),
        "batch_open"
    );
    let finished = make(&lin, open.id).await;
    assert_eq!(finished.status, 201, "{}", finished.body);
    assert_eq!(finished.json()["records"], 5);
    let found: BTreeSet<String> = inside(&lin, &id).await.into_iter().collect();
    assert_eq!(found, ids.iter().map(ToString::to_string).collect());
    assert_eq!(make(&lin, open.id).await.json(), finished.json());
    sound(&app).await;
    app.stop().await;
}

/// Several make files at once until nothing waits; what they made.
async fn rush(app: &TestApp, makers: usize) -> Vec<Value> {
    let mut actors = Vec::new();
    for _ in 0..makers {
        actors.push(at_hand(app, LIN).await);
    }
    let tasks = actors.iter().map(|actor| async move {
        let mut made = Vec::new();
        let mut id = batch_id(app);
        for _ in 0..60 {
            let raw = make(actor, id).await;
            match (raw.status, raw.code().as_str()) {
                (201, _) => {
                    made.push(raw.json()["id"].clone());
                    id = batch_id(app);
                }
                (409, "nothing_to_pass") => return made,
                // The same again, as a page would.
                (500 | 503, _) => {}
                (status, code) => panic!("{status} {code}: {}", raw.body),
            }
        }
        panic!("there was no end of it")
    });
    join_all(tasks).await.into_iter().flatten().collect()
}

/// Each record stands in exactly one row of these files.
async fn each_once(who: &Actor<'_>, made: &[Value], ids: &[EntryId]) {
    let mut found = Vec::new();
    for id in made {
        found.extend(inside(who, id).await);
    }
    found.sort();
    let mut want: Vec<String> = ids.iter().map(ToString::to_string).collect();
    want.sort();
    assert_eq!(found, want);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_files_made_at_once_each_record_is_in_one() {
    let app = TestApp::start().await;
    let lin = at_hand(&app, LIN).await;
    drained(&lin).await;
    let ids = many(&app, 200).await;
    let made = rush(&app, 4).await;
    each_once(&lin, &made, &ids).await;
    sound(&app).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_under_conflicts_and_lost_replies() {
    let rough = Rates {
        conflict: 10,
        throttle: 3,
        server_error: 1,
        lost_reply: 5,
        timeout: 2,
    };
    let faults = Faults::new(29, rough);
    let app = TestApp::with_faults(faults.interceptor()).await;
    let lin = at_hand(&app, LIN).await;
    drained(&lin).await;
    let ids = many(&app, 120).await;
    faults.switch(true);
    let made = rush(&app, 3).await;
    faults.switch(false);
    each_once(&lin, &made, &ids).await;
    assert!(faults.injected.load(std::sync::atomic::Ordering::Relaxed) > 0);
    sound(&app).await;
    app.stop().await;
}
