//! The quick way into inboxes, where nobody wants a text besides: what it costs, and that what
//! fails on it is counted like everything else.

use std::sync::atomic::Ordering;

use acceptance::TestApp;
use acceptance::faults::{Faults, Rates};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::consent::Purpose;
use domain::limits;
use service::notify::relay;
use store::schema;
use store::table::text;

use super::LONGEST;
use super::channel::{in_inbox, leave, reachable};

#[tokio::test]
async fn a_notice_for_inboxes_alone_takes_one_transaction() {
    let faults = Faults::new(1, Rates::default());
    let app = TestApp::with_faults(faults.interceptor()).await;
    let (home, mut quiet) = (app.home().await, Vec::new());
    for person in app.people().await {
        let texts = Purpose::SmsNotices;
        let wants = app.ctx().store.consents_to(home, person.id, texts).await;
        if !wants.expect("answers") {
            quiet.push(person.id);
        }
    }
    let readers = [quiet[0], quiet[1]];
    app.settle().await;
    let id = leave(&app, &readers).await;
    faults.switch(true);
    relay::run_once(app.ctx()).await.expect("runs");
    faults.switch(false);
    assert_eq!(faults.transactions.load(Ordering::Relaxed), 1);
    for reader in readers {
        assert_eq!(in_inbox(&app, reader, id).await, 1);
    }
    assert_eq!(super::waiting(&app).await, 0);
    app.stop().await;
}

/// Whether a text may leave cannot be known; the inbox has it, and after the last attempt somebody
/// has to look.
#[tokio::test]
async fn what_fails_before_it_is_claimed_ends_after_as_many_attempts() {
    let app = TestApp::start().await;
    let me = reachable(&app).await.id.expect("signed in");
    let store = &app.ctx().store;
    let home = app.home().await;
    let given = format!("CONSENT#{}#", Purpose::SmsNotices);
    let given = store.all(&schema::of_person(home, me, &given)).await;
    let mut broken = given.expect("answers").remove(0);
    broken.insert("doc".into(), AttributeValue::S("?".into()));
    store.put_all(vec![broken]).await.expect("written");
    let id = leave(&app, &[me]).await;
    for n in 1..=limits::MESSAGE_ATTEMPTS {
        assert_eq!(super::waiting(&app).await, 1, "before attempt {n}");
        let worked = relay::run_once(app.ctx()).await.expect("runs");
        assert_eq!(worked, 1, "attempt {n}");
        app.advance(LONGEST);
    }
    assert_eq!(super::waiting(&app).await, 0);
    assert_eq!(in_inbox(&app, me, id).await, 1);
    let stuck = store.all(&schema::stucks(home)).await.expect("answers");
    let stuck: Vec<&str> = stuck.iter().map(|row| text(row, "sk")).collect();
    assert_eq!(stuck, [id.to_string()]);
    app.stop().await;
}
