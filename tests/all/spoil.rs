//! What the audit looks after: each thing is spoiled once, and noticed by name.

use acceptance::TestApp;
use store::schema::Item;
use store::table::key_of;

async fn put(app: &TestApp, item: &Item) {
    let tx = app.ctx().store.tx().put_any(item.clone()).expect("a step");
    tx.commit().await.expect("written");
}

async fn take(app: &TestApp, item: &Item) {
    let tx = app.ctx().store.tx();
    let tx = tx.delete(&key_of(item), None, vec![], domain::Refusal::Stale);
    tx.expect("a step").commit().await.expect("taken away");
}

/// Writes `spoiled` in place of what lies there, looks for the finding, and puts it back.
pub async fn spoil(app: &TestApp, spoiled: Item, rule: &str) {
    let store = &app.ctx().store;
    let before = store.get_many(&[key_of(&spoiled)]).await;
    let before = before.expect("answers").remove(0);
    put(app, &spoiled).await;
    finds(app, rule).await;
    match before {
        Some(before) => put(app, &before).await,
        None => take(app, &spoiled).await,
    }
}

/// The same with nothing in its place.
pub async fn lose(app: &TestApp, item: Item, rule: &str) {
    take(app, &item).await;
    finds(app, rule).await;
    put(app, &item).await;
}

async fn finds(app: &TestApp, rule: &str) {
    let findings = store::audit::check(&app.ctx().store, app.now()).await;
    let findings = findings.expect("answers");
    let named = findings.iter().any(|finding| finding.rule == rule);
    assert!(named, "not noticed: {rule}; but {findings:#?}");
}
