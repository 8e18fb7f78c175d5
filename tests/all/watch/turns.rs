//! A sweeper with more to do than there is time for: what it found is done, and what it did not get to is left for the
//! next pass and is not said to have been looked at.

use acceptance::TestApp;
use domain::access::Role;
use domain::notice::Topic;
use domain::person::Person;
use domain::{PersonId, limits};
use service::watch::sweep::Turn;
use store::identity::person_item;

use super::homes::{LONG, all_alerts, hours, many, messages, pass, pass_within};
use super::people::{WORKER, at, id};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pass_without_time_claims_nothing_and_the_next_does_everything() {
    let app = TestApp::start().await;
    let worker = id(&at(&app, WORKER).await);
    app.settle().await;
    let com = app.home().await;
    let mark = async || app.ctx().store.sweep_mark(com).await.expect("answers");
    let before = mark().await;
    let count = limits::SWEPT_TOGETHER * 2 + 20;
    let (_, people) = many(&app, (count, app.now() - hours(47)), LONG).await;
    app.advance(hours(2));
    assert_eq!(pass_within(&app, app.now(), Turn::of_seconds(0)).await, 0);
    assert_eq!(mark().await, before, "nobody looked");
    let found = async |people: &[PersonId]| {
        let all = all_alerts(&app).await;
        let theirs = all.iter().filter(|one| people.contains(&one.person));
        theirs.count()
    };
    assert_eq!(found(people.as_slice()).await, 0);
    pass(&app, app.now()).await;
    assert_eq!(mark().await.map(|mark| mark.at), Some(app.now()));
    assert_eq!(found(people.as_slice()).await, count, "each has an alert");
    service::notify::relay::settle(app.ctx())
        .await
        .expect("told");
    let told = messages(&app, com, worker).await.into_iter();
    let areas: Vec<usize> = told
        .filter(|one| one.notice.topic == Topic::WatchArea)
        .filter_map(|one| one.notice.data.get("count")?.parse().ok())
        .collect();
    let told = areas.iter().copied().max().unwrap_or(0);
    assert!(
        told * 2 > count && told <= all_alerts(&app).await.len(),
        "how bad it is: {areas:?}"
    );
    assert!(areas.len() <= 2, "not again for each part: {areas:?}");
    app.stop().await;
}

async fn trusted(app: &TestApp) -> Vec<PersonId> {
    let found = app.ctx().store.trusted(app.home().await).await;
    let mut ids: Vec<_> = found.expect("answers").iter().map(|one| one.id).collect();
    ids.sort_unstable();
    ids
}

#[tokio::test]
async fn who_is_to_be_told_is_found_without_reading_everybody() {
    let app = TestApp::start().await;
    let store = &app.ctx().store;
    let everybody = store.people(app.home().await).await.expect("answers");
    let looks_after = |one: &&Person| one.roles.iter().any(|role| role.is_trusted());
    let mut expected: Vec<_> = everybody
        .iter()
        .filter(looks_after)
        .map(|one| one.id)
        .collect();
    expected.sort_unstable();
    assert_eq!(trusted(&app).await, expected);
    assert!(!expected.is_empty() && expected.len() < everybody.len());
    // Whoever is given a role is among them, and is not when it is taken away.
    let plain = everybody
        .iter()
        .find(|one| !looks_after(one))
        .expect("some");
    for (n, roles) in [(1, vec![Role::SocialWorker]), (2, Vec::new())] {
        let with = Person {
            roles: roles.clone(),
            ver: plain.ver + n,
            ..plain.clone()
        };
        let item = person_item(&with).expect("an item");
        store.put_all(vec![item]).await.expect("written");
        assert_eq!(trusted(&app).await.contains(&plain.id), n == 1, "{roles:?}");
    }
    // As it was written by the release before.
    let worker = everybody.iter().find(looks_after).expect("some");
    let mut older = person_item(worker).expect("an item");
    for place in ["g2pk", "g2sk"] {
        assert!(older.remove(place).is_some(), "{place}");
    }
    store.put_all(vec![older]).await.expect("written");
    assert!(!trusted(&app).await.contains(&worker.id));
    store::upgrade::bring_up(store, 4)
        .await
        .expect("brought up");
    assert_eq!(trusted(&app).await, expected);
    app.stop().await;
}
